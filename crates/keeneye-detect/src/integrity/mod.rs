//! Detectors that look at what the system is made of.

pub mod mount_over_system;
