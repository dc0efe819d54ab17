//! Scripts and settings that web servers run: looked into where the servers look, and told when they do something.

use super::Wanted;
use super::sweep::WebFiles;
use crate::reduce::names_root;
use crate::shape::{self, setting};
use crate::{Answer, EntryKind, Look, Question, place};
use bstr::ByteSlice;
use keeneye_facts::{Does, Interest, Refusal, Shape, Text};
use std::collections::BTreeSet;

/// Where web servers of distributions look when nobody tells them otherwise, and where panels put sites.
const DEFAULTS: &[&str] = &["/var/www", "/srv", "/usr/share/nginx", "/usr/lib/cgi-bin", "/var/lib/cgi-bin"];
/// Directories below which a site lies in the home of whoever owns it, and of application servers.
const IN_HOMES: &[&str] = &["public_html", "www", "htdocs", "httpdocs", "webapps", "wwwroot"];
/// Directories of settings.
const SETTINGS: &[&str] = &[
    "/etc/nginx",
    "/etc/nginx/conf.d",
    "/etc/nginx/sites-enabled",
    "/etc/apache2",
    "/etc/apache2/sites-enabled",
    "/etc/apache2/conf-enabled",
    "/etc/httpd/conf",
    "/etc/httpd/conf.d",
    "/etc/lighttpd",
    "/etc/lighttpd/conf-enabled",
    "/etc/caddy",
];
/// Settings files that are read, and directories that they may name.
const MAX_SETTINGS: usize = 500;
const MAX_ROOTS: usize = 2_000;
/// Scripts that are looked into, the newest first, and their bytes in all.
const MAX_SCRIPTS: usize = 20_000;
const MAX_BYTES: u64 = 256 << 20;

pub(super) fn look(look: &mut Look<'_>, wanted: &mut Wanted, mut files: WebFiles) {
    if files.is_empty() {
        return;
    }
    let roots = document_roots(look);
    files.retain(|(path, stat)| stat.size > 0 && is_served(path, &roots));
    files.sort_unstable_by(|(a, one), (b, two)| (two.changed, a).cmp(&(one.changed, b)));
    let (mut bytes, mut left_out) = (0_u64, 0_usize);
    let (mut cut, all) = (Vec::new(), files.len());
    for (index, (path, stat)) in files.into_iter().enumerate() {
        bytes = bytes.saturating_add(stat.size.min(crate::shape::MAX_BYTES));
        if index >= MAX_SCRIPTS || bytes > MAX_BYTES {
            left_out += 1;
            continue;
        }
        let reply = look.host().ask(&Question::Shape(path.clone()));
        look.count(1, u64::from(reply.is_ok()));
        let answer = match reply {
            Ok(answer) => Some(answer),
            // One gap for all that were still to come.
            Err(Refusal::OutOfTime) => {
                look.gap(format!("{} older scripts of sites", all - index), Refusal::OutOfTime);
                left_out = 0;
                break;
            }
            Err(why) => {
                look.gap([b"shape of ", path.as_slice()].concat(), why);
                None
            }
        };
        // Padding must not hide what stands behind it.
        if let Some(Answer::Shape(shape)) = &answer
            && matches!(&**shape, Shape::Script(script) if script.cut)
        {
            cut.push(path.clone());
        }
        match answer {
            Some(Answer::Shape(shape)) if is_worth_telling(&path, &shape) => {
                named_files(look, wanted, &path, &shape);
                wanted.add(path.clone(), Interest::Web);
                wanted.shapes.insert(path, *shape);
            }
            Some(Answer::Shape(_)) | None => (),
            Some(other) => look.misfit(path, &other),
        }
    }
    if let Some(first) = cut.first() {
        let more = if cut.len() > 1 { format!(" and of {} more", cut.len() - 1) } else { String::new() };
        let what = [b"the middle of ", first.as_slice(), more.as_bytes()].concat();
        look.gap(what, Refusal::Cut("2 MiB, 300,000 words a script, and its last 64 KiB".into()));
    }
    if left_out > 0 {
        look.gap(format!("{left_out} older scripts of sites"), Refusal::Cut("20,000 scripts, 256 MiB".into()));
    }
}

