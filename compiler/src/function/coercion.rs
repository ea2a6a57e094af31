//! Implicit conversions: which types turn into which, and where two meet.
//!
//! The rules are those of Trino 476. Two things are worth knowing. Where `char`
//! and `varchar` meet, the `varchar` turns into a `char` (so that
//! `CAST('a' AS char(3)) = 'a'` holds); a `char` argument still turns into the
//! `varchar` that a function asks for. Engines, and versions of one engine,
//! disagree on both, so an emitter writes these two conversions out.

use lakequery_types::{DecimalRule, Field, Item, MAX_CHAR, Type};

/// The type that both `a` and `b` turn into, where there is one: what
/// `COALESCE`, `CASE`, set operations and comparisons convert their operands to.
///
/// `NULL` ([`Type::Unknown`]) takes the other's type. What can be NULL inside one
/// of them can be so in the common type.
pub fn common_type(a: &Type, b: &Type) -> Option<Type> {
    Some(match (a, b) {
        (_, Type::Unknown) => a.clone(),
        (Type::Unknown, _) => b.clone(),
        (Type::Array(x), Type::Array(y)) => Type::Array(common_item(x, y)?.into()),
        (Type::Map(k1, v1), Type::Map(k2, v2)) => {
            Type::Map(common_type(k1, k2)?.into(), common_item(v1, v2)?.into())
        }
        (Type::Row(x), Type::Row(y)) if x.len() == y.len() => {
            Type::Row(x.iter().zip(y).map(common_field).collect::<Option<_>>()?)
        }
        _ if a == b => a.clone(),
        (
            Type::Decimal { precision: p1, scale: s1 },
            Type::Decimal { precision: p2, scale: s2 },
        ) => DecimalRule::Common.result((*p1, *s1), (*p2, *s2))?,
        (Type::Varchar(Some(m)), Type::Varchar(Some(n))) => Type::Varchar(Some(*m.max(n))),
        (Type::Varchar(_), Type::Varchar(_)) => Type::VARCHAR,
        (Type::Char(m), Type::Char(n)) => Type::Char(*m.max(n)),
        (Type::Time(p), Type::Time(q)) => Type::Time(*p.max(q)),
        (Type::TimeTz(p), Type::TimeTz(q)) => Type::TimeTz(*p.max(q)),
        (Type::Timestamp(p), Type::Timestamp(q)) => Type::Timestamp(*p.max(q)),
        (Type::TimestampTz(p), Type::TimestampTz(q)) => Type::TimestampTz(*p.max(q)),
        _ => match (widened(a, b), widened(b, a)) {
            (Some(a), _) => common_type(&a, b)?,
            (None, Some(b)) => common_type(a, &b)?,
            (None, None) => return None,
        },
    })
}

fn common_item(a: &Item, b: &Item) -> Option<Item> {
    Some(Item { ty: common_type(&a.ty, &b.ty)?, nullable: a.nullable || b.nullable })
}

fn common_field((a, b): (&Field, &Field)) -> Option<Field> {
    let name = a.name.clone().filter(|_| a.name == b.name);
    Some(Field { name, ty: common_type(&a.ty, &b.ty)?, nullable: a.nullable || b.nullable })
}

/// Whether a value of type `from` turns into type `to` where that is asked for,
/// with no cast written.
pub fn coercible(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Char(_), Type::Varchar(None)) => true,
        (Type::Char(length), Type::Varchar(Some(limit))) => length <= limit,
        (Type::Row(from), Type::Row(to)) => {
            from.len() == to.len() && from.iter().zip(to).all(|(a, b)| coercible(&a.ty, &b.ty))
        }
        (_, Type::Unknown) => *from == Type::Unknown,
        _ => common_type(from, to).as_ref() == Some(to),
    }
}

