//! What the tools of shadow say when they change accounts and groups, and busybox's adduser.

use super::line::{number, word};
use super::split::{split, split_last};
use super::{Change, Said};
use keeneye_facts::{Changed, LogKind};

/// useradd, usermod, userdel, groupadd, groupmod, groupdel, gpasswd, passwd, chage, chfn, chsh, newusers.
pub(super) fn said(text: &[u8]) -> Option<Said<'_>> {
    added(text).or_else(|| removed(text)).or_else(|| changed(text)).or_else(|| group(text)).or_else(|| password(text))
}

/// `new user: name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/sh, from=/dev/pts/0`, `new group: name=bob`.
fn added(text: &[u8]) -> Option<Said<'_>> {
    let (kind, rest) = match text.strip_prefix(b"new user: ") {
        Some(rest) => (LogKind::AccountAdded, rest),
        // groupadd says it of each file, and then once more of the group.
        None if text.starts_with(b"group added to ") => return Some(Said::default()),
        None => (LogKind::GroupAdded, text.strip_prefix(b"new group: ")?),
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
    let uid = field(b"UID=");
    let change = uid.map(|after| Change { after, ..Change::new(Changed::Uid) });
    Some(Said { uid: uid.and_then(number), tty, change, ..Said::new(kind).user(name) })
}

/// `delete user 'bob'`, `group 'bob' removed`, `removed group 'bob' owned by 'bob'`.
fn removed(text: &[u8]) -> Option<Said<'_>> {
    if let Some(user) = text.strip_prefix(b"delete user '") {
        return Some(Said::new(LogKind::AccountRemoved).user(user.strip_suffix(b"'").unwrap_or(user)));
    }
    let of_user = text.strip_prefix(b"removed group '").and_then(|rest| split(rest, b"' owned by "));
    let alone = || text.strip_prefix(b"group '").and_then(|rest| split(rest, b"' removed"));
    let (name, rest) = of_user.or_else(alone)?;
    // groupdel says it of each file, and then once more of the group.
    let again = rest.starts_with(b" from ");
    Some(if again { Said::default() } else { Said { group: Some(name), ..Said::new(LogKind::GroupRemoved) } })
}

/// `change user 'bob' shell from '/bin/sh' to '/bin/bash'`, `lock user 'bob' password`, `changed user 'bob' shell to
/// '/bin/bash'`, `change user name 'bob' to 'rob'`, `changed password expiry for bob`.
fn changed(text: &[u8]) -> Option<Said<'_>> {
    let said = Said::new(LogKind::AccountChanged);
    let with = |what| Some(Change::new(what));
    if let Some(user) = text.strip_prefix(b"changed password expiry for ") {
        return Some(Said { change: with(Changed::PasswordAge), ..said.user(user) });
    }
    if let Some(names) = text.strip_prefix(b"change user name '") {
        let (before, after) = split(names.strip_suffix(b"'")?, b"' to '")?;
        let change = Change { what: Changed::Name, before, after };
        return Some(Said { change: Some(change), ..said.user(before) });
    }
    for (begin, what) in [(b"lock user '".as_slice(), Changed::Locked), (b"unlock user '", Changed::Unlocked)] {
        if let Some(rest) = text.strip_prefix(begin) {
            return Some(Said { change: with(what), ..said.user(split(rest, b"' ")?.0) });
        }
    }
    let rest = text.strip_prefix(b"change user '").or_else(|| text.strip_prefix(b"changed user '"))?;
    let (user, what) = split(rest, b"' ")?;
    if what == b"password" {
        return Some(Said::new(LogKind::PasswordChanged).user(user));
    }
    let change = field(what);
    let uid = change.filter(|change| change.what == Changed::Uid).and_then(|change| number(change.after));
    Some(Said { uid, change, ..said.user(user) })
}

/// `shell from '/bin/sh' to '/bin/bash'` of usermod, `shell to '/bin/bash'` of chsh, `information` of chfn.
fn field(text: &[u8]) -> Option<Change<'_>> {
    let fields = [
        (b"UID".as_slice(), Changed::Uid),
        (b"GID", Changed::Gid),
        (b"home", Changed::Home),
        (b"shell", Changed::Shell),
        (b"information", Changed::Comment),
        (b"inactive", Changed::Inactivity),
        (b"expiration", Changed::Expiry),
    ];
    let (what, rest) = fields.iter().find_map(|(name, what)| Some((*what, text.strip_prefix(*name)?)))?;
    let (before, after) = split_last(rest, b" to '").unwrap_or_default();
    let before = before.strip_prefix(b" from '").and_then(|before| before.strip_suffix(b"'")).unwrap_or_default();
    Some(Change { what, before, after: after.strip_suffix(b"'").unwrap_or(after) })
}

