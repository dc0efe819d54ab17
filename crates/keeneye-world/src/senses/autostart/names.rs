//! Which names of files a mechanism reads.

/// A name that run-parts(8) starts: letters, digits, dashes and underscores.
pub(super) fn is_run_parts(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// What editors and package managers leave beside a file, and what git brings as an example.
pub(super) fn is_leftover(name: &[u8]) -> bool {
    let endings: [&[u8]; 9] =
        [b"~", b".sample", b".bak", b".orig", b".rpmnew", b".rpmsave", b".swp", b".disabled", b".md"];
    let dpkg: [&[u8]; 4] = [b".dpkg-new", b".dpkg-old", b".dpkg-dist", b".dpkg-tmp"];
    endings.iter().chain(&dpkg).any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn names_of_files() {
        assert!(is_run_parts(b"99-info") && !is_run_parts(b"99-info.dpkg-old") && !is_run_parts(b""));
        assert!(is_leftover(b"pre-commit.sample") && !is_leftover(b"pre-commit"));
    }
}
