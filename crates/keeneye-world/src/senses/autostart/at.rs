//! Jobs of at(1): a shell script for each, in the spool of atd(8).

use super::programs::Shell;
use super::{entry, places, programs};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Spools: Debian, Red Hat, SUSE.
const SPOOLS: [&str; 3] = ["/var/spool/cron/atjobs", "/var/spool/at", "/var/spool/atjobs"];

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    for spool in SPOOLS {
        for place in places::files(look, spool) {
            let name = place.name();
            if name.starts_with(b".") {
                continue;
            }
            let Some(text) = look.optional_read(&place.target) else { continue };
            let job = parse(&text);
            let user = places::user(world, job.uid.unwrap_or(place.stat.uid));
            let shell = Shell::of_user(world, Some(&user)).cwd(job.directory);
            let named = programs::of_shell_in(&job.command, &shell);
            // atd takes the right to run away from a job that is done or running.
            let dormant = !place.stat.executable() || name.starts_with(b"=");
            let entry = Autostart {
                kind: AutostartKind::At,
                path: place.target.clone(),
                line: Some(job.line),
                name: Text::from([b"at job of ", user.as_slice()].concat()),
                user: Some(user),
                command: job.command,
                dormant,
                ..Autostart::default()
            };
            entry::saw(look, entry, named);
        }
    }
}

/// What is left of a job without its preamble.
#[derive(Debug, Default, PartialEq, Eq)]
struct Job {
    uid: Option<u32>,
    directory: Option<Text>,
    /// Line of the command's beginning.
    line: u32,
    command: Text,
}

/// at(1) writes the umask, the environment and a change of directory before what was typed; newer ones hand that to a
/// shell in a here-document.
fn parse(text: &[u8]) -> Job {
    let mut job = Job { line: 1, ..Job::default() };
    let mut kept: Vec<&[u8]> = Vec::new();
    let (mut value, mut block, mut end): (bool, bool, Option<Text>) = (false, false, None);
    for (index, line) in text.lines().enumerate() {
        let words = line.trim_ascii();
        if kept.is_empty() && end.is_none() {
            if value || is_exported(words) {
                value = !ends_export(words);
                continue;
            }
            if block {
                block = !words.starts_with(b"}");
                continue;
            }
            if let Some(rest) = words.strip_prefix(b"# atrun uid=") {
                let digits = rest.split(|b| !b.is_ascii_digit()).next().unwrap_or_default();
                job.uid = digits.to_str().ok().and_then(|digits| digits.parse().ok());
            }
            if let Some(rest) = words.strip_prefix(b"cd ").filter(|_| job.directory.is_none()) {
                job.directory = rest.split_str(" ||").next().map(Text::from);
                block = words.ends_with(b"{");
                continue;
            }
            if let Some((_, word)) = words.split_once_str("<< ").filter(|(before, _)| before.contains_str("sh")) {
                end = Some(Text::from(word.trim_with(|c| c == '\'' || c == '"')));
                continue;
            }
            if words.is_empty() || words.starts_with(b"#") || words.starts_with(b"umask ") {
                continue;
            }
        }
        if end.as_ref().is_some_and(|end| words == end.as_slice()) {
            break;
        }
        if kept.is_empty() {
            job.line = entry::line_number(index);
        }
        kept.push(line);
    }
    job.command = Text::from(bstr::join("\n", kept));
    job
}

/// `NAME=value; export NAME` begins here; the value may span lines.
fn is_exported(line: &[u8]) -> bool {
    let Some((name, _)) = line.split_once_str("=") else { return false };
    let is_name = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    is_name && (ends_export(line) || line.ends_with(b"\"") || line.ends_with(b"\\"))
}

fn ends_export(line: &[u8]) -> bool {
    line.rsplit_once_str("; export ").is_some_and(|(_, name)| !name.contains(&b' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    const OLD: &[u8] = b"#!/bin/sh\n# atrun uid=33 gid=33\n# mail www-data 0\numask 22\nA=b; export A\n\
        B=c\"\n\"d; export B\ncd /var/www || {\n\t echo 'Execution directory inaccessible' >&2\n\t exit 1\n}\nrun it\nthen\n";
    const NEW: &[u8] = b"#!/bin/sh\n# atrun uid=0 gid=0\n# mail root 0\numask 22\ncd /root || {\n\t exit 1\n}\n\
        ${SHELL:-/bin/sh} << 'marcinDELIMITER26f9d9a4'\n/opt/x/y\nmarcinDELIMITER26f9d9a4\n";

    #[test]
    fn the_preamble_is_left_out() {
        let job = parse(OLD);
        assert_eq!((job.uid, job.line), (Some(33), 12));
        assert_eq!(job.command, Text::from("run it\nthen"));
        assert_eq!(job.directory, Some("/var/www".into()));
        let job = parse(NEW);
        assert_eq!((job.uid, job.command, job.line), (Some(0), "/opt/x/y".into(), 9));
    }
    #[test]
    fn a_short_job() {
        let job = parse(b"#!/bin/sh\n# atrun uid=33 gid=33\n# mail www-data 0\ncd / || exit 1\ntrue\n");
        assert_eq!((job.uid, job.command), (Some(33), "true".into()));
        assert_eq!(parse(b"").command, Text::new());
    }
    #[test]
    fn mutated_jobs_never_panic() {
        crate::mutate::check(&[OLD, NEW], |bytes| !parse(bytes).command.is_empty());
    }
}
