//! Keys by which packages of rpm are signed, and what they say of a package.

use super::Signed;
use crate::Look;
use crate::packages::rpm::Package;
use keeneye_facts::Text;

#[cfg(feature = "pgp")]
use crate::packages::openpgp::{Keyring, Origin, Trust, Verdict};

/// Where distributions put the keys of their packages: Red Hat and its like, SUSE.
#[cfg(feature = "pgp")]
const KEYS: [&str; 2] = ["/etc/pki/rpm-gpg", "/usr/lib/rpm/gnupg/keys"];

#[cfg(feature = "pgp")]
pub(super) struct Keys(Keyring);

#[cfg(feature = "pgp")]
impl Keys {
    /// Those in files of the host, and those that are given.
    pub(super) fn of_host(look: &mut Look<'_>, given: &[Text]) -> Self {
        let mut keyring = Keyring::default();
        for dir in KEYS.map(Text::from) {
            for entry in look.optional_list(&dir).unwrap_or_default() {
                if entry.kind == crate::EntryKind::File
                    && let Some(key) = look.optional_read(&dir.join(&entry.name))
                {
                    keyring.add(&key, Origin::Host);
                }
            }
        }
        for key in given {
            keyring.add(key, Origin::Given);
        }
        Self(keyring)
    }

    /// One that the database holds.
    pub(super) fn add(&mut self, key: &Text) {
        self.0.add(key, Origin::Host);
    }

    /// There is a key whose fingerprint is built in.
    pub(super) fn has_vendors(&self) -> bool {
        self.0.keys().any(|(_, trust)| matches!(trust, Trust::Vendor(_)))
    }

    /// What a signature over other bytes says is not made good by another one, which anybody can add.
    pub(super) fn best(&self, package: &Package) -> Signed {
        let Some(bytes) = package.signed_bytes().filter(|_| !package.signatures.is_empty()) else {
            return Signed::Not;
        };
        let (mut badly, mut of_host, mut no_key) = (None, None, None);
        for signature in &package.signatures {
            match self.0.verify(bytes, &signature.packets) {
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

#[cfg(not(feature = "pgp"))]
pub(super) struct Keys;

#[cfg(not(feature = "pgp"))]
impl Keys {
    pub(super) fn of_host(_look: &mut Look<'_>, _given: &[Text]) -> Self {
        Self
    }
    pub(super) fn add(&mut self, _key: &Text) {}
    pub(super) fn has_vendors(&self) -> bool {
        false
    }
    pub(super) fn best(&self, package: &Package) -> Signed {
        if package.signatures.is_empty() { Signed::Not } else { Signed::Unchecked }
    }
}
