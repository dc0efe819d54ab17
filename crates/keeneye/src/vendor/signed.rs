//! The lists of apt that lie on the host, as far as vendors signed them: `InRelease` names the digests of lists, and these
//! the digests of package files. All of it may be the intruder's but for what a vendor's key signed.

use keeneye_facts::Text;
#[cfg(not(feature = "pgp"))]
use keeneye_live::Live;
use keeneye_world::packages::apt::Offered;
use keeneye_world::packages::deb::Archive;
use keeneye_world::packages::vendor::Release;
use std::collections::{BTreeMap, BTreeSet};

/// What signed lists offer of the wanted packages.
#[derive(Default)]
#[cfg_attr(not(feature = "fetch"), allow(dead_code, reason = "some of it serves only what is fetched"))]
pub(super) struct Signed {
    /// With the name of their archive in the names of apt's lists.
    pub(super) offers: BTreeMap<Release, Vec<(String, Offered)>>,
    /// SHA-256 of lists, unpacked, that were read.
    pub(super) lists: BTreeSet<String>,
    /// When releases were made, in seconds since 1970, by the name of their archive.
    pub(super) dates: BTreeMap<String, i64>,
    /// Releases that may be old ones.
    pub(super) old: Vec<(Text, String)>,
    /// Why lists were not believed.
    pub(super) reasons: Vec<(Text, String)>,
}

impl Signed {
    /// A signed list names this very package file.
    pub(super) fn names(&self, archive: &Archive) -> bool {
        let offers = self.offers.get(&Release::of(&archive.package));
        offers.is_some_and(|offers| offers.iter().any(|(_, offered)| offered.is(archive)))
    }

    /// A signed list names a package file of this SHA-256. What the host has is not even unpacked before that is known.
    pub(super) fn names_digest(&self, sha256: &str) -> bool {
        self.offers.values().flatten().any(|(_, offered)| offered.sha256 == sha256)
    }

    /// Adds what a list offers of the wanted packages.
    #[cfg(feature = "pgp")]
    pub(super) fn add(&mut self, archive: &str, offered: Vec<Offered>, wanted: &BTreeSet<Release>) {
        for offer in offered {
            let Offered { package, version, architecture, .. } = offer.clone();
            let release = Release { name: package, version, architecture };
            if wanted.contains(&release) {
                self.offers.entry(release).or_default().push((archive.to_owned(), offer));
            }
        }
    }
}

#[cfg(not(feature = "pgp"))]
impl Signed {
    /// Nothing can be verified.
    pub(super) fn read(_: &Live, _: &[Text], _: &BTreeSet<Release>) -> Self {
        let reasons = vec![("signed lists of apt".into(), "this keeneye was built without `pgp`".into())];
        Self { reasons, ..Self::default() }
    }
}

#[cfg(feature = "fetch")]
pub(super) use verified::{keyring, why_not};

#[cfg(feature = "pgp")]
mod verified {
    use super::Signed;
    use keeneye_facts::Text;
    use keeneye_live::Live;
    use keeneye_world::packages::apt::{self, SignedRelease};
    use keeneye_world::packages::openpgp::{Keyring, Origin, Verdict};
    use keeneye_world::packages::vendor::Release;
    use keeneye_world::{AskHost, EntryKind};
    use std::collections::BTreeSet;
    use std::io::Read;

    /// Where apt keeps its lists.
    const LISTS: &str = "/var/lib/apt/lists";
    /// Where key material lies. Whose it is goes by fingerprint.
    const KEYS: [&str; 3] = ["/usr/share/keyrings", "/etc/apt/keyrings", "/etc/apt/trusted.gpg.d"];
    /// Bytes of a file of keys.
    const MAX_KEY: u64 = 4 << 20;
    /// Bytes of a list, as it lies there: Ubuntu's universe has 80 MB.
    const MAX_LIST: u64 = 512 << 20;
    /// Releases that are looked at.
    const MAX_RELEASES: usize = 200;
    const FORMS: [&str; 5] = ["", ".lz4", ".gz", ".xz", ".zst"];

