//! Login records that are kept in SQLite: wtmpdb and lastlog2.

use super::files::Found;
use super::records::last_login;
use crate::pieces::Content;
use crate::records::{lastlog2, wtmpdb};
use crate::sqlite::Database;
use crate::{Answer, Look, Question};
use keeneye_facts::{LogFile, LogForm, LogOddity, LogTime, Login, LoginRecord, Refusal, Text, TimeCertainty};

/// Rows that are missing between others are told up to this number of places.
const MAX_MISSING: usize = 20;
const MICROSECONDS: i64 = 1_000_000;
/// `USER` of wtmpdb.h: a login.
const USER: i64 = 3;

/// False when it could not be opened.
pub(super) fn read(
    look: &mut Look<'_>,
    found: &Found,
    file: &mut LogFile,
    rows: &mut Vec<Login>,
    lasts: &mut Vec<Login>,
) -> bool {
    let Some(main) = copy(look, &found.path) else { return false };
    let log = Text::from([found.path.as_slice(), b"-wal"].concat());
    let wal = look.optional_stat(&log).filter(|stat| stat.size > 0).and_then(|_| copy(look, &log));
    let database = Database::open(Content::Whole(&main), wal.as_ref().map(|wal| Content::Whole(wal)));
    let read = database.and_then(|database| match found.form {
        LogForm::Wtmpdb => wtmpdb::read(&database).map(|contents| {
            let damage = contents.damage.first().map(ToString::to_string);
            rows.extend(sessions(found, file, contents));
            damage
        }),
        _ => lastlog2::read(&database).map(|(entries, damage)| {
            lasts.extend(last(found, file, entries));
            damage.first().map(ToString::to_string)
        }),
    });
    let read = read.map_err(|why| why.to_string()).and_then(|damage| damage.map_or(Ok(()), Err));
    if let Err(why) = read {
        look.gap(found.path.clone(), Refusal::Garbled(why));
    }
    true
}

fn copy(look: &mut Look<'_>, path: &Text) -> Option<Text> {
    match look.ask(&Question::Copy(path.clone()), path.clone())? {
        Answer::Bytes { data, cut: false } => Some(data),
        Answer::Bytes { .. } => {
            look.gap(path.clone(), Refusal::Cut("64 MiB a database of logins".into()));
            None
        }
        other => {
            look.misfit(path.clone(), &other);
            None
        }
    }
}

fn sessions(found: &Found, file: &mut LogFile, contents: wtmpdb::Contents) -> Vec<Login> {
    file.entries = contents.sessions.len() as u64;
    let time = |micros: i64| LogTime { seconds: micros.div_euclid(MICROSECONDS), certainty: TimeCertainty::Written };
    file.first = contents.sessions.iter().filter_map(|session| session.login).min().map(time);
    file.last = contents.sessions.iter().filter_map(|session| session.login).max().map(time);
    // Rows that cannot be read are missing in another way.
    for missing in contents.missing.iter().take(MAX_MISSING).filter(|_| contents.damage.is_empty()) {
        let rows = missing.last.abs_diff(missing.first).saturating_add(1);
        file.oddities.push(LogOddity::RowsMissing { rows, first: missing.first.unsigned_abs() });
    }
    let users = contents.sessions.into_iter().filter(|session| session.kind == USER);
    let login = |session: wtmpdb::Session| {
        Some(Login {
            time: time(session.login?),
            user: session.user,
            service: session.service.unwrap_or_default(),
            from: session.host.filter(|host| !host.is_empty() && !host.starts_with(b":")),
            until: session.logout.map(|logout| logout.div_euclid(MICROSECONDS)),
            tty: session.tty.filter(|tty| !tty.is_empty()),
            seen: [LoginRecord::Wtmpdb].into(),
            source: found.path.clone(),
            at: session.id.unsigned_abs(),
            ..Login::default()
        })
    };
    users.filter_map(login).collect()
}

fn last(found: &Found, file: &mut LogFile, entries: Vec<lastlog2::Entry>) -> Vec<Login> {
    file.entries = entries.len() as u64;
    let login = |lastlog2::Entry { user, seconds, tty, host, .. }: lastlog2::Entry| {
        last_login(found, user, seconds, &tty.unwrap_or_default(), &host.unwrap_or_default())
    };
    entries.into_iter().map(login).collect()
}
