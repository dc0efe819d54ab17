//! Last logins as lslogins(1) prints them out of a database that sqlite3(1) makes.

use super::{compare, read, utc};
use crate::conformance::Score;
use anyhow::{Context, Result, ensure};
use keeneye_facts::Text;
use keeneye_world::records::lastlog2;
use keeneye_world::sqlite::Database;
use std::path::Path;
use std::process::{Command, Stdio};

pub(super) fn run(data: &Path) -> Result<Score> {
    let tests = data.join("logs/util-linux/tests");
    let path = std::env::temp_dir().join(format!("keeneye-lastlog2-{}.db", std::process::id()));
    let made = made(&tests.join("ts/lslogins/create_db.sql"), &path);
    let bytes = made.and_then(|()| read(&path));
    std::fs::remove_file(&path).ok();
    let bytes = bytes?;
    let (entries, damage) = lastlog2::read(&Database::open(bytes.as_slice().into(), None)?)?;
    ensure!(damage.is_empty(), "{damage:?}");
    let mut lines = vec!["USER                LAST-LOGIN LAST-TTY LAST-HOSTNAME".to_owned()];
    // The test asks for this account alone: lslogins(1) lists accounts of the machine.
    for entry in entries.iter().filter(|entry| *entry.user == "root") {
        let show = |text: &Option<Text>| text.as_ref().map(|text| text.to_string()).unwrap_or_default();
        let time = utc(entry.seconds, "%Y-%m-%dT%H:%M:%S+00:00")?;
        lines.push(format!("root {time} {} {}", show(&entry.tty), show(&entry.host)));
    }
    let mut score = Score::default();
    let expected = String::from_utf8(read(&tests.join("expected/lslogins/checkuser"))?)?;
    compare(&mut score, "checkuser", &expected, &lines);
    score.left_out.push("json_mode: the same row in another form".into());
    Ok(score)
}

fn made(statements: &Path, path: &Path) -> Result<()> {
    let statements = std::fs::File::open(statements).with_context(|| format!("{}", statements.display()))?;
    let made = Command::new("sqlite3").arg(path).stdin(statements).stdout(Stdio::null()).status();
    ensure!(made.context("sqlite3 is not there: apt-get install sqlite3")?.success(), "sqlite3 failed");
    Ok(())
}
