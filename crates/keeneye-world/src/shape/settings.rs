//! Settings by which PHP and web servers run or load files: `php.ini` and its like, pools of php-fpm, `.htaccess` and
//! `.user.ini` in a site, settings of Apache and nginx.

use crate::place;
use bstr::ByteSlice;
use keeneye_facts::{Does, Text};

/// Lines that are told of one file.
pub const MAX_TOLD: usize = 200;

/// A setting that names a file to be run or loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The directive, in lower case: `auto_prepend_file`.
    pub name: &'static str,
    /// The file, without quotes.
    pub value: Vec<u8>,
}

/// Directives whose value is run with every page.
const RUN: [&str; 2] = ["auto_prepend_file", "auto_append_file"];
/// Directives whose value is loaded into PHP. Bare names lie in the directory that PHP was built with.
const LOADED: [&str; 5] = ["zend_extension", "extension_dir", "extension", "opcache.preload", "include_path"];
/// Directives whose last word is loaded into Apache or nginx.
const MODULES: [&str; 3] = ["loadmodule", "loadfile", "load_module"];
/// Directives that run or take in what their words name, told by where it lies: most are ordinary.
const PLACED: [&str; 13] = [
    "include",
    "includeoptional",
    "perlrequire",
    "init_by_lua_file",
    "init_worker_by_lua_file",
    "access_by_lua_file",
    "content_by_lua_file",
    "header_filter_by_lua_file",
    "log_by_lua_file",
    "rewrite_by_lua_file",
    "customlog",
    "errorlog",
    "transferlog",
];
/// Directories of settings of web servers, in which any name holds settings.
const SERVERS: [&str; 6] =
    ["/etc/apache2", "/etc/httpd", "/etc/nginx", "/etc/lighttpd", "/usr/local/nginx", "/usr/local/apache2"];

/// A file of settings, by its path: of PHP by its name, of web servers by where it lies.
pub fn is_settings(path: &Text) -> bool {
    let name = path.file_name();
    if crate::sweep::is_web_settings(name) {
        return true;
    }
    let in_php = path.starts_with(b"/etc/") || path.starts_with(b"/usr/local/");
    let php = in_php && path.split(|b| *b == b'/').any(|part| part.starts_with(b"php"));
    let server = SERVERS.iter().any(|dir| path.is_within(dir));
    php && (name.ends_with(b".ini") || name.ends_with(b".conf")) || server && !name.ends_with(b".so")
}

/// Lines that make the server run or load more than its own settings say, those of odd places first when there are too
/// many.
pub(super) fn read(bytes: &[u8]) -> Vec<(u32, Does)> {
    let (mut odd, mut plain) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(bytes.lines()) {
        let line = line.trim_ascii();
        let Some(does) = does(line) else { continue };
        let told = if setting(line).is_none_or(|setting| is_odd(&setting.value)) { &mut odd } else { &mut plain };
        if told.len() < MAX_TOLD {
            told.push((number, does));
        }
    }
    plain.truncate(MAX_TOLD - odd.len());
    odd.extend(plain);
    odd.sort_unstable_by_key(|(number, _)| *number);
    odd
}

/// Volatile or hidden, or told by a way up.
fn is_odd(value: &[u8]) -> bool {
    let path = place::led_to(&Text::from("/x"), &Text::from(value));
    value.contains_str("..") || place::is_volatile(&path) || place::hidden_component(&path).is_some()
}

/// `Include /dev/shm/*.inc`, `init_by_lua_file /dev/shm/x;`, `CustomLog "|/dev/shm/logger" combined`.
fn placed(line: &[u8]) -> Option<Setting> {
    let words = line.fields_with(|c| c.is_whitespace() || "\"';".contains(c)).filter(|word| !word.is_empty());
    let mut words = words.take(8);
    let first = words.next()?;
    let name = PLACED.into_iter().find(|name| first.eq_ignore_ascii_case(name.as_bytes()))?;
    let logs = name.ends_with("log");
    let mut files = words.filter_map(|word| {
        let file = word.trim_start_with(|c| c == '|' || c == '$');
        (!logs || file.len() < word.len()).then_some(file)
    });
    let value = files.find(|file| file.starts_with(b"/") && is_odd(file))?.to_vec();
    Some(Setting { name, value })
}

