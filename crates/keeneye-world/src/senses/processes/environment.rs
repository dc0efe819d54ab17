//! `/proc/N/environ` as [`crate::reduce`] lets it through: `NAME` or `NAME=value`, separated by NUL.

use crate::reduce;
use bstr::ByteSlice;
use keeneye_facts::{Environment, Text};

/// Names in order, values of the few that matter.
pub(super) fn parse(text: &[u8]) -> Environment {
    let mut environment = Environment { wiped: text.iter().all(|b| *b == 0), ..Environment::default() };
    for entry in text.split_str("\0").filter(|entry| !entry.is_empty() && *entry != reduce::NO_NAME) {
        let (name, value) = match entry.split_once_str("=") {
            Some((name, value)) => (name, Some(value)),
            None => (entry, None),
        };
        environment.names.push(Text::from(name));
        if let Some(value) = value {
            environment.values.entry(Text::from(name)).or_insert_with(|| Text::from(value));
        }
    }
    environment
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    const REAL: &[u8] =
        b"LD_PRELOAD=/usr/lib/x.so\0DB_PASSWORD\0HISTFILE=\0PATH=/usr/bin:/bin\0LD_PRELOAD=/second\0?\0";

    #[test]
    fn names_and_a_few_values() {
        let environment = parse(REAL);
        assert_eq!(environment.names, ["LD_PRELOAD", "DB_PASSWORD", "HISTFILE", "PATH", "LD_PRELOAD"].map(Text::from));
        let value = |name: &str| environment.values.get(name.as_bytes()).cloned();
        assert_eq!(value("LD_PRELOAD"), Some("/usr/lib/x.so".into()), "the C library takes the first");
        assert_eq!(value("HISTFILE"), Some("".into()));
        assert_eq!(value("DB_PASSWORD"), None);
        assert!(!environment.wiped);
    }
    #[test]
    fn nothing_at_all_is_wiped_and_a_title_written_over_it_is_not() {
        assert!(parse(b"").wiped);
        assert!(parse(b"\0\0\0").wiped);
        assert!(!parse(b"?\0").wiped);
    }
    #[test]
    fn mutated_environments_never_panic() {
        mutate::check(&[REAL], |bytes| !parse(bytes).names.is_empty());
    }
}
