//! A file gives rights, or lets others write it, and did not when the baseline was made.
//!
//! # What it sees
//! A program that gives whoever runs it another user's rights (set-user-id, file capabilities) and is new or did not:
//! `suspicious`; another group's, capabilities that are not as good as root's, and the rights of a person in that
//! person's own home: `unusual`. In the root of another
//! system, such as a chroot, or a copy of a packaged program that gives the same here: a note. A program, a start file or one that decides who gets in that others than
//! its owner may write now, or that belongs to another user now: `unusual`. Other changes of mode, owner, access lists
//! and chattr flags below /etc and among packages' files: a note.
//!
//! # Why it matters
//! A copy of a shell with the set-user-id bit is the shortest way back to root.
//!
//! # Innocent causes
//! A package brought it so, and its record changed with it: no finding. An admin gave a program the right to open low
//! ports with setcap(8): look whose program it is.
//!
//! # What to do
//! `keeneye look file PATH`. Ask who changed it. `chmod u-s PATH` or `setcap -r PATH` takes the right away, after a copy
//! was kept.

use super::capability_odd;
use super::rights::{self, Packaged};
use super::since::{self, Said};
use crate::{Detector, Scene, place};
use keeneye_facts::{Aspect, Change, Class, Entry, FileFact, Finding, Level, Weight};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/rights-since-baseline",
    title: "a file gives rights that it did not give before",
    level: Level::Suspicious,
    attack: &["T1548.001", "T1222.002"],
    absolute: false,
    source: include_str!("rights_since_baseline.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let told = since::changes(scene).filter(|(group, _)| !since::is_explained(group));
    let packaged = Packaged::of(scene.world);
    let said = told.filter_map(|(_, change)| judge(scene.world, &packaged, change)).collect();
    since::findings(&DETECTOR, scene.world, said)
}

fn judge<'a>(world: &World, packaged: &Packaged<'_>, change: &'a Change) -> Option<Said<'a>> {
    let after = change.after.as_ref()?;
    let fact = world.file(&after.path);
    // Another system's own, or a copy of what gives the same rights here.
    let again =
        |fact: &FileFact| rights::of_another_system(world, packaged, fact).is_some() || packaged.has_another(fact);
    let gives_nothing_new = fact.is_some_and(again);
    if rights::is_on_image(world, &after.path) || fact.is_none() && since::is_of_an_engine(&after.path) {
        return None;
    }
    let (level, what, many) = match gives(change, after) {
        Some((_, what, many)) if gives_nothing_new => (Level::Note, what, many),
        Some((_, what, many)) if is_weak(after, fact) || is_of_its_owner(world, after) => (Level::Unusual, what, many),
        Some(given) => given,
        None => other(change, change.before.as_ref()?, after)?,
    };
    Some(Said { change, level, what: what.into(), many })
}

/// It gives the rights of a person, not of root, and lies in that person's own home.
fn is_of_its_owner(world: &World, after: &Entry) -> bool {
    let home = place::home_of(&after.path, &world.accounts).and_then(|home| home.account);
    let own = home.is_some_and(|account| account.uid == after.uid && account.uid != 0);
    own && after.mode & 0o4000 != 0 && after.attributes.capabilities.is_none()
}

/// All that it gives are capabilities with which nobody gets all others, such as that of opening low ports.
fn is_weak(after: &Entry, fact: Option<&FileFact>) -> bool {
    let capabilities = fact.and_then(|fact| fact.capabilities);
    let setuid = after.mode & 0o4000 != 0;
    !setuid && capabilities.is_some_and(|capabilities| !capability_odd::is_strong(&capabilities))
}

type Judged = (Level, &'static str, &'static str);

/// It gives rights that it did not give, or those of another user.
fn gives(change: &Change, after: &Entry) -> Option<Judged> {
    if !after.gives_rights() || after.mode & 0o111 == 0 {
        return None;
    }
    let before = change.before.as_ref().filter(|before| before.is_regular());
    let had = |bits: u32| before.is_some_and(|before| before.mode & bits == bits && before.uid == after.uid);
    let user = after.mode & 0o4000 != 0 && !had(0o4000);
    let capable = after.attributes.capabilities.is_some()
        && before.is_none_or(|before| before.attributes.capabilities != after.attributes.capabilities);
    let group = after.mode & 0o2010 == 0o2010 && !had(0o2000);
    let many = "programs that give rights since the baseline";
    if user || capable {
        return Some((
            Level::Suspicious,
            "gives its caller rights that it did not give when the baseline was made",
            many,
        ));
    }
    group.then_some((Level::Unusual, "gives its caller another group since the baseline", many))
}

