//! CAST and TRY_CAST.

use lakequery_types::{Field, Item, Type};

use super::Lowerer;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{Expr, ExprKind, Literal};

impl Lowerer<'_> {
    pub(super) fn cast(&mut self, cast: &ast::Cast, span: Span) -> Expr {
        let ast::Cast { operand, ty, fallible } = cast;
        let fallible = *fallible;
        let operand = self.expr(operand);
        let Some(ty) = self.data_type(ty) else { return Expr::error(span) };
        if operand.is_error() {
            return Expr::error(span);
        }
        if operand.is_open() {
            // CAST is how a parameter or NULL is given a type. That of NULL stays
            // written: engines guess another one, and with it another result's.
            if matches!(operand.kind, ExprKind::Literal(Literal::Null)) {
                return wrap_cast(operand, ty, fallible, span);
            }
            let given = match &ty {
                // The text may be longer; that is what the cast is for.
                Type::Char(_) => &Type::VARCHAR,
                ty => ty,
            };
            let typed = self.coerce(operand, given);
            let exact = typed.ty == ty;
            return if exact {
                Expr { span, ..typed }
            } else {
                wrap_cast(typed, ty, fallible, span)
            };
        }
        if !castable(&operand.ty, &ty) {
            let message = format!("`{}` can't be cast to `{ty}`", operand.ty);
            let diagnostic = Diagnostic::new(Code::TypeMismatch, span, message);
            let by_varchar = matches!(operand.ty, Type::Char(_)) && castable(&Type::VARCHAR, &ty);
            self.report(match by_varchar {
                true => {
                    diagnostic.help(format!("cast it twice: `CAST(CAST(… AS varchar) AS {ty})`"))
                }
                false => diagnostic,
            });
            return Expr::error(span);
        }
        wrap_cast(operand, ty, fallible, span)
    }
}

fn wrap_cast(operand: Expr, ty: Type, fallible: bool, span: Span) -> Expr {
    let Item { ty, nullable } = cast_item(&operand.ty, operand.nullable, ty, fallible);
    Expr { nullable, kind: ExprKind::Cast { expr: operand.into(), fallible }, ty, span }
}

/// What a cast makes of a value of type `from`: it can be NULL where that is, where
/// the cast may fail, and of JSON, whose `null` is a value that turns into NULL.
fn cast_item(from: &Type, nullable: bool, to: Type, fallible: bool) -> Item {
    let of_json = *from == Type::Json && to != Type::Json;
    let nullable = nullable || fallible || of_json;
    let ty = match (from, to) {
        (Type::Array(from), Type::Array(to)) => {
            Type::Array(cast_item(&from.ty, from.nullable, to.ty, fallible).into())
        }
        (Type::Map(of_keys, from), Type::Map(keys, to)) => Type::Map(
            cast_item(of_keys, false, *keys, fallible).ty.into(),
            cast_item(&from.ty, from.nullable, to.ty, fallible).into(),
        ),
        (Type::Row(from), Type::Row(to)) => {
            let field = |(from, to): (&Field, Field)| {
                let Item { ty, nullable } = cast_item(&from.ty, from.nullable, to.ty, fallible);
                Field { ty, nullable, ..to }
            };
            Type::Row(from.iter().zip(to).map(field).collect())
        }
        (_, to) => to.with_nulls(),
    };
    Item { ty, nullable }
}

