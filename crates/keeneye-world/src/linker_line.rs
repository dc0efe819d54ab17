//! The command line of a dynamic linker that was started as a program: ld.so(8). Pure.

use crate::shell_line::is_loader;
use keeneye_facts::Text;

/// Options with a value that name no library.
const OTHER: [&[u8]; 4] = [b"--library-path", b"--argv0", b"--glibc-hwcaps-prepend", b"--glibc-hwcaps-mask"];

/// Libraries that it is told to load first, with the option that names each; empty for any other program.
pub fn preloads(cmdline: &[Text]) -> Vec<(&'static str, Text)> {
    let mut words = cmdline.iter();
    if !words.next().is_some_and(|first| is_loader(first.file_name())) {
        return Vec::new();
    }
    let mut named = Vec::new();
    while let Some(word) = words.next().filter(|word| word.starts_with(b"--")) {
        let mut parts = word.splitn(2, |b| *b == b'=');
        let (option, value) = (parts.next().unwrap_or_default(), parts.next());
        let (name, separators): (_, &[u8]) = match option {
            b"--preload" => ("--preload", b": \t\n"),
            b"--audit" => ("--audit", b":"),
            _ => {
                if OTHER.contains(&option) && value.is_none() {
                    words.next();
                }
                continue;
            }
        };
        let value = value.or_else(|| words.next().map(Text::as_slice)).unwrap_or_default();
        let libraries = value.split(|b| separators.contains(b)).filter(|part| !part.is_empty());
        named.extend(libraries.map(|library| (name, Text::from(library))));
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> Vec<String> {
        let words: Vec<Text> = line.split(' ').map(Text::from).collect();
        preloads(&words).into_iter().map(|(option, library)| format!("{option} {}", library.lossy())).collect()
    }

    #[test]
    fn libraries_of_a_linkers_command_line() {
        let line =
            "/lib64/ld-linux-x86-64.so.2 --argv0 x --library-path /l --preload /a.so:/b.so --audit /c.so /usr/bin/x";
        assert_eq!(said(line), ["--preload /a.so", "--preload /b.so", "--audit /c.so"]);
        assert_eq!(said("/lib/ld-musl-x86_64.so.1 --preload=/a.so /x --preload /b.so"), ["--preload /a.so"]);
        assert_eq!(said("/usr/bin/x --preload /a.so"), [""; 0]);
        assert_eq!(said("/lib64/ld-linux-x86-64.so.2 --preload"), [""; 0]);
    }
}
