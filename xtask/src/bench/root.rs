//! The root that all rows start from: a small Debian 12 server, built once and kept.

use super::seed;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SUITE: &str = "bookworm";

/// Builds the root unless it lies in `cache` already, and says where it is.
pub(super) fn prepare(acceptance: &Path, cache: &Path) -> Result<PathBuf> {
    let packages = list(&acceptance.join("packages"))?;
    let upgrades = list(&acceptance.join("upgrades"))?;
    let key = seed::hash(&[SUITE.as_bytes(), packages.join(",").as_bytes(), upgrades.join(",").as_bytes()]);
    let root = cache.join(format!("root-{SUITE}-{key:016x}"));
    if root.exists() {
        return Ok(root);
    }
    println!("building the root (once; some minutes): {}", root.display());
    let unfinished = root.with_extension("new");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).context("removing an unfinished root")?;
    }
    fs::create_dir_all(cache)?;
    build(&unfinished, &packages, &upgrades)?;
    fs::rename(&unfinished, &root)?;
    Ok(root)
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
pub(super) fn succeed(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("starting {command:?}"))?;
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {said}");
    Ok(())
}

/// One word a line, comments and blank lines left out.
fn list(file: &Path) -> Result<Vec<String>> {
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
