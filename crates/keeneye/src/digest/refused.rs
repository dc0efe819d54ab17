//! Who wanted to become somebody else and could not: wrong passwords, and what was not allowed.

use super::counted::Counts;
use super::page::{Page, became};
use super::period::{Share, Sum};
use super::tool;
use crate::names::concat;
use keeneye_facts::{LogEvent, LogKind, Text};
use keeneye_report::Section;
use keeneye_report::words::thousands;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Names that are told of one program.
const MOST_NAMES: usize = 12;

/// What two tell of the same: the program itself, and the modules of PAM that it asks.
#[derive(Default)]
struct Told {
    own: Sum,
    pam: Sum,
    /// Lines that do not say why: a wrong password is the usual reason, and PAM knows.
    unclear: Vec<((String, Text), u64, Share)>,
}

impl Page<'_> {
    pub(super) fn refused(&mut self) -> Section {
        let (mut by, mut others) = (BTreeMap::<(String, Text), Told>::new(), Counts::new());
        for (event, count, share) in self.events(&[LogKind::BecomeFailed]) {
            let who = event.by.clone().or_else(|| event.user.clone()).unwrap_or_default();
            let told = || by.entry((tool(&event.program).into_owned(), who));
            match event.method.as_ref().map(|method| method.starts_with(b"pam")) {
                Some(true) => told().or_default().pam.add(count, share),
                Some(false) => told().or_default().own.add(count, share),
                None if says_no_reason(event) => told().or_default().unclear.push((became(event), count, share)),
                None => others.entry(became(event)).or_default().add(count, share),
            }
        }
        let mut passwords = BTreeMap::<String, Vec<(Text, Sum)>>::new();
        for ((program, who), mut told) in by {
            for (what, count, share) in told.unclear {
                let sum = if told.pam.count > 0 { &mut told.own } else { others.entry(what).or_default() };
                sum.add(count, share);
            }
            let sum = if told.pam.count > told.own.count { told.pam } else { told.own };
            if sum.count > 0 {
                self.has_whole_days |= sum.at_most;
                passwords.entry(program).or_default().push((who, sum));
            }
        }
        let mut section = Section::new("sudo and su, refused");
        for (program, names) in passwords {
            section.row("wrong passwords", concat(&[format!("at {program}: ").as_bytes(), &listed(names)]));
        }
        self.rows(&mut section, others);
        section
    }
}

/// su and polkit write the same of a wrong password and of a rule.
fn says_no_reason(event: &LogEvent) -> bool {
    matches!(&*tool(&event.program), "su" | "polkit")
}

/// `anna 3, bob 1`, the most first.
fn listed(mut names: Vec<(Text, Sum)>) -> Text {
    names.sort_by_key(|(_, sum)| Reverse(sum.count));
    let beyond = names.len().saturating_sub(MOST_NAMES);
    let said = names.iter().take(MOST_NAMES).map(|(name, sum)| concat(&[name, b" ", sum.words().as_bytes()]));
    let mut parts: Vec<Text> = said.collect();
    if beyond > 0 {
        parts.push(format!("and {} more", thousands(beyond as u64)).into());
    }
    Text::from(bstr::join(", ", parts.iter().map(Text::as_slice)))
}
