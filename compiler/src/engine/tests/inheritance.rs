//! A dialect that inherits from another: what it overrides holds within all that it inherits.

use std::sync::Arc;

use lakequery_types::{Engine, Type};

use crate::config::Config;
use crate::emit::{
    Cast, Dialect, FunctionRow, FunctionTable, Piece, WithoutRow, Writer, emit, named,
};
use crate::engine::SPARK;
use crate::function::all;
use crate::lower::{Lowered, lower};
use crate::parse::{Limits, parse};
use crate::snapshot::{Snapshots, Table};
use crate::token::{Token, tokenize};
use crate::tree::Literal;

/// Spark with another cast, another function and another literal.
static HEIR: Dialect = Dialect {
    engine: Engine::Databricks,
    cast,
    functions: &FUNCTIONS,
    literal: |dialect, literal, ty| match literal {
        Literal::Date(text) => Ok(format!("day({})", dialect.quoted(text))),
        _ => (SPARK.literal)(dialect, literal, ty),
    },
    ..SPARK
};

static FUNCTIONS: FunctionTable = FunctionTable::new(&[ROWS], WithoutRow::As(SPARK.functions));

/// Spark's gives an integer, which is converted; this one gives the bigint it should.
const ROWS: &[FunctionRow] = &[named(&["length"], "len")];

fn cast(writer: &mut Writer<'_>, cast: Cast<'_>) {
    if *cast.ty != Type::Date {
        return (SPARK.cast)(writer, cast);
    }
    writer.push("to_day(");
    writer.value(cast.expr);
    writer.push(")");
}

/// No tables.
struct Nothing;

impl Snapshots for Nothing {
    fn table(&self, _: &str, _: &str) -> Result<Option<Arc<Table>>, String> {
        Ok(None)
    }

    fn schemas(&self) -> Vec<String> {
        Vec::new()
    }

    fn tables(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

/// The SQL that a dialect writes for a query.
fn sql(dialect: &'static Dialect, text: &str) -> String {
    let tokens: Vec<Token> =
        tokenize(text).expect("tokens").into_iter().map(|token| token.token).collect();
    let config = Config::parse("targets = [\"spark\"]").expect("a target");
    let parsed = parse(&tokens, Limits::MOST).expect("a query");
    let Lowered { query, diagnostics, .. } =
        lower(&tokens, &parsed, &config, &Nothing, Limits::MOST.depth);
    assert_eq!(diagnostics, []);
    match &emit(dialect, &query, &config).expect("SQL").pieces[..] {
        [Piece::Text(text)] => text.clone(),
        other => panic!("{other:?}"),
    }
}

/// What a dialect writes for a SELECT list over a text `s`, a date `d` and a double `x`.
fn sql_from_t(dialect: &'static Dialect, list: &str) -> String {
    let from = " FROM (VALUES ('x', CURRENT_DATE, 1E0)) AS t(s, d, x)";
    let written = sql(dialect, &format!("{list}{from}"));
    let (list, _) = written.split_once(" FROM (").expect("a FROM");
    list.to_owned()
}

#[test]
fn what_an_heir_overrides_holds_everywhere() {
    let rows = [
        (
            "SELECT CASE WHEN length(s) > 3 AND d = DATE '2024-02-29' THEN CAST(s AS date) \
             ELSE date_add('day', length(s), DATE '2024-03-01') END AS v",
            "SELECT CASE WHEN length(s) > 3 AND d = DATE '2024-02-29' THEN \
             CAST(regexp_extract(s, '^\\\\s*[+-]?\\\\d+-\\\\d{1,2}-\\\\d{1,2}\\\\s*$', 0) AS DATE) \
             ELSE date_add(DATE '2024-03-01', CAST(CAST(length(s) AS BIGINT) AS INT)) END AS v",
            "SELECT CASE WHEN len(s) > 3 AND d = day('2024-02-29') THEN to_day(s) \
             ELSE date_add(day('2024-03-01'), CAST(len(s) AS INT)) END AS v",
        ),
        (
            "SELECT coalesce(length(s), 1) + 1 AS m, \
             max(length(s)) OVER (PARTITION BY CAST(s AS date)) AS n",
            "SELECT coalesce(CAST(length(s) AS BIGINT), 1) + 1 AS m, \
             max(CAST(length(s) AS BIGINT)) OVER (PARTITION BY \
             CAST(regexp_extract(s, '^\\\\s*[+-]?\\\\d+-\\\\d{1,2}-\\\\d{1,2}\\\\s*$', 0) AS DATE)) AS n",
            "SELECT coalesce(len(s), 1) + 1 AS m, \
             max(len(s)) OVER (PARTITION BY to_day(s)) AS n",
        ),
        (
            "SELECT length(s) / x AS q, year(DATE '2024-03-01') + length(s) AS y",
            "SELECT CASE WHEN x = 0 THEN CAST(length(s) AS BIGINT) * double('Infinity') \
             ELSE CAST(length(s) AS BIGINT) / x END AS q, \
             CAST(year(DATE '2024-03-01') AS BIGINT) + CAST(length(s) AS BIGINT) AS y",
            "SELECT CASE WHEN x = 0 THEN len(s) * double('Infinity') ELSE len(s) / x END AS q, \
             CAST(year(day('2024-03-01')) AS BIGINT) + len(s) AS y",
        ),
    ];
    for (query, spark, heir) in rows {
        assert_eq!(sql_from_t(&SPARK, query), spark);
        assert_eq!(sql_from_t(&HEIR, query), heir);
    }
}

#[test]
fn all_else_is_that_of_the_base() {
    for function in all().filter(|function| function.name != "length") {
        let [own, base] = [&HEIR, &SPARK].map(|dialect| dialect.functions.sql(function, &[]));
        assert_eq!(format!("{own:?}"), format!("{base:?}"), "{}", function.name);
    }
    for text in [
        "SELECT \"order\", CAST(s AS boolean) AS b, x / y AS q, s LIKE 'a\\_%' AS l \
         FROM (VALUES ('x', 1E0, 0E0, 1)) AS t(s, x, y, \"order\") ORDER BY s OFFSET 1 LIMIT 2",
        "SELECT greatest(x, y) AS g, strpos(s, 'b') + 1 AS p, CAST(x AS bigint) AS n, \
         TIMESTAMP '2024-01-31 10:00:00' AS t, INTERVAL '1' DAY AS i \
         FROM (VALUES ('x', 1E0, 0E0)) AS t(s, x, y)",
    ] {
        assert_eq!(sql(&HEIR, text), sql(&SPARK, text));
    }
}
