//! A script in a site runs what a request brings, or what it decodes.
//!
//! # What it sees
//! Scripts below the directories of web servers (those of their settings and the usual ones) in which a call that runs
//! code or commands gets what a request brings, what the script decodes, or what it fetches: suspicious. A script that
//! runs anything at all, belongs to the web server's account and lies among uploads, images or caches: suspicious, and
//! so is a program under the name of a script. A script that writes what it is sent as a script, or wherever it is told
//! to, and one that loads a picture as code: suspicious. One that writes what it is sent to a file of its own whose
//! name the request makes in part: unusual. Values are followed through assignments, functions and closures of the
//! script; a name that is put together from pieces is put together here too.
//!
//! # Why it matters
//! That is what a web shell is. It is small, lies among thousands of files, and gives its owner the machine from
//! anywhere.
//!
//! # Innocent causes
//! Old extensions of content managers hide their licence checks by decoding and running themselves. Test helpers of
//! libraries that were installed with the site run what they are sent, and have been used to break in.
//!
//! # What to do
//! Read the script, not in a browser. Look for requests to it in the web server's log, and for what else changed when
//! it came. Whoever put it there came in through the site: find how before it is taken away.

use super::{is_of_a_service, owner};
use crate::{Detector, Scene, place, subject};
use keeneye_facts::{Does, FileFact, Finding, Interest, Level, ScriptShape, Shape, ShapeLine};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "web/script-decodes",
    title: "a script in a site runs what a request brings or what it decodes",
    level: Level::Suspicious,
    attack: &["T1505.003"],
    absolute: false,
    source: include_str!("script_decodes.rs"),
    run,
};

/// Lines that are shown.
const MAX_LINES: usize = 5;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let files =
        scene.world.files.values().filter(|fact| {
            fact.interests.contains(&Interest::Web) && (!fact.owner.is_owned() || fact.owner.is_changed())
        });
    let findings = files.filter_map(|fact| match &fact.shape {
        Some(Shape::Script(script)) => script_does(scene, fact, script),
        Some(Shape::Elf(_)) => {
            Some(said(scene, fact, Level::Suspicious, "is a program under the name of a script", None))
        }
        _ => None,
    });
    findings.collect()
}

fn script_does(scene: &Scene<'_>, fact: &FileFact, script: &ScriptShape) -> Option<Finding> {
    let worst = script.lines.iter().min_by_key(|line| (line.does, line.number))?;
    let uploaded = place::is_upload(&fact.path);
    let by_server = is_of_a_service(scene.world, fact);
    let (level, more) = match worst.does {
        Does::RunsInput | Does::RunsDecoded | Does::RunsFetched => (Level::Suspicious, ""),
        Does::LoadsData | Does::WritesCode => (Level::Suspicious, ""),
        Does::WritesInput if uploaded => (Level::Suspicious, ", among uploads"),
        Does::WritesInput => (Level::Unusual, ""),
        Does::LoadsInput if uploaded && by_server => (Level::Suspicious, ", among uploads"),
        Does::Runs if uploaded && by_server => (Level::Suspicious, ", among uploads of the web server's account"),
        _ => return None,
    };
    let what = format!("{}{more}", worst.does.words());
    let finding = said(scene, fact, level, &what, Some(worst));
    Some(finding.evidence("longest line", format!("{} bytes", script.longest)))
}

