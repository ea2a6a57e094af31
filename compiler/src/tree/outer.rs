//! What expressions and queries use of the queries around them: lowering has written
//! into each column how far out its relation is.
//!
//! Depths are counted from a query. A part of it stands `level` subqueries deeper, so
//! that a column there is of the query, or of a subquery in it, up to that depth.

use super::{ColumnRef, Expr, ExprKind, Query, Relation};

/// Whose columns are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Those of the query, or of subqueries in it.
    pub inner: bool,
    /// Those of queries around it.
    pub outer: bool,
}

impl Uses {
    fn add(&mut self, part: &Expr, level: usize) {
        if let ExprKind::Column(column) = &part.kind {
            self.outer |= column.is_beyond(level);
            self.inner |= !column.is_beyond(level);
        }
    }
}

impl ColumnRef {
    /// Whether it is of a query around the one that it stands `level` subqueries deep in.
    pub const fn is_beyond(&self, level: usize) -> bool {
        self.depth > level
    }
}

impl Expr {
    /// Calls `f` with it and with all in it, each with its level: `level` is that of
    /// the expression itself.
    pub fn for_each_part<'e>(&'e self, level: usize, f: &mut dyn FnMut(&'e Expr, usize)) {
        f(self, level);
        self.for_each_operand(&mut |operand| operand.for_each_part(level, f));
        if let Some(query) = self.subquery() {
            query.for_each_part(level + 1, f);
        }
    }

    /// Whose columns it uses, seen from the query that it stands `level` subqueries deep in.
    pub fn uses(&self, level: usize) -> Uses {
        let mut uses = Uses::default();
        self.for_each_part(level, &mut |part, level| uses.add(part, level));
        uses
    }
}

impl Query {
    /// Calls `f` with all expressions of the query and all in them, each with its level:
    /// `level` is that of the query itself.
    pub fn for_each_part<'q>(&'q self, level: usize, f: &mut dyn FnMut(&'q Expr, usize)) {
        self.for_each_expr(level, &mut |expr, level| expr.for_each_part(level, f));
    }

    /// Whose columns it uses, seen from the query that it is, or that it stands `level`
    /// subqueries deep in.
    pub fn uses(&self, level: usize) -> Uses {
        let mut uses = Uses::default();
        self.for_each_part(level, &mut |part, level| uses.add(part, level));
        uses
    }

    /// Whether it uses columns of a query around it.
    pub fn is_correlated(&self) -> bool {
        self.uses(0).outer
    }
}

impl Relation {
    /// Whose columns the expressions in it use, seen from the query that it stands
    /// `level` subqueries deep in.
    pub fn uses(&self, level: usize) -> Uses {
        let mut uses = Uses::default();
        self.for_each_expr(level, &mut |expr, level| {
            expr.for_each_part(level, &mut |part, level| uses.add(part, level));
        });
        uses
    }
}
