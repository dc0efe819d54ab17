//! Where values begin and end on a line of a shell, of settings or of JSON.

use bstr::ByteSlice;

/// How far the end of a quoted part within a word is looked for.
const MAX_PART: usize = 1_024;
/// Where files are: a path that begins so is the name of a file, and no password.
const TOPS: [&[u8]; 22] = [
    b"/bin/", b"/boot/", b"/data/", b"/dev/", b"/etc/", b"/home/", b"/lib/", b"/lib64/", b"/media/", b"/mnt/",
    b"/opt/", b"/proc/", b"/root/", b"/run/", b"/sbin/", b"/srv/", b"/sys/", b"/tmp/", b"/usr/", b"/var/", b"~/",
    b"./",
];
/// Words that switch something.
const SWITCHES: [&[u8]; 12] =
    [b"yes", b"no", b"true", b"false", b"on", b"off", b"none", b"null", b"0", b"1", b"-1", b"prohibit-password"];

/// Which quote is open at a place of a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quotes(pub(super) Option<u8>);

impl Quotes {
    /// Goes over these bytes.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        let mut escaped = false;
        for byte in bytes {
            match (*byte, self.0) {
                _ if escaped => escaped = false,
                (b'\\', None | Some(b'"')) => escaped = true,
                (quote @ (b'"' | b'\''), None) => self.0 = Some(quote),
                (quote, Some(open)) if quote == open => self.0 = None,
                _ => (),
            }
        }
    }
}

pub(super) fn is_quote(byte: u8) -> bool {
    byte == b'"' || byte == b'\''
}

/// [`super::mask_arguments`] has another byte for the blanks within an argument.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | super::JOINED)
}

/// The first place from `from` on whose byte does not fit.
pub(super) fn skip(line: &[u8], from: usize, fits: impl Fn(u8) -> bool) -> usize {
    line.iter().skip(from).position(|b| !fits(*b)).map_or(line.len(), |length| from + length)
}

/// Blanks, and ends of lines that a backslash takes away.
pub(super) fn skip_blanks(line: &[u8], mut at: usize) -> usize {
    loop {
        at = skip(line, at, is_blank);
        let Some(rest) = line.get(at..) else { return at };
        match rest {
            [b'\\', b'\n', ..] => at += 2,
            [b'\\', b'\r', b'\n', ..] => at += 3,
            _ => return at,
        }
    }
}

/// From where to where the value goes that begins at `from`, without quotes around it.
pub(super) fn extent(line: &[u8], from: usize, quotes: Quotes) -> (usize, usize) {
    match line.get(from..).unwrap_or_default() {
        // `\"value\"` within quotes.
        [b'\\', quote @ (b'"' | b'\''), rest @ ..] => {
            let end = rest.find([b'\\', *quote]).unwrap_or(rest.len());
            (from + 2, from + 2 + end)
        }
        [quote @ (b'"' | b'\''), ..] if quotes.0 != Some(*quote) => {
            let end = closing(line, from + 1, *quote, usize::MAX).unwrap_or(line.len());
            // `'a'\''b'` is one word.
            let goes_on = line.get(end + 1).is_some_and(|b| is_quote(*b) || *b == b'\\' || b.is_ascii_alphanumeric());
            match goes_on {
                true => (from + 1, word_end(line, end + 1, quotes)),
                false => (from + 1, end),
            }
        }
        _ => (from, word_end(line, from, quotes)),
    }
}

/// Where the quote ends that opened before `from`.
pub(super) fn closing(line: &[u8], from: usize, quote: u8, limit: usize) -> Option<usize> {
    let mut escaped = false;
    let position = line.iter().skip(from).take(limit).position(|byte| {
        let ends = !escaped && *byte == quote;
        escaped = !escaped && quote == b'"' && *byte == b'\\';
        ends
    });
    position.map(|length| from + length)
}

fn word_end(line: &[u8], mut at: usize, quotes: Quotes) -> usize {
    while let Some(byte) = line.get(at) {
        match *byte {
            b'\\' if quotes.0 != Some(b'\'') => at += 2,
            byte if byte.is_ascii_whitespace() || b";&|)}".contains(&byte) || quotes.0 == Some(byte) => return at,
            quote if is_quote(quote) => match closing(line, at + 1, quote, MAX_PART) {
                Some(end) => at = end + 1,
                None => return at,
            },
            _ => at += 1,
        }
    }
    at.min(line.len())
}

/// Here begins what stands for a value elsewhere: a variable, a substitution, a path.
pub(super) fn is_reference(rest: &[u8]) -> bool {
    let bounded = |from: usize| rest.get(from).is_none_or(|b| b.is_ascii_whitespace() || b"\\\"'&,;|)".contains(b));
    let name_end = |from: usize| Some(skip(rest, from, is_letter)).filter(|end| *end > from);
    match rest {
        [] | [b'`', ..] | [b'$', b'(', ..] => true,
        [b'$', b'{', ..] => name_end(2).is_some_and(|end| rest.get(end) == Some(&b'}') && bounded(end + 1)),
        [b'$', ..] => name_end(1).is_some_and(bounded),
        _ => TOPS.iter().any(|top| rest.starts_with(top)),
    }
}

/// A word that switches something.
pub(super) fn is_switch(value: &[u8]) -> bool {
    SWITCHES.contains(&value)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Overwrites, ends of lines excepted.
pub(super) fn hide(line: &mut [u8], from: usize, to: usize) {
    for byte in line.get_mut(from..to).unwrap_or_default() {
        if *byte != b'\n' && *byte != b'\r' {
            *byte = b'*';
        }
    }
}
