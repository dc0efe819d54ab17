//! A key as it comes from anywhere. Whoever holds the key material may have added to it: what hangs on a key counts only
//! as far as `owner` finds the key's own signature over it.

use super::Origin;
use super::owner::{Owner, Standing};
use pgp::packet::{Packet, PacketParser, PublicKey, PublicSubkey, Signature, UserId};
use pgp::types::{Fingerprint, KeyDetails, KeyVersion, Timestamp};
use std::sync::OnceLock;

/// How many packets are read of one piece of key material: the keys of all distributions together have fewer than 2,000.
const MAX_PACKETS: usize = 20_000;
/// How many parts of each kind are kept of a key, and how many signatures of its own on each.
const MAX_PARTS: usize = 32;

/// A primary key with what is said to belong to it.
pub(super) struct Key {
    pub(super) primary: PublicKey,
    /// Lower-case hexadecimal: 40 digits for version 4, 64 for version 6.
    pub(super) fingerprint: String,
    pub(super) origin: Origin,
    pub(super) on_key: Vec<Signature>,
    pub(super) users: Vec<(UserId, Vec<Signature>)>,
    pub(super) subkeys: Vec<(PublicSubkey, Vec<Signature>)>,
    /// Found out at the first use: it takes a verification for each signature.
    owner: OnceLock<Owner>,
}

/// Which of a key's parts made a signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Primary,
    Subkey(usize),
}

/// Reads the keys of binary key material. What cannot be read is passed over: it verifies nothing.
pub(super) fn parse(bytes: &[u8], origin: Origin) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    // Parts of a key that is not kept belong to nobody.
    let mut open = false;
    for packet in PacketParser::new(bytes).take(MAX_PACKETS).flatten() {
        match packet {
            Packet::PublicKey(primary) => {
                // The fingerprint of versions 2 and 3 is an MD5 over parts that can be shifted: anybody makes a twin.
                open = matches!(primary.version(), KeyVersion::V4 | KeyVersion::V6);
                if open {
                    keys.push(Key::new(primary, origin));
                }
            }
            Packet::SecretKey(_) => open = false,
            part if open => {
                if let Some(key) = keys.last_mut() {
                    key.add(part);
                }
            }
            _ => (),
        }
    }
    keys
}

/// The last eight bytes of a fingerprint of version 4, the first eight of version 6: what signatures name.
pub(super) fn key_id(fingerprint: &Fingerprint) -> Option<[u8; 8]> {
    let bytes = fingerprint.as_bytes();
    match fingerprint {
        Fingerprint::V4(_) => bytes.last_chunk().copied(),
        Fingerprint::V6(_) => bytes.first_chunk().copied(),
        _ => None,
    }
}

impl Key {
    fn new(primary: PublicKey, origin: Origin) -> Self {
        let fingerprint = primary.fingerprint().to_string();
        let (on_key, users, subkeys) = (Vec::new(), Vec::new(), Vec::new());
        Self { primary, fingerprint, origin, on_key, users, subkeys, owner: OnceLock::new() }
    }

    fn add(&mut self, part: Packet) {
        match part {
            Packet::UserId(user) if self.users.len() < MAX_PARTS => self.users.push((user, Vec::new())),
            Packet::PublicSubkey(subkey) if self.subkeys.len() < MAX_PARTS => self.subkeys.push((subkey, Vec::new())),
            // Others' signatures on a key may be thousands, and say nothing here.
            Packet::Signature(signature) if self.is_named_by(&signature) => {
                let list = match (self.subkeys.last_mut(), self.users.last_mut()) {
                    (Some((_, list)), _) | (None, Some((_, list))) => list,
                    (None, None) => &mut self.on_key,
                };
                push_new(list, signature);
            }
            _ => (),
        }
    }

    fn is_named_by(&self, signature: &Signature) -> bool {
        signature.issuer_key_id().contains(&&self.primary.legacy_key_id())
            || signature.issuer_fingerprint().contains(&&self.primary.fingerprint())
    }

    /// Takes what another copy of the same key has and this one lacks. A key that somebody gave stays given.
    pub(super) fn merge(&mut self, other: Self) {
        self.origin = self.origin.max(other.origin);
        self.owner = OnceLock::new();
        for signature in other.on_key {
            push_new(&mut self.on_key, signature);
        }
        for (user, signatures) in other.users {
            merge_part(&mut self.users, user, signatures, |a, b| a.id() == b.id());
        }
        for (subkey, signatures) in other.subkeys {
            merge_part(&mut self.subkeys, subkey, signatures, |a, b| a.fingerprint() == b.fingerprint());
        }
    }

    /// The ids by which signatures name this key or one of its subkeys.
    pub(super) fn ids(&self) -> Vec<([u8; 8], Part)> {
        let primary = key_id(&self.primary.fingerprint()).map(|id| (id, Part::Primary));
        let subkey = |(at, (subkey, _)): (usize, &(PublicSubkey, Vec<Signature>))| {
            Some((key_id(&subkey.fingerprint())?, Part::Subkey(at)))
        };
        primary.into_iter().chain(self.subkeys.iter().enumerate().filter_map(subkey)).collect()
    }

    /// Whether the signature is one that this part of the key made over the bytes.
    pub(super) fn made(&self, part: Part, signature: &Signature, signed: &[u8]) -> bool {
        match part {
            Part::Primary => signature.verify(&self.primary, signed).is_ok(),
            Part::Subkey(at) => self.subkeys.get(at).is_some_and(|(key, _)| signature.verify(key, signed).is_ok()),
        }
    }

    fn owner(&self) -> &Owner {
        self.owner.get_or_init(|| Owner::of(self))
    }

    /// A name that the key's owner gave it.
    pub(super) fn user(&self) -> Option<String> {
        self.owner().user.clone()
    }

    /// What the owner says of this part, the primary key first: what is said of that holds for all.
    fn standings(&self, part: Part) -> impl Iterator<Item = &Standing> {
        let owner = self.owner();
        let subkey = match part {
            Part::Primary => None,
            Part::Subkey(at) => owner.subkeys.get(at),
        };
        std::iter::once(&owner.primary).chain(subkey)
    }

    /// Why a signature of this part does not speak for the key, where it does not. `made` is when it was made.
    pub(super) fn objection(&self, part: Part, made: Option<Timestamp>) -> Option<&'static str> {
        self.standings(part).find_map(|standing| standing.objection(made))
    }

    /// By the copy at hand the key was past its time when the signature was made. Owners prolong their keys, and hosts
    /// keep old copies: this alone says nothing against a signature.
    pub(super) fn had_expired(&self, part: Part, made: Option<Timestamp>) -> bool {
        self.standings(part).any(|standing| standing.had_expired(made))
    }
}

fn push_new(list: &mut Vec<Signature>, signature: Signature) {
    if list.len() < MAX_PARTS && !list.contains(&signature) {
        list.push(signature);
    }
}

fn merge_part<T>(
    list: &mut Vec<(T, Vec<Signature>)>,
    part: T,
    signatures: Vec<Signature>,
    same: impl Fn(&T, &T) -> bool,
) {
    if let Some((_, known)) = list.iter_mut().find(|(known, _)| same(known, &part)) {
        signatures.into_iter().for_each(|signature| push_new(known, signature));
    } else if list.len() < MAX_PARTS {
        list.push((part, signatures));
    }
}
