//! OpenPGP signatures of those who make packages: RFC 9580, and RFC 4880 for what is older.
//!
//! Key material may come from anywhere, the host itself included: what makes a key the vendor's is its fingerprint, and
//! these are built in. So an intruder can take a vendor's key away, which shows, and can put none in its place.

mod armor;
mod cleartext;
mod key;
mod owner;
mod vendor_keys;

use super::base64;
use key::{Key, Part};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Packet, PacketParser, Signature, SignatureType};
use std::collections::HashMap;
pub use vendor_keys::{VENDOR_KEYS, VendorKey};

/// Longest signature data that is read, in bytes; a header's has some 600, an `InRelease` with three keys 2,500.
const MAX_SIGNATURE_BYTES: usize = 65_536;
/// Longest key material that is read at once, in bytes; debian-archive-keyring.gpg has 55,000.
const MAX_KEY_BYTES: usize = 4 << 20;
/// How many keys a keyring holds; a server has fewer than a hundred.
const MAX_KEYS: usize = 4096;
/// How many signatures of one thing are looked at.
const MAX_SIGNATURES: usize = 16;
/// How many keys of one id are tried. Ids of 64 bits do not coincide by chance.
const MAX_TWINS: usize = 4;

/// Where key material came from; the later one counts more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Found on the host that is looked at.
    Host,
    /// Given by the person who looks.
    Given,
}

/// Whose a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A vendor's, by the built-in fingerprint: its name.
    Vendor(&'static str),
    /// Given by the person who looks.
    Given,
    /// Only the host says so, and an intruder may have put it there.
    HostOnly,
}

/// A signature that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    /// Of the primary key: hexadecimal, lower case.
    pub fingerprint: String,
    /// Whose the key is.
    pub trust: Trust,
    /// The name that the key's owner gave it.
    pub user: Option<String>,
    /// When it was made, in seconds since 1970.
    pub made: Option<u32>,
    /// It is over a SHA-1, as old headers are: good against an intruder on this host, weak against who prepares two
    /// packages of the same digest and has one signed.
    pub by_sha1: bool,
    /// By the copy of the key at hand, which may be an old one, the key had expired when it signed.
    pub after_expiry: bool,
}

/// What is to be said of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The key of this fingerprint made it over these very bytes.
    Good(Good),
    /// It does not hold.
    Bad {
        /// The id of the key that it names, in hexadecimal.
        key: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The key that it names is not at hand.
    NoKey {
        /// The id of the key that it names, in hexadecimal.
        key: String,
    },
    /// No signature, or none that can be read.
    Unreadable(&'static str),
}

/// A text with its signatures' verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedText {
    /// Exactly what is signed: without the armour, lines without white space at their ends.
    pub text: Vec<u8>,
    /// The best verdict of its signatures.
    pub verdict: Verdict,
}

/// Keys to verify with.
#[derive(Default)]
pub struct Keyring {
    keys: Vec<Key>,
    by_fingerprint: HashMap<String, usize>,
    by_id: HashMap<[u8; 8], Vec<(usize, Part)>>,
}

impl Keyring {
    /// Takes the keys of key material: armoured, in base64 alone (rpm keeps such), or binary. Says how many it found;
    /// what is no key is passed over.
    pub fn add(&mut self, material: &[u8], origin: Origin) -> usize {
        let material = material.get(..MAX_KEY_BYTES).unwrap_or(material);
        let found: Vec<Key> = if armor::is_armoured(material) {
            armor::blocks(material, "PUBLIC KEY BLOCK").iter().flat_map(|block| key::parse(block, origin)).collect()
        } else {
            // The first bit of every packet is set, that of text never.
            let text = material.first().is_some_and(u8::is_ascii);
            let binary = text.then(|| base64::decode(material)).flatten();
            key::parse(binary.as_deref().unwrap_or(material), origin)
        };
        let count = found.len();
        found.into_iter().for_each(|key| self.take(key));
        count
    }

    fn take(&mut self, key: Key) {
        let at = match self.by_fingerprint.get(&key.fingerprint) {
            Some(at) => *at,
            None if self.keys.len() == MAX_KEYS => return,
            None => self.keys.len(),
        };
        match self.keys.get_mut(at) {
            Some(known) => known.merge(key),
            None => {
                self.by_fingerprint.insert(key.fingerprint.clone(), at);
                self.keys.push(key);
            }
        }
        for (id, part) in self.keys.get(at).map(Key::ids).unwrap_or_default() {
            let twins = self.by_id.entry(id).or_default();
            let known = twins.iter().any(|(key, known)| *key == at && *known == part);
            if !known && twins.len() < MAX_TWINS {
                twins.push((at, part));
            }
        }
    }

    /// Fingerprint and trust of each key.
    pub fn keys(&self) -> impl Iterator<Item = (&str, Trust)> {
        self.keys.iter().map(|key| (key.fingerprint.as_str(), trust(key)))
    }

