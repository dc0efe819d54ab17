//! What the options mean: the command line before the configuration file before the defaults.

use crate::accepted::Accept;
use crate::cli::{Color, Format, Options};
use crate::config::{self, Config};
use crate::nearest::did_you_mean;
use crate::rules;
use anyhow::{Context, Result, bail};
use keeneye_detect::Detector;
use keeneye_facts::Level;
use keeneye_report::Layout;
use keeneye_world::baseline::{Class, PublicKey};
use keeneye_world::glob;
use keeneye_world::yara::RuleFile;
use std::io::{ErrorKind, IsTerminal};
use std::path::Path;
use std::time::Duration;

/// Read when it is there.
pub(crate) const CONFIG: &str = "/etc/keeneye/keeneye.toml";
/// Bytes that a configuration may have.
pub(crate) const MAX_CONFIG: u64 = 1 << 20;

/// Everything that is settled before a look.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) color: Color,
    pub(crate) only: Vec<String>,
    pub(crate) skip: Vec<String>,
    /// The same from the configuration: a file must not silence what is absolute.
    kept: Kept,
    pub(crate) fail_on: Option<Level>,
    pub(crate) require_coverage: Option<u8>,
    pub(crate) max_time: Option<Duration>,
    pub(crate) accept: Vec<Accept>,
    /// What is expected of files, before keeneye's own rules.
    pub(crate) baseline: Vec<(String, Class)>,
    /// The key that baselines are signed with.
    pub(crate) baseline_key: Option<PublicKey>,
    /// YARA rules.
    pub(crate) rules: Vec<RuleFile>,
    /// What the person should know about the configuration.
    pub(crate) remarks: Vec<String>,
}

/// Detectors that the configuration chooses, where the command line chooses none.
#[derive(Debug, Default)]
struct Kept {
    only: Vec<String>,
    skip: Vec<String>,
}

impl Settings {
    /// Reads the configuration and lays the command line over it.
    pub(crate) fn new(options: &Options) -> Result<Self> {
        let (config, remark) = read_config(options.config.as_deref())?;
        let (rules, unused) = rules::read();
        let remarks = remark.into_iter().chain(unused).collect();
        let settings = Self { rules, remarks, ..Self::merge(options, config) };
        settings.detectors_exist()?;
        Ok(settings)
    }

