//! PHP runs a file with every page, or loads a library, that lies where nobody honest keeps one.
//!
//! # What it sees
//! `auto_prepend_file` and `auto_append_file`, `extension` and `zend_extension` by a path, in `php.ini`, the files
//! beside it, pools of php-fpm and settings of Apache and nginx, and modules that those two load. What they name lies
//! in a volatile or hidden place, among what visitors send, in a directory of packages without being of one, comes over
//! the network, or is a picture: suspicious. So is what `opcache.preload`, `include_path`, `Include`, `PerlRequire`,
//! Lua of nginx and piped logs of Apache take from a volatile or hidden place. A library of nobody's where PHP keeps
//! its own: unusual, as are files outside of the directories that admins use.
//!
//! # Why it matters
//! Every page of every site runs it first. No file in any site is changed, so neither a look at the sites nor a new
//! installation of them finds it.
//!
//! # Innocent causes
//! Firewalls and profilers for PHP are set up that way, in a directory of their own or among the files of the site.
//! Extensions that `pecl` built belong to no package.
//!
//! # What to do
//! Read the file that it names. Look who changed the setting and when, and what else came at that time.

use super::{finding, foreign, is_of_admin};
use crate::{Detector, Scene};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Finding, Level, Text};
use keeneye_world::{World, place};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/php-hook",
    title: "PHP runs or loads what lies where nobody honest keeps it",
    level: Level::Suspicious,
    attack: &["T1505.003", "T1546"],
    absolute: false,
    source: include_str!("php_hook.rs"),
    run,
};

/// Ends of files that hold no code.
const DATA: [&str; 9] = [".jpg", ".jpeg", ".png", ".gif", ".ico", ".bmp", ".webp", ".txt", ".log"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    foreign(scene.world, &[AutostartKind::Php]).filter_map(|entry| look(scene, entry)).collect()
}

fn look(scene: &Scene<'_>, entry: &Autostart) -> Option<Finding> {
    let (level, why) = of_value(&entry.command)
        .or_else(|| entry.programs.iter().filter_map(|path| of_file(scene.world, entry, path)).max())?;
    let does = if entry.name.contains_str("pend_file") {
        "runs with every page"
    } else if entry.name.ends_with(b"log") {
        "runs"
    } else {
        "loads"
    };
    let says = format!("{does} {}, which {why}", entry.command.lossy());
    Some(
        finding(&DETECTOR, scene, entry, level, &says)
            .innocent(
                "a firewall, a profiler or an extension of the admin's",
                level == Level::Suspicious,
                "it would lie with its own files",
            )
            .next(format!("keeneye look file {}", entry.programs.first().unwrap_or(&entry.path).lossy())),
    )
}

/// What the setting says by itself.
fn of_value(value: &Text) -> Option<(Level, &'static str)> {
    let elsewhere = value.contains_str("://") || value.starts_with(b"data:");
    let lower = value.to_ascii_lowercase();
    match () {
        () if elsewhere => Some((Level::Suspicious, "is no file of this host")),
        () if DATA.iter().any(|end| lower.ends_with(end.as_bytes())) => {
            Some((Level::Suspicious, "is no code by its name"))
        }
        () => None,
    }
}

fn of_file(world: &World, entry: &Autostart, path: &Text) -> Option<(Level, &'static str)> {
    let owner = world.owner(path);
    if owner.is_owned_unchanged() || place::own_image(path, &world.mounts).is_some() {
        return None;
    }
    let hidden = place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, &world.accounts);
    if place::is_volatile(path) {
        return Some((Level::Suspicious, "lies in a volatile place"));
    }
    if hidden {
        return Some((Level::Suspicious, "hides"));
    }
    // What is not there is neither run nor loaded, nor is anything known of it.
    let file = world.file(path).filter(|file| file.owner.is_unowned())?;
    let directory = file.stat.is_some_and(|stat| stat.is_dir());
    match () {
        () if directory && is_of_php(path) => None,
        () if directory && (place::is_packaged(path) || entry.name == "extension_dir") => {
            Some((Level::Unusual, "belongs to no package"))
        }
        () if place::is_upload(path) => Some((Level::Suspicious, "lies among what visitors send")),
        () if place::is_packaged(path) && (is_of_server(entry) || is_of_extensions(entry, path)) => {
            Some((Level::Unusual, "belongs to no package"))
        }
        // Where PEAR and Composer put what belongs to no package either.
        () if path.is_within("/usr/share/php") => Some((Level::Unusual, "belongs to no package")),
        () if place::is_packaged(path) => Some((Level::Suspicious, "lies among packages' files and is of none")),
        () if is_of_admin(world, path) || place::is_application(path) || path.is_within("/var/www") => None,
        () => Some((Level::Unusual, "belongs to no package")),
    }
}

