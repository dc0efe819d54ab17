//! `/proc/N/fd`: what a process holds open.

use super::reader::Parts;
use crate::AskHost;
use crate::proc_path;
use bstr::ByteSlice;
use keeneye_facts::{Fd, FdTarget, Refusal, Text};

/// Descriptors that are looked at in one process.
const MAX: usize = 20_000;

/// Every descriptor, in order of number. One that is closed meanwhile is left out.
pub(super) fn read(parts: &mut Parts<'_>) -> Vec<Fd> {
    let reply = parts.host.list(&parts.path("fd"));
    let names = parts.take("fd", reply).unwrap_or_default();
    let mut numbers: Vec<u32> = names.iter().filter_map(|e| e.name.to_str().ok()?.parse().ok()).collect();
    numbers.sort_unstable();
    if numbers.len() > MAX {
        numbers.truncate(MAX);
        parts.refuse("fd", Refusal::Cut(format!("{MAX} descriptors a process")));
    }
    let mut fds = Vec::with_capacity(numbers.len());
    let mut absent = Vec::new();
    for number in numbers {
        match link(parts, number) {
            Ok(fd) => fds.push(fd),
            Err(why) if why.is_absent() => absent.push(number),
            Err(why) => {
                parts.refuse("fd", why);
                break;
            }
        }
    }
    fds.extend(still_listed(parts, &absent));
    fds
}

fn link(parts: &Parts<'_>, number: u32) -> Result<Fd, Refusal> {
    let link = parts.host.link(&parts.path(&format!("fd/{number}")))?;
    Ok(Fd { number, target: target_of(link) })
}

/// Descriptors that were listed and not there: closed meanwhile, unless they are listed again and still not there.
fn still_listed(parts: &mut Parts<'_>, absent: &[u32]) -> Vec<Fd> {
    // Keeneye sees the descriptor by which it lists its own, too.
    if absent.is_empty() || parts.own {
        return Vec::new();
    }
    let names = parts.host.list(&parts.path("fd")).unwrap_or_default();
    let listed = |number: &&u32| names.iter().any(|entry| *entry.name == *number.to_string().as_bytes());
    let again: Vec<_> = absent.iter().filter(listed).map(|number| link(parts, *number)).collect();
    let refused = again.iter().find_map(|reply| reply.as_ref().err().cloned());
    if let Some(why) = refused {
        parts.refuse("fd", why);
    }
    again.into_iter().flatten().collect()
}

/// What a link under /proc/N/fd says.
fn target_of(link: Text) -> FdTarget {
    let bytes = link.as_slice();
    let numbered = |kind: &[u8]| inode_in_brackets(bytes.strip_prefix(kind).filter(|rest| rest.starts_with(b"["))?);
    if let Some(inode) = numbered(b"socket:") {
        return FdTarget::Socket(inode);
    }
    if let Some(inode) = numbered(b"pipe:") {
        return FdTarget::Pipe(inode);
    }
    if let Some(inode) = numbered(b"net:") {
        return FdTarget::NetNamespace(inode);
    }
    if let Some(name) = bytes.strip_prefix(b"anon_inode:") {
        return FdTarget::Anonymous(Text::from(name.trim_with(|c| c == '[' || c == ']')));
    }
    if let Some(name) = bytes.strip_prefix(b"/memfd:") {
        return FdTarget::Memory(Text::from(name.strip_suffix(b" (deleted)").unwrap_or(name)));
    }
    let (path, deleted) = proc_path::without_deleted_mark(link);
    FdTarget::File { path, deleted }
}

/// The number in `socket:[4711]`.
pub(crate) fn inode_in_brackets(link: &[u8]) -> Option<u64> {
    let open = link.find_byte(b'[')?;
    link.get(open + 1..)?.strip_suffix(b"]")?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn every_kind_of_target() {
        let of = |link: &str| target_of(Text::from(link));
        assert_eq!(of("socket:[4711]"), FdTarget::Socket(4711));
        assert_eq!(of("pipe:[9]"), FdTarget::Pipe(9));
        assert_eq!(of("net:[4026531840]"), FdTarget::NetNamespace(4_026_531_840));
        assert_eq!(of("anon_inode:[eventpoll]"), FdTarget::Anonymous("eventpoll".into()));
        assert_eq!(of("anon_inode:bpf-prog"), FdTarget::Anonymous("bpf-prog".into()));
        assert_eq!(of("/memfd:x (deleted)"), FdTarget::Memory("x".into()));
        assert_eq!(of("/tmp/x (deleted)"), FdTarget::File { path: "/tmp/x".into(), deleted: true });
        assert_eq!(of("/dev/null"), FdTarget::File { path: "/dev/null".into(), deleted: false });
        assert_eq!(of("socket:[x]"), FdTarget::File { path: "socket:[x]".into(), deleted: false });
    }
}
