#![no_main]

fuzz::target!("order");