/// `add 'bob' to group 'sudo'` of useradd and usermod; of gpasswd `user bob added by root to group sudo`, `members of group
/// sudo set by root to bob,eve`, `password of group sudo changed by root`.
fn group(text: &[u8]) -> Option<Said<'_>> {
    let said = Said::new(LogKind::GroupChanged);
    let with = |what| Some(Change::new(what));
    for (begin, middle, what) in [
        (b"add '".as_slice(), b"' to ".as_slice(), Changed::MemberAdded),
        (b"delete '", b"' from ", Changed::MemberRemoved),
    ] {
        let Some(rest) = text.strip_prefix(begin) else { continue };
        let (user, rest) = split(rest, middle)?;
        let group = rest.strip_prefix(b"group '").and_then(|group| group.strip_suffix(b"'"));
        // The shadow group gets the same member a moment later.
        let of = |group| Said { group: Some(group), change: with(what), ..said.user(user) };
        return Some(group.map_or_else(Said::default, of));
    }
    if let Some(rest) = text.strip_prefix(b"user ") {
        let added = || Some((split(rest, b" added by ")?, b" to group ".as_slice(), Changed::MemberAdded));
        let removed = || Some((split(rest, b" removed by ")?, b" from group ".as_slice(), Changed::MemberRemoved));
        let ((user, rest), middle, what) = added().or_else(removed)?;
        let (by, group) = split(rest, middle)?;
        return Some(Said { by: Some(by), group: Some(name(group)), change: with(what), ..said.user(user) });
    }
    for (begin, what) in
        [(b"members of group ".as_slice(), Changed::Members), (b"administrators of group ", Changed::Administrators)]
    {
        let Some(rest) = text.strip_prefix(begin) else { continue };
        let (group, rest) = split(rest, b" set by ")?;
        // Where nobody is left, the line was trimmed behind ` to`.
        let nobody = (rest.strip_suffix(b" to").unwrap_or(rest), b"".as_slice());
        let (by, names) = split(rest, b" to ").unwrap_or(nobody);
        let change = Some(Change { after: name(names), ..Change::new(what) });
        return Some(Said { by: Some(by), group: Some(group), change, ..said });
    }
    group_password(text).or_else(|| groupmod(text))
}

/// Of gpasswd, where it is not about members.
fn group_password(text: &[u8]) -> Option<Said<'_>> {
    let rest = text.strip_prefix(b"password of group ").or_else(|| text.strip_prefix(b"access to group "))?;
    let verbs = [b" changed by ".as_slice(), b" removed by ", b" restricted by "];
    let (group, by) = verbs.iter().find_map(|verb| split(rest, verb))?;
    let change = Some(Change::new(Changed::Password));
    Some(Said { by: Some(name(by)), group: Some(group), change, ..Said::new(LogKind::GroupChanged) })
}

/// `group changed in /etc/group (group bob/1001, new name: rob, new gid: 1002)`, since shadow 4.16 with `changing
/// /etc/group; ` before the group.
fn groupmod(text: &[u8]) -> Option<Said<'_>> {
    let (file, rest) = split(text.strip_prefix(b"group changed in ")?, b" (")?;
    // It says it of each file.
    if !file.ends_with(b"/group") {
        return Some(Said::default());
    }
    let (_, rest) = split(rest, b"group ").filter(|(before, _)| before.is_empty() || before.ends_with(b"; "))?;
    let rest = rest.strip_suffix(b")").unwrap_or(rest);
    let mut parts = rest.split(|byte| *byte == b',').map(<[u8]>::trim_ascii_start);
    let group = parts.next()?.split(|byte| *byte == b'/').next();
    let change = parts.find_map(|part| {
        let to = |what, after| Some(Change { after, ..Change::new(what) });
        let name = || to(Changed::Name, part.strip_prefix(b"new name: ")?);
        let gid = || to(Changed::Gid, part.strip_prefix(b"new gid: ")?);
        name().or_else(gid).or_else(|| (part == b"new password").then(|| Change::new(Changed::Password)))
    });
    Some(Said { group, change, ..Said::new(LogKind::GroupChanged) })
}

/// Without ` in /etc/group`, with which gpasswd says that another file failed.
fn name(text: &[u8]) -> &[u8] {
    word(text).0
}

/// `password for 'bob' changed by 'root'` of passwd and chpasswd without PAM.
fn password(text: &[u8]) -> Option<Said<'_>> {
    let (user, by) = split_last(text.strip_prefix(b"password for ")?, b" changed by ")?;
    let [user, by] =
        [user, by].map(|name| name.strip_prefix(b"'").and_then(|name| name.strip_suffix(b"'")).unwrap_or(name));
    Some(Said { by: Some(by), ..Said::new(LogKind::PasswordChanged).user(user) })
}
