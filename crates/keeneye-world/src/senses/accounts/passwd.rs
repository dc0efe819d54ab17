//! passwd(5), with glibc's tolerance: what glibc takes for an account is one.

use bstr::ByteSlice;
use keeneye_facts::{Account, Password, Text};

/// A line: name, password, uid, gid, comment, home, shell. Fields from the comment on may be missing.
pub(super) fn account(line: &[u8], number: u32) -> Option<Account> {
    let mut fields = line.splitn(7, |b| *b == b':');
    let name = fields.next().filter(|name| !name.is_empty())?;
    let _password = fields.next()?;
    let (uid, gid) = (id(fields.next()?)?, id(fields.next()?)?);
    let mut text = |skipped| Text::from(fields.nth(skipped).unwrap_or_default());
    let (home, shell) = (text(1), text(0));
    Some(Account { name: Text::from(name), uid, gid, home, shell, line: number, ..Account::default() })
}

/// A number as strtoul(3) reads it: blanks and a sign before it are fine.
fn id(field: &[u8]) -> Option<u32> {
    let digits = field.trim_ascii_start();
    let digits = digits.strip_prefix(b"-").filter(|rest| rest.iter().all(|b| *b == b'0')).unwrap_or(digits);
    digits.to_str().ok()?.parse().ok()
}

/// What the line itself says of the password; `None` for `x`, which points to shadow.
pub(super) fn password(line: &[u8]) -> Option<Password> {
    match line.split(|b| *b == b':').nth(1)? {
        b"x" => None,
        field => Some(super::shadow::password(field)),
    }
}
