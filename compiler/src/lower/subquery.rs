//! Subqueries in expressions: they see the columns around them.

use lakequery_types::{Field, Type};

use super::parameter::Use;
use super::row::{only_value, row_of};
use super::{Context, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::function;
use crate::token::Span;
use crate::tree::{Body, Column, Expr, ExprKind, Literal, Projection, Query};

impl Lowerer<'_> {
    pub(super) fn exists(&mut self, subquery: &ast::Query, negated: bool, span: Span) -> Expr {
        if self.refuses_in_lambda(span) {
            return Expr::error(span);
        }
        let query = existence_only(self.subquery(subquery));
        Expr {
            kind: ExprKind::Exists { query: query.into(), negated },
            ty: Type::Boolean,
            nullable: false,
            span,
        }
    }

    /// Refuses a subquery in a lambda; whether it did.
    pub(super) fn refuses_in_lambda(&mut self, span: Span) -> bool {
        let is_in_lambda = self.context.lambdas > 0;
        if is_in_lambda {
            self.unsupported(span, "a subquery in a lambda");
        }
        is_in_lambda
    }

    pub(super) fn in_subquery(&mut self, predicate: &ast::InSubquery, span: Span) -> Expr {
        let ast::InSubquery { operand, query, query_span, negated } = predicate;
        self.member(operand, query, *query_span, *negated, span)
    }

    /// `operand IN (query)`, or NOT IN.
    pub(super) fn member(
        &mut self,
        operand: &ast::Expr,
        subquery: &ast::Query,
        query_span: Span,
        negated: bool,
        span: Span,
    ) -> Expr {
        if self.refuses_in_lambda(query_span) {
            return Expr::error(span);
        }
        if let Some(row) = row_of(operand) {
            return self.row_member(row, operand, subquery, negated, span);
        }
        // A row of one value is compared as the value is.
        let expr = self.expr(only_value(operand));
        let query = self.subquery(subquery);
        let Some((expr, ty)) = self.compared_with_column(expr, &query, "IN", query_span, span)
        else {
            return Expr::error(span);
        };
        // Engines take the fields of the row for what the columns of the query are compared with.
        if let Type::Row(_) = expr.ty {
            return self.unsupported(expr.span, "a row before IN with a query");
        }
        let may_be_null = |column: &Column| column.nullable || column.ty.has_nulls_inside();
        let nullable = expr.may_compare_as_null() || query.columns.iter().any(may_be_null);
        let kind = ExprKind::InSubquery { expr: expr.into(), query: query.into(), ty, negated };
        Expr { kind, ty: Type::Boolean, nullable, span }
    }

    /// What is compared with the only column of a query, and the type to compare in.
    pub(super) fn compared_with_column(
        &mut self,
        expr: Expr,
        query: &Query,
        what: &str,
        query_span: Span,
        span: Span,
    ) -> Option<(Expr, Type)> {
        let [column] = &query.columns[..] else {
            self.one_column(query.columns.len(), what, query_span);
            return None;
        };
        if expr.is_error() || (column.ty == Type::Unknown && !column.nullable) {
            return None;
        }
        let common = self.common_with(&expr, column, span)?;
        Some((self.coerce_for(expr, &common, Use::Comparison), common))
    }

    fn common_with(&mut self, expr: &Expr, column: &Column, span: Span) -> Option<Type> {
        let common = function::common_type(&expr.ty, &column.ty);
        if common.is_none() {
            let message = format!("can't compare `{}` with `{}`", expr.ty, column.ty);
            self.report(
                Diagnostic::new(Code::TypeMismatch, span, message)
                    .related(expr.span, format!("this is `{}`", expr.ty))
                    .related(column.span, format!("this is `{}`", column.ty)),
            );
        }
        common
    }

    /// `(a, b) IN (SELECT x, y …)`
    fn row_member(
        &mut self,
        row: &[ast::Expr],
        operand: &ast::Expr,
        subquery: &ast::Query,
        negated: bool,
        span: Span,
    ) -> Expr {
        let [values] = self.values_of([row]);
        let query = self.subquery(subquery);
        if query.columns.is_empty() || values.iter().any(Expr::is_error) {
            self.excuse(&values);
            return Expr::error(span); // An error was reported inside.
        }
        if query.columns.len() != values.len() {
            let (expected, found) = (values.len(), query.columns.len());
            let message =
                format!("IN takes a column for each value before it: {expected}, found {found}");
            self.excuse(&values);
            self.error(Code::ColumnCount, span, message);
            return Expr::error(span);
        }
        let mut fields = Vec::with_capacity(values.len());
        for (value, column) in values.into_iter().zip(&query.columns) {
            let Some(common) = self.common_with(&value, column, span) else {
                return Expr::error(span);
            };
            fields.push(self.coerce_for(value, &common, Use::Comparison));
        }
        let nested = fields.iter().find(|field| field.any(&|part| part.subquery().is_some()));
        if let Some(nested) = nested {
            return self.unsupported(nested.span, "a subquery in a row before IN");
        }
        let field =
            |value: &Expr| Field { name: None, ty: value.ty.clone(), nullable: value.nullable };
        let ty = Type::Row(fields.iter().map(field).collect());
        let nullable = fields.iter().any(|field| field.nullable)
            || query.columns.iter().any(|column| column.nullable);
        let ast::Expr { kind: _, span: row_span } = operand;
        let expr =
            Expr { kind: ExprKind::Row(fields), ty: ty.clone(), nullable: false, span: *row_span };
        let kind = ExprKind::InSubquery { expr: expr.into(), query: query.into(), ty, negated };
        Expr { kind, ty: Type::Boolean, nullable, span }
    }

    pub(super) fn scalar_subquery(&mut self, subquery: &ast::Query, span: Span) -> Expr {
        if self.refuses_in_lambda(span) {
            return Expr::error(span);
        }
        let query = self.subquery(subquery);
        let [column] = &query.columns[..] else {
            self.one_column(query.columns.len(), "a subquery that stands for a value", span);
            return Expr::error(span);
        };
        let ty = column.ty.clone();
        // No row is NULL, unless there always is one: an aggregate without groups.
        let nullable = column.nullable || !always_one_row(&query);
        Expr { kind: ExprKind::Subquery(query.into()), ty, nullable, span }
    }

    fn one_column(&mut self, columns: usize, what: &str, span: Span) {
        if columns == 0 {
            return; // An error was reported inside.
        }
        let message = format!("{what} takes one column, found {columns}");
        self.report(Diagnostic::new(Code::ColumnCount, span, message).label("expected one column"));
    }

    /// A subquery in an expression: it sees the columns around it.
    pub(super) fn subquery(&mut self, query: &ast::Query) -> Query {
        self.level += 1;
        let query = self.within(|context| *context = Context::default(), |this| this.query(query));
        self.level -= 1;
        query
    }
}

