//! What starts by itself: one file below this for each mechanism. Each reads the mechanism's own files and tells one
//! [`Autostart`] for each command that it would run.
//!
//! [`Autostart`]: keeneye_facts::Autostart

mod apt;
mod apt_conf;
mod at;
mod cron;
mod entry;
mod environment;
mod generators;
mod git;
mod inetd;
mod init;
mod initramfs;
mod kernel_modules;
mod kernel_trees;
mod lines;
mod linker_dirs;
mod login;
mod logrotate;
mod manager;
mod modprobe;
mod name_service;
mod names;
mod network;
mod package_plugins;
mod pam;
mod pam_env;
mod php;
mod places;
mod polkit;
mod programs;
mod python;
mod run_parts;
mod script;
mod session;
mod shell;
mod sysctl;
mod systemd;
mod udev;
mod unit;
mod upstart;

use super::Plan;
use crate::{Look, World};

/// Reads the files of one mechanism.
type Reader = fn(&mut Look<'_>, &World);

/// Every mechanism.
const READERS: &[Reader] = &[
    apt::look,
    at::look,
    cron::look,
    generators::look,
    git::look,
    inetd::look,
    init::inittab,
    init::scripts,
    initramfs::look,
    kernel_modules::look,
    linker_dirs::look,
    login::look,
    logrotate::look,
    modprobe::look,
    name_service::look,
    network::look,
    package_plugins::look,
    pam::look,
    pam_env::look,
    php::look,
    polkit::look,
    python::look,
    run_parts::anacron,
    run_parts::scripts,
    session::look,
    shell::look,
    sysctl::look,
    systemd::look,
    manager::look,
    udev::look,
    upstart::look,
];

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    for read in READERS {
        read(look, world);
    }
}

#[cfg(test)]
mod tests;
