//! Detectors: pure functions from facts to findings, one file each.

mod coverage;
mod detector;
pub mod incident;
pub mod integrity;
pub mod kernel;
pub mod login;
#[cfg(test)]
mod meta;
pub mod network;
pub use keeneye_world::place;
pub mod persistence;
mod portrait;
pub mod process;
mod runtime;
mod sessions;
pub mod shells;
pub mod standing;
mod stay;
mod subject;
#[cfg(test)]
mod testing;
mod ways;
pub mod web;

pub use detector::{Detector, Scene};
pub use incident::incidents;
use keeneye_facts::{Finding, Subject};

/// Every detector: this list is the table of contents.
pub static ALL: &[&Detector] = &[
    &integrity::baseline_doubtful::DETECTOR,
    &integrity::capability_odd::DETECTOR,
    &integrity::changed_since_baseline::DETECTOR,
    &integrity::command_aliased::DETECTOR,
    &integrity::command_is_script::DETECTOR,
    &integrity::command_shadowed::DETECTOR,
    &integrity::container_drift::DETECTOR,
    &integrity::content_changed_silently::DETECTOR,
    &integrity::control_off::DETECTOR,
    &integrity::file_in_dev::DETECTOR,
    &integrity::gone_since_baseline::DETECTOR,
    &integrity::hidden_file::DETECTOR,
    &integrity::immutable_odd::DETECTOR,
    &integrity::linker_cache_unowned::DETECTOR,
    &integrity::mount_over_system::DETECTOR,
    &integrity::new_since_baseline::DETECTOR,
    &integrity::odd_name::DETECTOR,
    &integrity::package_data_changed::DETECTOR,
    &integrity::package_file_changed::DETECTOR,
    &integrity::package_file_missing::DETECTOR,
    &integrity::package_record::DETECTOR,
    &integrity::package_rights_changed::DETECTOR,
    &integrity::packed_program::DETECTOR,
    &integrity::preload_list::DETECTOR,
    &integrity::rights_since_baseline::DETECTOR,
    &integrity::rights_unjudged::DETECTOR,
    &integrity::setuid_unowned::DETECTOR,
    &integrity::unowned_in_package_dir::DETECTOR,
    &integrity::volatile_program::DETECTOR,
    &integrity::yara_match::DETECTOR,
    &kernel::bpf_program::DETECTOR,
    &kernel::function_hooked::DETECTOR,
    &kernel::helper_odd::DETECTOR,
    &kernel::module_hidden::DETECTOR,
    &kernel::module_unowned::DETECTOR,
    &kernel::tainted::DETECTOR,
    &login::account_without_useradd::DETECTOR,
    &login::audit_hole::DETECTOR,
    &login::empty_password::DETECTOR,
    &login::forged_line::DETECTOR,
    &login::guessed_by_many::DETECTOR,
    &login::history_linked::DETECTOR,
    &login::history_off_at_start::DETECTOR,
    &login::host_redirect::DETECTOR,
    &login::impossible_travel::DETECTOR,
    &login::journal_hole::DETECTOR,
    &login::key_odd::DETECTOR,
    &login::locked_password_used::DETECTOR,
    &login::log_deleted::DETECTOR,
    &login::log_leads_nowhere::DETECTOR,
    &login::log_silent::DETECTOR,
    &login::odd_shell::DETECTOR,
    &login::password_in_passwd::DETECTOR,
    &login::password_on_key_account::DETECTOR,
    &login::record_tampered::DETECTOR,
    &login::records_disagree::DETECTOR,
    &login::second_root::DETECTOR,
    &login::service_account_login::DETECTOR,
    &login::service_in_group::DETECTOR,
    &login::several_countries::DETECTOR,
    &login::spray::DETECTOR,
    &login::sshd_setting::DETECTOR,
    &login::success_after_failures::DETECTOR,
    &login::sudo_rule::DETECTOR,
    &login::sudo_setting::DETECTOR,
    &login::unexpected_account::DETECTOR,
    &login::unfamiliar::DETECTOR,
    &login::unrecorded_root::DETECTOR,
    &login::unrecorded_session::DETECTOR,
    &network::bound_not_listening::DETECTOR,
    &network::bpf_holder::DETECTOR,
    &network::engine_api_open::DETECTOR,
    &network::hidden_port::DETECTOR,
    &network::hidden_socket::DETECTOR,
    &network::packet_socket::DETECTOR,
    &network::promiscuous::DETECTOR,
    &network::redirect_one_source::DETECTOR,
    &network::unexpected_listener::DETECTOR,
    &persistence::at_job::DETECTOR,
    &persistence::cron_risky::DETECTOR,
    &persistence::daemon_hook::DETECTOR,
    &persistence::drop_in::DETECTOR,
    &persistence::generator::DETECTOR,
    &persistence::git_hook::DETECTOR,
    &persistence::init_script::DETECTOR,
    &persistence::initramfs_hook::DETECTOR,
    &persistence::kernel_setting::DETECTOR,
    &persistence::library_path_odd::DETECTOR,
    &persistence::login_hook::DETECTOR,
    &persistence::modprobe_command::DETECTOR,
    &persistence::module_at_boot::DETECTOR,
    &persistence::network_hook::DETECTOR,
    &persistence::package_hook::DETECTOR,
    &persistence::pam_lets_in::DETECTOR,
    &persistence::pam_module_odd::DETECTOR,
    &persistence::pam_program::DETECTOR,
    &persistence::php_hook::DETECTOR,
    &persistence::polkit_open::DETECTOR,
    &persistence::python_start::DETECTOR,
    &persistence::session_start::DETECTOR,
    &persistence::shell_start_risky::DETECTOR,
    &persistence::udev_program::DETECTOR,
    &persistence::unit_name_alike::DETECTOR,
    &persistence::unit_risky::DETECTOR,
    &process::anonymous_code::DETECTOR,
    &process::argv_wiped::DETECTOR,
    &process::container_powerful::DETECTOR,
    &process::cpu_unowned::DETECTOR,
    &process::exe_deleted::DETECTOR,
    &process::exe_in_memory::DETECTOR,
    &process::fake_kernel_thread::DETECTOR,
    &process::false_name::DETECTOR,
    &process::foreign_library::DETECTOR,
    &process::hidden::DETECTOR,
    &process::hidden_path::DETECTOR,
    &process::hidden_thread::DETECTOR,
    &process::history_off::DETECTOR,
    &process::host_root_inside::DETECTOR,
    &process::miner_shape::DETECTOR,
    &process::mount_over_proc::DETECTOR,
    &process::odd_abstract_socket::DETECTOR,
    &process::odd_shared_memory::DETECTOR,
    &process::orphan_pid_file::DETECTOR,
    &process::preload_environment::DETECTOR,
    &process::shell_on_socket::DETECTOR,
    &process::traced::DETECTOR,
    &process::unowned_daemon::DETECTOR,
    &process::volatile_exe::DETECTOR,
    &web::script_decodes::DETECTOR,
    &web::settings_odd::DETECTOR,
];

