//! keeneye: finds out whether a Linux server has been broken into.

fn main() {}
