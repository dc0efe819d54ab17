//! utmp, wtmp and btmp: fixed records, as `struct utmp` of glibc lays them out. See utmp(5).
//!
//! A file may come from another machine, so its layout is worked out from what stands in it. Everything is read from the
//! start: last(1) reads from the end, and sees nothing at all in a file whose last record is torn.

mod facts;
mod failures;
mod layout;
mod logins;
mod reader;
mod record;
#[cfg(test)]
mod samples;

pub use facts::{Backwards, Facts, Run};
pub use failures::{Failures, Group, Tally};
pub use layout::Layout;
pub use logins::{Ending, LoneLogout, Pairing, Span, What};
#[cfg(any(test, feature = "fixture"))]
pub(crate) use reader::read_all;
pub use reader::{Read, Reader};
pub use record::{Record, Role};

/// Types of records, `ut_type` of utmp(5).
pub mod kind {
    /// Nothing.
    pub const EMPTY: u16 = 0;
    /// Another run level, or a shutdown.
    pub const RUN_LVL: u16 = 1;
    /// A start of the system.
    pub const BOOT_TIME: u16 = 2;
    /// The clock was set: what it shows since.
    pub const NEW_TIME: u16 = 3;
    /// The clock was set: what it showed before.
    pub const OLD_TIME: u16 = 4;
    /// Started by init.
    pub const INIT_PROCESS: u16 = 5;
    /// A login prompt.
    pub const LOGIN_PROCESS: u16 = 6;
    /// A login.
    pub const USER_PROCESS: u16 = 7;
    /// What the line was used for has ended.
    pub const DEAD_PROCESS: u16 = 8;
    /// Never used.
    pub const ACCOUNTING: u16 = 9;
}

/// Records one after the other, from the start. What is left behind the last whole one is not among them.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    bytes: &'a [u8],
    layout: Layout,
    number: u64,
}

impl<'a> Records<'a> {
    /// The layout is [`Layout::sniff`]'s.
    pub fn new(bytes: &'a [u8], layout: Layout) -> Self {
        Self::numbered(bytes, layout, 0)
    }
    /// The same of a part of a file, whose first record has this number.
    pub fn numbered(bytes: &'a [u8], layout: Layout, number: u64) -> Self {
        Self { bytes, layout, number }
    }
    /// Bytes that are no whole record.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;
    fn next(&mut self) -> Option<Record<'a>> {
        let (bytes, rest) = self.bytes.split_at_checked(self.layout.stride())?;
        let record = Record::read(bytes, self.number, self.layout);
        (self.bytes, self.number) = (rest, self.number + 1);
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{LAYOUTS, file};
    use super::*;

    const LINES: &str = "
        2 0 ~ reboot 6.1.0 1700000000
        7 901 pts/0 ann 192.0.2.7 1700000100
        7 902 pts/1 ben 2001:db8::5 1700000200
        0
        8 901 pts/0 - - 1700000300
    ";

    fn said(bytes: &[u8], layout: Layout) -> Vec<String> {
        let line = |record: Record<'_>| {
            let from = record.from().lossy().into_owned();
            let (at, role, who, when) = (record.number, record.role(), record.user, record.seconds);
            format!("{at} {role:?} {} {} {who} {from} {when}.{}", record.pid, record.line, record.micros)
        };
        Records::new(bytes, layout).map(line).collect()
    }

    #[test]
    fn every_layout_is_found_and_read_alike() {
        for layout in LAYOUTS {
            let bytes = file(LINES, layout);
            assert_eq!(Layout::sniff(&bytes), Some(layout));
            let expected = [
                "0 Boot 0 ~ reboot 6.1.0 1700000000.123456",
                "1 Login 901 pts/0 ann 192.0.2.7 1700000100.123456",
                "2 Login 902 pts/1 ben 2001:db8::5 1700000200.123456",
                "3 Logout 0    0.0",
                "4 Logout 901 pts/0   1700000300.123456",
            ];
            assert_eq!(said(&bytes, layout), expected);
            let torn = &bytes[..bytes.len() - 1];
            assert_eq!(Layout::sniff(torn), Some(layout));
            let mut records = Records::new(torn, layout);
            assert_eq!((records.by_ref().count(), records.rest().len()), (4, layout.stride() - 1));
        }
    }

    #[test]
    fn another_format_has_no_layout() {
        assert_eq!(Layout::sniff(b""), None);
        assert_eq!(Layout::sniff(include_bytes!("utmp.rs")), None);
        assert_eq!(Layout::sniff(&[0; 800]), Some(Layout { is_wide: true, is_big_endian: false }));
    }

    #[test]
    fn roles_that_the_type_does_not_tell() {
        let narrow = LAYOUTS[0];
        let role = |line: &str| Records::new(&file(line, narrow), narrow).next().expect("a record").role();
        let cases = [
            ("1 0 ~ shutdown 6.1.0 1700000000", Role::Down),
            ("1 53 ~ runlevel 6.1.0 1700000000", Role::RunLevel),
            ("1 54 ~ runlevel 6.1.0 1700000000", Role::Down),
            ("4 0 | date - 1700000000", Role::Clock),
            ("0 77 pts/3 eve host 1700000000", Role::Login),
            ("6 77 tty1 LOGIN - 1700000000", Role::Prompt),
            ("7 77 pts/3 - - 1700000000", Role::Logout),
        ];
        cases.into_iter().for_each(|(line, expected)| assert_eq!(role(line), expected, "{line}"));
    }

    #[test]
    fn any_bytes_are_borne() {
        let seeds = LAYOUTS.map(|layout| file(LINES, layout));
        crate::mutate::check(&seeds.each_ref().map(Vec::as_slice), |bytes| read_all(bytes, 500).is_some());
        for end in 0..seeds[1].len() {
            read_all(&seeds[1][..end], 7);
        }
    }
}
