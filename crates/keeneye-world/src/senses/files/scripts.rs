//! What scripts of no package do that lie among packages' programs.

use crate::{Look, languages, place, shell_line};
use bstr::ByteSlice;
use keeneye_facts::{FileFact, FileKind, Refusal, Text};

/// Scripts that are read.
const MAX_SCRIPTS: usize = 200;
/// Scripts above this size are not read, in bytes.
const MAX_SIZE: u64 = 1 << 20;
/// Bytes that are kept of one.
const MAX_KEPT: usize = 64 << 10;

pub(super) fn read(look: &mut Look<'_>, facts: &mut [FileFact]) {
    let mut count = 0;
    for fact in facts.iter_mut().filter(|fact| is_stray_script(fact)) {
        count += 1;
        if count > MAX_SCRIPTS {
            continue;
        }
        if fact.stat.is_some_and(|stat| stat.size > MAX_SIZE) {
            look.gap(fact.path.clone(), Refusal::Cut("1 MiB a script".into()));
            continue;
        }
        let Some(text) = look.optional_read(&fact.path) else { continue };
        let commands = without_comments(&text);
        if commands.len() > MAX_KEPT || is_read_by_shell(&fact.kind) && shell_line::is_cut(&commands) {
            look.gap(fact.path.clone(), Refusal::Cut("64 KiB, 2,000 commands a script".into()));
        }
        fact.commands = Some(Text::from(commands.get(..MAX_KEPT).unwrap_or(&commands)));
    }
    if count > MAX_SCRIPTS {
        let why = Refusal::Cut(format!("{MAX_SCRIPTS} scripts"));
        look.gap(format!("{count} scripts of no package among packages' programs"), why);
    }
}

/// The line that names the interpreter, and lines that are neither empty nor comments.
fn without_comments(text: &[u8]) -> Vec<u8> {
    let lines = text.lines().map(<[u8]>::trim_ascii).enumerate();
    let kept = lines.filter(|(at, line)| *at == 0 || !line.is_empty() && !line.starts_with(b"#"));
    bstr::join("\n", kept.map(|(_, line)| line))
}

/// `env` may stand before a shell as before any other interpreter.
fn is_read_by_shell(kind: &FileKind) -> bool {
    let FileKind::Script(interpreter) = kind else { return false };
    let name = interpreter.file_name();
    languages::is_shell(name) || !languages::is_interpreter(name)
}

fn is_stray_script(fact: &FileFact) -> bool {
    let regular = fact.stat.is_some_and(|stat| stat.is_regular());
    regular && matches!(fact.kind, FileKind::Script(_)) && fact.owner.is_unowned() && place::is_packaged(&fact.path)
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::{Plan, scan};

    fn commands(host: &str) -> Option<String> {
        let world = scan(&Fixture::new(host), &Plan::default());
        let commands = world.file(b"/usr/bin/x").and_then(|file| file.commands.clone());
        commands.map(|text| text.lossy().into_owned())
    }

    #[test]
    fn scripts_of_no_package() {
        let host = "package a 1 owns /usr/bin/a\n/usr/bin/x = #!/bin/sh\\n# b\\n\\n  c  # d\\nTOKEN=abc e\\n\n/usr/bin/x : mode=100755\n";
        assert_eq!(commands(host).as_deref(), Some("#!/bin/sh\nc  # d\nTOKEN=*** e"));
        assert_eq!(commands(&host.replace("#!/bin/sh", "#/bin/sh")), None);
        let owned = "package a 1 owns /usr/bin/x\nprocess 41 exe=/usr/bin/x\n/usr/bin/x = #!/bin/sh\\nc\\n";
        assert_eq!(commands(owned), None);
    }
    #[test]
    fn more_commands_than_are_read() {
        let gaps = |interpreter: &str, lines: usize| {
            let text = format!("#!{interpreter}\\n{}", "true\\n".repeat(lines));
            let host = format!("package a 1 owns /usr/bin/a\n/usr/bin/x = {text}\n/usr/bin/x : mode=100755\n");
            let world = scan(&Fixture::new(&host), &Plan::default());
            world.gaps.iter().filter(|gap| gap.what == "/usr/bin/x").count()
        };
        assert_eq!(gaps("/bin/sh", 10), 0);
        assert_eq!(gaps("/bin/sh", 2_100), 1);
        assert_eq!(gaps("/bin/sh", 16_000), 1);
        assert_eq!(gaps("/usr/bin/python3", 2_100), 0);
    }
    #[test]
    fn hostile_bytes() {
        let seed = b"#!/bin/sh\n# a\n\n b # c\n\0\xff\r\n";
        crate::mutate::check(&[seed], |bytes| super::without_comments(bytes).len() <= bytes.len());
    }
}
