//! Predicates: IS NULL, IS DISTINCT FROM, BETWEEN, LIKE and IN.

use lakequery_types::Type;

use super::Lowerer;
use super::null::is_null_literal;
use super::parameter::{Use, is_constant, parameter_type, roomy, waits_for_type};
use super::row::{row_of, rows_of};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::function::common_type;
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

impl Lowerer<'_> {
    pub(super) fn is_null(&mut self, predicate: &ast::IsNull, span: Span) -> Expr {
        let ast::IsNull { operand, negated } = predicate;
        let negated = *negated;
        let operand = self.within(|context| context.null_welcome = true, |this| this.expr(operand));
        if waits_for_type(&operand) {
            self.untyped(&operand);
            return Expr::error(span);
        }
        if let ExprKind::Parameter(index) = operand.kind {
            self.parameters[index].compared = true;
        }
        Expr {
            kind: ExprKind::IsNull { expr: operand.into(), negated },
            ty: Type::Boolean,
            nullable: false,
            span,
        }
    }

    pub(super) fn distinct_from(&mut self, predicate: &ast::DistinctFrom, span: Span) -> Expr {
        let ast::DistinctFrom { left, right, negated } = predicate;
        let operator = match negated {
            true => BinaryOperator::IsNotDistinctFrom,
            false => BinaryOperator::IsDistinctFrom,
        };
        self.within(
            |context| context.null_welcome = true,
            |this| {
                if let Some(rows) = rows_of([left, right]) {
                    let [left, right] = this.values_of(rows);
                    return this.compare_rows(operator, &left, &right, span);
                }
                let left = this.expr(left);
                let right = this.expr(right);
                this.binary_of(operator, left, right, span)
            },
        )
    }

    pub(super) fn between(&mut self, predicate: &ast::Between, span: Span) -> Expr {
        let ast::Between { operand, low, high, negated } = predicate;
        let negated = *negated;
        if let Some(rows) = rows_of([operand, low, high]) {
            return self.rows_between(rows, negated, span);
        }
        let expr = self.expr(operand);
        let low = self.expr(low);
        let high = self.expr(high);
        if self.refuses_null_between(&expr, &low, &high, negated)
            || self.refuses_empty_range(&low, &high, negated)
        {
            return Expr::error(span);
        }
        let bounds = common_type(&expr.ty, &low.ty).and_then(|ty| common_type(&ty, &high.ty));
        let Some(common) = bounds.filter(Type::is_orderable) else {
            // Says what is wrong with one bound or the other, or with both together.
            let _ = self
                .compared(expr.clone(), low.clone(), "BETWEEN", span)
                .and_then(|_| self.compared(expr, high.clone(), "BETWEEN", span))
                .and_then(|_| self.compared(low, high, "BETWEEN", span));
            return Expr::error(span);
        };
        let exprs = [&expr, &low, &high];
        let common =
            self.type_beside(exprs.into_iter(), common, Use::Comparison).unwrap_or(Type::Unknown);
        let mut coerce = |expr| self.coerce_for(expr, &common, Use::Comparison);
        let (expr, low, high) = (coerce(expr), coerce(low), coerce(high));
        if expr.is_error() || low.is_error() || high.is_error() {
            return Expr::error(span);
        }
        Expr {
            nullable: expr.may_compare_as_null()
                || low.may_compare_as_null()
                || high.may_compare_as_null(),
            kind: ExprKind::Between {
                expr: expr.into(),
                low: low.into(),
                high: high.into(),
                negated,
            },
            ty: Type::Boolean,
            span,
        }
    }

    /// Refuses bounds of BETWEEN that are in the wrong order, as far as literals
    /// show it; whether it did.
    fn refuses_empty_range(&mut self, low: &Expr, high: &Expr, negated: bool) -> bool {
        let (ExprKind::Literal(first), ExprKind::Literal(second)) = (&low.kind, &high.kind) else {
            return false;
        };
        if !is_greater(first, second) {
            return false;
        }
        let (not, outcome) = if negated { ("NOT ", "always") } else { ("", "never") };
        let between = |low: &Expr, high: &Expr| {
            let (low, high) = (self.written(low.span)?, self.written(high.span)?);
            Some(format!("{not}BETWEEN {low} AND {high}"))
        };
        let mut diagnostic = Diagnostic::new(
            Code::BadLiteral,
            low.span.to(high.span),
            format!(
                "this {not}BETWEEN is {outcome} true: its lower bound is greater than the upper one"
            ),
        );
        if let Some(turned) = between(high, low) {
            diagnostic = diagnostic.help(format!("write `{turned}`"));
        }
        self.report(diagnostic);
        true
    }

    pub(super) fn like(&mut self, predicate: &ast::Like, span: Span) -> Expr {
        let ast::Like { operand, pattern, escape, ignores_case, negated } = predicate;
        let (ignores_case, negated) = (*ignores_case, *negated);
        let mut lowered = |expr: &ast::Expr| match ignores_case {
            true => self.in_lower_case(expr),
            false => self.expr(expr),
        };
        let (expr, pattern) = (lowered(operand), lowered(pattern));
        let escape = escape.as_ref().map(lowered);
        if is_null_literal(&pattern) || is_null_literal(&expr) {
            let message = "`LIKE` with NULL is never true, as nothing compares with NULL";
            let operand = if is_null_literal(&pattern) { expr.span } else { pattern.span };
            let operand = self.written(operand).unwrap_or_else(|| "…".to_owned());
            self.report(
                Diagnostic::new(Code::NullComparison, span, message)
                    .help(format!("to find NULLs, write `{operand} IS NULL`")),
            );
            return Expr::error(span);
        }
        let expr = self.require(expr, &Type::VARCHAR, "LIKE");
        let pattern = self.require(pattern, &Type::VARCHAR, "LIKE");
        // A pattern is a varchar in Trino, too: the conversion has to be written.
        let pattern = match pattern.kind {
            ExprKind::Coerce(expr) => {
                Expr { kind: ExprKind::Cast { expr, fallible: false }, ..pattern }
            }
            _ => pattern,
        };
        let escape = escape.map(|escape| self.require(escape, &Type::VARCHAR, "ESCAPE"));
        if let Some(escape) = &escape {
            let character = match &escape.kind {
                ExprKind::Literal(Literal::Text(text)) => {
                    let mut chars = text.chars();
                    chars.next().filter(|_| chars.next().is_none())
                }
                _ => None,
            };
            let Some(character) = character else {
                if !escape.is_error() {
                    let message = "ESCAPE takes a string of one character";
                    self.error(Code::BadLiteral, escape.span, message);
                }
                return Expr::error(span);
            };
            if let ExprKind::Literal(Literal::Text(text)) = &pattern.kind
                && !escapes_well(text, character)
            {
                let message = format!(
                    "in a LIKE pattern, `{character}` must be followed by `%`, `_` or itself"
                );
                self.error(Code::BadLiteral, pattern.span, message);
                return Expr::error(span);
            }
        }
        Expr {
            nullable: expr.nullable || pattern.nullable,
            kind: ExprKind::Like {
                expr: expr.into(),
                pattern: pattern.into(),
                escape: escape.map(Box::new),
                negated,
            },
            ty: Type::Boolean,
            span,
        }
    }

    /// A text as ILIKE compares it.
    fn in_lower_case(&mut self, expr: &ast::Expr) -> Expr {
        // A literal is one still, so that the pattern can be checked.
        let lower = |c: char| {
            let mut lower = c.to_lowercase();
            lower.next().filter(|_| lower.next().is_none())
        };
        let ast::Expr { kind, span } = expr;
        let text = match kind {
            ast::ExprKind::Text(text) => text.chars().map(lower).collect::<Option<String>>(),
            _ => None,
        };
        match text {
            Some(text) => self.text(&text, *span),
            None => self.named_call("lower", vec![expr], *span),
        }
    }

    pub(super) fn in_list(&mut self, predicate: &ast::InList, span: Span) -> Expr {
        let ast::InList { operand, items, negated } = predicate;
        let negated = *negated;
        let rows: Option<Vec<_>> = items.iter().map(row_of).collect();
        if let (Some(row), Some(rows)) = (row_of(operand), rows) {
            return self.row_in_list(row, &rows, negated, span);
        }
        let expr = self.expr(operand);
        let items: Vec<Expr> = items.iter().map(|item| self.expr(item)).collect();
        if expr.is_error() || items.iter().any(Expr::is_error) {
            return Expr::error(span);
        }
        if self.refuses_null_in_list(&expr, &items, negated, span) {
            return Expr::error(span);
        }
        let mut common = expr.ty.clone();
        for item in &items {
            match common_type(&common, &item.ty) {
                Some(ty) => common = ty,
                None => {
                    let message = format!(
                        "can't compare `{}` with `{}`: the values of an IN list are of the type \
                         of what stands before it",
                        expr.ty, item.ty
                    );
                    let mut diagnostic = Diagnostic::new(Code::TypeMismatch, item.span, message)
                        .label(format!("expected `{}`, found `{}`", expr.ty, item.ty));
                    let help = super::coerce::conversion_help(&item.ty, &common, item);
                    if let Some(help) = help {
                        diagnostic = diagnostic.help(help);
                    }
                    self.report(diagnostic);
                    return Expr::error(span);
                }
            }
        }
        let all = std::iter::once(&expr).chain(&items);
        let common = self.type_beside(all, common, Use::Comparison).unwrap_or(Type::Unknown);
        let mut coerce = |expr| self.coerce_for(expr, &common, Use::Comparison);
        let expr = coerce(expr);
        let list: Vec<Expr> = items.into_iter().map(coerce).collect();
        Expr {
            nullable: expr.may_compare_as_null() || list.iter().any(Expr::may_compare_as_null),
            kind: ExprKind::InList { expr: expr.into(), list, negated },
            ty: Type::Boolean,
            span,
        }
    }

    pub(super) fn in_parameter(&mut self, predicate: &ast::InParameter, span: Span) -> Expr {
        let ast::InParameter { operand, parameter, negated } = predicate;
        let (index, negated) = (*parameter, *negated);
        let expr = self.expr(operand);
        self.refers(self.parameters[index].span, Target::Parameter(index));
        if expr.is_error() {
            self.parameters[index].excused = true;
            return Expr::error(span);
        }
        if expr.is_open() {
            self.parameters[index].excused = true;
            self.untyped(&expr);
            return Expr::error(span);
        }
        let ty = if is_constant(&expr) { roomy(expr.ty.clone()) } else { expr.ty.clone() };
        let expr = self.coerce(expr, &ty);
        let slot = &mut self.parameters[index];
        slot.ty = Some(parameter_type(&ty));
        slot.compared = true;
        Expr {
            nullable: expr.nullable,
            kind: ExprKind::InParameter { expr: expr.into(), parameter: index, negated },
            ty: Type::Boolean,
            span,
        }
    }
}

