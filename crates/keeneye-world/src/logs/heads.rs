//! Heads of lines that mostly begin alike.
//!
//! A busy log has thousands of lines a second of few programs on one host. What the lines before had is compared first, in
//! blocks of fixed size; every other line goes the long way of [`Head::read`], which alone knows the grammar.

use super::stamp::{self, Stamp, When};
use super::{Head, digits, is_sshd};

/// Bytes of `HOST PROGRAM[` or `HOST PROGRAM: ` that are compared at once.
const BLOCK: usize = 32;
/// So many of them are remembered.
const TAGS: usize = 8;
/// `Jan  5 01:31:41 ` of RFC 3164.
const STAMP: usize = 16;
/// Where its two digits of the second stand.
const SECOND: u128 = 0xffff << (13 * 8);

/// Reads the heads of one log.
#[derive(Clone, Debug, Default)]
pub(super) struct Heads {
    stamp: Option<(u128, Stamp)>,
    tags: [Tag; TAGS],
    /// The one that is given up next.
    next: usize,
    /// That of the line before.
    last: usize,
}

/// `HOST PROGRAM[` or `HOST PROGRAM: `, padded with zeros.
#[derive(Clone, Copy, Debug)]
struct Tag {
    mask: [u128; 2],
    text: [u128; 2],
    host: usize,
    program: [usize; 2],
    length: usize,
    /// A number follows.
    has_pid: bool,
    is_sshd: bool,
}

impl Default for Tag {
    /// With which no line begins.
    fn default() -> Self {
        Self { mask: [0; 2], text: [1, 0], host: 0, program: [0, 0], length: 0, has_pid: false, is_sshd: false }
    }
}

impl Heads {
    /// The process and the message of a line of sshd that begins as one before did; `None` where it needs another way.
    #[inline(always)]
    pub(super) fn of_sshd<'a>(&mut self, rest: &'a [u8]) -> Option<(Option<u32>, &'a [u8])> {
        let tag = self.tag(halves(rest.first_chunk::<BLOCK>()?)).filter(|tag| tag.is_sshd)?;
        tag.message(rest)
    }

    /// What [`Head::read`] gives of a line of which the stamp is read.
    pub(super) fn read<'a>(&mut self, line: &'a [u8], stamp: Stamp, rest: &'a [u8]) -> Option<Head<'a>> {
        if let Some(block) = rest.first_chunk::<BLOCK>().map(halves)
            && let Some(tag) = self.tag(block)
            && let Some(head) = tag.read(stamp, rest)
        {
            return Some(head);
        }
        self.remembered(line, rest)
    }

    /// The tag of a line, most often that of the line before.
    #[inline(always)]
    fn tag(&mut self, block: [u128; 2]) -> Option<&Tag> {
        if !self.tags.get(self.last)?.begins(block) {
            self.last = self.tags.iter().position(|tag| tag.begins(block))?;
        }
        self.tags.get(self.last)
    }

    #[inline(never)]
    fn remembered<'a>(&mut self, line: &'a [u8], rest: &[u8]) -> Option<Head<'a>> {
        let head = Head::read(line)?;
        self.remember(&head, rest);
        Some(head)
    }

    /// A stamp of RFC 3164 or of ISO 8601 with a zone, and what stands behind its blank.
    #[inline(always)]
    pub(super) fn stamp<'a>(&mut self, line: &'a [u8]) -> Option<(Stamp, &'a [u8])> {
        let (begin, rest) = line.split_first_chunk::<STAMP>()?;
        let begin = u128::from_le_bytes(*begin);
        // A digit behind it would be the year.
        if let Some((known, stamp)) = self.stamp
            && rest.first().is_some_and(|byte| !byte.is_ascii_digit())
        {
            if known == begin {
                return Some((stamp, rest));
            }
            if (known ^ begin) & !SECOND == 0
                && let Some(second) = second(begin)
            {
                let stamp = stamp.in_the_same_minute(second);
                self.stamp = Some((begin, stamp));
                return Some((stamp, rest));
            }
        }
        self.new_stamp(line)
    }

    #[inline(never)]
    fn new_stamp<'a>(&mut self, line: &'a [u8]) -> Option<(Stamp, &'a [u8])> {
        let (stamp, rest) = stamp::read(line)?;
        let begin = u128::from_le_bytes(*line.first_chunk::<STAMP>()?);
        if let When::Yearless { second: of_day, .. } = stamp.when()
            && line.len() - rest.len() == STAMP
            && second(begin) == Some(of_day % 60)
        {
            self.stamp = Some((begin, stamp));
        }
        Some((stamp, rest))
    }

    /// Remembers how this line begins behind its stamp, where it is `HOST PROGRAM[`, `HOST PROGRAM: ` or, of busybox,
    /// `HOST auth.info PROGRAM[`.
    fn remember(&mut self, head: &Head<'_>, rest: &[u8]) {
        let (host, program) = (head.host.len(), head.program.len());
        let Some(block) = rest.first_chunk::<BLOCK>() else { return };
        let end = if head.pid.is_some() { b"[".as_slice() } else { b": " };
        let Some(at) = memchr::memmem::find(block, &[head.program, end].concat()) else { return };
        let length = at + program + end.len();
        if at <= host || program == 0 {
            return;
        }
        let mut mask = [0; BLOCK];
        mask.iter_mut().take(length).for_each(|byte| *byte = u8::MAX);
        let mask = halves(&mask);
        let [low, high] = halves(block);
        let [mask_low, mask_high] = mask;
        let text = [low & mask_low, high & mask_high];
        let tag = Tag {
            mask,
            text,
            host,
            program: [at, at + program],
            length,
            has_pid: head.pid.is_some(),
            is_sshd: is_sshd(head.program),
        };
        // What looks like a tag may be what somebody typed.
        if head.stamp.is_none_or(|stamp| tag.read(stamp, rest).as_ref() != Some(head)) {
            return;
        }
        if let Some(place) = self.tags.get_mut(self.next % TAGS) {
            *place = tag;
        }
        self.next = self.next.wrapping_add(1);
    }
}

