//! `/proc/N/exe`: the file that a process executes, and whether the host's path leads to it.

use super::reader::Parts;
use crate::{AskHost, Host, proc_path};
use keeneye_facts::{Executable, FileStat, Refusal, Text};
use std::collections::BTreeMap;

/// What lies at the paths that processes name; many of them name the same.
#[derive(Default)]
pub(super) struct OnHost(BTreeMap<Text, Result<FileStat, Refusal>>);

impl OnHost {
    /// Whether the host's own path leads to this very file; `None` when the host does not say.
    fn leads_to(&mut self, host: &dyn Host, path: &Text, file: &FileStat) -> Option<bool> {
        let there = self.0.entry(path.clone()).or_insert_with(|| host.stat(path));
        match there {
            Ok(there) => Some(there.same_file(file)),
            Err(why) if why.is_absent() => Some(false),
            Err(_) => None,
        }
    }
}

/// The executable; `None`, and a refused part, when it could not be told.
pub(super) fn read(parts: &mut Parts<'_>, on_host: &mut OnHost) -> Option<Executable> {
    let (link, stat) = (parts.host.link(&parts.path("exe")), parts.host.stat(&parts.path("exe")));
    let link = parts.take("exe", link)?;
    let stat = stat.ok();
    let (path, marked) = proc_path::without_deleted_mark(link.clone());
    let leads = |path: &Text, on_host: &mut OnHost| on_host.leads_to(parts.host, path, stat.as_ref()?);
    // A file may bear a name that ends like the kernel's mark.
    if marked && leads(&link, on_host) == Some(true) {
        return Some(Executable { path: link, deleted: false, stat, at_path: Some(true) });
    }
    let at_path = leads(&path, on_host);
    Some(Executable { path, deleted: marked, stat, at_path })
}
