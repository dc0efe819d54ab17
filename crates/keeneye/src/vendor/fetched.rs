//! Releases, lists and package files from archives, each verified before it counts.

use super::Gathering;
use super::signed::{Signed, why_not};
use keeneye_facts::Text;
use keeneye_live::Fetcher;
use keeneye_report::words;
use keeneye_world::packages::apt::sources::Source;
use keeneye_world::packages::apt::{self, Offered, SignedRelease};
use keeneye_world::packages::deb::{self, Archive};
use keeneye_world::packages::openpgp::Keyring;
use keeneye_world::packages::vendor::Release;
use std::collections::BTreeSet;

/// Bytes of a release: Debian's has 150,000.
const MAX_RELEASE: u64 = 4 << 20;
/// Bytes of a list as it is packed: Ubuntu's universe has 20 MB.
const MAX_LIST: u64 = 128 << 20;
/// Bytes of everything.
const MAX_ALL: u64 = 4 << 30;
/// How lists are packed, the shortest first.
const FORMS: [&str; 4] = [".xz", ".zst", ".gz", ""];

/// The archives that the host's apt knows.
pub(super) struct Archives<'a> {
    pub(super) fetcher: &'a Fetcher,
    pub(super) sources: &'a [Source],
    /// Seconds since 1970.
    pub(super) now: i64,
}

impl Archives<'_> {
    /// Fetches the package files that signed lists offer.
    pub(super) fn fetch_offered(
        &mut self,
        gathering: &mut Gathering,
        signed: &mut Signed,
        left: &mut BTreeSet<Release>,
    ) {
        for release in left.clone() {
            for (archive, offered) in signed.offers.get(&release).into_iter().flatten() {
                let Some(source) = self.sources.iter().find(|source| name_in_lists(source) == *archive) else {
                    continue;
                };
                let address = format!("{}/{}", source.address, offered.filename.lossy());
                match self.package(&address, offered) {
                    Ok(package) => {
                        gathering.take(package);
                        left.remove(&release);
                        break;
                    }
                    Err(why) => signed.reasons.push((address.into(), why)),
                }
            }
        }
    }

    fn package(&self, address: &str, offered: &Offered) -> Result<Archive, String> {
        if self.fetcher.bytes().saturating_add(offered.size) > MAX_ALL {
            return Err(format!("not fetched: more than {} in all", words::bytes(MAX_ALL)));
        }
        // One byte more shows that it is too long.
        let source = self.fetcher.open(address, offered.size.saturating_add(1))?;
        let archive = deb::read(source).map_err(|why| self.fetcher.trouble().unwrap_or_else(|| why.to_owned()))?;
        if offered.is(&archive) { Ok(archive) } else { Err("it is not the file that the signed list names".into()) }
    }

    /// Fetches releases and lists, and adds what they offer.
    pub(super) fn look_up(
        &mut self,
        keyring: &Keyring,
        signed: &mut Signed,
        architectures: &BTreeSet<String>,
        wanted: &BTreeSet<Release>,
    ) {
        for source in self.sources {
            let directory = source.directory();
            match self.release(keyring, &directory) {
                Ok(release) => {
                    self.dates(signed, source, &release);
                    for path in source.lists(architectures) {
                        if let Err(why) = self.list(signed, source, &release, &path, wanted) {
                            signed.reasons.push((format!("{directory}/{path}").into(), why));
                        }
                    }
                }
                Err(why) => signed.reasons.push((directory.into(), why)),
            }
        }
    }

    fn release(&self, keyring: &Keyring, directory: &str) -> Result<apt::Release, String> {
        let text = self.fetcher.get(&format!("{directory}/InRelease"), MAX_RELEASE)?;
        let release = SignedRelease::read(keyring, &text).ok_or("its InRelease is not signed: it was not believed")?;
        release.trusted().cloned().ok_or_else(|| why_not(&release.verdict))
    }

    /// Somebody between may offer an old release again. What it says of a version is true all the same, so it is only told.
    fn dates(&self, signed: &mut Signed, source: &Source, release: &apt::Release) {
        let directory = source.directory();
        let mut tell = |what: String| signed.old.push((Text::from(directory.as_str()), what));
        if let Some(until) = release.valid_until.filter(|until| *until < self.now) {
            tell(format!(
                "its release was to be believed until {}: somebody may offer an old one again",
                words::rfc3339(until)
            ));
        }
        let known = signed.dates.get(&name_in_lists(source));
        if let (Some(date), Some(known)) = (release.date, known)
            && date < *known
        {
            tell(format!(
                "its release is of {}, older than the one of {} that the host has: an old one is offered again",
                words::rfc3339(date),
                words::rfc3339(*known)
            ));
        }
    }

    fn list(
        &self,
        signed: &mut Signed,
        source: &Source,
        release: &apt::Release,
        path: &str,
        wanted: &BTreeSet<Release>,
    ) -> Result<(), String> {
        // The host's own copy of this very list was read already.
        if release.file(path).is_some_and(|(digest, _)| signed.lists.contains(digest)) {
            return Ok(());
        }
        let named = |form: &str| release.file(&format!("{path}{form}")).map(|file| (format!("{path}{form}"), file));
        let (path, (digest, length)) =
            FORMS.iter().find_map(|form| named(form)).ok_or("the release names no such list")?;
        if length > MAX_LIST {
            return Err(format!("not fetched: longer than {}", words::bytes(MAX_LIST)));
        }
        let directory = source.directory();
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let by_hash = format!("{directory}/{parent}/by-hash/SHA256/{digest}");
        let by_name = format!("{directory}/{path}");
        let addresses = if release.by_hash { vec![by_hash, by_name] } else { vec![by_name] };
        let mut fetched = Err(String::new());
        for address in addresses {
            fetched = self.fetcher.get(&address, length.saturating_add(1));
            if fetched.is_ok() {
                break;
            }
        }
        let (offered, _) =
            apt::offered(release, &path, &fetched?, |name| wanted.iter().any(|release| release.name == name))?;
        signed.add(&name_in_lists(source), offered, wanted);
        Ok(())
    }
}

/// How apt calls the lists of a source: its address without scheme, name and password, and what is unusual in a file name as `%` and two
/// hexadecimal digits.
fn name_in_lists(source: &Source) -> String {
    let directory = source.directory();
    let place = directory.split_once("://").map_or(directory.as_str(), |(_, place)| place);
    let mut name = String::new();
    for c in place.chars() {
        match c {
            '/' => name.push('_'),
            c if "\\|{}[]<>\"^~_=!@#$%&*".contains(c) => name.push_str(&format!("%{:02x}", u32::from(c))),
            c => name.push(c),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_as_apt_names_their_lists() {
        let name = |address: &str, suite: &str| {
            let source = Source { address: address.into(), suite: suite.into(), ..Source::default() };
            name_in_lists(&source)
        };
        assert_eq!(name("http://deb.debian.org/debian", "bookworm"), "deb.debian.org_debian_dists_bookworm");
        assert_eq!(name("http://x.example.org/a_b", "~s/"), "x.example.org_a%5fb_%7es");
    }
}
