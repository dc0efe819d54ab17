//! The rules, by the `boreal` crate: YARA's language in Rust alone.

use super::{Misunderstood, RuleFile};
use boreal::compiler::{CompilerBuilder, CompilerParams};
use boreal::scanner::{EvaluatedRule, ScanError, ScanParams};
use boreal::{MetadataValue, Scanner};
use bstr::ByteSlice;
use keeneye_facts::{Refusal, RuleMatch, Text};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// For all rules over one file.
const TIMEOUT: Duration = Duration::from_secs(10);
/// For all rules over all files.
const ALL: Duration = Duration::from_secs(60);
/// Matches of one string that are looked for.
const MAX_MATCHES: u32 = 100;
/// Strings of one rule that are told.
const MAX_STRINGS: usize = 20;
/// Rules that are told of one file.
const MAX_RULES: usize = 100;

/// A scanner that has at least one rule.
pub(super) struct Compiled {
    scanner: Scanner,
    /// Of the time for all files, what was used.
    used: Mutex<Duration>,
}

impl Compiled {
    pub(super) fn new(files: &[RuleFile]) -> (Option<Self>, Vec<Misunderstood>) {
        let mut compiler = CompilerBuilder::new().build();
        compiler.set_params(CompilerParams::default().disable_includes(true));
        let mut misunderstood = Vec::new();
        for file in files {
            let Ok(text) = file.text.to_str() else {
                misunderstood.push(Misunderstood { path: file.path.clone(), why: "it is not UTF-8".into() });
                continue;
            };
            if let Err(why) = compiler.add_rules_str_in_namespace(text, file.path.lossy()) {
                misunderstood.push(Misunderstood { path: file.path.clone(), why: reason(&why.to_string()) });
            }
        }
        let mut scanner = compiler.finalize();
        let params = ScanParams::default();
        scanner.set_scan_params(
            params.compute_full_matches(true).timeout_duration(Some(TIMEOUT)).string_max_nb_matches(MAX_MATCHES),
        );
        let any = scanner.rules().next().is_some();
        (any.then_some(Self { scanner, used: Mutex::default() }), misunderstood)
    }

    pub(super) fn matches(&self, bytes: &[u8]) -> Result<Vec<RuleMatch>, Refusal> {
        if *self.used.lock().unwrap_or_else(PoisonError::into_inner) > ALL {
            return Err(super::out_of_time());
        }
        match self.scanner.scan_mem(bytes) {
            Ok(found) => Ok(found.rules.iter().take(MAX_RULES).map(|rule| self.told(rule)).collect()),
            Err((ScanError::Timeout, _)) => Err(Refusal::Cut("10 s of YARA rules for one file".into())),
            Err((why, _)) => Err(Refusal::Garbled(why.to_string())),
        }
    }

    pub(super) fn took(&self, time: Duration) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        *used = used.saturating_add(time);
    }

    fn told(&self, rule: &EvaluatedRule<'_>) -> RuleMatch {
        let level = rule.metadatas.iter().find(|meta| self.scanner.get_string_symbol(meta.name) == "level");
        let level = level.and_then(|meta| match meta.value {
            MetadataValue::Bytes(symbol) => Some(Text::from(self.scanner.get_bytes_symbol(symbol))),
            _ => None,
        });
        let first = |string: &boreal::scanner::StringMatches<'_>| {
            let offset = string.matches.first()?.offset;
            Some((Text::from(format!("${}", string.name)), u64::try_from(offset).unwrap_or(u64::MAX)))
        };
        RuleMatch {
            rule: Text::from(rule.name),
            file: Text::from(rule.namespace),
            level,
            strings: rule.matches.iter().filter_map(first).take(MAX_STRINGS).collect(),
        }
    }
}

/// `mem:3:5: error: syntax error` as `line 3: syntax error`.
fn reason(said: &str) -> String {
    let first = said.lines().next().unwrap_or_default();
    let mut parts = first.splitn(4, ':').skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(line), Some(_), Some(why)) => {
            format!("line {line}: {}", why.trim_start().trim_start_matches("error: "))
        }
        _ => first.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{RuleFile, Rules};
    use super::*;

    fn file(text: &str) -> RuleFile {
        RuleFile { path: "a.yar".into(), text: text.into() }
    }
    fn rules(text: &str) -> Rules {
        let (rules, misunderstood) = Rules::compile(&[file(text)]);
        assert_eq!(misunderstood, []);
        rules.unwrap()
    }
    const RULE: &str = r#"rule harmless : tag {
        meta: level = "compromised"
        strings: $a = "keeneye's own test" $b = { 00 01 02 }
        condition: any of them
    }"#;

    #[test]
    fn what_matches_and_where() {
        let found = rules(RULE).matches(b"ab keeneye's own test").unwrap();
        let expected = RuleMatch {
            rule: "harmless".into(),
            file: "a.yar".into(),
            level: Some("compromised".into()),
            strings: vec![("$a".into(), 3)],
        };
        assert_eq!(found, [expected]);
        assert_eq!(rules(RULE).matches(b"nothing"), Ok(Vec::new()));
    }
    #[test]
    fn what_is_not_understood_names_its_line_and_costs_no_other_file() {
        let broken = file("rule x {\n  condition: nothing_known\n}\n");
        let (rules, misunderstood) = Rules::compile(&[broken, file(RULE)]);
        assert!(rules.is_some());
        assert_eq!(misunderstood.len(), 1);
        assert!(misunderstood[0].why.starts_with("line 2: "), "{misunderstood:?}");
        assert!(Rules::compile(&[file("")]).0.is_none());
    }
    #[test]
    fn all_files_have_one_time() {
        let (compiled, _) = Compiled::new(&[file(RULE)]);
        let compiled = compiled.unwrap();
        assert!(compiled.matches(b"a").is_ok());
        compiled.took(ALL + Duration::from_secs(1));
        assert_eq!(compiled.matches(b"a"), Err(crate::yara::out_of_time()));
    }
    #[test]
    fn a_rule_reads_nothing() {
        for text in ["include \"/etc/passwd\"\n", "import \"console\"\nrule x { condition: console.log(\"a\") }\n"] {
            let (_, misunderstood) = Rules::compile(&[file(text)]);
            assert!(misunderstood[0].why.starts_with("line 1: "), "{misunderstood:?}");
        }
    }
    #[test]
    fn the_same_text_is_the_same_question() {
        assert_eq!(rules(RULE), rules(RULE));
        assert_ne!(rules(RULE), rules(&RULE.replace("harmless", "other")));
        let read: Rules = serde_json::from_str(&serde_json::to_string(&rules(RULE)).unwrap()).unwrap();
        assert_eq!(read, rules(RULE));
        assert_eq!(read.matches(b""), Err(Refusal::NotHere));
    }
    #[test]
    fn mutated_rules_and_content_never_panic() {
        crate::mutate::check(&[RULE.as_bytes()], |mutant| {
            // Compiled or told: few mutants are rules.
            let (rules, misunderstood) = Rules::compile(&[RuleFile { path: "a".into(), text: mutant.into() }]);
            rules.is_some() || !misunderstood.is_empty()
        });
        let rules =
            rules("import \"elf\"\nrule x { condition: elf.number_of_sections > 0 and elf.type == elf.ET_EXEC }\n");
        let elf = [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 200]].concat();
        crate::mutate::check(&[&elf], |mutant| rules.matches(mutant).is_ok());
    }
}
