//! `/var/lib/lastlog/lastlog2.db`, which takes the place of lastlog: liblastlog2 of util-linux.

use super::database::{Columns, number, text};
use crate::sqlite::{Database, Error};
use keeneye_facts::Text;

/// The last login of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The account.
    pub user: Text,
    /// Since 1970.
    pub seconds: i64,
    /// The terminal without `/dev/`.
    pub tty: Option<Text>,
    /// Where from.
    pub host: Option<Text>,
    /// The PAM service.
    pub service: Option<Text>,
}

/// Reads all rows of accounts that ever came in, and what could not be read.
pub fn read(database: &Database<'_>) -> Result<(Vec<Entry>, Vec<Error>), Error> {
    let table = database.table("Lastlog2")?;
    let columns = Columns::new(&table, ["Name", "Time", "TTY", "RemoteHost", "Service"]);
    let (mut entries, mut damage) = (Vec::new(), Vec::new());
    for row in database.rows(&table) {
        let entry = row.and_then(|row| {
            let [user, seconds, tty, host, service] = columns.of(&row)?;
            let (user, seconds) = (text(user).unwrap_or_default(), number(seconds).unwrap_or_default());
            Ok(Entry { user, seconds, tty: text(tty), host: text(host), service: text(service) })
        });
        match entry {
            Ok(entry) if entry.seconds != 0 => entries.push(entry),
            Ok(_) => {}
            Err(error) => damage.push(error),
        }
    }
    Ok((entries, damage))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two accounts, one of which never came; SQLite 3.40.
    const SAMPLE: &[u8] = include_bytes!("samples/lastlog2.sqlite");

    fn entries(bytes: &[u8]) -> Option<(Vec<Entry>, Vec<Error>)> {
        read(&Database::open(bytes.into(), None).ok()?).ok()
    }

    #[test]
    fn accounts_that_came() {
        let some = |text: &str| Some(Text::from(text));
        let (tty, host, service) = (some("pts/0"), some("192.0.2.7"), some("sshd"));
        let ann = Entry { user: "ann".into(), seconds: 1_700_000_100, tty, host, service };
        assert_eq!(entries(SAMPLE), Some((vec![ann], Vec::new())));
    }

    #[test]
    fn any_bytes_are_borne() {
        crate::mutate::check(&[SAMPLE], |bytes| entries(bytes).is_some());
        (0..SAMPLE.len()).for_each(|end| _ = entries(&SAMPLE[..end]));
    }
}
