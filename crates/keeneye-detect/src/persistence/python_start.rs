//! Python runs code of nobody's whenever it starts.
//!
//! # What it sees
//! A line of a `.pth` file that begins with `import`, or a `sitecustomize.py` or `usercustomize.py`, in a directory
//! that the system's python or that of a person reads, which neither a package nor a python distribution there claims.
//! Code that fetches or decodes code and runs it is `suspicious`, whoever claims it.
//!
//! # Why it matters
//! It runs with the rights of every program in python, many of which run as root, and in none of them is it seen.
//!
//! # Innocent causes
//! Distributions that were unpacked by hand or by old installers (`easy_install`, `setup.py develop`), debuggers,
//! tracers.
//!
//! # What to do
//! Read the line. `python3 -m site` shows the directories, `python3 -I -S` starts without them.

use super::{entry, risk};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/python-start",
    title: "python runs code of nobody's whenever it starts",
    level: Level::Suspicious,
    attack: &["T1546.018"],
    absolute: false,
    source: include_str!("python_start.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::Python).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let signs = risk::of_entry(scene.world, one);
    let plain = one.claimed_by.is_none().then_some(Level::Note);
    let level = entry::level(scene.world.owner(&one.path), &signs, plain)?;
    let seen = match plain {
        Some(_) => "runs whenever python starts, and no package and no python distribution claims it",
        None => "runs whenever python starts",
    };
    let finding = entry::finding(&DETECTOR, scene, one, level, (seen, &signs));
    Some(finding.innocent(
        "a distribution that was installed by hand",
        one.claimed_by.is_some(),
        "its other files would lie beside it",
    ))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, findings};
    const NAME: &str = "persistence/python-start";
    const BASE: &str = "package python3 3.11 owns /usr/lib/python3/dist-packages/zope.pth\n";

    #[test]
    fn lines_of_nobody_are_notes() {
        let host = |path: &str, text: &str| format!("{BASE}{path} = {text}");
        let path = "/usr/local/lib/python3.11/dist-packages/x.pth";
        let text = format!(
            "note: {path} line 1 runs whenever python starts, and no package and no python distribution claims it"
        );
        check(NAME, &host(path, "import os\\n"), &[&text]);
        check(NAME, &host(path, "/srv/lib\\n# import os\\n"), &[]);
        check(NAME, &host("/usr/lib/python3/dist-packages/zope.pth", "import os\\n"), &[]);
        let record = "/usr/local/lib/python3.11/dist-packages/x-1.0.dist-info/RECORD = x.pth,sha256=a,10\\n";
        check(NAME, &format!("{}\n{record}", host(path, "import os\\n")), &[]);
        check(NAME, &host("/srv/app/venv/lib/python3.11/site-packages/x.pth", "import os\\n"), &[]);
    }
    #[test]
    fn code_that_hides_code_is_suspicious_whoever_claims_it() {
        let code = "import os,base64;exec(base64.b64decode('cHJpbnQoMSk='))\\n";
        for path in [
            "/usr/lib/python3/dist-packages/a.pth",
            "/usr/local/lib/python3.11/dist-packages/x.pth",
            "/root/.local/lib/python3.11/site-packages/usercustomize.py",
            "/usr/lib/python3.11/sitecustomize.py",
        ] {
            let record = "/usr/local/lib/python3.11/dist-packages/x-1.0.dist-info/RECORD = x.pth,sha256=a,10\\n";
            let said = findings(NAME, &format!("{BASE}{path} = {code}\n{record}"), &[]);
            assert!(said.len() == 1 && said[0].starts_with("suspicious: "), "{path}: {said:?}");
        }
    }
    #[test]
    fn setuptools_own_line_is_quiet_where_it_is_recorded() {
        let line = "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; \
                    enabled and __import__('_distutils_hack').add_shim(); \\n";
        let dir = "/usr/local/lib/python3.11/dist-packages";
        let record = format!("{dir}/setuptools-65.dist-info/RECORD = distutils-precedence.pth,sha256=a,151\\n");
        check(NAME, &format!("{BASE}{dir}/distutils-precedence.pth = {line}\n{record}"), &[]);
    }
}
