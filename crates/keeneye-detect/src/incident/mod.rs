//! Findings that belong together become one incident.
//!
//! # What joins
//! A finding *touches* things: its process and the tree of it, files, the entries that start them, addresses, ports,
//! accounts. Two findings that touch the same thing belong together:
//!
//! - **Tree**: both processes descend from one program below process 1. What serves strangers to each other is not a
//!   tree: process 1 and user managers, programs that let people in and the shells that they start for a person, cron
//!   and at, engines of containers, the kernel. What was left behind counts for the session that it was started in.
//! - **File**: the same file; a program and the entry (crontab, unit, hook) that starts it; a library and a program
//!   that has it loaded; files of the same content. Files as their package brought them join nothing: two intruders may
//!   use one Python.
//! - **Directory**: a directory of one's own in a volatile place or behind a hidden name: `/dev/shm/.x`, not `/tmp`.
//!
//! Alerts (`suspicious` and above) are also joined by weaker things: an address that both talk to, a port, the control
//! group of a service, a directory in somebody's home, the account that one is about and the other runs as (never root;
//! an account of services only when both happened within half an hour), a web server's account when one is its script
//! and the other its descendant; and by **time**: alerts whose first traces lie within ten minutes of each other are
//! the work of one visitor, whatever they touched. A first trace is the earliest of what the detector says, the start
//! of the process and the last change of a file that is not as a package brought it. The start of what began with the
//! machine is no trace, nor is a time at which whole packages were written: an installation, a restored backup.
//!
//! An odd **login** is joined with what happened until its logout, but no longer than a day, or within an hour where
//! no logout is known: with what bears no account's name or root's, and with what bears the login's account or that of
//! an account that was made in that time. And with other odd logins from its address, unless that is one of one's own
//! networks, or people came from there a week before, or many accounts. Addresses that only failed join nothing.
//!
//! What is no alert never connects two incidents. It is added to the one that it shares something with, or that
//! happened within the same ten minutes. An alert without time that shares nothing belongs to the one incident there
//! is; where there are more, it stays alone. Nothing else is a reason: two break-ins are two incidents.
//!
//! # What makes an incident
//! A finding that is an alert; or three that are `unusual`, of two kinds (the part before the slash of a detector's
//! name) and about two things, joined by tree, file or directory, or within half an hour below one directory. What lies
//! in the admin's own places, runs in a container or has a person beside it does not count there: oddities of a busy
//! admin are not an incident. The level is that of the worst finding; three kinds of alerts together, or an absolute
//! one with an alert of another kind, have no innocent cause: `compromised`.

mod entry;
mod join;
mod nearby;
mod restart;
mod site;
mod tell;
#[cfg(test)]
mod tests;
mod time;
mod touch;
mod tree;
mod weigh;

use crate::Detector;
use keeneye_facts::{Finding, Incident, Level};
use keeneye_world::World;
use site::Site;
use touch::Touch;

/// A finding with what it touches.
#[derive(Debug)]
struct Item<'a> {
    finding: &'a Finding,
    touch: Touch,
}

impl Item<'_> {
    fn is_alert(&self) -> bool {
        self.finding.level >= Level::Suspicious
    }
}

/// Findings that belong together, joined, weighed and told; the worst incident first.
pub fn incidents(world: &World, findings: &[Finding], detectors: &[&Detector]) -> Vec<Incident> {
    let site = Site::of(world);
    let items: Vec<Item<'_>> =
        findings.iter().map(|finding| Item { finding, touch: touch::touch(&site, finding) }).collect();
    let mut incidents: Vec<Incident> = join::groups(&site, &items)
        .into_iter()
        .filter_map(|group| {
            let level = weigh::level(&site, &group, detectors)?;
            Some(tell::incident(&site, group, level, detectors))
        })
        .collect();
    incidents.sort_by(|a, b| (b.level, a.first_trace, &a.id).cmp(&(a.level, b.first_trace, &b.id)));
    incidents
}
