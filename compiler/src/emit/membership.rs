//! IN: a list, or a query, which engines take for each other where they can.

use lakequery_types::Type;

use crate::token::Span;
use crate::tree::{Body, Expr, ExprKind, Projection, Query};

use super::common_condition::with_common_conditions;
use super::select::is_column;
use super::set_operation::groups_by_columns;
use super::subquery::{begins_with_parenthesis, is_one_value, outer_value, with_duplicates};
use super::{Piece, Position, SubqueryKind, Writer};

impl Writer<'_> {
    /// Writes IN with a list.
    pub(super) fn in_list(&mut self, operand: &Expr, list: &[Expr], negated: bool, span: Span) {
        // One subquery there is read as the query of IN.
        if let [one] = list
            && one.written().subquery().is_some()
        {
            return self.equality(operand, one, negated, span);
        }
        self.check_comparison(&operand.ty, span);
        self.comparand(operand);
        self.push(if negated { " NOT IN (" } else { " IN (" });
        self.list(list.iter().enumerate(), |writer, (i, one)| {
            let first = writer.written_apart(|writer| writer.condition(one));
            let is_misread = i == 0 && writer.dialect.in_list_may_be_query && is_query(&first);
            writer.push(if is_misread { "CASE WHEN TRUE THEN " } else { "" });
            writer.append(first);
            writer.push(if is_misread { " END" } else { "" });
        });
        self.push(")");
    }

    /// Writes IN with a query.
    pub(super) fn in_subquery(
        &mut self,
        operand: &Expr,
        query: &Query,
        ty: &Type,
        negated: bool,
        span: Span,
    ) {
        if let ExprKind::Row(row) = &operand.kind {
            return self.row_in_subquery(row, query, negated, span);
        }
        if let Some(value) = outer_value(query) {
            self.place.position = Position::Inside;
            return self.equality(operand, &value.clone().coerced(ty), negated, span);
        }
        let undoubled = with_duplicates(query);
        let query = undoubled.as_ref().unwrap_or(query);
        let common = with_common_conditions(query);
        let query = common.as_ref().unwrap_or(query);
        let kind =
            SubqueryKind::In { operand, negated: negated != self.place.negated, quantified: None };
        self.check_subquery(kind, query, span);
        self.place.position = Position::Inside;
        self.check_comparison(&operand.ty, span);
        self.comparand(operand);
        self.push(if negated { " NOT IN " } else { " IN " });
        match self.converts_member(query, ty) {
            true => self.converted_set(query, ty),
            false => self.set(query),
        }
    }

    /// Writes the query of IN with its column as a value of this type.
    pub(super) fn converted_set(&mut self, query: &Query, ty: &Type) {
        let Query { ctes, body, order_by, limit, offset, columns: _ } = query;
        let is_bare = ctes.is_empty() && order_by.is_empty() && limit.is_none() && offset.is_none();
        self.within_parentheses(|writer| match body {
            // What becomes one value by it is one to IN, too.
            Body::Select(select) if is_bare && groups_by_columns(select) && !gathers(query) => {
                let mut select = select.clone();
                for item in &mut select.projection {
                    item.alias = Some("member".to_owned());
                    item.expr = item.expr.clone().cast(ty);
                }
                writer.body(&Body::Select(select), None);
            }
            _ => {
                let body = Body::Query(query.clone().into());
                writer.converted(&body, std::slice::from_ref(ty));
            }
        });
    }

    /// Writes the query of IN, in parentheses.
    fn set(&mut self, query: &Query) {
        let dialect = self.dialect;
        let is_called = (dialect.values_need_select && self.starts_with_values(query))
            || (!dialect.in_query_may_be_any && (!is_select(query) || gathers_other_column(query)))
            || (!dialect.subquery_may_begin_with_parenthesis && begins_with_parenthesis(query));
        let is_subtracted = self.dialect.in_select_may_be_list && is_one_value(query);
        self.within_parentheses(|writer| {
            if is_called {
                writer.push("SELECT * FROM ");
                writer.subquery(query);
                writer.push(" AS ");
                writer.ident("rows");
            } else {
                writer.query(query);
            }
            if is_subtracted {
                writer.push(" WHERE TRUE");
            }
        });
    }

    pub(super) fn starts_with_values(&self, query: &Query) -> bool {
        let mut body = &query.body;
        while let Body::SetOperation { left, .. } = body {
            body = left;
        }
        match body {
            Body::Values(rows) => query.ctes.is_empty() && self.holds(rows),
            Body::Query(inner) => query.ctes.is_empty() && self.starts_with_values(inner),
            _ => false,
        }
    }
}

/// Whether a query is no set operation and none with both ORDER BY and LIMIT.
fn is_select(query: &Query) -> bool {
    let is_set = matches!(query.body, Body::SetOperation { .. });
    !is_set && (query.order_by.is_empty() || query.limit.is_none())
}

/// Whether a query that stands for itself computes a row of several: of those of a group, by
/// DISTINCT, or by a window.
fn gathers(query: &Query) -> bool {
    let Body::Select(select) = &query.body else { return false };
    let is_window = |expr: &Expr| matches!(&expr.kind, ExprKind::Call(call) if call.over.is_some());
    let computed = |item: &Projection| item.expr.has_aggregate() || item.expr.any(&is_window);
    let grouped = select.distinct || select.group_by.is_some() || select.having.is_some();
    (grouped || select.projection.iter().any(computed)) && !query.is_correlated()
}

/// Whether what it computes so is not one of its columns as it is.
fn gathers_other_column(query: &Query) -> bool {
    let Body::Select(select) = &query.body else { return false };
    let is_other = |item: &Projection| item.alias.is_some() || !is_column(&item.expr);
    gathers(query) && select.projection.iter().any(is_other)
}

/// Whether a text begins with a query in parentheses.
fn is_query(pieces: &[Piece]) -> bool {
    let Some(Piece::Text(text)) = pieces.first() else { return false };
    let inside = text.trim_start_matches('(');
    inside.len() < text.len()
        && ["SELECT ", "WITH ", "VALUES "].into_iter().any(|word| inside.starts_with(word))
}
