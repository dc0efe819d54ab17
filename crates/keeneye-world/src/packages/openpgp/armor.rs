//! Armour of RFC 9580, section 6.2: binary data between lines of text.

use crate::packages::base64;
use bstr::ByteSlice;

/// How many blocks are read of one text; the key files of distributions have up to thirty.
const MAX_BLOCKS: usize = 4096;

/// All blocks of a kind (`PUBLIC KEY BLOCK`, `SIGNATURE`) in a text, decoded. What stands around them is passed over,
/// and so is a block that is no base64. The checksum is not compared: what is inside is signed.
pub(super) fn blocks(text: &[u8], kind: &str) -> Vec<Vec<u8>> {
    let (begin, end) = (format!("-----BEGIN PGP {kind}-----"), format!("-----END PGP {kind}-----"));
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once_str(&begin) {
        let Some((block, after)) = after.split_once_str(&end) else { break };
        found.extend(decode(block));
        rest = after;
        if found.len() == MAX_BLOCKS {
            break;
        }
    }
    found
}

/// Whether a text has armour at all.
pub(super) fn is_armoured(text: &[u8]) -> bool {
    text.contains_str("-----BEGIN PGP ")
}

/// Headers end at an empty line; the checksum begins with an equals sign.
fn decode(block: &[u8]) -> Option<Vec<u8>> {
    let mut lines = block.lines().map(<[u8]>::trim_ascii).skip(1).peekable();
    while lines.next_if(|line| line.contains_str(": ")).is_some() {}
    let data: Vec<&[u8]> = lines.take_while(|line| !line.starts_with(b"=")).collect();
    let bytes = base64::decode(&data.concat())?;
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_between_other_text() {
        let text = b"the key of x\n-----BEGIN PGP SIGNATURE-----\nVersion: GnuPG v1\n\nZm9v\nYmFy\n=abcd\n-----END PGP SIGNATURE-----\n\
            and\n-----BEGIN PGP SIGNATURE-----\r\n\r\nZm9v\r\n-----END PGP SIGNATURE-----\r\n";
        assert_eq!(blocks(text, "SIGNATURE"), [b"foobar".to_vec(), b"foo".to_vec()]);
        assert!(blocks(text, "PUBLIC KEY BLOCK").is_empty());
    }
    #[test]
    fn a_block_without_end_is_none() {
        assert!(blocks(b"-----BEGIN PGP SIGNATURE-----\n\nZm9v\n", "SIGNATURE").is_empty());
    }
}
