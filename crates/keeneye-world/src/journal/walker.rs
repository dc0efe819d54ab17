//! Visits the objects of a journal one after the other.

use super::kept::Kept;
use super::payload::Unpacker;
use super::{Field, Header, Sequence, id_at, u32_at, u64_at};

/// Of an object so many bytes are looked at; longer values are core dumps and the like.
const MAX_OBJECT: usize = 1 << 20;
/// Bytes of an object: the longest value that journald writes has 768 MiB.
const LARGEST: u64 = 1 << 30;
/// Bytes of an entry: journald refuses more than 1024 fields.
const MAX_ENTRY: u64 = 64 + 16 * 4096;
/// Memory for lines, in MiB, and for all other values.
const MESSAGES_MIB: usize = 27;
const OTHERS_MIB: usize = 11;
const WRITERS_MIB: usize = 4;
/// Damaged places that are told one by one.
const MAX_DAMAGE: usize = 1_000;
/// Bits of the filter: exact in files up to 128 MiB, as large as journald makes them by default.
const FILTER_BITS: u64 = 1 << 24;
/// Bytes of the header of an object.
const HEAD: usize = 16;

const DATA: u8 = 1;
const FIELD: u8 = 2;
const ENTRY: u8 = 3;
const TAG: u8 = 7;

/// An entry with those of its fields that were kept.
pub struct Entry<'a> {
    /// Where it stands in the file.
    pub at: u64,
    /// Its number.
    pub seqnum: u64,
    /// When it was written, in microseconds since 1970.
    pub realtime: u64,
    /// The same since the system started.
    pub monotonic: u64,
    /// Which start that was: `_BOOT_ID`.
    pub boot: [u8; 16],
    /// None of its values was forgotten by now, because there were too many.
    pub is_whole: bool,
    values: [Option<&'a [u8]>; Field::COUNT],
}

impl<'a> Entry<'a> {
    /// The first value of a field.
    pub fn get(&self, field: Field) -> Option<&'a [u8]> {
        self.values.get(field as usize).copied().flatten()
    }
}

/// Number and time of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its number.
    pub seqnum: u64,
    /// Microseconds since 1970.
    pub realtime: u64,
}

/// Bytes that are no objects, where objects should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where they begin.
    pub from: u64,
    /// Where the next object begins.
    pub to: u64,
}

/// How the reading ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// Behind the last object that the header names, or a later one.
    Whole,
    /// The file ended before.
    Truncated,
    /// It has flags that nobody knew when this was written.
    Unsupported(u32),
    /// Another format.
    #[default]
    NotJournal,
}

/// What was found out about a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its header, where there is one.
    pub header: Option<Header>,
    /// Objects that were visited.
    pub objects: u64,
    /// Entries among them.
    pub entries: u64,
    /// The first entry.
    pub first: Option<Stamp>,
    /// The last one.
    pub last: Option<Stamp>,
    /// Entries whose number is not above the one before.
    pub unordered: u64,
    /// The numbers of all entries.
    pub sequence: Sequence,
    /// Bytes that were read before the end.
    pub read_to: u64,
    /// How it ended.
    pub end: End,
    /// Damaged places; the first thousand.
    pub damage: Vec<Damage>,
    /// Bytes of all of them.
    pub damaged: u64,
    /// Values that are longer than is read of them.
    pub cut: u64,
    /// Values that could not be unpacked.
    pub unreadable: u64,
    /// How often an entry names a value that was forgotten for want of memory; exact in files up to 128 MiB.
    pub lost: u64,
}

/// Takes a journal in pieces, forward. Memory is that of the values that are kept, 50 MiB at most.
pub struct Walker {
    facts: Facts,
    unpacker: Unpacker,
    messages: Kept,
    others: Kept,
    /// Who wrote, as the kernel tells: few different values, that nobody pushes out with names that he makes up.
    writers: Kept,
    filter: Vec<u64>,
    /// The place of what comes next, of `buffer` where that is not empty.
    at: u64,
    buffer: Vec<u8>,
    needed: usize,
    skip: u64,
    last_object: u64,
    /// Where zeros begin behind the last object that the header names: reserved bytes, unless an object follows.
    reserved: Option<u64>,
    is_over: bool,
}

