//! Names for columns that have none, or share theirs.

use std::collections::HashSet;

/// The names, those that are missing or not unique made up: Trino calls such
/// columns `_col0`, `_col1`. None is made up that `is_taken` for something else.
pub(crate) fn unique_names(names: &[Option<&str>], is_taken: impl Fn(&str) -> bool) -> Vec<String> {
    let mut taken: HashSet<String> =
        names.iter().flatten().map(|name| name.to_lowercase()).collect();
    let mut seen = HashSet::new();
    names
        .iter()
        .enumerate()
        .map(|(i, name)| match name {
            Some(name) if seen.insert(name.to_lowercase()) => (*name).to_owned(),
            _ => {
                let mut made_up = format!("_col{i}");
                while is_taken(&made_up) || !taken.insert(made_up.clone()) {
                    made_up.push('_');
                }
                made_up
            }
        })
        .collect()
}