/// Files that settings of a site have run with every script.
fn named_files(look: &mut Look<'_>, wanted: &mut Wanted, path: &Text, shape: &Shape) {
    let Shape::Settings(lines) = shape else { return };
    look.full(path, lines.len(), shape::MAX_SETTINGS, "settings that run or load files");
    let named = lines.iter().filter_map(|line| setting(&line.text)).map(|setting| Text::from(setting.value));
    for path in named.filter(|path| path.starts_with(b"/")) {
        if let Some(path) = look.resolve_if_there(&path) {
            wanted.add(path, Interest::Autostart);
        }
    }
}

/// It does something with what others send; or it runs something where nobody puts programs.
fn is_worth_telling(path: &Text, shape: &Shape) -> bool {
    match shape {
        Shape::Script(script) => {
            let lines = script.lines.iter();
            lines.into_iter().any(|line| line.does != Does::Runs || place::is_upload(path))
        }
        Shape::Settings(lines) => !lines.is_empty(),
        Shape::Elf(_) => true,
        Shape::Other => false,
    }
}

fn is_served(path: &Text, roots: &BTreeSet<Text>) -> bool {
    let below = |dir: &[u8]| path.strip_prefix(dir).is_some_and(|rest| rest.starts_with(b"/"));
    DEFAULTS.iter().any(|dir| path.is_within(dir))
        || path.split(|b| *b == b'/').any(|part| IN_HOMES.iter().any(|name| part == name.as_bytes()))
        || roots.iter().any(|root| below(root))
}

fn document_roots(look: &mut Look<'_>) -> BTreeSet<Text> {
    let mut roots = BTreeSet::new();
    let mut read = 0;
    for dir in SETTINGS {
        let dir = Text::from(*dir);
        for entry in look.optional_list(&dir).unwrap_or_default() {
            if entry.kind == EntryKind::Dir {
                continue;
            }
            if read >= MAX_SETTINGS {
                look.full(&dir, read, MAX_SETTINGS, "files of settings of web servers");
                break;
            }
            let Some(path) = look.resolve_if_there(&dir.join(&entry.name)) else { continue };
            // A link may lead to a directory.
            if !look.optional_stat(&path).is_some_and(|stat| stat.is_regular()) {
                continue;
            }
            read += 1;
            roots.extend(look.optional_read(&path).iter().flat_map(|text| named_roots(text)));
        }
    }
    let roots = look.first(&Text::from("document roots"), roots, MAX_ROOTS, "directories");
    roots.iter().filter_map(|root| look.resolve_if_there(root)).filter(|root| root != "/").collect()
}

/// The directories of lines that [`names_root`] tells, those with variables left out.
fn named_roots(text: &[u8]) -> Vec<Text> {
    let roots = text.lines().filter(|line| names_root(line)).filter_map(|line| {
        let words = line.fields_with(|c| c.is_whitespace() || "=\"';{".contains(c)).filter(|word| !word.is_empty());
        let path = words.skip(1).filter(|word| word.starts_with(b"/")).last()?;
        (!path.contains(&b'$')).then(|| Text::from(path.trim_end_with(|c| c == '/')))
    });
    roots.filter(|root| root.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_in_settings() {
        let text = b"server {\n  root /data/shop/;\n # root /no\n}\nDocumentRoot \"/web/one\"\nAlias /a /web/two\n\
            server.document-root = \"/web/three\"\nroot * /web/four\nroot $x/y;\nroot /;\nserver_name /x;\n";
        let roots: Vec<Text> = ["/data/shop", "/web/one", "/web/two", "/web/three", "/web/four"].map(Text::from).into();
        assert_eq!(named_roots(text), roots);
    }
    #[test]
    fn hostile_settings() {
        let seed = b"root /data/shop/;\nDocumentRoot \"/web/one\"\nroot * /web/four\n";
        crate::mutate::check(&[seed], |bytes| !named_roots(bytes).is_empty());
    }
    #[test]
    fn what_is_served() {
        let roots = BTreeSet::from([Text::from("/data/shop")]);
        for path in ["/var/www/x.php", "/home/a/public_html/x.php", "/opt/tomcat/webapps/a/x.jsp", "/data/shop/x.php"] {
            assert!(is_served(&Text::from(path), &roots), "{path}");
        }
        for path in ["/home/a/src/x.php", "/data/shopping/x.php", "/opt/x.php"] {
            assert!(!is_served(&Text::from(path), &roots), "{path}");
        }
    }
}
