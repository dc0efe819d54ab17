//! A service's account in a group that leads to root.
//!
//! # What it sees
//! An account of a service that is a member, by the list or by its main group, of a group that a rule of sudo lets do
//! everything, or of one whose members can become root by design: `docker`, `lxd`, `disk`, `shadow` and their like.
//!
//! # Why it matters
//! Nothing about the account changes but one word in /etc/group, and whoever holds the service holds the machine.
//!
//! # Innocent causes
//! Build servers and monitoring in `docker` are common: such groups are `unusual`, and only groups that sudo lets do
//! everything are more. A package's own account in its own group is quiet.
//!
//! # What to do
//! Ask who added it (`gpasswd -d ACCOUNT GROUP` takes it out). /etc/group- shows what stood there before.

use super::escape::{Reach, furthest};
use super::{is_service, portrait};
use crate::{Detector, Scene, place};
use keeneye_facts::{Account, Finding, Group, Level, Subject, Text};
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/service-in-group",
    title: "a service in a group that leads to root",
    level: Level::Suspicious,
    attack: &["T1098", "T1548.003"],
    absolute: false,
    source: include_str!("service_in_group.rs"),
    run,
};

/// Groups whose members can become root by design, and how.
const LEADS_TO_ROOT: &[(&str, &str)] = &[
    ("docker", "may start containers that hold the whole host"),
    ("podman", "may start containers that hold the whole host"),
    ("lxd", "may start containers that hold the whole host"),
    ("incus-admin", "may start containers that hold the whole host"),
    ("disk", "may read and write all disks"),
    ("kmem", "may read the memory of the machine"),
    ("shadow", "may read the hashes of all passwords"),
    ("root", "may what root's group may"),
];
/// The groups of admins, where sudo's own rules could not be read or were never changed.
const ADMINS: &[&str] = &["sudo", "wheel", "admin"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let by_sudo = named_by_sudo(scene);
    let groups = scene.world.groups.iter().filter_map(|group| Some((group, leads(&by_sudo, group)?)));
    groups
        .flat_map(|(group, (level, what))| {
            let members = scene.world.accounts.iter().filter(move |account| is_foreign_member(scene, account, group));
            members.map(move |account| finding(scene, account, group, level, what))
        })
        .collect()
}

fn leads(by_sudo: &BTreeSet<&Text>, group: &Group) -> Option<(Level, &'static str)> {
    if ADMINS.iter().any(|name| group.name == *name) || is_named(by_sudo, group) {
        return Some((Level::Suspicious, "may do everything by sudo"));
    }
    let known = LEADS_TO_ROOT.iter().find(|(name, _)| group.name == *name || group.gid == 0 && *name == "root");
    known.map(|(_, what)| (Level::Unusual, *what))
}

/// Whom sudo lets do everything.
fn named_by_sudo<'a>(scene: &Scene<'a>) -> BTreeSet<&'a Text> {
    let rules = scene.world.sudo_rules.iter().filter(|rule| rule.who.starts_with(b"%"));
    let all = rules.filter(|rule| matches!(furthest(scene, &rule.commands, None), Reach::Everything(_)));
    all.map(|rule| &rule.who).collect()
}

fn is_named(by_sudo: &BTreeSet<&Text>, group: &Group) -> bool {
    let by_name = Text::from([b"%", group.name.as_slice()].concat());
    by_sudo.contains(&by_name) || by_sudo.contains(&Text::from(format!("%#{}", group.gid)))
}

/// A group that a service has to itself is judged by the rule that names it; root's main group by login/second-root.
fn is_foreign_member(scene: &Scene<'_>, account: &Account, group: &Group) -> bool {
    let listed = group.members.contains(&account.name);
    let main = account.gid == group.gid && group.gid != 0 && group.name != account.name;
    // Alpine puts this one into the group of disks, and nothing runs under it.
    let of_distribution = account.name == "adm" && !place::is_login(account);
    is_service(scene.world, account) && (listed || main) && !of_distribution
}

fn finding(scene: &Scene<'_>, account: &Account, group: &Group, level: Level, what: &str) -> Finding {
    let (name, group_name) = (account.name.lossy(), group.name.lossy());
    let summary = format!("{name}, a service's account, is in group {group_name}: whoever holds it {what}");
    let path = Text::from("/etc/group");
    let subject = Subject { path: Some(path.clone()), line: Some(group.line), ..super::subject(account) };
    let finding = DETECTOR
        .finding(level, subject, summary)
        .evidence("group", format!("{group_name}, line {} of /etc/group, group id {}", group.line, group.gid))
        .innocent("the service needs what the group gives", false, "its manual would say so")
        .next(format!("gpasswd -d {name} {group_name}"));
    let finding = portrait(finding, scene.world, account);
    match scene.world.file(&path).and_then(|file| file.stat) {
        Some(stat) => finding.since(stat.changed),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "login/service-in-group";

    fn said(group: &str, sudoers: &str) -> Vec<String> {
        findings(
            NAME,
            &format!(
                "/etc/passwd = root:x:0:0::/root:/bin/bash\\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\\n\
                 anna:x:1000:1000:::/bin/bash\\ndocker:x:120:120::/:/bin/false\\n\n/etc/group = {group}\\n\n\
                 /etc/sudoers = {sudoers}\\n"
            ),
            &[],
        )
    }
    #[track_caller]
    fn quiet(group: &str) {
        assert_eq!(said(group, "%sudo ALL=(ALL) ALL"), [""; 0], "{group}");
    }

    #[test]
    fn a_service_among_the_admins_is_loud_and_a_person_quiet() {
        let text =
            "suspicious: www-data, a service's account, is in group sudo: whoever holds it may do everything by sudo";
        assert_eq!(said("sudo:x:27:anna,www-data", "%sudo ALL=(ALL:ALL) ALL"), [text]);
        assert_eq!(said("sudo:x:27:www-data", "#"), [text]);
        quiet("sudo:x:27:anna");
        for group in ["wheel:x:10:www-data", "ops:x:500:www-data", "ops:x:33:"] {
            let said = said(group, "%ops ALL=(ALL) NOPASSWD: ALL");
            assert!(said.len() == 1 && said[0].starts_with("suspicious: "), "{group} {said:?}");
        }
    }
    #[test]
    fn groups_that_lead_to_root_by_design() {
        for group in ["docker", "lxd", "disk", "shadow", "root"] {
            let said = said(&format!("{group}:x:121:www-data"), "#");
            assert!(said.len() == 1 && said[0].starts_with("unusual: www-data"), "{group} {said:?}");
        }
    }
    #[test]
    fn other_groups_and_a_services_own_are_quiet() {
        for group in
            ["ssl-cert:x:118:www-data", "docker:x:120:anna", "docker:x:120:", "www-data:x:33:", "adm:x:4:www-data"]
        {
            quiet(group);
        }
        assert_eq!(said("ops:x:500:www-data", "%ops ALL=NOPASSWD: /usr/sbin/smartctl -a"), [""; 0]);
    }
}