/// A directory of PHP's own: no package alone has a directory, so the name tells.
fn is_of_php(path: &Text) -> bool {
    let named = path.split(|b| *b == b'/').any(|part| part.starts_with(b"php") || part == b"pear");
    place::is_packaged(path) && named
}

/// A module of Apache or nginx: installers of other languages (gem, pip) put theirs among packages' libraries.
fn is_of_server(entry: &Autostart) -> bool {
    entry.name.contains_str("load")
}

/// A library in the directories where PHP, Apache and nginx keep theirs, and where `pecl` and others put what they
/// build.
fn is_of_extensions(entry: &Autostart, path: &Text) -> bool {
    let kept = ["php", "apache2", "httpd", "nginx"];
    let inside = path.split(|b| *b == b'/').any(|part| kept.iter().any(|name| part.starts_with(name.as_bytes())));
    inside && path.starts_with(b"/usr/lib") && path.ends_with(b".so") && !entry.name.contains_str("pend_file")
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, findings};
    const NAME: &str = "persistence/php-hook";
    const BASE: &str = "package php 8.2 owns /usr/share/php/x.php,/usr/lib/php/20220829/curl.so\n";

    /// Whether the line is told, and at what level, where the file is there.
    #[track_caller]
    fn says(path: &str, line: &str, file: &str, level: Option<&str>) {
        let said = findings(NAME, &format!("{BASE}{path} = {line}\\n\n{file} = <?php"), &[]);
        let expected: Vec<&str> = level.into_iter().collect();
        let levels: Vec<&str> = said.iter().filter_map(|said| said.split(':').next()).collect();
        assert_eq!(levels, expected, "{path} {line}: {said:?}");
    }

    #[test]
    fn every_place_of_settings() {
        for path in [
            "/etc/php/8.2/cli/conf.d/99-x.ini",
            "/etc/php/8.2/fpm/php.ini",
            "/etc/php/7.4/apache2/php.ini",
            "/etc/php.ini",
            "/etc/php.d/x.ini",
            "/etc/php82/conf.d/x.ini",
            "/usr/local/etc/php/conf.d/x.ini",
            "/etc/opt/remi/php81/php.d/x.ini",
        ] {
            for name in ["auto_prepend_file", "auto_append_file"] {
                says(path, &format!("{name} = /var/tmp/x.php"), "/var/tmp/x.php", Some("suspicious"));
                says(path, &format!("{name} = /srv/app/x.php"), "/srv/app/x.php", None);
            }
            says(path, "extension=/var/tmp/x.so", "/var/tmp/x.so", Some("suspicious"));
            says(path, "extension=curl", "/var/tmp/x.so", None);
        }
        for path in ["/etc/php/8.2/fpm/pool.d/www.conf", "/etc/php-fpm.d/www.conf", "/etc/php82/php-fpm.d/www.conf"] {
            says(path, "php_admin_value[auto_prepend_file] = /tmp/x.php", "/tmp/x.php", Some("suspicious"));
            says(path, "php_admin_value[auto_prepend_file] = /srv/x.php", "/srv/x.php", None);
        }
        says(
            "/etc/apache2/sites-enabled/a.conf",
            "php_value auto_prepend_file /tmp/x.php",
            "/tmp/x.php",
            Some("suspicious"),
        );
        says(
            "/etc/nginx/sites-enabled/a",
            "fastcgi_param PHP_VALUE \"auto_prepend_file=/tmp/x.php\";",
            "/tmp/x.php",
            Some("suspicious"),
        );
        says(
            "/etc/nginx/sites-enabled/a",
            "fastcgi_param PHP_VALUE \"auto_prepend_file=/srv/x.php\";",
            "/srv/x.php",
            None,
        );
        says("/etc/apache2/mods-available/a.conf", "php_value auto_prepend_file /tmp/x.php", "/tmp/x.php", None);
        says("/etc/httpd/conf.d/a.conf", "LoadModule a_module /dev/shm/a.so", "/dev/shm/a.so", Some("suspicious"));
    }
    #[test]
    fn where_the_file_lies() {
        let path = "/etc/php/8.2/fpm/conf.d/99-x.ini";
        let prepends = |file: &str, level| says(path, &format!("auto_prepend_file={file}"), file, level);
        prepends("/usr/share/.x.php", Some("suspicious"));
        prepends("/srv/app/.x.php", Some("suspicious"));
        prepends("/usr/share/php/y.php", Some("unusual"));
        prepends("/usr/share/y.php", Some("suspicious"));
        prepends("/usr/share/php/x.php", None);
        prepends("/var/www/html/uploads/x.php", Some("suspicious"));
        prepends("/var/www/app/bootstrap.php", None);
        prepends("/opt/waf/waf.php", None);
        prepends("/usr/local/lib/waf.php", None);
        prepends("/home/anna/site/first.php", None);
        prepends("/var/lib/x/x.php", Some("unusual"));
        prepends("/srv/app/logo.png", Some("suspicious"));
        says(path, "auto_prepend_file=http://192.0.2.1/x", "/a", Some("suspicious"));
        says(path, "auto_prepend_file=first.php", "/a", None);
        says(
            path,
            "zend_extension=/usr/lib/php/20220829/xdebug.so",
            "/usr/lib/php/20220829/xdebug.so",
            Some("unusual"),
        );
        says(path, "extension=/usr/lib/php/20220829/curl.so", "/a", None);
        says(path, "extension=/usr/share/x.so", "/usr/share/x.so", Some("suspicious"));
        says(path, "extension=/usr/lib/x86_64-linux-gnu/x.so", "/usr/lib/x86_64-linux-gnu/x.so", Some("suspicious"));
    }
    #[test]
    fn ways_up_and_directories() {
        let path = "/etc/php/8.2/fpm/conf.d/99-x.ini";
        for line in [
            "auto_prepend_file=../../../../../../dev/shm/x",
            "extension=../../../dev/shm/x",
            "opcache.preload=/dev/shm/x",
            "include_path=.:/dev/shm",
            "include_path=.:/usr/share/php:/dev/shm/x",
            "extension_dir=/dev/shm/x",
        ] {
            says(path, line, "/dev/shm/x", Some("suspicious"));
        }
        says(path, "extension_dir=/var/lib/x", "/var/lib/x/a.so", Some("unusual"));
        says(path, "extension_dir=/opt/x", "/opt/x/a.so", Some("unusual"));
        says(path, "include_path=.:/srv/app/lib", "/srv/app/lib/a.php", None);
        says(path, "include_path=.:/var/lib/x", "/var/lib/x/a.php", Some("unusual"));
        says(path, "extension_dir=/usr/lib/php/20220829", "/a", None);
        says(path, "include_path=.:/usr/share/php", "/a", None);
        says(path, "extension_dir=/usr/lib/x", "/usr/lib/x/a.so", Some("unusual"));
    }
    #[test]
    fn what_servers_take_in_from_volatile_places() {
        for line in ["CustomLog |/dev/shm/x combined", "PerlRequire /dev/shm/x", "Include /dev/shm/*.inc"] {
            says("/etc/apache2/conf-enabled/a.conf", line, "/dev/shm/x", Some("suspicious"));
        }
        for line in ["init_by_lua_file /dev/shm/x;", "include /dev/shm/x;"] {
            says("/etc/nginx/conf.d/a.conf", line, "/dev/shm/x", Some("suspicious"));
        }
        says("/etc/nginx/nginx.conf", "include /etc/nginx/mime.types;", "/etc/nginx/mime.types", None);
        says("/etc/apache2/conf-enabled/a.conf", "CustomLog /tmp/x combined", "/tmp/x", None);
    }
    #[test]
    fn what_a_package_set_is_its_own() {
        let host = "/etc/php/8.2/fpm/conf.d/99-x.ini = auto_prepend_file=/var/tmp/x.php\\n\n";
        let text = "suspicious: /etc/php/8.2/fpm/conf.d/99-x.ini line 1 runs with every page /var/tmp/x.php, \
                    which lies in a volatile place";
        check(NAME, &format!("{BASE}{host}"), &[text]);
        check(NAME, &format!("{BASE}{host}package waf 1 owns /etc/php/8.2/fpm/conf.d/99-x.ini\n"), &[]);
    }
}
