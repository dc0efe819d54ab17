//! What the owner of a key says of it: only statements that the primary key itself signed.

use super::key::Key;
use pgp::packet::{RevocationCode, Signature, SignatureType};
use pgp::types::{KeyDetails, Tag, Timestamp};

/// The verified statements on a key.
pub(super) struct Owner {
    pub(super) user: Option<String>,
    pub(super) primary: Standing,
    /// In the order of the key's subkeys.
    pub(super) subkeys: Vec<Standing>,
}

/// What holds for one part of a key.
pub(super) struct Standing {
    /// It may sign for the key.
    signs: bool,
    /// Seconds since 1970; `None`: it does not expire.
    until: Option<u64>,
    revocations: Vec<(RevocationCode, Option<Timestamp>)>,
}

impl Owner {
    pub(super) fn of(key: &Key) -> Self {
        let primary = &key.primary;
        let mut statements: Vec<&Signature> =
            key.on_key.iter().filter(|signature| signature.verify_key(primary).is_ok()).collect();
        let mut user = None;
        for (id, signatures) in &key.users {
            let own = |signature: &&Signature| signature.verify_certification(primary, Tag::UserId, id).is_ok();
            let own: Vec<&Signature> = signatures.iter().filter(own).collect();
            if user.is_none() && own.iter().any(|signature| signature.is_certification()) {
                user = Some(String::from_utf8_lossy(id.id()).into_owned());
            }
            statements.extend(own.into_iter().filter(|signature| signature.is_certification()));
        }
        let subkeys = key.subkeys.iter().map(|(subkey, signatures)| {
            let own = signatures.iter().filter(|signature| signature.verify_subkey_binding(primary, subkey).is_ok());
            let own: Vec<&Signature> = own.collect();
            // Without the subkey's own word anybody could bind another's signing key to his.
            let agrees = |binding: &Signature| {
                let back = binding.embedded_signature();
                back.is_some_and(|back| back.verify_primary_key_binding(subkey, primary).is_ok())
            };
            let signs = own.iter().any(|signature| {
                signature.typ() == Some(SignatureType::SubkeyBinding)
                    && signature.key_flags().sign()
                    && agrees(signature)
            });
            Standing::new(signs, subkey.created_at(), &own, SignatureType::SubkeyRevocation)
        });
        let subkeys = subkeys.collect();
        let primary = Standing::new(true, primary.created_at(), &statements, SignatureType::KeyRevocation);
        Self { user, primary, subkeys }
    }
}

impl Standing {
    /// `own`: verified statements on the part.
    fn new(signs: bool, created: Timestamp, own: &[&Signature], revokes: SignatureType) -> Self {
        let (revocations, grants): (Vec<_>, Vec<_>) =
            own.iter().copied().partition(|signature| signature.typ() == Some(revokes));
        let of = |signature: &&Signature| {
            let code = signature.revocation_reason_code().copied().unwrap_or(RevocationCode::NoReason);
            (code, signature.created())
        };
        let revocations = revocations.iter().map(of).collect();
        // The longest that was ever granted; no lifetime, or zero, is for ever.
        let seconds = |signature: &&Signature| match signature.key_expiration_time().map(|time| time.as_secs()) {
            None | Some(0) => u64::MAX,
            Some(seconds) => u64::from(seconds),
        };
        let longest = grants.iter().map(seconds).max().filter(|seconds| *seconds != u64::MAX);
        Self { signs, until: longest.map(|seconds| u64::from(created.as_secs()) + seconds), revocations }
    }

    pub(super) fn objection(&self, made: Option<Timestamp>) -> Option<&'static str> {
        let revoked = self.revocations.iter().find_map(|(code, at)| match code {
            // A key that was only replaced or retired still speaks for what it signed before.
            RevocationCode::KeySuperseded | RevocationCode::KeyRetired => {
                let before = matches!((made, at), (Some(made), Some(at)) if made.as_secs() < at.as_secs());
                (!before).then_some("its key was retired before it was made")
            }
            RevocationCode::KeyCompromised => Some("its key was revoked by the owner: it was stolen"),
            _ => Some("its key was revoked by the owner"),
        });
        revoked.or((!self.signs).then_some("its key does not vouch for the subkey that made it"))
    }

    pub(super) fn had_expired(&self, made: Option<Timestamp>) -> bool {
        matches!((self.until, made), (Some(until), Some(made)) if u64::from(made.as_secs()) > until)
    }
}
