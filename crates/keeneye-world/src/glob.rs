//! Patterns: `*` stands for any bytes, `?` for one; everything else for itself.

/// True when the whole of `text` fits the pattern. Takes at most pattern times text steps.
pub fn matches(pattern: &str, text: &[u8]) -> bool {
    let pattern = pattern.as_bytes();
    let (mut p, mut t) = (0, 0);
    // Where the last star was, and how much of the text it stood for.
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(wanted) if wanted == byte || *wanted == b'?' => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, used)) = star else { return false };
                star = Some((at, used + 1));
                p = at + 1;
                t = used + 1;
            }
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|b| *b == b'*'))
}

#[cfg(test)]
mod tests {
    use super::matches;
    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, fits) in [
            ("process/*", "process/hidden", true),
            ("process/*", "network/hidden", false),
            ("*/hidden", "process/hidden", true),
            ("process/hidden", "process/hidden", true),
            ("process/hid", "process/hidden", false),
            ("*", "", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b", "xaxbxab", true),
            ("*a*b", "xaxbxabc", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text.as_bytes()), fits, "{pattern} {text}");
        }
    }
    #[test]
    fn many_stars_do_not_explode() {
        assert!(!matches(&"*a".repeat(40), "a".repeat(39).as_bytes()));
    }
}
