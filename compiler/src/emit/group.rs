//! GROUP BY, its grouping sets, and `grouping`, which tells them apart.

use lakequery_types::Type;

use crate::tree::{Expr, GroupBy, GroupKey};

use super::select::is_column;
use super::{Clause, Support, Writer};

impl Writer<'_> {
    pub(super) fn group_by(&mut self, group_by: &GroupBy) {
        let GroupBy { keys, sets, of_nothing: _ } = group_by;
        let Some(sets) = sets else {
            if !keys.is_empty() {
                self.push(" GROUP BY ");
                self.list(keys, Writer::group_key);
            }
            return;
        };
        // What all sets have is said once, before them.
        let is_common = |key: &usize| !group_by.leaves_out(*key);
        let common: Vec<usize> = (0..keys.len()).filter(is_common).collect();
        self.push(" GROUP BY ");
        self.list(&common, |writer, key| writer.group_key(&keys[*key]));
        self.push(if common.is_empty() { "GROUPING SETS (" } else { ", GROUPING SETS (" });
        self.list(sets, |writer, set| {
            writer.push("(");
            writer.list(set.iter().filter(|key| !common.contains(key)), |writer, key| {
                writer.key_of_set(&keys[*key]);
            });
            writer.push(")");
        });
        self.push(")");
    }

    /// A key that the SELECT list has too is written as its number: the engine
    /// would not see that two expressions with a parameter are the same.
    fn group_key(&mut self, key: &GroupKey) {
        match key.output {
            Some(index) if !is_column(&key.expr) => self.push(&(index + 1).to_string()),
            _ => self.output(&key.expr),
        }
    }

    fn key_of_set(&mut self, key: &GroupKey) {
        if let Support::No(reason) = self.dialect.grouping_sets_of_expressions
            && !is_column(&key.expr)
        {
            self.refuse(key.span, "a grouping set of expressions", reason);
        }
        self.output(&key.expr);
    }

    /// Whether this is an expression that the rows are grouped by, which has to
    /// be written the same everywhere.
    pub(super) fn is_grouped(&self, expr: &Expr) -> bool {
        let keys = self.groups.iter().flat_map(|groups| &groups.keys);
        keys.filter(|key| !is_column(&key.expr)).any(|key| key.expr.same(expr))
    }

    /// Writes `grouping`, which is an integer.
    pub(super) fn grouping(&mut self, key: &Expr) {
        let is_cast = self.dialect.grouping_is_cast;
        self.push(if is_cast { "CAST(grouping(" } else { "grouping(" });
        // It takes no output column, as an aggregate does not.
        self.in_clause(Clause::Aggregate, |writer| writer.output(key));
        self.push(")");
        if is_cast {
            self.push(" AS ");
            self.type_name(&Type::Integer, key.span);
            self.push(")");
        }
    }
}
