//! A Debian package file: deb(5). What it says of its files is what their maker built, modes and owners included, which
//! dpkg's database does not keep.

use super::installed::absolute;
use super::tar::{self, Entry};
use super::{Algorithm, Expected, Installed, Owner, Role, Sum, dpkg, unpack};
use bstr::ByteSlice;
use keeneye_facts::Text;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

/// Longest package file, and the most that is unpacked of one of its members, in bytes; cuda's have 3 GB.
const MAX_BYTES: u64 = 8 << 30;
/// Longest `control` or `conffiles`, in bytes.
const MAX_CONTROL: u64 = 4 << 20;
/// Most that is unpacked of the control archive, in bytes: linux-image's has 2 MB.
const MAX_CONTROL_TAR: u64 = 64 << 20;
/// All paths, targets of links and names of owners of one package, in bytes; those of linux-image have 2 MB.
const MAX_NAMES: usize = 64 << 20;
/// What gives files other rights.
const CHANGE_RIGHTS: [&str; 4] = ["chmod", "chown", "chgrp", "dpkg-statoverride"];
/// Where scripts give whole directories to somebody.
const STATE: [&str; 5] = ["/var", "/etc", "/run", "/srv", "/home"];
const NO_DEB: &str = "not a Debian package, or it is cut or damaged";

/// A package in its archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archive {
    /// The package, its files with SHA-256.
    pub package: Installed,
    /// Of the package file itself: lower-case hexadecimal.
    pub sha256: String,
}

/// SHA-256 of a package file, in lower-case hexadecimal, by which a list tells whether it is worth reading. Nothing in it
/// is looked at.
pub fn sha256(source: impl Read) -> io::Result<String> {
    let mut digest = Sha256::new();
    io::copy(&mut source.take(MAX_BYTES), &mut Sink(&mut digest))?;
    Ok(Text::from(digest.finalize().as_slice()).hex())
}

/// Reads a package file from its first byte to its last. Says why where it cannot.
pub fn read(source: impl Read) -> Result<Archive, &'static str> {
    read_if(source, |_| true)?.ok_or(NO_DEB)
}

/// The same, but goes no further than its control file where the package, which has no files yet, is not wanted.
pub fn read_if(source: impl Read, wanted: impl Fn(&Installed) -> bool) -> Result<Option<Archive>, &'static str> {
    let mut source = Hashing { source: source.take(MAX_BYTES), digest: Sha256::new() };
    let mut magic = [0; 8];
    source.read_exact(&mut magic).map_err(|_| NO_DEB)?;
    if &magic != b"!<arch>\n" {
        return Err(NO_DEB);
    }
    let mut control = Control::default();
    let mut files = None;
    while let Some((name, size)) = member(&mut source)? {
        let mut content = (&mut source).take(size);
        // dpkg takes the first of each, and control before data.
        if let Some(form) = name.strip_prefix(b"control.tar").filter(|_| control.package.is_none()) {
            control = control_tar(unpack::reader(form, &mut content)?)?;
            if control.package.as_ref().is_some_and(|package| !wanted(package)) {
                return Ok(None);
            }
        } else if let Some(form) = name.strip_prefix(b"data.tar").filter(|_| files.is_none()) {
            files = Some(data_tar(unpack::reader(form, &mut content)?, &control)?);
        }
        io::copy(&mut content, &mut io::sink()).map_err(|_| NO_DEB)?;
        if content.limit() > 0 {
            return Err(NO_DEB);
        }
        // Members begin at even places.
        io::copy(&mut (&mut source).take(size % 2), &mut io::sink()).map_err(|_| NO_DEB)?;
    }
    let (Some(mut package), Some(files)) = (control.package, files) else { return Err(NO_DEB) };
    package.files = files;
    let sha256 = Text::from(source.digest.finalize().as_slice()).hex();
    Ok(Some(Archive { package, sha256 }))
}

