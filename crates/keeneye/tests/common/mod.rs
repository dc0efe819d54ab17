//! What the tests of the program share: running it, and a directory of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program, not yet started.
pub(crate) fn keeneye(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keeneye"));
    command.args(arguments);
    command
}

/// Runs it to its end.
#[track_caller]
pub(crate) fn run(arguments: &[&str]) -> Output {
    keeneye(arguments).output().expect("keeneye starts")
}

/// Exit code, standard output and standard error.
pub(crate) fn parts(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8 comes out");
    (output.status.code().expect("no signal ended it"), text(&output.stdout), text(&output.stderr))
}

/// A directory that is removed in the end. Everybody may enter it.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("keeneye-test-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a directory can be made");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
        Self(path)
    }
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
    /// Writes a file, and the directories above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("directories can be made");
        std::fs::write(&path, content).expect("a file can be written");
        // Whatever the umask: keeneye believes no configuration that others may write.
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        std::fs::set_permissions(&path, mode).expect("its mode can be set");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}
