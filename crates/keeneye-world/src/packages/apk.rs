//! apk's database, `/lib/apk/db/installed` or `/usr/lib/apk/db/installed`: one letter, a colon and a value a line, an
//! empty line behind each package. See `apk_db_fdb_read` in apk-tools' database.c. Nobody signs it.

use super::installed::{MAX_FILES, absolute};
use super::trouble::Troubles;
use super::{Algorithm, Expected, Installed, Owner, Role, Sum, Trouble, base64, dpkg};
use bstr::ByteSlice;
use keeneye_facts::Text;

const DIRECTORY: u32 = 0o040_000;
/// What apk leaves out of its database: `apk_default_acl_dir` and `apk_default_acl_file`.
const DEFAULT_DIRECTORY_MODE: u32 = 0o755;
const DEFAULT_FILE_MODE: u32 = 0o644;

/// Parses the database: the packages, and what could not be understood.
pub fn read(bytes: &[u8]) -> (Vec<Installed>, Vec<Trouble>) {
    let mut reader = Reader::default();
    let mut last = 0;
    for (index, (_, line)) in dpkg::lines(bytes).enumerate() {
        last = index + 1;
        if line.len() < 2 {
            reader.finish(last);
        } else if let Err(why) = reader.line(line) {
            reader.troubles.add(last, why);
        }
    }
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        reader.troubles.add(last, "the file ends in the middle of a line");
    }
    reader.finish(last);
    mark_unlisted(&mut reader.packages);
    (reader.packages, reader.troubles.told())
}

#[derive(Default)]
struct Reader {
    packages: Vec<Installed>,
    troubles: Troubles,
    /// How many files were read of all packages.
    files: usize,
    package: Installed,
    begun: bool,
    /// The files of the package have a shortened SHA-256 where others have a SHA-1.
    shortened: bool,
    directory: Option<Text>,
    /// What the next `a:` and `Z:` are about.
    in_file: bool,
}

impl Reader {
    fn line(&mut self, line: &[u8]) -> Result<(), &'static str> {
        self.begun = true;
        let (Some(field), Some(b':'), Some(value)) = (line.first(), line.get(1), line.get(2..)) else {
            return Err("neither a field nor an empty line");
        };
        let word = || value.to_str().map(str::to_owned).map_err(|_| "a value that is not text");
        match field {
            b'P' => self.package.name = word()?,
            b'V' => self.package.version = word()?,
            b'A' => self.package.architecture = word()?,
            b'f' => self.shortened = value.contains(&b'S'),
            b'F' => return self.directory(value),
            b'R' => return self.file(value),
            b'M' if self.directory.is_none() || self.in_file => return Err("permissions of no directory"),
            b'a' if !self.in_file => return Err("permissions of no file"),
            b'M' => return self.permissions(value, DIRECTORY),
            b'a' => return self.permissions(value, 0),
            b'Z' => return self.digest(value),
            // Dependencies, sizes, descriptions.
            _ => (),
        }
        Ok(())
    }

    fn directory(&mut self, relative: &[u8]) -> Result<(), &'static str> {
        self.in_file = false;
        self.directory = absolute(relative);
        let path = self.directory.clone().ok_or("not a directory of this host")?;
        self.push(Expected { path, ..owned_by_root(DIRECTORY | DEFAULT_DIRECTORY_MODE) })
    }

    fn file(&mut self, name: &[u8]) -> Result<(), &'static str> {
        self.in_file = false;
        let directory = self.directory.as_ref().ok_or("a file without a directory")?;
        if name.contains(&b'/') || absolute(name).is_none_or(|path| path == "/") {
            return Err("not a file name");
        }
        let path = directory.join(name);
        let role = role(&path);
        self.push(Expected { path, role, ..owned_by_root(DEFAULT_FILE_MODE) })?;
        self.in_file = true;
        Ok(())
    }

    fn push(&mut self, expected: Expected) -> Result<(), &'static str> {
        if self.files == MAX_FILES {
            self.directory = None;
            return Err("500,000 files were read: the rest is left out");
        }
        self.files += 1;
        self.package.files.push(expected);
        Ok(())
    }

    /// `uid:gid:mode`, and a digest of the extended attributes, which nothing here can compare.
    fn permissions(&mut self, value: &[u8], kind: u32) -> Result<(), &'static str> {
        let mut parts = value.split(|b| *b == b':').map(|part| part.to_str().unwrap_or_default());
        let mut number = |radix| parts.next().and_then(|part| u32::from_str_radix(part, radix).ok());
        let (Some(user), Some(group), Some(mode)) = (number(10), number(10), number(8)) else {
            return Err("neither owner, group nor mode");
        };
        let last = self.package.files.last_mut().ok_or("permissions of nothing")?;
        last.mode = Some(kind | mode & 0o7777);
        (last.owner, last.group) = (Some(Owner::Number(user)), Some(Owner::Number(group)));
        Ok(())
    }

    fn digest(&mut self, value: &[u8]) -> Result<(), &'static str> {
        let file = self.package.files.last_mut().filter(|_| self.in_file).ok_or("a digest of no file")?;
        let decoded = |text: &[u8], bytes: usize| base64::decode(text).filter(|digest| digest.len() == bytes);
        let (algorithm, digest) = match value.split_at_checked(2) {
            Some((b"Q1", text)) if self.shortened => (Algorithm::Sha256, decoded(text, 20)),
            Some((b"Q1", text)) => (Algorithm::Sha1, decoded(text, 20)),
            Some((b"Q2", text)) => (Algorithm::Sha256, decoded(text, 32)),
            _ => return Err("a digest of an unknown kind"),
        };
        file.digest = Some(Sum::new(algorithm, &digest.ok_or("not a digest")?));
        Ok(())
    }

    fn finish(&mut self, line: usize) {
        let package = std::mem::take(&mut self.package);
        let begun = std::mem::take(&mut self.begun);
        (self.shortened, self.directory, self.in_file) = (false, None, false);
        if begun && (package.name.is_empty() || package.version.is_empty()) {
            self.troubles.add(line, "a package without name or version");
        }
        if begun && !package.name.is_empty() {
            self.packages.push(package);
        }
    }
}

fn owned_by_root(mode: u32) -> Expected {
    let root = Some(Owner::Number(0));
    Expected { mode: Some(mode), owner: root.clone(), group: root, ..Expected::default() }
}

/// apk keeps digests of all files: one without was taken out.
fn mark_unlisted(packages: &mut [Installed]) {
    if packages.iter().flat_map(|package| &package.files).any(|file| file.digest.is_some()) {
        let files = packages.iter_mut().flat_map(|package| &mut package.files);
        let files = files.filter(|file| file.mode.is_some_and(|mode| mode & DIRECTORY == 0));
        files.for_each(|file| file.role.unlisted = file.digest.is_none());
    }
}

/// What apk protects when it upgrades, unless /etc/apk/protected_paths.d says more: `+etc`, of `etc/init.d` only links.
fn role(path: &Text) -> Role {
    let config = path.is_within("/etc") && !path.is_within("/etc/init.d");
    Role { config, keeps_edits: config, ..Role::default() }
}

#[cfg(test)]
mod tests;
