//! The headers of ELF files (elf(5)), read by the `object` crate.

use bstr::ByteSlice;
use keeneye_facts::{ElfShape, Text};
use object::elf::{
    DT_NEEDED, DT_STRSZ, DT_STRTAB, DT_SYMTAB, ET_DYN, FileHeader32, FileHeader64, PF_W, PF_X, PT_DYNAMIC, PT_INTERP,
    PT_LOAD, SHT_SYMTAB,
};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionHeader, Sym};
use object::{Endianness, pod};

/// Libraries and hooks that are named.
const MAX_NAMES: usize = 100;
/// Program headers, sections and symbols that are looked at.
const MAX_ENTRIES: usize = 100_000;
/// Bytes whose noise is measured.
const MAX_MEASURED: usize = 4 << 20;
/// Functions that hide files, processes and connections, or that see passwords, when a library puts its own in place.
#[rustfmt::skip]
const HOOKS: &[&[u8]] = &[
    b"readdir", b"readdir64", b"getdents", b"getdents64", b"fopen", b"fopen64", b"open", b"open64", b"openat", b"stat",
    b"__xstat", b"lstat", b"__lxstat", b"fstatat", b"access", b"unlink", b"unlinkat", b"execve", b"accept", b"write",
    b"pam_get_authtok", b"pam_authenticate", b"pam_sm_authenticate", b"crypt", b"getpwnam", b"getspnam", b"pcap_loop",
];

/// The shape; `None` when it begins as an ELF file and is none. `cut`: these are not all of its bytes.
pub(super) fn read(bytes: &[u8], cut: bool) -> Option<ElfShape> {
    let bits = *bytes.get(4)?;
    let mut shape = match bits {
        1 => shape::<FileHeader32<Endianness>>(bytes, cut)?,
        2 => shape::<FileHeader64<Endianness>>(bytes, cut)?,
        _ => return None,
    };
    shape.bits = bits * 32;
    let head = bytes.get(..4096).unwrap_or(bytes);
    shape.packer = head.contains_str("UPX!").then(|| Text::from("UPX"));
    Some(shape)
}

fn shape<Elf: FileHeader<Endian = Endianness>>(bytes: &[u8], cut: bool) -> Option<ElfShape> {
    let header = Elf::parse(bytes).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, bytes).ok()?;
    let mut shape = ElfShape { sections: cut, ..ElfShape::default() };
    let mut dynamic: Option<&[Elf::Dyn]> = None;
    let mut loaded = Vec::new();
    for segment in segments.iter().take(MAX_ENTRIES) {
        let kind = segment.p_type(endian);
        let flags = segment.p_flags(endian);
        if kind == PT_LOAD {
            shape.writable_code |= flags & PF_W == PF_W && flags & PF_X == PF_X;
            let part = segment.data(endian, bytes).unwrap_or_default();
            let room = MAX_MEASURED.saturating_sub(loaded.len());
            loaded.extend_from_slice(part.get(..room).unwrap_or(part));
        } else if kind == PT_INTERP {
            shape.interpreter = segment.interpreter(endian, bytes).ok().flatten().map(Text::from);
        } else if kind == PT_DYNAMIC {
            dynamic = segment.dynamic(endian, bytes).ok().flatten();
        }
    }
    shape.entropy = entropy(&loaded);
    if let Ok(sections) = header.section_headers(endian, bytes) {
        shape.sections |= !sections.is_empty();
        shape.stripped = !sections.iter().take(MAX_ENTRIES).any(|section| section.sh_type(endian) == SHT_SYMTAB);
    }
    shape.before_prelink = before_prelink::<Elf>(header, endian, bytes);
    shape.is_static = shape.interpreter.is_none() && dynamic.is_none();
    shape.is_library = header.e_type(endian) == ET_DYN && shape.interpreter.is_none() && dynamic.is_some();
    if let Some(dynamic) = dynamic {
        names::<Elf>(&mut shape, bytes, endian, segments, dynamic);
    }
    Some(shape)
}

/// prelink keeps the headers of the file that it changed; the last of them ended it.
fn before_prelink<Elf: FileHeader<Endian = Endianness>>(header: &Elf, endian: Endianness, bytes: &[u8]) -> Option<u64> {
    let sections = header.sections(endian, bytes).ok().filter(|sections| sections.len() <= MAX_ENTRIES)?;
    let (_, undo) = sections.section_by_name(endian, b".gnu.prelink_undo")?;
    let before = Elf::parse(undo.data(endian, bytes).ok()?).ok()?;
    let table = u64::from(before.e_shnum(endian)) * u64::from(before.e_shentsize(endian));
    before.e_shoff(endian).into().checked_add(table)
}

/// Names in the dynamic section: what it needs, and which functions it brings.
fn names<Elf: FileHeader<Endian = Endianness>>(
    shape: &mut ElfShape,
    bytes: &[u8],
    endian: Endianness,
    segments: &[Elf::ProgramHeader],
    dynamic: &[Elf::Dyn],
) {
    let value = |tag| dynamic.iter().find(|entry| entry.tag(endian) == tag).map(|entry| entry.val(endian));
    let (Some(strings_at), Some(length)) = (value(DT_STRTAB), value(DT_STRSZ)) else { return };
    let at = |address: u64, size: u64| {
        segments.iter().find_map(|segment| segment.data_range(endian, bytes, address, size).ok().flatten())
    };
    let Some(strings) = at(strings_at, length) else { return };
    let string = |offset: u64| {
        let rest = strings.get(usize::try_from(offset).ok()?..)?;
        rest.get(..rest.find_byte(0)?)
    };
    let needed = dynamic.iter().filter(|entry| entry.tag(endian) == DT_NEEDED).take(MAX_NAMES);
    shape.needed = needed.filter_map(|entry| string(entry.val(endian)).map(Text::from)).collect();
    if !shape.is_library {
        return;
    }
    // Nothing tells how many symbols there are, but linkers put their names behind them.
    let Some(symbols_at) = value(DT_SYMTAB).filter(|at| *at < strings_at) else { return };
    let size = size_of::<Elf::Sym>() as u64;
    let count = ((strings_at - symbols_at) / size).min(MAX_ENTRIES as u64);
    let table = at(symbols_at, count * size).unwrap_or_default();
    let count = usize::try_from(count).unwrap_or(0);
    let Ok((symbols, _)) = pod::slice_from_bytes::<Elf::Sym>(table, count) else { return };
    let brought = symbols.iter().filter(|symbol| !symbol.is_undefined(endian));
    let hooks = brought.filter_map(|symbol| string(u64::from(symbol.st_name(endian))));
    shape.hooks = hooks.filter(|name| HOOKS.contains(name)).take(MAX_NAMES).map(Text::from).collect();
}

/// Shannon's entropy of the bytes, in percent of the most that it can be.
fn entropy(bytes: &[u8]) -> u8 {
    if bytes.is_empty() {
        return 0;
    }
    let mut counts = [0_u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = bytes.len() as f64;
    let share = |count: &u32| f64::from(*count) / total;
    let bits: f64 = counts.iter().filter(|count| **count > 0).map(|count| -share(count) * share(count).log2()).sum();
    (bits / 8.0 * 100.0).clamp(0.0, 100.0) as u8
}
