//! Conversions: those the query asks for, and those lake SQL does by itself.

use lakequery_types::Type;

use crate::token::Span;
use crate::tree::{Expr, ExprKind};

use super::{Cast, Conversion, Writer};

/// Writes `CAST(… AS …)`.
pub(crate) fn write_cast(writer: &mut Writer<'_>, cast: Cast<'_>) {
    writer.push(if cast.fallible { "TRY_CAST(" } else { "CAST(" });
    writer.value(cast.expr);
    writer.push(" AS ");
    writer.type_name(cast.ty, cast.span);
    writer.push(")");
}

/// The length of the longest text that a cast makes of a value, where there is one.
pub(crate) fn longest_text(ty: &Type) -> Option<u32> {
    match ty {
        Type::Boolean => Some(5),
        Type::Date => Some(10),
        // One more for the sign, and for a decimal a zero and a point.
        Type::Decimal { precision, .. } => Some(u32::from(*precision) + 3),
        Type::Varchar(length) => *length,
        Type::Char(length) => Some(*length),
        _ if ty.is_integer() => ty.as_decimal().map(|(digits, _)| u32::from(digits) + 1),
        _ => None,
    }
}

impl Writer<'_> {
    /// Whether an expression has a type of the engine's own that matters here.
    pub(super) fn retypes(&self, expr: &Expr, place: Conversion) -> bool {
        let native = self.dialect.engine_type(expr);
        match (&native, &expr.ty) {
            (native, ty) if native == ty => false,
            // Operators know what to do with intervals of other fields.
            (Type::Unknown, ty) if ty.is_interval() => {
                !matches!(place, Conversion::Operand | Conversion::Term)
            }
            (Type::Varchar(_), Type::Varchar(_))
            | (Type::Timestamp(_), Type::Timestamp(_))
            | (Type::TimestampTz(_), Type::TimestampTz(_)) => false,
            // More digits before the point change no value.
            (Type::Decimal { scale: s, .. }, Type::Decimal { scale: t, .. }) if s == t => {
                matches!(place, Conversion::Column | Conversion::Side)
            }
            (native, ty) if native.is_integer() && ty.is_integer() => place != Conversion::Operand,
            _ => true,
        }
    }

    /// Writes the name of a type.
    pub(crate) fn type_name(&mut self, ty: &Type, span: Span) {
        match self.dialect.type_name(ty) {
            Ok(name) => self.push(&name),
            Err(reason) => self.refuse(span, &format!("the type `{ty}`"), reason),
        }
    }

    /// The expression without the implicit conversions that need not be written here.
    pub(super) fn peel<'e>(&self, mut expr: &'e Expr, place: Conversion) -> &'e Expr {
        while let ExprKind::Coerce(inner) = &expr.kind {
            if self.dialect.writes_conversion(&inner.ty, &expr.ty, place) {
                break;
            }
            expr = inner;
        }
        expr
    }
}
