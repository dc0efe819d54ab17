//! Lines of logs without the passwords that stand in commands.

use crate::logs::Stamp;
use crate::logs::tally::Tallied;
use crate::reduce;
use keeneye_facts::Text;
use memchr::memmem::Finder;
use std::collections::HashSet;

/// What stands before the command of sudo and its like, of cron and of the audit log.
const COMMANDS: [&str; 3] = ["COMMAND=", "CMD (", "cmd="];

/// So many lines without a secret are known again; the same few commands are run all day long.
const KNOWN: usize = 1_024;

/// What is secret in commands stays behind, as everywhere.
pub(super) fn masked(mut tallied: Tallied) -> Tallied {
    let commands = COMMANDS.map(Finder::new);
    // Lines without their stamps.
    let mut harmless = HashSet::new();
    for line in &mut tallied.lines {
        let said = Stamp::read(&line.text).map_or(line.text.as_slice(), |(_, rest)| rest);
        if commands.iter().all(|word| word.find(said).is_none()) || harmless.contains(said) {
            continue;
        }
        let said = said.to_vec();
        if !mask(&mut line.text) && harmless.len() < KNOWN {
            harmless.insert(said);
        }
    }
    for repeats in &mut tallied.repeats {
        mask(&mut repeats.command);
    }
    tallied
}

/// Whether there was a secret in it.
fn mask(text: &mut Text) -> bool {
    let mut bytes = text.as_slice().to_vec();
    reduce::line(&mut bytes);
    let masked = bytes != text.as_slice();
    if masked {
        *text = Text::from(bytes);
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::tally::{Limits, Tally};

    fn said(log: &[String]) -> Vec<String> {
        let mut tally = Tally::new(Limits::default());
        log.iter().for_each(|line| tally.feed(format!("{line}\n").as_bytes()));
        let tallied = masked(tally.finish(1_767_268_800, &|_| 0));
        tallied.lines.iter().map(|line| line.text.lossy().into_owned()).collect()
    }

    #[test]
    fn secrets_stay_behind_each_time() {
        let line = |second: u32, command: &str| {
            format!("Jan  1 00:00:0{second} web sudo: anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND={command}")
        };
        let (secret, hidden) = ("/usr/bin/mysql -phunter2", "/usr/bin/mysql -p*******");
        let log = [line(1, secret), line(2, "/usr/bin/id -u"), line(3, secret), line(4, "/usr/bin/id -u")];
        let told = [line(1, hidden), line(2, "/usr/bin/id -u"), line(3, hidden), line(4, "/usr/bin/id -u")];
        assert_eq!(said(&log), told);
    }

    #[test]
    fn a_line_is_not_known_by_its_end() {
        let doas =
            |command| format!("<85>1 2026-01-01T00:00:01Z web doas 7 - - bob ran command {command} as root from /");
        let sudo = |data| {
            format!("<85>1 2026-01-01T00:00:02Z web sudo 7 - {data} anna : TTY=pts/0 ; USER=root ; COMMAND=/bin/id")
        };
        let log = [
            doas("/bin/echo a: COMMAND=x"),
            doas("/usr/bin/mysql -phunter2 a: COMMAND=x"),
            sudo("-"),
            sudo("[x@1 token=\"hunter2hunter2\"]"),
        ];
        let told = said(&log);
        assert_eq!(told.len(), 4);
        assert!(told.iter().all(|line| !line.contains("hunter2")), "{told:?}");
    }
}
