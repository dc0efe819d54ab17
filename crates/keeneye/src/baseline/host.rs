//! The host that also knows what changed since its newest baseline.

use super::against::{Compared, compare};
use super::{Here, hexadecimal};
use anyhow::Error;
use keeneye_facts::{BaselineDoubt, BaselineDoubtKind, BaselineSeen, Refusal, Text};
use keeneye_store::{Seen, StoreError};
use keeneye_world::baseline::{Changes, End, FormatError, PublicKey, Signature};
use keeneye_world::{Answer, Host, Question, Reply};
use std::io::ErrorKind;
use std::path::Path;

/// Baselines that are looked through for the key that signed before, where none is configured.
const BACK: usize = 16;
const EACCES: i32 = 13;

impl Host for Here {
    fn ask(&self, question: &Question) -> Reply {
        match question {
            Question::Changes => self.changes().map(|changes| Answer::Changes(Box::new(changes))),
            question => self.live.ask(question),
        }
    }
    fn expect(&self, questions: &[Question]) {
        self.live.expect(questions);
    }
}

impl Here {
    /// What differs from the newest baseline that can be believed; doubts where there are any. Who may not read them is
    /// refused like anywhere else.
    fn changes(&self) -> Result<Changes, Refusal> {
        let mut changes = Changes::default();
        let mut unread = |why: StoreError| {
            if is_denied(&why) {
                return Err(Refusal::Errno(EACCES));
            }
            changes.doubts.push(not_read(&self.directory(), 0, &why.into()));
            Ok(())
        };
        let numbers = match self.baselines.numbers() {
            Ok(numbers) => numbers,
            Err(why) => unread(why).map(|()| Vec::new())?,
        };
        let seen = match self.baselines.seen() {
            Ok(seen) => seen,
            Err(why) => unread(why).map(|()| None)?,
        };
        let newest = numbers.last().copied().unwrap_or(0);
        if let Some(seen) = seen.as_ref().filter(|seen| seen.counter > newest) {
            let kind = BaselineDoubtKind::RolledBack { seen: seen.counter };
            let path = if newest == 0 { self.directory() } else { self.file(newest) };
            changes.doubts.push(BaselineDoubt { path, number: newest, kind });
        }
        let signers = self.signers(&numbers);
        if self.key.is_some() && self.chosen(&signers).is_none() {
            let doubt = BaselineDoubt { path: self.directory(), number: newest, kind: BaselineDoubtKind::NoneSigned };
            changes.doubts.push(doubt);
        }
        if let Some(number) = self.chosen(&signers) {
            match compare(self, &number.to_string(), false) {
                Ok(compared) => self.tell(&mut changes, number, compared, seen.as_ref(), &signers),
                Err(why) if why.chain().any(|cause| cause.downcast_ref().is_some_and(is_denied)) => {
                    return Err(Refusal::Errno(EACCES));
                }
                Err(why) => changes.doubts.push(not_read(&self.file(number), number, &why)),
            }
        }
        Ok(changes)
    }

    /// The newest baselines, the newest first, each with what claims to have signed it. All of them where a key is
    /// configured: newer ones that it did not sign push none out.
    fn signers(&self, numbers: &[u64]) -> Vec<(u64, Option<Signature>)> {
        let signature = |number: u64| self.baselines.read(number).ok().flatten().and_then(Signature::at_end_of);
        let most = if self.key.is_some() { usize::MAX } else { BACK };
        numbers.iter().rev().take(most).map(|number| (*number, signature(*number))).collect()
    }

    /// The newest one; where a key is configured the newest that it claims to have signed, and no other.
    fn chosen(&self, signers: &[(u64, Option<Signature>)]) -> Option<u64> {
        let trusted = |signature: &Option<Signature>| {
            self.key.is_none() || signature.as_ref().and_then(Signature::key) == self.key
        };
        signers.iter().find(|(_, signature)| trusted(signature)).map(|(number, _)| *number)
    }