    impl Signed {
        /// Reads the host's lists for the wanted packages.
        pub(in super::super) fn read(live: &Live, keys: &[Text], wanted: &BTreeSet<Release>) -> Self {
            let keyring = keyring(live, keys);
            let dir = Text::from(LISTS);
            let entries = live.list(&dir).unwrap_or_default();
            let names: Vec<String> = entries.iter().map(|entry| entry.name.lossy().into_owned()).collect();
            let mut signed = Self::default();
            for name in names.iter().filter(|name| name.ends_with("Release")).take(MAX_RELEASES) {
                let Some((archive, release)) = verified(live, &keyring, &dir, name, &mut signed) else { continue };
                let Some(release) = release.trusted() else {
                    signed.reasons.push((dir.join(name.as_bytes()), why_not(&release.verdict)));
                    continue;
                };
                signed.dates.extend(release.date.map(|date| (archive.clone(), date)));
                let lists: Vec<&Text> = release.paths().filter(|path| path.ends_with(b"Packages")).collect();
                for path in lists {
                    let path = path.lossy();
                    let start = format!("{archive}_{}", path.replace('/', "_"));
                    let found = FORMS.iter().map(|form| (form, format!("{start}{form}")));
                    let Some((form, name)) = found.into_iter().find(|(_, name)| names.contains(name)) else { continue };
                    let place = dir.join(name.as_bytes());
                    let packed = read(live, &place, MAX_LIST);
                    let offered = packed.and_then(|packed| {
                        let list = apt::unpacked(form, &packed).ok_or("damaged, or too long")?;
                        apt::offered(release, &path, &list, |name| wanted.iter().any(|wanted| wanted.name == name))
                            .map_err(str::to_owned)
                    });
                    match offered {
                        Ok((offered, _)) => {
                            signed.lists.extend(release.file(&path).map(|(digest, _)| digest.to_owned()));
                            signed.add(&archive, offered, wanted);
                        }
                        Err(why) => signed.reasons.push((place, format!("{why}: it was not believed"))),
                    }
                }
            }
            signed
        }
    }

    /// The release in a file of lists with the name of its archive. `None`: it is none, or cannot be read.
    fn verified(
        live: &Live,
        keyring: &Keyring,
        dir: &Text,
        name: &str,
        signed: &mut Signed,
    ) -> Option<(String, SignedRelease)> {
        let place = dir.join(name.as_bytes());
        let mut content = |place: &Text| match read(live, place, MAX_KEY * 4) {
            Ok(bytes) => Some(bytes),
            Err(why) => {
                signed.reasons.push((place.clone(), why));
                None
            }
        };
        if let Some(archive) = name.strip_suffix("_InRelease") {
            let text = content(&place)?;
            let Some(release) = SignedRelease::read(keyring, &text) else {
                signed.reasons.push((place, "it is not signed: it was not believed".into()));
                return None;
            };
            return Some((archive.to_owned(), release));
        }
        let archive = name.strip_suffix("_Release")?;
        let signature = content(&dir.join(format!("{name}.gpg").as_bytes()))?;
        Some((archive.to_owned(), SignedRelease::detached(keyring, &content(&place)?, &signature)))
    }

    /// All key material that is at hand.
    pub(in super::super) fn keyring(live: &Live, keys: &[Text]) -> Keyring {
        let mut keyring = Keyring::default();
        for dir in KEYS.map(Text::from) {
            for entry in live.list(&dir).unwrap_or_default() {
                if entry.kind != EntryKind::Dir
                    && let Ok(path) = live.resolve(&dir.join(&entry.name))
                    && let Ok(key) = read(live, &path, MAX_KEY)
                {
                    keyring.add(&key, Origin::Host);
                }
            }
        }
        for key in keys {
            keyring.add(key, Origin::Given);
        }
        keyring
    }

    fn read(live: &Live, path: &Text, limit: u64) -> Result<Vec<u8>, String> {
        let unreadable = |why: String| format!("it could not be read: {why}");
        let file = live.open(path).map_err(|why| unreadable(keeneye_report::words::refusal(&why)))?;
        let mut bytes = Vec::new();
        let read = file.take(limit + 1).read_to_end(&mut bytes).map_err(|why| unreadable(why.to_string()))?;
        if read as u64 > limit { Err(format!("longer than {limit} bytes")) } else { Ok(bytes) }
    }

    /// Why what was signed so is not believed.
    pub(in super::super) fn why_not(verdict: &Verdict) -> String {
        match verdict {
            Verdict::Good(good) => format!(
                "it is signed by a key that is neither built in nor given with --keyring, {}: it was not believed",
                good.fingerprint
            ),
            Verdict::Bad { why, .. } => format!("its signature does not hold: {why}"),
            Verdict::NoKey { key } => format!("the key that signed it, {key}, is not at hand: --keyring FILE gives it"),
            Verdict::Unreadable(why) => format!("it is not signed: {why}"),
        }
    }
}
