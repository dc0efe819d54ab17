//! One fuzz target: the hostile answer that the program is named for.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    keeneye_world::fuzz::run(env!("CARGO_BIN_NAME"), bytes);
});
