//! The types that Spark gives to expressions, where they are not lake SQL's.
//!
//! Spark counts in `int` where Trino counts in `bigint`, and it has rules of its
//! own for the digits of decimals. The emitter writes a cast where that matters.

use lakequery_types::{Field, MAX_PRECISION, Type};

use crate::emit::{Conversion, Dialect, FunctionSql, extracting_function, outer_value};
use crate::engine::argument::may_be_zero;
use crate::tree::{BinaryOperator, Call, Expr, ExprKind, Literal};

use super::decimal;

/// The type that Spark gives to an expression as it is written.
pub(super) fn engine_type(dialect: &Dialect, expr: &Expr) -> Type {
    match &expr.kind {
        _ if is_one_field(expr) => Type::Unknown,
        ExprKind::Negate(operand) => negated(dialect, argument(dialect, operand)),
        ExprKind::Binary { operator, left, right } => binary(dialect, expr, *operator, left, right),
        ExprKind::Case { branches, otherwise, .. } => {
            common(dialect, expr, branches.iter().map(|(_, then)| then).chain(otherwise.as_deref()))
        }
        ExprKind::Extract { field, expr: operand } => extracting_function(*field)
            .and_then(|function| {
                typed(dialect.functions.sql(function, std::slice::from_ref(operand)))
            })
            .unwrap_or_else(|| expr.ty.clone()),
        ExprKind::Call(call) => of_call(dialect, expr, call),
        // It is written for the subquery.
        ExprKind::Subquery(query) => match outer_value(query) {
            Some(value) => dialect.engine_type(value),
            None => expr.ty.clone(),
        },
        ExprKind::Array(values) => match (&expr.ty, values.first()) {
            (Type::Array(item), Some(first)) => {
                let element = Expr { ty: item.ty.clone(), ..first.clone() };
                Type::array(common(dialect, &element, values))
            }
            _ => expr.ty.clone(),
        },
        ExprKind::Row(values) => {
            let field = |value| Field { name: None, ty: argument(dialect, value), nullable: true };
            Type::Row(values.iter().map(field).collect())
        }
        ExprKind::Subscript { expr: base, .. } => match dialect.engine_type(base) {
            Type::Array(item) | Type::Map(_, item) => item.ty,
            _ => expr.ty.clone(),
        },
        ExprKind::Field { expr: base, index } => match dialect.engine_type(base) {
            Type::Row(mut fields) => fields.swap_remove(*index).ty,
            _ => expr.ty.clone(),
        },
        _ => expr.ty.clone(),
    }
}

/// Whether nothing tells the type of a value, or of what is in it.
pub(super) fn has_no_type(ty: &Type) -> bool {
    match ty {
        Type::Unknown => true,
        Type::Array(element) => has_no_type(&element.ty),
        _ => false,
    }
}

/// Whether an interval has a type of fewer fields there, `INTERVAL DAY`.
fn is_one_field(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(Literal::Months(_) | Literal::Milliseconds(_)) => true,
        ExprKind::Negate(operand) => expr.ty.is_interval() && is_one_field(operand),
        ExprKind::Binary {
            operator: BinaryOperator::Add | BinaryOperator::Subtract,
            left,
            right,
        } if expr.ty.is_interval() => {
            let days = |operand: &Expr| operand.written().ty == Type::Date;
            is_one_field(left) && is_one_field(right) || days(left) && days(right)
        }
        _ => false,
    }
}

/// The type of an operand, without a conversion that may be left out.
pub(super) fn operand(dialect: &Dialect, expr: &Expr) -> Type {
    match &expr.kind {
        ExprKind::Coerce(inner)
            if !dialect.writes_conversion(&inner.ty, &expr.ty, Conversion::Term) =>
        {
            operand(dialect, inner)
        }
        _ => argument(dialect, expr),
    }
}

/// The type of an argument, which the emitter converts where Spark's own would not do.
pub(super) fn argument(dialect: &Dialect, expr: &Expr) -> Type {
    match (dialect.engine_type(expr), &expr.ty) {
        (own @ Type::Decimal { scale: s, .. }, Type::Decimal { scale: t, .. }) if s == *t => own,
        (_, ty) => ty.clone(),
    }
}

/// Whether a decimal may have more digits than Spark negates exactly: those of
/// IEEE 754's decimal128.
pub(super) fn is_long(ty: &Type) -> bool {
    matches!(ty, Type::Decimal { precision: 35.., .. })
}

/// The type of a decimal whose sign is changed: a long one is taken from zero.
pub(super) fn negated(dialect: &Dialect, ty: Type) -> Type {
    match ty.as_decimal() {
        Some(digits) if is_long(&ty) => {
            decimal::result(dialect, BinaryOperator::Subtract, (1, 0), digits)
        }
        _ => ty,
    }
}

fn binary(
    dialect: &Dialect,
    expr: &Expr,
    operator: BinaryOperator,
    left: &Expr,
    right: &Expr,
) -> Type {
    use BinaryOperator::{Add, Divide, Modulo, Multiply, Subtract};
    match (&expr.ty, operator) {
        (Type::Decimal { .. }, Add | Subtract | Multiply | Divide | Modulo) => {
            match decimal::operands(dialect, operator, left, right) {
                Some((left, right)) => decimal::result(dialect, operator, left, right),
                None => expr.ty.clone(),
            }
        }
        // A quotient of reals is a double, and so is what stands for one by zero.
        (Type::Real, Divide) => Type::Double,
        (Type::Real, Modulo) if may_be_zero(right) => Type::Double,
        (ty, Divide) if ty.is_integer() => Type::BigInt,
        (Type::Date, Add | Subtract) => {
            let interval = if right.ty == Type::Date { left } else { right };
            match (&interval.ty, &interval.kind) {
                (Type::IntervalDayToSecond, ExprKind::Literal(Literal::Milliseconds(ms)))
                    if ms % MILLISECONDS_A_DAY == 0 =>
                {
                    Type::Date
                }
                (Type::IntervalDayToSecond, _) => Type::TimestampTz(6),
                _ => Type::Date,
            }
        }
        _ => expr.ty.clone(),
    }
}

