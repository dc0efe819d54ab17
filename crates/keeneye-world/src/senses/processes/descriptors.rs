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
    for number in numbers {
        match parts.host.link(&parts.path(&format!("fd/{number}"))) {
            Ok(link) => fds.push(Fd { number, target: target_of(link) }),
            Err(why) if why.is_absent() => (),
            Err(why) => {
                parts.refuse("fd", why);
                break;
            }
        }
    }
    fds
}

/// What a link under /proc/N/fd says.
fn target_of(link: Text) -> FdTarget {
    let bytes = link.as_slice();
    let numbered: [(&[u8], fn(u64) -> FdTarget); 3] =
        [(b"socket:[", FdTarget::Socket), (b"pipe:[", FdTarget::Pipe), (b"net:[", FdTarget::NetNamespace)];
    for (shape, target) in numbered {
        if bytes.starts_with(shape)
            && let Some(inode) = inode_in_brackets(bytes)
        {
            return target(inode);
        }
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
