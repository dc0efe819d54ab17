//! Signatures of baselines: ed25519 over the hash. The key that signs need not be on the host that is looked at.
//!
//! Behind the hash of the file: `KEESIG\x00\x01`, the public key (32 bytes), the signature (64 bytes).

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use keeneye_facts::Text;
use std::io::{Read, Seek, SeekFrom};

/// Bytes of a signature with its mark and its key.
pub(crate) const LENGTH: usize = 8 + 32 + 64;
const MARK: [u8; 8] = *b"KEESIG\x00\x01";
/// What is signed begins with this, so that the signature is good for nothing else.
const CONTEXT: &[u8] = b"keeneye baseline, version 1\0";
const SECRET: &str = "keeneye-secret-1 ";
const PUBLIC: &str = "keeneye-public-1 ";

/// A signature as the file holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The key that it claims.
    pub public: [u8; 32],
    bytes: [u8; 64],
}

impl Signature {
    /// Reads what stands behind the hash.
    pub(crate) fn parse(block: &[u8; LENGTH]) -> Option<Self> {
        let (public, bytes) = block.strip_prefix(&MARK)?.split_first_chunk::<32>()?;
        Some(Self { public: *public, bytes: bytes.try_into().ok()? })
    }
    /// What stands at the end of a baseline, if it is a signature: a claim until it is verified.
    pub fn at_end_of(mut source: impl Read + Seek) -> Option<Self> {
        let mut block = [0; LENGTH];
        let back = i64::try_from(LENGTH).ok()?;
        source.seek(SeekFrom::End(back.checked_neg()?)).ok()?;
        source.read_exact(&mut block).ok()?;
        Self::parse(&block)
    }
    /// As it is appended to the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        [MARK.as_slice(), &self.public, &self.bytes].concat()
    }
    /// The key that it claims to be of; `None` when that is no key.
    pub fn key(&self) -> Option<PublicKey> {
        PublicKey::new(&self.public)
    }
    /// True when the owner of this very key signed this very hash.
    pub fn is_good(&self, hash: &[u8; 32], key: &PublicKey) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&self.bytes);
        self.public == key.0.to_bytes() && key.0.verify_strict(&message(hash), &signature).is_ok()
    }
}

/// The key that signs.
pub struct SecretKey(SigningKey);

/// The key that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl SecretKey {
    /// From 32 bytes that nobody can foresee.
    pub fn new(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }
    /// Reads its line of text.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self::new(&key(text, SECRET)?))
    }
    /// A line of text.
    pub fn line(&self) -> String {
        format!("{SECRET}{}\n", Text::from(self.0.to_bytes().as_slice()).hex())
    }
    /// Its other half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }
    /// Signs a hash.
    pub fn sign(&self, hash: &[u8; 32]) -> Signature {
        Signature { public: self.0.verifying_key().to_bytes(), bytes: self.0.sign(&message(hash)).to_bytes() }
    }
}

impl PublicKey {
    /// Reads its line of text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::new(&key(text, PUBLIC)?)
    }
    fn new(bytes: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes).ok()?;
        (!key.is_weak()).then_some(Self(key))
    }
    /// In hexadecimal.
    pub fn hex(&self) -> String {
        Text::from(self.0.to_bytes().as_slice()).hex()
    }
    /// A line of text.
    pub fn line(&self) -> String {
        format!("{PUBLIC}{}\n", Text::from(self.0.to_bytes().as_slice()).hex())
    }
}

fn message(hash: &[u8; 32]) -> Vec<u8> {
    [CONTEXT, hash].concat()
}

/// The 64 hexadecimal digits behind the mark, on the first line.
fn key(text: &str, mark: &str) -> Option<[u8; 32]> {
    let digits = text.lines().next()?.strip_prefix(mark)?.trim_ascii_end();
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(value(*high)? << 4 | value(*low)?)).collect();
    if rest.is_empty() { bytes?.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_key_and_the_right_hash_will_do() {
        let secret = SecretKey::new(&[7; 32]);
        let other = SecretKey::new(&[8; 32]);
        let signature = secret.sign(&[1; 32]);
        assert!(signature.is_good(&[1; 32], &secret.public()));
        assert!(!signature.is_good(&[2; 32], &secret.public()) && !signature.is_good(&[1; 32], &other.public()));
        let file = std::io::Cursor::new([b"baseline".as_slice(), &signature.to_bytes()].concat());
        assert_eq!(Signature::at_end_of(file), Some(signature.clone()));
        assert_eq!(Signature::at_end_of(std::io::Cursor::new(b"short")), None);
        assert_eq!(signature.key(), Some(secret.public()));
        let lie = Signature { public: other.public().0.to_bytes(), ..signature.clone() };
        assert!(!lie.is_good(&[1; 32], &other.public()));
        let block: [u8; LENGTH] = signature.to_bytes().try_into().unwrap();
        assert_eq!(Signature::parse(&block), Some(signature));
    }
    #[test]
    fn keys_are_lines_of_text() {
        let secret = SecretKey::new(&[7; 32]);
        let again = SecretKey::parse(&secret.line()).unwrap();
        assert_eq!(again.line(), secret.line());
        assert_eq!(PublicKey::parse(&secret.public().line()), Some(secret.public()));
        assert!(
            SecretKey::parse(&secret.public().line()).is_none() && PublicKey::parse("keeneye-public-1 00").is_none()
        );
        let weak = format!("{PUBLIC}01{}", "00".repeat(31));
        assert!(PublicKey::parse(&weak).is_none());
    }
    #[test]
    fn hostile_keys_and_signatures() {
        let secret = SecretKey::new(&[7; 32]);
        let line = secret.public().line();
        crate::mutate::check(&[line.as_bytes()], |mutant| {
            PublicKey::parse(&String::from_utf8_lossy(mutant));
            true
        });
        let block = secret.sign(&[1; 32]).to_bytes();
        crate::mutate::check(&[&block], |mutant| {
            let Ok(block) = <&[u8; LENGTH]>::try_from(mutant) else { return true };
            let Some(signature) = Signature::parse(block) else { return true };
            // Whatever is not the signature itself is not good.
            !signature.is_good(&[1; 32], &secret.public()) || signature.to_bytes() == mutant
        });
    }
}