fn other(change: &Change, before: &Entry, after: &Entry) -> Option<Judged> {
    const ABOUT: [Aspect; 5] = [Aspect::Mode, Aspect::Owner, Aspect::Acl, Aspect::Flags, Aspect::Capabilities];
    if !ABOUT.iter().any(|aspect| change.is(*aspect)) || change.class == Class::Changes {
        return None;
    }
    let heavy = matches!(
        keeneye_world::baseline::weight_of(change),
        Weight::Program | Weight::Start | Weight::Access | Weight::Rights
    );
    let theirs = place::is_packaged(&after.path) || after.path.is_within("/etc");
    let open = |entry: &Entry| entry.stat().writable_by_others() && !entry.is_dir();
    let opened = open(after) && !open(before);
    let handed = before.uid == 0 && after.uid != 0;
    if heavy && theirs && (opened && after.mode & 0o002 != 0 || handed) {
        let many = "files that others may write since the baseline";
        return Some((Level::Unusual, "may be written by others than when the baseline was made", many));
    }
    let kept = after.immutable && !before.immutable;
    (theirs || kept).then_some((
        Level::Note,
        "has another mode, owner or attribute than when the baseline was made",
        "files with other modes, owners or attributes",
    ))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/rights-since-baseline";
    const GIVES: &str = "gives its caller rights that it did not give when the baseline was made";

    #[track_caller]
    fn check_host(line: &str, said: &[&str]) {
        check(NAME, &format!("baseline 3\n{line}"), said);
    }

    #[test]
    fn rights_that_were_not_there() {
        check_host(
            "change /usr/bin/find mode mode=104755 was-mode=100755",
            &[&format!("suspicious: /usr/bin/find {GIVES}")],
        );
        check_host("change /usr/bin/find content mode=104755", &[]);
        check_host("change /opt/x new mode=104755", &[&format!("suspicious: /opt/x {GIVES}")]);
        check_host("change /opt/x new mode=100755", &[]);
        let anna = "/etc/passwd = anna:x:1000:1000::/home/anna:/bin/sh\\n\n";
        let own = format!("{anna}change /home/anna/x new mode=104755 uid=1000");
        check_host(&own, &[&format!("unusual: /home/anna/x {GIVES}")]);
        check_host(&own.replace("uid=1000", "uid=0"), &[&format!("suspicious: /home/anna/x {GIVES}")]);
        check_host("change /opt/x new mode=100755 capable", &[&format!("suspicious: /opt/x {GIVES}")]);
    }
    #[test]
    fn a_right_to_open_low_ports_is_less() {
        let lines = "change /opt/x new mode=100755 capable\n/opt/x : mode=100755 caps=";
        check_host(&format!("{lines}400"), &[&format!("unusual: /opt/x {GIVES}")]);
        check_host(&format!("{lines}80"), &[&format!("suspicious: /opt/x {GIVES}")]);
    }
    #[test]
    fn others_may_write() {
        let said = "unusual: /etc/cron.d/x may be written by others than when the baseline was made";
        check_host("change /etc/cron.d/x mode mode=100666 was-mode=100644", &[said]);
        let note = "note: /etc/cron.d/x has another mode, owner or attribute than when the baseline was made";
        check_host("change /etc/cron.d/x mode mode=100600 was-mode=100644", &[note]);
        check_host("change /srv/x mode mode=100666 was-mode=100644", &[]);
    }
    #[test]
    fn what_a_package_brought_so_is_quiet() {
        let lines = "package sudo 1 owns /usr/bin/sudo\nchange /usr/bin/sudo new mode=104755\n";
        check_host(&format!("{lines}change /var/lib/dpkg/info/sudo.list new"), &[]);
        check_host(lines, &[&format!("suspicious: /usr/bin/sudo {GIVES}")]);
    }
}
