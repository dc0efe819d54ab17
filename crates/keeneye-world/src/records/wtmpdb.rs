//! `/var/lib/wtmpdb/wtmp.db`, which takes the place of wtmp where the year 2038 is past: lib/sqlite.c of wtmpdb.
//!
//! Numbers of rows are given out one after the other, and rotation takes old rows out of the file's beginning, so a number
//! that is missing between two others was deleted by hand.

use super::database::{Columns, number, text};
use crate::sqlite::{Database, Error};
use keeneye_facts::Text;

/// Of each kind of trouble so many are kept.
const KEPT: usize = 1_000;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub id: i64,
    /// 1 a start of the system, 2 a change of run level, 3 a login.
    pub kind: i64,
    /// The account, or `reboot`.
    pub user: Text,
    /// When it began, in microseconds since 1970.
    pub login: Option<i64>,
    /// When it ended.
    pub logout: Option<i64>,
    /// The terminal without `/dev/`; `ssh` where there is none.
    pub tty: Option<Text>,
    /// Where from; of starts the kernel's version.
    pub host: Option<Text>,
    /// The PAM service.
    pub service: Option<Text>,
}

/// Numbers that no row has, between two rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The first of them.
    pub first: i64,
    /// The last one.
    pub last: i64,
    /// When the row before them began, in microseconds since 1970.
    pub from: Option<i64>,
    /// When the row behind them began.
    pub until: Option<i64>,
}

/// All that the database tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Rows, by their number.
    pub sessions: Vec<Session>,
    /// Numbers that are missing; the first thousand.
    pub missing: Vec<Missing>,
    /// What could not be read; the first thousand.
    pub damage: Vec<Error>,
}

/// Reads all rows.
pub fn read(database: &Database<'_>) -> Result<Contents, Error> {
    let table = database.table("wtmp")?;
    let columns = Columns::new(&table, ["Type", "User", "Login", "Logout", "TTY", "RemoteHost", "Service"]);
    let mut contents = Contents::default();
    for row in database.rows(&table) {
        let session = row.and_then(|row| {
            let [kind, user, login, logout, tty, host, service] = columns.of(&row)?;
            Ok(Session {
                id: row.rowid,
                kind: number(kind).unwrap_or_default(),
                user: text(user).unwrap_or_default(),
                login: number(login),
                logout: number(logout),
                tty: text(tty),
                host: text(host),
                service: text(service),
            })
        });
        match session {
            Ok(session) => contents.add(session),
            Err(damage) if contents.damage.len() < KEPT => contents.damage.push(damage),
            Err(_) => {}
        }
    }
    Ok(contents)
}

impl Contents {
    fn add(&mut self, session: Session) {
        if let Some(before) = self.sessions.last()
            && let Some(first) = before.id.checked_add(1)
            && first < session.id
            && self.missing.len() < KEPT
        {
            let (from, until) = (before.login, session.login);
            self.missing.push(Missing { first, last: session.id - 1, from, until });
        }
        self.sessions.push(session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows 4 to 9 as wtmpdb makes them, of which 6 and 7 were deleted; SQLite 3.40.
    const SAMPLE: &[u8] = include_bytes!("samples/wtmpdb.sqlite");

    fn contents(bytes: &[u8]) -> Option<Contents> {
        read(&Database::open(bytes.into(), None).ok()?).ok()
    }

    #[test]
    fn rows_and_what_was_deleted() {
        let contents = contents(SAMPLE).expect("a database");
        let missing =
            Missing { first: 6, last: 7, from: Some(1_700_000_100_123_456), until: Some(1_700_000_300_000_000) };
        assert_eq!((contents.missing.as_slice(), contents.damage.as_slice()), (&[missing][..], &[][..]));
        let line = |session: &Session| {
            let Session { id, kind, login, logout, .. } = session;
            let show = |text: &Option<Text>| text.as_ref().map_or("-".into(), |text| text.lossy().into_owned());
            let who = [&session.tty, &session.host, &session.service].map(show).join(" ");
            let times = [login, logout].map(|micros| micros.map_or("-".into(), |micros| micros.to_string())).join(" ");
            format!("{id} {kind} {} {who} {times}", session.user.lossy())
        };
        let said: Vec<String> = contents.sessions.iter().map(line).collect();
        let expected = [
            "4 1 reboot ~ 6.12.0 - 1700000000000001 1700000900000000",
            "5 3 ann pts/0 192.0.2.7 sshd 1700000100123456 1700000200000000",
            "8 3 ben pts/1 2001:db8::5 sshd 1700000300000000 -",
            "9 2 runlevel ~ 6.12.0 - 1700000400000000 -",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn any_bytes_are_borne() {
        crate::mutate::check(&[SAMPLE], |bytes| contents(bytes).is_some());
        (0..SAMPLE.len()).for_each(|end| _ = contents(&SAMPLE[..end]));
    }
}