    fn tell(
        &self,
        changes: &mut Changes,
        number: u64,
        compared: Compared,
        seen: Option<&Seen>,
        signers: &[(u64, Option<Signature>)],
    ) {
        let Compared { changes: collected, taken, header, end, doubt } = compared;
        let hash = hexadecimal(&end.hash);
        let same = seen.is_none_or(|seen| seen.counter != number || seen.hash == hash);
        if header.counter != number || !same {
            let path = self.file(number);
            changes.doubts.push(BaselineDoubt { path, number, kind: BaselineDoubtKind::Replaced });
        }
        changes.doubts.extend(self.unsigned(number, &end, signers));
        changes.baseline = Some(BaselineSeen {
            number: header.counter,
            made: header.made.seconds,
            signed_by: signed_by(&end).map(|key| key.hex()),
            files: end.entries,
            walked: taken.entries,
            read: taken.read,
            believed: taken.believed,
            doubted: doubt.map(str::to_owned),
            only_counted: collected.more,
        });
        changes.changes = collected.changes;
        changes.unread = taken.unread;
        changes.unread_count = taken.unread_count;
        changes.cut = taken.cut;
        changes.baseline_cut = end.cut;
    }

    /// What is wrong with the signatures: of the newest, and of the one that was compared. The key that is trusted is the
    /// configured one, else the one that signed a baseline before.
    fn unsigned(&self, number: u64, end: &End, signers: &[(u64, Option<Signature>)]) -> Vec<BaselineDoubt> {
        let before =
            || signers.iter().filter(|(other, _)| *other < number).find_map(|(_, signature)| signature.as_ref());
        let trusted = self.key.clone().or_else(|| before()?.key());
        let mut doubts = Vec::new();
        let mut doubt = |number, kind| doubts.push(BaselineDoubt { path: self.file(number), number, kind });
        match (&end.signature, signed_by(end), &trusted) {
            (Some(_), None, _) => doubt(number, BaselineDoubtKind::BadSignature),
            (_, Some(key), Some(trusted)) if key != *trusted => {
                doubt(number, BaselineDoubtKind::OtherKey { key: key.hex() })
            }
            (None, _, Some(_)) => doubt(number, BaselineDoubtKind::Unsigned),
            _ => (),
        }
        if let Some((newer, signature)) = signers.first().filter(|(newer, _)| *newer != number) {
            let key = signature.as_ref().and_then(Signature::key);
            let other = |key: PublicKey| BaselineDoubtKind::OtherKey { key: key.hex() };
            doubt(*newer, key.map_or(BaselineDoubtKind::Unsigned, other));
        }
        doubts
    }

    fn directory(&self) -> Text {
        text_of(self.baselines.directory())
    }
    fn file(&self, number: u64) -> Text {
        text_of(&self.baselines.path(number))
    }
}

/// The key whose owner signed it, verified.
fn signed_by(end: &End) -> Option<PublicKey> {
    let signature = end.signature.as_ref()?;
    let key = signature.key()?;
    signature.is_good(&end.hash, &key).then_some(key)
}

fn not_read(path: &Text, number: u64, why: &Error) -> BaselineDoubt {
    let damaged = why.chain().any(|cause| cause.downcast_ref::<FormatError>().is_some_and(is_damage));
    let ours = why.chain().any(|cause| cause.downcast_ref::<StoreError>().is_some());
    let why = format!("{why:#}");
    let kind = match damaged && !ours {
        true => BaselineDoubtKind::Damaged { why },
        false => BaselineDoubtKind::NotRead { why },
    };
    BaselineDoubt { path: path.clone(), number, kind }
}

/// Another user than root asks.
fn is_denied(why: &StoreError) -> bool {
    matches!(why, StoreError::Io { why, .. } if why.kind() == ErrorKind::PermissionDenied)
}

fn is_damage(why: &FormatError) -> bool {
    !matches!(why, FormatError::Io(_) | FormatError::Newer(_))
}

fn text_of(path: &Path) -> Text {
    Text::from(path.as_os_str().as_encoded_bytes())
}
