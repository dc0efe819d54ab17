//! Jobs of at(1) begin with the whole environment of whoever made them: `NAME=value; export NAME`, a line each, before
//! the change of directory.

use super::environment;
use bstr::ByteSlice;
use keeneye_facts::Text;

/// A job in one of the spools of atd(8).
pub(super) fn is_one(path: &Text) -> bool {
    ["/var/spool/cron/atjobs", "/var/spool/at", "/var/spool/atjobs"].iter().any(|spool| path.is_within(spool))
}

/// Values of the environment left out, but for those that matter. Every line stays a line: at writes a line break in
/// a value between quotes.
pub(super) fn reduce(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let (mut within, mut preamble) = (false, true);
    for line in bytes.lines_with_terminator() {
        let text = line.trim_end_with(|c| c == '\n' || c == '\r');
        preamble &= within || is_preamble(text);
        if !preamble {
            kept.extend_from_slice(line);
            continue;
        }
        let name = if within { None } else { name(text) };
        if within || name.is_some() {
            let export = text.rsplit_once_str("; export ").map(|(before, name)| (before.len(), name));
            if let Some(name) = name {
                kept.extend_from_slice(name);
                kept.push(b'=');
                let value = text.get(name.len() + 1..export.map_or(text.len(), |(end, _)| end)).unwrap_or_default();
                kept.extend(environment::kept_value(name, value).unwrap_or_default());
            }
            if let Some((_, name)) = export {
                kept.extend_from_slice(b"; export ");
                kept.extend_from_slice(name);
            } else {
                kept.push(b'"');
            }
            kept.extend_from_slice(line.strip_prefix(text).unwrap_or_default());
            within = export.is_none();
        } else {
            kept.extend_from_slice(line);
        }
    }
    kept
}

/// What at writes before the change of directory.
fn is_preamble(line: &[u8]) -> bool {
    line.starts_with(b"#") || line.starts_with(b"umask ") || name(line).is_some()
}

fn name(line: &[u8]) -> Option<&[u8]> {
    let (name, _) = line.split_once_str("=")?;
    let letters = name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    (letters && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    const JOB: &[u8] = b"#!/bin/sh\n# atrun uid=0 gid=0\numask 22\nLD_PRELOAD=/x.so; export LD_PRELOAD\n\
        KEY=s3cr3t; export KEY\nTWO=s3cr3t\"\n\"s3cr3t; export TWO\ncd /root || {\n\t exit 1\n}\nA=b run it\n";

    #[test]
    fn values_of_the_environment_stay_at_the_door() {
        let kept: &[u8] = b"#!/bin/sh\n# atrun uid=0 gid=0\numask 22\nLD_PRELOAD=/x.so; export LD_PRELOAD\n\
            KEY=; export KEY\nTWO=\"\n; export TWO\ncd /root || {\n\t exit 1\n}\nA=b run it\n";
        assert_eq!(reduce(JOB).as_bstr(), kept.as_bstr());
        assert_eq!(reduce(kept).as_bstr(), kept.as_bstr());
    }
    #[test]
    fn lines_stay_lines_whatever_is_in_them() {
        crate::mutate::check(&[JOB], |bytes| reduce(bytes).lines().count() == bytes.lines().count());
    }
}
