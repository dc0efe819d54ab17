//! The door: the only part of keeneye that touches the system.
