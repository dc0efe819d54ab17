//! The roots that rows start from, each built once and kept: a small Debian 12 server, and what is grown out of it.

use super::seed;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SUITE: &str = "bookworm";

/// Which root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Root {
    /// A small server.
    Minimal,
    /// The small server with everything on it that people run on servers, furnished by an admin.
    Service,
    /// The small server with other programs that look for break-ins.
    Peers,
}

impl Root {
    /// The list of packages that it has beyond the small server's, and the script that furnishes it.
    fn grown_by(self) -> Option<(&'static str, Option<&'static str>)> {
        match self {
            Self::Minimal => None,
            Self::Service => Some(("services", Some("furnish.sh"))),
            Self::Peers => Some(("peers", None)),
        }
    }
}

/// Builds the root unless it lies in `cache` already, and says where it is.
pub(crate) fn prepare(acceptance: &Path, cache: &Path, which: Root) -> Result<PathBuf> {
    let packages = list(&acceptance.join("packages"))?;
    let upgrades = list(&acceptance.join("upgrades"))?;
    let key = seed::hash(&[SUITE.as_bytes(), packages.join(",").as_bytes(), upgrades.join(",").as_bytes()]);
    let minimal = cache.join(format!("root-{SUITE}-{key:016x}"));
    once(&minimal, |root| build(root, &packages, &upgrades))?;
    let Some((name, furnish)) = which.grown_by() else {
        return Ok(minimal);
    };
    let further = list(&acceptance.join(name))?;
    let grow = acceptance.join("grow.sh");
    let furnish = furnish.map(|script| acceptance.join(script));
    let mut recipe = fs::read(&grow)?;
    if let Some(script) = &furnish {
        recipe.extend(fs::read(script)?);
    }
    let key = seed::hash(&[&key.to_le_bytes(), further.join(",").as_bytes(), &recipe]);
    let root = cache.join(format!("root-{SUITE}-{name}-{key:016x}"));
    once(&root, |root| {
        // A link in the cache stands for a root that is kept elsewhere, and must not be what is grown.
        succeed(Command::new("cp").arg("-a").arg(minimal.canonicalize()?).arg(root))?;
        let mut command = Command::new("unshare");
        command.args(["--mount", "--pid", "--fork", "--kill-child", "bash"]).args([&grow, root]);
        command.arg(furnish.as_deref().unwrap_or(Path::new("-")));
        succeed(command.args(&further).stdin(Stdio::null()))
    })?;
    Ok(root)
}

/// Builds what is not there yet; an end in the middle leaves nothing that could be taken for a root.
pub(crate) fn once(root: &Path, build: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    if root.exists() {
        return Ok(());
    }
    println!("building a root (once; some minutes): {}", root.display());
    let unfinished = root.with_extension("new");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).context("removing an unfinished root")?;
    }
    if let Some(directory) = root.parent() {
        fs::create_dir_all(directory)?;
    }
    build(&unfinished)?;
    Ok(fs::rename(&unfinished, root)?)
}

fn build(root: &Path, packages: &[String], upgrades: &[String]) -> Result<()> {
    let mut debootstrap = Command::new("debootstrap");
    debootstrap.args(["--variant=minbase", &format!("--include={}", packages.join(",")), SUITE]).arg(root);
    if let Some(mirror) = mirror()? {
        debootstrap.arg(mirror);
    }
    succeed(&mut debootstrap)?;
    fs::copy("/etc/resolv.conf", root.join("etc/resolv.conf"))?;
    succeed(inside(root).args(["apt-get", "-q", "clean"]))?;
    succeed(inside(root).args(["apt-get", "-q", "update"]))?;
    let download = ["apt-get", "-q", "-y", "--no-install-recommends", "--download-only", "install"];
    succeed(inside(root).args(download).args(upgrades))?;
    succeed(inside(root).args(["useradd", "--create-home", "--shell", "/bin/bash", "anna"]))?;
    succeed(inside(root).args(["sh", "-c", "rm -rf /var/lib/apt/lists/* /var/log/bootstrap.log /etc/resolv.conf"]))
}

fn inside(root: &Path) -> Command {
    let mut command = Command::new("chroot");
    command.arg(root).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LANG", "C");
    command
}

/// Runs a program that has to end well; what it says is shown only when it does not.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("starting {command:?}"))?;
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {said}");
    Ok(())
}

/// One word a line, comments and blank lines left out.
pub(crate) fn list(file: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Ok(text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect())
}

/// The mirror this machine uses for the suite; `None` leaves the choice to debootstrap.
fn mirror() -> Result<Option<String>> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    files.sort();
    Ok(files.iter().filter_map(|file| fs::read_to_string(file).ok()).find_map(|text| mirror_in(&text)))
}

/// Reads both forms of sources.list(5): one line each, or stanzas of fields.
fn mirror_in(text: &str) -> Option<String> {
    let one_line = text.lines().find_map(|line| {
        let rest = line.strip_prefix("deb ")?.trim();
        let rest = rest.strip_prefix('[').map_or(rest, |options| options.split_once(']').map_or("", |(_, rest)| rest));
        let mut words = rest.split_whitespace();
        let (address, suite) = (words.next()?, words.next()?);
        (suite == SUITE).then(|| address.to_owned())
    });
    one_line.or_else(|| text.split("\n\n").find_map(mirror_in_stanza))
}

fn mirror_in_stanza(stanza: &str) -> Option<String> {
    let field = |name: &str| stanza.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let suites = field("Suites")?;
    let address = field("URIs")?.split_whitespace().next()?;
    suites.split_whitespace().any(|suite| suite == SUITE).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn both_forms_of_sources_are_read() {
        let stanzas = "Types: deb\nURIs: http://a.example/x\nSuites: other\n\nTypes: deb\nURIs: http://b.example/debian\n\
                       Suites: bookworm bookworm-updates\n";
        assert_eq!(mirror_in(stanzas).as_deref(), Some("http://b.example/debian"));
        let lines = "# deb http://no.example/ bookworm main\ndeb [arch=amd64] http://c.example/debian bookworm main\n";
        assert_eq!(mirror_in(lines).as_deref(), Some("http://c.example/debian"));
        assert_eq!(mirror_in("deb http://d.example/debian sid main\n"), None);
    }
}
