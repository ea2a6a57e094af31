//! The name that was probably meant.

/// The candidate that is nearest to a misspelt name, if one is near enough.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let allowed = 1 + name.len() / 4;
    candidates
        .into_iter()
        .map(|candidate| (distance(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}

/// What to say to a column that is not there: the nearest, or those that are.
pub(crate) fn columns_there<'a>(
    name: &str,
    columns: impl Iterator<Item = &'a str> + Clone,
) -> String {
    const MOST: usize = 10;
    if let Some(near) = nearest(name, columns.clone()) {
        return format!("did you mean `{near}`?");
    }
    let mut there: Vec<&str> = Vec::new();
    for column in columns {
        if !there.contains(&column) {
            there.push(column);
        }
    }
    let shown = there[..there.len().min(MOST)].join(", ");
    match there.len() {
        0 => "there are no columns here".to_owned(),
        count if count > MOST => format!("the columns are {shown} and {} more", count - MOST),
        _ => format!("the columns are {shown}"),
    }
}

/// How many characters have to be put in, taken out or changed (Levenshtein).
fn distance(a: &[char], b: &str) -> usize {
    let mut row: Vec<usize> = (0..=a.len()).collect();
    for (i, b) in b.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, a) in a.iter().enumerate() {
            let change = diagonal + usize::from(*a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[a.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_found() {
        let names = ["orders", "lineitem", "part", "partsupp"];
        for (name, expected) in [
            ("order", Some("orders")),
            ("LINEITEMS", Some("lineitem")),
            ("parts", Some("part")),
            ("customer", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, names), expected, "{name}");
        }
    }

    #[test]
    fn columns_are_named_as_far_as_that_helps() {
        let numbered: Vec<String> = (1..=12).map(|i| format!("column_{i}")).collect();
        let numbered: Vec<&str> = numbered.iter().map(String::as_str).collect();
        for (name, columns, expected) in [
            ("orderkye", vec!["orderkey", "custkey"], "did you mean `orderkey`?"),
            ("x", vec!["orderkey", "custkey", "orderkey"], "the columns are orderkey, custkey"),
            ("x", vec![], "there are no columns here"),
            (
                "x",
                numbered,
                "the columns are column_1, column_2, column_3, column_4, column_5, column_6, \
                 column_7, column_8, column_9, column_10 and 2 more",
            ),
        ] {
            assert_eq!(columns_there(name, columns.into_iter()), expected);
        }
    }
}
