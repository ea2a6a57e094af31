//! Queries: WITH, set operations, VALUES, LIMIT and OFFSET.

use lakequery_types::{Type, same_name};

use super::from::scope_columns;
use super::parameter::{Use, waits_for_type};
use super::scope::CteBinding;
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::function::common_type;
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{Body, Column, Cte, Expr, ExprKind, Literal, Query, SetOperator, SortKey};

impl Lowerer<'_> {
    pub(super) fn query(&mut self, query: &ast::Query) -> Query {
        let ast::Query { with, body, order_by, offset, limit, span: _ } = query;
        let outer_ctes = self.ctes.len();
        let ctes = with.as_ref().map_or_else(Vec::new, |with| self.ctes(with));
        let sorted = order_by.is_some();
        let (mut body, columns, mut order_by) = self.body(body, order_by.as_ref());
        let ties = limit.as_ref().and_then(|count| {
            let ast::RowCount { clause: _, count: _, ties, span: _ } = count;
            *ties
        });
        let mut limit = limit.as_ref().map(|count| self.row_count(count));
        let offset = offset.as_ref().map(|count| self.row_count(count));
        if let Some(ties) = ties {
            if !sorted {
                let message = "WITH TIES needs ORDER BY: rows tie where its keys are equal";
                self.error(Code::Syntax, ties, message);
            }
            // Without keys it has a diagnostic.
            if let Some(count) = limit.take().filter(|_| !order_by.is_empty()) {
                (body, order_by) =
                    self.with_ties(body, &columns, order_by, count, offset.as_ref(), ties);
            }
        }
        self.ctes.truncate(outer_ctes);
        Query { ctes, body, order_by, limit, offset, columns }
    }

    fn ctes(&mut self, with: &ast::With) -> Vec<Cte> {
        let ast::With { ctes: written, span: _ } = with;
        let first = self.ctes.len();
        let mut ctes = Vec::with_capacity(written.len());
        for cte in written {
            let ast::Cte { name, columns: names, query, span: _ } = cte;
            let ast::Name { text: name, quoted: _, span } = name;
            let (name, span) = (name.clone(), *span);
            self.declares(span, Target::Cte { declared: span });
            self.declares_each(names, |index, declared| Target::Output { index, declared });
            if self.ctes[first..].iter().any(|cte| same_name(&cte.name, &name)) {
                let message = format!("two queries in WITH are called `{name}`");
                self.error(Code::DuplicateName, span, message);
            }
            let column_names = super::from::texts(names);
            for (i, ast::Name { text: column, quoted: _, span }) in names.iter().enumerate() {
                if column_names[..i].iter().any(|other| same_name(other, column)) {
                    let message = format!("two columns of `{name}` are called `{column}`");
                    self.error(Code::DuplicateName, *span, message);
                }
            }
            // It sees the queries before it, but no columns from around it.
            let scopes = std::mem::take(&mut self.scopes);
            let query = self
                .within(|context| *context = super::Context::default(), |this| this.query(query));
            self.scopes = scopes;
            let mut known = !query.columns.is_empty();
            let mut columns = scope_columns(&query);
            let column_names = self.rename(&mut columns, &column_names, &mut known, span);
            self.ctes.push(CteBinding { name: name.clone(), span, columns, known });
            ctes.push(Cte { name, span, column_names, query });
        }
        ctes
    }

    fn body(
        &mut self,
        body: &ast::Body,
        order_by: Option<&ast::OrderBy>,
    ) -> (Body, Vec<Column>, Vec<SortKey>) {
        match body {
            ast::Body::Select(select) => {
                let selected = self.within(
                    |context| context.grouped = false,
                    |this| this.select(select, order_by),
                );
                (Body::Select(selected.select.into()), selected.columns, selected.order_by)
            }
            ast::Body::Query(query, _) => {
                let query = self.query(query);
                let columns = query.columns.clone();
                let keys = self.order_by(order_by, &columns, None);
                (Body::Query(query.into()), columns, keys)
            }
            ast::Body::SetOperation(operation) => {
                let (body, columns) = self.set_operation(operation);
                let keys = self.order_by(order_by, &columns, None);
                (body, columns, keys)
            }
            ast::Body::Values(values) => {
                let (body, columns) = self.values(values);
                let keys = self.order_by(order_by, &columns, None);
                (body, columns, keys)
            }
            ast::Body::Error(_) => (Body::Values(Vec::new()), Vec::new(), Vec::new()),
        }
    }

    fn set_operation(&mut self, operation: &ast::SetOperation) -> (Body, Vec<Column>) {
        let ast::SetOperation { operator, all, corresponding, left, right, span: _ } = operation;
        let all = *all;
        let (operator, name) = match operator {
            ast::SetOperator::Union => (SetOperator::Union, "UNION"),
            ast::SetOperator::Intersect => (SetOperator::Intersect, "INTERSECT"),
            ast::SetOperator::Except => (SetOperator::Except, "EXCEPT"),
        };
        self.depth += 1;
        if self.depth > self.max_depth {
            let span = Span { start: 0, end: self.tokens.len() as u32 };
            if self.depth == self.max_depth + 1 {
                let most = self.max_depth;
                let message = format!("more than {most} queries are joined by {name}");
                self.error(Code::TooLarge, span, message);
            }
            self.depth -= 1;
            return (Body::Values(Vec::new()), Vec::new());
        }
        let reported = self.diagnostics.len();
        let (mut left_body, mut left_columns, _) = self.body(left, None);
        let (mut right_body, mut right_columns, _) = self.body(right, None);
        self.depth -= 1;
        if let Some(corresponding) = corresponding {
            if self.diagnostics.len() > reported {
                // Which columns a side has is not certain.
                return (Body::Values(Vec::new()), Vec::new());
            }
            (left_body, left_columns, right_body, right_columns) = self.corresponding(
                corresponding,
                (left_body, left_columns),
                (right_body, right_columns),
            );
        }
        let columns = self.set_columns(operator, name, &left_columns, &right_columns, right, all);
        let types: Vec<Type> = columns.iter().map(|column| column.ty.clone()).collect();
        for side in [&mut left_body, &mut right_body] {
            self.give_types(side, &types);
        }
        let body = Body::SetOperation {
            operator,
            all,
            left: left_body.into(),
            right: right_body.into(),
            types,
        };
        (body, columns)
    }

    /// Gives output columns that are parameters the types of the other side.
    fn give_types(&mut self, body: &mut Body, types: &[Type]) {
        match body {
            Body::Select(select) => {
                let outputs = select.projection.iter_mut().map(|item| &mut item.expr);
                self.give_each(outputs.zip(types));
            }
            Body::Query(query) => {
                self.give_types(&mut query.body, types);
                fill_in(query.columns.iter_mut().map(|column| &mut column.ty), types);
            }
            Body::SetOperation { operator: _, all: _, left, right, types: own } => {
                self.give_types(left, types);
                self.give_types(right, types);
                fill_in(own.iter_mut(), types);
            }
            Body::Values(rows) => {
                rows.iter_mut().for_each(|row| self.give_each(row.iter_mut().zip(types)));
            }
        }
    }

    fn give_each<'e>(&mut self, exprs: impl Iterator<Item = (&'e mut Expr, &'e Type)>) {
        for (expr, ty) in exprs.filter(|(expr, _)| waits_for_type(expr)) {
            let open = std::mem::replace(expr, Expr::error(expr.span));
            *expr = self.coerce(open, ty);
        }
    }

    fn set_columns(
        &mut self,
        operator: SetOperator,
        name: &str,
        left: &[Column],
        right: &[Column],
        right_query: &ast::Body,
        all: bool,
    ) -> Vec<Column> {
        if left.is_empty() || right.is_empty() {
            return Vec::new(); // A side has errors of its own.
        }
        if left.len() != right.len() {
            let span = right_query.span();
            let message = format!(
                "{name} needs the same number of columns on both sides: {} before, {} here",
                left.len(),
                right.len()
            );
            self.report(Diagnostic::new(Code::ColumnCount, span, message).label(format!(
                "expected {} columns, found {}",
                left.len(),
                right.len()
            )));
            return Vec::new();
        }
        let mut columns = Vec::with_capacity(left.len());
        for (i, (a, b)) in left.iter().zip(right).enumerate() {
            let Some(ty) = common_type(&a.ty, &b.ty) else {
                let message =
                    format!("column {} of {name} is `{}` before and `{}` here", i + 1, a.ty, b.ty);
                self.report(
                    Diagnostic::new(Code::TypeMismatch, b.span, message)
                        .label(format!("expected `{}`, found `{}`", a.ty, b.ty))
                        .related(a.span, format!("this is `{}`", a.ty)),
                );
                return Vec::new();
            };
            // What is known of NULL in the one is not known of a parameter.
            let ty = match a.ty == Type::Unknown || b.ty == Type::Unknown {
                true => ty.with_nulls(),
                false => ty,
            };
            if !all && !ty.is_comparable() {
                let message = format!("{name} can't compare values of type `{ty}`");
                self.error(Code::TypeMismatch, b.span, message);
            }
            let nullable = match operator {
                SetOperator::Union => a.nullable || b.nullable,
                SetOperator::Intersect => a.nullable && b.nullable,
                SetOperator::Except => a.nullable,
            };
            columns.push(Column { name: a.name.clone(), ty, nullable, span: a.span });
        }
        columns
    }

    fn values(&mut self, values: &ast::Values) -> (Body, Vec<Column>) {
        let ast::Values { rows, span: _ } = values;
        let mut lowered: Vec<Vec<Expr>> = Vec::with_capacity(rows.len());
        self.in_clause(Clause::Values, |this| {
            for ast::Row { values, span: _ } in rows {
                lowered.push(values.iter().map(|value| this.expr(value)).collect());
            }
        });
        let width = lowered.first().map_or(0, Vec::len);
        if let Some(row) = lowered.iter().find(|row| row.len() != width) {
            let span = row.iter().fold(Span::default(), |span, value| span.to(value.span));
            let message = format!(
                "the rows of VALUES must be alike: {width} columns first, {} here",
                row.len()
            );
            self.error(Code::ColumnCount, span, message);
            return (Body::Values(Vec::new()), Vec::new());
        }
        let mut by_column: Vec<std::vec::IntoIter<Expr>> = Vec::with_capacity(width);
        let mut columns = Vec::with_capacity(width);
        for i in 0..width {
            let values: Vec<Expr> = lowered.iter().map(|row| row[i].clone()).collect();
            let broken = values.iter().any(Expr::is_error);
            let (values, ty) = self.unify(values, Use::Value, "the values of a column");
            if broken || (ty == Type::Unknown && values.iter().any(|value| !value.is_open())) {
                return (Body::Values(Vec::new()), Vec::new());
            }
            columns.push(Column {
                name: None,
                ty,
                nullable: values.iter().any(|value| value.nullable),
                span: values[0].span,
            });
            by_column.push(values.into_iter());
        }
        let rows = (0..lowered.len())
            .map(|_| by_column.iter_mut().filter_map(Iterator::next).collect())
            .collect();
        (Body::Values(rows), columns)
    }

    /// The number of LIMIT, FETCH or OFFSET: a literal or a parameter.
    fn row_count(&mut self, count: &ast::RowCount) -> Expr {
        let ast::RowCount { clause, count: expr, ties: _, span: _ } = count;
        let (what, rows) = match clause {
            ast::RowClause::Limit => ("LIMIT", ""),
            ast::RowClause::Offset => ("OFFSET", ""),
            ast::RowClause::Fetch => ("FETCH FIRST", " ROWS ONLY"),
        };
        let scopes = std::mem::take(&mut self.scopes);
        let expr = self.in_clause(Clause::Limit, |this| this.expr(expr));
        self.scopes = scopes;
        if expr.is_error() {
            return expr;
        }
        let fits = match &expr.kind {
            ExprKind::Parameter(_) => true,
            ExprKind::Literal(Literal::Integer(n)) => *n >= 0,
            _ => false,
        };
        if let (ExprKind::Literal(Literal::Integer(0)), ast::RowClause::Fetch) =
            (&expr.kind, clause)
        {
            let message = "FETCH FIRST takes one row at least";
            self.report(
                Diagnostic::new(Code::BadLiteral, expr.span, message)
                    .help("`LIMIT 0` gives no rows"),
            );
            return Expr::error(expr.span);
        }
        if !fits {
            let message = format!("{what} takes a whole number or a parameter");
            self.report(
                Diagnostic::new(Code::TypeMismatch, expr.span, message)
                    .help(format!("such as `{what} 10{rows}` or `{what} {{n}}{rows}`")),
            );
            return Expr::error(expr.span);
        }
        self.coerce_count(expr)
    }

    /// Row counts are bigint; a literal stays as it is written.
    fn coerce_count(&mut self, expr: Expr) -> Expr {
        if expr.is_open() { self.coerce(expr, &Type::BigInt) } else { expr }
    }
}

/// Puts types where none are known.
fn fill_in<'t>(own: impl Iterator<Item = &'t mut Type>, types: &[Type]) {
    let open = own.zip(types).filter(|(own, _)| **own == Type::Unknown);
    open.for_each(|(own, ty)| own.clone_from(ty));
}
