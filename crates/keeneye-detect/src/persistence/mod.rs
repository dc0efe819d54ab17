//! Detectors that look at what starts by itself.

pub(crate) mod risk;
