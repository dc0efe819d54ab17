//! `/proc/N/maps`: most lines are data of files that lie where they should, and say nothing.

use bstr::ByteSlice;

/// Keeps the lines of executable memory (`r-xp`, `rwxp`) and of deleted files, as they are.
pub(super) fn reduce(bytes: Vec<u8>) -> Vec<u8> {
    let mut kept = Vec::new();
    for line in bytes.lines_with_terminator() {
        let mode = line.find_byte(b' ').and_then(|blank| line.get(blank + 1..blank + 5));
        let executable = mode.is_some_and(|mode| mode.get(2) == Some(&b'x'));
        if executable || line.trim_end_with(|c| c == '\n').ends_with(b" (deleted)") {
            kept.extend_from_slice(line);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    #[test]
    fn code_and_deleted_files_stay() {
        let maps: &[u8] = b"1-2 r--p 0 08:01 5 /usr/bin/x\n2-3 r-xp 0 08:01 5 /usr/bin/x\n3-4 rw-p 0 00:00 0 [heap]\n\
            4-5 rwxp 0 00:00 0 \n5-6 rw-s 0 00:01 9 /dev/zero (deleted)\n6-7 r--p 0 08:01 7 /x (deleted) y\n";
        let kept: &[u8] =
            b"2-3 r-xp 0 08:01 5 /usr/bin/x\n4-5 rwxp 0 00:00 0 \n5-6 rw-s 0 00:01 9 /dev/zero (deleted)\n";
        assert_eq!(super::reduce(maps.to_vec()), kept);
        assert_eq!(super::reduce(kept.to_vec()), kept);
    }
}
