//! Lists of things: what `keeneye list` prints.

use crate::json::{compact, pretty, shown};
use crate::layout::{BOLD, Layout, pad, width};
use crate::sanitise::{SHOWN, bounded};
use crate::words::{Zone, duration, rfc3339};
use keeneye_facts::Text;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known, or there is nothing.
    None,
    /// A number.
    Number(u64),
    /// Text, possibly of the host.
    Text(Text),
    /// A moment.
    Time {
        /// Since 1970.
        seconds: i64,
        /// As people are shown it.
        shown: String,
    },
    /// A length of time, in seconds.
    Seconds(u64),
}

impl Cell {
    /// `12 Mar 2026 02:11:40` for people, RFC 3339 in UTC for programs.
    pub fn time(seconds: i64, zone: &Zone) -> Self {
        Self::Time { seconds, shown: zone.short(seconds) }
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}
impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}
impl From<u16> for Cell {
    fn from(number: u16) -> Self {
        Self::Number(number.into())
    }
}
impl From<&Text> for Cell {
    fn from(text: &Text) -> Self {
        if text.is_empty() { Self::None } else { Self::Text(text.clone()) }
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::from(&Text::from(text))
    }
}
impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(&Text::from(text))
    }
}
impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

/// Rows of things of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// `processes`.
    pub name: &'static str,
    /// Headings; also the keys in JSON.
    pub columns: &'static [&'static str],
    /// One cell a column.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Columns under headings. On a terminal, lines end at its edge unless `-v` is given.
    pub fn text(&self, layout: &Layout) -> String {
        let cells: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(display).collect()).collect();
        let headings: Vec<String> = self.columns.iter().map(|c| c.to_uppercase()).collect();
        let last = self.columns.len().saturating_sub(1);
        let widths: Vec<usize> = (0..self.columns.len()).map(|i| column_width(i, &headings, &cells)).collect();
        let numeric: Vec<bool> = (0..self.columns.len()).map(|i| self.is_numeric(i)).collect();
        let line = |row: &[String]| {
            let place = |(index, cell): (usize, &String)| {
                let columns = widths.get(index).copied().unwrap_or(0);
                match numeric.get(index) {
                    Some(true) => format!("{}{cell}", " ".repeat(columns.saturating_sub(width(cell)))),
                    _ if index == last => cell.clone(),
                    _ => pad(cell, columns),
                }
            };
            let line = row.iter().enumerate().map(place).collect::<Vec<_>>().join("  ");
            fit(line.trim_end(), layout)
        };
        let mut out = layout.paint(BOLD, &line(&headings)) + "\n";
        for row in &cells {
            out.push_str(&line(row));
            out.push('\n');
        }
        out
    }

    /// One row a line, fields separated by one blank, no headings; times as RFC 3339, lengths of time in seconds.
    pub fn concise(&self) -> String {
        let row = |row: &Vec<Cell>| row.iter().map(one_word).collect::<Vec<_>>().join(" ") + "\n";
        self.rows.iter().map(row).collect()
    }

    /// One document: `schema`, `list`, `rows`.
    pub fn json(&self) -> String {
        #[derive(serde::Serialize)]
        struct Document<'a> {
            schema: u32,
            list: &'a str,
            rows: Vec<Row<'a>>,
        }
        pretty(&Document { schema: 1, list: self.name, rows: self.keyed().collect() })
    }

    /// One row a line.
    pub fn jsonl(&self) -> String {
        self.keyed().map(|row| compact(&row) + "\n").collect()
    }

    fn keyed(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { columns: self.columns, cells })
    }
    fn is_numeric(&self, index: usize) -> bool {
        let cells = || self.rows.iter().filter_map(|row| row.get(index));
        cells().all(|cell| matches!(cell, Cell::Number(_) | Cell::None)) && cells().any(|cell| *cell != Cell::None)
    }
}