    /// Verifies the signature packets that belong to these bytes. Where there are several the best of them counts.
    pub fn verify(&self, signed: &[u8], signature_packets: &[u8]) -> Verdict {
        self.best(signed, signature_packets, &[SignatureType::Binary])
    }

    /// Like `verify`, for a signature in armour: `Release.gpg`.
    pub fn verify_armoured(&self, signed: &[u8], signature: &[u8]) -> Verdict {
        match armor::blocks(signature.get(..MAX_SIGNATURE_BYTES).unwrap_or(signature), "SIGNATURE").first() {
            Some(packets) => self.verify(signed, packets),
            None => Verdict::Unreadable("no signature in armour"),
        }
    }

    /// Verifies a text that carries its signatures; `None` when the file is not one such text and nothing else.
    pub fn cleartext(&self, file: &[u8]) -> Option<SignedText> {
        let parsed = cleartext::parse(file)?;
        let verdict = self.best(&parsed.text, &parsed.signatures, &[SignatureType::Text, SignatureType::Binary]);
        Some(SignedText { text: parsed.text, verdict })
    }

    fn best(&self, signed: &[u8], packets: &[u8], kinds: &[SignatureType]) -> Verdict {
        let packets = packets.get(..MAX_SIGNATURE_BYTES).unwrap_or(packets);
        let mut best: Option<Verdict> = None;
        for packet in PacketParser::new(packets).take(MAX_SIGNATURES) {
            let Ok(Packet::Signature(signature)) = packet else { continue };
            let verdict = self.judge(&signature, signed, kinds);
            if best.as_ref().is_none_or(|best| rank(&verdict) > rank(best)) {
                best = Some(verdict);
            }
        }
        best.unwrap_or(Verdict::Unreadable("no OpenPGP signature"))
    }

    fn judge(&self, signature: &Signature, signed: &[u8], kinds: &[SignatureType]) -> Verdict {
        // A signature on a key or a name is over other bytes, which may be made to look like these.
        if !signature.typ().is_some_and(|typ| kinds.contains(&typ)) {
            return Verdict::Unreadable("a signature of another kind");
        }
        let ids = named(signature);
        let Some(first) = ids.first() else { return Verdict::Unreadable("a signature that names no key") };
        let hex = |id: &[u8; 8]| format!("{:016x}", u64::from_be_bytes(*id));
        let bad = |why| Verdict::Bad { key: hex(first), why };
        let by_sha1 = match signature.hash_alg() {
            Some(HashAlgorithm::Sha1) => true,
            Some(HashAlgorithm::None | HashAlgorithm::Md5 | HashAlgorithm::Ripemd160) | None => {
                return bad("its digest is one that can be forged");
            }
            Some(_) => false,
        };
        let candidates: Vec<(usize, Part)> =
            ids.iter().filter_map(|id| self.by_id.get(id)).flatten().copied().collect();
        if candidates.is_empty() {
            return Verdict::NoKey { key: hex(first) };
        }
        let made = signature.created();
        let mut worst = "it is over other bytes";
        for (at, part) in candidates {
            let Some(key) = self.keys.get(at).filter(|key| key.made(part, signature, signed)) else { continue };
            match key.objection(part, made) {
                Some(why) => worst = why,
                None => {
                    return Verdict::Good(Good {
                        fingerprint: key.fingerprint.clone(),
                        trust: trust(key),
                        user: key.user(),
                        made: made.map(|time| time.as_secs()),
                        by_sha1,
                        after_expiry: key.had_expired(part, made),
                    });
                }
            }
        }
        bad(worst)
    }
}

/// The ids of keys that a signature names, without doubles.
fn named(signature: &Signature) -> Vec<[u8; 8]> {
    let by_fingerprint = signature.issuer_fingerprint().into_iter().filter_map(key::key_id);
    let by_id = signature.issuer_key_id().into_iter().filter_map(|id| <[u8; 8]>::try_from(id.as_ref()).ok());
    let mut ids: Vec<[u8; 8]> = by_fingerprint.chain(by_id).take(MAX_SIGNATURES).collect();
    ids.dedup();
    ids
}

fn trust(key: &Key) -> Trust {
    match (vendor_keys::vendor(&key.fingerprint), key.origin) {
        (Some(name), _) => Trust::Vendor(name),
        (None, Origin::Given) => Trust::Given,
        (None, Origin::Host) => Trust::HostOnly,
    }
}

fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Good(good) => match good.trust {
            Trust::Vendor(_) => 5,
            Trust::Given => 4,
            Trust::HostOnly => 3,
        },
        Verdict::Bad { .. } => 2,
        Verdict::NoKey { .. } => 1,
        Verdict::Unreadable(_) => 0,
    }
}

#[cfg(test)]
mod tests;
