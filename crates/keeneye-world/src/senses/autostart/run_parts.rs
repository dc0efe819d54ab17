//! Scripts that cron starts every hour, day, week and month, and anacron(8).

use super::cron::{self, is_run_parts_name, split_fields};
use super::programs::{self, Shell};
use super::{entry, environment, places, script};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Refusal, Text};

/// Directories, and how often. busybox and SUSE have more than Debian.
const DIRS: [(&str, &str); 10] = [
    ("/etc/cron.hourly", "hourly"),
    ("/etc/cron.daily", "daily"),
    ("/etc/cron.weekly", "weekly"),
    ("/etc/cron.monthly", "monthly"),
    ("/etc/cron.yearly", "yearly"),
    ("/etc/periodic/15min", "15min"),
    ("/etc/periodic/hourly", "hourly"),
    ("/etc/periodic/daily", "daily"),
    ("/etc/periodic/weekly", "weekly"),
    ("/etc/periodic/monthly", "monthly"),
];
/// Lines that are read of anacrontab.
const MAX_LINES: usize = 10_000;

pub(super) fn scripts(look: &mut Look<'_>, _: &World) {
    let strict = look.optional_stat(&Text::from("/etc/debian_version")).is_some();
    for (dir, when) in DIRS {
        for place in places::files(look, dir) {
            let name = place.name();
            let dormant = name.starts_with(b".") || strict && !is_run_parts_name(&name);
            let kind = AutostartKind::CronScript;
            let (user, when) = (Some(Text::from("root")), Text::from(when));
            script::saw(look, &place, Autostart { kind, name, user, when, dormant, ..Autostart::default() });
        }
    }
}

pub(super) fn anacron(look: &mut Look<'_>, world: &World) {
    let Some(place) = places::file(look, &Text::from("/etc/anacrontab")) else { return };
    let Some(text) = look.optional_read_lines(&place.target, MAX_LINES) else { return };
    let of = Autostart {
        kind: AutostartKind::Cron,
        path: place.target.clone(),
        user: Some(Text::from("root")),
        name: Text::from("anacrontab"),
        ..Autostart::default()
    };
    let root = Text::from("root");
    let shell = Shell::of_user(world, Some(&root));
    let mut garbled = cron::Table::default();
    for (index, line) in text.lines().enumerate().take(MAX_LINES) {
        let (number, line) = (entry::line_number(index), line.trim_ascii());
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        if let Some((name, value)) = cron::setting(line) {
            environment::saw(look, &of, number, &name, &value);
            continue;
        }
        match job(line) {
            Some((when, name, command)) => {
                let named = programs::of_shell_in(&command, &shell);
                entry::saw(look, Autostart { line: Some(number), when, name, command, ..of.clone() }, named);
            }
            None => garbled.garbled(number),
        }
    }
    if let Some((line, more)) = garbled.garbled {
        look.gap(place.target, Refusal::Garbled(format!("line {line} is no line of anacrontab, and {more} more")));
    }
}

/// Period, delay, name and command of anacrontab(5).
fn job(line: &[u8]) -> Option<(Text, Text, Text)> {
    let (when, rest) = split_fields(line, 2)?;
    let (name, command) = split_fields(rest, 1)?;
    let command = command.trim_ascii();
    let starts = when.first().is_some_and(|b| b.is_ascii_digit() || *b == b'@');
    (starts && !command.is_empty()).then(|| (Text::from(when), Text::from(name), Text::from(command)))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn jobs_of_anacron() {
        let told = job(b"7\t10 cron.weekly run-parts --report /etc/cron.weekly").unwrap();
        assert_eq!(told, ("7\t10".into(), "cron.weekly".into(), "run-parts --report /etc/cron.weekly".into()));
        assert_eq!(job(b"@monthly 15 x"), None);
        assert_eq!(job(b"x 15 y z"), None);
    }
    #[test]
    fn mutated_anacrontabs_never_panic() {
        let real = b"1\t5\tcron.daily\trun-parts --report /etc/cron.daily\n@monthly 15 cron.monthly nice run-parts x\n";
        crate::mutate::check(&[real], |bytes| bytes.lines().any(|line| job(line).is_some()));
    }
}
