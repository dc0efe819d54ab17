//! Records of the audit system, as auditd, the kernel, syslog and journald write them.
//!
//! `type=USER_LOGIN msg=audit(1700000000.123:42): pid=7 ... msg='op=login acct="ann" ... res=success'`. What somebody typed
//! cannot end a value: the kernel and libaudit write values with blanks, quotes or control bytes in hexadecimal. See
//! `audit_log_acct_message` and `audit_value_needs_encoding` of libaudit, `audit_log_untrustedstring` of the kernel.

mod events;
mod groups;
mod kinds;
mod serials;
mod tally;

use bstr::{BStr, ByteSlice};
pub use events::event;
use events::is_execution;
pub use groups::{Event, Groups};
pub use serials::{Serials, missing};
use std::borrow::Cow;
pub use tally::Tally;

/// Between what was written and what auditd adds with `log_format = ENRICHED`: names for the numbers before.
const ENRICHED: u8 = 0x1d;
/// A number that stands for "none": the login number of daemons, the session outside of any.
pub const UNSET: &[u8] = b"4294967295";

/// A record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The machine, where auditd writes it.
    pub node: Option<&'a BStr>,
    /// `USER_LOGIN`; a number where the name is not known.
    pub kind: &'a BStr,
    /// Since 1970.
    pub seconds: i64,
    /// Behind that.
    pub millis: u16,
    /// Records with the same time and number are one event. It begins anew behind 4294967295, and with each start.
    pub serial: u32,
    /// What the record says, without what auditd adds.
    body: &'a [u8],
    /// What auditd adds.
    names: &'a [u8],
}

/// A value as it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    bytes: &'a [u8],
    is_quoted: bool,
}

impl<'a> Record<'a> {
    /// Reads a line of audit.log, or the message of a line of syslog that holds one. `None` for everything else.
    pub fn read(line: &'a [u8]) -> Option<Self> {
        let mut rest = line.trim_ascii();
        let mut node = None;
        if let Some(behind) = rest.strip_prefix(b"node=") {
            let (name, behind) = word(behind);
            (node, rest) = (Some(BStr::new(name)), behind);
        }
        // The kernel's own lines: `audit: type=1112 audit(...): ...`.
        rest = rest.strip_prefix(b"audit: ").unwrap_or(rest);
        let (kind, rest) = word(rest.strip_prefix(b"type=")?);
        let rest = rest.strip_prefix(b"msg=").unwrap_or(rest).strip_prefix(b"audit(")?;
        let (stamp, rest) = rest.split_once_str(")")?;
        let (time, serial) = stamp.split_once_str(":")?;
        let (seconds, fraction) = time.split_once_str(".")?;
        let body = rest.strip_prefix(b":").unwrap_or(rest);
        Some(Self::new(node, kind, body)).and_then(|record| {
            Some(Self {
                seconds: number(seconds)?,
                millis: number(fraction).filter(|millis| *millis < 1000)?,
                serial: number(serial)?,
                ..record
            })
        })
    }

    /// Reads the message of a journal entry whose transport is `audit`: `USER_LOGIN pid=7 ...`. Time and number are fields
    /// of the entry.
    pub fn of_journal(message: &'a [u8], seconds: i64, serial: u32) -> Self {
        let (kind, body) = word(message);
        Self { seconds, serial, ..Self::new(None, kind, body) }
    }

    fn new(node: Option<&'a BStr>, kind: &'a [u8], body: &'a [u8]) -> Self {
        let end = body.find_byte(ENRICHED).unwrap_or(body.len());
        let (body, names) = body.split_at_checked(end).unwrap_or((body, &[]));
        let kind = BStr::new(kinds::name(kind));
        let names = names.get(1..).unwrap_or_default();
        Self { node, kind, seconds: 0, millis: 0, serial: 0, body: body.trim_ascii(), names }
    }

    /// All fields in their order, those inside of `msg='...'` in its place.
    pub fn fields(&self) -> impl Iterator<Item = (&'a BStr, Value<'a>)> {
        let (outer, inner) = self.parts();
        Fields { rest: outer }.chain(Fields { rest: inner })
    }

    /// A field by its name. The kernel's own come first and count; among those inside of `msg='...'` the last one does,
    /// since a name that was looked up may stand before them.
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        let (outer, inner) = self.parts();
        let is_named = |(found, _): &(&BStr, Value<'_>)| *found == name;
        let found = Fields { rest: outer }.find(is_named).or_else(|| Fields { rest: inner }.filter(is_named).last())?;
        found.1.is_known().then_some(found.1)
    }