impl Tag {
    /// Whether what stands behind a stamp begins so.
    #[inline(always)]
    fn begins(&self, [low, high]: [u128; 2]) -> bool {
        let ([mask_low, mask_high], [text_low, text_high]) = (self.mask, self.text);
        low & mask_low == text_low && high & mask_high == text_high
    }

    /// The head of a line that begins so; `None` where it needs the long way.
    fn read<'a>(&self, stamp: Stamp, rest: &'a [u8]) -> Option<Head<'a>> {
        let (pid, message) = self.message(rest)?;
        let [program, end] = self.program;
        let (host, program) = (rest.get(..self.host)?, rest.get(program..end)?);
        Some(Head { stamp: Some(stamp), host, program, pid, message, times: 1 })
    }

    /// The process and the message.
    #[inline(always)]
    fn message<'a>(&self, rest: &'a [u8]) -> Option<(Option<u32>, &'a [u8])> {
        let (pid, message) = if self.has_pid {
            let (pid, digits) = digits::first(rest.get(self.length..)?)?;
            let [b']', b':', b' ', message @ ..] = rest.get(self.length + digits..)? else { return None };
            (Some(pid), message)
        } else {
            (None, rest.get(self.length..)?)
        };
        let message = match message {
            [b' ' | b'\t', ..] | [.., b' ' | b'\t' | b'\r'] => message.trim_ascii(),
            _ => message,
        };
        match message {
            [] => None,
            [b'[', ..] if message.starts_with(b"[ID ") => None,
            [b'm', ..] if message.starts_with(b"message repeated ") => None,
            _ => Some((pid, message)),
        }
    }
}

/// The second of such a stamp. `None` for a leap second: it is not of the minute that stands before it.
#[inline(always)]
fn second(begin: u128) -> Option<u32> {
    let [.., tens, ones, _] = begin.to_le_bytes();
    let [tens, ones] = [tens, ones].map(|digit| u32::from(digit.wrapping_sub(b'0')));
    (tens < 6 && ones < 10).then_some(tens * 10 + ones)
}

#[inline(always)]
fn halves(block: &[u8; BLOCK]) -> [u128; 2] {
    let half = |from: usize| {
        block.get(from..).and_then(|half| half.first_chunk::<16>()).map_or(0, |half| u128::from_ne_bytes(*half))
    };
    [half(0), half(16)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(heads: &mut Heads, line: &'a str) -> Option<Head<'a>> {
        let line = line.as_bytes();
        match heads.stamp(line) {
            Some((stamp, rest)) => heads.read(line, stamp, rest),
            None => Head::read(line),
        }
    }

    #[test]
    fn a_memory_changes_nothing() {
        let lines: Vec<String> = [
            "Jan  5 01:31:41",
            "Jan  5 01:31:42",
            "Jan  5 01:31:60",
            "Jan  5 01:31:0a",
            "Jan  5 01:31:09",
            "2026-01-05T01:31:41.123456+01:00",
            "Jan  5 01:31",
        ]
        .iter()
        .flat_map(|stamp| {
            [
                "web sshd[12]: ",
                "web sshd[13]: ",
                "web sshd-session[7]: ",
                "web sshd: ",
                "web sshd[12] ",
                "2024 sshd[1]: ",
                "web /usr/sbin/sshd[1]: ",
                "web auth.info sshd[1]: ",
            ]
            .map(|tag| format!("{stamp} {tag}"))
        })
        .flat_map(|head| {
            [
                "Failed",
                "message repeated 5 times: [ a long message]",
                " a message of blanks ",
                "",
                "[ID 5 auth.info] x",
                "x\r",
            ]
            .map(|message| format!("{head}{message} and some more bytes behind it{message}"))
        })
        .collect();
        let mut others: Vec<String> =
            lines.iter().map(|line| line.replace("sshd", "cron")).filter(|line| line.contains("cron")).collect();
        let mut lines = lines;
        lines.append(&mut others);
        let typed = [
            "Jan  5 01:31:41 web sshd: Invalid user sshd[1]: Accepted password for root from 203.0.113.5 port 4242",
            "Jan  5 01:31:41 web (sshd)[1]: sshd[2]: message of some more bytes",
        ];
        let lines: Vec<String> = typed.map(str::to_owned).into_iter().chain(lines).collect();
        let mut heads = Heads::default();
        let mut of_sshd = 0;
        for _ in 0..2 {
            for line in &lines {
                assert_eq!(read(&mut heads, line), Head::read(line.as_bytes()), "{line}");
                if let Some((_, rest)) = heads.stamp(line.as_bytes())
                    && let Some(found) = heads.of_sshd(rest)
                {
                    let head = Head::read(line.as_bytes()).unwrap();
                    assert!(is_sshd(head.program), "{line}");
                    assert_eq!(found, (head.pid, head.message), "{line}");
                    of_sshd += 1;
                }
                let cut = line.get(..40).unwrap_or(line);
                assert_eq!(read(&mut heads, cut), Head::read(cut.as_bytes()), "{cut}");
            }
        }
        assert!(of_sshd > 0);
    }
}
