//! Statements of all files together: aliases resolved, one rule for each kind of user.

use super::statement::{AliasKind, Grant, Statement};
use bstr::ByteSlice;
use keeneye_facts::{SudoDefault, SudoRule, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Members that one list comes to, aliases within aliases followed.
const MAX_MEMBERS: usize = 2_000;

/// Settings that decide whether a password is asked for, what of the environment stays, or what is logged.
const KEPT: &[&[u8]] = &[
    b"authenticate",
    b"closefrom_override",
    b"env_check",
    b"env_delete",
    b"env_file",
    b"env_keep",
    b"env_reset",
    b"exempt_group",
    b"logfile",
    b"log_allowed",
    b"restricted_env_file",
    b"rootpw",
    b"runaspw",
    b"secure_path",
    b"setenv",
    b"syslog",
    b"targetpw",
    b"timestamp_timeout",
    b"timestamp_type",
    b"tty_tickets",
];

/// All that sudo is told.
#[derive(Debug, Default)]
pub(super) struct Policy {
    aliases: BTreeMap<(AliasKind, Text), Vec<Text>>,
    allowed: Vec<(Text, u32, Vec<Text>, Vec<Grant>)>,
    defaults: Vec<SudoDefault>,
}

impl Policy {
    /// Takes in one statement. Of an alias that is defined twice the members of both count.
    pub(super) fn add(&mut self, path: &Text, line: u32, statement: Statement) {
        match statement {
            Statement::Include { .. } => (),
            Statement::Defaults { scope, settings } => {
                let of = |setting| SudoDefault { path: path.clone(), line, scope: scope.clone(), setting };
                self.defaults.extend(settings.into_iter().filter(|s| KEPT.contains(&name(s))).map(of));
            }
            Statement::Aliases { kind, aliases } => {
                for (name, members) in aliases {
                    self.aliases.entry((kind, name)).or_default().extend(members);
                }
            }
            Statement::Allows { users, grants } => self.allowed.push((path.clone(), line, users, grants)),
        }
    }

    /// Settings that matter.
    pub(super) fn defaults(&self) -> Vec<SudoDefault> {
        self.defaults.clone()
    }

    /// What is allowed, in order of reading.
    pub(super) fn rules(&self) -> Vec<SudoRule> {
        let mut rules = Vec::new();
        for (path, line, users, grants) in &self.allowed {
            for who in self.members(AliasKind::User, users).iter().filter(|who| !who.starts_with(b"!")) {
                for grant in grants.iter().filter(|grant| !grant.commands.is_empty()) {
                    if rules.len() >= super::MAX_RULES {
                        return rules;
                    }
                    rules.push(SudoRule {
                        path: path.clone(),
                        line: *line,
                        who: who.clone(),
                        run_as: self.run_as(grant),
                        no_password: grant.no_password.unwrap_or_else(|| self.asks_nothing(who)),
                        commands: self.members(AliasKind::Command, &grant.commands),
                    });
                }
            }
        }
        rules
    }

    /// `ALL:ALL`, `root`, `:disk`; empty for root alone where nothing is said.
    fn run_as(&self, grant: &Grant) -> Text {
        let Some((users, groups)) = &grant.run_as else { return Text::new() };
        let joined = |names: &[Text]| {
            let names = self.members(AliasKind::RunAs, names);
            bstr::join(",", names.iter().map(Text::as_slice))
        };
        let (mut text, groups) = (joined(users), joined(groups));
        if !groups.is_empty() {
            text.push(b':');
            text.extend(groups);
        }
        Text::from(text)
    }

    /// `Defaults !authenticate`, for everybody or for these users; the last one counts.
    fn asks_nothing(&self, who: &Text) -> bool {
        let concerns = |setting: &&SudoDefault| match setting.scope.split_first() {
            None => true,
            Some((b':', users)) => {
                let users: Vec<Text> = users.split(|b| *b == b',').map(|one| Text::from(one.trim_ascii())).collect();
                self.members(AliasKind::User, &users).iter().any(|user| user == who || *user == "ALL")
            }
            Some(_) => false,
        };
        let last = self.defaults.iter().rfind(|s| name(&s.setting) == b"authenticate" && concerns(s));
        last.is_some_and(|setting| setting.setting.starts_with(b"!"))
    }

    /// A list with its aliases resolved; negated members stay with their mark.
    fn members(&self, kind: AliasKind, list: &[Text]) -> Vec<Text> {
        let mut found = Vec::new();
        let mut followed = BTreeSet::new();
        let mut todo: Vec<Text> = list.iter().rev().cloned().collect();
        while let Some(one) = todo.pop().filter(|_| found.len() < MAX_MEMBERS) {
            let bare = one.trim_start_with(|c| c == '!');
            let negated = (one.len() - bare.len()) % 2 == 1;
            match self.aliases.get(&(kind, Text::from(bare))).filter(|_| followed.insert(one.clone())) {
                Some(members) => {
                    let negate = |member: &Text| {
                        if negated { Text::from([b"!", member.as_slice()].concat()) } else { member.clone() }
                    };
                    todo.extend(members.iter().rev().map(negate));
                }
                None => found.push(one),
            }
        }
        found
    }
}

/// `env_keep` of `env_keep += "A"`, `authenticate` of `!authenticate`.
fn name(setting: &Text) -> &[u8] {
    let bare = setting.trim_start_with(|c| c == '!' || c.is_ascii_whitespace());
    let end = bare.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'_').unwrap_or(bare.len());
    bare.get(..end).unwrap_or_default()
}
