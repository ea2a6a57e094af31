//! Expressions: which form an expression has, and the operators with one operand.

use lakequery_types::Type;

use super::Lowerer;
use super::parameter::waits_for_type;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{Expr, ExprKind, Literal};

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
        self.over_groups(lowered)
    }

    fn expr_kind(&mut self, expr: &ast::Expr) -> Expr {
        use ast::ExprKind as Sql;
        let ast::Expr { kind, span } = expr;
        let span = *span;
        match kind {
            Sql::Name(name) => self.unqualified(name),
            Sql::Path(path) => self.qualified(path),
            Sql::Null => super::literal::null(span),
            Sql::Boolean(value) => super::literal::boolean(*value, span),
            Sql::Number(text) => self.number(text, span),
            Sql::Text(text) => self.text(text, span),
            Sql::Binary(bytes) => super::literal::binary(bytes, span),
            Sql::Parameter(index) => self.parameter(*index, span),
            Sql::TypedLiteral(literal) => self.typed_literal(literal, span),
            Sql::Interval(interval) => self.interval(interval, span),
            Sql::Nested(inner) => {
                let inner = self.expr(inner);
                Expr { span, ..inner }
            }
            Sql::Negate(operand) => self.negate(operand, span),
            Sql::Plus(operand) => self.expr(operand),
            Sql::Not(operand) => self.not(operand, span),
            Sql::Operation(binary) => self.binary(binary, span),
            Sql::And(operands) => self.logical(operands, true, span),
            Sql::Or(operands) => self.logical(operands, false, span),
            Sql::IsNull(predicate) => self.is_null(predicate, span),
            Sql::IsTruth(predicate) => self.is_truth(predicate, span),
            Sql::Quantified(predicate) => self.quantified(predicate, span),
            Sql::DistinctFrom(predicate) => self.distinct_from(predicate, span),
            Sql::Between(predicate) => self.between(predicate, span),
            Sql::Like(predicate) => self.like(predicate, span),
            Sql::InList(predicate) => self.in_list(predicate, span),
            Sql::InParameter(predicate) => self.in_parameter(predicate, span),
            Sql::InSubquery(predicate) => self.in_subquery(predicate, span),
            Sql::Exists(query) => self.exists(query, false, span),
            Sql::Subquery(query) => self.scalar_subquery(query, span),
            Sql::Case(case) => self.case(case, span),
            Sql::Cast(cast) => self.cast(cast, span),
            Sql::Extract(extract) => self.extract(extract, span),
            Sql::AtTimeZone(at) => self.at_time_zone(at, span),
            Sql::Position(position) => {
                let ast::Position { needle, text } = &**position;
                self.named_call("strpos", vec![text, needle], span)
            }
            Sql::Substring(substring) => self.substring(substring, span),
            Sql::Trim(trim) => self.trim(trim, span),
            Sql::Call(call) => self.call(call, span),
            Sql::Array(values) => self.array(values, span),
            Sql::Row(values) => self.row(values, span),
            Sql::Subscript(subscript) => self.subscript(subscript, span),
            Sql::Field(access) => self.field_of(access, span),
            Sql::Lambda(lambda) => self.misplaced_lambda(lambda, span),
            Sql::Json(json) => self.json(json, span),
            Sql::Error => Expr::error(span),
        }
    }

    fn substring(&mut self, substring: &ast::Substring, span: Span) -> Expr {
        let ast::Substring { text, start, length } = substring;
        let first = ast::Expr::new(ast::ExprKind::Number("1".to_owned()), span);
        let start = start.as_ref().or(length.as_ref().map(|_| &first));
        let args = std::iter::once(text).chain(start).chain(length);
        self.named_call("substr", args.collect(), span)
    }

    fn trim(&mut self, trim: &ast::Trim, span: Span) -> Expr {
        let ast::Trim { side, characters, text } = trim;
        let name = match side {
            ast::TrimSide::Leading => "ltrim",
            ast::TrimSide::Trailing => "rtrim",
            ast::TrimSide::Both => "trim",
        };
        self.named_call(name, std::iter::once(text).chain(characters).collect(), span)
    }

    fn negate(&mut self, operand: &ast::Expr, span: Span) -> Expr {
        if let ast::Expr { kind: ast::ExprKind::Number(text), span: _ } = operand {
            return self.number(&format!("-{text}"), span);
        }
        let operand = self.expr(operand);
        if operand.is_error() {
            return Expr::error(span);
        }
        // Engines take a sign before digits for a part of them, and -2147483648 for an integer,
        // which is a bigint where the sign stands apart.
        if let ExprKind::Literal(Literal::Integer(value @ 0..)) = operand.kind {
            return Expr { kind: ExprKind::Literal(Literal::Integer(-value)), span, ..operand };
        }
        if operand.is_open() && !waits_for_type(&operand) {
            self.untyped(&operand);
            return Expr::error(span);
        }
        let negates = operand.ty.is_numeric() || operand.ty.is_interval();
        if !operand.is_open() && !negates {
            let message = format!("`-` takes a number or an interval, found `{}`", operand.ty);
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

    fn not(&mut self, operand: &ast::Expr, span: Span) -> Expr {
        if let ast::Expr { kind: ast::ExprKind::Exists(query), span: _ } = operand {
            return self.exists(query, true, span);
        }
        let operand = self.expr(operand);
        let operand = self.require(operand, &Type::Boolean, "NOT");
        Expr {
            ty: Type::Boolean,
            nullable: operand.nullable,
            span,
            kind: ExprKind::Not(operand.into()),
        }
    }
}
