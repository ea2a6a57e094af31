//! Operators between operands, and their types.

use lakequery_types::{DecimalRule, Type};

use super::Lowerer;
use super::coerce::conversion_help;
use super::parameter::{Use, waits_for_type};
use super::row::rows_of;
use super::temporal::temporal_type;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::function::common_type;
use crate::token::Span;
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

impl Lowerer<'_> {
    pub(super) fn binary(&mut self, binary: &ast::Binary, span: Span) -> Expr {
        let ast::Binary { operator, left, right } = binary;
        let operator = operator_of(*operator);
        if let Some(rows) = rows_of([left, right]).filter(|_| operator.is_comparison()) {
            let [left, right] = self.values_of(rows);
            return self.compare_rows(operator, &left, &right, span);
        }
        let left = self.expr(left);
        let right = self.expr(right);
        self.binary_of(operator, left, right, span)
    }

    /// A chain of `AND` or `OR`.
    pub(super) fn logical(&mut self, written: &[ast::Expr], and: bool, span: Span) -> Expr {
        let name = if and { "AND" } else { "OR" };
        let mut operands = Vec::with_capacity(written.len());
        for operand in written {
            let operand = self.expr(operand);
            let operand = self.require(operand, &Type::Boolean, name);
            match operand.kind {
                ExprKind::And(inner) if and => operands.extend(inner),
                ExprKind::Or(inner) if !and => operands.extend(inner),
                _ => operands.push(operand),
            }
        }
        Expr {
            ty: Type::Boolean,
            nullable: operands.iter().any(|operand| operand.nullable),
            span,
            kind: if and { ExprKind::And(operands) } else { ExprKind::Or(operands) },
        }
    }

    pub(super) fn binary_of(
        &mut self,
        operator: BinaryOperator,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Expr {
        if left.is_error() || right.is_error() {
            // The other operand may be a parameter that this leaves without a type.
            return Expr::error(span);
        }
        let typed = match operator {
            BinaryOperator::Concat => self.concat(left, right, span),
            BinaryOperator::Add
            | BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo => self.arithmetic(operator, left, right, span),
            _ if !is_distinctness(operator) && self.refuses_null(operator, &left, &right, span) => {
                Err(())
            }
            _ => self
                .compared(left, right, operator.symbol(), span)
                .map(|(left, right)| (left, right, Type::Boolean)),
        };
        let Ok((left, right, ty)) = typed else { return Expr::error(span) };
        let may_be_null = |side: &Expr| match operator.is_comparison() {
            true => !is_distinctness(operator) && side.may_compare_as_null(),
            false => side.nullable,
        };
        Expr {
            nullable: may_be_null(&left) || may_be_null(&right),
            kind: ExprKind::Binary { operator, left: left.into(), right: right.into() },
            ty,
            span,
        }
    }

    fn concat(&mut self, left: Expr, right: Expr, span: Span) -> Result<(Expr, Expr, Type), ()> {
        let ty = match (&left.ty, &right.ty) {
            (Type::Varbinary, Type::Varbinary | Type::Unknown)
            | (Type::Unknown, Type::Varbinary) => Type::Varbinary,
            (Type::Array(_), _) | (_, Type::Array(_)) => {
                return self.joined_arrays(left, right, span);
            }
            _ => Type::VARCHAR,
        };
        for operand in [&left, &right] {
            let fits = operand.is_open()
                || (ty == Type::Varbinary) == (operand.ty == Type::Varbinary)
                    && (ty == Type::Varbinary || operand.ty.is_text());
            if !fits {
                let message = format!("`||` joins `{ty}` values, found `{}`", operand.ty);
                self.report(
                    Diagnostic::new(Code::TypeMismatch, operand.span, message)
                        .help(format!("convert it: `CAST(… AS {ty})`")),
                );
                return Err(());
            }
        }
        Ok((self.coerce(left, &ty), self.coerce(right, &ty), ty))
    }

    /// `+ - * / %` on numbers, dates, times and intervals.
    fn arithmetic(
        &mut self,
        operator: BinaryOperator,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Result<(Expr, Expr, Type), ()> {
        // An open operand takes the number type of the other; next to a date it
        // could be another date or an interval.
        let (left, right) = match (left.is_open(), right.is_open()) {
            (false, false) => (left, right),
            (true, true) => return self.deferred(left, right),
            (true, false) => match self.operand_type(operator, &left, &right)? {
                Some(ty) => (typed_null(self.coerce(left, &ty)), right),
                None => return self.deferred(left, right),
            },
            (false, true) => match self.operand_type(operator, &right, &left)? {
                Some(ty) => (left, typed_null(self.coerce(right, &ty))),
                None => return self.deferred(left, right),
            },
        };
        let ty = if left.ty.is_numeric() && right.ty.is_numeric() {
            let ty = self.number_type(operator, &left.ty, &right.ty, span)?;
            if ty.is_floating() {
                return Ok((self.coerce(left, &ty), self.coerce(right, &ty), ty));
            }
            ty
        } else {
            return self.temporal(operator, left, right, span);
        };
        Ok((left, right, ty))
    }

    /// The same where an operand is a date, a time, a timestamp or an interval.
    fn temporal(
        &mut self,
        operator: BinaryOperator,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Result<(Expr, Expr, Type), ()> {
        // Intervals are multiplied by integers and doubles.
        let factor = |expr: &Expr| match expr.ty {
            Type::Decimal { .. } | Type::Real => Type::Double,
            ref ty => ty.clone(),
        };
        let (left_type, right_type) = (factor(&left), factor(&right));
        let ty = match temporal_type(operator, &left_type, &right_type) {
            Some(Type::Date) => {
                let interval = if left.ty.is_interval() { &left } else { &right };
                if !self.moves_dates(interval, span) {
                    return Err(());
                }
                Type::Date
            }
            Some(ty) => ty,
            None => {
                self.report(no_operator(operator, &left, &right, span));
                return Err(());
            }
        };
        Ok((self.coerce(left, &left_type), self.coerce(right, &right_type), ty))
    }

    /// The type that an open operand takes beside another; `None` where what is
    /// around both has to tell it.
    fn operand_type(
        &mut self,
        operator: BinaryOperator,
        open: &Expr,
        other: &Expr,
    ) -> Result<Option<Type>, ()> {
        use BinaryOperator::{Divide, Multiply};
        if other.ty.is_numeric() {
            let exprs = [open, other];
            return self
                .type_beside(exprs.into_iter(), other.ty.clone(), Use::Value)
                .map(Some)
                .ok_or(());
        }
        if other.ty.is_interval() && matches!(operator, Multiply | Divide) {
            return Ok(Some(Type::BigInt));
        }
        Ok(None)
    }

    /// Operands that get their types when the operator gets its own, if parameters
    /// wait for it.
    fn deferred(&mut self, left: Expr, right: Expr) -> Result<(Expr, Expr, Type), ()> {
        for operand in [&left, &right] {
            let late = waits_for_type(operand) || operand.ty.is_interval();
            if !late {
                let open = if left.is_open() { &left } else { &right };
                self.untyped(open);
                return Err(());
            }
        }
        Ok((left, right, Type::Unknown))
    }

    fn number_type(
        &mut self,
        operator: BinaryOperator,
        left: &Type,
        right: &Type,
        span: Span,
    ) -> Result<Type, ()> {
        let common = common_type(left, right).unwrap_or(Type::Double);
        let (Type::Decimal { .. }, Some(a), Some(b)) =
            (&common, left.as_decimal(), right.as_decimal())
        else {
            return Ok(common);
        };
        let rule = match operator {
            BinaryOperator::Multiply => DecimalRule::Multiply,
            BinaryOperator::Divide => DecimalRule::Divide,
            BinaryOperator::Modulo => DecimalRule::Modulo,
            _ => DecimalRule::Add,
        };
        rule.result(a, b).ok_or_else(|| {
            let message = format!(
                "`{left} {} {right}` needs {} digits after the point; a decimal has at most 38",
                operator.symbol(),
                a.1 + b.1
            );
            self.report(
                Diagnostic::new(Code::TypeMismatch, span, message)
                    .help("cast an operand to a smaller scale first"),
            );
        })
    }
}

/// The operator of the tree.
pub(super) const fn operator_of(operator: ast::BinaryOperator) -> BinaryOperator {
    use ast::BinaryOperator as Sql;
    match operator {
        Sql::Add => BinaryOperator::Add,
        Sql::Subtract => BinaryOperator::Subtract,
        Sql::Multiply => BinaryOperator::Multiply,
        Sql::Divide => BinaryOperator::Divide,
        Sql::Modulo => BinaryOperator::Modulo,
        Sql::Concat => BinaryOperator::Concat,
        Sql::Eq => BinaryOperator::Eq,
        Sql::NotEq => BinaryOperator::NotEq,
        Sql::Lt => BinaryOperator::Lt,
        Sql::LtEq => BinaryOperator::LtEq,
        Sql::Gt => BinaryOperator::Gt,
        Sql::GtEq => BinaryOperator::GtEq,
    }
}

/// Whether an operator compares NULLs, too.
const fn is_distinctness(operator: BinaryOperator) -> bool {
    matches!(operator, BinaryOperator::IsDistinctFrom | BinaryOperator::IsNotDistinctFrom)
}

impl BinaryOperator {
    /// Whether it compares its operands: `=`, `<`, `IS DISTINCT FROM` and their like.
    pub const fn is_comparison(self) -> bool {
        use BinaryOperator::{Add, Concat, Divide, Modulo, Multiply, Subtract};
        !matches!(self, Add | Subtract | Multiply | Divide | Modulo | Concat)
    }

    /// The operator as lake SQL writes it.
    pub const fn symbol(self) -> &'static str {
        match self {
            BinaryOperator::Add => "+",
            BinaryOperator::Subtract => "-",
            BinaryOperator::Multiply => "*",
            BinaryOperator::Divide => "/",
            BinaryOperator::Modulo => "%",
            BinaryOperator::Concat => "||",
            BinaryOperator::Eq => "=",
            BinaryOperator::NotEq => "<>",
            BinaryOperator::Lt => "<",
            BinaryOperator::LtEq => "<=",
            BinaryOperator::Gt => ">",
            BinaryOperator::GtEq => ">=",
            BinaryOperator::IsDistinctFrom => "IS DISTINCT FROM",
            BinaryOperator::IsNotDistinctFrom => "IS NOT DISTINCT FROM",
        }
    }
}

/// NULL with its type written: an engine would take another type for it, and
/// with it another one for the result.
fn typed_null(expr: Expr) -> Expr {
    match expr.kind {
        ExprKind::Literal(Literal::Null) => Expr {
            ty: expr.ty.clone(),
            nullable: true,
            span: expr.span,
            kind: ExprKind::Cast {
                expr: Expr { ty: Type::Unknown, ..expr }.into(),
                fallible: false,
            },
        },
        _ => expr,
    }
}

fn no_operator(operator: BinaryOperator, left: &Expr, right: &Expr, span: Span) -> Diagnostic {
    let symbol = operator.symbol();
    let message = format!("`{symbol}` does not take `{}` and `{}`", left.ty, right.ty);
    let diagnostic = Diagnostic::new(Code::TypeMismatch, span, message)
        .related(left.span, format!("this is `{}`", left.ty))
        .related(right.span, format!("this is `{}`", right.ty));
    let temporal = |ty: &Type| ty.is_date_or_timestamp();
    if operator == BinaryOperator::Add && (left.ty.is_text() || right.ty.is_text()) {
        return diagnostic.help("texts are joined with `||`");
    }
    if (temporal(&left.ty) && right.ty.is_integer())
        || (temporal(&right.ty) && left.ty.is_integer())
    {
        return diagnostic
            .help("days are added as `+ INTERVAL '1' DAY` or `date_add('day', n, d)`");
    }
    let help = conversion_help(&right.ty, &left.ty, right)
        .or_else(|| conversion_help(&left.ty, &right.ty, left));
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}
