//! Digests of a file.

use crate::deadline::Deadline;
use crate::refused;
use keeneye_facts::{Digest, Refusal};
use md5::Digest as _;
use rustix::fd::BorrowedFd;
use rustix::io::Errno;

/// Limit of `Digest`, in bytes.
const MAX: u64 = 1 << 30;
const TOO_LARGE: &str = "1 GiB a digest";
/// How much is read at once.
const CHUNK: usize = 256 << 10;

/// MD5 and SHA-256 in one pass.
pub(crate) fn of(file: BorrowedFd<'_>, deadline: &Deadline) -> Result<Digest, Refusal> {
    let claimed = rustix::fs::fstat(file).map_err(refused)?.st_size;
    if u64::try_from(claimed).is_ok_and(|size| size > MAX) {
        return Err(Refusal::Cut(TOO_LARGE.into()));
    }
    let mut md5 = md5::Md5::new();
    let mut sha256 = sha2::Sha256::new();
    let mut buffer = vec![0; CHUNK];
    let mut size = 0_u64;
    loop {
        deadline.check()?;
        let count = match rustix::io::read(file, buffer.as_mut_slice()) {
            Ok(0) => break,
            Ok(count) => count,
            Err(Errno::INTR) => continue,
            Err(errno) => return Err(refused(errno)),
        };
        size += count as u64;
        if size > MAX {
            return Err(Refusal::Cut(TOO_LARGE.into()));
        }
        let bytes = buffer.get(..count).unwrap_or_default();
        md5.update(bytes);
        sha256.update(bytes);
    }
    Ok(Digest { md5: hexadecimal(&md5.finalize()), sha256: hexadecimal(&sha256.finalize()), size })
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}
