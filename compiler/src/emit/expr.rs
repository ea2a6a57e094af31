//! Expressions.

use lakequery_types::Type;

use crate::function::FunctionKind;
use crate::token::Span;
use crate::tree::{
    BinaryOperator, Body, ColumnRef, Expr, ExprKind, Literal, Projection, Query, Select,
};

use super::correlation::is_correlated;
use super::precedence::{Level, operator_level};
use super::select::is_column;
use super::subquery::{Position, SubqueryKind};
use super::{Cast, Conversion, Like, Rewrite, Writer};

impl Writer<'_> {
    /// Writes an expression where any may stand: an argument, an output column.
    /// NULL takes its type along, for nothing else tells it there.
    pub(crate) fn value(&mut self, expr: &Expr) {
        if is_null(expr) && expr.ty != Type::Unknown {
            let null = Expr { ty: Type::Unknown, ..expr.clone() };
            self.cast(Cast { expr: &null, ty: &expr.ty, fallible: false, span: expr.span });
        } else {
            self.expr(expr, Level::Or, Conversion::Argument);
        }
    }

    /// Writes an output column, in the very type it has in lake SQL.
    pub(super) fn output(&mut self, expr: &Expr) {
        if is_null(expr) {
            self.value(expr)
        } else {
            self.expr(expr, Level::Or, Conversion::Column)
        }
    }

    /// Writes one of several expressions of one type: a branch of CASE, a row of VALUES.
    pub(super) fn alternative<'e>(&mut self, expr: &Expr, all: impl IntoIterator<Item = &'e Expr>) {
        if all.into_iter().all(is_null) {
            self.value(expr);
        } else {
            self.expr(expr, Level::Or, Conversion::Argument);
        }
    }

    /// Writes a condition that keeps rows or chooses a branch: a bare NULL, which
    /// has no type there, is as good as FALSE.
    pub(super) fn filter(&mut self, expr: &Expr) {
        if is_null(expr.written()) {
            self.push("FALSE");
        } else {
            self.condition(expr);
        }
    }

    /// Writes a condition.
    pub(super) fn condition(&mut self, expr: &Expr) {
        self.expr(expr, Level::Or, Conversion::Operand);
    }

    /// Writes an operand of LIKE, `=` and their like.
    pub(crate) fn comparand(&mut self, expr: &Expr) {
        self.expr(expr, Level::Concat, Conversion::Operand);
    }

    /// Writes an argument so that it can stand as an operand of anything.
    pub(super) fn primary(&mut self, expr: &Expr) {
        if is_null(expr) {
            self.value(expr);
        } else {
            self.expr(expr, Level::Primary, Conversion::Argument);
        }
    }

    fn expr(&mut self, expr: &Expr, least: Level, place: Conversion) {
        let expr = self.peel(expr, place);
        let place = if self.is_grouped(expr) { Conversion::Column } else { place };
        if self.retypes(expr, place) {
            self.push("CAST(");
            self.bare(expr);
            self.push(" AS ");
            self.type_name(&expr.ty, expr.span);
            self.push(")");
            return;
        }
        let parentheses = self.level(expr) < least;
        if parentheses {
            self.push("(");
        }
        self.bare(expr);
        if parentheses {
            self.push(")");
        }
    }

    fn bare(&mut self, expr: &Expr) {
        let outer = self.place;
        match &expr.kind {
            // Where these stand, a subquery can still be told to be a condition of its own.
            ExprKind::And(operands) => {
                self.chain(operands, " AND ", Level::And);
                return;
            }
            ExprKind::Or(operands) => {
                if self.place.position == Position::Conjunct {
                    self.place.position = Position::Disjunct;
                }
                self.chain(operands, " OR ", Level::And);
                self.place = outer;
                return;
            }
            ExprKind::Not(operand) => {
                let operand = self.peel(operand, Conversion::Operand);
                if matches!(operand.kind, ExprKind::InSubquery { .. } | ExprKind::Exists { .. }) {
                    self.place.negated = !self.place.negated;
                } else {
                    self.place.position = Position::Inside;
                }
                self.push("NOT ");
                self.expr(operand, Level::Not, Conversion::Operand);
                self.place = outer;
                return;
            }
            ExprKind::InSubquery { expr: operand, query, negated }
                if let Some(value) = outer_value(query) =>
            {
                self.place.position = Position::Inside;
                self.equality(operand, value, *negated, expr.span);
                self.place = outer;
                return;
            }
            ExprKind::InSubquery { expr: operand, query, negated } => {
                let kind = SubqueryKind::In { operand, negated: *negated != self.place.negated };
                self.check_subquery(kind, query, expr.span);
                self.place.position = Position::Inside;
                self.check_comparison(&operand.ty, expr.span);
                self.comparand(operand);
                self.push(if *negated { " NOT IN " } else { " IN " });
                self.set(query);
                self.place = outer;
                return;
            }
            ExprKind::Exists { query, negated } => {
                let rows = rows_only(query);
                let query = rows.as_ref().unwrap_or(query);
                self.check_subquery(SubqueryKind::Exists, query, expr.span);
                self.push(if *negated { "NOT EXISTS " } else { "EXISTS " });
                self.subquery(query);
                return;
            }
            _ => {}
        }
        self.place.position = Position::Inside;
        self.inner(expr);
        self.place = outer;
    }

    /// Writes what is neither AND, OR, NOT, IN nor EXISTS.
    fn inner(&mut self, expr: &Expr) {
        if let Some(Rewrite { template, args }) = self.dialect.rewrite(expr) {
            let args: Vec<&Expr> = args.iter().map(AsRef::as_ref).collect();
            return self.template(&template, &args);
        }
        match &expr.kind {
            ExprKind::Column(column) => self.column(column),
            ExprKind::Literal(literal) => match self.dialect.literal(literal, &expr.ty) {
                Ok(text) => self.push(&text),
                Err(reason) => self.refuse(expr.span, "this literal", reason),
            },
            ExprKind::Parameter(index) => self.parameter(*index),
            ExprKind::Coerce(inner) => {
                self.cast(Cast { expr: inner, ty: &expr.ty, fallible: false, span: expr.span });
            }
            ExprKind::Cast { expr: inner, fallible } => {
                let fallible = *fallible;
                self.cast(Cast { expr: inner, ty: &expr.ty, fallible, span: expr.span });
            }
            ExprKind::Negate(operand) => {
                self.push("-");
                self.expr(operand, Level::Primary, Conversion::Term);
            }
            ExprKind::Binary { operator, left, right } => {
                if operator_level(*operator) == Level::Predicate {
                    self.check_comparison(&left.ty, expr.span);
                }
                self.binary(*operator, left, right);
            }
            ExprKind::IsNull { expr, negated } => {
                self.comparand(expr);
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            ExprKind::Between { expr: operand, low, high, negated } if self.splits(expr) => {
                let (above, word, below) =
                    if *negated { (" < ", " OR ", " > ") } else { (" >= ", " AND ", " <= ") };
                self.check_drawn_once(operand);
                self.comparand(operand);
                self.push(above);
                self.comparand(low);
                self.push(word);
                self.comparand(operand);
                self.push(below);
                self.comparand(high);
            }
            ExprKind::Between { expr, low, high, negated } => {
                self.comparand(expr);
                self.push(if *negated { " NOT BETWEEN " } else { " BETWEEN " });
                self.comparand(low);
                self.push(" AND ");
                self.comparand(high);
            }
            ExprKind::Like { expr, pattern, escape, negated } => {
                let escape = escape.as_deref();
                (self.dialect.like)(self, Like { expr, pattern, escape, negated: *negated });
            }
            // One subquery there is read as the query of IN.
            ExprKind::InList { expr: operand, list, negated }
                if let [one] = &list[..]
                    && one.written().subquery().is_some() =>
            {
                self.equality(operand, one, *negated, expr.span);
            }
            ExprKind::InList { expr: operand, list, negated } => {
                self.check_comparison(&operand.ty, expr.span);
                self.comparand(operand);
                self.push(if *negated { " NOT IN (" } else { " IN (" });
                self.list(list.iter().enumerate(), |writer, (i, one)| {
                    if i == 0
                        && writer.dialect.in_list_may_be_query
                        && one.written().subquery().is_some()
                    {
                        writer.push("CASE WHEN TRUE THEN ");
                        writer.value(one);
                        writer.push(" END");
                    } else {
                        writer.condition(one);
                    }
                });
                self.push(")");
            }
            ExprKind::InParameter { expr, parameter, negated } => {
                self.in_parameter(*parameter, *negated, |writer| writer.comparand(expr));
            }
            ExprKind::Subquery(query) => {
                if let Some(value) = outer_value(query) {
                    return self.primary(value);
                }
                self.check_subquery(SubqueryKind::Scalar, query, expr.span);
                self.subquery(query);
            }
            ExprKind::Case { operand, branches, otherwise } => {
                self.push("CASE");
                // A simple CASE compares, a searched one takes conditions.
                if let Some(operand) = operand {
                    self.check_comparison(&operand.ty, expr.span);
                    self.push(" ");
                    self.condition(operand);
                }
                let values = || branches.iter().map(|(_, then)| then).chain(otherwise.as_deref());
                for (when, then) in branches {
                    self.push(" WHEN ");
                    match operand {
                        Some(_) => self.condition(when),
                        None => self.filter(when),
                    }
                    self.push(" THEN ");
                    self.alternative(then, values());
                }
                if let Some(otherwise) = otherwise {
                    self.push(" ELSE ");
                    self.alternative(otherwise, values());
                }
                self.push(" END");
            }
            ExprKind::Extract { field, expr: operand } => {
                self.extract(*field, operand, expr.span);
            }
            ExprKind::Call(call) => self.call(call, expr.span),
            // An error has its diagnostic; were there none, this must not become SQL.
            ExprKind::Error => {
                self.refuse(
                    expr.span,
                    "this expression",
                    "it was not understood; please report it",
                );
            }
            // Written by `bare`.
            ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::InSubquery { .. }
            | ExprKind::Exists { .. } => {}
        }
    }

    /// Writes `left = right` or `left <> right`.
    fn equality(&mut self, left: &Expr, right: &Expr, negated: bool, span: Span) {
        self.check_comparison(&left.ty, span);
        self.comparand(left);
        self.push(if negated { " <> " } else { " = " });
        self.comparand(right);
    }

    fn chain(&mut self, operands: &[Expr], word: &str, least: Level) {
        for (i, operand) in operands.iter().enumerate() {
            if i > 0 {
                self.push(word);
            }
            self.expr(operand, least, Conversion::Operand);
        }
    }

    /// Refuses to compare values that the engine can't compare.
    pub(super) fn check_comparison(&mut self, ty: &Type, span: Span) {
        if let Some(reason) = self.dialect.refuses_comparison(ty) {
            self.refuse(span, &format!("a comparison of `{ty}`"), reason);
        }
    }

    /// Writes the query of IN, in parentheses.
    fn set(&mut self, query: &Query) {
        let is_called = self.dialect.in_values_needs_select && self.starts_with_values(query);
        let is_subtracted = self.dialect.in_select_may_be_list && is_one_value(query);
        self.within_parentheses(|writer| {
            if is_called {
                writer.push("SELECT * FROM ");
                writer.subquery(query);
                writer.push(" AS rows");
            } else {
                writer.query(query);
            }
            if is_subtracted {
                writer.push(" WHERE TRUE");
            }
        });
    }

    fn starts_with_values(&self, query: &Query) -> bool {
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

    pub(super) fn cast(&mut self, cast: Cast<'_>) {
        (self.dialect.cast)(self, cast);
    }

    fn column(&mut self, column: &ColumnRef) {
        if let Some(qualifier) = &column.qualifier {
            self.ident(qualifier);
            self.push(".");
        } else if let Some(qualifier) = self.hidden_column(column) {
            self.ident(&qualifier);
            self.push(".");
        }
        self.ident(&column.name);
    }

    fn binary(&mut self, operator: BinaryOperator, left: &Expr, right: &Expr) {
        let level = operator_level(operator);
        let (least_left, least_right) = match level {
            Level::Predicate => (Level::Concat, Level::Concat),
            // A chain reads from the left.
            Level::Sum => (Level::Sum, Level::Product),
            Level::Product => (Level::Product, Level::Sign),
            // Next to arithmetic it takes parentheses: engines differ there.
            _ => {
                let peeled = self.peel(left, Conversion::Operand);
                let chained = self.level(peeled) == Level::Concat;
                (if chained { Level::Concat } else { Level::Sign }, Level::Sign)
            }
        };
        let place = if level == Level::Predicate { Conversion::Operand } else { Conversion::Term };
        // Of texts, of binaries or of arrays: a NULL has to say it.
        let operand = |writer: &mut Self, expr: &Expr, least| match operator {
            BinaryOperator::Concat if is_null(expr.written()) => writer.primary(expr),
            _ => writer.expr(expr, least, place),
        };
        operand(self, left, least_left);
        self.push(" ");
        self.push(operator.symbol());
        self.push(" ");
        operand(self, right, least_right);
    }
}

const fn is_null(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Literal::Null))
}

