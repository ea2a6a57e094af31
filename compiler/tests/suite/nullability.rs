//! Which columns of a result can be NULL (`nullability.tsv`), and which of the
//! values in their arrays, maps and rows (`inside.tsv`).

use lakequery_compiler::token::tokenize;
use lakequery_compiler::{Request, compile};
use lakequery_project::Store;

use crate::common::{compile_text, config_for, root};

const NULLS: &str = "(VALUES (1, NULL), (2, 'b')) AS n(a, b)";

#[test]
fn nullability_is_sound_and_sharp() {
    let mut wrong = Vec::new();
    let rows = include_str!("nullability.tsv").lines().filter(|line| !line.starts_with('#'));
    for row in rows {
        let (sql, expected) = row.split_once('\t').expect("a query and its columns");
        let found = match compile_text(&sql.replace("{n}", NULLS), &config_for("\"trino\""), true) {
            Ok(compiled) => {
                let columns = compiled.columns.iter().map(|column| {
                    let mark = if column.nullable { '?' } else { '!' };
                    format!("{}{mark}", column.name.as_deref().unwrap_or("_"))
                });
                columns.collect::<Vec<_>>().join(" ")
            }
            Err(_) if expected == "refused" => "refused".to_owned(),
            Err(errors) => format!("{errors:?}"),
        };
        if found != expected {
            wrong.push(format!("{sql}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_is_inside_is_sound_and_sharp() {
    let config = config_for("\"trino\"");
    let snapshots = Store::new(root().join("compiler/tests/suite/schemas"));
    let (mut rows, mut wrong) = (0, Vec::new());
    for row in include_str!("inside.tsv").lines().filter(|line| !line.starts_with('#')) {
        rows += 1;
        let (sql, expected) = row.split_once('\t').expect("a query and its columns");
        let tokens = tokenize(sql).expect("tokens").into_iter().map(|token| token.token);
        let tokens: Vec<_> = tokens.collect();
        let request = Request {
            tokens: &tokens,
            config: &config,
            snapshots: &snapshots,
            named_columns: true,
        };
        let found = match compile(request) {
            Ok(compiled) => {
                let columns = compiled.columns.iter().map(|column| {
                    format!("{}{}", column.ty, if column.nullable { "" } else { " not null" })
                });
                columns.collect::<Vec<_>>().join(" | ")
            }
            Err(errors) if expected == "refused" && !errors.is_empty() => "refused".to_owned(),
            Err(errors) => format!("{errors:?}"),
        };
        if found != expected {
            wrong.push(format!("{sql}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(rows, 30);
}
