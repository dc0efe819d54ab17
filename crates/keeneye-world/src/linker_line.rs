//! The command line of a dynamic linker that was started as a program: ld.so(8). Pure.

use keeneye_facts::Text;

/// Options with a value. It is the next word; musl's linker takes it behind `=` too.
pub(crate) const WITH_VALUE: [&str; 7] = [
    "--library-path",
    "--preload",
    "--argv0",
    "--audit",
    "--inhibit-rpath",
    "--glibc-hwcaps-mask",
    "--glibc-hwcaps-prepend",
];
const LIBRARY_PATH: &str = "--library-path";

/// `ld-linux-x86-64.so.2`, `ld-2.31.so`, `ld64.so.2`, `ld.so`, `ld-musl-x86_64.so.1`: names of the C libraries' own.
pub(crate) fn is_loader(name: &[u8]) -> bool {
    let stem = name.strip_prefix(b"ld").unwrap_or_default();
    let begins = [b"-".as_slice(), b".so", b"32.so", b"64.so"].iter().any(|next| stem.starts_with(next));
    begins && (name.ends_with(b".so") || bstr::ByteSlice::contains_str(name, ".so."))
}

/// Libraries that it is told to load first, with the option that names each; empty for any other program.
pub fn preloads(cmdline: &[Text]) -> Vec<(&'static str, Text)> {
    loads(cmdline).into_iter().filter(|(option, _)| *option != LIBRARY_PATH).collect()
}

/// Libraries that it is told to load first and directories that it is told to look for libraries in, with the option
/// that names each; empty for any other program.
pub(crate) fn loads(cmdline: &[Text]) -> Vec<(&'static str, Text)> {
    let mut words = cmdline.iter();
    if !words.next().is_some_and(|first| is_loader(first.file_name())) {
        return Vec::new();
    }
    let mut named = Vec::new();
    while let Some(word) = words.next().filter(|word| word.starts_with(b"--") && **word != "--") {
        let mut parts = word.splitn(2, |b| *b == b'=');
        let (option, value) = (parts.next().unwrap_or_default(), parts.next());
        let Some(option) = WITH_VALUE.into_iter().find(|name| option == name.as_bytes()) else { continue };
        let value = value.or_else(|| words.next().map(Text::as_slice)).unwrap_or_default();
        let separators: &[u8] = match option {
            "--preload" => b": \t\n",
            "--audit" => b":",
            LIBRARY_PATH => b":;",
            _ => continue,
        };
        let paths = value.split(|b| separators.contains(b)).filter(|part| !part.is_empty());
        named.extend(paths.map(|path| (option, Text::from(path))));
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
        assert_eq!(said("/lib64/ld-linux-x86-64.so.2 --inhibit-rpath /x --audit /c.so /x"), ["--audit /c.so"]);
        assert_eq!(said("/lib64/ld-linux-x86-64.so.2 -- --preload /a.so"), [""; 0]);
    }
    #[test]
    fn directories_too() {
        let words: Vec<Text> = "ld.so --library-path /l:/m;/n --preload /a.so /x".split(' ').map(Text::from).collect();
        let paths = loads(&words).into_iter().map(|(_, path)| path.lossy().to_string()).collect::<Vec<_>>();
        assert_eq!(paths, ["/l", "/m", "/n", "/a.so"]);
    }
}
