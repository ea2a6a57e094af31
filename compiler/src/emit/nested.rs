//! Arrays and rows, and what is in them, as Trino writes them.

use lakequery_types::{Field, Type, same_name};

use crate::token::Span;
use crate::tree::{BinaryOperator, Expr, ExprKind, Lambda};

use super::{Clause, Position, Support, Writer};

impl Writer<'_> {
    pub(super) fn lambda(&mut self, lambda: &Lambda, span: Span) {
        self.check_nested("a lambda", span);
        let Lambda { parameters, body } = lambda;
        match &parameters[..] {
            [one] => self.ident(&one.name),
            several => {
                self.push("(");
                self.list(several, |writer, variable| writer.ident(&variable.name));
                self.push(")");
            }
        }
        self.push(" -> ");
        self.output(body);
    }

    pub(super) fn array(&mut self, values: &[Expr], span: Span) {
        self.check_nested("an array", span);
        self.push("ARRAY[");
        self.list(values, |writer, value| writer.alternative(value, values));
        self.push("]");
    }

    pub(super) fn row(&mut self, values: &[Expr], span: Span) {
        self.check_nested("a row", span);
        self.push("ROW(");
        self.list(values, Writer::value);
        self.push(")");
    }

    pub(super) fn subscript(&mut self, base: &Expr, index: &Expr, span: Span) {
        self.check_nested("a subscript", span);
        self.primary(base);
        self.push("[");
        self.value(index);
        self.push("]");
    }

    /// A field by its name, as the row may have others elsewhere; by its number where it has
    /// no name, or shares it.
    pub(super) fn field(&mut self, base: &Expr, index: usize, span: Span) {
        self.check_nested("the field of a row", span);
        self.primary(base);
        match field_name(&base.ty, index) {
            Some(name) => {
                self.push(".");
                self.ident(name);
            }
            None => self.push(&format!("[{}]", index + 1)),
        }
    }

    /// Refuses a comparison of values in which a NULL would be taken for a value. Where a
    /// condition keeps rows, what would be NULL may as well be false.
    pub(super) fn check_nulls_inside(&mut self, expr: &Expr) {
        let Support::No(reason) = self.dialect.compares_nulls_inside else { return };
        let (left, others, is_equality) = match &expr.kind {
            ExprKind::Binary { operator, left, right } if operator.is_comparison() => {
                use BinaryOperator::{Eq, IsDistinctFrom, IsNotDistinctFrom};
                if matches!(operator, IsDistinctFrom | IsNotDistinctFrom) {
                    return;
                }
                (left, std::slice::from_ref(&**right), *operator == Eq)
            }
            ExprKind::InList { expr, list, negated } => (expr, &list[..], !negated),
            _ => return self.check_nulls_matched(expr, reason),
        };
        let filters = matches!(self.place.clause, Clause::Where | Clause::On | Clause::Having);
        let keeps_rows = filters && self.place.position != Position::Inside && is_equality;
        let left = left.written().ty.has_nulls_inside();
        let right = others.iter().any(|other| other.written().ty.has_nulls_inside());
        if left && right || (left || right) && !keeps_rows {
            self.refuse(expr.span, "this comparison", reason);
        }
    }

    /// The same of CASE and `nullif`, where values that are not known to be equal are taken for
    /// different ones: only a NULL on both sides is taken for a match.
    fn check_nulls_matched(&mut self, expr: &Expr, reason: &str) {
        let has_nulls = |side: &Expr| side.written().ty.has_nulls_inside();
        let matches_nulls = match &expr.kind {
            ExprKind::Case { operand: Some(operand), branches, otherwise: _ } => {
                has_nulls(operand) && branches.iter().any(|(value, _)| has_nulls(value))
            }
            ExprKind::Call(call) if call.function.name == "nullif" => {
                call.args.iter().all(has_nulls)
            }
            _ => false,
        };
        if matches_nulls {
            self.refuse(expr.span, "this comparison", reason);
        }
    }

    fn check_nested(&mut self, what: &str, span: Span) {
        if let Support::No(reason) = self.dialect.nested_values {
            self.refuse(span, what, reason);
        }
    }
}

/// The name of a field, where it has one of its own.
pub(crate) fn field_name(row: &Type, index: usize) -> Option<&str> {
    let Type::Row(fields) = row else { return None };
    let name = fields[index].name.as_deref()?;
    let named = |field: &&Field| field.name.as_deref().is_some_and(|own| same_name(own, name));
    (fields.iter().filter(named).count() == 1).then_some(name)
}
