//! Comparing names: whether two are the same, which one was probably meant, and what to
//! say of that.

/// Whether two names are the same but for their case.
#[inline]
pub fn same_name(a: &str, b: &str) -> bool {
    // A letter beyond ASCII can be the same as one in it: the sign of Kelvin is a `k`.
    a.eq_ignore_ascii_case(b)
        || (!(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase())
}

/// The candidate nearest to `name` by edit distance, case ignored, if one is
/// near enough to be worth suggesting: at most a third of its length away, and
/// with something in common. Of equally near ones the first wins.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let limit = (name.len().max(3)) / 3;
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other: Vec<char> = candidate.to_lowercase().chars().collect();
            if other.len().abs_diff(name.len()) > limit {
                return None;
            }
            let distance = distance(&name, &other);
            (distance <= limit && distance < other.len()).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What helps where a column does not exist: the nearest one, or those that exist.
pub fn columns_there<'a>(name: &str, columns: impl Iterator<Item = &'a str> + Clone) -> String {
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

/// Optimal string alignment distance: insertions, deletions, substitutions and
/// swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substitution = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substitution.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_near() {
        let columns = ["o_orderkey", "o_custkey", "o_orderdate", "o_totalprice"];
        for (name, expected) in [
            ("o_orderkye", Some("o_orderkey")),
            ("O_ORDERDATE", Some("o_orderdate")),
            ("orderdate", Some("o_orderdate")),
            ("o_totlaprice", Some("o_totalprice")),
            ("comment", None),
            ("x", None),
        ] {
            assert_eq!(nearest(name, columns), expected, "{name}");
        }
        let tables = ["orders", "lineitem", "part", "partsupp", "x"];
        for (name, expected) in [
            ("order", Some("orders")),
            ("LINEITEMS", Some("lineitem")),
            ("parts", Some("part")),
            ("X", Some("x")),
            ("customer", None),
            // One letter is not near another one.
            ("y", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, tables), expected, "{name}");
        }
    }

    #[test]
    fn names_differ_in_case_only() {
        for (a, b, same) in [
            ("Orders", "ORDERS", true),
            ("", "", true),
            ("größe", "GRÖSSE", false),
            ("größe", "GRÖße", true),
            ("k", "\u{212a}", true),
            ("\u{212a}", "K", true),
            ("orders", "order", false),
        ] {
            assert_eq!(same_name(a, b), same, "{a} {b}");
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
