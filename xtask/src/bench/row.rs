//! The rows: a recipe with a small head each, and those that wait for something.

use super::root::Root;
use anyhow::{Context, Result, bail};
use keeneye_facts::Level;
use std::fs;
use std::path::Path;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The trace of a break-in: has to be named.
    Plant,
    /// An ordinary thing that looks like one: must not alert.
    Lookalike,
    /// A whole server on which nothing was planted: must not alert, and few notes.
    Server,
    /// Several traces of one break-in: has to become one incident.
    Combined,
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// `P01`, `L03`, `K02`.
    pub(super) id: String,
    /// Whether it has to be named or to stay quiet.
    pub(super) kind: Kind,
    /// `scan`, `watch`, `logs`, `traffic` or `fixture`.
    pub(super) mode: String,
    /// A plant has to be named at this level or above.
    pub(super) level: Level,
    /// What is acted out.
    pub(super) title: String,
    /// What it waits for before it counts; `None` when it counts.
    pub(super) waits_for: Option<String>,
    /// The root it starts from.
    pub(super) root: Root,
    /// It has a network with a far end.
    pub(super) has_network: bool,
    /// Who runs keeneye.
    pub(super) user: String,
    /// Further arguments of `keeneye scan`.
    pub(super) arguments: Vec<String>,
    /// Why it tells nothing of files that a baseline could know; `None` when it does.
    pub(super) without_baseline: Option<String>,
    /// The recipe, relative to `acceptance/`.
    pub(super) recipe: Option<String>,
}

impl Row {
    /// The row that plants nothing.
    pub(super) fn unplanted(user: &str) -> Self {
        Self {
            id: format!("unplanted-{user}"),
            kind: Kind::Lookalike,
            mode: "scan".into(),
            level: Level::Suspicious,
            title: "the root as it is".into(),
            waits_for: None,
            root: Root::Minimal,
            has_network: false,
            user: user.into(),
            arguments: Vec::new(),
            without_baseline: None,
            recipe: None,
        }
    }
}

/// The directories of recipes.
pub(super) const DIRECTORIES: [(&str, Kind); 4] =
    [("plants", Kind::Plant), ("lookalikes", Kind::Lookalike), ("servers", Kind::Server), ("combined", Kind::Combined)];

/// All rows under `acceptance/`: plants, look-alikes, servers, combined ones, each in order of their ids.
pub(super) fn all(acceptance: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (directory, kind) in DIRECTORIES {
        for entry in fs::read_dir(acceptance.join(directory))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let text = fs::read_to_string(acceptance.join(directory).join(&name))?;
            let row = parse(&text, kind, format!("{directory}/{name}"));
            rows.push(row.with_context(|| format!("the head of {directory}/{name}"))?);
        }
    }
    rows.extend(waiting(&fs::read_to_string(acceptance.join("waiting.tsv"))?));
    rows.sort_by_key(|row| (row.kind, row.id.starts_with('K'), row.id.clone()));
    Ok(rows)
}

/// Reads the head: comment lines `# key: value` at the top of the recipe.
fn parse(text: &str, kind: Kind, recipe: String) -> Result<Row> {
    let mut row = Row { id: String::new(), recipe: Some(recipe), ..Row::unplanted("root") };
    row.kind = kind;
    for line in text.lines().map_while(|line| line.strip_prefix("# ")).filter(|line| !line.starts_with("said: ")) {
        let (key, value) = line.split_once(": ").with_context(|| format!("not `key: value`: {line}"))?;
        match key {
            "id" => row.id = value.into(),
            "mode" => row.mode = value.into(),
            "title" => row.title = value.into(),
            "level" => row.level = serde_json::from_value(value.into())?,
            "due" if value == "now" => row.waits_for = None,
            "due" => row.waits_for = Some(value.trim_start_matches("later (").trim_end_matches(')').into()),
            "root" if value == "service" => row.root = Root::Service,
            "network" if value == "world" => row.has_network = true,
            "as" => row.user = value.into(),
            "without baseline" => row.without_baseline = Some(value.into()),
            "arguments" => row.arguments = value.split(' ').map(str::to_owned).collect(),
            _ => bail!("unknown key {key}"),
        }
    }
    let names = [format!("/{}.sh", row.id), format!("/{}.host", row.id)];
    if row.recipe.as_deref().is_none_or(|path| !names.iter().any(|name| path.ends_with(name))) {
        bail!("the id {} and the file's name differ", row.id);
    }
    Ok(row)
}

/// Reads the rows without a recipe: `id`, what it waits for, why; tab between them.
fn waiting(text: &str) -> Vec<Row> {
    let rows = text.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t');
        let (id, waits_for, title) = (cells.next()?, cells.next()?, cells.next()?);
        Some(Row {
            id: id.into(),
            kind: if id.starts_with('L') { Kind::Lookalike } else { Kind::Plant },
            mode: waits_for.into(),
            title: title.into(),
            waits_for: Some(waits_for.into()),
            ..Row::unplanted("root")
        })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn the_head_says_it_all() {
        let head = "# id: L30\n# mode: scan\n# title: a thing\n# as: nobody\n# without baseline: why\n# arguments: --config x\n\n# id: no head\n";
        let row = parse(head, Kind::Lookalike, "lookalikes/L30.sh".into()).unwrap();
        assert_eq!((row.id.as_str(), row.user.as_str(), row.title.as_str()), ("L30", "nobody", "a thing"));
        assert_eq!(row.arguments, ["--config", "x"]);
        assert_eq!(row.without_baseline.as_deref(), Some("why"));
        assert_eq!(row.waits_for, None);
        assert!(parse("# id: L31\n", Kind::Lookalike, "lookalikes/L30.sh".into()).is_err());
        assert!(parse("# id: L30\n# colour: red\n", Kind::Lookalike, "lookalikes/L30.sh".into()).is_err());
    }
    #[test]
    fn what_waits_says_for_what() {
        let row =
            parse("# id: P11\n# level: note\n# due: later (autostart)\n", Kind::Plant, "plants/P11.sh".into()).unwrap();
        assert_eq!((row.level, row.waits_for.as_deref()), (Level::Note, Some("autostart")));
        let rows = waiting("id\twaits for\twhy\nP16\tlogs\tneeds the logs\nL46\ttraffic\tx\n");
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].kind, rows[0].mode.as_str(), &rows[0].recipe), (Kind::Plant, "logs", &None));
        assert_eq!(rows[1].kind, Kind::Lookalike);
    }
}
