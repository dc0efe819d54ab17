//! /etc/passwd, read by keeneye itself: the name service of the host may load an intruder's library.

use super::Plan;
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Account, Event, Refusal, Text};

pub(super) fn look(look: &mut Look<'_>, _: &World, _: &Plan) {
    let path = Text::from("/etc/passwd");
    let Some(text) = look.read(&path) else { return };
    for (index, line) in text.lines().enumerate() {
        if line.trim_ascii().is_empty() || line.starts_with(b"#") {
            continue;
        }
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        match account(line, number) {
            Some(account) => look.saw(Event::AccountSeen(account)),
            None => look.gap(path.clone(), Refusal::Garbled(format!("line {number} is not an account"))),
        }
    }
}

/// A line of passwd(5): name, password, uid, gid, comment, home, shell.
pub(crate) fn account(line: &[u8], number: u32) -> Option<Account> {
    let fields: Vec<&[u8]> = line.split(|b| *b == b':').collect();
    let [name, _, uid, gid, _, home, shell] = fields.as_slice() else { return None };
    let id = |field: &[u8]| field.to_str().ok()?.parse().ok();
    Some(Account {
        name: Text::from(*name),
        uid: id(uid)?,
        gid: id(gid)?,
        home: Text::from(*home),
        shell: Text::from(*shell),
        line: number,
        ..Account::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutated_accounts_never_panic() {
        let real = b"root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n\
            anna:x:1000:1000:Anna,,,:/home/anna:/bin/zsh\n";
        crate::mutate::check(&[real], |bytes| bytes.lines().any(|line| account(line, 1).is_some()));
    }
    #[test]
    fn what_is_no_account_is_refused() {
        for line in ["", "root", "root:x:0:0:root:/root", "root:x:-1:0:root:/root:/bin/sh", "a:x:99999999999:0:::"] {
            assert_eq!(account(line.as_bytes(), 1), None, "{line}");
        }
    }
}
