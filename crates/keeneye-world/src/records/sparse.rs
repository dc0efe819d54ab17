//! Files with a record for each user number: mostly holes, and as long as the largest number makes them.

/// Puts records together out of a file's extents. Those that are all zeros are left out: nobody of that number came.
#[derive(Clone, Debug)]
pub struct Sparse {
    stride: usize,
    /// Where the next byte is expected, and the beginning of a record that is not whole yet.
    next: u64,
    kept: Vec<u8>,
}

impl Sparse {
    /// `stride`: bytes of a record.
    pub(super) fn new(stride: usize) -> Self {
        Self { stride: stride.max(1), next: 0, kept: Vec::new() }
    }

    /// Takes bytes that stand at `at`; what lies between them and those before is a hole. `each` gets the user number and
    /// the record.
    pub(super) fn extent(&mut self, at: u64, bytes: &[u8], each: &mut dyn FnMut(u32, &[u8])) {
        if at != self.next || self.next == 0 {
            self.close(each);
            self.kept.resize(usize::try_from(at % self.stride as u64).unwrap_or_default(), 0);
        }
        let mut number = (at - self.kept.len() as u64) / self.stride as u64;
        self.next = at + bytes.len() as u64;
        let kept = std::mem::take(&mut self.kept);
        let (head, rest) = bytes.split_at_checked((self.stride - kept.len()) % self.stride).unwrap_or((bytes, &[]));
        let first = [kept, head.to_vec()].concat();
        let mut records = first.chunks(self.stride).chain(rest.chunks(self.stride));
        let Some(mut last) = records.next() else { return };
        for record in records {
            emit(number, last, each);
            (last, number) = (record, number + 1);
        }
        if last.len() == self.stride {
            emit(number, last, each);
        } else {
            self.kept = last.to_vec();
        }
    }

    /// The file has ended, or a hole begins: what is left of a record is zeros, as a reader of the file would see it.
    pub(super) fn close(&mut self, each: &mut dyn FnMut(u32, &[u8])) {
        if !self.kept.is_empty() {
            let number = (self.next - self.kept.len() as u64) / self.stride as u64;
            let mut record = std::mem::take(&mut self.kept);
            record.resize(self.stride, 0);
            emit(number, &record, each);
        }
    }
}

fn emit(number: u64, record: &[u8], each: &mut dyn FnMut(u32, &[u8])) {
    if let Ok(number) = u32::try_from(number)
        && record.iter().any(|byte| *byte != 0)
    {
        each(number, record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(extents: &[(u64, &[u8])]) -> Vec<(u32, Vec<u8>)> {
        let (mut sparse, mut seen) = (Sparse::new(4), Vec::new());
        let mut each = |number, record: &[u8]| seen.push((number, record.to_vec()));
        extents.iter().for_each(|(at, bytes)| sparse.extent(*at, bytes, &mut each));
        sparse.close(&mut each);
        seen
    }

    #[test]
    fn records_across_extents_and_beside_holes() {
        let file = b"aaaa\0\0\0\0bbbbcccc";
        let whole = [(0, b"aaaa".to_vec()), (2, b"bbbb".to_vec()), (3, b"cccc".to_vec())];
        for at in 0..=file.len() {
            let (head, tail) = file.split_at(at);
            assert_eq!(numbers(&[(0, head), (at as u64, tail)]), whole, "{at}");
        }
        assert_eq!(numbers(&[(6, b"bb"), (400_000, b"dd")]), [(1, b"\0\0bb".to_vec()), (100_000, b"dd\0\0".to_vec())]);
        assert_eq!(numbers(&[(0, b"")]), []);
    }
}
