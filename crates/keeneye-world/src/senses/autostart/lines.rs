//! Lines of settings files.

use super::entry;
use bstr::ByteSlice;

/// Bytes of one joined line; the rest is left out.
const MAX_LINE: usize = 64 << 10;

/// Lines with those that end in a backslash joined with the next, by a blank; each with the number of its first. Empty
/// lines and those that begin with `#` are left out: within a joined line too, as udev(7) does.
pub(super) fn joined(text: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let mut found: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_ascii();
        if line.starts_with(b"#") {
            continue;
        }
        let (line, goes_on) = line.strip_suffix(b"\\").map_or((line, false), |line| (line.trim_ascii_end(), true));
        match found.last_mut().filter(|_| open) {
            Some((_, joined)) if joined.len() + line.len() < MAX_LINE => {
                joined.push(b' ');
                joined.extend_from_slice(line);
            }
            Some(_) => (),
            None if line.is_empty() => (),
            None => found.push((entry::line_number(index), line.to_vec())),
        }
        open = goes_on;
    }
    found
}

#[cfg(test)]
mod tests {
    #[test]
    fn lines_are_joined_under_the_first_number() {
        let lines = super::joined(b"# a\\\nb \\\n  c\\\n# d\n e\n\nf\\");
        assert_eq!(lines, [(2, b"b c e".to_vec()), (7, b"f".to_vec())]);
    }
}
