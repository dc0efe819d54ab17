//! `/proc/N/exe`: the file that a process executes, and whether the host's path leads to it.

use super::reader::Parts;
use crate::{AskHost, Host, proc_path};
use keeneye_facts::{Digest, Executable, FileStat, Refusal, Text};
use std::collections::BTreeMap;

/// What lies at the paths that processes name; many of them name the same.
#[derive(Default)]
pub(super) struct OnHost {
    stats: BTreeMap<Text, Result<FileStat, Refusal>>,
    /// Digests of files in memory, by device, inode and time of the last change.
    digests: BTreeMap<(u64, u64, i64), Digest>,
}

impl OnHost {
    /// Whether the host's own path leads to this very file; `None` when the host does not say.
    fn leads_to(&mut self, host: &dyn Host, path: &Text, file: &FileStat) -> Option<bool> {
        let there = self.stats.entry(path.clone()).or_insert_with(|| stat(host, path));
        match there {
            Ok(there) => Some(there.same_file(file)),
            Err(why) if why.is_absent() => Some(false),
            Err(_) => None,
        }
    }

    /// Digests of a file in memory; the workers of one program share it.
    fn digest(&mut self, parts: &mut Parts<'_>, stat: Option<FileStat>) -> Option<Digest> {
        let key = stat.map(|stat| (stat.device, stat.inode, stat.changed));
        if let Some(known) = key.and_then(|key| self.digests.get(&key)) {
            return Some(known.clone());
        }
        let reply = parts.host.digest(&parts.path("exe"));
        let digest = parts.take("exe digest", reply)?;
        self.digests.extend(key.map(|key| (key, digest.clone())));
        Some(digest)
    }

    /// Why the host does not say what lies there.
    fn refusal(&self, path: &Text) -> Option<Refusal> {
        self.stats.get(path)?.as_ref().err().filter(|why| !why.is_absent()).cloned()
    }
}

/// `lstat`; a file that is not there although its directory lists it is refused.
fn stat(host: &dyn Host, path: &Text) -> Result<FileStat, Refusal> {
    let reply = host.stat(path);
    if reply.as_ref().is_err_and(Refusal::is_absent) {
        let names = host.list(&Text::from(path.parent())).unwrap_or_default();
        if names.iter().any(|entry| *entry.name == *path.file_name()) {
            return Err(Refusal::Garbled("its directory lists it, and it is not there".into()));
        }
    }
    reply
}

/// The executable; `None`, and a refused part, when it could not be told.
pub(super) fn read(parts: &mut Parts<'_>, on_host: &mut OnHost) -> Option<Executable> {
    let (link, stat) = (parts.host.link(&parts.path("exe")), parts.host.stat(&parts.path("exe")));
    let link = parts.take("exe", link)?;
    let stat = parts.take("exe", stat);
    let (path, marked) = proc_path::without_deleted_mark(link.clone());
    let leads = |path: &Text, on_host: &mut OnHost| on_host.leads_to(parts.host, path, stat.as_ref()?);
    // A file may bear a name that ends like the kernel's mark.
    if marked && leads(&link, on_host) == Some(true) {
        return Some(Executable { path: link, deleted: false, stat, at_path: Some(true), digest: None });
    }
    let at_path = leads(&path, on_host);
    if let Some(why) = on_host.refusal(&path) {
        parts.refuse("the file at the path of exe", why);
    }
    let mut executable = Executable { path, deleted: marked, stat, at_path, digest: None };
    if executable.in_memory() {
        executable.digest = on_host.digest(parts, executable.stat);
    }
    Some(executable)
}