const MILLISECONDS_A_DAY: i64 = 86_400_000;

fn of_call(dialect: &Dialect, expr: &Expr, call: &Call) -> Type {
    if let Some(ty) = typed(dialect.functions.sql(call.function, &call.args)) {
        return ty;
    }
    let first = call.args.first();
    match (call.function.name, first, &expr.ty) {
        ("sum", Some(arg), Type::Decimal { .. }) => {
            match decimal::digits(&argument(dialect, arg)) {
                Some((p, s)) => Type::decimal((p + 10).min(MAX_PRECISION), s),
                None => expr.ty.clone(),
            }
        }
        ("avg", Some(arg), Type::Decimal { .. }) => match decimal::average(dialect, arg) {
            Some((sum, count)) => decimal::result(dialect, BinaryOperator::Divide, sum, count),
            None => expr.ty.clone(),
        },
        ("round", Some(arg), Type::Decimal { .. }) => {
            match decimal::digits(&argument(dialect, arg)) {
                Some((p, s)) => rounded((p, s), call.args.get(1)).unwrap_or(Type::Unknown),
                None => expr.ty.clone(),
            }
        }
        ("mod", _, Type::Decimal { .. } | Type::Real) => match &call.args[..] {
            [left, right] => binary(dialect, expr, BinaryOperator::Modulo, left, right),
            _ => expr.ty.clone(),
        },
        (
            "sum" | "avg" | "corr" | "covar_pop" | "covar_samp" | "regr_slope" | "regr_intercept",
            _,
            Type::Real,
        ) => Type::Double,
        ("ceil" | "ceiling" | "floor", Some(arg), Type::Decimal { .. }) => {
            match decimal::digits(&argument(dialect, arg)) {
                Some((p, 0)) => Type::decimal(p, 0),
                Some((p, s)) => Type::decimal(p - s + 1, 0),
                None => expr.ty.clone(),
            }
        }
        ("repeat", Some(arg), Type::Array(element)) if arg.ty == element.ty => {
            Type::array(argument(dialect, arg))
        }
        ("array_agg", Some(arg), Type::Array(_)) => Type::array(argument(dialect, arg)),
        ("abs", Some(arg), Type::Decimal { .. }) => negated(dialect, argument(dialect, arg)),
        (
            "min" | "max" | "any_value" | "arbitrary" | "min_by" | "max_by" | "nullif"
            | "first_value" | "last_value" | "nth_value" | "lag" | "lead",
            Some(arg),
            Type::Decimal { .. },
        ) => argument(dialect, arg),
        // A value of those it is asked about.
        ("approx_percentile", Some(arg), _) => operand(dialect, arg),
        ("sequence", _, Type::Array(_)) => {
            match widest(call.args.iter().take(2).map(|arg| operand(dialect, arg))) {
                Some(element) => Type::array(element),
                None => expr.ty.clone(),
            }
        }
        ("coalesce" | "greatest" | "least", _, _) => common(dialect, expr, &call.args),
        ("if", _, _) => common(dialect, expr, call.args.iter().skip(1)),
        _ => expr.ty.clone(),
    }
}

/// The type of a decimal rounded to so many places, where that is known.
fn rounded((p, s): (u8, u8), places: Option<&Expr>) -> Option<Type> {
    let places = match places.map(|places| &places.written().kind) {
        None => 0,
        Some(ExprKind::Literal(Literal::Integer(places))) => *places,
        Some(_) => return None,
    };
    let scale = u8::try_from(places.max(0)).unwrap_or(s).min(s);
    let whole = i64::from(p - s + 1).max(1 - places.min(0));
    let precision = u8::try_from(whole).unwrap_or(MAX_PRECISION).saturating_add(scale);
    Some(Type::decimal(precision.min(MAX_PRECISION), scale))
}

fn typed(sql: FunctionSql) -> Option<Type> {
    match sql {
        FunctionSql::Typed(_, ty) => Some(ty),
        _ => None,
    }
}

/// The type that several expressions have in common.
fn common<'e>(dialect: &Dialect, expr: &Expr, all: impl IntoIterator<Item = &'e Expr>) -> Type {
    if expr.ty.is_interval() {
        return expr.ty.clone();
    }
    let Type::Decimal { .. } = expr.ty else {
        // What a conversion makes one of is so there too.
        let types = all
            .into_iter()
            .filter(|one| one.ty != Type::Unknown)
            .map(|one| dialect.engine_type(one));
        return widest(types).unwrap_or_else(|| expr.ty.clone());
    };
    let (mut whole, mut scale) = (0, 0);
    for one in all {
        // NULLs tell nothing.
        let is_null = matches!(one.written().kind, ExprKind::Literal(Literal::Null));
        let Some((p, s)) = decimal::digits(&operand(dialect, one)).filter(|_| !is_null) else {
            continue;
        };
        whole = whole.max(p - s);
        scale = scale.max(s);
    }
    Type::decimal((whole + scale).clamp(1, MAX_PRECISION), scale)
}

/// The one type, or the widest of integers.
fn widest(types: impl Iterator<Item = Type>) -> Option<Type> {
    types.map(Some).reduce(|a, b| match (a?, b?) {
        (a, b) if a == b => Some(a),
        (a, b) if a.is_integer() && b.is_integer() => {
            Some(if a.as_decimal() > b.as_decimal() { a } else { b })
        }
        _ => None,
    })?
}
