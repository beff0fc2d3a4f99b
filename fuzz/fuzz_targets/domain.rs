#![no_main]

fuzz::target!("domain");
