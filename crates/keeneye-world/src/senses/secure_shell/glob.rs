//! Patterns of `Include`: glob(7) over directories that the host lists.

use crate::Look;
use bstr::ByteSlice;
use keeneye_facts::Text;

/// Paths that one pattern leads to at most.
const MAX_PATHS: usize = 2_000;

/// Paths that fit, sorted. One without special letters is given back as it is.
pub(super) fn paths(look: &mut Look<'_>, pattern: &Text) -> Vec<Text> {
    let mut found = vec![Text::from("/")];
    for part in pattern.split(|b| *b == b'/').filter(|part| !part.is_empty()) {
        if !part.iter().any(|b| b"*?[".contains(b)) {
            found = found.iter().map(|path| path.join(part)).collect();
            continue;
        }
        let mut next = Vec::new();
        for dir in found {
            let names = look.optional_list(&dir).unwrap_or_default();
            // A dot at the beginning is met by a dot only.
            let seen = |name: &[u8]| !name.starts_with(b".") || part.starts_with(b".");
            next.extend(names.iter().filter(|e| seen(&e.name) && fits(part, &e.name)).map(|e| dir.join(&e.name)));
        }
        found = look.first(pattern, next, MAX_PATHS, "files");
    }
    found
}

/// `*`, `?` and `[a-z]`. At a mismatch the last star takes one byte more, so the time is at most the product of both
/// lengths.
pub(super) fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        let step = match (pattern.get(p), name.get(n)) {
            (Some(b'*'), _) => {
                star = Some((p + 1, n));
                p += 1;
                continue;
            }
            (Some(b'?'), Some(_)) => Some(1),
            (Some(b'['), Some(byte)) => class(pattern.get(p..).unwrap_or_default(), *byte),
            (Some(b'\\'), Some(byte)) => (pattern.get(p + 1) == Some(byte)).then_some(2),
            (Some(one), Some(byte)) => (one == byte).then_some(1),
            _ => None,
        };
        match (step, star) {
            (Some(step), _) => (p, n) = (p + step, n + 1),
            (None, Some((behind, from))) => {
                star = Some((behind, from + 1));
                (p, n) = (behind, from + 1);
            }
            (None, None) => return false,
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|b| *b == b'*')
}

/// The length of the class that fits the byte.
fn class(pattern: &[u8], byte: u8) -> Option<usize> {
    let end = pattern.get(2..)?.find_byte(b']')? + 2;
    let inside = pattern.get(1..end)?;
    let negated = matches!(inside.first(), Some(b'!' | b'^'));
    let inside = if negated { inside.get(1..)? } else { inside };
    let range = inside.windows(3).any(|w| matches!(w, [low, b'-', high] if (low..=high).contains(&&byte)));
    ((inside.contains(&byte) || range) != negated).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn patterns() {
        for (pattern, name, wanted) in [
            ("*.conf", "10.conf", true),
            ("*.conf", "10.conf.bak", false),
            ("*", "", true),
            ("a?c*", "abcd", true),
            ("[0-9][0-9]-*", "10-x", true),
            ("[!0-9]*", "10", false),
            ("[", "[", false),
            ("a\\*", "a*", true),
            ("*a*b", "xaxxb", true),
            ("", "x", false),
        ] {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), wanted, "{pattern} {name}");
        }
        assert!(!fits("*a".repeat(2_000).as_bytes(), "a".repeat(1_999).as_bytes()));
    }
}
