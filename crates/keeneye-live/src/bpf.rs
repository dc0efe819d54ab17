//! What BPF programs are loaded: bpf(2), which keeneye-live calls to read and never to load.

use crate::deadline::Deadline;
use keeneye_facts::{Refusal, Text};
use keeneye_world::{Answer, Reply};
use std::os::fd::{FromRawFd, OwnedFd};

/// BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID, BPF_OBJ_GET_INFO_BY_FD.
const NEXT_ID: libc::c_long = 11;
const FD_BY_ID: libc::c_long = 13;
const INFO: libc::c_long = 15;
/// Programs that are looked at.
const MAX_PROGRAMS: usize = 20_000;
/// Bytes of `struct bpf_prog_info` that are kept of each: up to its name.
const KEPT: usize = 80;

/// `union bpf_attr`, as far as these commands read it; the rest has to be zero.
#[repr(C, align(8))]
struct Attributes([u32; 32]);

/// Every program, 80 bytes each.
pub(crate) fn programs(deadline: &Deadline) -> Reply {
    let mut found = Vec::new();
    let mut last = 0;
    for _ in 0..MAX_PROGRAMS {
        deadline.check()?;
        let mut attributes = Attributes([0; 32]);
        attributes.set(0, last);
        match call(NEXT_ID, &mut attributes) {
            Ok(_) => last = attributes.get(1),
            // There is no further one.
            Err(libc::ENOENT) => return Ok(Answer::Dump(Text::from(found))),
            Err(errno) => return Err(Refusal::Errno(errno)),
        }
        // A program that was unloaded since is none.
        if let Some(info) = info(last)? {
            found.extend_from_slice(&info);
        }
    }
    Err(Refusal::Cut(format!("{MAX_PROGRAMS} programs")))
}

fn info(id: u32) -> Result<Option<[u8; KEPT]>, Refusal> {
    let mut attributes = Attributes([0; 32]);
    attributes.set(0, id);
    let number = match call(FD_BY_ID, &mut attributes) {
        Ok(number) => number,
        Err(libc::ENOENT) => return Ok(None),
        Err(errno) => return Err(Refusal::Errno(errno)),
    };
    // SAFETY: the kernel has just given out this descriptor, and nobody else knows it.
    let program = unsafe { OwnedFd::from_raw_fd(number) };
    let mut info = [0_u8; KEPT];
    let mut attributes = Attributes([0; 32]);
    attributes.set(0, u32::try_from(std::os::fd::AsRawFd::as_raw_fd(&program)).unwrap_or_default());
    attributes.set(1, u32::try_from(KEPT).unwrap_or_default());
    attributes.set_address(2, info.as_mut_ptr() as u64);
    call(INFO, &mut attributes).map_err(Refusal::Errno)?;
    Ok(Some(info))
}

impl Attributes {
    fn get(&self, word: usize) -> u32 {
        self.0.get(word).copied().unwrap_or_default()
    }
    fn set(&mut self, word: usize, value: u32) {
        if let Some(place) = self.0.get_mut(word) {
            *place = value;
        }
    }
    /// Two words, in the order of bytes of the machine.
    fn set_address(&mut self, word: usize, address: u64) {
        let bytes = address.to_ne_bytes();
        let (first, second) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>());
        self.set(word, first.map_or(0, |bytes| u32::from_ne_bytes(*bytes)));
        self.set(word + 1, second.map_or(0, |bytes| u32::from_ne_bytes(*bytes)));
    }
}

/// The errno of a refusal.
fn call(command: libc::c_long, attributes: &mut Attributes) -> Result<i32, i32> {
    let size = std::mem::size_of::<Attributes>();
    // SAFETY: the attributes are `size` bytes, live as long as the call, and hold no other address than that of a
    // buffer as long as they say (`info`).
    let reply = unsafe { libc::syscall(libc::SYS_bpf, command, std::ptr::from_mut(attributes), size) };
    match i32::try_from(reply) {
        Ok(number) if number >= 0 => Ok(number),
        _ => Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO)),
    }
}
