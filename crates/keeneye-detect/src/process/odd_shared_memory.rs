//! Shared memory that everybody may write to, or of a service, made by a program that no package owns.
//!
//! # What it sees
//! A System V shared memory segment in use that is writable for everybody, or belongs to an account that only services
//! use; and the program that made it or last used it is no program of a package.
//!
//! # Why it matters
//! Some malware keeps its settings in shared memory, or uses it to tell a second copy of itself that it runs.
//!
//! # Innocent causes
//! Databases and display servers, which packages brought. Segments that nobody is attached to are left over from
//! something that ended and are not mentioned, unless everybody may write them and they are a service's.
//!
//! # What to do
//! Look at the program that made it: `keeneye look pid PID`; `ipcs -m -p` shows both process ids.

use crate::standing::{self, Standing};
use crate::{Detector, Scene, place, portrait, subject};
use keeneye_facts::{Finding, Level, Process, ProgramKind, SharedMemory};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/odd-shared-memory",
    title: "shared memory of a program that no package owns",
    level: Level::Note,
    attack: &["T1559"],
    absolute: false,
    source: include_str!("odd_shared_memory.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.shared_memory.iter().filter_map(|segment| judge(scene, segment)).collect()
}

fn judge(scene: &Scene<'_>, segment: &SharedMemory) -> Option<Finding> {
    let open = segment.mode & 0o002 != 0;
    let service = standing::is_service_account(scene.world, segment.uid);
    let left_over = segment.attached == 0 && !(open && service);
    if left_over || !(open || service) {
        return None;
    }
    let users: Vec<&Process> =
        [segment.creator, segment.last].into_iter().filter_map(|pid| scene.world.process(pid)).collect();
    if users.iter().any(|user| is_ordinary(scene, user, open)) || users.is_empty() && !(open && service) {
        return None;
    }
    let account = portrait::user(scene, segment.uid);
    let who = users.first().map_or_else(
        || format!("process {}, which has ended", segment.creator),
        |user| subject::process(user).name.lossy().into_owned(),
    );
    let mode = segment.mode;
    let how = if segment.attached > 0 { "is used by" } else { "was left behind by" };
    let summary = format!("shared memory {} of {} (mode {mode:o}) {how} {who}", segment.id, account.lossy());
    let mut finding = DETECTOR
        .finding(Level::Note, subject::shared_memory(segment, account.clone()), summary)
        .evidence("mode", format!("{mode:o}"))
        .evidence("owner", account)
        .evidence("size", format!("{} bytes", segment.size))
        .evidence("made by process", segment.creator.to_string())
        .evidence("last used by process", segment.last.to_string())
        .innocent("a program that shares memory with others on purpose", false, "ask who installed it");
    for user in users {
        finding = finding.related(subject::process(user)).next(format!("keeneye look pid {}", user.id.pid));
    }
    Some(finding)
}

/// A program of a package (not code that was given to an interpreter by hand), of a container, or where only its own
/// account may write, one of an admin.
fn is_ordinary(scene: &Scene<'_>, process: &Process, open: bool) -> bool {
    let standing = Standing::of(scene, process);
    let whole =
        process.program.as_ref().is_none_or(|p| matches!(p.kind, ProgramKind::Executable | ProgramKind::Script));
    let admin = !open && place::is_admin(standing::program_path(process), &scene.world.accounts);
    standing.contained || standing.owned() && whole || admin
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/odd-shared-memory";
    const HEADER: &str = r"key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap\n";

    fn host(segment: &str, more: &str) -> String {
        format!(
            "/proc/sysvipc/shm = {HEADER}{segment}\\n\n\
             /etc/passwd = root:x:0:0:root:/root:/bin/bash\\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\\n\n{more}"
        )
    }
    #[test]
    fn memory_of_the_web_server_that_everybody_may_write_to() {
        let python =
            "package python3 3 owns /usr/bin/python3\nprocess 41 uid=33 exe=/usr/bin/python3 cmdline=\"python3 -c x\"";
        let segment = "0 7 1666 4096 41 41 1 33 33 33 33 1700000000 0 1700000000 4096 0";
        check(
            NAME,
            &host(segment, python),
            &["note: shared memory 7 of www-data (33) (mode 666) is used by python3 (pid 41)"],
        );
        let left = segment.replace("41 41 1", "77 77 0");
        check(
            NAME,
            &host(&left, python),
            &["note: shared memory 7 of www-data (33) (mode 666) was left behind by process 77, which has ended"],
        );
        check(NAME, &host(&left.replace("1666", "600"), python), &[]);
    }
    #[test]
    fn a_database_is_quiet() {
        let owned = "package postgresql 15 owns /usr/lib/postgresql/15/bin/postgres\n\
                     process 41 uid=33 exe=/usr/lib/postgresql/15/bin/postgres";
        check(NAME, &host("0 7 600 56 41 41 6 33 33 33 33 1700000000 0 1700000000 4096 0", owned), &[]);
    }
    #[test]
    fn memory_of_a_person_is_quiet() {
        check(NAME, &host("0 7 600 56 41 41 6 1000 33 33 33 1700000000 0 1700000000 4096 0", ""), &[]);
    }
}
