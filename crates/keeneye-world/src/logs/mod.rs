//! Lines of text logs.

pub mod audit;
