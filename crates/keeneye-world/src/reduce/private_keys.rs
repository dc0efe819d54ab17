//! Private keys in PEM form (RFC 7468), wherever they are met.

use bstr::ByteSlice;

const KEY: &[u8] = b"PRIVATE KEY";
const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";

/// The content without what stands between the marks of private keys. A key without an end ends with the content.
/// Programs are left as they are: those that handle keys have the marks in them.
pub(super) fn reduce(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(b"\x7fELF") || !bytes.contains_str(KEY) {
        return bytes;
    }
    let mut kept = Vec::with_capacity(bytes.len());
    let mut inside = false;
    for line in bytes.lines_with_terminator() {
        let ends = inside && line.contains_str(END);
        if ends {
            inside = false;
        }
        if inside {
            continue;
        }
        match line.find(BEGIN).filter(|at| !ends && line.get(*at..).is_some_and(|rest| rest.contains_str(KEY))) {
            // What follows the mark on its own line may be the key itself.
            Some(at) => {
                inside = !line.contains_str(END);
                kept.extend_from_slice(line.get(..at).unwrap_or_default());
                kept.extend_from_slice(b"-----BEGIN PRIVATE KEY-----\n");
            }
            None if ends => kept.extend_from_slice(b"-----END PRIVATE KEY-----\n"),
            None => kept.extend_from_slice(line),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    fn kept(text: &str) -> String {
        String::from_utf8(reduce(text.into())).unwrap()
    }
    #[test]
    fn what_stands_between_the_marks_is_gone() {
        let text = "a\n-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\nsecret\n-----END OPENSSH PRIVATE KEY-----\nb\n";
        assert_eq!(kept(text), "a\n-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\nb\n");
    }
    #[test]
    fn a_key_without_an_end_or_in_one_line_is_gone_too() {
        assert_eq!(kept("-----BEGIN RSA PRIVATE KEY-----\nsecret"), "-----BEGIN PRIVATE KEY-----\n");
        let line = "K=\"-----BEGIN PRIVATE KEY-----\\nsecret\\n-----END PRIVATE KEY-----\"\nb\n";
        assert_eq!(kept(line), "K=\"-----BEGIN PRIVATE KEY-----\nb\n");
    }
    #[test]
    fn certificates_programs_and_all_else_stay() {
        for text in
            ["-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n", "\u{7f}ELF-----BEGIN PRIVATE KEY-----\n"]
        {
            assert_eq!(kept(text), text);
        }
    }
}
