//! Signed text of RFC 9580, section 7, as apt's `InRelease` is.

use super::armor;
use bstr::ByteSlice;

const BEGIN: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &[u8] = b"-----BEGIN PGP SIGNATURE-----";

/// The text that is signed, as it is signed, and the packets of its signatures.
pub(super) struct Cleartext {
    pub(super) text: Vec<u8>,
    pub(super) signatures: Vec<u8>,
}

/// `None` unless the file is one signed text and nothing else: what stands around the signed part is not signed, and
/// readers that pass over it have been made to believe it.
pub(super) fn parse(file: &[u8]) -> Option<Cleartext> {
    let mut lines = file.lines_with_terminator().map(bare);
    if lines.next()? != BEGIN {
        return None;
    }
    // Armour headers, of which only Hash may be here, end at an empty line.
    for header in lines.by_ref() {
        if header.is_empty() {
            break;
        }
        if !header.starts_with(b"Hash:") {
            return None;
        }
    }
    let mut text = Vec::with_capacity(file.len());
    let mut first = true;
    loop {
        let line = lines.next()?;
        if line == SIGNATURE {
            break;
        }
        // A line of the text that begins with a dash is written with a dash and a space before it.
        let line = match line.strip_prefix(b"- ") {
            Some(line) => line,
            None if line.starts_with(b"-") => return None,
            None => line,
        };
        if !first {
            text.push(b'\n');
        }
        first = false;
        text.extend_from_slice(line);
    }
    let mut block = [SIGNATURE, b"\n"].concat();
    for line in lines {
        block.extend_from_slice(line);
        block.push(b'\n');
    }
    let (_, rest) = block.split_once_str("-----END PGP SIGNATURE-----")?;
    if !rest.trim_ascii().is_empty() {
        return None;
    }
    let signatures = armor::blocks(&block, "SIGNATURE").pop()?;
    Some(Cleartext { text, signatures })
}

/// White space at the end of a line is not signed.
fn bare(line: &[u8]) -> &[u8] {
    line.trim_end_with(|c| matches!(c, ' ' | '\t' | '\r' | '\n'))
}
