//! A setting of sudo that opens a way around it.
//!
//! # What it sees
//! In sudoers or a file that it includes: a variable kept that makes other code run (`env_keep += LD_PRELOAD`), a
//! search path with a directory that anybody may write to or that hides, passwords not asked for by a setting for
//! everybody, a confirmation that counts for all terminals, no log at all.
//!
//! # Why it matters
//! No rule changes and no account: a person's ordinary right becomes anybody's, or leaves no trace.
//!
//! # Innocent causes
//! Admins who find passwords tiresome (`!authenticate`), or who keep sudo's log in a file of its own: the first is
//! `unusual`, the second quiet. Settings of a file that its package brought are quiet.
//!
//! # What to do
//! Ask who wrote the line, and take it out.

use crate::{Detector, Scene, place, subject};
use bstr::ByteSlice;
use keeneye_facts::{Finding, Level, Subject, SudoDefault, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/sudo-setting",
    title: "a setting of sudo opens a way around it",
    level: Level::Suspicious,
    attack: &["T1548.003", "T1574.006"],
    absolute: false,
    source: include_str!("sudo_setting.rs"),
    run,
};

/// Variables by which a program loads code before anything else.
const LOADS_CODE: &[&[u8]] = &[
    b"LD_PRELOAD",
    b"LD_AUDIT",
    b"LD_LIBRARY_PATH",
    b"LD_*",
    b"BASH_ENV",
    b"ENV",
    b"PERL5OPT",
    b"PYTHONSTARTUP",
    b"*",
];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let foreign = |one: &&SudoDefault| !scene.world.owner(&one.path).is_intact();
    let found = scene.world.sudo_defaults.iter().filter(foreign);
    found.filter_map(|one| judge(scene.world, one).map(|(level, what)| finding(scene, one, level, &what))).collect()
}

fn judge(world: &World, default: &SudoDefault) -> Option<(Level, String)> {
    let setting = default.setting.as_slice();
    let for_all = default.scope.is_empty();
    let name_end = setting.iter().position(|b| b" \t=+-".contains(b)).unwrap_or(setting.len());
    let (name, value) = (setting.get(..name_end)?, setting.get(name_end..)?.trim_ascii());
    let (adds, value) = (!value.starts_with(b"-"), value.trim_start_with(|c| "+-= \t\"".contains(c)));
    match name {
        b"env_keep" | b"env_check" if adds => {
            let mut words = value.split(|b| b.is_ascii_whitespace() || b"\"=".contains(b));
            let kept = words.find(|word| LOADS_CODE.contains(word))?;
            Some((
                Level::Suspicious,
                format!("keeps {}, by which a caller loads code into what runs as root", kept.as_bstr()),
            ))
        }
        b"secure_path" => {
            let dir = value.split(|b| *b == b':' || *b == b'"').find(|dir| is_odd_dir(dir))?;
            Some((Level::Suspicious, format!("searches commands in {}", dir.as_bstr())))
        }
        b"!authenticate" if for_all => Some((Level::Unusual, "asks nobody for a password".into())),
        b"exempt_group" => Some((Level::Unusual, format!("asks group {} for no password", value.as_bstr()))),
        b"!env_reset" if for_all => Some((Level::Unusual, "hands on the whole environment".into())),
        b"!tty_tickets" => Some((Level::Unusual, "lets one password count for all terminals".into())),
        b"timestamp_type" if value.starts_with(b"global") => {
            Some((Level::Unusual, "lets one password count for all terminals".into()))
        }
        b"!log_allowed" => Some((Level::Unusual, "logs nothing of what it allows".into())),
        b"!syslog" if for_all && !has_log_file(world) => Some((Level::Unusual, "logs nothing".into())),
        _ => None,
    }
}

fn is_odd_dir(dir: &[u8]) -> bool {
    let below = Text::from(dir).join("x");
    let relative = !dir.is_empty() && !dir.starts_with(b"/");
    relative || !dir.is_empty() && (place::is_volatile(&below) || place::hidden_component(&below).is_some())
}

fn has_log_file(world: &World) -> bool {
    world.sudo_defaults.iter().any(|one| one.setting.starts_with(b"logfile") && !one.setting.contains_str("/dev/null"))
}

fn finding(scene: &Scene<'_>, default: &SudoDefault, level: Level, what: &str) -> Finding {
    let path = default.path.lossy();
    let subject = Subject { line: Some(default.line), ..subject::file(&default.path) };
    let finding = DETECTOR
        .finding(level, subject, format!("{path}:{} {what}", default.line))
        .evidence("setting", [b"Defaults", default.scope.as_slice(), b" ", default.setting.as_slice()].concat())
        .innocent("an admin's convenience", false, "ask who wrote it")
        .next(format!("keeneye look file {path}"));
    match scene.world.file(&default.path).and_then(|file| file.stat) {
        Some(stat) => finding.since(stat.changed),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, findings};
    const NAME: &str = "login/sudo-setting";

    fn said(line: &str) -> Vec<String> {
        findings(NAME, &format!("package base 1 owns /etc/sudoers.d/p\n/etc/sudoers = Defaults{line}\\n"), &[])
    }

    #[test]
    fn what_loads_code_is_loud() {
        assert_eq!(
            said(" env_keep += LD_PRELOAD"),
            ["suspicious: /etc/sudoers:1 keeps LD_PRELOAD, by which a caller loads code into what runs as root"]
        );
        for line in [
            " env_keep+=\"DISPLAY LD_PRELOAD\"",
            ":anna env_keep = LD_LIBRARY_PATH",
            " env_keep += \"BASH_ENV\"",
            " secure_path=\"/tmp:/bin\"",
            " secure_path = /usr/bin:/opt/.x",
            " secure_path=.:/bin",
        ] {
            let said = said(line);
            assert!(said.len() == 1 && said[0].starts_with("suspicious: "), "{line} {said:?}");
        }
    }
    #[test]
    fn what_takes_away_a_password_or_the_log_is_unusual() {
        for line in [
            " !authenticate",
            " exempt_group=staff",
            " !tty_tickets",
            " timestamp_type=global",
            " !syslog",
            " !log_allowed",
            " !env_reset",
        ] {
            let said = said(line);
            assert!(said.len() == 1 && said[0].starts_with("unusual: "), "{line} {said:?}");
        }
    }
    #[test]
    fn ordinary_settings_are_quiet() {
        for line in [
            " env_reset",
            " mail_badpass",
            " secure_path=\"/usr/local/sbin:/usr/bin:/snap/bin\"",
            " env_keep += \"COLORS DISPLAY HOSTNAME LANG\"",
            " env_keep -= LD_PRELOAD",
            ":anna !authenticate",
            " use_pty",
            " logfile=/var/log/sudo.log, !syslog",
            " timestamp_timeout=30",
            " timestamp_type=tty",
        ] {
            assert_eq!(said(line), [""; 0], "{line}");
        }
        check(
            NAME,
            "package base 1 owns /etc/sudoers.d/p\n/etc/sudoers = @includedir /etc/sudoers.d\\n\n/etc/sudoers.d/p = Defaults !authenticate\\n",
            &[],
        );
    }
}
