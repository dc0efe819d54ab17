//! Compressed data of packages, unpacked with a bound on what comes out.

use std::io::Read;

/// Unpacks gzip, all members of it. `None` when it is none, or would be longer than `limit` bytes.
pub(super) fn gzip(bytes: &[u8], limit: u64) -> Option<Vec<u8>> {
    whole(flate2::bufread::MultiGzDecoder::new(bytes), limit)
}

fn whole(reader: impl Read, limit: u64) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    let read = reader.take(limit.saturating_add(1)).read_to_end(&mut unpacked).ok()?;
    (read as u64 <= limit).then_some(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_is_bounded() {
        // head -c 100000 /dev/zero | gzip -9n
        let zeros = include_bytes!("samples/zeros.gz");
        assert_eq!(gzip(zeros, 100_000).map(|bytes| bytes.len()), Some(100_000));
        assert_eq!(gzip(zeros, 99_999), None);
        assert_eq!(gzip(&zeros[..zeros.len() - 1], 100_000), None);
        assert_eq!(gzip(b"no gzip", 100), None);
    }
}