/// Those that tell what changed since a baseline; an acceptance by cause speaks for them.
pub static OF_CHANGES: &[&Detector] = &[
    &integrity::changed_since_baseline::DETECTOR,
    &integrity::content_changed_silently::DETECTOR,
    &integrity::gone_since_baseline::DETECTOR,
    &integrity::new_since_baseline::DETECTOR,
    &integrity::rights_since_baseline::DETECTOR,
];

/// Lets every detector look; worst findings first, then by detector and subject.
pub fn detect(scene: &Scene<'_>) -> Vec<Finding> {
    detect_with(scene, |_| true).findings
}

/// What the detectors noticed.
#[derive(Debug, Default)]
pub struct Detected {
    /// Worst first, then by detector and subject.
    pub findings: Vec<Finding>,
    /// Detectors that panicked: what they would have noticed is not known.
    pub broken: Vec<&'static Detector>,
}

/// Lets those detectors look that are wanted. What is about keeneye's own process is left out.
pub fn detect_with(scene: &Scene<'_>, wanted: impl Fn(&Detector) -> bool) -> Detected {
    let own = scene.world.host.own_pid;
    let is_own = |subject: &Subject| own != 0 && subject.process.is_some_and(|id| id.pid == own);
    let mut detected = Detected::default();
    for detector in ALL.iter().filter(|detector| wanted(detector)) {
        // A bug in one detector must not cost what the others see.
        match std::panic::catch_unwind(|| detector.look(scene)) {
            Ok(findings) => detected.findings.extend(findings.into_iter().filter(|f| !is_own(&f.subject))),
            Err(_) => detected.broken.push(detector),
        }
    }
    detected.findings.sort_by(|a, b| {
        (b.level, &a.detector, &a.subject, &a.summary).cmp(&(a.level, &b.detector, &b.subject, &b.summary))
    });
    detected
}
