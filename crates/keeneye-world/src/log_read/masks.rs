//! Lines of logs without the passwords that stand in commands.

use crate::logs::tally::Tallied;
use crate::reduce;
use bstr::ByteSlice;
use keeneye_facts::Text;
use memchr::memmem::Finder;
use std::collections::HashSet;

/// What stands before the command of sudo and its like, of cron and of the audit log.
const COMMANDS: [&str; 3] = ["COMMAND=", "CMD (", "cmd="];

/// So many commands without a secret are known again; the same few are run all day long.
const KNOWN: usize = 1_024;

/// What is secret in commands stays behind, as everywhere.
pub(super) fn masked(mut tallied: Tallied) -> Tallied {
    let commands = COMMANDS.map(Finder::new);
    let mut harmless = HashSet::new();
    for line in &mut tallied.lines {
        if let Some(at) = commands.iter().find_map(|word| word.find(&line.text)) {
            // The time, the server and the program stand before it.
            let head = line.text.get(..at).and_then(|head| head.find(": ")).unwrap_or_default();
            mask(&mut line.text, head, &mut harmless);
        }
    }
    tallied.repeats.iter_mut().for_each(|repeats| mask(&mut repeats.command, 0, &mut harmless));
    tallied
}

/// The first bytes, so many, are of no command.
fn mask(text: &mut Text, head: usize, harmless: &mut HashSet<Vec<u8>>) {
    let said = text.get(head..).unwrap_or(text);
    if harmless.contains(said) {
        return;
    }
    let mut bytes = text.as_slice().to_vec();
    reduce::line(&mut bytes);
    if bytes != text.as_slice() {
        *text = Text::from(bytes);
    } else if harmless.len() < KNOWN {
        harmless.insert(said.to_vec());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::tally::{Limits, Tally};

    fn said(log: &str) -> Vec<String> {
        let mut tally = Tally::new(Limits::default());
        tally.feed(log.as_bytes());
        let tallied = masked(tally.finish(1_767_268_800, &|_| 0));
        tallied.lines.iter().map(|line| line.text.lossy().into_owned()).collect()
    }

    #[test]
    fn secrets_stay_behind_each_time() {
        let line = |second: u32, command: &str| {
            format!("Jan  1 00:00:0{second} web sudo: anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND={command}\n")
        };
        let (secret, other) = ("/usr/bin/mysql -phunter2hunter2", "/usr/bin/id -u");
        let log = line(1, secret) + &line(2, other) + &line(3, secret) + &line(4, other) + &line(5, "/usr/bin/id -un");
        let told = said(&log);
        assert_eq!(told.len(), 5);
        assert!(told.iter().all(|line| !line.contains("hunter2")), "{told:?}");
        assert_eq!(
            [0, 2].map(|at| told[at].ends_with("COMMAND=/usr/bin/mysql -p**************")),
            [true; 2],
            "{told:?}"
        );
        assert_eq!([1, 3].map(|at| told[at].as_str()), [line(2, other).trim_end(), line(4, other).trim_end()]);
    }

    #[test]
    fn a_command_is_not_known_by_its_end() {
        let line = |second: u32, command: &str| {
            format!("<85>1 2026-01-01T00:00:0{second}Z web sudo 7 - - anna TTY=pts/0 ; USER=root ; COMMAND={command}\n")
        };
        let told = said(&(line(1, "/bin/echo a: b") + &line(2, "/usr/bin/mysql -phunter2 a: b")));
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|line| !line.contains("hunter2")), "{told:?}");
    }
}
