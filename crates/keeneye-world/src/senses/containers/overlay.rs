//! `lowerdir=` and `upperdir=` of an overlay, as mountinfo shows them.

use crate::sweep::IMAGE_STORES;
use bstr::ByteSlice;
use keeneye_facts::{Mount, Text};

/// Layers that one overlay may have (OVL_MAX_STACK of the kernel).
const MAX_LAYERS: usize = 500;
/// Where layers lie in a store: of containerd, of podman, of docker.
const BELOW: [&str; 3] = ["/io.containerd.snapshotter.v1.overlayfs/snapshots", "/overlay", ""];

/// The directories of an overlay on the host, as its options name them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Overlay {
    /// What is written goes here.
    pub(super) upper: Text,
    /// The uppermost first.
    pub(super) lower: Vec<Text>,
}

/// `None` for what is no overlay, or one that nobody writes to.
pub(super) fn read(mount: &Mount) -> Option<Overlay> {
    if mount.kind != "overlay" {
        return None;
    }
    let mut overlay = Overlay::default();
    for option in split(&mount.super_options, b',') {
        // `lowerdir+` names one layer at a time.
        match option.split_once_str("=") {
            Some((b"upperdir", dir)) => overlay.upper = unescaped(dir),
            Some((b"lowerdir", dirs)) => overlay.lower.extend(split(dirs, b':').into_iter().map(unescaped)),
            Some((b"lowerdir+", dir)) => overlay.lower.push(unescaped(dir)),
            _ => (),
        }
    }
    overlay.lower.retain(|dir| !dir.is_empty());
    overlay.lower.truncate(MAX_LAYERS);
    (!overlay.upper.is_empty()).then_some(overlay)
}

/// A directory that engines write layers to: `overlay2/ID/diff` of docker, `overlay/ID/diff` of podman,
/// `snapshots/NUMBER/fs` of containerd, wherever a store lies.
pub(super) fn is_in_store(dir: &Text) -> bool {
    let mut parts = dir.rsplit(|byte| *byte == b'/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(b"diff"), Some(_), Some(b"overlay2" | b"overlay")) => true,
        (Some(b"fs"), Some(number), Some(b"snapshots")) => number.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Where an engine may have stood when it named a layer by a part of its path (docker and containerd do so when the
/// options would become too long): the directory of a store, or one below.
pub(super) fn bases() -> impl Iterator<Item = Text> {
    IMAGE_STORES.iter().flat_map(|store| BELOW.iter().map(|below| Text::from([store.path, below].concat())))
}

/// Parts between separators; one behind a backslash is a part of the name.
fn split(text: &[u8], separator: u8) -> Vec<&[u8]> {
    let (mut parts, mut begin, mut escaped) = (Vec::new(), 0, false);
    for (at, byte) in text.iter().enumerate() {
        if *byte == separator && !escaped {
            parts.extend(text.get(begin..at));
            begin = at + 1;
        }
        escaped = *byte == b'\\' && !escaped;
    }
    parts.extend(text.get(begin..));
    parts
}

fn unescaped(name: &[u8]) -> Text {
    let mut bytes = Vec::with_capacity(name.len());
    let mut escaped = false;
    for byte in name {
        escaped = *byte == b'\\' && !escaped;
        if !escaped {
            bytes.push(*byte);
        }
    }
    Text::from(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlay(options: &str) -> Option<(String, Vec<String>)> {
        let mount = Mount { kind: "overlay".into(), super_options: options.into(), ..Mount::default() };
        let text = |text: &Text| text.lossy().into_owned();
        read(&mount).map(|overlay| (text(&overlay.upper), overlay.lower.iter().map(text).collect()))
    }

    #[test]
    fn options_of_engines() {
        let layers = |upper: &str, lower: &[&str]| {
            Some((upper.to_owned(), lower.iter().map(|dir| (*dir).to_owned()).collect::<Vec<_>>()))
        };
        assert_eq!(
            overlay("rw,lowerdir=/l/A:/l/B,upperdir=/u/diff,workdir=/u/work,xino=off"),
            layers("/u/diff", &["/l/A", "/l/B"])
        );
        assert_eq!(overlay("rw,lowerdir+=/a,lowerdir+=/b,upperdir=/u"), layers("/u", &["/a", "/b"]));
        assert_eq!(overlay(r"rw,lowerdir=/a\:b:/c\,d,upperdir=/u\\v"), layers(r"/u\v", &["/a:b", "/c,d"]));
        assert_eq!(overlay("ro,lowerdir=/a:/b"), None);
        assert_eq!(overlay(""), None);
    }
    #[test]
    fn layers_lie_in_stores() {
        let stores = ["/var/lib/docker/overlay2/0a/diff", "/home/anna/.local/share/containers/storage/overlay/0a/diff"];
        assert!(stores.iter().all(|dir| is_in_store(&(*dir).into())));
        assert!(is_in_store(&"/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs".into()));
        assert!(["/usr", "/", "/home/anna/diff", "/a/snapshots/x/fs"].iter().all(|dir| !is_in_store(&(*dir).into())));
    }
    #[test]
    fn mutated_options_never_panic() {
        let options = br"rw,lowerdir=/a\:b:/c\,d,lowerdir+=/e,upperdir=/u\\v,workdir=/w";
        crate::mutate::check(&[options], |mutant| {
            read(&Mount { kind: "overlay".into(), super_options: mutant.into(), ..Mount::default() }).is_some()
        });
    }
}
