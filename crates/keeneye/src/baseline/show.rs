//! `keeneye baseline show`: which baselines there are, or one of them.

use super::{baselines, by_name, hexadecimal, verified};
use crate::cli::Kept;
use crate::output::print;
use anyhow::{Context, Result};
use keeneye_report::sanitise::clean;
use keeneye_report::words::{rfc3339, thousands};
use keeneye_world::baseline::{End, Header, words};

/// Shows one, or all in a line each.
pub(super) fn run(which: Option<&str>, place: &Kept) -> Result<u8> {
    let baselines = baselines(place);
    if let Some(name) = which {
        let read = verified(by_name(name, &baselines)?);
        let (header, end) = read.with_context(|| format!("cannot use {name}"))?;
        print(whole(&header, &end))?;
        return Ok(crate::judge::NOTHING);
    }
    let mut text = String::new();
    for number in baselines.numbers()? {
        let read = by_name(&number.to_string(), &baselines).and_then(verified);
        text.push_str(&match read {
            Ok((header, end)) => line(&header, &end),
            Err(why) => format!("{number:>6}  cannot be used: {}\n", clean(format!("{why:#}"))),
        });
    }
    if text.is_empty() {
        text.push_str("there is no baseline yet: keeneye baseline learn\n");
    }
    print(text)?;
    Ok(crate::judge::NOTHING)
}

fn line(header: &Header, end: &End) -> String {
    format!(
        "{:>6}  {}  {:>12} files  {}\n",
        header.counter,
        rfc3339(header.made.seconds),
        thousands(end.entries),
        hexadecimal(&end.hash)
    )
}

fn whole(header: &Header, end: &End) -> String {
    let roots: Vec<String> = header.roots.iter().map(clean).collect();
    let rows = [
        ("number", header.counter.to_string()),
        ("host", clean(&header.host)),
        ("made", rfc3339(header.made.seconds)),
        ("by keeneye", clean(&header.keeneye)),
        ("files", thousands(end.entries)),
        ("below", roots.join(" ")),
        ("read", if header.full { "everything" } else { "what was touched, and a sample" }.into()),
        ("cut off by", clean(end.cut.as_deref().unwrap_or("nothing"))),
        ("rules", clean(&header.policy)),
        ("before it", clean(header.previous.as_deref().unwrap_or("none"))),
        ("hash", hexadecimal(&end.hash)),
        ("in words", words(&end.hash)),
        ("signed", if end.signature.is_some() { "yes; baseline verify tells by whom" } else { "no" }.into()),
    ];
    rows.iter().map(|(what, value)| format!("{what:<11} {value}\n")).collect()
}