/// Whether Trino has a cast from one type to the other.
pub(super) fn castable(from: &Type, to: &Type) -> bool {
    use Type::{
        Array, Boolean, Char, Date, IntervalDayToSecond, IntervalYearToMonth, Json, Map, Row, Time,
        TimeTz, Timestamp, TimestampTz, Unknown, Uuid, Varbinary, Varchar,
    };
    if from == to {
        return true;
    }
    match (from, to) {
        (Unknown, _) => true,
        (Varchar(_) | Char(_), Varchar(_) | Char(_)) => true,
        (Varchar(_), to) => {
            to.is_numeric()
                || to.is_date_or_timestamp()
                || matches!(to, Boolean | Varbinary | Time(_) | TimeTz(_) | Uuid | Type::IpAddress)
                || *to == Json
        }
        (from, Json) => becomes_json(from),
        (Json, to) => comes_from_json(to),
        (Char(_), _) => false,
        (IntervalYearToMonth | IntervalDayToSecond, to) => matches!(to, Varchar(_)),
        (Varbinary, _) => false,
        (from, Varchar(_)) => !matches!(from, Array(_) | Map(..) | Row(_)),
        (Boolean, to) => to.is_numeric(),
        (from, Boolean) => from.is_numeric(),
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (Date, Timestamp(_) | TimestampTz(_)) => true,
        (Timestamp(_) | TimestampTz(_), to) => {
            to.is_date_or_timestamp() || matches!(to, Time(_) | TimeTz(_))
        }
        (Time(_) | TimeTz(_), to) => {
            matches!(to, Time(_) | TimeTz(_) | Timestamp(_) | TimestampTz(_))
        }
        (Array(a), Array(b)) => castable(&a.ty, &b.ty),
        (Map(a, b), Map(c, d)) => castable(a, c) && castable(&b.ty, &d.ty),
        (Row(a), Row(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| castable(&a.ty, &b.ty))
        }
        _ => false,
    }
}

/// Whether Trino writes values of a type as JSON.
fn becomes_json(from: &Type) -> bool {
    match from {
        Type::Boolean | Type::Varchar(_) | Type::Date | Type::Timestamp(_) | Type::Json => true,
        Type::Array(element) => becomes_json(&element.ty),
        // Keys are written as texts.
        Type::Map(key, value) => castable(key, &Type::Varchar(None)) && becomes_json(&value.ty),
        Type::Row(fields) => fields.iter().all(|field| becomes_json(&field.ty)),
        Type::Unknown => true,
        from => from.is_numeric(),
    }
}

/// Whether Trino reads values of a type from JSON.
fn comes_from_json(to: &Type) -> bool {
    match to {
        Type::Boolean | Type::Varchar(_) | Type::Json => true,
        Type::Array(element) => comes_from_json(&element.ty),
        Type::Map(key, value) => castable(&Type::Varchar(None), key) && comes_from_json(&value.ty),
        Type::Row(fields) => fields.iter().all(|field| comes_from_json(&field.ty)),
        to => to.is_numeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cast_keeps_what_is_known_of_null() {
        for (from, to, fallible, expected) in [
            ("varchar not null", "date", false, "date not null"),
            ("varchar", "date not null", false, "date"),
            ("varchar not null", "date", true, "date"),
            // JSON has a `null` of its own.
            ("json not null", "varchar", false, "varchar"),
            ("json not null", "json", false, "json not null"),
            ("array(json not null) not null", "array(varchar)", false, "array(varchar) not null"),
            ("array(date not null)", "array(varchar)", false, "array(varchar not null)"),
            ("array(date)", "array(varchar not null)", false, "array(varchar)"),
            ("array(date not null) not null", "array(varchar)", true, "array(varchar)"),
            (
                "map(date,array(real not null) not null)",
                "map(varchar,array(double))",
                false,
                "map(varchar,array(double not null) not null)",
            ),
            (
                "row(\"a\" date not null, date)",
                "row(\"b\" varchar, varchar)",
                false,
                "row(\"b\" varchar not null, varchar)",
            ),
            ("unknown", "array(date not null)", false, "array(date)"),
        ] {
            let item = |text: &str| match Type::parse(&format!("array({text})")) {
                Ok(Type::Array(item)) => *item,
                other => panic!("{text}: {other:?}"),
            };
            let (from, to) = (item(from), item(to));
            let found = cast_item(&from.ty, from.nullable, to.ty, fallible);
            assert_eq!(found.to_string(), expected, "{from}");
        }
    }
}
