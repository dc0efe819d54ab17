//! What PHP runs before and after every page, and the libraries that it, Apache and nginx load by a path: `php.ini` and
//! what stands beside it (the manual of PHP: "The configuration file"), pools of php-fpm, settings of web servers.
//!
//! These files hold passwords of databases, so their content is never asked for, only the lines that matter.

use super::entry;
use super::places::{self, Place};
use crate::shape::{self, Setting};
use crate::{Answer, EntryKind, Look, Question, World};
use keeneye_facts::{Autostart, AutostartKind, Shape, ShapeLine, Text};

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
        entry::saw(look, entry, value.starts_with(b"/").then(|| Text::from(value)));
    }
}
