//! The roots that are tampered with, each built once and kept, and those on which only ordinary work was done.

use super::stage::Root;
use crate::bench::root::{self, Root as Server, list, once, succeed};
use crate::bench::seed;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What is changed within two minutes of an installation may be the installation's own: keeneye's `packages/runs.rs`.
const SETTLED: u64 = 125;

/// Where roots are built and kept.
pub(super) struct Builder<'a> {
    /// `acceptance/`.
    pub(super) acceptance: &'a Path,
    /// The directory that is kept.
    pub(super) cache: &'a Path,
}

impl Builder<'_> {
    /// The roots that are tampered with, by the names that the tables use.
    pub(super) fn tampered(&self) -> Result<BTreeMap<String, Root>> {
        let server = root::prepare(self.acceptance, self.cache, Server::Minimal)?;
        let rpm = self.scripted("rpm-roots.sh", &["packages.spec"], &server)?;
        let others = self.scripted("other-roots.sh", &["records.py"], &rpm)?;
        let keyring = vec!["--keyring".into(), rpm.join("vendor.asc").display().to_string()];
        let without = |directory| Root { directory, arguments: Vec::new() };
        let signed = |directory| Root { directory, arguments: keyring.clone() };
        let roots = [
            ("dpkg", without(server)),
            ("rpm", signed(rpm.join("signed"))),
            ("upgraded", signed(rpm.join("upgraded"))),
            ("unsigned", without(rpm.join("unsigned"))),
            ("apk", without(others.join("apk"))),
            ("pacman", without(others.join("pacman"))),
        ];
        Ok(roots.into_iter().map(|(name, root)| (name.to_owned(), root)).collect())
    }

    /// The small server after twenty packages more were installed, and after twenty were upgraded.
    pub(super) fn worked_on(&self) -> Result<[(&'static str, PathBuf); 2]> {
        let server = root::prepare(self.acceptance, self.cache, Server::Minimal)?;
        let packages = list(&self.acceptance.join("tampering/install"))?;
        let installed = self.grown("installed", &server, &packages, None)?;
        let script = self.acceptance.join("tampering/upgrade.sh");
        let upgraded =
            self.grown("upgraded", &installed, &["apt-utils".into(), "dpkg-repack".into()], Some(&script))?;
        Ok([("dpkg after an installation", installed), ("dpkg after an upgrade", upgraded)])
    }

    /// What a script of `acceptance/tampering` makes of another root.
    fn scripted(&self, script: &str, reads: &[&str], from: &Path) -> Result<PathBuf> {
        let directory = self.acceptance.join("tampering");
        let mut recipe = from.as_os_str().as_encoded_bytes().to_vec();
        for name in [script].iter().chain(reads) {
            recipe.extend(fs::read(directory.join(name)).with_context(|| (*name).to_owned())?);
        }
        let name = script.trim_end_matches(".sh");
        let place = self.cache.join(format!("{name}-{:016x}", seed::hash(&[&recipe])));
        once(&place, |place| succeed(Command::new("bash").arg(directory.join(script)).args([from, place])))?;
        Ok(place)
    }

    /// A copy of a root in which apt installed packages, and a script was run afterwards.
    fn grown(&self, name: &str, from: &Path, packages: &[String], script: Option<&Path>) -> Result<PathBuf> {
        let recipe = script.map(fs::read).transpose()?.unwrap_or_default();
        let key = seed::hash(&[from.as_os_str().as_encoded_bytes(), packages.join(",").as_bytes(), &recipe]);
        let place = self.cache.join(format!("{name}-{key:016x}"));
        once(&place, |place| {
            succeed(Command::new("cp").arg("-a").arg(from.canonicalize()?).arg(place))?;
            let mut command = Command::new("unshare");
            command.args(["--mount", "--pid", "--fork", "--kill-child", "bash"]).arg(self.acceptance.join("grow.sh"));
            command.arg(place).arg(script.unwrap_or(Path::new("-"))).args(packages);
            succeed(command.stdin(Stdio::null()))
        })?;
        Ok(place)
    }
}

/// Waits until none of the roots is so young that a change could be its installation's.
pub(super) fn settle<'a>(roots: impl Iterator<Item = &'a Root>) -> Result<()> {
    let made = |root: &Root| Ok(u64::try_from(fs::metadata(&root.directory)?.ctime()).unwrap_or(0));
    let youngest = roots.map(made).collect::<Result<Vec<u64>>>()?.into_iter().max().unwrap_or(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let wait = (youngest + SETTLED).saturating_sub(now);
    if wait > 0 {
        println!("waiting {wait} s: what changes right after an installation is taken for a part of it");
        std::thread::sleep(Duration::from_secs(wait));
    }
    Ok(())
}