fn said(scene: &Scene<'_>, fact: &FileFact, level: Level, what: &str, line: Option<&ShapeLine>) -> Finding {
    let mut subject = subject::file(&fact.path);
    subject.line = line.map(|line| line.number);
    let mut finding =
        DETECTOR.finding(level, subject, format!("{} {what}", fact.path.lossy())).evidence("path", fact.path.clone());
    if let Some(Shape::Script(script)) = &fact.shape {
        let told = script.lines.iter().filter(|other| Some(other.does) == line.map(|line| line.does));
        for line in told.take(MAX_LINES) {
            let number = format!("line {}: ", line.number);
            finding = finding.evidence(line.does.words(), [number.as_bytes(), line.text.as_slice()].concat());
        }
    }
    if let Some(stat) = &fact.stat {
        finding = finding.evidence("owner", owner(scene.world, stat)).since(stat.changed);
    }
    finding
        .innocent("an extension that hides its licence check", false, "compare it with what its maker publishes")
        .next(format!("keeneye look file {}", fact.path.lossy()))
        .next("look for requests to it in the web server's log".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "web/script-decodes";
    const ACCOUNTS: &str = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n";

    #[track_caller]
    fn says(more: &str, expected: &[&str]) {
        check(NAME, &format!("{ACCOUNTS}package base 1 owns /usr/bin/a\n{more}"), expected);
    }

    #[test]
    fn what_a_request_brings() {
        let shell = "/var/www/html/wp-content/uploads/2024/x.php";
        let said = format!("suspicious: {shell} runs what a request brings");
        says(&format!("{shell} = <?php if(false){{eval(base64_decode($_POST['a']));}} ?>"), &[&said]);
        says(&format!("{shell} = <?php if(false){{print(base64_decode($_POST['a']));}} ?>"), &[]);
        // Somebody's collection of samples is no site.
        says("/home/anna/src/x.php = <?php eval($_POST['a']);", &[]);
        let named = "/etc/nginx/sites-enabled/shop = server { \\n root /data/shop; }\n";
        says(
            &format!("{named}/data/shop/x.php = <?php system($_GET['c']);"),
            &["suspicious: /data/shop/x.php runs what a request brings"],
        );
    }
    #[test]
    fn what_it_decodes() {
        let code = "<?php eval(gzinflate(base64_decode('eJw')));";
        says(&format!("/srv/a/x.php = {code}"), &["suspicious: /srv/a/x.php runs what it decodes"]);
        says("/srv/a/x.php = <?php $a = unserialize(gzinflate(base64_decode('eJw')));", &[]);
    }
    #[test]
    fn what_it_writes_and_loads() {
        let host = |code: &str| format!("/srv/a/up.php = <?php {code}");
        says(
            &host("file_put_contents($_POST['f'], $_POST['c']);"),
            &["suspicious: /srv/a/up.php writes what others send as a script"],
        );
        says(
            &host("file_put_contents('/srv/b/' . $_POST['f'] . '.txt', $_POST['c']);"),
            &["unusual: /srv/a/up.php writes what a request brings where the request wants it"],
        );
        let moved = "move_uploaded_file($_FILES['f']['tmp_name'], $_FILES['f']['name']);";
        says(&host(moved), &["suspicious: /srv/a/up.php writes what others send as a script"]);
        says(&host(&format!("if (getimagesize($_FILES['f']['tmp_name'])) {moved}")), &[]);
        says(&host("@include '/srv/a/favicon_1.ico';"), &["suspicious: /srv/a/up.php loads as code what is no script"]);
        says(&host("@include '/srv/a/favicon_1.inc';"), &[]);
    }
    #[test]
    fn among_uploads_anything_that_runs() {
        let host = |path: &str, uid: u32| format!("{path} = <?php system('id'); ?>\n{path} : uid={uid}");
        let path = "/var/www/html/images/x.php";
        let said = format!("suspicious: {path} runs code or commands, among uploads of the web server's account");
        says(&host(path, 33), &[&said]);
        says(&host(path, 0), &[]);
        says(&host("/var/www/html/lib/x.php", 33), &[]);
        // A page that was put together for the next visitor.
        let cache = "/var/www/html/cache/smarty/a.tpl.php";
        says(&format!("{cache} = <?php /* Smarty version 4 */ echo 'hello'; ?>\n{cache} : uid=33"), &[]);
    }
    #[test]
    fn a_program_called_a_script() {
        let path = "/var/www/html/x.php";
        says(&format!("{path} = \\x7fELF\\x02\\x01\\x01"), &[]);
        let header = "\\x7fELF\\x02\\x01\\x01\\0\\0\\0\\0\\0\\0\\0\\0\\0\\x02\\0\\x3e\\0\\x01\\0\\0\\0";
        let header = format!("{header}{}\\x40\\0\\x38\\0\\0\\0\\x40\\0\\0\\0\\0\\0", "\\0".repeat(28));
        says(
            &format!("{path} = {header}"),
            &["suspicious: /var/www/html/x.php is a program under the name of a script"],
        );
    }
}
