//! Senses: one file for each thing that is read. Each asks the host, parses, and hands back facts and gaps.

mod accounts;
mod autostart;
mod claims;
mod containers;
mod controls;
mod crossview;
mod disk;
mod files;
mod firewall;
mod garbage;
mod host;
mod interfaces;
mod ipc;
mod kernel;
mod libraries;
mod logs;
mod mounts;
mod names;
mod net_namespaces;
mod net_tables;
mod netlink;
mod processes;
mod secure_shell;
mod services;
mod sockets;
mod sudo;
mod yara;

use files::kind as kind_of_content;
pub(crate) use mounts::table as mount_table;
#[cfg(any(test, feature = "fixture"))]
pub(crate) use processes::container::parse as container_of;

use garbage::Garbage;

use crate::packages::Vendor;
use crate::{Host, Look, World};
use keeneye_facts::{Refusal, Text};
use serde::{Deserialize, Serialize};

/// What to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// Leave out the brute-force views (all process ids, all ports) and large digests.
    pub quick: bool,
    /// Leave out the comparison of every packaged file with its package.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_packages: bool,
    /// Hold all files against the newest baseline.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub baseline: bool,
    /// Look at nothing but packaged files and what is needed to compare them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_packages: bool,
    /// Look at nothing but logs and login records and what is needed to tell whose they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_logs: bool,
    /// Look at nothing but accounts, what they may do, run and connect to, and who came in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_accounts: bool,
    /// When packages were put in place is told, although packages are not looked at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub package_times: bool,
    /// Keys of packages' signatures that the person trusts: OpenPGP, armoured or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Text>,
    /// What vendors say of their packages' files, where the person asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Vendor>,
    /// Compare listings of directories with the file system on the block device.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raw: bool,
    /// YARA rules of the person who looks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<crate::yara::RuleFile>,
    /// Paths that the person asks about, looked at besides all others.
    pub files: Vec<Text>,
}

/// A sense: asks through the look, may read what earlier senses saw.
pub type Sense = fn(&mut Look<'_>, &World, &Plan);

/// Every sense, in the order of looking: later ones use what earlier ones saw.
pub const SENSES: &[(&str, Sense)] = &[
    ("host", host::look),
    ("accounts", accounts::look),
    ("sudo", sudo::look),
    ("secure_shell", secure_shell::look),
    ("names", names::look),
    ("services", services::look),
    ("mounts", mounts::look),
    ("processes", processes::look),
    ("crossview", crossview::look),
    ("net_namespaces", net_namespaces::look),
    ("sockets", sockets::look),
    ("interfaces", interfaces::look),
    ("ipc", ipc::look),
    ("kernel", kernel::look),
    ("containers", containers::look),
    ("layers", containers::layers),
    ("controls", controls::look),
    ("firewall", firewall::look),
    ("libraries", libraries::look),
    ("claims", claims::look),
    ("autostart", autostart::look),
    ("logs", logs::look),
    ("files", files::look),
    ("yara", yara::look),
    ("disk", disk::look),
];

/// Of these, what is needed to compare packaged files, and to read logs: what runs and what PAM asks are excuses.
const OF_PACKAGES: [&str; 3] = ["host", "accounts", "files"];
const OF_LOGS: [&str; 8] = ["host", "accounts", "secure_shell", "services", "mounts", "processes", "autostart", "logs"];

/// And to tell all of an account or an address.
const OF_ACCOUNTS: [&str; 13] = [
    "host",
    "accounts",
    "sudo",
    "secure_shell",
    "services",
    "mounts",
    "processes",
    "net_namespaces",
    "sockets",
    "libraries",
    "autostart",
    "logs",
    "files",
];

/// Looks at a host once: a burst of "seen" events, folded into a world.
pub fn scan(host: &dyn Host, plan: &Plan) -> World {
    scan_with(host, plan, &mut |_| ())
}

/// The same, saying which sense begins (for a progress line).
pub fn scan_with(host: &dyn Host, plan: &Plan, begins: &mut dyn FnMut(&'static str)) -> World {
    let mut world = World::default();
    for (name, sense) in SENSES {
        let left_out = |only: bool, senses: &[&str]| only && !senses.contains(name);
        let left_out = left_out(plan.only_packages, &OF_PACKAGES)
            || left_out(plan.only_logs, &OF_LOGS)
            || left_out(plan.only_accounts, &OF_ACCOUNTS);
        if left_out {
            continue;
        }
        begins(name);
        // A bug in one sense must not cost the others: it becomes a gap like any other.
        let look = std::panic::AssertUnwindSafe(|| {
            let mut look = Look::new(host, name);
            sense(&mut look, &world, plan);
            look.finish()
        });
        let events = std::panic::catch_unwind(look).unwrap_or_else(|_| {
            let mut look = Look::new(host, name);
            look.count(1, 0);
            look.blinding_gap(*name, Refusal::Garbled("keeneye made a mistake here; please report it".into()));
            look.finish()
        });
        for event in events {
            world.fold(event);
        }
    }
    world
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn begun(plan: &Plan) -> Vec<&'static str> {
        let mut begun = Vec::new();
        scan_with(&Fixture::new(""), plan, &mut |sense| begun.push(sense));
        begun
    }

    #[test]
    fn a_question_about_a_part_is_answered_by_a_part() {
        let plan = Plan { quick: true, ..Plan::default() };
        assert_eq!(begun(&plan), SENSES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        assert_eq!(begun(&Plan { only_packages: true, ..plan.clone() }), OF_PACKAGES);
        assert_eq!(begun(&Plan { only_logs: true, ..plan.clone() }), OF_LOGS);
        assert_eq!(begun(&Plan { only_accounts: true, ..plan }), OF_ACCOUNTS);
    }
}
