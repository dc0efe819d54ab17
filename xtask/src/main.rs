//! What the developers of keeneye run.

fn main() {}
