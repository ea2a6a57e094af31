//! Types, held against what a real Trino 476 answered (`tests/answers`).

use crate::common::{compile_text, config_for, root};

/// Errors that Trino raises only when it runs the query.
const AT_RUN_TIME: [&str; 5] = [
    "DIVISION_BY_ZERO",
    "NUMERIC_VALUE_OUT_OF_RANGE",
    "INVALID_CAST_ARGUMENT",
    "INVALID_FUNCTION_ARGUMENT",
    "GENERIC_INTERNAL_ERROR",
];

/// What the compiler makes of a query, as the table writes it.
fn outcome(sql: &str) -> String {
    match compile_text(sql, &config_for("\"trino\""), false) {
        Ok(compiled) => {
            // Trino does not tell what can be NULL in them.
            let types =
                compiled.columns.into_iter().map(|column| column.ty.with_nulls().to_string());
            without_lengths(&types.collect::<Vec<_>>().join(" | "))
        }
        Err(diagnostics) => format!("refused: {}", diagnostics[0].code),
    }
}

/// Lengths of varchar are not followed through functions.
fn without_lengths(types: &str) -> String {
    let mut result = String::new();
    let mut rest = types;
    while let Some(at) = rest.find("varchar(") {
        let after = at + "varchar".len();
        result.push_str(&rest[..after]);
        rest = &rest[after..];
        rest = rest.find(')').map_or("", |end| &rest[end + 1..]);
    }
    (result + rest).replace(", ", ",")
}

#[test]
fn types_are_those_of_trino() {
    let path = root().join("tests/answers/trino-476.tsv");
    let table = std::fs::read_to_string(path).expect("the table of answers");
    let (mut same, mut noted, mut wrong) = (0, 0, Vec::new());
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [_, sql, types, _, note] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not five columns: {line}");
        };
        let is_query = ["SELECT", "WITH", "VALUES", "TABLE"].iter().any(|k| sql.starts_with(k));
        let query = if is_query { sql.to_owned() } else { format!("SELECT {sql}") };
        let found = outcome(&query);
        let note = note.split(" -- ").next().unwrap_or_default();
        let expected = match (note, types.strip_prefix('!')) {
            ("", None) => without_lengths(types),
            ("", Some(error)) if AT_RUN_TIME.contains(&error) => {
                // It compiles; the error is the engine's.
                same += usize::from(!found.starts_with("refused"));
                if found.starts_with("refused") {
                    wrong.push(format!("{sql}\n  Trino runs it, found {found}"));
                }
                continue;
            }
            ("", Some(_)) => "refused".to_owned(),
            (note, _) => {
                noted += 1;
                without_lengths(note.trim_start_matches("type: ").trim_start_matches("accepted: "))
            }
        };
        let right = found == expected || (expected == "refused" && found.starts_with("refused"));
        if right {
            same += usize::from(note.is_empty());
        } else {
            wrong.push(format!("{sql}\n  expected {expected}\n  found    {found}"));
        }
    }
    println!("{same} as Trino, {noted} otherwise with a reason, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(same, 1205, "rows that were compared");
}
