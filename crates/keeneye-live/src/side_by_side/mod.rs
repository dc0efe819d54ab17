//! MD5 of several files that are read side by side.

mod md5;

use crate::deadline::Deadline;
use crate::digest::{MAX, TOO_LARGE, hexadecimal};
use crate::refused;
use keeneye_facts::Refusal;
use md5::{BEGIN, BLOCK, LANES, State};
use rustix::fd::OwnedFd;
use rustix::io::Errno;

/// Bytes that are read at once; a multiple of [`BLOCK`].
const CHUNK: usize = 32 << 10;
/// Behind the last bytes stand a one, zeros, and the length in bits.
const LENGTH: usize = size_of::<u64>();
/// So many files go faster one after the other.
const ALONE: usize = 2;

/// Files under way. `T` tells which is which.
pub(crate) struct SideBySide<T> {
    state: State,
    lanes: Vec<Lane<T>>,
}

/// One file after the other.
struct Lane<T> {
    file: Option<(OwnedFd, T)>,
    buffer: Vec<u8>,
    /// Where in the buffer that begins and ends which was read and not yet digested.
    begin: usize,
    end: usize,
    /// Bytes read.
    size: u64,
    ended: bool,
}

impl<T> SideBySide<T> {
    pub(crate) fn new() -> Self {
        Self { state: BEGIN.map(|word| [word; LANES]), lanes: Vec::new() }
    }

    /// Another file can be taken.
    pub(crate) fn has_room(&self) -> bool {
        self.lanes.len() < LANES || self.lanes.iter().any(|lane| lane.file.is_none())
    }

    /// Takes a regular file, from its beginning; `has_room` was asked.
    pub(crate) fn add(&mut self, file: OwnedFd, tag: T) {
        let free = self.lanes.iter().position(|lane| lane.file.is_none());
        let number = free.unwrap_or_else(|| {
            self.lanes.push(Lane::new());
            self.lanes.len() - 1
        });
        if let Some(lane) = self.lanes.get_mut(number) {
            lane.restart(file, tag);
        }
        for (words, begin) in self.state.iter_mut().zip(BEGIN) {
            if let Some(word) = words.get_mut(number) {
                *word = begin;
            }
        }
    }

    /// Goes on until files are through, and gives these, each with its digest in lower-case hexadecimal; none when
    /// none is under way.
    pub(crate) fn some(&mut self, deadline: &Deadline) -> Vec<(T, Result<String, Refusal>)> {
        loop {
            let mut through = Vec::new();
            for (number, lane) in self.lanes.iter_mut().enumerate() {
                match lane.fill(deadline) {
                    Ok(true) => (),
                    Ok(false) => {
                        through.extend(lane.file.take().map(|(_, tag)| (tag, Ok(digest(&self.state, number)))))
                    }
                    Err(why) => through.extend(lane.file.take().map(|(_, tag)| (tag, Err(why)))),
                }
            }
            if !through.is_empty() || self.lanes.iter().all(|lane| lane.file.is_none()) {
                return through;
            }
            self.take_in();
        }
    }

    /// Every file under way has at least a block.
    fn take_in(&mut self) {
        let under_way = || self.lanes.iter().filter(|lane| lane.file.is_some());
        let length = under_way().map(|lane| lane.blocks().len()).min().unwrap_or(0);
        if under_way().count() <= ALONE {
            for (number, lane) in self.lanes.iter_mut().enumerate().filter(|(_, lane)| lane.file.is_some()) {
                md5::take_in_alone(&mut self.state, number, lane.blocks());
                lane.begin += lane.blocks().len();
            }
            return;
        }
        // Lanes without a file digest another's: nobody asks them.
        let any = under_way().next().map_or(&[][..], Lane::blocks);
        let mut messages = [any.get(..length).unwrap_or_default(); LANES];
        for (message, lane) in messages.iter_mut().zip(&self.lanes).filter(|(_, lane)| lane.file.is_some()) {
            *message = lane.blocks().get(..length).unwrap_or_default();
        }
        md5::take_in(&mut self.state, &messages);
        self.lanes.iter_mut().for_each(|lane| lane.begin += length);
    }
}

impl<T> Lane<T> {
    fn new() -> Self {
        Self { file: None, buffer: vec![0; CHUNK + BLOCK + LENGTH], begin: 0, end: 0, size: 0, ended: false }
    }

    fn restart(&mut self, file: OwnedFd, tag: T) {
        (self.file, self.begin, self.end, self.size, self.ended) = (Some((file, tag)), 0, 0, 0, false);
    }

