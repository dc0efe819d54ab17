//! Where apt fetches packages from: `sources.list` and `*.sources` of sources.list(5). Nothing in them is believed but the
//! addresses: whose signature counts is decided elsewhere.

use super::super::trouble::{Trouble, Troubles};
use bstr::ByteSlice;
use std::collections::BTreeSet;

/// Sources that are read of one file; an address with two suites is two.
const MAX_SOURCES: usize = 200;
/// Longest line that is read, in bytes.
const MAX_LINE: usize = 4096;
/// The field of a `*.sources` file whose further lines may hold a key.
const SIGNED_BY: &str = "signed-by";

/// One suite at one address.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The address of the archive, without a slash at its end: `http://deb.debian.org/debian`. A name and a password that
    /// stand in it are left out, as apt leaves them out of the names of its lists: it is said and recorded.
    pub address: String,
    /// `bookworm`; of an archive without `dists` a path with a slash at its end: `./`.
    pub suite: String,
    /// `main`, `contrib` ... Empty where the suite is a path.
    pub components: Vec<String>,
    /// `amd64` ... Empty: those that dpkg has.
    pub architectures: Vec<String>,
}

impl Source {
    /// The directory, at the archive, in which the release lies.
    pub fn directory(&self) -> String {
        match self.suite.strip_suffix('/') {
            Some(path) => match path.trim_start_matches("./").trim_matches('/') {
                "" | "." => self.address.clone(),
                path => format!("{}/{path}", self.address),
            },
            None => format!("{}/dists/{}", self.address, self.suite),
        }
    }

    /// Paths of lists of packages below [`Source::directory`], without the end that tells how they are packed.
    pub fn lists(&self, architectures: &BTreeSet<String>) -> Vec<String> {
        if self.suite.ends_with('/') {
            return vec!["Packages".to_owned()];
        }
        let wanted =
            |architecture: &&String| self.architectures.is_empty() || self.architectures.contains(architecture);
        let of = |component: &String| {
            let component = component.clone();
            architectures.iter().filter(wanted).map(move |a| format!("{component}/binary-{a}/Packages"))
        };
        self.components.iter().flat_map(of).collect()
    }
}

/// Reads a file of sources; `deb822` for one whose name ends in `.sources`. Sources that are off, and those of source
/// code, are left out.
pub fn read(text: &[u8], deb822: bool) -> (Vec<Source>, Vec<Trouble>) {
    let (mut sources, troubles) = if deb822 { paragraphs(text) } else { lines(text) };
    sources.truncate(MAX_SOURCES);
    (sources, troubles)
}

/// `deb [ arch=amd64 signed-by=... ] http://deb.debian.org/debian bookworm main contrib`
fn lines(text: &[u8]) -> (Vec<Source>, Vec<Trouble>) {
    let (mut sources, mut troubles) = (Vec::new(), Troubles::default());
    for (index, line) in text.lines().enumerate() {
        let line = line.split(|byte| *byte == b'#').next().unwrap_or_default().trim_ascii();
        if line.is_empty() || sources.len() >= MAX_SOURCES {
            continue;
        }
        match one_line(line) {
            Some(source) => sources.extend(source),
            None => troubles.add(index + 1, "not a source of apt"),
        }
    }
    (sources, troubles.told())
}

/// The inner `None`: source code.
fn one_line(line: &[u8]) -> Option<Option<Source>> {
    let line = line.to_str().ok().filter(|line| line.len() <= MAX_LINE)?;
    let (kind, mut rest) = line.split_once(|c: char| c.is_ascii_whitespace())?;
    let mut source = Source::default();
    rest = rest.trim_start();
    if let Some(behind) = rest.strip_prefix('[') {
        let (options, after) = behind.split_once(']')?;
        for option in options.split_ascii_whitespace() {
            if let Some(architectures) = option.strip_prefix("arch=") {
                source.architectures = architectures.split(',').map(str::to_owned).collect();
            }
        }
        rest = after;
    }
    let mut words = rest.split_ascii_whitespace();
    source.address = address(words.next()?);
    source.suite = words.next()?.to_owned();
    source.components = words.map(str::to_owned).collect();
    match kind {
        "deb" => is_plain(&source).then_some(Some(source)),
        "deb-src" => Some(None),
        _ => None,
    }
}

