//! That no type is forgotten: each has a name in a query, casts, and a name or a reason on
//! every engine.

use lakequery_types::Type;

use crate::common::{compile_text, config_for};

/// The types that columns have, and queries can't name yet.
const NOT_IN_QUERIES: [&str; 3] = ["array", "map", "row"];

/// The types that Trino makes of no text.
const NOT_OF_TEXT: [&str; 2] = ["interval year to month", "interval day to second"];

/// The engines, and the types that an engine has not: not even NULL can be one of them.
const REFUSED: [(&str, &[&str]); 6] = [
    ("trino", &[]),
    ("presto", &["timestamp(6)"]),
    (
        "dremio",
        &[
            "tinyint",
            "smallint",
            "char(3)",
            "time(3) with time zone",
            "timestamp(6)",
            "timestamp(3) with time zone",
            "interval year to month",
            "interval day to second",
            "json",
            "uuid",
            "ipaddress",
        ],
    ),
    ("spark", &["char(3)", "time(3)", "time(3) with time zone", "json", "uuid", "ipaddress"]),
    ("databricks", &["char(3)", "time(3)", "time(3) with time zone", "json", "uuid", "ipaddress"]),
    ("datafusion", &["time(3) with time zone", "uuid", "ipaddress"]),
];

fn types() -> impl Iterator<Item = Type> {
    let named = |ty: &Type| *ty != Type::Unknown && !NOT_IN_QUERIES.contains(&ty.name());
    Type::examples().into_iter().filter(named)
}

#[test]
fn every_type_is_cast_to() {
    let config = config_for("\"trino\"");
    for ty in types() {
        let compiled = compile_text(&format!("SELECT CAST(NULL AS {ty}) AS x"), &config, true);
        let compiled = compiled.unwrap_or_else(|errors| panic!("{ty}: {errors:?}"));
        assert_eq!(compiled.columns.iter().map(|column| &column.ty).collect::<Vec<_>>(), [&ty]);
        let of_text = compile_text(&format!("SELECT CAST('x' AS {ty}) AS x"), &config, true);
        assert_eq!(of_text.is_err(), NOT_OF_TEXT.contains(&ty.name()), "{ty} of a text");
    }
}

#[test]
fn every_engine_has_a_type_or_refuses_it() {
    for (engine, refused) in REFUSED {
        let config = config_for(&format!("\"{engine}\""));
        let found: Vec<String> = types()
            .filter(|ty| {
                let sql = format!("SELECT CAST(NULL AS {ty}) AS x");
                compile_text(&sql, &config, true).is_err()
            })
            .map(|ty| ty.to_string())
            .collect();
        assert_eq!(found, refused, "{engine}");
    }
}
