//! UNION, INTERSECT and EXCEPT.

use lakequery_types::Type;

use crate::token::Span;
use crate::tree::{Body, ColumnRef, Expr, ExprKind, Select, SetOperator, unique_names};

use super::select::is_column;
use super::{Cast, Conversion, Support, Writer, output, regroup};

impl Writer<'_> {
    pub(super) fn set_operation(
        &mut self,
        operator: SetOperator,
        all: bool,
        left: &Body,
        right: &Body,
        types: &[Type],
    ) {
        let (level, word) = rank(operator);
        if all
            && operator != SetOperator::Union
            && let Support::No(reason) = self.dialect.set_operation_all
        {
            self.refuse(span(right), &format!("{word} ALL"), reason);
        }
        if !(all && operator == SetOperator::Union) {
            types.iter().for_each(|ty| self.check_comparison(ty, span(right)));
        }
        let outer = self.place.in_multiset;
        self.place.in_multiset |= all && operator != SetOperator::Union;
        // They read from the left, INTERSECT first.
        self.side(left, types, level);
        self.push(" ");
        self.push(word);
        self.push(if all { " ALL " } else { " " });
        self.side(right, types, level + 1);
        self.place.in_multiset = outer;
    }

    fn side(&mut self, body: &Body, types: &[Type], least: u8) {
        if let Some(regrouped) = regroup::side_regrouped(body, self.dialect) {
            self.check_regrouped(body);
            return self.side(&regrouped, types, least);
        }
        let converts = |writer: &Self| {
            let own = output::types(body);
            let differs = |(from, to): (&&Type, &Type)| {
                writer.dialect.writes_conversion(from, to, Conversion::Side)
            };
            own.iter().zip(types).any(differs)
        };
        if converts(self) {
            return match body {
                Body::Select(select) if converts_in_place(select) => self.body(body, Some(types)),
                Body::Values(_) => self.body(body, Some(types)),
                _ => self.converted(body, types),
            };
        }
        match body {
            Body::SetOperation { operator, .. } if rank(*operator).0 < least => {
                self.push("(");
                self.body(body, None);
                self.push(")");
            }
            _ => self.body(body, None),
        }
    }

    /// Writes a select that converts the columns of `body`.
    pub(super) fn converted(&mut self, body: &Body, types: &[Type]) {
        let names = unique_names(&output::names(body), |_| false);
        let columns = names.iter().zip(output::types(body)).zip(types);
        self.push("SELECT ");
        self.list(columns.enumerate(), |writer, (index, ((name, from), to))| {
            if !writer.dialect.writes_conversion(from, to, Conversion::Side) {
                return writer.ident(name);
            }
            let column = ColumnRef {
                relation: usize::MAX,
                index,
                depth: 0,
                qualifier: None,
                name: name.clone(),
            };
            let expr = Expr {
                kind: ExprKind::Column(column),
                ty: from.clone(),
                nullable: true,
                span: span(body),
            };
            writer.cast(Cast { expr: &expr, ty: to, fallible: false, span: expr.span });
            writer.push(" AS ");
            writer.ident(name);
        });
        self.push(" FROM ");
        match body {
            Body::Query(query) => self.subquery(query),
            _ => {
                self.push("(");
                self.body(body, None);
                self.push(")");
            }
        }
        self.push(" AS ");
        self.ident("side");
        self.column_names(&names);
    }
}

/// Whether the columns can be converted in the SELECT list itself: what is
/// grouped or compared must be so before it is converted.
fn converts_in_place(select: &Select) -> bool {
    !select.distinct && groups_by_columns(select)
}

/// Whether all keys of GROUP BY are columns, if there are any.
pub(super) fn groups_by_columns(select: &Select) -> bool {
    select.group_keys().all(|key| is_column(&key.expr))
}

/// How tightly a set operation binds, and its word.
const fn rank(operator: SetOperator) -> (u8, &'static str) {
    match operator {
        SetOperator::Union => (0, "UNION"),
        SetOperator::Except => (0, "EXCEPT"),
        SetOperator::Intersect => (1, "INTERSECT"),
    }
}

/// Where a body stands, as far as the tree tells.
fn span(body: &Body) -> Span {
    match body {
        Body::Select(select) => {
            select.projection.iter().fold(Span::default(), |span, item| span.to(item.expr.span))
        }
        Body::Query(query) => {
            query.columns.iter().fold(Span::default(), |span, column| span.to(column.span))
        }
        Body::SetOperation { left, right, .. } => span(left).to(span(right)),
        Body::Values(rows) => {
            rows.iter().flatten().fold(Span::default(), |span, value| span.to(value.span))
        }
    }
}
