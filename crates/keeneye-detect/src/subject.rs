//! What findings are about, made from facts.

use keeneye_facts::{Mount, Process, SharedMemory, Subject, Text, Thread};

/// A process: `sshd (pid 812)`.
pub(crate) fn process(process: &Process) -> Subject {
    let path = process.program.as_ref().map(|p| p.path.clone());
    let name = path.as_ref().map_or_else(|| process.comm.clone(), |p| Text::from(p.file_name()));
    Subject {
        kind: "process".into(),
        name: Text::from([name.as_slice(), format!(" (pid {})", process.id.pid).as_bytes()].concat()),
        process: Some(process.id),
        path,
        ..Subject::default()
    }
}

/// A thread: `thread 45 of sshd (pid 812)`.
pub(crate) fn thread(process: &Process, thread: &Thread) -> Subject {
    let of = self::process(process);
    let name = [format!("thread {} of ", thread.tid).as_bytes(), of.name.as_slice()].concat();
    Subject { kind: "thread".into(), name: Text::from(name), tid: Some(thread.tid), ..of }
}

/// A mount, by the place that it covers.
pub(crate) fn mount(mount: &Mount) -> Subject {
    Subject {
        kind: "mount".into(),
        name: mount.point.clone(),
        path: Some(mount.point.clone()),
        number: Some(i64::from(mount.id)),
        ..Subject::default()
    }
}

/// A file, by its path.
pub(crate) fn file(path: &Text) -> Subject {
    Subject { kind: "file".into(), name: path.clone(), path: Some(path.clone()), ..Subject::default() }
}

/// A package, by its name.
pub(crate) fn package(name: &str) -> Subject {
    Subject { kind: "package".into(), name: Text::from(name), ..Subject::default() }
}

/// A shared memory segment: `shared memory 32768`.
pub(crate) fn shared_memory(segment: &SharedMemory, account: Text) -> Subject {
    Subject {
        kind: "shared-memory".into(),
        name: Text::from(format!("shared memory {}", segment.id)),
        number: Some(segment.id),
        account: Some(account),
        ..Subject::default()
    }
}
