//! Types meeting: parameters take the type that is asked for, other
//! expressions are converted where lake SQL converts by itself.

use lakequery_types::Type;

use super::Lowerer;
use super::parameter::{Use, waits_for_type};
use crate::diagnostic::{Code, Diagnostic};
use crate::function::{coercible, common_type};
use crate::token::Span;
use crate::tree::{Expr, ExprKind, Literal};

impl Expr {
    /// A stand-in for something that has a diagnostic.
    pub(super) const fn error(span: Span) -> Expr {
        Expr { kind: ExprKind::Error, ty: Type::Unknown, nullable: true, span }
    }

    pub(super) const fn is_error(&self) -> bool {
        matches!(self.kind, ExprKind::Error)
    }

    /// Whether it takes any type: NULL, a parameter without a type, an error.
    pub(super) fn is_open(&self) -> bool {
        self.ty == Type::Unknown
    }
}

impl Lowerer<'_> {
    /// The expression as a value of type `ty`, to which it must be coercible.
    pub(super) fn coerce(&mut self, expr: Expr, ty: &Type) -> Expr {
        self.coerce_for(expr, ty, Use::Value)
    }

    /// The same, of a value for a certain use.
    pub(super) fn coerce_for(&mut self, expr: Expr, ty: &Type, purpose: Use) -> Expr {
        if let (ExprKind::Parameter(index), Use::Comparison) = (&expr.kind, purpose) {
            self.parameters[*index].compared |= self.is_known(*index);
        }
        if expr.ty == *ty || expr.is_error() || *ty == Type::Unknown {
            return expr;
        }
        if expr.is_open() {
            return self.give_type(expr, ty, purpose);
        }
        expr.coerced(ty)
    }

    /// The expression as a value of type `ty`, or a diagnostic in which `what`
    /// names the place that asks for it ("WHERE").
    pub(super) fn require(&mut self, expr: Expr, ty: &Type, what: &str) -> Expr {
        if expr.is_open() || coercible(&expr.ty, ty) {
            return self.coerce(expr, ty);
        }
        let message = format!("{what} takes a `{ty}`, found `{}`", expr.ty);
        let mut diagnostic = Diagnostic::new(Code::TypeMismatch, expr.span, message)
            .label(format!("expected `{ty}`, found `{}`", expr.ty));
        if *ty == Type::Boolean && expr.ty.is_numeric() {
            diagnostic = diagnostic.help("compare it with something: `… <> 0`");
        }
        self.report(diagnostic);
        Expr::error(expr.span)
    }

    /// Converts all expressions to their common type: the types of CASE
    /// branches, of an IN list. `None`, after a diagnostic, where they have none.
    pub(super) fn unify(
        &mut self,
        exprs: Vec<Expr>,
        purpose: Use,
        what: &str,
    ) -> (Vec<Expr>, Type) {
        let mut common = Type::Unknown;
        let mut first: Option<Span> = None;
        for expr in &exprs {
            if expr.is_open() {
                continue;
            }
            match common_type(&common, &expr.ty) {
                Some(ty) => {
                    common = ty;
                    first.get_or_insert(expr.span);
                }
                None => {
                    let message = format!(
                        "{what} must be of one type: this is `{}`, the ones before are `{common}`",
                        expr.ty
                    );
                    let mut diagnostic = Diagnostic::new(Code::TypeMismatch, expr.span, message)
                        .label(format!("expected `{common}`, found `{}`", expr.ty));
                    if let Some(first) = first {
                        diagnostic = diagnostic.related(first, format!("this is `{common}`"));
                    }
                    if let Some(help) = conversion_help(&expr.ty, &common, expr) {
                        diagnostic = diagnostic.help(help);
                    }
                    self.report(diagnostic);
                    return (exprs, Type::Unknown);
                }
            }
        }
        let Some(common) = self.type_beside(exprs.iter(), common, purpose) else {
            return (exprs, Type::Unknown);
        };
        // What is known of NULL in the others is not known of a parameter.
        let common = match exprs.iter().any(waits_for_type) {
            true => common.with_nulls(),
            false => common,
        };
        let exprs = exprs.into_iter().map(|expr| self.coerce_for(expr, &common, purpose)).collect();
        (exprs, common)
    }

    /// The operands of a comparison in their common type; `false` after a diagnostic.
    pub(super) fn compared(
        &mut self,
        left: Expr,
        right: Expr,
        operator: &str,
        span: Span,
    ) -> Result<(Expr, Expr), ()> {
        if left.is_error() || right.is_error() {
            return Err(());
        }
        let Some(common) = common_type(&left.ty, &right.ty) else {
            let message = format!("can't compare `{}` with `{}`", left.ty, right.ty);
            let mut diagnostic = Diagnostic::new(Code::TypeMismatch, span, message)
                .related(left.span, format!("this is `{}`", left.ty))
                .related(right.span, format!("this is `{}`", right.ty));
            let help = conversion_help(&right.ty, &left.ty, &right)
                .or_else(|| conversion_help(&left.ty, &right.ty, &left));
            if let Some(help) = help {
                diagnostic = diagnostic.help(help);
            }
            self.report(diagnostic);
            return Err(());
        };
        let comparable = match operator {
            "<" | "<=" | ">" | ">=" | "BETWEEN" => common.is_orderable(),
            _ => common.is_comparable(),
        };
        if !comparable {
            let message = format!("values of type `{common}` can't be compared with `{operator}`");
            self.error(Code::TypeMismatch, span, message);
            return Err(());
        }
        let exprs = [&left, &right];
        let common =
            self.type_beside(exprs.into_iter(), common, Use::Comparison).unwrap_or(Type::Unknown);
        let mut coerce = |expr| self.coerce_for(expr, &common, Use::Comparison);
        Ok((coerce(left), coerce(right)))
    }
}

/// How a value of type `from` can be had as `to`.
pub(super) fn conversion_help(from: &Type, to: &Type, expr: &Expr) -> Option<String> {
    let literal = match &expr.kind {
        ExprKind::Literal(Literal::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    match (from, to, literal) {
        (Type::Varchar(_), Type::Date, Some(text)) => {
            Some(format!("a date is written as `DATE '{text}'`"))
        }
        (Type::Varchar(_), Type::Timestamp(_) | Type::TimestampTz(_), Some(text)) => {
            Some(format!("a timestamp is written as `TIMESTAMP '{text}'`"))
        }
        (Type::Varchar(_), to, Some(text)) if to.is_numeric() && text.parse::<f64>().is_ok() => {
            Some(format!("a number is written without quotes: `{text}`"))
        }
        (Type::Varchar(_) | Type::Char(_), to, _)
            if to.is_numeric() || to.is_date_or_timestamp() || *to == Type::Boolean =>
        {
            Some(format!("convert it: `CAST(… AS {to})`"))
        }
        (from, Type::Varchar(_) | Type::Char(_), _)
            if from.is_numeric() || from.is_date_or_timestamp() || *from == Type::Boolean =>
        {
            Some("convert it: `CAST(… AS varchar)`".to_owned())
        }
        (from, Type::Boolean, _) if from.is_integer() => {
            Some("a boolean is written as TRUE or FALSE".to_owned())
        }
        _ => None,
    }
}
