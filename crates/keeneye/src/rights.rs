//! What an account may do, and how one gets in as it: words for `list` and `look`. Pure.

use keeneye_facts::{Account, AuthorizedKey, Group, Password, SudoRule};
use keeneye_world::World;

/// Groups that list the account, and its main one unless that is its own.
pub(crate) fn groups<'a>(world: &'a World, account: &'a Account) -> impl Iterator<Item = &'a Group> {
    let own = |group: &Group| group.gid == account.gid && group.name == account.name;
    let member = |group: &Group| group.gid == account.gid || group.members.contains(&account.name);
    world.groups.iter().filter(move |group| member(group) && !own(group))
}

/// Keys that let somebody in as the account.
pub(crate) fn keys<'a>(world: &'a World, account: &'a Account) -> impl Iterator<Item = &'a AuthorizedKey> {
    world.authorized_keys.iter().filter(|key| key.account == account.name)
}

/// Rules of sudo that are for the account: by name, number, group, or for everybody.
pub(crate) fn rules<'a>(world: &'a World, account: &'a Account) -> impl Iterator<Item = &'a SudoRule> {
    let in_group = move |wanted: &[u8]| {
        let by_number = wanted.strip_prefix(b"#").map(|gid| gid.to_vec());
        let fits = |group: &Group| match &by_number {
            Some(gid) => group.gid.to_string().as_bytes() == gid.as_slice(),
            None => group.name.as_slice() == wanted,
        };
        let member = |group: &Group| group.gid == account.gid || group.members.contains(&account.name);
        world.groups.iter().any(|group| fits(group) && member(group))
    };
    world.sudo_rules.iter().filter(move |rule| {
        let who = rule.who.as_slice();
        let number = who.strip_prefix(b"#").is_some_and(|uid| uid == account.uid.to_string().as_bytes());
        let group = who.strip_prefix(b"%").is_some_and(in_group);
        rule.who == account.name || number || group || who == b"ALL"
    })
}

/// `hash $y$`, `locked`; empty when nobody knows.
pub(crate) fn password(account: &Account) -> String {
    match &account.password {
        None => String::new(),
        Some(Password::Locked) => "locked".into(),
        Some(Password::Empty) => "empty".into(),
        Some(Password::NotListed) => "not in shadow".into(),
        Some(Password::Hash(scheme)) if scheme.is_empty() => "hash (oldest scheme)".into(),
        Some(Password::Hash(scheme)) => format!("hash ${}$", scheme.lossy()),
    }
}

/// `all`, `3 commands, no password`; empty where sudo allows nothing.
pub(crate) fn sudo(world: &World, account: &Account) -> String {
    let (mut all, mut open, mut commands) = (false, false, 0);
    for rule in rules(world, account) {
        all |= rule.commands.iter().any(|command| *command == "ALL");
        open |= rule.no_password;
        commands += rule.commands.len();
    }
    let what = match (all, commands) {
        (true, _) => "all".to_owned(),
        (_, 0) => return String::new(),
        (_, 1) => "1 command".into(),
        (_, number) => format!("{number} commands"),
    };
    if open { format!("{what}, no password") } else { what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::Text;

    fn rule(who: &str, command: &str, no_password: bool) -> SudoRule {
        SudoRule { who: who.into(), commands: vec![command.into()], no_password, ..SudoRule::default() }
    }
    fn world(rules: Vec<SudoRule>) -> World {
        let group = |name: &str, gid, members: &[&str]| Group {
            name: name.into(),
            gid,
            members: members.iter().map(|name| Text::from(*name)).collect(),
            line: 1,
        };
        World {
            groups: vec![group("anna", 1000, &[]), group("sudo", 27, &["anna"])],
            sudo_rules: rules,
            ..World::default()
        }
    }
    fn anna() -> Account {
        Account { name: "anna".into(), uid: 1000, gid: 1000, ..Account::default() }
    }

    #[test]
    fn rules_by_name_number_group_and_for_everybody() {
        let said = |who: &str| sudo(&world(vec![rule(who, "/bin/ls", false)]), &anna());
        for who in ["anna", "#1000", "%sudo", "%#27", "%anna", "ALL"] {
            assert_eq!(said(who), "1 command", "{who}");
        }
        for who in ["bob", "#1001", "%adm", "%#28", "sudo"] {
            assert_eq!(said(who), "", "{who}");
        }
        assert_eq!(
            sudo(&world(vec![rule("anna", "/x", true), rule("%sudo", "ALL", false)]), &anna()),
            "all, no password"
        );
    }
    #[test]
    fn an_accounts_own_group_goes_without_saying() {
        let names: Vec<_> = groups(&world(Vec::new()), &anna()).map(|group| group.name.clone()).collect();
        assert_eq!(names, [Text::from("sudo")]);
    }
    #[test]
    fn passwords() {
        let said = |password| super::password(&Account { password, ..anna() });
        assert_eq!(said(None), "");
        assert_eq!(said(Some(Password::Hash("y".into()))), "hash $y$");
        assert_eq!(said(Some(Password::Empty)), "empty");
    }
}
