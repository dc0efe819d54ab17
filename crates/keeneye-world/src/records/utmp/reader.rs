//! Reads records out of a file that comes in pieces.

use super::{Layout, Record, Records};

/// Whole records in both strides: so much of a file's beginning is dropped while it does not tell the layout.
const BLOCK: usize = 9_600;
/// Bytes that tell the layout.
const WINDOW: usize = 3 * BLOCK;

/// Takes a file in pieces; a few kilobytes of it are in memory at a time.
#[derive(Debug, Default)]
pub struct Reader {
    layout: Option<Layout>,
    /// Blocks of zeros at the beginning, from before the layout was known.
    zeros: u64,
    /// Blocks in which nothing looks like records.
    skipped: u64,
    kept: Vec<u8>,
    records: u64,
}

/// How far a file was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// How its records lie.
    pub layout: Layout,
    /// Records in all, those of zeros too.
    pub records: u64,
    /// Bytes at the beginning that were passed over: nothing in them looks like records.
    pub skipped: u64,
    /// Bytes behind the last whole record.
    pub trailing: u64,
}

impl Reader {
    /// Takes the next bytes; `each` gets the records that they complete.
    pub fn feed(&mut self, mut bytes: &[u8], each: &mut dyn FnMut(&Record<'_>)) {
        let Some(layout) = self.layout else {
            self.kept.extend_from_slice(bytes);
            return self.begin(WINDOW, each);
        };
        if !self.kept.is_empty() {
            let missing = layout.stride() - self.kept.len();
            let (head, rest) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
            self.kept.extend_from_slice(head);
            bytes = rest;
            if self.kept.len() < layout.stride() {
                return;
            }
            let record = std::mem::take(&mut self.kept);
            self.emit(&record, layout, each);
        }
        let rest = self.emit(bytes, layout, each);
        self.kept.extend_from_slice(rest);
    }

    /// The file has ended. `None` when it holds nothing like login records, or nothing at all.
    pub fn finish(mut self, each: &mut dyn FnMut(&Record<'_>)) -> Option<Read> {
        while self.layout.is_none() && !self.kept.is_empty() {
            self.begin(1, each);
        }
        if self.layout.is_none() && self.zeros > 0 && self.skipped == 0 {
            self.start(Layout::ALL[0], each);
        }
        let (skipped, trailing) = (self.skipped * BLOCK as u64, self.kept.len() as u64);
        Some(Read { layout: self.layout?, records: self.records, skipped, trailing })
    }

    /// Works the layout out once there are enough bytes that are not zeros, else drops bytes that do not tell it.
    fn begin(&mut self, enough: usize, each: &mut dyn FnMut(&Record<'_>)) {
        while self.layout.is_none() {
            let zeros = self.kept.chunks_exact(BLOCK).take_while(|block| block.iter().all(|byte| *byte == 0)).count();
            self.kept.drain(..zeros * BLOCK);
            self.zeros += zeros as u64;
            if self.kept.len() < enough {
                return;
            }
            let window = self.kept.get(..WINDOW).unwrap_or(&self.kept);
            if let Some(layout) = Layout::sniff(window) {
                return self.start(layout, each);
            }
            self.kept.drain(..self.kept.len().min(BLOCK));
            self.skipped += 1 + std::mem::take(&mut self.zeros);
        }
    }

    fn start(&mut self, layout: Layout, each: &mut dyn FnMut(&Record<'_>)) {
        self.layout = Some(layout);
        self.records = self.skipped * BLOCK as u64 / layout.stride() as u64;
        let zeros = vec![0; layout.stride()];
        for _ in 0..self.zeros * BLOCK as u64 / layout.stride() as u64 {
            self.emit(&zeros, layout, each);
        }
        let kept = std::mem::take(&mut self.kept);
        self.kept = self.emit(&kept, layout, each).to_vec();
    }

    /// What is no whole record any more.
    fn emit<'b>(&mut self, bytes: &'b [u8], layout: Layout, each: &mut dyn FnMut(&Record<'_>)) -> &'b [u8] {
        let mut records = Records::new(bytes, layout);
        for mut record in records.by_ref() {
            record.number = self.records;
            self.records += 1;
            each(&record);
        }
        records.rest()
    }
}

/// Everything that is made of records, over a file in pieces of so many bytes: for tests and fuzz targets.
#[cfg(any(test, feature = "fixture"))]
pub(crate) fn read_all(bytes: &[u8], piece: usize) -> Option<Read> {
    let (mut reader, mut pairing) = (Reader::default(), super::Pairing::default());
    let (mut facts, mut failures) = (super::Facts::default(), super::Failures::new(100));
    let mut each = |record: &Record<'_>| {
        pairing.see(record, &mut drop);
        facts.see(record);
        failures.see(record);
        drop(record.from());
    };
    bytes.chunks(piece).for_each(|piece| reader.feed(piece, &mut each));
    let read = reader.finish(&mut each);
    pairing.finish(&mut |_| false, &mut drop);
    read
}

#[cfg(test)]
mod tests {
    use super::super::samples::{LAYOUTS, file};
    use super::*;

    fn numbers(bytes: &[u8], piece: usize) -> (Option<Read>, Vec<(u64, bool)>) {
        let (mut reader, mut seen) = (Reader::default(), Vec::new());
        let mut each = |record: &Record<'_>| seen.push((record.number, record.is_zeroed));
        bytes.chunks(piece).for_each(|piece| reader.feed(piece, &mut each));
        (reader.finish(&mut each), seen)
    }

    #[test]
    fn pieces_of_any_size_are_the_same_file() {
        for layout in LAYOUTS {
            let mut bytes = vec![0; 30 * layout.stride()];
            for at in 0..200 {
                bytes.extend(file(&format!("7 9 pts/{at} ann 192.0.2.7 17000{at:05}"), layout));
            }
            bytes.extend([7; 9]);
            let expected = numbers(&bytes, bytes.len());
            assert_eq!(expected.0, Some(Read { layout, records: 230, skipped: 0, trailing: 9 }));
            assert_eq!(expected.1.iter().filter(|(_, is_zeroed)| *is_zeroed).count(), 30);
            for piece in [1, 7, 384, 400, 4096, 50_000] {
                assert_eq!(numbers(&bytes, piece), expected);
            }
        }
    }

    #[test]
    fn zeros_alone_and_other_formats() {
        let (read, seen) = numbers(&[0; 40_000], 4096);
        assert_eq!((read.map(|read| read.records), seen.len()), (Some(100), 100));
        assert_eq!(numbers(&[b'x'; 400_000], 4096), (None, Vec::new()));
    }

    #[test]
    fn rubbish_at_the_beginning_does_not_hide_the_rest() {
        let mut bytes = vec![b'x'; 2 * BLOCK];
        (0..200).for_each(|at| bytes.extend(file(&format!("7 9 pts/{at} ann 192.0.2.7 17000{at:05}"), LAYOUTS[1])));
        let (read, seen) = numbers(&bytes, 4096);
        assert_eq!(read, Some(Read { layout: LAYOUTS[1], records: 248, skipped: BLOCK as u64, trailing: 0 }));
        assert_eq!((seen.first().map(|(number, _)| *number), seen.len()), (Some(24), 224));
    }
}
