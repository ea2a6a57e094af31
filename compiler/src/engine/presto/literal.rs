//! Literals and the names of types.

use lakequery_types::{Field, Type, same_name};

use crate::emit::{Dialect, spell_literal, spell_type};
use crate::tree::Literal;

const MILLISECONDS: u8 = 3;
/// The time zones that Presto does not know yet; it fails without a word.
const YOUNG_ZONES: &[&str] = &[
    "America/Ciudad_Juarez",
    "Europe/Kiev",
    "Europe/Kyiv",
    "Europe/Uzhgorod",
    "Europe/Zaporozhye",
    "Pacific/Enderbury",
    "Pacific/Kanton",
];

const TOO_FINE: &str = "Presto has at most milliseconds";

/// A literal, where Trino's spelling is read otherwise.
pub(super) fn literal(
    dialect: &Dialect,
    literal: &Literal,
    ty: &Type,
) -> Result<String, &'static str> {
    match literal {
        // Unquoted it is the negation of a bigint.
        Literal::Integer(value) if *ty == Type::Integer && *value == i64::from(i32::MIN) => {
            Ok(format!("INTEGER '{value}'"))
        }
        // It would be cut without a word.
        Literal::Time(_) | Literal::Timestamp(_) | Literal::TimestampTz(_)
            if precision(ty).is_some_and(|precision| precision > MILLISECONDS) =>
        {
            Err(TOO_FINE)
        }
        Literal::TimestampTz(text) if YOUNG_ZONES.iter().any(|zone| text.ends_with(zone)) => {
            Err("Presto does not know this time zone; write its offset")
        }
        other => spell_literal(dialect, other, ty),
    }
}

/// The name of a type: times have no precision there.
pub(super) fn type_name(dialect: &Dialect, ty: &Type) -> Result<String, &'static str> {
    Ok(match ty {
        _ if precision(ty).is_some_and(|precision| precision > MILLISECONDS) => {
            return Err(TOO_FINE);
        }
        Type::Row(fields) if shares_name(fields) => {
            return Err("Presto's rows have no two fields of one name");
        }
        Type::Time(_) => "TIME".to_owned(),
        Type::TimeTz(_) => "TIME WITH TIME ZONE".to_owned(),
        Type::Timestamp(_) => "TIMESTAMP".to_owned(),
        Type::TimestampTz(_) => "TIMESTAMP WITH TIME ZONE".to_owned(),
        other => spell_type(dialect, other)?,
    })
}

/// Whether two fields have one name.
fn shares_name(fields: &[Field]) -> bool {
    let mut names = fields.iter().enumerate().filter_map(|(i, f)| Some((i, f.name.as_deref()?)));
    names.any(|(i, name)| {
        let mut before = fields[..i].iter().filter_map(|field| field.name.as_deref());
        before.any(|other| same_name(other, name))
    })
}

/// Why a result can't have a column of this type, if it can't.
pub(super) fn refuses_column(dialect: &Dialect, ty: &Type) -> Option<&'static str> {
    let refuses = |ty: &Type| dialect.refuses_column(ty).is_some();
    let other = match ty {
        Type::Array(element) => refuses(&element.ty),
        Type::Map(key, value) => [key, &value.ty].iter().any(|ty| refuses(ty)),
        Type::Row(fields) => fields.iter().any(|field| refuses(&field.ty)),
        ty => precision(ty).is_some_and(|precision| precision != MILLISECONDS),
    };
    other.then_some("Presto gives milliseconds, always; cast it to a precision of 3")
}

/// How many digits of a second a type has.
pub(super) const fn precision(ty: &Type) -> Option<u8> {
    match ty {
        Type::Time(p) | Type::TimeTz(p) | Type::Timestamp(p) | Type::TimestampTz(p) => Some(*p),
        _ => None,
    }
}
