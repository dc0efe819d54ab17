//! What PHP runs before and after every page, and the libraries that it, Apache and nginx load by a path: `php.ini` and
//! what stands beside it (the manual of PHP: "The configuration file"), pools of php-fpm, settings of web servers.
//!
//! These files hold passwords of databases, so this sense asks for the lines that matter only. Others that ask for them
//! get their first bytes masked, and of web servers the lines that say where sites lie: see `reduce`.

use super::entry;
use super::places::{self, Place};
use crate::shape::{self, Setting};
use crate::{Answer, EntryKind, Look, Question, World, place};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Refusal, Shape, ShapeLine, Text};

/// Directories in which what begins with `php` is PHP's.
const TOPS: [&str; 5] = ["/etc", "/etc/opt/remi", "/usr/local/etc", "/usr/local/php/etc", "/usr/local/lib"];
/// Directories of settings of web servers.
const SERVERS: [&str; 6] =
    ["/etc/apache2", "/etc/httpd", "/etc/nginx", "/etc/lighttpd", "/usr/local/nginx/conf", "/usr/local/apache2/conf"];
/// Settings that nothing reads until something links to them.
const SPARE: [&str; 4] = ["mods-available", "sites-available", "conf-available", "modules-available"];
/// How deep settings lie below a directory: `/etc/php/8.2/fpm/pool.d/www.conf`.
const MAX_DEPTH: usize = 4;
/// Files that are looked into in all.
const MAX_FILES: usize = 1_000;

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let mut files = Vec::new();
    for top in TOPS {
        let Some(top) = look.optional_resolve(&Text::from(top)) else { continue };
        for entry in look.optional_list(&top).unwrap_or_default() {
            if entry.name.starts_with(b"php") {
                below(look, &top.join(&entry.name), entry.kind, 0, &mut files);
            }
        }
    }
    for dir in SERVERS {
        below(look, &Text::from(dir), EntryKind::Dir, 0, &mut files);
    }
    files.sort_unstable_by(|a, b| a.target.cmp(&b.target));
    files.dedup_by(|a, b| a.target == b.target);
    for place in files {
        let what = [b"settings in ", place.target.as_slice()].concat();
        match look.ask(&Question::Shape(place.target.clone()), what) {
            Some(Answer::Shape(shape)) => lines(look, &place, *shape),
            Some(other) => look.misfit(place.target, &other),
            None => (),
        }
    }
}

/// Files of settings at a path and below it.
fn below(look: &mut Look<'_>, path: &Text, kind: EntryKind, depth: usize, files: &mut Vec<Place>) {
    if depth > MAX_DEPTH || files.len() >= MAX_FILES || SPARE.iter().any(|name| path.file_name() == *name) {
        return;
    }
    let mut kind = kind;
    if kind == EntryKind::Link {
        let target = look.resolve_if_there(path);
        let stat = target.and_then(|target| look.optional_stat(&target));
        kind = if stat.is_some_and(|stat| stat.is_dir()) { EntryKind::Dir } else { EntryKind::File };
    }
    if places::is_dir(kind) {
        for entry in look.optional_list(path).unwrap_or_default() {
            below(look, &path.join(&entry.name), entry.kind, depth + 1, files);
        }
    } else if shape::is_settings(path) {
        files.extend(places::file(look, path).filter(|place| shape::is_settings(&place.target)));
    }
}

fn lines(look: &mut Look<'_>, place: &Place, shape: Shape) {
    let Shape::Settings(lines) = shape else { return };
    look.full(&place.target, lines.len(), shape::MAX_SETTINGS, "settings that run or load files");
    if place.stat.size > shape::MAX_BYTES {
        look.gap(place.target.clone(), Refusal::Cut("16 MiB of settings".into()));
    }
    for ShapeLine { number, text, .. } in lines {
        let Some(Setting { name, value }) = shape::setting(&text) else { continue };
        let entry = Autostart {
            kind: AutostartKind::Php,
            path: place.target.clone(),
            line: Some(number),
            name: name.into(),
            command: Text::from(value.clone()),
            ..Autostart::default()
        };
        // A way up from a directory of the server's, which is not known, ends at the root when it is long enough.
        let named = value.split_str(if name == "include_path" { ":" } else { "\0" });
        let named = named.filter(|path| path.starts_with(b"/") || path.starts_with(b"../"));
        let root = Text::from("/x");
        entry::saw(look, entry, named.map(|path| place::led_to(&root, &Text::from(path))).collect::<Vec<_>>());
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::{Plan, scan};

    #[test]
    fn what_is_left_out_of_a_long_file_is_a_gap() {
        for (lines, expected) in [(5, 0), (10_000, 1)] {
            let mut host = Fixture::new("");
            host.file("/etc/php.ini", "extension=/opt/x.so\n".repeat(lines).as_bytes());
            let world = scan(&host, &Plan::default());
            let gaps = world.gaps.iter().filter(|gap| gap.what == "/etc/php.ini");
            assert_eq!(gaps.count(), expected, "{lines}");
        }
    }
}
