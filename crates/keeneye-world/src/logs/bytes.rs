//! Sets of bytes, quicker asked than compared one by one.

/// A set of bytes.
pub(super) struct Bytes([bool; 256]);

impl Bytes {
    pub(super) const fn of(set: &[u8]) -> Self {
        let mut all = [false; 256];
        let mut rest: &mut [bool] = &mut all;
        let mut byte: u16 = 0;
        while let [first, behind @ ..] = rest {
            *first = is_in(byte, set);
            byte += 1;
            rest = behind;
        }
        Self(all)
    }

    #[inline]
    pub(super) fn has(&self, byte: u8) -> bool {
        let Self(all) = self;
        all.get(usize::from(byte)).is_some_and(|has| *has)
    }
}

const fn is_in(byte: u16, mut set: &[u8]) -> bool {
    while let [first, rest @ ..] = set {
        if *first as u16 == byte {
            return true;
        }
        set = rest;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::Bytes;

    #[test]
    fn a_set_has_what_is_in_it() {
        let set = Bytes::of(b"\0 ?@~\x7f");
        let has: Vec<u8> = (0..=255).filter(|byte| set.has(*byte)).collect();
        assert_eq!(has, b"\0 ?@~\x7f");
    }
}