    /// Whole blocks that are not yet digested.
    fn blocks(&self) -> &[u8] {
        let ready = self.buffer.get(self.begin..self.end).unwrap_or_default();
        ready.as_chunks::<BLOCK>().0.as_flattened()
    }

    /// Reads until there is a block; false when the file is digested to its end.
    fn fill(&mut self, deadline: &Deadline) -> Result<bool, Refusal> {
        while self.end.saturating_sub(self.begin) < BLOCK && !self.ended {
            let Some((file, _)) = &self.file else { return Ok(true) };
            deadline.check()?;
            self.buffer.copy_within(self.begin..self.end, 0);
            (self.begin, self.end) = (0, self.end - self.begin);
            let count = match rustix::io::read(file, self.buffer.get_mut(self.end..CHUNK).unwrap_or_default()) {
                Ok(count) => count,
                Err(Errno::INTR) => continue,
                Err(errno) => return Err(refused(errno)),
            };
            self.end += count;
            self.size += count as u64;
            if self.size > MAX {
                return Err(Refusal::Cut(TOO_LARGE.into()));
            }
            if count == 0 {
                self.pad();
            }
        }
        Ok(self.file.is_none() || self.begin < self.end)
    }

    /// The file has ended: at most a block less a byte is left, and what follows it is RFC 1321's.
    fn pad(&mut self) {
        self.ended = true;
        let whole = (self.end + 1 + LENGTH).next_multiple_of(BLOCK);
        let bits = self.size.wrapping_mul(8).to_le_bytes();
        let Some(rest) = self.buffer.get_mut(self.end..whole) else { return };
        rest.fill(0);
        if let Some(first) = rest.first_mut() {
            *first = 0x80;
        }
        if let Some(last) = rest.last_chunk_mut() {
            *last = bits;
        }
        self.end = whole;
    }
}

fn digest(state: &State, lane: usize) -> String {
    let bytes = state.map(|words| words.get(lane).copied().unwrap_or_default().to_le_bytes());
    hexadecimal(bytes.as_flattened())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::md5::Digest as _;
    use std::io::{Seek, Write};

    /// An open file with this content.
    fn file(content: &[u8]) -> OwnedFd {
        let fd = rustix::fs::memfd_create("content", rustix::fs::MemfdFlags::CLOEXEC).unwrap();
        let mut file = std::fs::File::from(fd);
        file.write_all(content).unwrap();
        file.rewind().unwrap();
        file.into()
    }

    /// Lengths around the ends of blocks and chunks, more files than lanes, all lanes and few at once.
    #[test]
    fn digests_are_those_of_one_file_alone() {
        let lengths = [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 77];
        let byte = |n: usize| (n.wrapping_mul(2_654_435_761) >> 13) as u8;
        let contents: Vec<Vec<u8>> = lengths
            .iter()
            .cycle()
            .take(70)
            .enumerate()
            .map(|(number, length)| (0..*length).map(|n| byte(n + number)).collect())
            .collect();
        for together in [1, 2, 3, 15, LANES] {
            let mut lanes = SideBySide::new();
            let mut found = Vec::new();
            for (number, content) in contents.iter().enumerate() {
                if found.len() + together <= number || !lanes.has_room() {
                    found.extend(lanes.some(&Deadline::default()));
                }
                lanes.add(file(content), number);
            }
            while found.len() < contents.len() {
                found.extend(lanes.some(&Deadline::default()));
            }
            found.sort_by_key(|(number, _)| *number);
            for (content, (number, digest)) in contents.iter().zip(found) {
                let expected = hexadecimal(&::md5::Md5::digest(content));
                assert_eq!(digest.unwrap(), expected, "{number} of {together}: {} bytes", content.len());
            }
        }
    }

    #[test]
    fn short_vectors_give_the_same() {
        let content: Vec<Vec<u8>> = (0..LANES).map(|lane| vec![lane as u8; 5 * BLOCK]).collect();
        let messages = std::array::from_fn(|lane| content[lane].as_slice());
        let (mut wide, mut narrow) = (BEGIN.map(|word| [word; LANES]), BEGIN.map(|word| [word; LANES]));
        md5::take_in(&mut wide, &messages);
        md5::take_in_narrowly(&mut narrow, &messages);
        assert_eq!(wide, narrow);
    }

    #[test]
    fn a_directory_is_no_file_to_read() {
        let mut lanes = SideBySide::new();
        let directory = std::fs::File::open("/").unwrap();
        lanes.add(directory.into(), ());
        assert_eq!(lanes.some(&Deadline::default()), [((), Err(refused(Errno::ISDIR)))]);
        assert_eq!(lanes.some(&Deadline::default()), []);
    }
}
