//! Questions about the network, in any network namespace.
//!
//! A namespace is entered by a thread that ends with the answer, so that no other thread ever changes its own.

pub(crate) mod bind;
pub(crate) mod held;
pub(crate) mod netlink;

use crate::files::Files;
use crate::procfs::ProcFs;
use crate::{content, refused, stat};
use keeneye_facts::{NetNamespace, Refusal, Text};
use keeneye_world::{Answer, Reply};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// `f_type` of namespaces (NSFS_MAGIC, include/uapi/linux/magic.h).
const NAMESPACES: i64 = 0x6e73_6673;

/// Does the work inside the namespace.
pub(crate) fn within(net: &NetNamespace, files: &Files, work: impl FnOnce() -> Reply + Send) -> Reply {
    if net.via.is_empty() {
        return work();
    }
    let namespace = open(net, files)?;
    let inside = || {
        move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network)).map_err(refused)?;
        work()
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("netns".into()).spawn_scoped(scope, inside);
        let thread = thread.map_err(|why| Refusal::Errno(why.raw_os_error().unwrap_or_default()))?;
        thread.join().unwrap_or_else(|_| Err(Refusal::Garbled("keeneye made a mistake here; please report it".into())))
    })
}

/// Opens what leads to a namespace: nothing but the very namespace that was meant.
fn open(net: &NetNamespace, files: &Files) -> Result<OwnedFd, Refusal> {
    let found = match files.procfs.behind(&net.via) {
        Some(found) => found?,
        None => files.root.open_at(&net.via, OFlags::PATH)?,
    };
    let kind = rustix::fs::fstatfs(&found).map_err(refused)?.f_type;
    if kind != NAMESPACES || stat::of(found.as_fd())?.inode != net.inode {
        return Err(Refusal::ABSENT);
    }
    files.procfs.reopen(found.as_fd(), OFlags::RDONLY).unwrap_or(Err(Refusal::ABSENT))
}

/// A table under /proc/net, as this thread sees it.
pub(crate) fn table(procfs: &ProcFs, name: &str) -> Reply {
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(refused(Errno::INVAL));
    }
    let (data, cut) = procfs.read(format!("/proc/thread-self/net/{name}").as_bytes(), content::READ)?;
    Ok(Answer::Bytes { data: Text::from(data), cut })
}
