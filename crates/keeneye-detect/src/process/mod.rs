//! Detectors that look at processes and threads.

pub mod exe_deleted;
