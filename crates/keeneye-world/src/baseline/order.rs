//! The order of walks, in which two of them are merged.

use std::cmp::Ordering;

/// The order of a walk that tells a directory before what is in it, and names of one directory by their bytes: `/a`,
/// `/a/b`, `/a-b`.
pub fn walk_order(a: &[u8], b: &[u8]) -> Ordering {
    // No name holds a zero byte, so a slash can take its place in front of all others.
    let rank = |byte: u8| if byte == b'/' { 0 } else { byte };
    match a.iter().zip(b).find(|(a, b)| a != b) {
        Some((a, b)) => rank(*a).cmp(&rank(*b)),
        None => a.len().cmp(&b.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn what_is_in_a_directory_comes_before_its_neighbours() {
        let mut paths = ["/", "/a-b", "/a/b", "/a", "/a/b/c", "/a.b", "/a/b-c"];
        paths.sort_by(|a, b| walk_order(a.as_bytes(), b.as_bytes()));
        assert_eq!(paths, ["/", "/a", "/a/b", "/a/b/c", "/a/b-c", "/a-b", "/a.b"]);
    }
}
