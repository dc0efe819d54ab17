//! The file that holds keeneye's own table: eight bytes of name, a date, and columns under zstd.
//!
//! A column is its length in bytes as a varint (seven bits in each byte, the lowest first, the highest bit set where more
//! follow) and then that many bytes; within a column stand bytes or varints. In this order:
//!
//! 1. countries: two letters each; their number is the place in the column, from 1
//! 2. numbers of autonomous systems, each the difference to the one before, zigzag; theirs too count from 1
//! 3. lengths of the systems' names, one byte each, and 4. the names
//! 5. distances: for each two countries, the first before the second, tens of km and 1, or 0 where nothing is known
//! 6. four times three columns of ranges (see `Ranges::read`): countries and systems of IPv4, then those of IPv6

/// The first bytes.
pub(super) const NAME: &[u8; 8] = b"KEEGEO1\n";
/// Bytes before the compressed ones: the name, then the year times 10,000, the month times 100 and the day, as four bytes,
/// lowest first.
pub(super) const HEADER: usize = 12;
/// Most bytes that come out of the compressed ones.
pub(super) const MAX_UNPACKED: usize = 32 << 20;
/// Tens of km.
pub(super) const STEP_KM: u16 = 10;

pub(super) const DAMAGED: &str = "the table is damaged";

/// Bytes that are read from front to end.
pub(super) struct Column<'a>(pub(super) &'a [u8]);

impl<'a> Column<'a> {
    /// A number of at most three times seven bits: nearly all are, and there are some millions.
    #[inline]
    fn short(&mut self) -> Option<u32> {
        let (short, rest) = match self.0 {
            [one @ ..0x80, rest @ ..] => (u32::from(*one), rest),
            [one, two @ ..0x80, rest @ ..] => (u32::from(*one & 0x7f) | u32::from(*two) << 7, rest),
            [one, two, three @ ..0x80, rest @ ..] => {
                (u32::from(*one & 0x7f) | u32::from(*two & 0x7f) << 7 | u32::from(*three) << 14, rest)
            }
            _ => return None,
        };
        self.0 = rest;
        Some(short)
    }

    /// A number that names something in the table, or of an IPv4 address.
    #[inline]
    pub(super) fn value(&mut self) -> Result<u32, &'static str> {
        match self.short() {
            Some(short) => Ok(short),
            None => u32::try_from(self.wide()?).map_err(|_| DAMAGED),
        }
    }

    /// A number of any size.
    pub(super) fn wide(&mut self) -> Result<u128, &'static str> {
        if let Some(short) = self.short() {
            return Ok(short.into());
        }
        let mut number = 0_u128;
        for shift in (0..u128::BITS).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(DAMAGED)?;
            self.0 = rest;
            let bits = u128::from(byte & 0x7f);
            let shifted = bits << shift;
            if shifted >> shift != bits {
                return Err(DAMAGED);
            }
            number |= shifted;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(DAMAGED)
    }

    /// The next column within this one.
    pub(super) fn column(&mut self) -> Result<Self, &'static str> {
        self.bytes().map(Self)
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], &'static str> {
        let length = usize::try_from(self.value()?).map_err(|_| DAMAGED)?;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(DAMAGED)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
