//! The schema: which table begins on which page, and how its columns are called.

use super::{Database, Error, Rows, Value};
use bstr::ByteSlice;

/// The schema lies on the first page.
const ROOT: u32 = 1;

/// A table that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub(super) root: u32,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// The column that is another name of the rowid; its values are not stored.
    pub(super) rowid_column: Option<usize>,
}

impl Table {
    /// The place of a column in [`super::Row::values`]; upper and lower case are one.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.eq_ignore_ascii_case(name))
    }
}

pub(super) fn table(database: &Database<'_>, name: &str) -> Result<Table, Error> {
    let mut damaged = None;
    for row in Rows::new(database, ROOT, None) {
        let found = row.and_then(|row| entry(&row.values()?, name));
        match found {
            Ok(Some(table)) => return Ok(table),
            Ok(None) => (),
            Err(wrong @ Error::Table { .. }) => return Err(wrong),
            Err(damage) => damaged = damaged.or(Some(damage)),
        }
    }
    Err(damaged.unwrap_or_else(|| Error::NoTable(name.to_owned())))
}

/// `None` when the row lists something else. Columns: type, name, table, page, statement.
fn entry(values: &[Value<'_>], name: &str) -> Result<Option<Table>, Error> {
    let [Value::Text(kind), Value::Text(called), _, Value::Integer(page), Value::Text(statement)] = values else {
        return Ok(None);
    };
    if *kind != b"table" || !called.eq_ignore_ascii_case(name.as_bytes()) {
        return Ok(None);
    }
    let wrong = |why| Error::Table { table: name.to_owned(), why };
    let root = u32::try_from(*page).ok().filter(|page| *page != 0).ok_or(wrong("it has no pages of its own"))?;
    let Some(Statement { columns, rowid_column, without_rowid, .. }) = Statement::parse(statement) else {
        return Err(wrong("its CREATE TABLE is not understood"));
    };
    if without_rowid {
        return Err(wrong("a table WITHOUT ROWID is not read"));
    }
    Ok(Some(Table { root, columns, rowid_column }))
}

/// What matters of a `CREATE TABLE`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Statement {
    columns: Vec<String>,
    /// Whether the type of a column is `INTEGER`, by no other name.
    integers: Vec<bool>,
    rowid_column: Option<usize>,
    without_rowid: bool,
}

impl Statement {
    fn parse(sql: &[u8]) -> Option<Self> {
        let mut tokens = Tokens(sql);
        tokens.find(|token| *token == Token::Sign(b'('))?;
        let mut statement = Self::default();
        let mut definition = Vec::new();
        let mut depth = 1_usize;
        while depth > 0 {
            let token = tokens.next()?;
            match token {
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') => depth -= 1,
                _ => (),
            }
            if depth == 0 || depth == 1 && token == Token::Sign(b',') {
                statement.define(&definition);
                definition.clear();
            } else {
                definition.push(token);
            }
        }
        let behind: Vec<_> = tokens.collect();
        statement.without_rowid = after(&behind, "without", "rowid").is_some();
        (!statement.columns.is_empty()).then_some(statement)
    }

    /// A column, or a constraint of the table. An `INTEGER PRIMARY KEY` is the rowid, but not with DESC behind it.
    fn define(&mut self, definition: &[Token<'_>]) {
        let [first, kind @ ..] = definition else { return };
        let key = after(definition, "primary", "key");
        if ["constraint", "primary", "unique", "check", "foreign"].iter().any(|word| first.is(word)) {
            if let Some([Token::Sign(b'('), column, Token::Sign(b')'), ..]) = key {
                let named =
                    |name: &String| column.name().is_some_and(|column| name.as_bytes().eq_ignore_ascii_case(column));
                let place = self.columns.iter().position(named);
                self.rowid_column = place.filter(|place| self.integers.get(*place) == Some(&true));
            }
            return;
        }
        let is_integer = match kind {
            [name] => name.is("integer"),
            [name, then, ..] => name.is("integer") && COLUMN_CONSTRAINTS.iter().any(|word| then.is(word)),
            [] => false,
        };
        if is_integer && key.is_some_and(|behind| !behind.first().is_some_and(|token| token.is("desc"))) {
            self.rowid_column = Some(self.columns.len());
        }
        self.integers.push(is_integer);
        self.columns.push(String::from_utf8_lossy(first.name().unwrap_or_default()).into_owned());
    }
}

const COLUMN_CONSTRAINTS: [&str; 11] =
    ["as", "check", "collate", "constraint", "default", "generated", "not", "null", "primary", "references", "unique"];

/// What stands behind two words.
fn after<'t, 's>(tokens: &'t [Token<'s>], first: &str, second: &str) -> Option<&'t [Token<'s>]> {
    let pair = tokens.windows(2).position(|pair| matches!(pair, [a, b] if a.is(first) && b.is(second)))?;
    tokens.get(pair + 2..)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A keyword, a name or a number.
    Word(&'a [u8]),
    /// A name or a text in quotes: never a keyword.
    Quoted(&'a [u8]),
    Sign(u8),
}

impl<'a> Token<'a> {
    fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword.as_bytes()))
    }
    fn name(&self) -> Option<&'a [u8]> {
        match self {
            Self::Word(name) | Self::Quoted(name) => Some(name),
            Self::Sign(_) => None,
        }
    }
}

