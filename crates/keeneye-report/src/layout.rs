//! Lines and columns for a terminal: colour, width, wrapping.

use anstyle::{AnsiColor, Effects, Style};
use keeneye_facts::Level;
use unicode_width::UnicodeWidthStr;

/// How text is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Columns of the terminal; `None` when it is a file or a pipe: then lines are not wrapped.
    pub width: Option<usize>,
    /// Colours are wanted.
    pub colour: bool,
    /// Show everything: evidence of notes too, every gap, what was accepted.
    pub verbose: bool,
    /// Show only alerts and the verdict.
    pub quiet: bool,
}

impl Layout {
    /// Text in a style, when colours are wanted.
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
    /// A level's word in its colour, padded.
    pub(crate) fn level(&self, level: Level, width: usize) -> String {
        self.paint(style_of(level), &pad(level.word(), width))
    }
    /// A prefix and text behind it; what does not fit goes on below the beginning of the text.
    pub(crate) fn hanging(&self, prefix: &str, prefix_width: usize, text: &str) -> String {
        let Some(width) = self.width.map(|w| w.saturating_sub(prefix_width)).filter(|w| *w >= 30) else {
            return format!("{prefix}{text}\n");
        };
        let mut out = String::new();
        for (index, line) in wrap(text, width).iter().enumerate() {
            if index == 0 {
                out.push_str(prefix);
            } else {
                out.push_str(&" ".repeat(prefix_width));
            }
            out.push_str(line);
            out.push('\n');
        }
        out
    }
}

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().effects(Effects::DIMMED);

/// The colour of a level.
pub(crate) fn style_of(level: Level) -> Style {
    match level {
        Level::Note => Style::new(),
        Level::Unusual => AnsiColor::Yellow.on_default(),
        Level::Suspicious => AnsiColor::Red.on_default(),
        Level::Compromised => AnsiColor::Red.on_default().bold(),
    }
}

/// Columns that a terminal needs for it.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Blanks behind the text, up to that many columns.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(blanks))
}

/// Lines of at most that many columns, broken at blanks. A longer word keeps a line of its own, so that paths can be
/// copied.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let needed = width(word);
        let new_line = used > 0 && used + 1 + needed > columns;
        if new_line {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += needed;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn lines_break_at_blanks_and_paths_stay_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("see /a/very/long/path now", 8), ["see", "/a/very/long/path", "now"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(wrap("東京 東京", 5), ["東京", "東京"]);
    }
    #[test]
    fn what_does_not_fit_hangs_below() {
        let layout = Layout { width: Some(40), ..Layout::default() };
        assert_eq!(
            layout.hanging("  a  ", 5, "this sentence has more than thirty-five columns"),
            "  a  this sentence has more than\n     thirty-five columns\n"
        );
        assert_eq!(Layout::default().hanging("  a  ", 5, "as long as it likes"), "  a  as long as it likes\n");
    }
    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(pad("東京", 6), "東京  ");
    }
}