/// Name and size of the next member of the `ar` archive; `None` at its end.
fn member(source: &mut impl Read) -> Result<Option<(Vec<u8>, u64)>, &'static str> {
    let mut header = Vec::new();
    source.take(60).read_to_end(&mut header).map_err(|_| NO_DEB)?;
    if header.is_empty() {
        return Ok(None);
    }
    let (Some(name), Some(size), Some(b"`\n")) = (header.get(..16), header.get(48..58), header.get(58..60)) else {
        return Err(NO_DEB);
    };
    let name = name.trim_ascii_end();
    let size = size.trim_ascii().to_str().ok().and_then(|size| size.parse().ok()).ok_or(NO_DEB)?;
    Ok(Some((name.strip_suffix(b"/").unwrap_or(name).to_vec(), size)))
}

#[derive(Default)]
struct Control {
    package: Option<Installed>,
    conffiles: HashSet<Text>,
    /// Paths that are named by scripts which change rights.
    rights: HashSet<Text>,
}

impl Control {
    /// A script names the file itself or, where it is state or settings, a directory that it lies in.
    fn gives_rights(&self, path: &Text) -> bool {
        let is_program = !STATE.iter().any(|dir| path.is_within(dir));
        let mut above = path.as_slice();
        loop {
            if self.rights.contains(above) {
                return true;
            }
            match above.rfind_byte(b'/') {
                Some(slash) if slash > 0 && !is_program => above = above.get(..slash).unwrap_or_default(),
                _ => return false,
            }
        }
    }
}

/// Paths to which a maintainer script gives owners or modes: named in a line that does so, or put into a variable, a
/// loop or a function of a script that does so anywhere. It makes programs setgid for groups that it has just made, which an archive
/// cannot.
fn named_for_rights(script: &[u8]) -> HashSet<Text> {
    let changes = |text: &[u8]| CHANGE_RIGHTS.iter().any(|command| text.contains_str(command));
    if !changes(script) {
        return HashSet::new();
    }
    let script = script.replace(b"\\\n", b" ");
    let functions = functions(&script);
    let gives = |line: &[u8]| changes(line) || is_loop(line) || calls_its_own(line, &functions);
    script.lines().flat_map(|line| if gives(line) { paths(line) } else { assigned(line) }).collect()
}

/// Names of the functions that a script has: `name()` or `name ()`.
fn functions(script: &[u8]) -> HashSet<&[u8]> {
    let name_before = |at: usize| {
        let before = script.get(..at)?;
        let before = before.strip_suffix(b" ").unwrap_or(before);
        let of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
        let begin = before.iter().rposition(|byte| !of_name(*byte)).map_or(0, |other| other + 1);
        before.get(begin..).filter(|name| !name.is_empty())
    };
    script.find_iter("()").filter_map(name_before).collect()
}

/// `set_perms root root 4755 /usr/lib/x`, where the script has a function of that name.
fn calls_its_own(line: &[u8], functions: &HashSet<&[u8]>) -> bool {
    let name = line.trim_ascii_start().split(u8::is_ascii_whitespace).next().unwrap_or_default();
    functions.contains(name) && line.contains_str(" /")
}

fn is_loop(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"for ")
}

fn paths(line: &[u8]) -> Vec<Text> {
    let of_path = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._+-@:".contains(byte);
    let words = line.split(|byte| !of_path(byte)).filter(|word| word.starts_with(b"/") && word.len() > 1);
    words.map(|word| Text::from(word.trim_end_with(|c| c == '/'))).collect()
}

/// `LAUNCHER=/usr/lib/x`
fn assigned(line: &[u8]) -> Vec<Text> {
    let Some((name, value)) = line.trim_ascii_start().split_once_str("=") else { return Vec::new() };
    let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if is_name { paths(value) } else { Vec::new() }
}

fn control_tar(reader: impl Read) -> Result<Control, &'static str> {
    let mut control = Control::default();
    let mut known: HashSet<Text> = HashSet::new();
    tar::walk(reader.take(MAX_CONTROL_TAR), |entry, content| {
        let mut text = Vec::new();
        let name = absolute(&entry.path).unwrap_or_default();
        let is_script = name == "/preinst" || name == "/postinst";
        if is_script || name == "/control" || name == "/conffiles" {
            if !known.insert(name.clone()) {
                return Err("its control archive has a member twice");
            }
            content.take(MAX_CONTROL).read_to_end(&mut text).map_err(|_| NO_DEB)?;
        }
        if name == "/control" {
            let (packages, _) = dpkg::status(&text);
            control.package = packages.into_iter().next().map(|found| Installed {
                name: found.name,
                version: found.version,
                architecture: found.architecture,
                files: Vec::new(),
            });
        } else if name == "/conffiles" {
            // Others have a word before: deb-conffiles(5), `remove-on-upgrade`.
            let paths = text.lines().filter(|line| line.starts_with(b"/"));
            control.conffiles = paths.map(|line| Text::from(line.trim_ascii_end())).collect();
        } else if is_script {
            control.rights.extend(named_for_rights(&text));
        }
        Ok(())
    })?;
    control.package.is_some().then_some(control).ok_or("its control file names no package")
}

