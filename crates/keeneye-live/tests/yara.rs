//! Rules matched at the door.
#![allow(clippy::disallowed_methods, clippy::expect_used, reason = "tests make the files to look at")]

use keeneye_facts::Refusal;
use keeneye_live::{Live, Options};
use keeneye_world::yara::{RuleFile, Rules};
use keeneye_world::{Answer, Host, Question};
use std::path::Path;

#[test]
fn content_of_regular_files_alone() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("yara-{}", std::process::id()));
    std::fs::create_dir_all(dir.join("directory")).expect("a directory");
    std::fs::write(dir.join("file"), "with a harmless word").expect("a file");
    let text = "rule tool { strings: $a = \"a harmless word\" condition: $a at 5 }";
    let (rules, _) = Rules::compile(&[RuleFile { path: "a.yar".into(), text: text.into() }]);
    let rules = rules.expect("a rule");
    let live = Live::new(&dir, &Options::default()).expect("the root can be opened");
    let ask = |path: &str| live.ask(&Question::Match { rules: rules.clone(), path: path.into() });
    assert!(matches!(ask("/file"), Ok(Answer::Matches(found)) if found.len() == 1 && found[0].rule == "tool"));
    assert_eq!(ask("/directory"), Err(Refusal::NotRegular));
    assert_eq!(ask("/none"), Err(Refusal::ABSENT));
    std::fs::remove_dir_all(dir).ok();
}
