//! What the tools of shadow say when they change accounts and groups, and busybox's adduser.

use super::Said;
use super::line::number;
use super::switch::{split, split_last};
use keeneye_facts::LogKind;

/// useradd, usermod, userdel, groupadd, groupmod, groupdel, gpasswd, passwd, chage, chfn, chsh, newusers.
pub(super) fn said(text: &[u8]) -> Option<Said<'_>> {
    added(text).or_else(|| removed(text)).or_else(|| changed(text)).or_else(|| group(text)).or_else(|| password(text))
}

/// `new user: name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/sh, from=/dev/pts/0`, `new group: name=bob`.
fn added(text: &[u8]) -> Option<Said<'_>> {
    let (kind, rest) = match text.strip_prefix(b"new user: ") {
        Some(rest) => (LogKind::AccountAdded, rest),
        None => {
            let group = text.strip_prefix(b"new group: ");
            // Of the two lines for group and gshadow, the first counts.
            (LogKind::GroupAdded, group.or_else(|| text.strip_prefix(b"group added to /etc/group: "))?)
        }
    };
    let field = |name: &[u8]| {
        let rest = rest.get(memchr::memmem::find(rest, name)? + name.len()..)?;
        Some(rest.split(|byte| *byte == b',').next().unwrap_or_default())
    };
    let name = field(b"name=")?;
    if kind == LogKind::GroupAdded {
        return Some(Said { group: Some(name), ..Said::new(kind) });
    }
    let tty = field(b"from=").and_then(|tty| tty.strip_prefix(b"/dev/"));
    Some(Said { uid: field(b"UID=").and_then(number), tty, ..Said::new(kind).user(name) })
}

/// `delete user 'bob'`, `group 'bob' removed`, `removed group 'bob' owned by 'bob'`.
fn removed(text: &[u8]) -> Option<Said<'_>> {
    if let Some(user) = text.strip_prefix(b"delete user '") {
        return Some(Said::new(LogKind::AccountRemoved).user(user.strip_suffix(b"'").unwrap_or(user)));
    }
    let of_user = text.strip_prefix(b"removed group '").and_then(|rest| split(rest, b"' owned by "));
    let alone = || text.strip_prefix(b"group '").and_then(|rest| split(rest, b"' removed"));
    let (name, rest) = of_user.or_else(alone)?;
    // `group 'bob' removed from /etc/gshadow` says it once more.
    let again = rest.ends_with(b"gshadow");
    Some(if again { Said::default() } else { Said { group: Some(name), ..Said::new(LogKind::GroupRemoved) } })
}

/// `change user 'bob' shell from '/bin/sh' to '/bin/bash'`, `lock user 'bob' password`, `changed user 'bob' shell to`.
fn changed(text: &[u8]) -> Option<Said<'_>> {
    let begin =
        [b"change user '".as_slice(), b"lock user '", b"unlock user '", b"changed user '", b"change user name '"];
    if let Some(rest) = begin.iter().find_map(|begin| text.strip_prefix(*begin)) {
        let (user, what) = split(rest, b"' ")?;
        let kind = if what == b"password" && text.starts_with(b"change ") {
            LogKind::PasswordChanged
        } else {
            LogKind::AccountChanged
        };
        let uid = what.strip_prefix(b"UID from '").and_then(|rest| split_last(rest, b"' to '"));
        let uid = uid.and_then(|(_, to)| number(to.strip_suffix(b"'")?));
        return Some(Said { uid, ..Said::new(kind).user(user) });
    }
    let user = text.strip_prefix(b"changed password expiry for ")?;
    Some(Said::new(LogKind::AccountChanged).user(user))
}

/// `add 'bob' to group 'sudo'`, `delete 'bob' from group 'sudo'`, `user bob added by root to group sudo`.
fn group(text: &[u8]) -> Option<Said<'_>> {
    let said = Said::new(LogKind::GroupChanged);
    let begin = [(b"add '".as_slice(), b"' to ".as_slice()), (b"delete '", b"' from ")];
    for (begin, middle) in begin {
        let Some(rest) = text.strip_prefix(begin) else { continue };
        let (user, rest) = split(rest, middle)?;
        let group = rest.strip_prefix(b"group '").and_then(|group| group.strip_suffix(b"'"));
        // The shadow group gets the same member a moment later.
        return Some(group.map_or_else(Said::default, |group| Said { group: Some(group), ..said.user(user) }));
    }
    if let Some(rest) = text.strip_prefix(b"user ") {
        let (user, rest) = split(rest, b" added by ").or_else(|| split(rest, b" removed by "))?;
        let (by, group) = split(rest, b" to group ").or_else(|| split(rest, b" from group "))?;
        return Some(Said { by: Some(by), group: Some(group), ..said.user(user) });
    }
    if let Some(rest) =
        text.strip_prefix(b"members of group ").or_else(|| text.strip_prefix(b"administrators of group "))
    {
        let (group, rest) = split(rest, b" set by ")?;
        let (by, _) = split(rest, b" to ").unwrap_or((rest, b""));
        return Some(Said { by: Some(by), group: Some(group), ..said });
    }
    // `group changed in /etc/group (group bob/1001, new gid: 1002)`
    let rest = text.strip_prefix(b"group changed in /etc/group (group ")?;
    let group = rest.split(|byte| *byte == b'/' || *byte == b',').next();
    Some(Said { group, ..said })
}

/// `password for 'bob' changed by 'root'` of passwd and chpasswd without PAM.
fn password(text: &[u8]) -> Option<Said<'_>> {
    let (user, by) = split_last(text.strip_prefix(b"password for ")?, b" changed by ")?;
    let [user, by] =
        [user, by].map(|name| name.strip_prefix(b"'").and_then(|name| name.strip_suffix(b"'")).unwrap_or(name));
    Some(Said { by: Some(by), ..Said::new(LogKind::PasswordChanged).user(user) })
}
