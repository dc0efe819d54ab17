//! `/proc/N/status`: proc_pid_status(5). The kernel escapes line ends in the name, so that every line is its own.

use bstr::ByteSlice;
use keeneye_facts::Process;

/// Takes ids, capabilities and the like into the process. `None` when there are no ids: not a status.
pub(super) fn fill(text: &[u8], process: &mut Process) -> Option<()> {
    let mut ids = (None, None);
    for (name, value) in fields(text) {
        match name {
            b"Uid" => ids.0 = four(value),
            b"Gid" => ids.1 = four(value),
            b"TracerPid" => process.tracer = number(value),
            b"CapInh" => process.capabilities.inheritable = hexadecimal(value),
            b"CapPrm" => process.capabilities.permitted = hexadecimal(value),
            b"CapEff" => process.capabilities.effective = hexadecimal(value),
            b"CapBnd" => process.capabilities.bounding = hexadecimal(value),
            b"CapAmb" => process.capabilities.ambient = hexadecimal(value),
            b"NoNewPrivs" => process.no_new_privs = number::<u8>(value) != 0,
            b"Seccomp" => process.seccomp = number(value),
            b"VmRSS" => process.resident = number::<u64>(first_word(value)).saturating_mul(1024),
            _ => (),
        }
    }
    process.uids = ids.0?;
    process.gids = ids.1?;
    Some(())
}

/// The process to which a thread belongs; a process's own id for its first thread.
pub(crate) fn tgid(text: &[u8]) -> Option<u32> {
    fields(text).find(|(name, _)| *name == b"Tgid").and_then(|(_, value)| value.to_str().ok()?.parse().ok())
}

fn fields(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    text.lines().filter_map(|line| line.split_once_str(":")).map(|(name, value)| (name, value.trim_ascii()))
}

fn four(value: &[u8]) -> Option<[u32; 4]> {
    let ids: Vec<u32> = value.to_str().ok()?.split_ascii_whitespace().map_while(|id| id.parse().ok()).collect();
    ids.try_into().ok()
}

fn first_word(value: &[u8]) -> &[u8] {
    value.split(u8::is_ascii_whitespace).next().unwrap_or_default()
}

fn number<T: std::str::FromStr + Default>(value: &[u8]) -> T {
    value.to_str().ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn hexadecimal(value: &[u8]) -> u64 {
    value.to_str().ok().and_then(|text| u64::from_str_radix(text, 16).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    const REAL: &[u8] = b"Name:\tcat\nUmask:\t0022\nState:\tR (running)\nTgid:\t10695\nNgid:\t0\nPid:\t10695\nPPid:\t10688\nTracerPid:\t77\nUid:\t33\t0\t33\t33\nGid:\t33\t33\t33\t34\nFDSize:\t256\nGroups:\t \nKthread:\t0\nVmRSS:\t    1756 kB\nThreads:\t1\nSigQ:\t0/96365\nCapInh:\t0000000000000000\nCapPrm:\t000001fffeffffff\nCapEff:\t000001fffefffffe\nCapBnd:\t000001fffeffffff\nCapAmb:\t0000000000000001\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n";

    #[test]
    fn a_real_status() {
        let mut process = Process::default();
        fill(REAL, &mut process).unwrap();
        assert_eq!((process.uids, process.gids), ([33, 0, 33, 33], [33, 33, 33, 34]));
        assert_eq!((process.uid(), process.tracer, process.seccomp), (0, 77, 2));
        assert!(process.no_new_privs);
        assert_eq!(process.capabilities.effective, 0x1ff_feff_fffe);
        assert_eq!(process.capabilities.ambient, 1);
        assert_eq!(process.resident, 1756 * 1024);
        assert_eq!(tgid(REAL), Some(10_695));
    }
    #[test]
    fn without_ids_it_is_no_status() {
        assert_eq!(fill(b"Name:\tx\nUid:\t1\t2\n", &mut Process::default()), None);
        assert_eq!(tgid(b"Name:\tTgid\n"), None);
    }
    #[test]
    fn mutated_status_never_panics() {
        mutate::check(&[REAL], |bytes| {
            let _ = tgid(bytes);
            fill(bytes, &mut Process::default()).is_some()
        });
    }
}
