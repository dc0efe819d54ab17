//! Bytes that a host gave: usually text, always hostile.

use bstr::{BStr, ByteSlice};
use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

/// A name, path or content exactly as the host gave it.
///
/// It has no `Display` on purpose: what reaches a person goes through the sanitiser of `keeneye-report`.
/// In JSON it is a string when it is valid UTF-8, else `{"hex": "..."}`, so that no byte is lost.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Vec<u8>);

impl Text {
    /// The empty text.
    pub const fn new() -> Self {
        Self(Vec::new())
    }
    /// The exact bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
    /// The exact bytes, taken out.
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
    /// For building sentences; invalid UTF-8 becomes U+FFFD. The sanitiser still has to run over the result.
    pub fn lossy(&self) -> Cow<'_, str> {
        self.0.to_str_lossy()
    }
    /// The exact bytes in lower-case hexadecimal.
    pub fn hex(&self) -> String {
        to_hex(&self.0)
    }
    /// The part behind the last slash: `sshd` of `/usr/sbin/sshd`.
    pub fn file_name(&self) -> &BStr {
        self.0.rsplit(|b| *b == b'/').next().unwrap_or_default().as_bstr()
    }
    /// The part before the last slash, `/` for a name in the root, empty for a bare name.
    pub fn parent(&self) -> &BStr {
        match self.0.rfind_byte(b'/') {
            Some(0) => self.0.get(..1).unwrap_or_default().as_bstr(),
            Some(i) => self.0.get(..i).unwrap_or_default().as_bstr(),
            None => BStr::new(b""),
        }
    }
    /// True for `dir` itself and everything below it.
    pub fn is_within(&self, dir: &str) -> bool {
        let dir = dir.trim_end_matches('/').as_bytes();
        self.0.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.first() == Some(&b'/'))
    }
    /// `self/name`, with one slash between.
    pub fn join(&self, name: impl AsRef<[u8]>) -> Self {
        let mut bytes = self.0.clone();
        if bytes.last() != Some(&b'/') {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(name.as_ref());
        Self(bytes)
    }
}

impl Deref for Text {
    type Target = BStr;
    fn deref(&self) -> &BStr {
        BStr::new(&self.0)
    }
}
impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(BStr::new(&self.0), f)
    }
}
impl From<&str> for Text {
    fn from(s: &str) -> Self {
        Self(s.as_bytes().to_vec())
    }
}
impl From<String> for Text {
    fn from(s: String) -> Self {
        Self(s.into_bytes())
    }
}
impl From<&[u8]> for Text {
    fn from(b: &[u8]) -> Self {
        Self(b.to_vec())
    }
}
impl From<Vec<u8>> for Text {
    fn from(b: Vec<u8>) -> Self {
        Self(b)
    }
}
impl From<&BStr> for Text {
    fn from(b: &BStr) -> Self {
        Self(b.to_vec())
    }
}
impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}
impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(text) = self.0.to_str() {
            return serializer.serialize_str(text);
        }
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("hex", &to_hex(&self.0))?;
        map.end()
    }
}
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Plain(String),
            Hex { hex: String },
        }
        match Form::deserialize(deserializer)? {
            Form::Plain(text) => Ok(Self(text.into_bytes())),
            Form::Hex { hex } => from_hex(&hex).map(Self).ok_or_else(|| D::Error::custom("not hexadecimal")),
        }
    }
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| DIGITS.get(usize::from(n & 15)).map_or('0', |d| char::from(*d));
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let value = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(value(*high)? << 4 | value(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn paths_come_apart() {
        let path = Text::from("/usr/sbin/sshd");
        assert_eq!(path.file_name(), "sshd");
        assert_eq!(path.parent(), "/usr/sbin");
        assert_eq!(Text::from("/init").parent(), "/");
        assert_eq!(Text::from("init").parent(), "");
        assert!(path.is_within("/usr"));
        assert!(path.is_within("/usr/"));
        assert!(!path.is_within("/us"));
        assert_eq!(Text::from("/proc").join("1"), "/proc/1");
    }
    #[test]
    fn hexadecimal_keeps_every_byte() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
        assert_eq!(from_hex("0"), None);
        assert_eq!(from_hex("zz"), None);
    }
}
