//! Detectors that look at processes and threads.

pub mod anonymous_code;
pub mod argv_wiped;
pub mod container_powerful;
pub mod cpu_unowned;
pub mod exe_deleted;
pub mod exe_in_memory;
pub mod fake_kernel_thread;
pub mod false_name;
pub mod foreign_library;
pub mod hidden;
pub mod hidden_path;
pub mod hidden_thread;
pub mod history_off;
pub mod host_root_inside;
pub mod miner_shape;
pub mod mount_over_proc;
pub mod odd_abstract_socket;
pub mod odd_shared_memory;
pub mod orphan_pid_file;
pub mod preload_environment;
pub mod shell_on_socket;
pub mod traced;
pub mod unowned_daemon;
pub mod volatile_exe;
