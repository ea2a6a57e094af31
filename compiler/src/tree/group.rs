//! What is known of grouping sets.

use super::{GroupBy, GroupKey, Select};

impl Select {
    /// The keys of GROUP BY, whatever sets they are in.
    pub fn group_keys(&self) -> impl Iterator<Item = &GroupKey> + Clone {
        self.group_by.iter().flat_map(|group_by| &group_by.keys)
    }
}

impl GroupBy {
    /// Whether a grouping set leaves this key out, so that it is NULL in its rows.
    pub fn leaves_out(&self, key: usize) -> bool {
        self.sets.iter().flatten().any(|set| !set.contains(&key))
    }

    /// How many grouping sets have no key: each is a group of all rows, even of none.
    pub fn totals(&self) -> usize {
        self.sets.iter().flatten().filter(|set| set.is_empty()).count()
    }
}
