//! A line of PAM, as detectors read it.

use keeneye_facts::{Autostart, Text};

/// What a line says.
#[derive(Debug)]
pub(super) struct Rule<'a> {
    /// `auth`, `account`, `password`, `session`; `@include` for all of another file.
    pub(super) stack: &'a [u8],
    /// `required`, `[success=1 default=ignore]`.
    pub(super) control: &'a [u8],
    /// File name of the module.
    pub(super) module: Text,
    /// Words behind the module.
    pub(super) arguments: Vec<&'a [u8]>,
}

impl<'a> Rule<'a> {
    /// Takes an entry of PAM apart.
    pub(super) fn of(entry: &'a Autostart) -> Option<Self> {
        let (stack, control) = split(&entry.when)?;
        let mut words = entry.command.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
        let module = Text::from(Text::from(words.next()?).file_name());
        Some(Self { stack, control, module, arguments: words.collect() })
    }
    /// It decides who gets in, or sees passwords.
    pub(super) fn sees_passwords(&self) -> bool {
        matches!(self.stack, b"auth" | b"password") || self.arguments.contains(&&b"expose_authtok"[..])
    }
    /// What happens after a result (pam.conf(5)): `done`, `ok`, `die`, `bad`, `ignore`, or how many lines are jumped.
    pub(super) fn action(&self, result: &str) -> Option<&'a [u8]> {
        let inner = self.control.strip_prefix(b"[")?;
        let inner = inner.strip_suffix(b"]").unwrap_or(inner);
        let mut pairs = inner.split(|b| b.is_ascii_whitespace()).filter_map(|pair| split_at(pair, b'='));
        pairs.find(|(name, _)| *name == result.as_bytes()).map(|(_, action)| action)
    }
}

fn split(when: &[u8]) -> Option<(&[u8], &[u8])> {
    split_at(when, b' ').or(Some((when, b"")))
}

fn split_at(text: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|b| *b == byte)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_line_comes_apart() {
        let entry = Autostart {
            when: "auth [success=1 new_authtok_reqd=ok default=ignore]".into(),
            command: "/lib/security/pam_unix.so nullok".into(),
            ..Autostart::default()
        };
        let rule = Rule::of(&entry).unwrap();
        assert_eq!((rule.stack, rule.module.as_slice()), (&b"auth"[..], &b"pam_unix.so"[..]));
        assert_eq!(rule.action("success"), Some(&b"1"[..]));
        assert_eq!(rule.action("default"), Some(&b"ignore"[..]));
        assert_eq!(rule.action("die"), None);
    }
}
