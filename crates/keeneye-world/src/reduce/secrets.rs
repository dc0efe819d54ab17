//! Private keys and password hashes in any file, made unreadable in place: every byte keeps its offset.

use bstr::ByteSlice;

/// A line of a key in PEM has 64, 70 or 76 characters, all but the last.
const FULL_LINE: usize = 60;
/// A line of a key between its head and its foot, when it holds nothing else: some are wrapped at other widths.
const SHORT_LINE: usize = 16;
/// Between `-----BEGIN ` and the end of the closing dashes.
const MAX_TITLE: usize = 70;
/// Behind a key's head; the longest keys in use have 13 KB.
const MAX_KEY: usize = 64 << 10;
/// The shortest hash that crypt(5) describes with a scheme in front: md5crypt.
const SHORTEST_HASH: usize = 22;
/// Names of schemes between dollar signs, crypt(5): `$6$salt$hash`.
const SCHEMES: [&[u8]; 18] = [
    b"1",
    b"2a",
    b"2b",
    b"2x",
    b"2y",
    b"5",
    b"6",
    b"7",
    b"y",
    b"gy",
    b"sha1",
    b"md5",
    b"3",
    b"apr1",
    b"P",
    b"H",
    b"argon2id",
    b"argon2i",
];

/// Overwrites the secrets with `*`.
pub(super) fn mask(bytes: &mut [u8]) {
    mask_keys(bytes);
    mask_hashes(bytes);
}

/// From `-----BEGIN ... PRIVATE KEY` to the next `-----END`: lines of base64, and what is left on the last one.
/// Other words stay, so that the head alone, in a comment, hides nothing.
fn mask_keys(bytes: &mut [u8]) {
    let (begin, dashes) = (bstr::Finder::new("-----BEGIN "), bstr::Finder::new("-----"));
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| begin.find(rest)) {
        let head = at + found + b"-----BEGIN ".len();
        at = head;
        let Some(rest) = bytes.get_mut(head..) else { return };
        let limit = rest.len().min(MAX_KEY);
        let Some(rest) = rest.get_mut(..limit) else { return };
        let Some(title) = dashes.find(rest.get(..MAX_TITLE).unwrap_or(rest)) else { continue };
        if !rest.get(..title).is_some_and(|title| title.contains_str("PRIVATE KEY")) {
            continue;
        }
        let body = title + b"-----".len();
        let foot = rest.get(body..).and_then(|body| dashes.find(body)).map(|end| body + end);
        let end = foot.unwrap_or(rest.len());
        if let Some(body) = rest.get_mut(body.min(end)..end) {
            mask_lines(body, if foot.is_some() { SHORT_LINE } else { FULL_LINE });
        }
        at = head + end;
    }
}

