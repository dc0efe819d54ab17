//! The extended attribute `security.capability`, as the kernel keeps it: `struct vfs_cap_data` of linux/capability.h.

use keeneye_facts::FileCapabilities;

/// Revisions 1, 2 and 3 (VFS_CAP_REVISION_*), by the top byte of the first word.
const REVISIONS: [(u32, usize); 3] = [(1, 1), (2, 2), (3, 2)];
/// VFS_CAP_FLAGS_EFFECTIVE
const EFFECTIVE: u32 = 1;

/// Reads the attribute: little-endian words; the first holds revision and flags, then come permitted and inheritable,
/// 32 capabilities at a time, and in revision 3 the user id that is root in the namespace that they hold in. `None` for
/// what the kernel would refuse too: another revision or another length.
pub fn parse(attribute: &[u8]) -> Option<FileCapabilities> {
    let (words, rest) = attribute.as_chunks::<4>();
    let word = |at: usize| words.get(at).map(|bytes| u32::from_le_bytes(*bytes));
    let head = word(0)?;
    let (revision, halves) = *REVISIONS.iter().find(|(revision, _)| head >> 24 == *revision)?;
    let expected = 1 + 2 * halves + usize::from(revision == 3);
    if words.len() != expected || !rest.is_empty() {
        return None;
    }
    let both = |first: usize| {
        let low = u64::from(word(first)?);
        let high = if halves == 2 { u64::from(word(first + 2)?) } else { 0 };
        Some(low | high << 32)
    };
    Some(FileCapabilities {
        permitted: both(1)?,
        inheritable: both(2)?,
        effective: head & EFFECTIVE != 0,
        root: if revision == 3 { word(5) } else { None },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What setcap(8) wrote for `cap_net_raw=ep`.
    const NET_RAW: [u8; 20] = [1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    #[test]
    fn revisions() {
        let two = parse(&NET_RAW).unwrap();
        assert_eq!((two.names(), two.effective, two.root), (vec!["cap_net_raw".to_owned()], true, None));
        let mut three = NET_RAW.to_vec();
        three[3] = 3;
        three.extend_from_slice(&1000_u32.to_le_bytes());
        assert_eq!(parse(&three).unwrap().root, Some(1000));
        let one = [0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(parse(&one).unwrap().names(), ["cap_setuid"]);
        let mut high = NET_RAW;
        high[12] = 0x80;
        assert_eq!(parse(&high).unwrap().names(), ["cap_net_raw", "cap_bpf"]);
        high[13] = 0x80;
        assert_eq!(parse(&high).unwrap().names().last().unwrap(), "47");
    }
    #[test]
    fn what_the_kernel_would_refuse() {
        for bad in [&NET_RAW[..19], &[NET_RAW.as_slice(), &[0]].concat(), &[0; 20], b"", &NET_RAW[..4]] {
            assert_eq!(parse(bad), None);
        }
        let mut four = NET_RAW;
        four[3] = 4;
        assert_eq!(parse(&four), None);
    }
    #[test]
    fn hostile_bytes() {
        crate::mutate::check(&[&NET_RAW, &[1, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0]], |bytes| {
            parse(bytes).is_some_and(|caps| caps.names().len() <= 64) || bytes.len() != 20
        });
    }
}
