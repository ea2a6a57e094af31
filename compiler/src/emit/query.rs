//! Queries: WITH, ORDER BY, OFFSET and LIMIT.

use std::collections::HashMap;

use lakequery_types::Type;

use crate::tree::{Body, ColumnRef, Expr, ExprKind, Literal, Query, Select, SortKey, SortTarget};

use super::subquery::Clause;
use super::{Cast, Counts, Writer, output, relation, sort};

/// The names that ORDER BY would take for an output column, though the query
/// means an input column.
#[derive(Clone, Debug, Default)]
pub(super) struct Shadows {
    /// The names of output columns, and the column each is, if it is one.
    outputs: Vec<(String, Option<ColumnRef>)>,
    /// The names of the input relations.
    relations: HashMap<usize, String>,
}

impl Writer<'_> {
    pub(super) fn query(&mut self, query: &Query) {
        let Query { ctes, body, order_by, limit, offset, columns: _ } = query;
        if let Body::Query(inner) = body
            && ctes.is_empty()
            && order_by.is_empty()
            && limit.is_none()
            && offset.is_none()
        {
            return self.query(inner);
        }
        if let Some(query) = sort::with_keys_selected(query, self.dialect) {
            return self.query(&query);
        }
        if !ctes.is_empty() {
            self.push("WITH ");
            self.list(ctes, |writer, cte| {
                writer.ident(&cte.name);
                writer.column_names(&cte.column_names);
                writer.push(" AS ");
                writer.subquery(&cte.query);
            });
            self.push(" ");
        }
        self.body(body, None);
        self.in_clause(Clause::OrderBy, |writer| writer.order_by(body, order_by));
        self.check_counts(query);
        self.in_clause(Clause::Limit, |writer| {
            let mut counts = [(" OFFSET ", offset), (" LIMIT ", limit)];
            if writer.dialect.limit_before_offset {
                counts.reverse();
            }
            for (word, count) in counts {
                if let Some(count) = count {
                    writer.push(word);
                    writer.count(count);
                }
            }
        });
    }

    /// Refuses to count off more rows than the engine can.
    fn check_counts(&mut self, query: &Query) {
        let Some(counted) = query.limit.as_ref().or(query.offset.as_ref()) else { return };
        let counts = Counts {
            limit: query.limit.as_ref().and_then(whole),
            offset: query.offset.as_ref().and_then(whole),
            is_sorted: !telling(&query.order_by).is_empty(),
        };
        if let Some(reason) = (self.dialect.refuses_counts)(self.dialect, &counts) {
            self.refuse(counted.span, "this number of rows", reason);
        }
    }

    /// Writes a query in parentheses.
    pub(super) fn subquery(&mut self, query: &Query) {
        self.within_parentheses(|writer| writer.query(query));
    }

    /// Writes a query in parentheses, which knows nothing of what is around it.
    pub(super) fn within_parentheses(&mut self, query: impl FnOnce(&mut Self)) {
        let outer = self.place;
        let shadows = std::mem::take(&mut self.shadows);
        self.push("(");
        query(self);
        self.push(")");
        self.shadows = shadows;
        self.place = outer;
    }

    /// Writes a number of rows: without its type, where it is a literal.
    pub(super) fn count(&mut self, count: &Expr) {
        match &count.kind {
            ExprKind::Coerce(inner) => self.count(inner),
            ExprKind::Literal(Literal::Integer(value)) => self.push(&value.to_string()),
            _ if self.dialect.limit_is_integer && count.ty == Type::BigInt => {
                let ty = &Type::Integer;
                self.cast(Cast { expr: count, ty, fallible: false, span: count.span });
            }
            _ => self.comparand(count),
        }
    }

    fn order_by(&mut self, body: &Body, keys: &[SortKey]) {
        let keys = telling(keys);
        if keys.is_empty() {
            return;
        }
        self.push(" ORDER BY ");
        let names = output::names(body);
        self.shadows = match body {
            Body::Select(select) => shadows(select),
            _ => Shadows::default(),
        };
        self.list(keys, |writer, key| {
            match &key.target {
                SortTarget::Output(index) => writer.output_column(body, &names, *index),
                SortTarget::Expr(expr) => writer.value(expr),
            }
            writer.direction(key);
        });
        self.shadows = Shadows::default();
    }

    /// Writes an output column as a sort key.
    fn output_column(&mut self, body: &Body, names: &[Option<&str>], index: usize) {
        let unique = output::is_unique(names, index);
        match (body, names[index]) {
            (Body::Select(select), Some(_))
                if unique && select.projection[index].alias.is_none() =>
            {
                let expr = &select.projection[index].expr;
                let mistaken = |qualifier: &String| {
                    select.projection.iter().any(|item| sort::is_called(item, qualifier))
                };
                match &expr.kind {
                    ExprKind::Column(column) if column.qualifier.as_ref().is_some_and(mistaken) => {
                        self.push(&(index + 1).to_string());
                    }
                    _ => self.value(expr),
                }
            }
            (_, Some(name)) if unique => self.ident(name),
            _ => self.push(&(index + 1).to_string()),
        }
    }

    /// Writes the keys of an aggregate or a window, whose targets are expressions.
    pub(super) fn sort_keys(&mut self, keys: &[SortKey]) {
        self.list(keys, |writer, key| {
            if let SortTarget::Expr(expr) = &key.target {
                writer.value(expr);
            }
            writer.direction(key);
        });
    }

    fn direction(&mut self, key: &SortKey) {
        if key.descending {
            self.push(" DESC");
        }
        match (key.nulls_first, self.dialect.nulls_sort_last) {
            (true, _) => self.push(" NULLS FIRST"),
            (false, true) => {}
            (false, false) => self.push(" NULLS LAST"),
        }
    }

    /// The relation of a column whose name alone would mean an output column here.
    pub(super) fn hidden_column(&self, column: &ColumnRef) -> Option<String> {
        // Within an aggregate Trino takes such a name for the output column, too,
        // even where that is the same, and refuses it.
        let aggregates = matches!(self.place.clause, Clause::Aggregate | Clause::Window);
        let is_called = |(name, _): &&(String, Option<ColumnRef>)| {
            name.to_lowercase() == column.name.to_lowercase()
        };
        let called: Vec<_> = self.shadows.outputs.iter().filter(is_called).collect();
        let is_other = |(_, of): &&(String, Option<ColumnRef>)| {
            let same = |of: &ColumnRef| (of.relation, of.index) == (column.relation, column.index);
            !of.as_ref().is_some_and(same)
        };
        let hides = match &called[..] {
            [] => false,
            [one] => aggregates || is_other(one),
            // Which of them would be unclear.
            _ => true,
        };
        hides.then(|| self.shadows.relations.get(&column.relation).cloned())?
    }
}

/// The keys without those that order nothing: engines take a number for the
/// place of a column.
pub(super) fn telling(keys: &[SortKey]) -> Vec<&SortKey> {
    let is_literal = |expr: &Expr| matches!(expr.kind, ExprKind::Literal(_));
    let tells = |key: &&SortKey| !matches!(&key.target, SortTarget::Expr(e) if is_literal(e));
    keys.iter().filter(tells).collect()
}

/// The value of a literal.
fn whole(expr: &Expr) -> Option<i64> {
    match expr.written().kind {
        ExprKind::Literal(Literal::Integer(value)) => Some(value),
        _ => None,
    }
}

fn shadows(select: &Select) -> Shadows {
    let outputs = select
        .projection
        .iter()
        .filter_map(|item| {
            let column = match &item.expr.kind {
                ExprKind::Column(column) => Some(column.clone()),
                _ => None,
            };
            Some((output::name(item)?.to_owned(), column))
        })
        .collect();
    let mut relations = HashMap::new();
    for relation in &select.from {
        relation::names(relation, &mut relations);
    }
    Shadows { outputs, relations }
}