/// `shortest` is of lines that are base64 and nothing else, paths left out; among other words only full lines count.
fn mask_lines(body: &mut [u8], shortest: usize) {
    let mut full_before = false;
    let mut last: Option<&mut [u8]> = None;
    for line in body.split_mut(|b| *b == b'\n') {
        let words = line.trim_ascii();
        let pure = !words.starts_with(b"/") && words.iter().all(|b| is_base64(*b));
        let masked_from = if pure { shortest } else { FULL_LINE };
        for run in line.split_mut(|b| !is_base64(*b)).filter(|run| !run.is_empty()) {
            if run.len() >= masked_from {
                run.fill(b'*');
                full_before = true;
                last = None;
            } else {
                last = Some(run);
            }
        }
    }
    if let Some(run) = last.filter(|_| full_before) {
        run.fill(b'*');
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
}

/// `$scheme$` stays; what follows is masked when its last part is as long as a hash.
fn mask_hashes(bytes: &mut [u8]) {
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.find_byte(b'$')) {
        at += found + 1;
        let Some(rest) = bytes.get_mut(at..) else { return };
        let name = rest.iter().take(10).take_while(|b| b.is_ascii_alphanumeric()).count();
        let known = rest.get(..name).is_some_and(|name| SCHEMES.contains(&name)) && rest.get(name) == Some(&b'$');
        if !known {
            continue;
        }
        let Some(value) = rest.get_mut(name + 1..) else { return };
        let length = value.iter().take(1024).take_while(|b| is_base64(**b) || b".$,-_".contains(b)).count();
        let Some(value) = value.get_mut(..length) else { return };
        if value.rsplit(|b| *b == b'$').next().is_some_and(|hash| hash.len() >= SHORTEST_HASH) {
            value.fill(b'*');
        }
        at += name + 1 + length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn masked(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mask(&mut bytes);
        assert_eq!(bytes.len(), text.len(), "offsets must stay");
        assert_eq!(bytes.lines().count(), text.lines().count(), "lines must stay");
        String::from_utf8(bytes).expect("was text")
    }
    fn pem(kind: &str, body: &str) -> String {
        format!("before\n-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\nafter\n")
    }

    #[test]
    fn keys_keep_their_shape_only() {
        let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        let stars = "*".repeat(64);
        for kind in ["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
            assert_eq!(
                masked(&pem(kind, &format!("{line}\n{line}\nabc+/=="))),
                pem(kind, &format!("{stars}\n{stars}\n*******"))
            );
        }
        let narrow = "MIIEvQIBADANBgkqhkiG9w0BAQEF\n".repeat(3) + "abc=";
        let hidden = format!("{}\n", "*".repeat(28)).repeat(3) + "****";
        assert_eq!(masked(&pem("PRIVATE KEY", &narrow)), pem("PRIVATE KEY", &hidden));
        let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n";
        assert_eq!(
            masked(&pem("RSA PRIVATE KEY", &format!("{headers}\n{line}"))),
            pem("RSA PRIVATE KEY", &format!("{headers}\n{stars}"))
        );
        let json = format!("{{\"key\":\"-----BEGIN PRIVATE KEY-----\\n{line}\\nabcd\\n-----END PRIVATE KEY-----\"}}");
        assert!(!masked(&json).contains("MIIE"));
        let cut = format!("-----BEGIN PRIVATE KEY-----\n{line}\n{line}");
        assert!(!masked(&cut).contains("MIIE"), "a head of a file may end within the key");
    }
    #[test]
    fn nothing_else_is_hidden() {
        for text in [
            pem("CERTIFICATE", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"),
            "# -----BEGIN PRIVATE KEY-----\n* * * * * root /tmp/.x/y\n/opt/evil\n".to_owned(),
            "# -----BEGIN PRIVATE KEY-----\n/opt/evil\n# -----END PRIVATE KEY-----\n".to_owned(),
            pem("PRIVATE KEY", "* * * * * root /usr/lib/longer/than/sixteen"),
            pem("PRIVATE KEY", "/usr/lib/longer/than/sixteen"),
            "echo $1$suffix $2$x; cost is $5$ and $6$abc".to_owned(),
            "-----BEGIN ".repeat(5),
        ] {
            assert_eq!(masked(&text), text);
        }
    }
    #[test]
    fn hashes_keep_their_scheme_only() {
        let hash = "a".repeat(43);
        for (before, after) in [
            (format!("x:$y$j9T$salt.salt$${hash}:1"), format!("x:$y${}:1", "*".repeat(15 + 43))),
            (format!("u=$2b$10${hash}{hash}\n"), format!("u=$2b${}\n", "*".repeat(3 + 86))),
            (format!("'$apr1$salt$./{hash}'"), format!("'$apr1${}'", "*".repeat(50))),
            (format!("$P$B{hash}"), format!("$P${}", "*".repeat(44))),
        ] {
            assert_eq!(masked(&before), after);
        }
    }
    #[test]
    fn hostile_text_takes_no_longer_than_other_text() {
        for piece in ["-----BEGIN PRIVATE KEY-----", "$6$", "$y$aaaaaaaaaaaaaaaaaaaaaaaa", "-----BEGIN -----"] {
            let mut bytes = piece.repeat(1_000_000 / piece.len()).into_bytes();
            mask(&mut bytes);
        }
    }
}
