//! What findings are about, made from facts.

use keeneye_facts::{Process, Subject, Text};

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
