//! The promise, measured: mutated TPC-H queries that compile are accepted by the
//! engine, with the types that were inferred.

use lakequery::arrow_schema::DataType;
use lakequery::{Type, sql};
use lakequery_compiler::emit::Piece;

use crate::common::{compile_text, config_for, root};

/// A small generator of numbers, so that every run checks the same.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const LITERALS: [&str; 10] = [
    "1",
    "'x'",
    "DATE '1995-01-01'",
    "1.5",
    "1e0",
    "TRUE",
    "INTERVAL '1' DAY",
    "X'00'",
    "TIMESTAMP '2020-01-01 00:00:00'",
    "CAST(NULL AS double)",
];
const FUNCTIONS: [&str; 22] = [
    "sum",
    "avg",
    "min",
    "max",
    "count",
    "abs",
    "round",
    "floor",
    "length",
    "upper",
    "year",
    "coalesce",
    "stddev",
    "approx_distinct",
    "any_value",
    "sqrt",
    "sign",
    "truncate",
    "to_hex",
    "date",
    "last_day_of_month",
    "reverse",
];
const OPERATORS: [&str; 11] =
    ["+", "-", "*", "/", "%", "||", "=", "<>", "<", "IS DISTINCT FROM", "LIKE"];

/// Changes one to three words of a query.
fn mutate(words: &[String], columns: &[&str], random: &mut Random) -> String {
    let mut words = words.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(words.len());
        let word = words[at].clone();
        let is_column = columns.contains(&word.as_str());
        words[at] = match random.below(10) {
            0..4 if is_column => random.pick(columns).to_owned(),
            4..7 if is_column => format!("{}({word})", random.pick(&FUNCTIONS)),
            7..9 if is_column => {
                format!("({word} {} {})", random.pick(&OPERATORS), random.pick(&LITERALS))
            }
            9 if is_column => random.pick(&LITERALS).to_owned(),
            _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '\'') => {
                random.pick(&LITERALS).to_owned()
            }
            _ if FUNCTIONS.contains(&word.as_str()) => random.pick(&FUNCTIONS).to_owned(),
            _ if OPERATORS.contains(&word.as_str()) => random.pick(&OPERATORS).to_owned(),
            0 => random.pick(columns).to_owned(),
            _ => word,
        };
    }
    words.join(" ")
}

/// Words, strings, numbers and signs.
fn words(sql: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' => rest[1..].find('\'').map_or(rest.len(), |at| at + 2),
            c if c.is_alphanumeric() => rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
                .unwrap_or(rest.len()),
            '<' if rest.starts_with("<>") || rest.starts_with("<=") => 2,
            '>' if rest.starts_with(">=") => 2,
            c => c.len_utf8(),
        };
        if !first.is_whitespace() {
            words.push(rest[..end].to_owned());
        }
        rest = &rest[end..];
    }
    words
}

/// Whether a result's Arrow type is one of the inferred type.
fn fits(found: &DataType, ty: &Type) -> bool {
    match ty {
        Type::Boolean => *found == DataType::Boolean,
        Type::Integer => *found == DataType::Int32,
        Type::BigInt => *found == DataType::Int64,
        Type::Double => *found == DataType::Float64,
        Type::Real => *found == DataType::Float32,
        Type::Decimal { precision, scale } => {
            *found == DataType::Decimal128(*precision, *scale as i8)
        }
        Type::Varchar(_) => *found == DataType::Utf8,
        Type::Date => *found == DataType::Date32,
        Type::Timestamp(_) => matches!(found, DataType::Timestamp(_, None)),
        _ => true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_compiles_is_accepted() {
    let folder = lakequery_tests::tpch();
    let lake = lakequery::connect(&format!("datafusion:{}", folder.display())).await.expect("it");
    let queries: Vec<Vec<String>> = (1..=22)
        .map(|number| {
            let path = root().join(format!("tests/tpch/q{number:02}.sql"));
            let sql = std::fs::read_to_string(path).expect("a query");
            words(sql.split_once('\n').expect("a comment and a query").1)
        })
        .collect();
    let mut columns: Vec<&str> = queries
        .iter()
        .flatten()
        .map(String::as_str)
        .filter(|word| word.find('_').is_some_and(|at| at <= 2) && !word.contains('.'))
        .collect();
    columns.sort_unstable();
    columns.dedup();
    let config = config_for("\"datafusion\"");
    let mut random = Random(2026);
    let (mut compiled, mut refused, mut wrong) = (0, 0, Vec::new());
    for query in queries.iter().cycle().take(22 * 40) {
        let mutated = mutate(query, &columns, &mut random);
        let Ok(query) = compile_text(&mutated, &config, false) else {
            refused += 1;
            continue;
        };
        compiled += 1;
        let [Piece::Text(text)] = &query.templates[0].pieces[..] else {
            panic!("no parameters were in {mutated}");
        };
        // Planned, but not run.
        let planned = sql(format!("SELECT * FROM ({text}) AS q LIMIT 0")).fetch_arrow(&lake).await;
        match planned {
            Err(error) => wrong.push(format!("{text}\n  {error}")),
            Ok(stream) => {
                for (field, column) in stream.schema().fields().iter().zip(&query.columns) {
                    if !fits(field.data_type(), &column.ty) {
                        let found = field.data_type();
                        wrong.push(format!("{text}\n  {found} instead of {}", column.ty));
                    }
                }
            }
        }
    }
    println!("{compiled} compiled, {refused} refused, {} compiled but are wrong", wrong.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((compiled, refused), (381, 499));
}
