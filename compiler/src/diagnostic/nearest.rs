//! The name that was probably meant.

/// The candidate nearest to `name` by edit distance, case ignored, if one is
/// near enough to be worth suggesting: at most a third of its length away.
/// Of equally near ones the first wins.
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
            Some((distance(&name, &other), candidate))
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
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
    }
}
