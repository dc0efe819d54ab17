//! Which host is looked at, and where what is remembered of it is kept.

use crate::vendor;
use clap::Args;
use std::path::{Path, PathBuf};

/// Which host.
#[derive(Args, Debug, Default)]
pub(crate) struct Where {
    /// Look at the files below a directory, such as a mounted disk image, in place of this machine
    #[arg(long, value_name = "DIR", conflicts_with = "from")]
    pub(crate) root: Option<PathBuf>,
    /// Look at a recording; `-` reads standard input
    #[arg(long, value_name = "FILE.kee")]
    pub(crate) from: Option<PathBuf>,
    /// Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of
    /// packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB
    #[arg(long, conflicts_with = "from")]
    pub(crate) quick: bool,
    /// Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    pub(crate) keyring: Vec<PathBuf>,
    /// A database that tells countries, networks or cities of addresses (.mmdb, or tor's geoip), before those in the
    /// usual places and keeneye's own table; may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    pub(crate) geoip: Vec<PathBuf>,
    /// Compare dpkg's packages with their makers'' own files, in place of the lists on the host: .deb files and
    /// manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given
    /// several times
    #[arg(long, value_name = "DIR|apt", conflicts_with = "from", long_help = vendor::HELP)]
    pub(crate) vendor: Vec<PathBuf>,
    /// Add what was learnt of packages to a manifest, which `--vendor` takes on other servers
    #[arg(long, value_name = "FILE", requires = "vendor")]
    pub(crate) vendor_keep: Option<PathBuf>,
}

impl Where {
    /// ` --root DIR` or ` --from FILE`, so that a command that is suggested looks at the same host; empty for this one.
    pub(crate) fn words(&self) -> String {
        let option = |name: &str, path: &Path| format!(" {name} {}", quoted(&path.to_string_lossy()));
        let root = self.root.as_deref().map(|root| option("--root", root));
        root.or_else(|| self.from.as_deref().map(|from| option("--from", from))).unwrap_or_default()
    }

    /// Where what is remembered of it is kept. `None` for a recording, and for an image whose baselines nobody named.
    pub(crate) fn kept(&self, state_dir: Option<&Path>) -> Option<Kept> {
        let kept = Kept { root: self.root.clone(), state_dir: state_dir.map(Path::to_owned) };
        let known = self.from.is_none() && (self.root.is_none() || state_dir.is_some());
        known.then_some(kept)
    }
}

/// As a shell takes it for one word.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Which host, and where what is remembered of it is kept.
#[derive(Args, Debug, Default)]
pub(crate) struct Kept {
    /// Look at the files below a directory, such as a mounted disk image, in place of this machine
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Where baselines are kept [default: /var/lib/keeneye]
    #[arg(long, value_name = "DIR")]
    pub(crate) state_dir: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggested_command_looks_at_the_same_host() {
        let root = |path: &str| Where { root: Some(path.into()), ..Where::default() }.words();
        assert_eq!(root("/mnt/web1"), " --root /mnt/web1");
        assert_eq!(root("/mnt/my disk's"), " --root '/mnt/my disk'\\''s'");
        assert_eq!(Where { from: Some("-".into()), ..Where::default() }.words(), " --from -");
        assert_eq!(Where::default().words(), "");
    }
}
