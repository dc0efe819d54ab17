//! Compressed data of packages and logs, unpacked with a bound on what comes out.

use std::io::{BufReader, Read};

/// Most memory for the window of a decompressor, in KiB: `xz -9` and `zstd --ultra -22` want less.
const MAX_WINDOW_KIB: u32 = 160 << 10;
/// The same for zstd: 128 MiB.
const MAX_WINDOW_LOG: u32 = 27;

/// How a file is compressed, by its first bytes: what [`reader`] calls its form. Names of files may lie.
pub(crate) fn form_of(head: &[u8]) -> &'static [u8] {
    const FORMS: [(&[u8], &[u8]); 5] = [
        (b"\x1f\x8b", b".gz"),
        (b"\xfd7zXZ\0", b".xz"),
        (b"\x28\xb5\x2f\xfd", b".zst"),
        (b"BZh", b".bz2"),
        (b"\x04\x22\x4d\x18", b".lz4"),
    ];
    FORMS.iter().find(|(magic, _)| head.starts_with(magic)).map_or(b"", |(_, form)| form)
}

/// Unpacks while it reads. `form` is the end of the file's name: `.gz`, `.xz`, `.zst`, `.lz4`, `.bz2`, or nothing. The caller bounds
/// what is read.
pub(crate) fn reader<'a>(form: &[u8], packed: impl Read + 'a) -> Result<Box<dyn Read + 'a>, &'static str> {
    Ok(match form {
        b"" => Box::new(packed),
        b".gz" => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::new(packed))),
        b".xz" => Box::new(lzma_rust2::XzReader::new_mem_limit(BufReader::new(packed), true, MAX_WINDOW_KIB)),
        b".zst" => {
            let mut decoder = zstd::Decoder::new(packed).map_err(|_| "zstd that cannot be read")?;
            decoder.window_log_max(MAX_WINDOW_LOG).map_err(|_| "zstd that cannot be read")?;
            Box::new(decoder)
        }
        b".bz2" => Box::new(bzip2::read::MultiBzDecoder::new(packed)),
        // As apt keeps its lists.
        b".lz4" => Box::new(lz4_flex::frame::FrameDecoder::new(packed)),
        _ => return Err("it is compressed in a way that keeneye does not read"),
    })
}

/// Unpacks a whole file by the end of its name. `None` when it is damaged, or would be longer than `limit` bytes.
pub(super) fn file(form: &[u8], bytes: &[u8], limit: u64) -> Option<Vec<u8>> {
    whole(reader(form, bytes).ok()?, limit)
}

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