/// Splits a statement; blanks and comments are left out. A doubled quote ends one quoted token and begins another:
/// nobody calls a column so.
struct Tokens<'a>(&'a [u8]);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.0 = self.0.trim_ascii_start();
            let skipped = match self.0 {
                [b'-', b'-', rest @ ..] => rest.find_byte(b'\n').map(|end| rest.get(end..)),
                [b'/', b'*', rest @ ..] => rest.find("*/").map(|end| rest.get(end + 2..)),
                _ => break,
            };
            self.0 = skipped.flatten().unwrap_or_default();
        }
        let (first, rest) = self.0.split_first()?;
        let close = match first {
            b'[' => b']',
            b'"' | b'\'' | b'`' => *first,
            _ => return Some(self.plain(*first, rest)),
        };
        let length = rest.find_byte(close).unwrap_or(rest.len());
        self.0 = rest.get(length + 1..).unwrap_or_default();
        rest.get(..length).map(Token::Quoted)
    }
}

impl<'a> Tokens<'a> {
    fn plain(&mut self, first: u8, rest: &'a [u8]) -> Token<'a> {
        let in_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
        let length = self.0.iter().take_while(|byte| in_word(**byte)).count();
        if length == 0 {
            self.0 = rest;
            return Token::Sign(first);
        }
        let (word, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        Token::Word(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(sql: &str) -> (Vec<String>, Option<usize>) {
        let statement = Statement::parse(sql.as_bytes()).unwrap();
        assert!(!statement.without_rowid);
        (statement.columns, statement.rowid_column)
    }
    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn rpms_own_table() {
        let sql = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)";
        assert_eq!(columns(sql), (names(&["hnum", "blob"]), Some(0)));
    }
    #[test]
    fn tables_of_logins() {
        let sql = "CREATE TABLE wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL) STRICT";
        assert_eq!(columns(sql), (names(&["ID", "Type", "User"]), Some(0)));
        let sql = "CREATE TABLE lastlog2(Name TEXT PRIMARY KEY, Time INTEGER)";
        assert_eq!(columns(sql), (names(&["Name", "Time"]), None));
    }
    #[test]
    fn quotes_comments_defaults_and_constraints() {
        let sql = "CREATE TABLE \"a(b\" (\"first, column\" TEXT DEFAULT ',)', -- ), not here\n [id] INTEGER /* , x */
            DEFAULT (1 + (2)), `check` NUMERIC(4, 2), UNIQUE (id, `check`), CONSTRAINT k PRIMARY KEY (ID))";
        assert_eq!(columns(sql), (names(&["first, column", "id", "check"]), Some(1)));
    }
    #[test]
    fn what_only_looks_like_the_rowid() {
        for kind in ["INT PRIMARY KEY", "INTEGER PRIMARY KEY DESC", "INTEGER UNSIGNED PRIMARY KEY", "INTEGER", ""] {
            assert_eq!(columns(&format!("CREATE TABLE t (a, b {kind}, c)")), (names(&["a", "b", "c"]), None), "{kind}");
        }
        assert_eq!(columns("CREATE TABLE t (a, b INTEGER NOT NULL PRIMARY KEY)").1, Some(1));
        assert_eq!(columns("CREATE TABLE t (a INTEGER, b, PRIMARY KEY (a, b))").1, None);
    }
    #[test]
    fn without_rowid_is_told() {
        assert!(Statement::parse(b"CREATE TABLE t (a PRIMARY KEY) STRICT, WITHOUT /**/ ROWID").unwrap().without_rowid);
    }
    #[test]
    fn broken_statements_are_none() {
        for sql in
            ["", "CREATE TABLE t", "CREATE TABLE t (a", "CREATE TABLE t (a, (b)", "CREATE TABLE t ()", "'(", "/*"]
        {
            assert_eq!(Statement::parse(sql.as_bytes()), None, "{sql}");
        }
    }
}
