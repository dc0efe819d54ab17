//! Rules of auditctl(8) that switch auditing off: `-e 0`, and a rule that never looks at any task.

use super::{files, lines};
use crate::Look;
use keeneye_facts::{ControlOffKind, Text};

pub(super) fn look(look: &mut Look<'_>) {
    let mut paths = files(look, "/etc/audit/rules.d", ".rules");
    if paths.is_empty() {
        paths.push(Text::from("/etc/audit/audit.rules"));
    }
    for path in paths {
        lines(look, &path, ControlOffKind::NotAudited, "audit", is_off);
    }
}

pub(super) fn is_off(line: &[u8]) -> bool {
    let words: Vec<&[u8]> = line.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty()).collect();
    let never = |list: &[u8]| matches!(list, b"never,task" | b"task,never");
    match words.as_slice() {
        [b"-e", b"0"] | [b"-e0"] => true,
        [b"-a" | b"-A", list] => never(list),
        _ => false,
    }
}
