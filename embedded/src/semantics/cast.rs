//! `lake_cast(value, 'type')` and `lake_try_cast`: CAST and TRY_CAST with
//! Trino's meaning.
//!
//! An optional third argument names the lake SQL type that the value has where
//! its Arrow type does not tell: `time(0)` and `time(9)` are one Arrow type but
//! print differently. Casts that DataFusion does in the same way are handed to
//! it, so that its optimizer sees through them.

mod convert;
mod datetime;
mod join;
mod json;
mod nested;
mod number;
mod source;
mod temporal_values;
mod text;

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{Cast, Expr};
use lakequery_types::Type;

use super::function::{Call, Function, Gives, Takes};
use crate::types;
pub(super) use convert::values;
use source::Strict;

/// The function behind CAST.
pub(super) const CAST: &str = "lake_cast";

/// The function behind TRY_CAST.
pub(super) const TRY_CAST: &str = "lake_try_cast";

/// The functions behind CAST and TRY_CAST, and what casts on its way.
pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(CAST, Takes::Rule(takes), Gives::Literals(gives), |call| cast(call, true))
            .simplified(simplify)
            .inverted(super::datetime::of_cast),
        Function::new(TRY_CAST, Takes::Rule(takes), Gives::Literals(gives), |call| {
            cast(call, false)
        }),
        join::function(),
    ]
}

fn takes(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [value, _] => Ok(vec![types::canonical(value), DataType::Utf8]),
        [value, _, _] => Ok(vec![types::canonical(value), DataType::Utf8, DataType::Utf8]),
        _ => {
            plan_err!("{CAST} takes a value and the name of a type, not {} arguments", found.len())
        }
    }
}

fn gives(taken: &[DataType], literals: &[Option<&ScalarValue>]) -> Result<DataType> {
    let named = |index: usize| match literals.get(index) {
        Some(Some(ScalarValue::Utf8(Some(name)))) => parse(name).map(Some),
        Some(_) => plan_err!("{CAST} takes the type's name as a literal"),
        None => Ok(None),
    };
    let (Some(target), source) = (named(1)?, named(2)?) else {
        return plan_err!("{CAST} takes the type's name as a literal");
    };
    let source = source.or_else(|| types::lake_type(&taken[0]));
    let possible = source.as_ref().is_some_and(|source| possible(source, &target));
    match types::arrow_type(&target).filter(|_| possible) {
        Some(ty) => Ok(ty),
        None => plan_err!("cannot cast {} to {target}", types::name(&taken[0])),
    }
}

fn parse(name: &str) -> Result<Type> {
    Type::parse(name).or_else(|error| plan_err!("{error}"))
}

/// Whether there is a cast between two types.
fn possible(source: &Type, target: &Type) -> bool {
    use Type::{
        Array, Boolean, Char, Date, IntervalDayToSecond, IntervalYearToMonth, Json, Map, Row, Time,
        Timestamp, TimestampTz, Unknown, Varbinary, Varchar,
    };
    if source == target || *source == Unknown {
        return true;
    }
    match (source, target) {
        (source, Json) => json::writes(source),
        (Json, target) => json::reads(target),
        (Array(source), Array(target)) => possible(&source.ty, &target.ty),
        (Map(key, value), Map(to_key, to_value)) => {
            possible(key, to_key) && possible(&value.ty, &to_value.ty)
        }
        (Row(source), Row(target)) => {
            source.len() == target.len()
                && source.iter().zip(target).all(|(from, to)| possible(&from.ty, &to.ty))
        }
        (Array(_) | Map(..) | Row(_), _) | (_, Array(_) | Map(..) | Row(_)) => false,
        (Boolean, target) => target.is_numeric() || target.is_text(),
        (source, Boolean) => source.is_numeric() || source.is_text(),
        (Varchar(_) | Char(_), target) => {
            !matches!(target, IntervalDayToSecond | IntervalYearToMonth)
        }
        (Varbinary, _) | (_, Varbinary) => false,
        (_, Varchar(_) | Char(_)) => true,
        (source, target) if source.is_numeric() => target.is_numeric(),
        (Date, Timestamp(_) | TimestampTz(_)) => true,
        (Time(_), Time(_) | Timestamp(_) | TimestampTz(_)) => matches!(target, Time(_)),
        (Timestamp(_) | TimestampTz(_), Date | Time(_) | Timestamp(_) | TimestampTz(_)) => true,
        _ => false,
    }
}

/// Whether two values of the type are of one Arrow type only if they are alike: as text, too.
fn is_told_by_arrow(ty: &Type) -> bool {
    match ty {
        Type::Char(_) | Type::Time(_) | Type::Timestamp(_) => false,
        Type::Array(item) => is_told_by_arrow(&item.ty),
        Type::Map(key, value) => is_told_by_arrow(key) && is_told_by_arrow(&value.ty),
        Type::Row(fields) => fields.iter().all(|field| is_told_by_arrow(&field.ty)),
        _ => true,
    }
}

/// Writes a cast as DataFusion's own where that does the same.
fn simplify(args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
    let [value, Expr::Literal(ScalarValue::Utf8(Some(name)), _)] = &args[..] else {
        return Ok(ExprSimplifyResult::Original(args));
    };
    let (target, found) = (parse(name)?, info.get_data_type(value)?);
    let (Some(source), Some(to)) = (types::lake_type(&found), types::arrow_type(&target)) else {
        return Ok(ExprSimplifyResult::Original(args));
    };
    let wider = |from: (u8, u8), to: (u8, u8)| to.1 >= from.1 && to.0 - to.1 >= from.0 - from.1;
    let same = match (&source, &target) {
        (Type::Varchar(_), Type::Varchar(None)) => true,
        (a, b) if a.is_integer() && b.is_integer() => {
            to.primitive_width() >= found.primitive_width()
        }
        (a, Type::Double) if a.is_integer() || *a == Type::Real => true,
        (a, b) => match (a.as_decimal(), b) {
            (Some(from), &Type::Decimal { precision, scale }) => wider(from, (precision, scale)),
            _ => a == b && (!types::is_nested(&found) || found == to) && is_told_by_arrow(a),
        },
    };
    // A date far from today has no moment in nanoseconds; that is an error there as here.
    let same = same || (source == Type::Date && matches!(target, Type::Timestamp(_)));
    if !same {
        return Ok(ExprSimplifyResult::Original(args));
    }
    let value = value.clone();
    if found == to {
        return Ok(ExprSimplifyResult::Simplified(value));
    }
    let field = Arc::new(Field::new("", to, true));
    Ok(ExprSimplifyResult::Simplified(Expr::Cast(Cast::new_from_field(Box::new(value), field))))
}

fn cast(call: &Call<'_>, strict: bool) -> Result<ArrayRef> {
    let named = |index: usize| match call.texts(index)?.get(0) {
        Some(name) => parse(name),
        None => internal_err!("{CAST} without the name of a type"),
    };
    let (array, target) = (call.array(0)?, named(1)?);
    let found = types::lake_type(array.data_type());
    let source = if call.count() == 3 { Some(named(2)?) } else { found };
    let Some(source) = source else {
        return internal_err!("{CAST} of {}", array.data_type());
    };
    convert::convert(Strict(strict), &array, &source, &target)
}
