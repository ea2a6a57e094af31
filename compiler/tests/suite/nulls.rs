//! What a NULL argument makes of a function, held against Trino's answers
//! (`nulls.tsv`): only an argument whose NULL makes the result NULL may be taken
//! for not NULL where the result is.

use std::collections::HashSet;

use crate::common::{compile_text, config_for};
use lakequery_compiler::function::{FunctionKind, Nulls, all};

/// A scalar function with arguments, and for each whether Trino answers NULL
/// where it is NULL; `None` where only a literal may stand.
struct Row {
    name: &'static str,
    args: Vec<&'static str>,
    nulls: Vec<Option<bool>>,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("nulls.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [name, args, nulls] = fields[..] else { panic!("three fields: {line}") };
            let parts = |text: &'static str, separator| -> Vec<&'static str> {
                text.split(separator).filter(|part| !part.is_empty()).collect()
            };
            let nulls = parts(nulls, " ").into_iter().map(|answer| match answer {
                "NULL" => Some(true),
                "value" => Some(false),
                "-" => None,
                other => panic!("an answer: {other}"),
            });
            let row = Row { name, args: parts(args, " | "), nulls: nulls.collect() };
            assert_eq!(row.args.len(), row.nulls.len(), "{line}");
            row
        })
        .collect()
}

/// Whether the only column of a query may be NULL.
fn nullable(sql: &str) -> bool {
    let compiled = compile_text(sql, &config_for("\"trino\""), false)
        .unwrap_or_else(|errors| panic!("{sql}\n{errors:?}"));
    compiled.columns[0].nullable
}

#[test]
fn a_condition_proves_what_trino_does_not_make_null() {
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for Row { name, args, nulls } in rows() {
        let function = all().find(|function| function.name == name).expect("a function");
        for (i, &null) in nulls.iter().enumerate().filter(|(_, null)| null.is_some()) {
            // The argument comes from a column that may be NULL.
            let call = |argument: &str| {
                let mut args = args.clone();
                args[i] = argument;
                format!("{name}({})", args.join(", "))
            };
            let from = format!("FROM (VALUES ({}), (NULL)) AS t(c)", args[i]);
            let proven = !nullable(&format!("SELECT c {from} WHERE {} IS NOT NULL", call("c")));
            asked += 1;
            // `nullif` and its like may be NULL for other reasons: they prove nothing.
            let expected = null == Some(true) && function.nulls != Nulls::Nullable;
            let branches = matches!(function.nulls, Nulls::IfBranches);
            if proven != expected && (proven || !branches) {
                wrong.push(format!("{} proves its argument not NULL: {proven}", call("c")));
            }
            if null == Some(true) && !nullable(&format!("SELECT {} {from}", call("c"))) {
                wrong.push(format!("{} is taken for not NULL", call("c")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(asked, 561);
}

#[test]
fn every_scalar_function_was_asked_about() {
    let asked: HashSet<&str> = rows().iter().map(|row| row.name).collect();
    let scalar = all().filter(|function| function.kind == FunctionKind::Scalar);
    let left_out: Vec<&str> =
        scalar.map(|function| function.name).filter(|name| !asked.contains(name)).collect();
    assert_eq!(left_out, Vec::<&str>::new());
}