/// A row as an object.
struct Row<'a> {
    columns: &'a [&'a str],
    cells: &'a [Cell],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, cell) in self.columns.iter().zip(self.cells) {
            match cell {
                Cell::None => map.serialize_entry(key, &())?,
                Cell::Number(number) | Cell::Seconds(number) => map.serialize_entry(key, number)?,
                Cell::Time { seconds, .. } => map.serialize_entry(key, &rfc3339(*seconds))?,
                Cell::Text(text) => {
                    let (text, bytes) = shown(text);
                    map.serialize_entry(key, &text)?;
                    if let Some(bytes) = bytes {
                        map.serialize_entry(&format!("{key}_bytes"), &bytes)?;
                    }
                }
            }
        }
        map.end()
    }
}

fn display(cell: &Cell) -> String {
    match cell {
        Cell::None => "-".into(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => bounded(text, SHOWN),
        Cell::Time { shown, .. } => shown.clone(),
        Cell::Seconds(seconds) => duration(*seconds),
    }
}

/// As programs are told it, without blanks.
fn one_word(cell: &Cell) -> String {
    match cell {
        Cell::Time { seconds, .. } => rfc3339(*seconds),
        Cell::Seconds(seconds) => seconds.to_string(),
        _ => display(cell).replace(' ', "\\x20"),
    }
}

fn column_width(index: usize, headings: &[String], cells: &[Vec<String>]) -> usize {
    let rows = cells.iter().filter_map(|row| row.get(index));
    headings.get(index).into_iter().chain(rows).map(|cell| width(cell)).max().unwrap_or(0).min(48)
}

/// The line up to the terminal's edge; an ellipsis says that it goes on.
fn fit(line: &str, layout: &Layout) -> String {
    let Some(columns) = layout.width.filter(|columns| !layout.verbose && width(line) > *columns) else {
        return line.to_owned();
    };
    let mut out = String::new();
    let mut used = 0;
    for c in line.chars() {
        used += width(c.encode_utf8(&mut [0; 4]));
        if used >= columns {
            break;
        }
        out.push(c);
    }
    out + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table {
            name: "things",
            columns: &["pid", "user", "program"],
            rows: vec![
                vec![7_u32.into(), "root".into(), "/usr/sbin/sshd -D".into()],
                vec![1234_u32.into(), Cell::None, "/tmp/\u{1b}[31mx".into()],
            ],
        }
    }
    #[test]
    fn columns_line_up() {
        assert_eq!(
            table().text(&Layout::default()),
            " PID  USER  PROGRAM\n   7  root  /usr/sbin/sshd -D\n1234  -     /tmp/\\x1b[31mx\n"
        );
        let narrow = Layout { width: Some(16), ..Layout::default() };
        assert_eq!(table().text(&narrow), " PID  USER  PRO…\n   7  root  /us…\n1234  -     /tm…\n");
    }
    #[test]
    fn people_and_programs_are_told_times_in_their_own_ways() {
        let zone = Zone::of(&keeneye_facts::Host::default());
        let rows = vec![vec![Cell::time(1_700_000_000, &zone), Cell::Seconds(600)]];
        let table = Table { name: "things", columns: &["time", "for"], rows };
        assert_eq!(table.text(&Layout::default()), "TIME                  FOR\n14 Nov 2023 22:13:20  10 minutes\n");
        assert_eq!(table.jsonl(), "{\"time\":\"2023-11-14T22:13:20Z\",\"for\":600}\n");
        assert_eq!(table.concise(), "2023-11-14T22:13:20Z 600\n");
    }
    #[test]
    fn a_row_is_a_line_of_words_or_an_object() {
        assert_eq!(table().concise(), "7 root /usr/sbin/sshd\\x20-D\n1234 - /tmp/\\x1b[31mx\n");
        assert_eq!(
            table().jsonl(),
            "{\"pid\":7,\"user\":\"root\",\"program\":\"/usr/sbin/sshd -D\"}\n\
             {\"pid\":1234,\"user\":null,\"program\":\"/tmp/\\\\x1b[31mx\",\"program_bytes\":\"2f746d702f1b5b33316d78\"}\n"
        );
    }
}
