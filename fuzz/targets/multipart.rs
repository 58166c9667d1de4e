#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| dids_fuzz::multipart::check(input));
