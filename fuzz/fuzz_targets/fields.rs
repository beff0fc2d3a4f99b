#![no_main]

fuzz::target!("fields");
