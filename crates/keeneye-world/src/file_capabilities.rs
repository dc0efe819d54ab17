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

/// Reads what cap_from_text(3) reads: `cap_net_raw=ep`, `= cap_net_raw,cap_net_admin+ep`. `None` for what is no such
/// text; nothing at all gives no capability.
pub fn from_text(text: &[u8]) -> Option<FileCapabilities> {
    let mut capabilities = FileCapabilities::default();
    for clause in std::str::from_utf8(text).ok()?.split_ascii_whitespace() {
        let end = clause.find(['=', '+', '-'])?;
        let (names, mut actions) = clause.split_at_checked(end)?;
        let mut bits = 0;
        for name in names.split(',').filter(|name| !name.is_empty()) {
            bits |=
                if name.eq_ignore_ascii_case("all") { FileCapabilities::all() } else { FileCapabilities::bit(name)? };
        }
        if names.is_empty() {
            bits = FileCapabilities::all();
        }
        while !actions.is_empty() {
            let (operator, rest) = actions.split_at_checked(1)?;
            let end = rest.find(['=', '+', '-']).unwrap_or(rest.len());
            let (flags, rest) = rest.split_at_checked(end)?;
            apply(&mut capabilities, bits, operator, flags)?;
            actions = rest;
        }
    }
    Some(capabilities)
}

fn apply(capabilities: &mut FileCapabilities, bits: u64, operator: &str, flags: &str) -> Option<()> {
    if !flags.bytes().all(|flag| b"eip".contains(&flag)) {
        return None;
    }
    let has = |flag| flags.contains(flag);
    if operator == "=" {
        capabilities.permitted &= !bits;
        capabilities.inheritable &= !bits;
    }
    let set = |word: &mut u64| if operator == "-" { *word &= !bits } else { *word |= bits };
    if has('p') {
        set(&mut capabilities.permitted);
    }
    if has('i') {
        set(&mut capabilities.inheritable);
    }
    // A file has one bit for all of them.
    if has('e') {
        capabilities.effective = operator != "-";
    }
    Some(())
}

/// As cap_to_text(3) writes it, but always with the names.
pub fn to_text(capabilities: &FileCapabilities) -> String {
    let mut text = capabilities.names().join(",");
    if !text.is_empty() {
        text.push_str(if capabilities.effective { "=ep" } else { "=p" });
    }
    if capabilities.inheritable != 0 {
        let inherited = FileCapabilities { permitted: capabilities.inheritable, ..FileCapabilities::default() };
        let separator = if text.is_empty() { "" } else { " " };
        text.push_str(&format!("{separator}{}+i", inherited.names().join(",")));
    }
    text
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
    fn text_and_attribute_say_the_same() {
        let raw = parse(&NET_RAW).unwrap();
        for text in ["cap_net_raw=ep", "= cap_net_raw+ep", "cap_net_raw+p cap_net_raw+e", "CAP_NET_RAW=ep", "13=ep"] {
            assert_eq!(from_text(text.as_bytes()), Some(raw), "{text}");
        }
        assert_eq!(to_text(&raw), "cap_net_raw=ep");
        let two = from_text(b"cap_net_admin,cap_net_raw=eip").unwrap();
        assert_eq!(to_text(&two), "cap_net_admin,cap_net_raw=ep cap_net_admin,cap_net_raw+i");
        assert_eq!(from_text(to_text(&two).as_bytes()), Some(two));
        assert_eq!(from_text(b"all=p cap_chown-p").unwrap().permitted, FileCapabilities::all() - 1);
        assert_eq!(from_text(b""), Some(FileCapabilities::default()));
        for bad in [b"cap_net_raw".as_slice(), b"cap_x=ep", b"cap_chown=x", b"\xff=p", b"99=p"] {
            assert_eq!(from_text(bad), None);
        }
        crate::mutate::check(&[b"cap_net_raw,cap_chown=ep cap_kill+i-e", b"= all+p"], |bytes| {
            from_text(bytes).is_none_or(|capabilities| capabilities.names().len() <= 64)
        });
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
