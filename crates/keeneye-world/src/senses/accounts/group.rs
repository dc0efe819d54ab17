//! group(5).

use bstr::ByteSlice;
use keeneye_facts::{Group, Text};

/// A line: name, password, gid, members. The members may be missing.
pub(super) fn group(line: &[u8], number: u32) -> Option<Group> {
    let mut fields = line.splitn(4, |b| *b == b':');
    let name = fields.next().filter(|name| !name.is_empty())?;
    let _password = fields.next()?;
    let gid = fields.next()?.trim_ascii().to_str().ok()?.parse().ok()?;
    let members = fields.next().unwrap_or_default().split(|b| *b == b',').map(<[u8]>::trim_ascii);
    let members = members.filter(|member| !member.is_empty()).map(Text::from).collect();
    Some(Group { name: Text::from(name), gid, members, line: number })
}
