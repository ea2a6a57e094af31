//! Expressions: which form an expression has, and the operators with one operand.

use lakequery_types::Type;
use sqlparser::ast::{self, Spanned};

use super::Lowerer;
use super::parameter::waits_for_type;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{BinaryOperator, Expr, ExprKind};

impl Lowerer<'_> {
    pub(super) fn expr(&mut self, expr: &ast::Expr) -> Expr {
        if self.depth >= self.max_depth {
            if self.depth == self.max_depth {
                // Once is enough; the depth is left behind on the way up.
                self.depth += 1;
                let span = Span { start: 0, end: self.tokens.len() as u32 };
                self.report(
                    Diagnostic::new(
                        Code::TooLarge,
                        span,
                        format!("expressions are nested more than {} levels deep", self.max_depth),
                    )
                    .help("join long chains with a list or a WITH clause"),
                );
            }
            return Expr::error(Span::default());
        }
        self.depth += 1;
        let lowered = self.expr_kind(expr);
        self.depth = self.depth.saturating_sub(1);
        lowered
    }

    fn expr_kind(&mut self, expr: &ast::Expr) -> Expr {
        use ast::Expr as Sql;
        match expr {
            Sql::Identifier(ident) => self.unqualified(ident),
            Sql::CompoundIdentifier(parts) => self.qualified(parts),
            Sql::Value(value) => self.value(value),
            Sql::TypedString(typed) => self.typed_string(typed),
            Sql::Interval(interval) => self.interval(interval),
            Sql::Nested(inner) => {
                let inner = self.expr(inner);
                Expr { span: self.with_parentheses(inner.span), ..inner }
            }
            Sql::UnaryOp { op, expr: operand } => self.unary(*op, operand, expr),
            Sql::BinaryOp { left, op, right } => self.binary(left, op, right),
            Sql::IsNull(operand) => self.is_null(operand, false),
            Sql::IsNotNull(operand) => self.is_null(operand, true),
            Sql::IsDistinctFrom(left, right) => {
                self.distinct_from(BinaryOperator::IsDistinctFrom, left, right)
            }
            Sql::IsNotDistinctFrom(left, right) => {
                self.distinct_from(BinaryOperator::IsNotDistinctFrom, left, right)
            }
            Sql::Between { expr, negated, low, high } => self.between(expr, *negated, low, high),
            Sql::Like { negated, any, expr: operand, pattern, escape_char } => {
                if *any {
                    return self.unsupported(self.span_of(expr), "LIKE ANY");
                }
                self.like(operand, pattern, escape_char.as_ref(), *negated)
            }
            Sql::InList { expr, list, negated } => self.in_list(expr, list, *negated),
            Sql::InSubquery { expr, subquery, negated } => {
                self.in_subquery(expr, subquery, *negated)
            }
            Sql::Exists { subquery, negated } => self.exists(subquery, *negated),
            Sql::Subquery(query) => self.scalar_subquery(query),
            Sql::Case { case_token: _, end_token: _, operand, conditions, else_result } => {
                let span = self.balanced(crate::parse::span(expr.span()));
                self.case(operand.as_deref(), conditions, else_result.as_deref(), span)
            }
            Sql::Cast { kind, expr: operand, data_type, array, format } => {
                let span = self.enclosing_form(self.span_of(operand));
                if *array || format.is_some() || *kind == ast::CastKind::SafeCast {
                    return self.unsupported(span, "this form of CAST");
                }
                self.cast(operand, data_type, *kind == ast::CastKind::TryCast, span)
            }
            Sql::Extract { field, syntax: _, expr: operand } => {
                let span = self.enclosing_form(self.span_of(operand));
                self.extract(field, operand, span)
            }
            Sql::Ceil { expr: operand, field } => self.round_up_or_down("ceil", operand, field),
            Sql::Floor { expr: operand, field } => self.round_up_or_down("floor", operand, field),
            Sql::Position { expr: needle, r#in: text } => {
                let span = self.enclosing_form(self.span_of(needle));
                self.named_call("strpos", &[text, needle], span)
            }
            Sql::Substring { expr, substring_from, substring_for, special: _, shorthand: _ } => {
                let span = self.enclosing_form(self.span_of(expr));
                let one = ast::Expr::value(ast::Value::Number("1".into(), false));
                let mut args = vec![&**expr];
                match (substring_from, substring_for) {
                    (Some(from), length) => {
                        args.push(from);
                        args.extend(length.as_deref());
                    }
                    (None, Some(length)) => args.extend([&one, length]),
                    (None, None) => {}
                }
                self.named_call("substr", &args, span)
            }
            Sql::Trim { trim_where, trim_what, expr: text, trim_characters } => {
                let span = self.enclosing_form(self.span_of(text));
                let name = match trim_where {
                    Some(ast::TrimWhereField::Leading) => "ltrim",
                    Some(ast::TrimWhereField::Trailing) => "rtrim",
                    Some(ast::TrimWhereField::Both) | None => "trim",
                };
                let characters = trim_characters.iter().flatten().chain(trim_what.as_deref());
                let args: Vec<&ast::Expr> = std::iter::once(&**text).chain(characters).collect();
                self.named_call(name, &args, span)
            }
            Sql::Function(function) => self.call(function),
            other => {
                let span = self.span_of(other);
                let what = super::unsupported::expression_name(other);
                self.unsupported(span, &what)
            }
        }
    }

    /// Where an expression stands. Costs as much as the expression is large.
    pub(super) fn span_of(&self, expr: &ast::Expr) -> Span {
        self.balanced(crate::parse::span(expr.span()))
    }

    /// The span with the parentheses directly around it, if there are any.
    fn with_parentheses(&self, inner: Span) -> Span {
        use crate::token::TokenKind::Punct;
        let (start, end) = (inner.start as usize, inner.end as usize);
        let opened = start > 0 && self.tokens[start - 1].kind == Punct('(');
        let closed = self.tokens.get(end).is_some_and(|token| token.kind == Punct(')'));
        if opened && closed { Span { start: inner.start - 1, end: inner.end + 1 } } else { inner }
    }

    fn unary(&mut self, op: ast::UnaryOperator, operand: &ast::Expr, whole: &ast::Expr) -> Expr {
        match op {
            ast::UnaryOperator::Minus => {
                if let ast::Expr::Value(ast::ValueWithSpan {
                    value: ast::Value::Number(text, _),
                    span,
                }) = operand
                {
                    let span = crate::parse::span(*span);
                    let span = Span { start: span.start.saturating_sub(1), end: span.end };
                    return self.number(&format!("-{text}"), span);
                }
                let operand = self.expr(operand);
                let span =
                    Span { start: operand.span.start.saturating_sub(1), end: operand.span.end };
                if operand.is_error() {
                    return Expr::error(span);
                }
                if operand.is_open() && !waits_for_type(&operand) {
                    self.untyped(&operand);
                    return Expr::error(span);
                }
                let negates = operand.ty.is_numeric() || operand.ty.is_interval();
                if !operand.is_open() && !negates {
                    let message =
                        format!("`-` takes a number or an interval, found `{}`", operand.ty);
                    self.error(Code::TypeMismatch, operand.span, message);
                    return Expr::error(span);
                }
                Expr {
                    ty: operand.ty.clone(),
                    nullable: operand.nullable,
                    span,
                    kind: ExprKind::Negate(operand.into()),
                }
            }
            ast::UnaryOperator::Plus => self.expr(operand),
            ast::UnaryOperator::Not => {
                let operand = self.expr(operand);
                let operand = self.require(operand, &Type::Boolean, "NOT");
                let span =
                    Span { start: operand.span.start.saturating_sub(1), end: operand.span.end };
                Expr {
                    ty: Type::Boolean,
                    nullable: operand.nullable,
                    span,
                    kind: ExprKind::Not(operand.into()),
                }
            }
            other => {
                let span = self.span_of(whole);
                self.unsupported(span, &format!("the operator `{other}`"))
            }
        }
    }

    fn round_up_or_down(
        &mut self,
        name: &str,
        operand: &ast::Expr,
        field: &ast::CeilFloorKind,
    ) -> Expr {
        let span = self.enclosing_form(self.span_of(operand));
        match field {
            ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime) => {
                self.named_call(name, &[operand], span)
            }
            _ => self.unsupported(span, &format!("a second argument of `{name}`")),
        }
    }
}