    /// The name that auditd added for a number: of `auid` it is `AUID`.
    pub fn name_of(&self, name: &str) -> Option<&'a BStr> {
        let found = Fields { rest: self.names }.find(|(found, _)| *found == name)?;
        Some(BStr::new(found.1.bytes)).filter(|name| *name != "unset" && *name != "unknown")
    }

    /// What the kernel says, and what a program said inside of it.
    fn parts(&self) -> (&'a [u8], &'a [u8]) {
        for quote in [b"msg='", b"msg=\""] {
            if let Some(at) = self.body.find(quote) {
                let (outer, rest) = self.body.split_at_checked(at).unwrap_or((self.body, &[]));
                let inner = rest.get(quote.len()..).unwrap_or_default();
                let end = inner.rfind(&quote[4..]).unwrap_or(inner.len());
                return (outer, inner.get(..end).unwrap_or(inner));
            }
        }
        (self.body, &[])
    }
}

impl<'a> Value<'a> {
    /// As it stands there, without quotes.
    pub fn raw(&self) -> &'a BStr {
        BStr::new(self.bytes)
    }

    /// Of a field that holds text: what is not in quotes and can be hexadecimal is.
    pub fn text(&self) -> Cow<'a, [u8]> {
        let is_hex = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
        if self.is_quoted || self.bytes.is_empty() || !self.bytes.iter().all(is_hex) {
            return Cow::Borrowed(self.bytes);
        }
        let (pairs, []) = self.bytes.as_chunks::<2>() else { return Cow::Borrowed(self.bytes) };
        let digit = |byte: u8| if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 };
        Cow::Owned(pairs.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect())
    }

    /// Of a field that holds a number.
    pub fn number(&self) -> Option<u32> {
        number(self.bytes)
    }

    /// Empty, `?` and `(null)` say that it is not known.
    pub fn is_known(&self) -> bool {
        !self.bytes.is_empty() && !matches!(self.bytes, b"?" | b"(null)")
    }
}

/// `name=value` again and again, with other words between them. LOGIN of kernels before 3.14 has `old auid=1 new auid=2`: the
/// names are `old auid` and `auid` then.
struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a BStr, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let end = self.rest.find_byte(b'=')?;
            let (before, value) = self.rest.split_at_checked(end)?;
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            let begin = before.iter().rposition(|byte| !is_name(byte)).map_or(0, |at| at + 1);
            let (words, mut name) = before.split_at_checked(begin)?;
            if let Some(words) = words.strip_suffix(b"old ").filter(|words| words.is_empty() || words.ends_with(b" ")) {
                name = before.get(words.len()..).filter(|_| !name.is_empty()).unwrap_or_default();
            }
            let value = value.get(1..).unwrap_or_default();
            let (value, rest) = split_value(value);
            self.rest = rest;
            if !name.is_empty() {
                return Some((BStr::new(name), value));
            }
        }
    }
}

/// The value, and what follows it. Before 2008 the end was in brackets, with commas: `(hostname=?, addr=?, res=success)`.
fn split_value(text: &[u8]) -> (Value<'_>, &[u8]) {
    if let Some((quote @ (b'"' | b'\''), inner)) = text.split_first() {
        let end = inner.find_byte(*quote).unwrap_or(inner.len());
        let (bytes, rest) = inner.split_at_checked(end).unwrap_or((inner, &[]));
        return (Value { bytes, is_quoted: true }, rest.get(1..).unwrap_or_default());
    }
    let end = text.find_byteset(b" \t\n'").unwrap_or(text.len());
    let (bytes, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
    let bytes = bytes.strip_suffix(b",").unwrap_or(bytes);
    let is_bracketed = bytes.ends_with(b")") && !bytes.contains(&b'(');
    let bytes = if is_bracketed { bytes.strip_suffix(b")").unwrap_or(bytes) } else { bytes };
    (Value { bytes, is_quoted: false }, rest)
}

/// The first word, and what follows the blank behind it.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_once_str(" ").unwrap_or((text, &[]))
}

