//! What the options mean: the command line before the configuration file before the defaults.

use crate::accept::Accept;
use crate::cli::{Color, Format, Options};
use crate::config::{self, Config};
use crate::glob;
use crate::nearest::did_you_mean;
use anyhow::{Context, Result, bail};
use keeneye_detect::Detector;
use keeneye_facts::Level;
use keeneye_report::Layout;
use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

/// Read when it is there.
const CONFIG: &str = "/etc/keeneye/keeneye.toml";
/// Bytes that a configuration may have.
const MAX_CONFIG: u64 = 1 << 20;

/// Everything that is settled before a look.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) color: Color,
    pub(crate) only: Vec<String>,
    pub(crate) skip: Vec<String>,
    pub(crate) fail_on: Option<Level>,
    pub(crate) require_coverage: Option<u8>,
    pub(crate) max_time: Option<Duration>,
    pub(crate) accept: Vec<Accept>,
}

impl Settings {
    /// Reads the configuration and lays the command line over it.
    pub(crate) fn new(options: &Options) -> Result<Self> {
        let config = read_config(options.config.as_deref())?;
        let settings = Self::merge(options, config);
        settings.detectors_exist()?;
        Ok(settings)
    }

    fn merge(options: &Options, config: Config) -> Self {
        let names = |typed: &[String], kept: Vec<String>| if typed.is_empty() { kept } else { typed.to_vec() };
        Self {
            format: options.format.or(config.format).unwrap_or_default(),
            quiet: options.quiet || (config.quiet && !options.verbose),
            verbose: options.verbose || (config.verbose && !options.quiet),
            color: options.color.or(config.color).unwrap_or_default(),
            only: names(&options.only, config.only),
            skip: names(&options.skip, config.skip),
            fail_on: options.fail_on.map(Level::from).or(config.fail_on),
            require_coverage: options.require_coverage.or(config.require_coverage),
            max_time: options.max_time.or(config.max_time).map(Duration::from_secs),
            accept: config.accept,
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
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
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
        for glob in self.only.iter().chain(&self.skip) {
            if !keeneye_detect::ALL.iter().any(|d| glob::matches(glob, d.name.as_bytes())) {
                let hint = did_you_mean(glob, keeneye_detect::ALL.iter().map(|d| d.name));
                bail!("no detector is called {glob}{hint}; `keeneye explain --all` names them");
            }
        }
        Ok(())
    }
}

fn read_config(named: Option<&Path>) -> Result<Config> {
    let path = named.unwrap_or(Path::new(CONFIG));
    let bytes = match keeneye_live::read_own_file(path, MAX_CONFIG) {
        Ok(bytes) => bytes,
        Err(why) if named.is_none() && why.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(why) => return Err(why).with_context(|| format!("cannot read {}", path.display())),
    };
    let text = String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", path.display()))?;
    config::parse(&text).map_err(|why| anyhow::anyhow!("{}:{why}", path.display()))
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
        let wrong = Settings { only: vec!["proces/exe-deleted".into()], ..Settings::default() };
        let why = wrong.detectors_exist().unwrap_err().to_string();
        assert!(why.contains("did you mean process/exe-deleted?"), "{why}");
    }
}
