//! Whether rpm's records are what their vendors signed.

use super::rpm::Package;
use crate::Look;
use keeneye_facts::{DoubtKind, Event, PackageDoubt, Text};

/// Says what does not hold; `keys` is key material that the person who looks gave.
#[cfg(not(feature = "pgp"))]
pub(super) fn judge(look: &mut Look<'_>, path: &Text, packages: &[Package], _keys: &[Text]) {
    for package in packages {
        forged(package).into_iter().for_each(|kind| doubt(look, path, package, kind));
    }
    if packages.iter().any(|package| !package.signatures.is_empty()) {
        let why = "this keeneye was built without `pgp`";
        look.gap(format!("signatures in {}", path.lossy()), keeneye_facts::Refusal::Garbled(why.into()));
    }
}

/// Tags of paths, which rpm itself writes anew when somebody installs a package elsewhere (`--prefix`).
const OF_PATHS: [u32; 4] = [1027, 1116, 1117, 1118];

/// What needs no key to be seen.
fn forged(package: &Package) -> Option<DoubtKind> {
    if package.replaced.iter().any(|tag| !OF_PATHS.contains(tag)) {
        return Some(DoubtKind::Overlaid);
    }
    (package.digests_agree == Some(false)).then_some(DoubtKind::DigestsDisagree)
}

fn doubt(look: &mut Look<'_>, path: &Text, package: &Package, kind: DoubtKind) {
    look.saw(Event::PackageDoubtSeen(Box::new(PackageDoubt {
        package: package.name.clone(),
        version: package.full_version(),
        kind,
        path: path.clone(),
        when: 0,
    })));
}

#[cfg(feature = "pgp")]
pub(super) use signed::judge;

#[cfg(feature = "pgp")]
mod signed {
    use super::{doubt, forged};
    use crate::packages::openpgp::{Keyring, Origin, Trust, Verdict};
    use crate::packages::rpm::Package;
    use crate::{EntryKind, Look};
    use keeneye_facts::{DoubtKind, Refusal, Text};
    use std::collections::BTreeMap;

    /// Where distributions put the keys of their packages.
    const KEYS: &str = "/etc/pki/rpm-gpg";
    /// Doubts of one kind that are told.
    const MAX_TOLD: usize = 100;

    /// What is to be said of a package's signatures.
    enum Signed {
        ByTrusted,
        ByHostOnly(String),
        NoKey(String),
        Not,
        Badly(&'static str),
    }

    /// See above.
    pub(in super::super) fn judge(look: &mut Look<'_>, path: &Text, packages: &[Package], keys: &[Text]) {
        let keyring = keyring(look, packages, keys);
        let (mut unsigned, mut told) = (Vec::new(), 0);
        let mut of_host: BTreeMap<String, Vec<&Package>> = BTreeMap::new();
        let mut without_key: BTreeMap<String, usize> = BTreeMap::new();
        let mut signed = 0_usize;
        for package in packages.iter().filter(|package| package.key.is_none()) {
            let mut tell = |kind| {
                told += 1;
                if told <= MAX_TOLD {
                    doubt(look, path, package, kind);
                }
            };
            forged(package).into_iter().for_each(&mut tell);
            match best(&keyring, package) {
                Signed::ByTrusted => signed += 1,
                Signed::ByHostOnly(key) => of_host.entry(key).or_default().push(package),
                Signed::NoKey(key) => *without_key.entry(key).or_default() += 1,
                Signed::Not => unsigned.push(package),
                Signed::Badly(why) => tell(DoubtKind::BadSignature { why: why.to_owned() }),
            }
        }
        if let Some(first) = unsigned.first() {
            let packages = u32::try_from(unsigned.len()).unwrap_or(u32::MAX);
            doubt(look, path, first, DoubtKind::Unsigned { packages, others_are_signed: signed > 0 });
        }
        for (key, all) in of_host {
            let packages = u32::try_from(all.len()).unwrap_or(u32::MAX);
            if let Some(first) = all.first() {
                doubt(look, path, first, DoubtKind::KeyOfThisHost { key, packages });
            }
        }
        for (key, count) in without_key {
            let what = format!("signatures of {count} packages by key {key}");
            look.gap(what, Refusal::Garbled("the key is not at hand: --keyring FILE gives it".into()));
        }
    }

    fn keyring(look: &mut Look<'_>, packages: &[Package], keys: &[Text]) -> Keyring {
        let mut keyring = Keyring::default();
        for key in packages.iter().filter_map(|package| package.key.as_ref()) {
            keyring.add(key, Origin::Host);
        }
        let dir = Text::from(KEYS);
        for entry in look.optional_list(&dir).unwrap_or_default() {
            if entry.kind == EntryKind::File
                && let Some(key) = look.optional_read(&dir.join(&entry.name))
            {
                keyring.add(&key, Origin::Host);
            }
        }
        for key in keys {
            keyring.add(key, Origin::Given);
        }
        keyring
    }

    /// What a signature over other bytes says is not made good by another one, which anybody can add.
    fn best(keyring: &Keyring, package: &Package) -> Signed {
        let Some(bytes) = package.signed_bytes().filter(|_| !package.signatures.is_empty()) else {
            return Signed::Not;
        };
        let (mut badly, mut of_host, mut no_key) = (None, None, None);
        for signature in &package.signatures {
            match keyring.verify(bytes, &signature.packets) {
                Verdict::Good(good) if good.trust == Trust::HostOnly => of_host = Some(good.fingerprint),
                Verdict::Good(_) => return Signed::ByTrusted,
                Verdict::Bad { why, .. } => badly = Some(why),
                Verdict::NoKey { key } => no_key = Some(key),
                Verdict::Unreadable(_) => (),
            }
        }
        match (badly, of_host, no_key) {
            (Some(why), _, _) => Signed::Badly(why),
            (None, Some(key), _) => Signed::ByHostOnly(key),
            (None, None, Some(key)) => Signed::NoKey(key),
            (None, None, None) => Signed::Not,
        }
    }
}
