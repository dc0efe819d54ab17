//! Detectors that look at sockets, ports and interfaces.

pub mod bound_not_listening;
pub mod bpf_holder;
mod code;
pub mod engine_api_open;
pub mod hidden_port;
pub mod hidden_socket;
mod offered;
pub mod packet_socket;
pub mod promiscuous;
pub mod redirect_one_source;
mod said;
mod service;
pub mod unexpected_listener;
