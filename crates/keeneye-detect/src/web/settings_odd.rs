//! A settings file in a site makes the web server run more than scripts.
//!
//! # What it sees
//! `.htaccess` files by which Apache runs images or texts as PHP or as programs, and `.user.ini`, `php.ini` and
//! `.htaccess` files by which PHP runs a file with every script. For one among uploads, one that names a volatile or
//! hidden file or an image: suspicious. Else unusual, or quiet where firewalls in PHP are set up that way.
//!
//! # Why it matters
//! With one line a picture becomes a web shell, and no file that ends in `.php` needs to be there.
//!
//! # Innocent causes
//! Security extensions of content managers run themselves before every script, by a file of their own in the site.
//!
//! # What to do
//! Read the file that it names, and look who wrote both and when.

use super::{is_of_a_service, owner};
use crate::{Detector, Scene, place, subject};
use bstr::ByteSlice;
use keeneye_facts::{Does, FileFact, Finding, Interest, Level, Shape, ShapeLine, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "web/settings-odd",
    title: "a settings file in a site makes the server run more than scripts",
    level: Level::Suspicious,
    attack: &["T1505.003"],
    absolute: false,
    source: include_str!("settings_odd.rs"),
    run,
};

/// Ends of files that are pictures, texts and the like.
const DATA: &[&str] = &[
    ".jpg", ".jpeg", ".png", ".gif", ".ico", ".svg", ".bmp", ".webp", ".txt", ".log", ".css", ".js", ".pdf", ".zip",
    ".dat", ".tmp", ".bak", ".mp3", ".mp4", ".doc",
];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let files = scene.world.files.values().filter(|fact| fact.interests.contains(&Interest::Web));
    let lines = files.flat_map(|fact| match &fact.shape {
        Some(Shape::Settings(lines)) => lines.iter().map(|line| (fact, line)).collect(),
        _ => Vec::new(),
    });
    let mut findings: Vec<Finding> = lines.filter_map(|(fact, line)| said(scene, fact, line)).collect();
    findings.dedup_by(|a, b| a.subject == b.subject);
    findings
}

fn level(scene: &Scene<'_>, fact: &FileFact, line: &ShapeLine) -> Option<Level> {
    let lower = line.text.to_ascii_lowercase();
    let names_data = DATA.iter().any(|end| {
        lower.find_iter(end).any(|at| lower.get(at + end.len()).is_none_or(|next| !next.is_ascii_alphanumeric()))
    });
    let uploaded = place::is_upload(&fact.path);
    match line.does {
        Does::AddsHandler if names_data || uploaded => Some(Level::Suspicious),
        // `SetHandler` for all that lies there: how sites choose a version of PHP, but for one that the server wrote.
        Does::AddsHandler if is_of_a_service(scene.world, fact) => Some(Level::Unusual),
        Does::Prepends => {
            let path = keeneye_world::shape::setting(&line.text).map(|setting| Text::from(setting.value));
            let odd = path.is_some_and(|path| is_odd(scene.world, &path));
            (odd || names_data || uploaded).then_some(Level::Suspicious)
        }
        _ => None,
    }
}

/// Volatile, hidden, no file of this host, or among packages' files without being of one.
fn is_odd(world: &World, path: &Text) -> bool {
    let elsewhere = path.contains_str("://") || path.starts_with(b"data:");
    let strange = place::is_packaged(path) && world.owner(path).is_unowned();
    elsewhere || strange || place::is_volatile(path) || place::hidden_component(path).is_some()
}

fn said(scene: &Scene<'_>, fact: &FileFact, line: &ShapeLine) -> Option<Finding> {
    let level = level(scene, fact, line)?;
    let mut subject = subject::file(&fact.path);
    subject.line = Some(line.number);
    let summary = format!("{} {}: {}", fact.path.lossy(), line.does.words(), line.text.lossy());
    let mut finding = DETECTOR.finding(level, subject, summary).evidence("line", line.text.clone());
    if let Some(stat) = &fact.stat {
        finding = finding.evidence("owner", owner(scene.world, stat)).since(stat.changed);
    }
    Some(
        finding
            .innocent(
                "a security extension of the site",
                level == Level::Suspicious,
                "it would name a script of its own",
            )
            .next(format!("keeneye look file {}", fact.path.lossy())),
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "web/settings-odd";

    #[track_caller]
    fn says(path: &str, line: &str, expected: Option<&str>) {
        let said = expected.map(|what| format!("suspicious: {path} makes the web server {what}: {line}"));
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        check(NAME, &format!("{path} = Options -Indexes\\n{line}\\n"), &said);
    }

    #[test]
    fn pictures_that_run() {
        let site = "/var/www/html/.htaccess";
        let other = Some("run files of another kind");
        says(site, "AddType application/x-httpd-php .jpg", other);
        says(site, "AddHandler php-script .png .gif", other);
        says("/var/www/html/uploads/.htaccess", "SetHandler application/x-httpd-php", other);
        says(site, "SetHandler application/x-httpd-php", None);
        says(site, "AddHandler application/x-httpd-php74 .php", None);
        check(NAME, "/home/a/.htaccess = AddType application/x-httpd-php .jpg\\n", &[]);
    }
    #[test]
    fn files_that_run_with_every_script() {
        let site = "/var/www/html/.user.ini";
        let with = Some("run a file with every script");
        says(site, "auto_prepend_file = /tmp/x.php", with);
        says(site, "auto_prepend_file=/var/www/html/.a.php", with);
        says(site, "auto_append_file = logo.jpg", with);
        says(site, "auto_prepend_file = '/var/www/html/wordfence-waf.php'", None);
        says(site, "auto_prepend_file = http://192.0.2.1/x", with);
        let packaged = |more: &str| {
            let host = format!("package php 8 owns /usr/share/php/a.php{more}\n/usr/share/php/x.php = <?php\n");
            crate::testing::findings(NAME, &format!("{host}{site} = auto_prepend_file=/usr/share/php/x.php\\n"), &[])
        };
        assert_eq!(packaged("").len(), 1);
        assert_eq!(packaged(",/usr/share/php/x.php").len(), 0);
    }
}
