//! The form ndb, file `Packages.db`: slots that lead to blobs, all in units of 16 bytes, little endian. See
//! lib/backend/ndb/rpmpkg.c of rpm.

use super::database::{MAX_HEADER, Records};
use crate::pieces::Content;

pub(super) const MAGIC: &[u8; 4] = b"RpmP";
const SLOT: &[u8; 4] = b"Slot";
const BLOB: &[u8; 4] = b"BlbS";
const BLOB_END: &[u8; 4] = b"BlbE";

const UNIT: usize = 16;
const HEADER: usize = 32;
const PAGE: u64 = 4096;
const BLOB_HEADER: usize = 16;
const BLOB_TRAILER: usize = 12;

pub(super) fn read(main: Content<'_>, records: &mut Records<'_>) {
    let head = main.at(0, HEADER).unwrap_or_default();
    if word(&head, 4) != Some(0) {
        return records.trouble(None, "a version of ndb that is not known".into());
    }
    let end = u64::from(word(&head, 12).unwrap_or_default()) * PAGE;
    if end < HEADER as u64 || end > main.length() {
        records.trouble(None, "the file ends before its slots do".into());
    }
    for slot in (HEADER as u64..end).step_by(UNIT).map_while(|at| main.at(at, UNIT)) {
        let number = word(&slot, 4).unwrap_or_default();
        if !slot.starts_with(SLOT) {
            records.trouble(None, "a slot that is none".into());
        } else if number != 0 && records.wants(number) {
            match blob(main, &slot, number) {
                Ok((blob, is_sound)) => {
                    if !is_sound {
                        records.trouble(Some(number), "its checksum is wrong".into());
                    }
                    records.add(number, &blob);
                }
                Err(why) => records.trouble(Some(number), why.into()),
            }
        }
    }
}

/// With whether its checksum is right.
fn blob(main: Content<'_>, slot: &[u8], number: u32) -> Result<(Vec<u8>, bool), &'static str> {
    let units = |at| u64::from(word(slot, at).unwrap_or_default()) * UNIT as u64;
    let length = usize::try_from(units(12)).ok().filter(|length| *length <= MAX_HEADER).ok_or("it is too large")?;
    let whole = main.at(units(8), length).ok_or("it lies outside of the file")?;
    let size = word(&whole, 12).unwrap_or_default();
    let header_fits = whole.starts_with(BLOB) && word(&whole, 4) == Some(number);
    let (summed, trailer) = whole.len().checked_sub(BLOB_TRAILER).map(|at| whole.split_at(at)).ok_or("it is cut")?;
    if !header_fits || word(trailer, 4) != Some(size) || !trailer.ends_with(BLOB_END) {
        return Err("what its slot leads to is another record, or none");
    }
    let blob = summed.get(BLOB_HEADER..).and_then(|blob| blob.get(..size as usize)).ok_or("it is cut")?;
    Ok((blob.to_vec(), word(trailer, 0) == Some(adler32(summed))))
}

/// RFC 1950, 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    const PRIME: u32 = 65_521;
    // As many bytes as fit into 32 bits before the remainder has to be taken.
    const RUN: usize = 5552;
    let (mut a, mut b) = (1_u32, 0_u32);
    for run in bytes.chunks(RUN) {
        for byte in run {
            a += u32::from(*byte);
            b += a;
        }
        (a, b) = (a % PRIME, b % PRIME);
    }
    b << 16 | a
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|word| u32::from_le_bytes(*word))
}
