#![no_main]

fuzz::target!("import");