/// The value of `(SELECT x)` where it is one of the query around it: no engine has to
/// find that out.
fn outer_value(query: &Query) -> Option<&Expr> {
    let Body::Select(select) = &query.body else { return None };
    let value = &select.projection.first()?.expr;
    let is_plain = |part: &Expr| match &part.kind {
        ExprKind::Call(call) => call.function.kind == FunctionKind::Scalar,
        _ => part.subquery().is_none(),
    };
    let is_plain = !value.any(&|part| !is_plain(part));
    (is_one_value(query) && is_plain && is_correlated(query)).then_some(value)
}

/// Whether a query is `SELECT x` and no more, as an expression may be: `SELECT -x`
/// could be a subtraction.
fn is_one_value(query: &Query) -> bool {
    let Query { ctes, body, order_by, limit, offset, columns: _ } = query;
    let Body::Select(select) = body else { return false };
    let Select { distinct, projection: _, from, filter, group_by, having } = &**select;
    let is_filtered = filter.is_some() || group_by.is_some() || having.is_some();
    let is_counted = !order_by.is_empty() || limit.is_some() || offset.is_some();
    ctes.is_empty() && !distinct && from.is_empty() && !is_filtered && !is_counted
}

/// The query of EXISTS without what does not change whether it has rows: an
/// order, a limit of one or more, the columns of `SELECT *`.
fn rows_only(query: &Query) -> Option<Query> {
    let limited = match query.limit.as_ref().map(|limit| &limit.kind) {
        None => false,
        Some(ExprKind::Literal(Literal::Integer(1..))) if query.offset.is_none() => true,
        Some(_) => return None,
    };
    let ordered = !query.order_by.is_empty();
    let Body::Select(select) = &query.body else { return None };
    let columns_alone = select.projection.iter().all(|item| is_column(&item.expr));
    let starred = select.projection.len() > 1 && columns_alone && !select.distinct;
    if !limited && !ordered && !starred {
        return None;
    }
    let mut rows = query.clone();
    rows.order_by.clear();
    rows.limit = None;
    if let (true, Body::Select(select)) = (starred, &mut rows.body) {
        let one = Expr {
            kind: ExprKind::Literal(Literal::Integer(1)),
            ty: Type::Integer,
            nullable: false,
            span: select.projection[0].expr.span,
        };
        select.projection = vec![Projection { expr: one, alias: None }];
    }
    Some(rows)
}