/// Whether a literal is surely greater than another.
fn is_greater(a: &Literal, b: &Literal) -> bool {
    // What is greater as a double is greater.
    let number = |literal: &Literal| match literal {
        Literal::Integer(value) => Some(*value as f64),
        Literal::Decimal(text) => text.parse().ok(),
        Literal::Double(value) => Some(*value),
        _ => None,
    };
    match (a, b) {
        (Literal::Date(a), Literal::Date(b))
        | (Literal::Timestamp(a), Literal::Timestamp(b))
        | (Literal::Time(a), Literal::Time(b)) => {
            // Years of four digits sort as texts do.
            let plain = |text: &str| !text.starts_with(['-', '+']);
            plain(a) && plain(b) && a.find(['-', ':']) == b.find(['-', ':']) && a > b
        }
        (Literal::Text(a), Literal::Text(b)) => a > b,
        (Literal::Months(a), Literal::Months(b))
        | (Literal::Milliseconds(a), Literal::Milliseconds(b)) => a > b,
        _ => number(a).zip(number(b)).is_some_and(|(a, b)| a > b),
    }
}

fn escapes_well(pattern: &str, escape: char) -> bool {
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c == escape && !chars.next().is_some_and(|next| "%_".contains(next) || next == escape) {
            return false;
        }
    }
    true
}