fn number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| is_number)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: &str = "type=USER_LOGIN msg=audit(1700000000.123:42): pid=7 uid=0 auid=4294967295 ses=4294967295 \
        subj=system_u:system_r:sshd_t:s0 msg='op=login acct=28756E6B6E6F776E207573657229 exe=\"/usr/sbin/sshd\" \
        hostname=? addr=192.0.2.7 terminal=ssh res=failed'\x1dUID=\"root\" AUID=\"unset\"";

    fn said(record: &Record<'_>, name: &str) -> String {
        record.get(name).map_or("-".into(), |value| String::from_utf8_lossy(&value.text()).into_owned())
    }

    #[test]
    fn a_record_in_all_its_shapes() {
        let inner = LOGIN.split_once("): ").expect("a record").1;
        for line in [
            LOGIN.to_owned(),
            format!("node=gate {LOGIN}"),
            format!("audit: type=1112 audit(1700000000.123:42): {inner}"),
        ] {
            let record = Record::read(line.as_bytes()).expect("a record");
            assert_eq!(
                (record.kind, record.seconds, record.millis, record.serial),
                (b"USER_LOGIN".into(), 1_700_000_000, 123, 42)
            );
            assert_eq!((said(&record, "acct"), said(&record, "addr")), ("(unknown user)".into(), "192.0.2.7".into()));
            assert_eq!((said(&record, "hostname"), said(&record, "exe")), ("-".into(), "/usr/sbin/sshd".into()));
            assert_eq!((record.name_of("UID"), record.name_of("AUID")), (Some(b"root".into()), None));
        }
        let record = Record::of_journal(format!("USER_LOGIN {inner}").as_bytes(), 1, 2).kind.to_owned();
        assert_eq!(record, "USER_LOGIN");
        for line in ["", "type=X", "type=X msg=audit(1:2): a=b", "type=X msg=audit(1.5000:2): a=b", "msg=audit(1.1:1):"]
        {
            assert_eq!(Record::read(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn fields_come_in_order_and_flat() {
        let record = Record::read(LOGIN.as_bytes()).expect("a record");
        let names: Vec<String> = record.fields().map(|(name, _)| name.to_string()).collect();
        let expected =
            ["pid", "uid", "auid", "ses", "subj", "op", "acct", "exe", "hostname", "addr", "terminal", "res"];
        assert_eq!(names, expected);
    }

    #[test]
    fn old_records_with_brackets_and_commas() {
        let line = "type=USER_AUTH msg=audit(1200000000.001:9): user pid=7 uid=0 auid=4294967295 msg='PAM: authentication \
            acct=ann : exe=\"/usr/sbin/sshd\" (hostname=?, addr=192.0.2.7, terminal=ssh res=failed)'";
        let record = Record::read(line.as_bytes()).expect("a record");
        let said = |name| said(&record, name);
        assert_eq!([said("acct"), said("addr"), said("hostname"), said("res")], ["ann", "192.0.2.7", "-", "failed"]);
    }

    #[test]
    fn a_login_number_that_replaces_another() {
        let line = "type=LOGIN msg=audit(1300000000.001:9): login pid=7 uid=0 old auid=4294967295 new auid=500 old ses=1 new ses=2";
        let record = Record::read(line.as_bytes()).expect("a record");
        let said = |name| record.get(name).map(|value| value.raw().to_string()).unwrap_or_default();
        assert_eq!(["auid", "ses", "old auid", "old ses"].map(said), ["500", "2", "4294967295", "1"]);
    }

    #[test]
    fn a_name_cannot_bring_fields_of_its_own() {
        let line = "type=USER_LOGIN msg=audit(1700000000.123:42): pid=7 uid=0 msg='op=login hostname=x addr=198.51.100.1 \
            addr=192.0.2.7 terminal=ssh res=failed pid=99'";
        let record = Record::read(line.as_bytes()).expect("a record");
        assert_eq!((said(&record, "addr"), said(&record, "pid")), ("192.0.2.7".into(), "7".into()));
    }

    #[test]
    fn any_bytes_are_borne() {
        let syscall = "type=SYSCALL msg=audit(1700000000.123:42): arch=c000003e syscall=1 key=(null)";
        let parse = |bytes: &[u8]| {
            let Some(record) = Record::read(bytes) else { return false };
            record.fields().for_each(|(_, value)| drop(value.text()));
            drop(event(&"x".into(), 0, &record));
            true
        };
        crate::mutate::check(&[LOGIN.as_bytes(), syscall.as_bytes()], parse);
        (0..LOGIN.len()).for_each(|end| _ = parse(&LOGIN.as_bytes()[..end]));
    }
}
