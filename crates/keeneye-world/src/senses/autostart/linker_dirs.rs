//! Directories that the dynamic linker is told of: ldconfig(8), `/etc/ld.so.conf`.

use super::{entry, places};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let mut files = places::files(look, "/etc/ld.so.conf.d");
    files.retain(|place| place.name().ends_with(b".conf"));
    files.extend(places::file(look, &Text::from("/etc/ld.so.conf")));
    for place in files {
        let text = look.optional_read(&place.target).unwrap_or_default();
        for (line, dir) in dirs(&text) {
            let entry = Autostart {
                kind: AutostartKind::Linker,
                path: place.target.clone(),
                line: Some(line),
                name: place.name(),
                command: dir.clone(),
                ..Autostart::default()
            };
            entry::saw(look, entry, Some(dir));
        }
    }
}

/// Directories, one a line or with blanks, commas or colons between; `include` and `hwcap` name none.
fn dirs(text: &[u8]) -> Vec<(u32, Text)> {
    let lines =
        text.lines().enumerate().map(|(index, line)| (index, line.split(|b| *b == b'#').next().unwrap_or(line)));
    let real = lines
        .filter(|(_, line)| !["include", "hwcap"].iter().any(|word| line.trim_ascii().starts_with(word.as_bytes())));
    let dirs = real.flat_map(|(index, line)| {
        let words = line.split(|b| b.is_ascii_whitespace() || matches!(b, b',' | b':'));
        words.filter(|word| word.starts_with(b"/")).map(move |word| (entry::line_number(index), Text::from(word)))
    });
    dirs.take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn directories_of_libraries() {
        let text = b"include /etc/ld.so.conf.d/*.conf\n# /x\n/usr/local/lib\n/a:/b # /c\nhwcap 1 nosegneg\n";
        assert_eq!(dirs(text), [(3, "/usr/local/lib".into()), (4, "/a".into()), (4, Text::from("/b"))]);
        crate::mutate::check(&[text], |bytes| !dirs(bytes).is_empty());
    }
}
