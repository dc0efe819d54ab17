//! Scripts of System V init and its kin: `/etc/rc.local`, `/etc/init.d`, `/etc/rcN.d`, inittab(5), local.d of OpenRC.

use super::cron::Table;
use super::places::{self, Place};
use super::programs;
use super::{entry, script};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Refusal, Text};
use std::collections::BTreeSet;

/// Scripts that run at the end of the start, and at other moments of it.
const LOCAL: [&str; 5] =
    ["/etc/rc.local", "/etc/rc.d/rc.local", "/etc/init.d/boot.local", "/etc/rc.shutdown", "/etc/rc.local.shutdown"];
/// Directories of scripts; those with a number hold links to the others as a rule.
const DIRS: [&str; 20] = [
    "/etc/init.d",
    "/etc/rc.d/init.d",
    "/etc/local.d",
    "/etc/rcS.d",
    "/etc/rc0.d",
    "/etc/rc1.d",
    "/etc/rc2.d",
    "/etc/rc3.d",
    "/etc/rc4.d",
    "/etc/rc5.d",
    "/etc/rc6.d",
    "/etc/rc.d/rcS.d",
    "/etc/rc.d/rc0.d",
    "/etc/rc.d/rc1.d",
    "/etc/rc.d/rc2.d",
    "/etc/rc.d/rc3.d",
    "/etc/rc.d/rc4.d",
    "/etc/rc.d/rc5.d",
    "/etc/rc.d/rc6.d",
    "/etc/boot.d",
];

pub(super) fn scripts(look: &mut Look<'_>, _: &World) {
    let mut seen = BTreeSet::new();
    for path in LOCAL {
        if let Some(place) = places::file(look, &Text::from(path)) {
            tell(look, &place, &mut seen);
        }
    }
    for dir in DIRS {
        for place in places::files(look, dir) {
            if !matches!(
                place.name().as_bytes(),
                b"README" | b"skeleton" | b".depend.boot" | b".depend.start" | b".depend.stop"
            ) {
                tell(look, &place, &mut seen);
            }
        }
    }
}

fn tell(look: &mut Look<'_>, place: &Place, seen: &mut BTreeSet<Text>) {
    if !seen.insert(place.target.clone()) {
        return;
    }
    let (kind, user) = (AutostartKind::InitScript, Some(Text::from("root")));
    script::saw(look, place, Autostart { kind, name: place.name(), user, ..Autostart::default() });
}

pub(super) fn inittab(look: &mut Look<'_>, _: &World) {
    let Some(place) = places::file(look, &Text::from("/etc/inittab")) else { return };
    let Some(text) = look.optional_read(&place.target) else { return };
    let mut garbled = Table::default();
    for (index, line) in text.lines().enumerate().take(1_000) {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let number = entry::line_number(index);
        let Some((when, command)) = process(line) else {
            garbled.garbled(number);
            continue;
        };
        let entry = Autostart {
            kind: AutostartKind::InitScript,
            path: place.target.clone(),
            line: Some(number),
            name: Text::from("inittab"),
            user: Some(Text::from("root")),
            dormant: when == "off",
            when,
            command,
            ..Autostart::default()
        };
        let named = programs::of_shell(&entry.command);
        if !entry.command.is_empty() {
            entry::saw(look, entry, named);
        }
    }
    if let Some((line, more)) = garbled.garbled {
        look.gap(place.target, Refusal::Garbled(format!("line {line} is no line of inittab, and {more} more")));
    }
}

/// Action and process of `id:runlevels:action:process`. A plus before the process keeps it out of utmp.
fn process(line: &[u8]) -> Option<(Text, Text)> {
    let fields: Vec<&[u8]> = line.splitn(4, |b| *b == b':').collect();
    let [_, _, action, process] = fields.as_slice() else { return None };
    let process = process.trim_ascii();
    Some((Text::from(action.trim_ascii()), Text::from(process.strip_prefix(b"+").unwrap_or(process))))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn lines_of_inittab() {
        assert_eq!(
            process(b"1:2345:respawn:/sbin/getty 38400 tty1"),
            Some(("respawn".into(), "/sbin/getty 38400 tty1".into()))
        );
        assert_eq!(process(b"x:2:once:+/opt/a:b"), Some(("once".into(), "/opt/a:b".into())));
        assert_eq!(process(b"x:2:once"), None);
    }
    #[test]
    fn mutated_inittabs_never_panic() {
        let real = b"id:2:initdefault:\nsi::sysinit:/etc/init.d/rcS\n1:2345:respawn:/sbin/getty --noclear 38400 tty1\n";
        crate::mutate::check(&[real], |bytes| bytes.lines().any(|line| process(line).is_some()));
    }
}
