//! Names that mean something else in ORDER BY, and for some engines in GROUP BY and HAVING.

use std::collections::HashMap;

use crate::tree::{ColumnRef, ExprKind, Select, relation_names};

/// The names that ORDER BY would take for an output column, though the query
/// means an input column.
#[derive(Clone, Debug, Default)]
pub(super) struct Shadows {
    /// The names of output columns, and the column each is, if it is one.
    outputs: Vec<(String, Option<ColumnRef>)>,
    /// The names of the input relations.
    relations: HashMap<usize, String>,
}

impl Shadows {
    /// The names that the output columns of a select take from its input columns.
    pub(super) fn of(select: &Select) -> Shadows {
        let outputs = select.projection.iter().filter_map(|item| {
            let column = match &item.expr.kind {
                ExprKind::Column(column) => Some(column.clone()),
                _ => None,
            };
            Some((item.name()?.to_owned(), column))
        });
        Shadows { outputs: outputs.collect(), relations: relation_names(&select.from) }
    }

    /// The relation of a column whose name alone would mean an output column.
    ///
    /// Within an aggregate, and within `grouping`, Trino takes such a name for the output column, too, even
    /// where that is the same, and refuses it.
    pub(super) fn relation_of(&self, column: &ColumnRef, in_aggregate: bool) -> Option<String> {
        let is_called = |(name, _): &&(String, Option<ColumnRef>)| {
            name.to_lowercase() == column.name.to_lowercase()
        };
        let called: Vec<_> = self.outputs.iter().filter(is_called).collect();
        let is_other = |(_, of): &&(String, Option<ColumnRef>)| {
            let same = |of: &ColumnRef| (of.relation, of.index) == (column.relation, column.index);
            !of.as_ref().is_some_and(same)
        };
        let hides = match &called[..] {
            [] => false,
            [one] => in_aggregate || is_other(one),
            // Which of them would be unclear.
            _ => true,
        };
        hides.then(|| self.relations.get(&column.relation).cloned())?
    }
}
