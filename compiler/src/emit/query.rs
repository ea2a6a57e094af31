//! Queries: WITH, ORDER BY, OFFSET and LIMIT.

use lakequery_types::Type;

use crate::tree::{Body, Cte, Expr, ExprKind, Literal, Query, SortKey, SortTarget};

use super::shadows::Shadows;
use super::{Cast, Clause, Counts, Support, Writer, output, regroup, sort};

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
        if let Some(query) = regroup::regrouped(query, self.dialect) {
            self.check_regrouped(body);
            return self.query(&query);
        }
        let around = self.with_names.len();
        self.with(ctes);
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
        self.with_names.truncate(around);
    }

    fn with(&mut self, ctes: &[Cte]) {
        if ctes.is_empty() {
            return;
        }
        self.push("WITH ");
        self.list(ctes, |writer, cte| {
            if let Support::No(reason) = writer.dialect.with_hides_outer_names
                && writer.with_names.contains(&cte.name)
            {
                writer.refuse(cte.span, &format!("another `{}` in WITH", cte.name), reason);
            }
            writer.ident(&cte.name);
            writer.column_names(&cte.column_names);
            writer.push(" AS ");
            writer.subquery(&cte.query);
            writer.with_names.push(cte.name.clone());
        });
        self.push(" ");
    }

    /// Refuses to count off more rows than the engine can.
    fn check_counts(&mut self, query: &Query) {
        let Some(counted) = query.limit.as_ref().or(query.offset.as_ref()) else { return };
        let counts = Counts {
            limit: query.limit.as_ref().map(|limit| whole(limit).unwrap_or(1)),
            offset: query.offset.as_ref().and_then(whole),
            is_sorted: !telling(&query.order_by).is_empty(),
        };
        if let Some(reason) = self.dialect.refuses_counts(&counts) {
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
        self.nesting += 1;
        query(self);
        self.nesting -= 1;
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
            Body::Select(select) => Shadows::of(select),
            _ => Shadows::default(),
        };
        let groups = match body {
            Body::Select(select) => select.group_by.clone(),
            _ => None,
        };
        let outer = std::mem::replace(&mut self.groups, groups);
        self.list(keys, |writer, key| {
            match &key.target {
                SortTarget::Output(index) => writer.output_column(body, &names, *index),
                SortTarget::Expr(expr) => writer.value(expr),
            }
            writer.direction(key);
        });
        self.groups = outer;
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