fn does(line: &[u8]) -> Option<Does> {
    if let Some(setting) = setting(line) {
        return Some(if RUN.contains(&setting.name) { Does::Prepends } else { Does::LoadsLibrary });
    }
    if is_comment(line) {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    let mut words = lower.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let directive = words.next()?;
    let handler = matches!(directive, b"addhandler" | b"addtype" | b"sethandler" | b"forcetype");
    let runs = lower.contains_str("php") || lower.contains_str("cgi-script") || lower.contains_str("server-parsed");
    if !handler || !runs {
        return None;
    }
    // `AddHandler x .php` only chooses the version; other ends, or every file, are another matter.
    let mut ends = words.skip(1).peekable();
    let foreign = |end: &[u8]| !end.trim_start_with(|c| c == '.').starts_with(b"ph");
    let all = matches!(directive, b"sethandler" | b"forcetype");
    (all || ends.any(foreign)).then_some(Does::AddsHandler)
}

fn is_comment(line: &[u8]) -> bool {
    line.starts_with(b"#") || line.starts_with(b";")
}

/// The file that a line has run or loaded: `auto_prepend_file = "/x"`, `php_admin_value[auto_prepend_file] = /x`,
/// `php_value auto_prepend_file /x`, `fastcgi_param PHP_VALUE "auto_prepend_file=/x"`, `zend_extension=/x.so`,
/// `LoadModule a /x.so`. Libraries by a bare name lie where PHP's own do, and are none.
pub fn setting(line: &[u8]) -> Option<Setting> {
    let line = line.trim_ascii();
    if is_comment(line) {
        return None;
    }
    let lower = line.get(..line.len().min(4096))?.to_ascii_lowercase();
    for name in RUN {
        if let Some(value) = lower.find(name).and_then(|at| line.get(at + name.len()..)).and_then(value) {
            return Some(Setting { name, value });
        }
    }
    let directive = lower.strip_prefix(b"php_admin_value[").unwrap_or(&lower);
    let skipped = lower.len() - directive.len();
    let loaded = LOADED.into_iter().find(|name| {
        let rest = directive
            .strip_prefix(name.as_bytes())
            .map(|rest| rest.trim_start_with(|c| c == ']' || c == ' ' || c == '\t'));
        rest.is_some_and(|rest| rest.starts_with(b"="))
    });
    let value = match loaded {
        Some(name) => line.get(skipped + name.len()..).and_then(value).map(|value| (name, value)),
        None => {
            if let Some(setting) = placed(line) {
                return Some(setting);
            }
            let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            let first = words.next()?.to_ascii_lowercase();
            let name = MODULES.into_iter().find(|name| first == name.as_bytes())?;
            words.next_back().and_then(value).map(|value| (name, value))
        }
    };
    let (name, value) = value.filter(|(_, value)| value.contains(&b'/'))?;
    // Relative to the server's own directory.
    (loaded.is_some() || value.starts_with(b"/")).then_some(Setting { name, value })
}

/// What stands behind a directive, up to the quote that ends it, a comment, or the end of a line in a string of nginx.
fn value(rest: &[u8]) -> Option<Vec<u8>> {
    let rest = rest.trim_start_with(|c| c.is_ascii_whitespace() || c == '=' || c == ']');
    let value = match rest.split_first() {
        Some((quote @ (b'"' | b'\''), rest)) => rest.split(|b| b == quote).next()?,
        _ => rest.split(|b| b";\"'".contains(b) || b.is_ascii_whitespace()).next()?,
    };
    let value = value.split_once_str("\\n").map_or(value, |(first, _)| first).trim_ascii();
    (!value.is_empty() && !value.eq_ignore_ascii_case(b"none")).then(|| value.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<Does> {
        read(text.as_bytes()).into_iter().map(|(_, does)| does).collect()
    }

    #[test]
    fn what_makes_other_files_run() {
        for line in [
            "AddType application/x-httpd-php .jpg",
            "AddHandler php-script .php .png",
            "  addhandler cgi-script .txt",
            "SetHandler application/x-httpd-php",
        ] {
            assert_eq!(said(line), [Does::AddsHandler], "{line}");
        }
        for line in [
            "AddHandler application/x-httpd-php74 .php .phtml",
            "AddType image/webp .webp",
            "# AddType x-php .jpg",
            "Deny all",
        ] {
            assert_eq!(said(line), [], "{line}");
        }
    }
    #[test]
    fn what_runs_with_every_script() {
        assert_eq!(said("auto_prepend_file = /tmp/.x\nphp_value auto_append_file \"a.jpg\"").len(), 2);
        assert_eq!(said("auto_prepend_file =\nauto_prepend_file = none\n;auto_prepend_file=/tmp/x"), []);
    }
    #[test]
    fn files_that_settings_name() {
        let value = |line: &str| setting(line.as_bytes()).map(|setting| (setting.name, Text::from(setting.value)));
        for (line, name, file) in [
            ("auto_prepend_file=/tmp/x.php ; x", "auto_prepend_file", "/tmp/x.php"),
            ("Auto_Append_File = \"/srv/a b.php\"", "auto_append_file", "/srv/a b.php"),
            ("php_admin_value[auto_prepend_file] = '/x'", "auto_prepend_file", "/x"),
            ("php_value auto_prepend_file /x", "auto_prepend_file", "/x"),
            ("fastcgi_param PHP_VALUE \"auto_prepend_file=/x\\nopen_basedir=/y\";", "auto_prepend_file", "/x"),
            ("fastcgi_param PHP_ADMIN_VALUE auto_prepend_file=/x;", "auto_prepend_file", "/x"),
            ("extension=/tmp/x.so", "extension", "/tmp/x.so"),
            ("extension = ../../x.so", "extension", "../../x.so"),
            ("php_admin_value[extension] = \"/x.so\"", "extension", "/x.so"),
            ("zend_extension=\"/x.so\"", "zend_extension", "/x.so"),
            ("extension_dir = /tmp/.x", "extension_dir", "/tmp/.x"),
            ("LoadModule x_module /tmp/x.so", "loadmodule", "/tmp/x.so"),
            ("load_module \"/tmp/x.so\";", "load_module", "/tmp/x.so"),
            ("opcache.preload=/dev/shm/.p.php", "opcache.preload", "/dev/shm/.p.php"),
            ("include_path = \".:/x\"", "include_path", ".:/x"),
            ("CustomLog \"|/dev/shm/logger\" combined", "customlog", "/dev/shm/logger"),
            ("PerlRequire /dev/shm/a.pl", "perlrequire", "/dev/shm/a.pl"),
            ("Include /dev/shm/*.inc", "include", "/dev/shm/*.inc"),
            ("include /dev/shm/x.conf;", "include", "/dev/shm/x.conf"),
            ("init_by_lua_file /dev/shm/x.lua;", "init_by_lua_file", "/dev/shm/x.lua"),
        ] {
            assert_eq!(value(line), Some((name, Text::from(file))), "{line}");
        }
        for line in [
            "extension=curl",
            "extension=curl.so",
            "; extension=/tmp/x.so",
            "LoadModule a_module modules/mod_a.so",
            "load_module modules/ngx_x.so;",
            "auto_prepend_file = ",
            "opcache.file_cache=/tmp",
            "include /etc/nginx/mime.types;",
            "CustomLog /tmp/access.log combined",
            "ErrorLog \"|/usr/bin/rotatelogs /tmp/x 5\"",
            "IncludeOptional mods-enabled/*.conf",
        ] {
            assert_eq!(value(line), None, "{line}");
        }
    }
    #[test]
    fn odd_lines_come_first_when_there_are_too_many() {
        let many = "extension=/opt/x.so\n".repeat(30_000);
        let lines = read(format!("{many}auto_prepend_file=../../dev/shm/x.php\n").as_bytes());
        assert_eq!((lines.len(), lines.last().map(|(number, _)| *number)), (MAX_TOLD, Some(30_001)));
    }
    #[test]
    fn where_settings_lie() {
        for path in [
            "/etc/php/8.2/fpm/pool.d/www.conf",
            "/etc/php/8.2/cli/conf.d/10-x.ini",
            "/etc/php.d/x.ini",
            "/etc/php82/php.ini",
            "/etc/php-fpm.d/www.conf",
            "/usr/local/etc/php/conf.d/x.ini",
            "/etc/apache2/sites-enabled/shop",
            "/etc/nginx/nginx.conf",
            "/srv/a/.user.ini",
        ] {
            assert!(is_settings(&Text::from(path)), "{path}");
        }
        for path in ["/etc/mysql/my.ini", "/srv/php/x.ini", "/etc/php/8.2/README", "/usr/share/php/x.conf"] {
            assert!(!is_settings(&Text::from(path)), "{path}");
        }
    }
    #[test]
    fn hostile_bytes() {
        let sample = b"AddType application/x-httpd-php .jpg\nauto_prepend_file = \"/tmp/.x\"\nextension=/x.so\nLoadModule a /b\n";
        crate::mutate::check(&[sample], |bytes| !read(bytes).is_empty());
    }
}
