//! A package with all that it says of its files.

use super::{Expected, dpkg::MAX_PATH};
use keeneye_facts::Text;

/// How many files are read of a database or an archive; the biggest known packages have some 30,000, servers 300,000.
pub(super) const MAX_FILES: usize = 500_000;

/// An installed package, or one in its archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Installed {
    /// Its name.
    pub name: String,
    /// Its version, as its manager writes it.
    pub version: String,
    /// Its architecture.
    pub architecture: String,
    /// What it says of its files, directories among them.
    pub files: Vec<Expected>,
}

/// The absolute path of what a package lists relative to the root; `None` for one that leads elsewhere.
pub(super) fn absolute(relative: &[u8]) -> Option<Text> {
    let relative = relative.strip_prefix(b"./").unwrap_or(relative);
    let relative = relative.strip_suffix(b"/").unwrap_or(relative);
    let plain = |part: &[u8]| !part.is_empty() && part != b"." && part != b"..";
    let fine = relative.len() < MAX_PATH - 1
        && !relative.contains(&0)
        && (matches!(relative, b"" | b".") || relative.split(|b| *b == b'/').all(plain));
    let relative = if relative == b"." { b"".as_slice() } else { relative };
    fine.then(|| Text::from([b"/", relative].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_root() {
        for (relative, path) in [("./usr/bin/x", "/usr/bin/x"), ("etc/", "/etc"), (".", "/"), ("", "/"), ("./", "/")] {
            assert_eq!(absolute(relative.as_bytes()), Some(Text::from(path)), "{relative}");
        }
        for relative in ["/etc", "../etc", "a/../b", "a//b", "a/./b", "a\0b"] {
            assert_eq!(absolute(relative.as_bytes()), None, "{relative}");
        }
    }
}
