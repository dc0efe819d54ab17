//! A file that the baseline knows is gone, or a log has lost what was in it.
//!
//! # What it sees
//! A log that lost what was in it in place, without having been rotated: `unusual`, and `suspicious` where it tells who
//! logged in (`auth.log`, `secure`, `wtmp`, `audit.log`). It need not be shorter: its old lines or records are no
//! longer at its beginning. A program of a package that still is installed: `unusual`. A live log, an entry that
//! started something, a file that decided who gets in, a program among packages' own: a note. Other files that go are
//! nothing.
//!
//! # Why it matters
//! Who breaks in cuts logs to take his traces out, and removes what watches: an audit rule, a log forwarder's unit.
//!
//! # Innocent causes
//! A package was removed, and its files with it: no finding where its record went too. An admin disabled a unit or took
//! a colleague's key away. `logrotate` with `copytruncate` leaves the old content beside, which is seen. Logs that fill
//! the disk are emptied by hand.
//!
//! # What to do
//! Compare with the copy of the log that the log server or the backup has. `keeneye scan --save` remembers what is
//! there now.

use super::since::{self, Said};
use crate::{Detector, Scene, place};
use keeneye_facts::{Aspect, Change, Class, Entry, Finding, Level, Text, Weight};
use keeneye_world::log_name;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/gone-since-baseline",
    title: "a file of the baseline is gone, or a log was cut",
    level: Level::Suspicious,
    attack: &["T1070.002", "T1562.001"],
    absolute: false,
    source: include_str!("gone_since_baseline.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let told = since::changes(scene).filter(|(group, _)| !since::is_explained(group));
    let said = told.filter_map(|(_, change)| judge(change)).collect();
    since::findings(&DETECTOR, scene.world, said)
}

fn judge(change: &Change) -> Option<Said<'_>> {
    let (level, what, many) = if change.is(Aspect::Shortened) {
        let level = if is_of_logins(change.path()) { Level::Suspicious } else { Level::Unusual };
        (level, "lost what was in it, and was not rotated", "logs that lost what was in them")
    } else if change.is(Aspect::Removed) {
        gone(change, change.before.as_ref()?)?
    } else {
        return None;
    };
    Some(Said { change, level, what: what.into(), many })
}

/// What tells who logged in, or a part of it that was rotated away. btmp grows until somebody empties it.
fn is_of_logins(path: &Text) -> bool {
    let base = log_name::base(path.file_name());
    path.is_within("/var/log") && (log_name::tells_of_logins(base) || matches!(base, b"wtmp" | b"audit.log"))
}

fn gone(change: &Change, before: &Entry) -> Option<(Level, &'static str, &'static str)> {
    if before.is_dir() {
        return None;
    }
    let weight = keeneye_world::baseline::weight_of(change);
    if change.owner.is_owned() && since::is_code(before) {
        return Some((Level::Unusual, "is gone, and its package is still there", "programs of packages that are gone"));
    }
    let packaged = place::is_packaged(&before.path) && since::is_code(before);
    let system = before.path.is_within("/etc") || before.path.is_within("/root") || before.path.is_within("/home");
    let log = change.class == Class::Grows && before.is_regular();
    let matters = log || packaged || matches!(weight, Weight::Start | Weight::Access) && system;
    matters.then_some((Level::Note, "is gone since the baseline", "files that are gone since the baseline"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/gone-since-baseline";

    #[test]
    fn a_log_that_was_cut_and_one_that_was_rotated() {
        let said = "suspicious: /var/log/auth.log lost what was in it, and was not rotated";
        check(NAME, "baseline 3\nchange /var/log/auth.log shortened", &[said]);
        check(NAME, "baseline 3\nchange /var/log/auth.log shortened was-ino=6", &[]);
        let copied = "baseline 3\nchange /var/log/auth.log shortened\nchange /var/log/auth.log.1 new";
        check(NAME, copied, &[]);
        let packed = "baseline 3\nchange /var/log/auth.log shortened\nchange /var/log/auth.log.1.gz new";
        check(NAME, packed, &[]);
    }
    #[test]
    fn logs_that_tell_who_came_weigh_more() {
        let cut = |path: &str, level: &str| {
            let said = format!("{level}: {path} lost what was in it, and was not rotated");
            check(NAME, &format!("baseline 3\nchange {path} shortened"), &[&said]);
        };
        for path in ["/var/log/wtmp", "/var/log/wtmp.1", "/var/log/secure", "/var/log/audit/audit.log.2"] {
            cut(path, "suspicious");
        }
        for path in ["/var/log/syslog", "/var/log/btmp", "/var/log/app/secure.txt"] {
            cut(path, "unusual");
        }
    }
    #[test]
    fn what_is_gone() {
        let host = "baseline 3\npackage audit 3 owns /usr/sbin/x\n";
        let gone = |line: &str| format!("{host}{line}");
        check(
            NAME,
            &gone("change /usr/sbin/auditd gone mode=100755"),
            &["note: /usr/sbin/auditd is gone since the baseline"],
        );
        check(NAME, &gone("change /etc/cron.d/x gone"), &["note: /etc/cron.d/x is gone since the baseline"]);
        check(NAME, &gone("change /srv/x gone"), &[]);
        let removed = "change /usr/sbin/auditd gone mode=100755\nchange /var/lib/dpkg/info/auditd.list gone";
        check(NAME, &gone(removed), &[]);
        check(NAME, &gone("change /var/log/app.log gone"), &["note: /var/log/app.log is gone since the baseline"]);
        check(NAME, &gone("change /var/log/app.log.4.gz gone"), &[]);
    }
}
