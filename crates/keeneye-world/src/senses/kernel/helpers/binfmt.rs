//! Formats of programs that were registered with the kernel (binfmt_misc), and what interprets them.

use super::target;
use crate::{Answer, Look, Question, World};
use bstr::ByteSlice;
use keeneye_facts::{KernelHelper, Refusal, Text};

/// Formats that are read; qemu alone registers thirty.
const MAX_FORMATS: usize = 500;

/// It is mounted by itself when somebody looks there: nothing is asked before that. Keeneye's own procfs does not have
/// it, so the mounted one is asked.
pub(super) fn read(look: &mut Look<'_>, world: &World) -> Vec<KernelHelper> {
    let mount = world.mounts.iter().find(|mount| mount.kind == "binfmt_misc" && mount.point.is_within("/proc"));
    let Some(dir) = mount.map(|mount| &mount.point) else { return Vec::new() };
    let names = match look.ask(&Question::MountedList(dir.clone()), dir.clone()) {
        Some(Answer::Names(names)) => names,
        Some(other) => {
            look.misfit(dir.clone(), &other);
            return Vec::new();
        }
        None => return Vec::new(),
    };
    let mut found = Vec::new();
    for entry in names.into_iter().filter(|entry| entry.name != "register" && entry.name != "status") {
        if found.len() == MAX_FORMATS {
            look.gap(dir.clone(), Refusal::Cut(format!("{MAX_FORMATS} formats")));
            break;
        }
        let path = dir.join(&entry.name);
        match look.ask(&Question::MountedRead(path.clone()), path.clone()) {
            Some(Answer::Bytes { data, .. }) => match format(&path, &data) {
                Some(format) => found.push(KernelHelper { path: target(look, &format.program), ..format }),
                None => look.gap(path, Refusal::Garbled("no interpreter is named".into())),
            },
            Some(other) => look.misfit(path, &other),
            None => (),
        }
    }
    found
}

/// `enabled`, `interpreter PATH`, `flags: OCF`, `offset 0`, `magic 7f454c46...` or `extension .exe`:
/// admin-guide/binfmt-misc of the kernel's documentation.
fn format(path: &Text, text: &[u8]) -> Option<KernelHelper> {
    let after = |key: &str| text.lines().find_map(|line| line.strip_prefix(key.as_bytes()));
    let flags = after("flags:").unwrap_or_default();
    let program = Text::from(after("interpreter ")?);
    let rule = after("magic ").or_else(|| after("extension ")).unwrap_or_default();
    let enabled: &[u8] = if text.starts_with(b"disabled") { b"disabled, " } else { b"" };
    let value = [enabled, program.as_slice(), b" flags:", flags, b" for ", rule].concat();
    Some(KernelHelper {
        setting: path.clone(),
        value: Text::from(value),
        credentials: flags.contains(&b'C'),
        opened: flags.contains(&b'F'),
        program,
        ..KernelHelper::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    const ENTRY: &[u8] = b"enabled\ninterpreter /usr/bin/qemu-arm-static\nflags: OCF\noffset 0\n\
        magic 7f454c4601010100000000000000000002002800\nmask ffffffffffffff00fffffffffffffffffeffffff\n";

    #[test]
    fn what_interprets_a_format() {
        let helper = format(&"/proc/sys/fs/binfmt_misc/arm".into(), ENTRY).unwrap();
        assert_eq!(helper.program, "/usr/bin/qemu-arm-static");
        assert!(helper.credentials && helper.opened);
        assert!(format(&"/x".into(), b"enabled\n").is_none());
    }
    #[test]
    fn a_mutated_entry_never_panics() {
        mutate::check(&[ENTRY], |bytes| format(&"/x".into(), bytes).is_some());
    }
}
