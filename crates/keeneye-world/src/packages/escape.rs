//! Names in lists of one file a line: a backslash and three octal digits stand for bytes that would be misread, as
//! vis(3) writes them with VIS_OCTAL.

use bstr::ByteSlice;
use std::borrow::Cow;

/// White space, what cannot be printed, bytes outside ASCII, backslashes and number signs are escaped.
pub(super) fn escaped(name: &[u8]) -> String {
    let one = |byte: &u8| match byte {
        b'\\' | b'#' => Cow::Owned(format!("\\{byte:03o}")),
        byte if byte.is_ascii_graphic() => Cow::Owned(char::from(*byte).to_string()),
        byte => Cow::Owned(format!("\\{byte:03o}")),
    };
    name.iter().map(one).collect()
}

/// The name itself. A backslash before a mark stands for the mark, too; `None` where it stands for nothing.
pub(super) fn unescaped(name: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            plain.push(*first);
            continue;
        }
        if let Some((Some(byte), behind)) = after.split_at_checked(3).map(|(digits, behind)| (octal(digits), behind)) {
            plain.push(byte);
            rest = behind;
            continue;
        }
        let (mark, behind) = after.split_first().filter(|(mark, _)| mark.is_ascii_punctuation())?;
        plain.push(*mark);
        rest = behind;
    }
    Some(plain)
}

fn octal(digits: &[u8]) -> Option<u8> {
    let fine = digits.iter().all(|b| matches!(b, b'0'..=b'7'));
    fine.then(|| u8::from_str_radix(digits.to_str().ok()?, 8).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let plain = |name: &str| unescaped(name.as_bytes());
        assert_eq!(plain(r"./a\040b\134c\303\274"), Some("./a b\\cü".into()));
        assert_eq!(plain(r"./a\\b\#"), Some(r"./a\b#".into()));
        for bad in [r"./a\4", r"./a\777", "./a\\"] {
            assert_eq!(plain(bad), None, "{bad}");
        }
    }
    #[test]
    fn there_and_back() {
        let every: Vec<u8> = (0..=255).collect();
        let text = escaped(&every);
        assert!(text.bytes().all(|b| b.is_ascii_graphic()), "{text}");
        assert_eq!(unescaped(text.as_bytes()), Some(every));
        assert_eq!(escaped(b"/usr/bin/x-1.0_a+b"), "/usr/bin/x-1.0_a+b");
    }
}