/// Which values are kept.
type Keep<'k> = &'k mut dyn FnMut(Field, &[u8]) -> bool;
type Each<'e> = &'e mut dyn FnMut(&Entry<'_>);

enum Step {
    /// Goes on when there are so many bytes from here.
    Need(usize),
    /// These were used; they may be more than there are.
    Take(u64),
}

impl Default for Walker {
    fn default() -> Self {
        Self {
            facts: Facts::default(),
            unpacker: Unpacker::new(),
            messages: Kept::new(MESSAGES_MIB),
            others: Kept::new(OTHERS_MIB),
            writers: Kept::new(WRITERS_MIB),
            filter: vec![0; (FILTER_BITS / 64) as usize],
            at: 0,
            buffer: Vec::new(),
            needed: Header::SHORTEST,
            skip: 0,
            last_object: 0,
            reserved: None,
            is_over: false,
        }
    }
}

impl Walker {
    /// Takes the next bytes. `keep` says whether a value will be wanted: it comes before every entry that has it, mostly
    /// right before the first. `each` gets the entries.
    pub fn feed(&mut self, mut bytes: &[u8], keep: Keep<'_>, each: Each<'_>) {
        while !self.is_over {
            let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
            bytes = bytes.get(skipped..).unwrap_or_default();
            self.skip -= skipped as u64;
            if bytes.is_empty() {
                return;
            }
            if self.buffer.is_empty() {
                match self.step(bytes, keep, each) {
                    Step::Take(taken) => self.skip = taken,
                    Step::Need(needed) => {
                        self.needed = needed;
                        self.buffer.extend_from_slice(bytes);
                        return;
                    }
                }
            } else {
                let missing = self.needed.saturating_sub(self.buffer.len()).min(bytes.len());
                let (head, rest) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
                self.buffer.extend_from_slice(head);
                bytes = rest;
                if self.buffer.len() < self.needed {
                    return;
                }
                let buffer = std::mem::take(&mut self.buffer);
                match self.step(&buffer, keep, each) {
                    Step::Need(needed) => (self.needed, self.buffer) = (needed, buffer),
                    Step::Take(taken) => {
                        let used = usize::try_from(taken).unwrap_or(usize::MAX).min(buffer.len());
                        self.skip = taken - used as u64;
                        self.buffer = buffer.get(used..).unwrap_or_default().to_vec();
                        // What is left is the beginning of the next object.
                        self.needed = HEAD.max(self.buffer.len());
                    }
                }
            }
        }
    }

    /// The file has ended.
    pub fn finish(mut self) -> Facts {
        if let (Some(header), End::NotJournal) = (self.facts.header, self.facts.end) {
            let is_between = self.skip == 0 && self.buffer.iter().all(|byte| *byte == 0);
            let is_whole = is_between && self.last_object >= header.tail_object;
            self.facts.end = if is_whole { End::Whole } else { End::Truncated };
        }
        self.facts.read_to = self.reserved.unwrap_or(self.at - self.skip);
        self.facts.unreadable = self.unpacker.unreadable;
        self.facts
    }

    fn step(&mut self, window: &[u8], keep: Keep<'_>, each: Each<'_>) -> Step {
        let step = match self.facts.header {
            None => self.header(window),
            Some(header) => self.object(&header, window, keep, each),
        };
        if let Step::Take(taken) = step {
            self.at = self.at.saturating_add(taken);
        }
        step
    }

    fn header(&mut self, window: &[u8]) -> Step {
        if window.len() < Header::SHORTEST {
            return Step::Need(Header::SHORTEST);
        }
        let Some(header) = Header::read(window) else {
            self.is_over = true;
            return Step::Take(0);
        };
        self.facts.header = Some(header);
        self.facts.sequence.id = header.seqnum_id;
        if header.unknown_flags() != 0 {
            self.facts.end = End::Unsupported(header.unknown_flags());
            self.is_over = true;
        }
        Step::Take(header.header_size)
    }

    fn object(&mut self, header: &Header, window: &[u8], keep: Keep<'_>, each: Each<'_>) -> Step {
        if window.len() < HEAD {
            return Step::Need(HEAD);
        }
        let (kind, flags, size) =
            (window.first().copied().unwrap_or_default(), window.get(1).copied(), u64_at(window, 8));
        let flags = flags.unwrap_or_default();
        if !is_object(header, window, self.at) {
            return self.pass_over(header, window);
        }
        if let Some(from) = self.reserved.take() {
            self.damage(from, self.at);
        }
        let wanted = usize::try_from(size).unwrap_or(usize::MAX).min(MAX_OBJECT);
        if matches!(kind, DATA | ENTRY) && window.len() < wanted {
            return Step::Need(wanted);
        }
        let object = window.get(..wanted).unwrap_or_default();
        match kind {
            DATA => self.data(header, flags, object, keep),
            ENTRY => self.entry(header, object, each),
            _ => {}
        }
        self.facts.objects += 1;
        self.last_object = self.at;
        Step::Take(size.next_multiple_of(8))
    }

    /// No object: reserved bytes, or a place that is damaged.
    fn pass_over(&mut self, header: &Header, window: &[u8]) -> Step {
        // Objects begin at multiples of eight.
        let zeros = window.chunks_exact(8).take_while(|word| **word == [0; 8]).count();
        let length = 8 * zeros.max(1) as u64;
        if zeros > 0 && self.last_object >= header.tail_object {
            self.reserved.get_or_insert(self.at);
        } else {
            let from = self.reserved.take().unwrap_or(self.at);
            self.damage(from, self.at + length);
        }
        Step::Take(length)
    }

    fn damage(&mut self, from: u64, to: u64) {
        self.facts.damaged += to - from;
        if let Some(damage) = self.facts.damage.last_mut().filter(|damage| damage.to == from) {
            damage.to = to;
        } else if self.facts.damage.len() < MAX_DAMAGE {
            self.facts.damage.push(Damage { from, to });
        }
    }

    fn data(&mut self, header: &Header, flags: u8, object: &[u8], keep: Keep<'_>) {
        let payload = object.get(if header.is_compact() { 72 } else { 64 }..).unwrap_or_default();
        let Some(value) = self.unpacker.value(flags, payload) else { return };
        if !keep(value.field, value.value) {
            return;
        }
        self.facts.cut += u64::from(value.is_cut);
        let kept = match value.field {
            Field::Message => &mut self.messages,
            Field::Uid | Field::Exe | Field::Transport => &mut self.writers,
            _ => &mut self.others,
        };
        kept.add(self.at, value.field, value.value);
        let (word, bit) = filter_place(self.at);
        if let Some(word) = self.filter.get_mut(word) {
            *word |= bit;
        }
    }

    fn entry(&mut self, header: &Header, object: &[u8], each: Each<'_>) {
        let mut entry = Entry {
            at: self.at,
            seqnum: u64_at(object, 16),
            realtime: u64_at(object, 24),
            monotonic: u64_at(object, 32),
            boot: id_at(object, 40),
            is_whole: true,
            values: [None; Field::COUNT],
        };
        let items = object.get(64..).unwrap_or_default();
        let mut lost = 0;
        for item in items.chunks_exact(if header.is_compact() { 4 } else { 16 }) {
            let at = if header.is_compact() { u64::from(u32_at(item, 0)) } else { u64_at(item, 0) };
            let (word, bit) = filter_place(at);
            if self.filter.get(word).is_none_or(|word| word & bit == 0) {
                continue;
            }
            let pools = [&self.writers, &self.others, &self.messages];
            let Some((field, value)) = pools.into_iter().find_map(|pool| pool.get(at)) else {
                lost += 1;
                continue;
            };
            if let Some(place) = entry.values.get_mut(field as usize) {
                place.get_or_insert(value);
            }
        }
        entry.is_whole = lost == 0;
        each(&entry);
        let stamp = Stamp { seqnum: entry.seqnum, realtime: entry.realtime };
        let facts = &mut self.facts;
        facts.lost += lost;
        facts.entries += 1;
        facts.unordered += u64::from(facts.last.is_some_and(|last| last.seqnum >= stamp.seqnum));
        facts.first.get_or_insert(stamp);
        facts.last = Some(stamp);
        facts.sequence.add(stamp.seqnum, stamp.realtime);
    }
}

/// Word and bit of the filter for a place in the file: most values that an entry names are not kept, and a look-up costs
/// far more than a bit.
fn filter_place(at: u64) -> (usize, u64) {
    let number = at / 8 % FILTER_BITS;
    ((number / 64) as usize, 1 << (number % 64))
}

/// Whether an object can begin here.
fn is_object(header: &Header, window: &[u8], at: u64) -> bool {
    let (kind, flags, size) = match window {
        [kind, flags, 0, 0, 0, 0, 0, 0, ..] => (*kind, *flags, u64_at(window, 8)),
        _ => return false,
    };
    let least = match kind {
        DATA if header.is_compact() => 72,
        DATA | ENTRY | TAG => 64,
        FIELD => 40,
        4..=6 => 16,
        _ => return false,
    };
    // A header that contradicts itself is no bound.
    let arena = header.header_size.saturating_add(header.arena_size);
    let end = if header.tail_object < arena && header.arena_size > 0 { arena } else { u64::MAX };
    let is_packed = kind == DATA && matches!(flags, 1 | 2 | 4);
    let fits = at.checked_add(size).is_some_and(|behind| behind <= end);
    (least..=LARGEST).contains(&size) && fits && (flags == 0 || is_packed) && (kind != ENTRY || size <= MAX_ENTRY)
}
