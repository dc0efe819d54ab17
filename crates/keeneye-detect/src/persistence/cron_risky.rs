//! A crontab or a script of cron that runs what nobody honest schedules.
//!
//! # What it sees
//! A line of a crontab (of the system, of a user, of anacron), or a script of /etc/cron.daily and its like, that no
//! package brought as it is, and that starts a program in a directory that everybody may write to or that does not
//! outlive a boot, a hidden or disguised one, code that it fetches or decodes a moment before, or a shell for whoever
//! is at the other end of a connection. A program that a service account owns itself, in its own crontab.
//!
//! # Why it matters
//! cron is the first thing an intruder thinks of to come back after a reboot or a cleaning, and the one place that a
//! service account such as www-data may use without any right.
//!
//! # Innocent causes
//! Backups, pings of health checks, certificate renewals and scripts in /opt, /srv, /usr/local or openly in a home are
//! not reported. Somebody's tool that hides alone below a home (`~/.tool/tool`) is told like an intruder's.
//!
//! # What to do
//! Keep a copy of the table and of the program, then ask the account's owner. Look at what started from it:
//! `keeneye look file PATH`.

use super::{foreign, judge, risky, unowned_programs};
use crate::{Detector, Scene, standing};
use keeneye_facts::{Autostart, AutostartKind, FileFact, FileKind, Finding, Level};
use keeneye_world::{World, place};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/cron-risky",
    title: "cron runs what nobody honest schedules",
    level: Level::Suspicious,
    attack: &["T1053.003"],
    absolute: false,
    source: include_str!("cron_risky.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let entries = foreign(scene.world, &[AutostartKind::Cron, AutostartKind::CronScript]);
    entries.filter_map(|entry| look(scene, entry)).collect()
}

fn look(scene: &Scene<'_>, entry: &Autostart) -> Option<Finding> {
    let finding = match judge(scene.world, entry) {
        Some(judged) => risky(&DETECTOR, scene, entry, judged)?,
        None => {
            let program = own_program(scene.world, entry)?;
            let says = format!("starts {}, which the service account itself owns", program.path.lossy());
            super::finding(&DETECTOR, scene, entry, Level::Suspicious, &says)
        }
    };
    Some(finding.innocent("a job of an admin or of an application", false, "ask whose it is; read the program"))
}

/// A program, not a script that an interpreter is handed, in the crontab of an account that nobody logs in to, and
/// that belongs to this account: a daemon that was made to run code writes such a file, a package or an admin does not.
fn own_program<'a>(world: &'a World, entry: &'a Autostart) -> Option<&'a FileFact> {
    let user = entry.user.as_ref()?;
    let account = world.accounts.iter().find(|account| account.name == *user)?;
    if !entry.name.starts_with(b"crontab of ") || !standing::is_service_account(world, account.uid) {
        return None;
    }
    let nobody_logs_in = !place::is_login(account);
    let own = |file: &&FileFact| {
        let mine = file.stat.is_some_and(|stat| stat.uid == account.uid && stat.executable());
        mine && file.kind == FileKind::Elf && !["/opt", "/srv", "/usr/local"].iter().any(|dir| file.path.is_within(dir))
    };
    unowned_programs(world, entry).filter(|_| nobody_logs_in).find(own)
}

#[cfg(test)]
mod tests;
