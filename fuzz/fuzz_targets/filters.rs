#![no_main]

fuzz::target!("filters");