fn data_tar(reader: impl Read, control: &Control) -> Result<Vec<Expected>, &'static str> {
    let mut files: Vec<Expected> = Vec::new();
    let mut places: HashMap<Text, usize> = HashMap::new();
    let mut names = 0;
    tar::walk(reader.take(MAX_BYTES), |entry, content| {
        let path = absolute(&entry.path).ok_or("a path that leads out of the root")?;
        let file = if entry.kind == b'1' {
            let target = absolute(&entry.link).and_then(|target| files.get(*places.get(&target)?));
            let target = target.ok_or("a hard link to no file of the package")?;
            Expected { path: path.clone(), role: role(&path, control), ..target.clone() }
        } else {
            expected(path.clone(), entry, content, control)?
        };
        names += named(&file);
        if names > MAX_NAMES {
            return Err("the names of its files are longer than 64 MiB");
        }
        places.insert(path, files.len());
        files.push(file);
        Ok(())
    })?;
    Ok(files)
}

/// Bytes of the names in it. A hard link has a copy of those of its target.
fn named(file: &Expected) -> usize {
    let account = |owner: &Option<Owner>| match owner {
        Some(Owner::Named(name)) => name.len(),
        _ => 0,
    };
    let link = file.link.as_ref().map_or(0, |link| link.len());
    file.path.len() + link + account(&file.owner) + account(&file.group)
}

fn expected(path: Text, entry: &Entry, content: &mut dyn Read, control: &Control) -> Result<Expected, &'static str> {
    let kind = match entry.kind {
        b'0' => 0o100_000,
        b'2' => 0o120_000,
        b'3' => 0o020_000,
        b'4' => 0o060_000,
        b'5' => 0o040_000,
        b'6' => 0o010_000,
        _ => return Err("an entry of an unknown type"),
    };
    let mut file = Expected {
        mode: Some(kind | entry.mode & 0o7777),
        owner: Some(owner(&entry.user_name, entry.user)),
        group: Some(owner(&entry.group_name, entry.group)),
        role: role(&path, control),
        path,
        ..Expected::default()
    };
    match entry.kind {
        b'0' => {
            let mut digest = Sha256::new();
            let read = io::copy(content, &mut Sink(&mut digest)).map_err(|_| NO_DEB)?;
            if read != entry.size {
                return Err(NO_DEB);
            }
            file.digest = Some(Sum::new(Algorithm::Sha256, &digest.finalize()));
            (file.size, file.modified) = (Some(entry.size), Some(entry.modified));
        }
        b'2' => file.link = Some(Text::from(entry.link.as_slice())),
        b'3' | b'4' => file.device = Some(device(entry.major, entry.minor)),
        _ => (),
    }
    Ok(file)
}

/// dpkg goes by the name, where there is one.
fn owner(name: &[u8], number: u32) -> Owner {
    match name.to_str() {
        Ok(name) if !name.is_empty() => Owner::Named(name.to_owned()),
        _ => Owner::Number(number),
    }
}

fn role(path: &Text, control: &Control) -> Role {
    let config = control.conffiles.contains(path);
    Role { config, keeps_edits: config, rights_by_script: control.gives_rights(path), ..Role::default() }
}

/// As makedev(3) of glibc puts them together.
pub(super) fn device(major: u32, minor: u32) -> u64 {
    let (major, minor) = (u64::from(major), u64::from(minor));
    (major & 0xffff_f000) << 32 | (major & 0xfff) << 8 | (minor & 0xffff_ff00) << 12 | minor & 0xff
}

/// Hashes what is read through it.
struct Hashing<R> {
    source: R,
    digest: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.digest.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

struct Sink<'a>(&'a mut Sha256);

impl io::Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
