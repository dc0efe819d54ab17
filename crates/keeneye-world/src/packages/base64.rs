//! Base64 of RFC 4648, as armour and apk's database write it.

/// The bytes behind base64. White space between the digits is passed over; `None` for anything else that is no base64.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held, mut padding) = (0_u32, 0_u32, 0);
    for &byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        if byte == b'=' {
            padding += 1;
            continue;
        }
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | digit(byte)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    // Six bits left over are half a byte; more padding than digits lack is no base64 either.
    (held < 6 && padding <= 2).then_some(bytes)
}

fn digit(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_examples_of_rfc_4648() {
        let examples: [(&str, &str); 5] =
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9v\nYmFy", "foobar")];
        for (text, bytes) in examples {
            assert_eq!(decode(text.as_bytes()).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
    }
    #[test]
    fn what_is_no_base64() {
        for text in ["Z", "Zg=x", "Zm9v!", "Zg==="] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
    }
    #[test]
    fn hostile_text_survives() {
        crate::mutate::check(&[b"Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8="], |bytes| {
            decode(bytes).is_none_or(|found| found.len() <= bytes.len())
        });
    }
}
