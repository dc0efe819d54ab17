//! Package files and manifests in a directory: a stick, a share, or the cache of apt.
//!
//! What a person brings is believed, like keeneye itself. What lies where the host's own package manager puts its files is
//! not: it counts when a list that its vendor signed names it.

use super::Gathering;
use super::keep::MAX_MANIFEST;
use super::signed::Signed;
use crate::output::complain;
use anyhow::{Context, Result};
use keeneye_facts::Text;
use keeneye_live::Live;
use keeneye_world::packages::vendor::Release;
use keeneye_world::packages::{deb, manifest};
use std::io::Read;
use std::path::Path;

/// Files in one directory.
const MAX_FILES: usize = 100_000;
/// The first line of a manifest begins so.
const MANIFEST: &[u8] = b"keeneye-manifest ";
const NOT_NAMED: &str = "it lies on the host, and no signed list of its vendor names it: it was not believed";
/// Of the running system, where it keeps what it fetched. Of an image, everything is the image's own.
const OF_THE_SYSTEM: &str = "/var";

/// Takes what the directory, or the file, has of the wanted packages.
pub(super) fn read(gathering: &mut Gathering, path: &Path, root: &Path, live: &Live, keys: &[Text]) -> Result<()> {
    let shown = path.display();
    let unreadable = || format!("--vendor: cannot read {shown}");
    let files = keeneye_live::own_files(path, MAX_FILES).with_context(unreadable)?;
    let before = gathering.found.len();
    let hosts = is_of_host(path, root).with_context(unreadable)?;
    let signed = hosts.then(|| Signed::read(live, keys, &gathering.wanted));
    let mut any = false;
    for file in &files {
        let is_package = file.extension().is_some_and(|end| end == "deb");
        let taken = if is_package {
            package(gathering, file, signed.as_ref()).map(|()| true)
        } else {
            listed(gathering, file, hosts)
        };
        any |= !matches!(taken, Ok(false));
        if let Err(why) = taken {
            gathering.gap(file.display().to_string(), why);
        }
    }
    if !any {
        complain(&format!("--vendor: there is no package file (.deb) and no manifest in {shown}"));
        gathering.gap(shown.to_string(), "there is no package file (.deb) and no manifest in it");
    }
    let count = gathering.found.len() - before;
    gathering.said.push(if hosts {
        format!("{count} packages are compared with files in {shown}, which signed lists of their vendors name")
    } else {
        format!("{count} packages are compared with what is in {shown}, which is believed because you gave it")
    });
    if let Some(signed) = signed.filter(|_| gathering.untold + gathering.gaps.len() > 0) {
        signed.reasons.into_iter().for_each(|(what, why)| gathering.gap(what, why));
    }
    Ok(())
}

/// It lies where the host that is looked at keeps its own.
fn is_of_host(path: &Path, root: &Path) -> std::io::Result<bool> {
    let root = keeneye_live::real_path(root)?;
    let own = if root == Path::new("/") { Path::new(OF_THE_SYSTEM).to_owned() } else { root };
    Ok(keeneye_live::real_path(path)?.starts_with(own))
}

fn package(gathering: &mut Gathering, file: &Path, signed: Option<&Signed>) -> Result<(), String> {
    let open = || keeneye_live::open_own_file(file).map_err(|why| why.to_string());
    if let Some(signed) = signed {
        let digest = deb::sha256(open()?).map_err(|why| why.to_string())?;
        if !signed.names_digest(&digest) {
            // Of other packages and versions nothing is missed.
            return if is_called_wanted(gathering, file) { Err(NOT_NAMED.into()) } else { Ok(()) };
        }
    }
    let archive = deb::read_if(open()?, |package| gathering.wanted.contains(&Release::of(package)))?;
    let Some(archive) = archive else { return Ok(()) };
    // It may have been exchanged since.
    if signed.is_some_and(|signed| !signed.names(&archive)) {
        return Err(NOT_NAMED.into());
    }
    gathering.take(archive);
    Ok(())
}

/// It has the name that apt gives to a package file that is wanted: `sample_1%3a1.2-3_amd64.deb`.
fn is_called_wanted(gathering: &Gathering, file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let called = |Release { name, version, architecture }: &Release| {
        format!("{name}_{}_{architecture}.deb", version.replace(':', "%3a"))
    };
    gathering.wanted.iter().any(|release| called(release) == name)
}

/// Packages that a manifest lists; any other file is passed over, and false.
fn listed(gathering: &mut Gathering, file: &Path, hosts: bool) -> Result<bool, String> {
    let source = keeneye_live::open_own_file(file).map_err(|why| why.to_string())?;
    let mut text = Vec::new();
    let mut source = source.take(MAX_MANIFEST + 1);
    source.by_ref().take(MANIFEST.len() as u64).read_to_end(&mut text).map_err(|why| why.to_string())?;
    if text != MANIFEST {
        return Ok(false);
    }
    if hosts {
        return Err("a manifest is not signed: one that lies on the host is not believed".into());
    }
    source.read_to_end(&mut text).map_err(|why| why.to_string())?;
    if text.len() as u64 > MAX_MANIFEST {
        return Err(format!("longer than {MAX_MANIFEST} bytes"));
    }
    let (packages, troubles) = manifest::read(&text);
    packages.into_iter().for_each(|archive| gathering.take(archive));
    match troubles.first() {
        Some(trouble) => Err(format!("line {}: {}", trouble.line, trouble.why)),
        None => Ok(true),
    }
}
