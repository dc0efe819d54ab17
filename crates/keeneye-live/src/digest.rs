//! Digests of a file.

use crate::deadline::Deadline;
use crate::refused;
use keeneye_facts::{Digest, Refusal};
use keeneye_world::packages::Algorithm;
use md5::digest::DynDigest;
use rustix::fd::BorrowedFd;
use rustix::io::Errno;

/// Limit of a digest, in bytes.
pub(crate) const MAX: u64 = 1 << 30;
pub(crate) const TOO_LARGE: &str = "1 GiB a digest";
/// How much is read at once.
const CHUNK: usize = 256 << 10;

/// Room to read into; one for each thread.
pub(crate) struct Buffer(Vec<u8>);

impl Buffer {
    pub(crate) fn new() -> Self {
        Self(vec![0; CHUNK])
    }
}

/// MD5 and SHA-256 in one pass.
pub(crate) fn of(file: BorrowedFd<'_>, deadline: &Deadline) -> Result<Digest, Refusal> {
    let mut md5 = md5::Md5::default();
    let mut sha256 = sha2::Sha256::default();
    let size = pass(file, &mut Buffer::new(), deadline, |bytes| {
        md5::Digest::update(&mut md5, bytes);
        md5::Digest::update(&mut sha256, bytes);
    })?;
    let (md5, sha256) = (Box::new(md5).finalize(), Box::new(sha256).finalize());
    Ok(Digest { md5: hexadecimal(&md5), sha256: hexadecimal(&sha256), size })
}

/// One digest, in lower-case hexadecimal.
pub(crate) fn by(
    algorithm: Algorithm,
    file: BorrowedFd<'_>,
    buffer: &mut Buffer,
    deadline: &Deadline,
) -> Result<String, Refusal> {
    let mut hash: Box<dyn DynDigest> = match algorithm {
        Algorithm::Md5 => Box::<md5::Md5>::default(),
        Algorithm::Sha1 => Box::<sha1::Sha1>::default(),
        Algorithm::Sha256 => Box::<sha2::Sha256>::default(),
        Algorithm::Sha384 => Box::<sha2::Sha384>::default(),
        Algorithm::Sha512 => Box::<sha2::Sha512>::default(),
    };
    pass(file, buffer, deadline, |bytes| hash.update(bytes))?;
    Ok(hexadecimal(&hash.finalize()))
}

/// Reads a file through; gives its size.
fn pass(
    file: BorrowedFd<'_>,
    Buffer(buffer): &mut Buffer,
    deadline: &Deadline,
    mut take: impl FnMut(&[u8]),
) -> Result<u64, Refusal> {
    let claimed = rustix::fs::fstat(file).map_err(refused)?.st_size;
    if u64::try_from(claimed).is_ok_and(|size| size > MAX) {
        return Err(Refusal::Cut(TOO_LARGE.into()));
    }
    let mut size = 0_u64;
    loop {
        deadline.check()?;
        let count = match rustix::io::read(file, buffer.as_mut_slice()) {
            Ok(0) => return Ok(size),
            Ok(count) => count,
            Err(Errno::INTR) => continue,
            Err(errno) => return Err(refused(errno)),
        };
        size += count as u64;
        if size > MAX {
            return Err(Refusal::Cut(TOO_LARGE.into()));
        }
        take(buffer.get(..count).unwrap_or_default());
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}