/// The query for EXISTS: its rows count, not what they hold.
fn existence_only(mut query: Query) -> Query {
    if let Body::Select(select) = &mut query.body
        && !select.distinct
        && select.group_by.is_none()
        && select.having.is_none()
        && query.order_by.is_empty()
        && !select.projection.iter().any(|item| item.expr.has_aggregate())
    {
        let span = query.columns.first().map(|column| column.span).unwrap_or_default();
        let one = Expr {
            kind: ExprKind::Literal(Literal::Integer(1)),
            ty: Type::Integer,
            nullable: false,
            span,
        };
        query.columns = vec![Column { name: None, ty: Type::Integer, nullable: false, span }];
        select.projection = vec![Projection { expr: one, alias: None }];
    }
    query
}

/// Whether a query yields exactly one row whatever its tables hold: an
/// aggregate without GROUP BY, HAVING, LIMIT and OFFSET.
fn always_one_row(query: &Query) -> bool {
    match &query.body {
        Body::Select(select) => {
            let limited = query.limit.is_some() || query.offset.is_some();
            let filtered = select.having.is_some() || select.group_by.is_some() || limited;
            let bare = select.from.is_empty() && select.filter.is_none();
            let aggregates = select.projection.iter().any(|item| item.expr.has_aggregate());
            !filtered && (aggregates || bare)
        }
        _ => false,
    }
}