/// The form of deb822(5): fields, and empty lines between sources.
fn paragraphs(text: &[u8]) -> (Vec<Source>, Vec<Trouble>) {
    let (mut sources, mut troubles) = (Vec::new(), Troubles::default());
    let mut draft = Draft::default();
    for (index, line) in text.lines().chain([b"".as_slice()]).enumerate() {
        if line.starts_with(b"#") {
            continue;
        }
        if line.trim_ascii().is_empty() {
            let found = std::mem::take(&mut draft).sources();
            if found.is_none() && sources.len() < MAX_SOURCES {
                troubles.add(index, "a source without Types, URIs or Suites");
            }
            sources.extend(found.unwrap_or_default());
            sources.truncate(MAX_SOURCES);
        } else if draft.line(line).is_none() {
            troubles.add(index + 1, "not a field of a source");
        }
    }
    (sources, troubles.told())
}

#[derive(Default)]
struct Draft {
    begun: bool,
    field: String,
    types: Vec<String>,
    addresses: Vec<String>,
    suites: Vec<String>,
    components: Vec<String>,
    architectures: Vec<String>,
    is_off: bool,
}

impl Draft {
    fn line(&mut self, line: &[u8]) -> Option<()> {
        self.begun = true;
        if self.field == SIGNED_BY && line.starts_with(b" ") {
            return Some(());
        }
        let line = line.to_str().ok().filter(|line| line.len() <= MAX_LINE)?;
        let value = if line.starts_with([' ', '\t']) {
            line
        } else {
            let (field, value) = line.split_once(':')?;
            self.field = field.to_ascii_lowercase();
            value
        };
        let room = |list: &Vec<String>| MAX_SOURCES.saturating_sub(list.len());
        let words = value.split_ascii_whitespace();
        match self.field.as_str() {
            "types" => self.types.extend(words.take(room(&self.types)).map(str::to_owned)),
            "uris" => self.addresses.extend(words.take(room(&self.addresses)).map(address)),
            "suites" => self.suites.extend(words.take(room(&self.suites)).map(str::to_owned)),
            "components" => self.components.extend(words.take(room(&self.components)).map(str::to_owned)),
            "architectures" => self.architectures.extend(words.take(room(&self.architectures)).map(str::to_owned)),
            "enabled" => self.is_off = matches!(value.trim(), "no" | "false" | "without" | "off" | "disable"),
            _ => (),
        }
        Some(())
    }

    /// `None`: not a source. Nothing at all, source code and what is off are none of them.
    fn sources(self) -> Option<Vec<Source>> {
        if !self.begun || self.is_off {
            return Some(Vec::new());
        }
        if self.types.is_empty() || self.addresses.is_empty() || self.suites.is_empty() {
            return None;
        }
        if !self.types.iter().any(|kind| kind == "deb") {
            return Some(Vec::new());
        }
        let each = self.addresses.iter().flat_map(|address| self.suites.iter().map(move |suite| (address, suite)));
        let source = |(address, suite): (&String, &String)| Source {
            address: address.clone(),
            suite: suite.clone(),
            components: self.components.clone(),
            architectures: self.architectures.clone(),
        };
        Some(each.map(source).filter(is_plain).take(MAX_SOURCES).collect())
    }
}