    fn merge(options: &Options, config: Config) -> Self {
        let kept = |typed: &[String], kept: Vec<String>| if typed.is_empty() { kept } else { Vec::new() };
        Self {
            format: options.format.or(config.format).unwrap_or_default(),
            quiet: options.quiet || (config.quiet && !options.verbose),
            verbose: options.verbose || (config.verbose && !options.quiet),
            color: options.color.or(config.color).unwrap_or_default(),
            only: options.only.clone(),
            skip: options.skip.clone(),
            kept: Kept { only: kept(&options.only, config.only), skip: kept(&options.skip, config.skip) },
            fail_on: options.fail_on.map(Level::from).or(config.fail_on),
            require_coverage: options.require_coverage.or(config.require_coverage),
            max_time: options.max_time.or(config.max_time).map(Duration::from_secs),
            accept: config.accept,
            baseline: config.baseline,
            baseline_key: config.baseline_key,
            rules: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// The lowest level that makes exit code 1.
    pub(crate) fn fail_on(&self) -> Level {
        self.fail_on.unwrap_or(Level::Suspicious)
    }
    /// Percent of questions answered below which nothing found means nothing.
    pub(crate) fn require_coverage(&self) -> u8 {
        self.require_coverage.unwrap_or(80)
    }
    /// Whether a detector is wanted.
    pub(crate) fn wants(&self, detector: &Detector) -> bool {
        let named = |globs: &[String]| globs.iter().any(|glob| glob::matches(glob, detector.name.as_bytes()));
        let chosen = |only: &[String], skip: &[String]| (only.is_empty() || named(only)) && !named(skip);
        chosen(&self.only, &self.skip) && (detector.absolute || chosen(&self.kept.only, &self.kept.skip))
    }
    /// How text is laid out on standard output.
    pub(crate) fn layout(&self) -> Layout {
        let terminal = std::io::stdout().is_terminal();
        let colour = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !keeneye_live::env_is_set("NO_COLOR"),
        };
        let width = if terminal { keeneye_live::terminal_width(&std::io::stdout()) } else { None };
        Layout { width: width.map(usize::from), colour, verbose: self.verbose, quiet: self.quiet }
    }

    fn detectors_exist(&self) -> Result<()> {
        for glob in [&self.only, &self.skip, &self.kept.only, &self.kept.skip].into_iter().flatten() {
            if !keeneye_detect::ALL.iter().any(|d| glob::matches(glob, d.name.as_bytes())) {
                let hint = did_you_mean(glob, keeneye_detect::ALL.iter().map(|d| d.name));
                bail!("no detector is called {glob}{hint}; `keeneye explain --all` names them");
            }
        }
        Ok(())
    }
}

/// The configuration and a remark that names its file.
fn read_config(named: Option<&Path>) -> Result<(Config, Option<String>)> {
    let path = named.unwrap_or(Path::new(CONFIG));
    let shown = path.display();
    let bytes = match keeneye_live::read_trusted_file(path, MAX_CONFIG) {
        Ok(bytes) => bytes,
        Err(why) if named.is_none() => return without_config(path, why),
        Err(why) => return Err(why).with_context(|| format!("cannot read {shown}")),
    };
    let text = String::from_utf8(bytes).with_context(|| format!("{shown} is not UTF-8"))?;
    let config = config::parse(&text).map_err(|why| anyhow::anyhow!("{shown}:{why}"))?;
    let remark = format!("the configuration {shown} is in use, with {} entries [[accept]]", config.accept.len());
    Ok((config, Some(remark)))
}

/// Anybody may have put the file there, so it must neither be believed nor keep keeneye from looking.
fn without_config(path: &Path, why: std::io::Error) -> Result<(Config, Option<String>)> {
    match why.kind() {
        ErrorKind::NotFound => Ok((Config::default(), None)),
        ErrorKind::PermissionDenied => {
            let remark = format!("the configuration {} was not used: {why}", path.display());
            Ok((Config::default(), Some(remark)))
        }
        _ => Err(why).with_context(|| format!("cannot read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn the_command_line_comes_before_the_file_before_the_defaults() {
        let config = || config::parse("fail-on = \"unusual\"\nverbose = true\nformat = \"json\"\n").unwrap();
        let typed = Options { format: Some(Format::Html), quiet: true, ..Options::default() };
        let settings = Settings::merge(&typed, config());
        assert_eq!((settings.format, settings.quiet, settings.verbose), (Format::Html, true, false));
        assert_eq!((settings.fail_on(), settings.require_coverage()), (Level::Unusual, 80));
        let settings = Settings::merge(&Options::default(), config());
        assert_eq!((settings.format, settings.verbose), (Format::Json, true));
    }
    #[test]
    fn globs_choose_detectors() {
        let first = keeneye_detect::ALL.first().unwrap();
        let group = format!("{}*", first.name.split('/').next().unwrap());
        let only = Settings { only: vec![group.clone()], ..Settings::default() };
        let skip = Settings { skip: vec![group], ..Settings::default() };
        assert!(only.wants(first));
        assert!(!skip.wants(first));
        let all = || vec!["*".to_owned()];
        let kept = Settings { kept: Kept { only: Vec::new(), skip: all() }, ..Settings::default() };
        let typed = Settings { skip: all(), ..Settings::default() };
        let wanted = |settings: &Settings, absolute: bool| {
            keeneye_detect::ALL.iter().filter(|d| d.absolute == absolute).filter(|d| settings.wants(d)).count()
        };
        assert_eq!((wanted(&kept, false), wanted(&typed, true)), (0, 0));
        assert_eq!(wanted(&kept, true), keeneye_detect::ALL.iter().filter(|d| d.absolute).count());
        let none = Settings { kept: Kept { only: vec!["none".into()], skip: Vec::new() }, ..Settings::default() };
        assert!(wanted(&none, true) > 0 && wanted(&none, false) == 0);
        let wrong = Settings { only: vec!["proces/exe-deleted".into()], ..Settings::default() };
        let why = wrong.detectors_exist().unwrap_err().to_string();
        assert!(why.contains("did you mean process/exe-deleted?"), "{why}");
    }
}
