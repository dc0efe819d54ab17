//! What packages say of their files, kept as text: one unpacking of a package serves every server that has it.
//!
//! ```text
//! keeneye-manifest 1
//! package coreutils 9.1-1 amd64 61038f857e346e8500adf53a2a0a20859f4d3a3b51570cc876b153a2d51a3091
//! 040755 root:root - - /usr/bin
//! 100755 root:root b2cf5b6c... - /usr/bin/ls
//! 120777 root:root - - /usr/bin/x link\040target
//! ```
//! A package: name, version, architecture and the SHA-256 of the package file. A file: type and mode in octal, owner and
//! group (`#0`: by number), SHA-256, `c` for settings and `s` where a script of the package sets the rights, path, and
//! where a link leads. What is not known has a dash; names are escaped as vis(3) does with VIS_OCTAL. Who reads one has to know where it came from: it is not signed.

use super::deb::Archive;
use super::escape::{escaped, unescaped};
use super::installed::{MAX_FILES, absolute};
use super::trouble::Troubles;
use super::{Algorithm, Expected, Installed, Owner, Role, Sum, Trouble, dpkg};
use bstr::ByteSlice;
use keeneye_facts::Text;
use std::fmt::Write;

const FIRST_LINE: &str = "keeneye-manifest 1";

/// Writes packages down.
pub fn write(packages: &[Archive]) -> String {
    let mut text = format!("{FIRST_LINE}\n");
    for Archive { package, sha256 } in packages {
        let word = |text: &str| escaped(text.as_bytes());
        let [name, version, architecture] = [&package.name, &package.version, &package.architecture].map(|t| word(t));
        // Writing into a string cannot fail.
        let _ = writeln!(text, "package {name} {version} {architecture} {sha256}");
        for file in &package.files {
            let mode = file.mode.map_or_else(|| "-".into(), |mode| format!("{mode:06o}"));
            let digest = file.digest.as_ref().filter(|sum| sum.algorithm == Algorithm::Sha256);
            let digest = digest.map_or("-", |sum| &sum.hexadecimal);
            let (owner, group) = (account(file.owner.as_ref()), account(file.group.as_ref()));
            let role = match (file.role.config, file.role.rights_by_script) {
                (false, false) => "-",
                (true, false) => "c",
                (false, true) => "s",
                (true, true) => "cs",
            };
            let link = file.link.as_ref().map_or_else(String::new, |link| format!(" {}", escaped(link)));
            let _ = writeln!(text, "{mode} {owner}:{group} {digest} {role} {}{link}", escaped(&file.path));
        }
    }
    text
}

fn account(owner: Option<&Owner>) -> String {
    match owner {
        Some(Owner::Named(name)) => escaped(name.as_bytes()).replace(':', "\\072"),
        Some(Owner::Number(number)) => format!("#{number}"),
        None => "-".into(),
    }
}

/// Reads what `write` wrote, and says what could not be understood.
pub fn read(bytes: &[u8]) -> (Vec<Archive>, Vec<Trouble>) {
    let mut packages: Vec<Archive> = Vec::new();
    let mut troubles = Troubles::default();
    let mut lines = dpkg::lines(bytes).map(|(_, line)| line).enumerate();
    if lines.next().is_none_or(|(_, line)| line != FIRST_LINE.as_bytes()) {
        troubles.add(1, "not a manifest of keeneye");
        return (packages, troubles.told());
    }
    let mut count = 0;
    let mut last = 1;
    for (index, line) in lines {
        last = index + 1;
        if line.is_empty() {
            continue;
        }
        if let Some(words) = line.strip_prefix(b"package ") {
            match package(words) {
                Some(found) => packages.push(found),
                None => troubles.add(last, "not a package"),
            }
            continue;
        }
        count += 1;
        match (file(line), packages.last_mut()) {
            (Some(file), Some(to)) if count <= MAX_FILES => to.package.files.push(file),
            (Some(_), Some(_)) => {
                troubles.add(last, "500,000 files were read: the rest is left out");
                break;
            }
            _ => troubles.add(last, "not a file of a package"),
        }
    }
    if !bytes.ends_with(b"\n") {
        troubles.add(last, "the file ends in the middle of a line");
    }
    (packages, troubles.told())
}

fn package(words: &[u8]) -> Option<Archive> {
    let mut words = words.split(|b| *b == b' ');
    let mut word = || String::from_utf8(unescaped(words.next()?)?).ok().filter(|word| !word.is_empty());
    let (name, version, architecture) = (word()?, word()?, word()?);
    let sha256 = sha256(words.next()?)?;
    words
        .next()
        .is_none()
        .then(|| Archive { package: Installed { name, version, architecture, files: Vec::new() }, sha256 })
}