/// The smallest type of the kind that `kind` is (any decimal, any timestamp, …)
/// which holds every value of `ty`, a type of another kind.
pub(super) fn widened(ty: &Type, kind: &Type) -> Option<Type> {
    Some(match (ty, kind) {
        (Type::TinyInt, Type::SmallInt)
        | (Type::TinyInt | Type::SmallInt, Type::Integer)
        | (Type::TinyInt | Type::SmallInt | Type::Integer, Type::BigInt) => kind.clone(),
        (_, Type::Decimal { .. }) if ty.is_integer() => {
            let (precision, scale) = ty.as_decimal()?;
            Type::decimal(precision, scale)
        }
        (_, Type::Real) if ty.is_integer() || matches!(ty, Type::Decimal { .. }) => Type::Real,
        (_, Type::Double) if ty.is_numeric() => Type::Double,
        (Type::Date, Type::Timestamp(_)) => Type::Timestamp(0),
        (Type::Date, Type::TimestampTz(_)) => Type::TimestampTz(0),
        (Type::Timestamp(p), Type::TimestampTz(_)) => Type::TimestampTz(*p),
        (Type::Time(p), Type::TimeTz(_)) => Type::TimeTz(*p),
        (Type::Varchar(length), Type::Char(_)) => {
            Type::Char(length.unwrap_or(MAX_CHAR).min(MAX_CHAR))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(a: &str, b: &str) -> Option<String> {
        common_type(&Type::parse(a).unwrap(), &Type::parse(b).unwrap()).map(|ty| ty.to_string())
    }

    #[test]
    fn two_types_meet_where_trinos_do() {
        // Types of COALESCE, CASE, greatest, ARRAY[] that Trino 476 answered, and
        // the coercion rules of its documentation.
        for (a, b, expected) in [
            ("integer", "decimal(2,1)", "decimal(11,1)"),
            ("varchar(1)", "varchar(3)", "varchar(3)"),
            ("array(varchar(1))", "array(unknown)", "array(varchar(1))"),
            ("unknown", "integer", "integer"),
            ("unknown", "unknown", "unknown"),
            ("tinyint", "bigint", "bigint"),
            ("bigint", "decimal(10,2)", "decimal(21,2)"),
            ("bigint", "decimal(5,0)", "decimal(19,0)"),
            ("decimal(38,0)", "decimal(38,10)", "decimal(38,10)"),
            ("decimal(12,2)", "real", "real"),
            ("decimal(12,2)", "double", "double"),
            ("integer", "real", "real"),
            ("real", "double", "double"),
            ("varchar(3)", "varchar", "varchar"),
            ("char(3)", "varchar(1)", "char(3)"),
            ("char(3)", "varchar(7)", "char(7)"),
            ("date", "timestamp(6)", "timestamp(6)"),
            ("timestamp(6)", "timestamp(3) with time zone", "timestamp(6) with time zone"),
            ("timestamp(0)", "timestamp(3)", "timestamp(3)"),
            ("map(varchar(1),integer)", "map(varchar(2),bigint)", "map(varchar(2),bigint)"),
            ("row(a integer, b date)", "row(a bigint, c date)", "row(\"a\" bigint, date)"),
            // What can be NULL in one of two can be so in both.
            ("array(date not null)", "array(date)", "array(date)"),
            ("array(integer not null)", "array(bigint not null)", "array(bigint not null)"),
            (
                "map(date,array(real not null) not null)",
                "map(date,array(real) not null)",
                "map(date,array(real) not null)",
            ),
            (
                "row(date not null, date)",
                "row(date not null, date not null)",
                "row(date not null, date)",
            ),
            ("array(date not null)", "unknown", "array(date not null)"),
        ] {
            assert_eq!(common(a, b).as_deref(), Some(expected), "{a} and {b}");
            assert_eq!(common(b, a).as_deref(), Some(expected), "{b} and {a}");
        }
        for (a, b) in [
            ("integer", "varchar(1)"),
            ("integer", "boolean"),
            ("varchar(10)", "date"),
            ("time(3)", "timestamp(3)"),
            ("interval year to month", "interval day to second"),
            ("array(integer)", "array(date)"),
            ("row(a integer)", "row(a integer, b integer)"),
            ("varchar", "varbinary"),
            ("json", "varchar"),
        ] {
            assert_eq!(common(a, b), None, "{a} and {b}");
            assert_eq!(common(b, a), None, "{b} and {a}");
        }
    }

    #[test]
    fn a_type_turns_into_what_holds_it() {
        for (from, to, expected) in [
            ("integer", "bigint", true),
            ("bigint", "integer", false),
            ("integer", "decimal(10,0)", true),
            ("integer", "decimal(10,2)", false),
            ("decimal(10,2)", "decimal(12,2)", true),
            ("decimal(10,2)", "decimal(10,1)", false),
            ("double", "decimal(38,10)", false),
            ("double", "real", false),
            ("bigint", "real", true),
            ("varchar(3)", "varchar(5)", true),
            ("varchar(5)", "varchar(3)", false),
            ("char(3)", "varchar", true),
            ("char(3)", "varchar(2)", false),
            ("varchar(2)", "char(3)", true),
            ("varchar(4)", "char(3)", false),
            ("date", "timestamp(3)", true),
            ("timestamp(3)", "date", false),
            ("timestamp(6)", "timestamp(3)", false),
            ("timestamp(3)", "timestamp(3) with time zone", true),
            ("unknown", "json", true),
            ("integer", "unknown", false),
            ("array(integer)", "array(double)", true),
            ("row(a integer, b date)", "row(x bigint, y timestamp(3))", true),
            ("varchar", "json", false),
        ] {
            let (from, to) = (Type::parse(from).unwrap(), Type::parse(to).unwrap());
            assert_eq!(coercible(&from, &to), expected, "{from} to {to}");
        }
    }
}
