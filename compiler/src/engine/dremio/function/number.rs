//! Numbers.

use lakequery_types::Type;

use crate::emit::FunctionSql::{self, Name, Template, Typed, Unsupported};
use crate::emit::{FunctionRow, by, named};
use crate::engine::argument::integer;
use crate::tree::Expr;

pub(super) const ROWS: &[FunctionRow] = &[
    named(&["abs"], "ABS"),
    by(&["ceil", "ceiling"], |args| whole(args, "CEIL({0})")),
    by(&["floor"], |args| whole(args, "FLOOR({0})")),
    by(&["round"], round),
    // Of integers it is the operator.
    by(&["mod"], |args| match args.first() {
        Some(number) if number.ty.is_integer() => Name("MOD"),
        _ => Unsupported("Dremio's is known for integers only"),
    }),
    named(&["sqrt"], "SQRT"),
    named(&["cbrt"], "CBRT"),
    named(&["exp"], "EXP"),
    named(&["power"], "POWER"),
    named(&["sin"], "SIN"),
    named(&["cos"], "COS"),
    named(&["tan"], "TAN"),
    named(&["asin"], "ASIN"),
    named(&["acos"], "ACOS"),
    named(&["atan"], "ATAN"),
    named(&["atan2"], "ATAN2"),
    named(&["sinh"], "SINH"),
    named(&["cosh"], "COSH"),
    named(&["tanh"], "TANH"),
    named(&["degrees"], "DEGREES"),
    named(&["radians"], "RADIANS"),
    named(&["pi"], "PI"),
];

fn whole(args: &[Expr], template: &'static str) -> FunctionSql {
    match args.first().map(|arg| &arg.ty) {
        Some(ty) if ty.is_integer() => Template("{0}"),
        Some(Type::Decimal { .. }) => Typed(template, Type::Unknown),
        _ => Template(template),
    }
}

fn round(args: &[Expr]) -> FunctionSql {
    let Some(number) = args.first() else {
        return Unsupported("Dremio's is known for integers and decimals only");
    };
    let places = args.get(1).map(|places| integer(Some(places)));
    match (&number.ty, places) {
        (_, Some(None)) => Unsupported("Dremio takes only a literal there"),
        (_, Some(Some(..0))) => Unsupported("Dremio is not known to round before the point"),
        (ty, _) if ty.is_integer() => Template("{0}"),
        (Type::Decimal { .. }, None) => Typed("ROUND({0})", Type::Unknown),
        (Type::Decimal { scale, .. }, Some(Some(places))) => match places < i64::from(*scale) {
            true => Typed("ROUND({0}, {1:int})", Type::Unknown),
            false => Template("{0}"),
        },
        _ => Unsupported("Dremio's is known for integers and decimals only"),
    }
}
