//! Conversions: those the query asks for, and those lake SQL does by itself.

use lakequery_types::Type;

use crate::token::Span;
use crate::tree::{Expr, ExprKind};

use super::Writer;

/// A conversion to be written.
pub(crate) struct Cast<'t> {
    /// What is converted.
    pub(crate) expr: &'t Expr,
    /// The type.
    pub(crate) ty: &'t Type,
    /// NULL where the value has no place in the type.
    pub(crate) fallible: bool,
    /// Where it stands.
    pub(crate) span: Span,
}

/// Where an implicit conversion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// At an operand of an operator or a comparison, which knows what to do
    /// with operands of two types.
    Operand,
    /// At an argument of a function, a branch of CASE, a value of VALUES.
    Argument,
    /// At a column of one side of a set operation.
    Side,
}

/// Writes `CAST(… AS …)`.
pub(crate) fn write_cast(writer: &mut Writer<'_>, cast: Cast<'_>) {
    writer.push(if cast.fallible { "TRY_CAST(" } else { "CAST(" });
    writer.value(cast.expr);
    match (writer.dialect.type_name)(writer.dialect, cast.ty) {
        Ok(name) => {
            writer.push(" AS ");
            writer.push(&name);
        }
        Err(reason) => writer.refuse(cast.span, &format!("the type `{}`", cast.ty), reason),
    }
    writer.push(")");
}

impl Writer<'_> {
    /// The expression without the implicit conversions that need not be written here.
    pub(super) fn peel<'e>(&self, mut expr: &'e Expr, place: Conversion) -> &'e Expr {
        while let ExprKind::Coerce(inner) = &expr.kind {
            if self.dialect.writes(inner, &expr.ty, place) {
                break;
            }
            expr = inner;
        }
        expr
    }
}
