//! BPF programs that are loaded, and which processes hold them.

use crate::{Answer, AskHost, EntryKind, Look, Question, World, proc_path};
use bstr::ByteSlice;
use keeneye_facts::{BpfProgram, Event, FdTarget, Host, ProcessId, Refusal, Text};
use std::collections::BTreeMap;

/// Bytes of one program in the answer: `struct bpf_prog_info` (include/uapi/linux/bpf.h) up to its name.
const RECORD: usize = 80;
/// Descriptors of BPF that are asked for the program behind them.
const MAX_DESCRIPTORS: usize = 20_000;
/// Directories below a BPF file system, one in another.
const MAX_DEPTH: usize = 4;
/// ENOSYS: a kernel without BPF, which has none to look at.
const NO_BPF: Refusal = Refusal::Errno(38);

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    let found = match look.host().ask(&Question::BpfPrograms) {
        Err(NO_BPF) => return look.count(1, 1),
        Ok(Answer::Dump(dump)) => programs(&dump, &world.host),
        Ok(other) => return look.misfit("BPF programs", &other),
        Err(why) => {
            look.count(1, 0);
            return look.gap("BPF programs", why);
        }
    };
    look.count(1, 1);
    let Some(mut found) = found else {
        return look.gap("BPF programs", Refusal::Garbled("records that are cut off".into()));
    };
    if found.is_empty() {
        return;
    }
    let holders = holders(look, world);
    for (id, program) in &mut found {
        program.holders = holders.get(id).cloned().unwrap_or_default();
    }
    if found.values().any(|program| program.holders.is_empty()) {
        // A loader may just have ended: what is still there has no other holder.
        if let Ok(Answer::Dump(dump)) = look.host().ask(&Question::BpfPrograms) {
            let still = programs(&dump, &world.host).unwrap_or_default();
            found.retain(|id, _| still.contains_key(id));
        }
    }
    let pin = pin(look, world);
    for program in found.values_mut().filter(|program| program.holders.is_empty()) {
        program.pin.clone_from(&pin);
    }
    found.into_values().for_each(|program| look.saw(Event::BpfProgramSeen(program)));
}

/// By id; `None` when the answer is cut off.
fn programs(dump: &[u8], host: &Host) -> Option<BTreeMap<u32, BpfProgram>> {
    let (records, rest) = dump.as_chunks::<RECORD>();
    let word = |record: &[u8], at: usize| Some(u32::from_ne_bytes(*record.get(at..)?.first_chunk()?));
    let boot = host.now.saturating_sub_unsigned(host.uptime);
    let program = |record: &[u8]| {
        let nanoseconds = u64::from_ne_bytes(*record.get(40..)?.first_chunk()?);
        let name = record.get(64..)?.split(|b| *b == 0).next()?;
        Some(BpfProgram {
            id: word(record, 4)?,
            kind: word(record, 0)?,
            name: Text::from(name),
            tag: Text::from(Text::from(record.get(8..16)?).hex()),
            uid: word(record, 48)?,
            loaded: boot.saturating_add_unsigned(nanoseconds / 1_000_000_000),
            holders: Vec::new(),
            pin: None,
        })
    };
    let found = records.iter().filter_map(|record| program(record)).map(|program| (program.id, program));
    rest.is_empty().then(|| found.collect())
}

/// A file below a BPF file system, which may keep any program: which one, only opening it would tell.
fn pin(look: &mut Look<'_>, world: &World) -> Option<Text> {
    let mut dirs: Vec<(Text, usize)> =
        world.mounts.iter().filter(|mount| mount.kind == "bpf").map(|mount| (mount.point.clone(), 0)).collect();
    while let Some((dir, depth)) = dirs.pop() {
        for entry in look.optional_list(&dir).unwrap_or_default() {
            match entry.kind {
                EntryKind::File | EntryKind::Unknown => return Some(dir.join(&entry.name)),
                EntryKind::Dir if depth < MAX_DEPTH => dirs.push((dir.join(&entry.name), depth + 1)),
                _ => (),
            }
        }
    }
    None
}

/// Which processes hold which programs, themselves or by a link.
fn holders(look: &mut Look<'_>, world: &World) -> BTreeMap<u32, Vec<ProcessId>> {
    let mut holders: BTreeMap<u32, Vec<ProcessId>> = BTreeMap::new();
    let is_bpf = |target: &FdTarget| match target {
        FdTarget::Anonymous(name) => [b"bpf-prog".as_slice(), b"bpf-link", b"bpf_link"].contains(&name.as_slice()),
        _ => false,
    };
    let all = world.processes.values().flat_map(|process| process.fds.iter().map(move |fd| (process.id, fd)));
    let held = all.filter(|(_, fd)| is_bpf(&fd.target));
    for (id, fd) in look.first(&Text::from("descriptors of BPF"), held, MAX_DESCRIPTORS, "descriptors") {
        let path = proc_path::of(id.pid, &format!("fdinfo/{}", fd.number));
        match look.host().read(&path) {
            Ok(text) => {
                look.count(1, 1);
                let held = holders.entry(program_of(&text).unwrap_or_default()).or_default();
                if !held.contains(&id) {
                    held.push(id);
                }
            }
            Err(why) if why.is_absent() => (),
            Err(why) => {
                look.count(1, 0);
                look.gap(path, why);
            }
        }
    }
    holders
}

/// The line `prog_id: 12` (bpf_prog_show_fdinfo and bpf_link_show_fdinfo in the kernel).
fn program_of(text: &[u8]) -> Option<u32> {
    let line = text.lines().find_map(|line| line.strip_prefix(b"prog_id:"))?;
    line.trim_ascii().to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use crate::mutate;
    use crate::{Plan, scan};

    fn record(id: u32, kind: u32, seconds: u64, name: &str) -> Vec<u8> {
        let mut record = [kind.to_ne_bytes(), id.to_ne_bytes()].concat();
        record.extend([0xab; 8]);
        record.resize(40, 0);
        record.extend((seconds * 1_000_000_000).to_ne_bytes());
        record.extend(7_u32.to_ne_bytes());
        record.resize(64, 0);
        record.extend(name.as_bytes());
        record.resize(RECORD, 0);
        record
    }

    #[test]
    fn programs_and_their_holders() {
        let mut host = Fixture::new(
            "process 41 exe=/usr/bin/x\nfd 41 5 anon_inode:bpf-prog\n/proc/41/fdinfo/5 = pos:\\t0\\nprog_id:\\t12\\n",
        );
        let dump = [record(12, 26, 60, "watch"), record(13, 2, 61, "")].concat();
        host.say(Question::BpfPrograms, Ok(Answer::Dump(Text::from(dump))));
        let world = scan(&host, &Plan::default());
        let [held, loose] = world.bpf_programs.as_slice() else { panic!("{:?}", world.bpf_programs) };
        assert_eq!((held.id, held.kind, held.uid, held.name.lossy()), (12, 26, 7, "watch".into()));
        assert_eq!(held.tag, "abababababababab");
        assert_eq!(held.loaded, 1_700_000_000 - 1_000_000 + 60);
        assert_eq!((held.holders.len(), loose.holders.len()), (1, 0));
    }
    #[test]
    fn mutated_answers_never_panic() {
        let dump = [record(12, 26, 60, "watch"), record(13, 2, 61, "")].concat();
        let host = Host::default();
        mutate::check(&[&dump], |bytes| programs(&bytes[..bytes.len() / RECORD * RECORD], &host).is_some());
        mutate::check(&[b"pos:\t0\nprog_id:\t12\nx:\t1\n"], |bytes| program_of(bytes).is_some());
    }
}
