//! Whether two results hold the same rows, in whatever order.

use std::cmp::Ordering;

use serde_json::Value as Json;

use crate::show::same;

/// The rows of a result in one order for all engines.
pub(super) fn sorted(rows: Json) -> Vec<Json> {
    let Json::Array(mut rows) = rows else { return Vec::new() };
    rows.sort_by(order);
    rows
}

/// What is different, if anything is. Both are [`sorted`].
pub(super) fn difference(expected: &[Json], found: &[Json]) -> Option<String> {
    let first = expected.iter().zip(found).find(|(expected, found)| !same(expected, found));
    match first {
        Some((expected, found)) => Some(format!("expected {expected}, found {found}")),
        None if expected.len() != found.len() => {
            Some(format!("expected {} rows, found {}", expected.len(), found.len()))
        }
        None => None,
    }
}

/// An order of values in which doubles that [`same`] takes for one are neighbours.
fn order(a: &Json, b: &Json) -> Ordering {
    match (a, b) {
        (Json::Array(a), Json::Array(b)) => {
            let different = a.iter().zip(b).map(|(a, b)| order(a, b)).find(|order| order.is_ne());
            different.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (Json::Number(_), Json::Number(_)) if same(a, b) => Ordering::Equal,
        (Json::Number(a), Json::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            a.total_cmp(&b)
        }
        _ => a.to_string().cmp(&b.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn order_does_not_matter_and_everything_else_does() {
        let a = sorted(json!([["x", 0.1], ["a", null], ["a", 2]]));
        assert_eq!(
            difference(&a, &sorted(json!([["a", 2], ["x", 0.100000000000001], ["a", null]]))),
            None
        );
        assert!(difference(&a, &sorted(json!([["a", 2], ["x", 0.11], ["a", null]]))).is_some());
        assert!(difference(&a, &sorted(json!([["a", 2], ["a", null]]))).is_some());
        assert!(difference(&a[..2], &a).is_some());
    }
}