fn address(word: &str) -> String {
    let word = word.trim_end_matches('/');
    let Some((scheme, place)) = word.split_once("://") else { return word.to_owned() };
    let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

/// Its words become parts of an address.
fn is_plain(source: &Source) -> bool {
    let plain = |word: &String| {
        !word.contains("..") && word.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#%\\\"<>".contains(&byte))
    };
    plain(&source.suite)
        && source.address.bytes().all(|byte| byte.is_ascii_graphic())
        && source.components.iter().all(plain)
        && source.architectures.iter().all(plain)
        && source.suite.ends_with('/') == source.components.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, deb822: bool) -> (Vec<String>, Vec<usize>) {
        let (sources, troubles) = read(text.as_bytes(), deb822);
        let amd64 = BTreeSet::from(["amd64".to_owned()]);
        let one = |source: &Source| format!("{} {}", source.directory(), source.lists(&amd64).join(","));
        (sources.iter().map(one).collect(), troubles.iter().map(|trouble| trouble.line).collect())
    }

    #[test]
    fn one_line_each() {
        let text = "# a remark\n\
                    deb http://deb.example.org/debian/ bookworm main contrib # here\n\
                    deb-src http://deb.example.org/debian bookworm main\n\
                    deb [ arch=arm64,amd64 signed-by=/etc/apt/keyrings/x.gpg ] http://x.example.org stable main\n\
                    deb [arch=arm64] http://x.example.org stable main\n\
                    deb http://flat.example.org/repo ./\n";
        let expected = [
            "http://deb.example.org/debian/dists/bookworm main/binary-amd64/Packages,contrib/binary-amd64/Packages",
            "http://x.example.org/dists/stable main/binary-amd64/Packages",
            "http://x.example.org/dists/stable ",
            "http://flat.example.org/repo Packages",
        ];
        assert_eq!(shown(text, false), (expected.map(str::to_owned).to_vec(), vec![]));
        for wrong in ["deb", "deb [ http://x", "deb http://x ../../etc main", "deb http://x y", "rpm http://x y main"] {
            assert_eq!(shown(&format!("{wrong}\n"), false), (vec![], vec![1]), "{wrong}");
        }
    }
    #[test]
    fn in_paragraphs() {
        let text = "Types: deb deb-src\n# a remark\nURIs: http://deb.example.org/debian\nSuites: bookworm\n \
                    bookworm-updates\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n\n\n\
                    Enabled: no\nTypes: deb\nURIs: http://off.example.org\nSuites: x\nComponents: main\n\n\
                    Types: deb-src\nURIs: http://source.example.org\nSuites: x\nComponents: main\n";
        let expected = [
            "http://deb.example.org/debian/dists/bookworm main/binary-amd64/Packages",
            "http://deb.example.org/debian/dists/bookworm-updates main/binary-amd64/Packages",
        ];
        assert_eq!(shown(text, true), (expected.map(str::to_owned).to_vec(), vec![]));
        assert_eq!(shown("Types: deb\nSuites: x\n", true), (vec![], vec![2]));
        assert_eq!(shown("x\n", true).1, [1, 1]);
    }
    #[test]
    fn passwords_stay_behind() {
        let shown = |address: &str| {
            let list = shown(&format!("deb {address} ./\n"), false).0;
            let paragraph = shown(&format!("Types: deb\nURIs: {address}\nSuites: ./\n"), true).0;
            assert_eq!(list, paragraph);
            list.concat()
        };
        for address in
            ["http://anna:s3cret@x.example.org/a", "http://anna@x.example.org/a", "http://a:b@c@x.example.org/a"]
        {
            assert_eq!(shown(address), "http://x.example.org/a Packages", "{address}");
        }
        assert_eq!(shown("http://x.example.org/a@b"), "http://x.example.org/a@b Packages", "no name, but a path");
    }
    #[test]
    fn hostile_bytes_survive() {
        let line = b"deb [ arch=amd64 ] http://deb.example.org/debian bookworm main contrib\ndeb http://x ./\n";
        crate::mutate::check(&[line], |bytes| !read(bytes, false).0.is_empty());
        let paragraph = b"Types: deb\nURIs: http://deb.example.org/debian\nSuites: bookworm a\nComponents: main\n\n";
        crate::mutate::check(&[&paragraph.repeat(3)], |bytes| !read(bytes, true).0.is_empty());
        let many =
            format!("Types: deb\nURIs: {}\nSuites: {}\nComponents: c\n", "http://x ".repeat(400), "s ".repeat(400));
        assert!(read(many.as_bytes(), true).0.len() <= MAX_SOURCES, "and bounded");
    }
}
