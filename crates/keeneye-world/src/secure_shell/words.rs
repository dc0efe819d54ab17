//! Lines and words of sshd_config(5).

use keeneye_facts::Text;

/// The keyword in lower case and its arguments as written. Between them stand blanks, or one `=`. `None` for what is no
/// setting; comments and blank lines are none either.
pub fn setting(line: &[u8]) -> Option<(Text, Text)> {
    let line = line.trim_ascii();
    let end = line.iter().position(|b| b.is_ascii_whitespace() || *b == b'=').unwrap_or(line.len());
    let (key, rest) = (line.get(..end)?, line.get(end..)?.trim_ascii_start());
    let value = rest.strip_prefix(b"=").unwrap_or(rest).trim_ascii();
    let key = key.strip_prefix(b"\"").and_then(|key| key.strip_suffix(b"\"")).unwrap_or(key);
    let named = !key.is_empty() && key.iter().all(u8::is_ascii_alphanumeric);
    (named && !value.is_empty()).then(|| (Text::from(key.to_ascii_lowercase()), Text::from(value)))
}

/// Arguments without their quotes; a `#` that begins a word ends the line.
pub fn arguments(value: &[u8]) -> Vec<Text> {
    let mut found = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut bytes = value.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (_, b'\\') if bytes.peek().is_some_and(|next| b"\"'\\ ".contains(next)) => {
                word.get_or_insert_default().extend(bytes.next());
            }
            (None, b'"' | b'\'') => {
                word.get_or_insert_default();
                quote = Some(byte);
            }
            (None, b'#') if word.is_none() => break,
            (None, _) if byte.is_ascii_whitespace() => found.extend(word.take().map(Text::from)),
            _ => word.get_or_insert_default().push(byte),
        }
    }
    found.extend(word.map(Text::from));
    found
}

/// Overwrites the values of `SetEnv NAME=value ...` with `*`; every byte keeps its offset.
pub(crate) fn mask_set_env(bytes: &mut [u8]) {
    for line in bytes.split_mut(|b| *b == b'\n') {
        let blanks = line.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let Some(line) = line.get_mut(blanks..) else { continue };
        if !line.get(..6).is_some_and(|key| key.eq_ignore_ascii_case(b"setenv")) {
            continue;
        }
        let Some(rest) = line.get_mut(7..) else { continue };
        for word in rest.split_mut(u8::is_ascii_whitespace) {
            word.iter_mut().skip_while(|b| **b != b'=').skip(1).filter(|b| **b != b'"').for_each(|byte| *byte = b'*');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bstr::ByteSlice;

    #[test]
    fn settings_in_all_their_spellings() {
        for (line, key, value) in [
            ("Port 22", "port", "22"),
            ("  PORT=2222", "port", "2222"),
            ("port = 22", "port", "22"),
            ("AuthorizedKeysCommand\t\"/a b\" %u", "authorizedkeyscommand", "\"/a b\" %u"),
            ("\"Port\" 22", "port", "22"),
        ] {
            assert_eq!(setting(line.as_bytes()), Some((key.into(), value.into())), "{line}");
        }
        for line in ["", "# Port 22", "Port", "Port=", "= 22", "/bin/x y"] {
            assert_eq!(setting(line.as_bytes()), None, "{line}");
        }
    }
    #[test]
    fn words_and_quotes() {
        let words = |text: &str| arguments(text.as_bytes()).iter().map(|w| w.lossy().into_owned()).collect::<Vec<_>>();
        assert_eq!(words("a \"b c\" 'd e' f\\ g # h"), ["a", "b c", "d e", "f g"]);
        assert_eq!(words("a#b \"\" c"), ["a#b", "", "c"]);
    }
    #[test]
    fn values_of_the_environment_are_masked() {
        let mut bytes = b"SetEnv TOKEN=abc B=\"x\"\n setenv=C=d\nPort 22\nSetEnvironment a=b\n".to_vec();
        mask_set_env(&mut bytes);
        let wanted = "SetEnv TOKEN=*** B=\"*\"\n setenv=C=*\nPort 22\nSetEnvironment a=*\n";
        assert_eq!(bytes.as_bstr(), wanted);
    }
    #[test]
    fn mutated_settings_never_panic() {
        let seed: &[u8] = b"Include /etc/ssh/sshd_config.d/*.conf\nPort=22\nMatch User \"a b\"\nForceCommand 'x' # y\n";
        crate::mutate::check(&[seed], |bytes| {
            mask_set_env(&mut bytes.to_vec());
            let settings: Vec<_> = bytes.lines().filter_map(setting).collect();
            settings.iter().for_each(|(_, value)| drop(arguments(value)));
            !settings.is_empty()
        });
    }
}
