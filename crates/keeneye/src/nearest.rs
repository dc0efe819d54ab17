//! Did you mean ...?

/// ` (did you mean NAME?)` for the name that is nearest, or nothing when none is near.
pub(crate) fn did_you_mean<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let near = names.into_iter().map(|name| (distance(typed, name), name)).min();
    match near {
        Some((steps, name)) if steps <= 1 + name.len() / 4 => format!(" (did you mean {name}?)"),
        _ => String::new(),
    }
}

/// Edit distance (Levenshtein): how many letters to insert, delete or change.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(200).enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (pair, to) in row.windows(2).zip(&b) {
            let &[diagonal, above] = pair else { continue };
            left = (diagonal + usize::from(from != *to)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn the_nearest_name_is_offered_if_it_is_near() {
        let names = ["format", "fail-on", "color"];
        assert_eq!(did_you_mean("formt", names), " (did you mean format?)");
        assert_eq!(did_you_mean("fail_on", names), " (did you mean fail-on?)");
        assert_eq!(did_you_mean("incredible", names), "");
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
