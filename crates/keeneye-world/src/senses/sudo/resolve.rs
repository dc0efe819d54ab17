//! Statements of all files together: aliases resolved, one rule for each kind of user.

use super::statement::{AliasKind, Grant, Statement};
use bstr::ByteSlice;
use keeneye_facts::{SudoDefault, SudoRule, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Members that one list comes to, aliases within aliases followed.
const MAX_MEMBERS: usize = 2_000;
/// Members of all lists together, before no list gets more than [`FEW`].
const MAX_IN_ALL: usize = 200_000;
/// What every list gets.
const FEW: usize = 20;
/// Settings that one host has at most.
const MAX_DEFAULTS: usize = 2_000;
/// Bytes of the list of those whom a setting concerns, as it is told.
const MAX_SCOPE: usize = 1_024;

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
    /// `Defaults authenticate` in order of reading: whom it concerns, and whether it is on.
    authenticate: Vec<(Text, bool)>,
    /// Where settings or users began to be left out.
    cut: Option<(Text, u32)>,
}

/// What is allowed, and the first place where something was left out.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) rules: Vec<SudoRule>,
    pub(super) cut: Option<(Text, u32)>,
}

/// What is left of the members of all lists.
struct Budget {
    left: usize,
    cut: bool,
}

impl Policy {
    /// Takes in one statement. Of an alias that is defined twice the members of both count.
    pub(super) fn add(&mut self, path: &Text, line: u32, statement: Statement) {
        match statement {
            Statement::Include { .. } => (),
            Statement::Defaults { scope, settings } => self.add_defaults(path, line, &scope, settings),
            Statement::Aliases { kind, aliases } => {
                for (name, members) in aliases {
                    self.aliases.entry((kind, name)).or_default().extend(members);
                }
            }
            Statement::Allows { users, grants } => self.allowed.push((path.clone(), line, users, grants)),
        }
    }

    fn add_defaults(&mut self, path: &Text, line: u32, scope: &Text, settings: Vec<Text>) {
        let last = settings.iter().rfind(|setting| name(setting) == b"authenticate");
        if let Some(setting) = last {
            self.authenticate.push((scope.clone(), !setting.starts_with(b"!")));
        }
        let told = Text::from(scope.get(..MAX_SCOPE).unwrap_or(scope));
        for setting in settings.into_iter().filter(|setting| KEPT.contains(&name(setting))) {
            if self.defaults.len() >= MAX_DEFAULTS || told.len() < scope.len() {
                self.cut.get_or_insert_with(|| (path.clone(), line));
            }
            if self.defaults.len() < MAX_DEFAULTS {
                self.defaults.push(SudoDefault { path: path.clone(), line, scope: told.clone(), setting });
            }
        }
    }

    /// Settings that matter.
    pub(super) fn defaults(&self) -> Vec<SudoDefault> {
        self.defaults.clone()
    }

    /// What is allowed, in order of reading.
    pub(super) fn rules(&self) -> Rules {
        let mut budget = Budget { left: MAX_IN_ALL, cut: false };
        let asked = self.asked(&mut budget);
        let mut found = Rules { rules: Vec::new(), cut: self.cut.clone() };
        for (path, line, users, grants) in &self.allowed {
            let users = self.members(AliasKind::User, users, &mut budget);
            for who in users.iter().filter(|who| !who.starts_with(b"!")) {
                for grant in grants.iter().filter(|grant| !grant.commands.is_empty()) {
                    if found.rules.len() >= super::MAX_RULES {
                        found.cut.get_or_insert_with(|| (path.clone(), *line));
                        return found;
                    }
                    found.rules.push(SudoRule {
                        path: path.clone(),
                        line: *line,
                        who: who.clone(),
                        run_as: self.run_as(grant, &mut budget),
                        no_password: grant.no_password.unwrap_or_else(|| !asked.asks(who)),
                        commands: self.members(AliasKind::Command, &grant.commands, &mut budget),
                    });
                }
            }
            if budget.cut {
                found.cut.get_or_insert_with(|| (path.clone(), *line));
            }
        }
        found
    }

    /// `ALL:ALL`, `root`, `:disk`; empty for root alone where nothing is said.
    fn run_as(&self, grant: &Grant, budget: &mut Budget) -> Text {
        let Some((users, groups)) = &grant.run_as else { return Text::new() };
        let mut joined = |names: &[Text]| {
            let names = self.members(AliasKind::RunAs, names, budget);
            bstr::join(",", names.iter().map(Text::as_slice))
        };
        let (mut text, groups) = (joined(users), joined(groups));
        if !groups.is_empty() {
            text.push(b':');
            text.extend(groups);
        }
        Text::from(text)
    }

    /// `Defaults !authenticate`, for everybody or for these users, each list resolved once.
    fn asked(&self, budget: &mut Budget) -> Asked {
        let mut asked = Asked::default();
        for (order, (scope, on)) in self.authenticate.iter().enumerate() {
            match scope.split_first() {
                None => asked.everybody = Some((order, *on)),
                Some((b':', users)) => {
                    let users: Vec<Text> =
                        users.split(|b| *b == b',').map(|one| Text::from(one.trim_ascii())).collect();
                    for user in self.members(AliasKind::User, &users, budget) {
                        match user.as_slice() {
                            b"ALL" => asked.everybody = Some((order, *on)),
                            _ => drop(asked.users.insert(user, (order, *on))),
                        }
                    }
                }
                Some(_) => (),
            }
        }
        asked
    }

    /// A list with its aliases resolved; negated members stay with their mark.
    fn members(&self, kind: AliasKind, list: &[Text], budget: &mut Budget) -> Vec<Text> {
        let most = MAX_MEMBERS.min(budget.left.max(FEW));
        let mut found = Vec::new();
        let mut followed = BTreeSet::new();
        let mut todo: Vec<Text> = list.iter().take(most + 1).rev().cloned().collect();
        // Every alias that is followed counts: they may be empty of anything else.
        while let Some(one) = todo.pop() {
            if found.len() + followed.len() >= most {
                budget.cut = true;
                break;
            }
            let bare = one.trim_start_with(|c| c == '!');
            let negated = (one.len() - bare.len()) % 2 == 1;
            match self.aliases.get(&(kind, Text::from(bare))).filter(|_| followed.insert(one.clone())) {
                Some(members) => {
                    let negate = |member: &Text| {
                        if negated { Text::from([b"!", member.as_slice()].concat()) } else { member.clone() }
                    };
                    let left = most + 1 - found.len();
                    todo.extend(members.iter().take(left).collect::<Vec<_>>().into_iter().rev().map(negate));
                }
                None => found.push(one),
            }
        }
        budget.left = budget.left.saturating_sub(found.len() + followed.len() + todo.len());
        found
    }
}

/// Who is asked for a password: the last setting that concerns somebody counts.
#[derive(Debug, Default)]
struct Asked {
    everybody: Option<(usize, bool)>,
    users: BTreeMap<Text, (usize, bool)>,
}

impl Asked {
    fn asks(&self, who: &Text) -> bool {
        self.everybody.max(self.users.get(who).copied()).is_none_or(|(_, on)| on)
    }
}

/// `env_keep` of `env_keep += "A"`, `authenticate` of `!authenticate`.
fn name(setting: &Text) -> &[u8] {
    let bare = setting.trim_start_with(|c| c == '!' || c.is_ascii_whitespace());
    let end = bare.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'_').unwrap_or(bare.len());
    bare.get(..end).unwrap_or_default()
}
