//! Sessions of which no record says that they ended: whether they go on.

use super::super::processes::parse_stat;
use crate::{AskHost, Look, World};
use keeneye_facts::{Ending, Login, LoginRecord, Text};

/// Sessions whose processes are asked for; more than terminals that anybody uses at a time.
const MAX_ASKED: usize = 1_000;
/// Seconds that a process may be younger than the record of its session.
const SLACK: i64 = 90;
/// Records that tell of an end, where there was one.
const OF_SESSIONS: [LoginRecord; 3] = [LoginRecord::Wtmp, LoginRecord::Wtmpdb, LoginRecord::Utmp];

/// The newest first: what began before the machine was started ended then, and what has no process any more is gone, as
/// last(1) says it. Nothing is said of sessions without a number of a process, and of machines that do not run.
pub(super) fn tell(look: &Look<'_>, world: &World, logins: &mut [Login]) {
    let is_open = |login: &&mut Login| {
        login.until.is_none() && login.ending.is_none() && OF_SESSIONS.iter().any(|record| login.seen.contains(record))
    };
    let started = world.host.time_of_ticks(0);
    let mut asked = 0;
    for login in logins.iter_mut().rev().filter(is_open).take_while(|_| world.host.live) {
        if login.time.seconds < started {
            login.ending = Some(Ending::Crash);
        } else if let Some(pid) = login.pid.filter(|_| asked < MAX_ASKED) {
            asked += 1;
            login.ending = process(look, world, pid, login.time.seconds);
        }
    }
}

/// A process of that number that is not younger than the session is the one that it began with.
fn process(look: &Look<'_>, world: &World, pid: u32, begun: i64) -> Option<Ending> {
    match look.host().read(&Text::from(format!("/proc/{pid}/stat"))) {
        Ok(stat) => {
            let started = world.host.time_of_ticks(parse_stat(&stat)?.process.id.start);
            Some(if started <= begun.saturating_add(SLACK) { Ending::Lasting } else { Ending::Gone })
        }
        Err(why) => why.is_absent().then_some(Ending::Gone),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::{Plan, scan};
    use keeneye_facts::Ending;

    /// Fixtures look at 1,700,000,000.
    const NOW: u32 = 1_700_000_000;

    /// A session of wtmp without an end.
    fn wtmp(sessions: &[(u32, &str, u32)]) -> Vec<u8> {
        let record = |(pid, user, ago): &(u32, &str, u32)| {
            let mut record = vec![0; 384];
            record[0] = 7;
            record[4..8].copy_from_slice(&pid.to_le_bytes());
            record[8..8 + 3 + user.len()].copy_from_slice(format!("pts{user}").as_bytes());
            record[44..44 + user.len()].copy_from_slice(user.as_bytes());
            record[340..344].copy_from_slice(&(NOW - ago).to_le_bytes());
            record
        };
        sessions.iter().flat_map(record).collect()
    }

    fn endings(host: &str, file: &str, records: &[u8]) -> Vec<(String, Option<Ending>)> {
        let mut host = Fixture::new(host);
        host.file(file, records);
        let logins = scan(&host, &Plan { quick: true, only_logs: true, ..Plan::default() }).logins;
        logins.into_iter().map(|login| (login.user.lossy().into_owned(), login.ending)).collect()
    }

    #[test]
    fn a_session_without_an_end_goes_on_or_is_gone() {
        // The machine was started 10,000 seconds ago; process 41 at that, 42 long after its session.
        let host = "/proc/uptime = 10000.00 1.00\\n\nprocess 41 ppid=1 start=100000\nprocess 42 ppid=1 start=990000\n";
        let records = wtmp(&[(7, "old", 20_000), (41, "ann", 8_990), (42, "ben", 9_000), (43, "cat", 100)]);
        let expected = [
            ("old".into(), Some(Ending::Crash)),
            ("ben".into(), Some(Ending::Gone)),
            ("ann".into(), Some(Ending::Lasting)),
            ("cat".into(), Some(Ending::Gone)),
        ];
        assert_eq!(endings(host, "/var/log/wtmp", &records), expected);
        assert_eq!(endings(host, "/run/utmp", &records), expected);
    }

    #[test]
    fn what_cannot_be_known_is_not_told() {
        let records = wtmp(&[(0, "ann", 50), (44, "ben", 40)]);
        let host = "/proc/uptime = 10000.00 1.00\\n\n/proc/44/stat ! EACCES\n";
        assert_eq!(endings(host, "/var/log/wtmp", &records), [("ann".into(), None), ("ben".into(), None)]);
    }
}