fn file(line: &[u8]) -> Option<Expected> {
    let mut words = line.split(|b| *b == b' ');
    let (mode, accounts, digest, role) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let path = unescaped(words.next()?)?;
    let path = absolute(path.strip_prefix(b"/")?)?;
    let link = words.next().map(unescaped);
    let (owner, group) = accounts.split_once_str(":")?;
    let mode = match mode {
        b"-" => None,
        digits => Some(u32::from_str_radix(digits.to_str().ok()?, 8).ok().filter(|mode| *mode <= 0o177_777)?),
    };
    let digest = match digest {
        b"-" => None,
        digits => Some(Sum { algorithm: Algorithm::Sha256, hexadecimal: sha256(digits)? }),
    };
    let (config, rights_by_script) = match role {
        b"-" => (false, false),
        b"c" => (true, false),
        b"s" => (false, true),
        b"cs" => (true, true),
        _ => return None,
    };
    let file = Expected {
        path,
        mode,
        owner: owner_of(owner)?,
        group: owner_of(group)?,
        digest,
        link: match link {
            Some(link) => Some(Text::from(link?)),
            None => None,
        },
        role: Role { config, keeps_edits: config, rights_by_script, ..Role::default() },
        ..Expected::default()
    };
    words.next().is_none().then_some(file)
}

/// The outer `None`: not an account.
fn owner_of(word: &[u8]) -> Option<Option<Owner>> {
    Some(match word.strip_prefix(b"#") {
        Some(number) => Some(Owner::Number(number.to_str().ok()?.parse().ok()?)),
        None if word == b"-" => None,
        None => Some(Owner::Named(String::from_utf8(unescaped(word)?).ok()?)),
    })
}

fn sha256(digits: &[u8]) -> Option<String> {
    let hexadecimal = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    (digits.len() == 64 && digits.iter().all(hexadecimal)).then(|| digits.to_str_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::deb;

    fn sample() -> Archive {
        deb::read(include_bytes!("deb/samples/xz.deb").as_slice()).expect("a package")
    }
    /// Of what a manifest keeps nothing is lost.
    fn kept(mut archive: Archive) -> Archive {
        for file in &mut archive.package.files {
            (file.size, file.modified, file.device) = (None, None, None);
        }
        archive
    }

    #[test]
    fn there_and_back() {
        let text = write(&[sample(), sample()]);
        let (read, troubles) = read(text.as_bytes());
        assert_eq!(troubles, []);
        assert_eq!(read, [kept(sample()), kept(sample())]);
    }
    #[test]
    fn odd_names() {
        let mut archive = kept(sample());
        archive.package.files.truncate(2);
        archive.package.files[1].path = "/usr/a b\nc\\d\u{fc}#".into();
        archive.package.files[1].link = Some(Text::from(&b"\xff \t"[..]));
        archive.package.files[1].owner = Some(Owner::Named("a:b #".into()));
        archive.package.files[0].owner = Some(Owner::Number(1000));
        archive.package.files[0].group = None;
        archive.package.files[0].mode = None;
        let (read, troubles) = read(write(std::slice::from_ref(&archive)).as_bytes());
        assert_eq!((read, troubles), (vec![archive], Vec::new()));
    }
    #[test]
    fn it_can_be_read_by_people() {
        let text = write(&[sample()]);
        let digest = "3ab9f954e88d36b7dd4e4d07f010d4dbe7bcbb5899b38945a22de7673444b68c";
        for line in [
            format!("100755 root:root {digest} - /usr/bin/sample"),
            "120777 root:root - - /usr/bin/sample\\040link sample".into(),
            "040755 root:root - - /".into(),
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(text.lines().any(|line| line.ends_with(" c /etc/sample.conf")));
    }
    #[test]
    fn troubles_name_their_line() {
        let troubles = |text: &str| read(text.as_bytes()).1.into_iter().map(|t| (t.line, t.why)).collect::<Vec<_>>();
        assert_eq!(troubles("x\n"), [(1, "not a manifest of keeneye")]);
        assert_eq!(troubles("keeneye-manifest 1\npackage x\n"), [(2, "not a package")]);
        assert_eq!(troubles("keeneye-manifest 1\n100755 root:root - - /x\n"), [(2, "not a file of a package")]);
        let head = format!("keeneye-manifest 1\npackage x 1 all {}\n", "0".repeat(64));
        for line in [
            "100755 root - - /x",
            "9 a:b - - /x",
            "- a:b - - x",
            "- a:b - - /../x",
            "- a:b - - /x y z",
            "- a:b 12 - /x",
        ] {
            assert_eq!(troubles(&format!("{head}{line}\n")), [(3, "not a file of a package")], "{line}");
        }
        assert_eq!(troubles(head.trim_end()), [(2, "the file ends in the middle of a line")]);
    }
    #[test]
    fn hostile_bytes_survive() {
        let text = write(&[sample()]);
        crate::mutate::check(&[text.as_bytes()], |bytes| !read(bytes).0.is_empty());
        (0..text.len()).for_each(|end| assert!(read(&text.as_bytes()[..end]).0.len() <= 1));
    }
}
