//! Round trips, every kind of nonsense, and a wide table.

use std::time::{Duration, Instant};

use super::*;

fn column(name: &str, ty: &str, nullable: bool, comment: Option<&str>) -> Column {
    let ty = Type::parse(ty).unwrap();
    Column { name: name.into(), ty, nullable, comment: comment.map(Into::into) }
}

fn table(name: &str, comment: Option<&str>, columns: Vec<Column>) -> Table {
    Table {
        schema: "tpch".into(),
        name: name.into(),
        comment: comment.map(Into::into),
        columns,
        partitioned_by: Vec::new(),
    }
}

/// What is wrong with a text, a line for each mistake.
fn mistakes(text: &str) -> Vec<String> {
    parse("tpch", text).unwrap_err().0.iter().map(ToString::to_string).collect()
}

#[test]
fn the_text_is_what_the_documentation_shows() {
    let mut orders = table(
        "orders",
        Some("what was ordered"),
        vec![
            column("o_orderkey", "bigint", false, None),
            column("o_comment", "varchar", true, Some("free text")),
        ],
    );
    orders.partitioned_by = vec!["o_orderkey".into()];
    let text = "\
# Written by `cargo lake refresh`; do not edit by hand.
version = 1
name = \"orders\"
comment = \"what was ordered\"
partitioned_by = [\"o_orderkey\"]

[columns]
o_orderkey = \"bigint not null\"
o_comment = \"varchar\"

[comments]
o_comment = \"free text\"
";
    assert_eq!(write(&orders), text);
    assert_eq!(parse("tpch", text), Ok(orders));
}

#[test]
fn everything_reads_back_in_its_order() {
    let odd = [
        "z",
        "a",
        "Z2",
        "m-1",
        "2024",
        "with space",
        "dot.ted",
        "quo\"te",
        "apo'strophe",
        "both\"'",
        "back\\slash",
        "tab\tbed",
        "new\nline",
        "nul\u{0}l",
        "del\u{7f}",
        "größe",
        "名前",
        "🦀",
        "#",
        "=",
        "[x]",
        "\u{202e}turned",
        "\u{85}",
        "true",
        "not null",
        "'''",
        "\"\"\"",
    ];
    let types = [
        "bigint",
        "decimal(38,10)",
        "timestamp(6) with time zone",
        "interval day to second",
        "array(row(\"a b\" bigint, \"quo\"\"te\" double))",
        "map(varchar,array(char(3)))",
        "varchar(25)",
    ];
    let columns: Vec<Column> = odd
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let comment = (i % 3 == 0).then_some(*name);
            column(name, types[i % types.len()], i % 2 == 0, comment)
        })
        .collect();
    for name in odd {
        let written = table(name, Some(name), columns.clone());
        let text = write(&written);
        assert_eq!(parse("tpch", &text).as_ref(), Ok(&written), "{text}");
        assert_eq!(write(&parse("tpch", &text).unwrap()), text);
        // As a checkout on Windows has it.
        assert_eq!(parse("tpch", &text.replace('\n', "\r\n")), Ok(written));
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text}");
    }
}

#[test]
fn nullability_is_a_suffix() {
    for (text, ty, nullable) in [
        ("bigint", "bigint", true),
        ("bigint not null", "bigint", false),
        ("BIGINT  NOT\tNULL ", "bigint", false),
        ("decimal(5,2) not null", "decimal(5,2)", false),
        ("decimal(5,2)not null", "decimal(5,2)", false),
        ("row(\"x not null\" bigint)", "row(\"x not null\" bigint)", true),
    ] {
        let text = format!("version=1\nname='t'\n[columns]\nx = '{text}'");
        assert_eq!(parse("s", &text).unwrap().columns, [column("x", ty, nullable, None)], "{text}");
    }
}

#[test]
fn nonsense_is_named_with_line_and_column() {
    for (text, expected) in [
        ("", { "1:1: `version` is missing; `cargo lake refresh` writes a snapshot that is whole" }),
        ("version = 2\nname = 't'\nindexes = 1", {
            "1:11: this snapshot was written by a newer cargo lake (format 2, and this lakequery \
             reads 1); update lakequery, or refresh it with the cargo lake of this version"
        }),
        ("version = 0", "1:11: format 0 is unknown; this lakequery reads 1"),
        ("version = '1'", "1:11: `version` is a whole number, and this is a string"),
        ("version = 99999999999999999999", "1:11: the number of `version` is too large"),
        ("version = 1", {
            "1:1: `name` is missing; `cargo lake refresh` writes a snapshot that is whole"
        }),
        ("version = 1\nname = ''\n[columns]\na = 'bigint'", {
            "1:1: `name` is missing; `cargo lake refresh` writes a snapshot that is whole"
        }),
        ("version = 1\nname = 5", "2:8: `name` is a string, and this is a whole number"),
        ("version = 1\nname = 't'", {
            "1:1: `[columns]` is missing; `cargo lake refresh` writes a snapshot that is whole"
        }),
        ("version = 1\nname = 't'\n[columns]", "3:2: the table has no columns"),
        ("version = 1\nname = 't'\n[column]", {
            "3:2: unknown key `column`; did you mean `columns`?"
        }),
        ("version = 1\nname = 't'\nowner = 'me'", {
            "3:1: unknown key `owner`; the keys here are `version`, `name`, `comment`, \
             `partitioned_by`, `columns` and `comments`"
        }),
        ("version = 1\nname = 't'\npartitioned_by = ['day']\n[columns]\ndays = 'bigint'", {
            "3:19: the table is partitioned by column `day`, which does not exist; \
              did you mean `days`?"
        }),
        ("version = 1\ncomment = ['x']", "2:11: `comment` is a string, and this is a list"),
        ("version = 1\ncolumns = 'x'", "2:11: `columns` is a table, and this is a string"),
        ("version = 1\n[columns]\na = 1", { "3:5: `a` is a string, and this is a whole number" }),
        ("version = 1\n[columns]\na.b = 'bigint'", { "3:1: `a` is a string, and this is a table" }),
        ("version = 1\n[columns]\n'' = 'bigint'", "3:1: a column needs a name"),
        ("version = 1\n[columns]\na = 'bigint'\nb = 'bigit'", {
            "4:5: column `b`: `bigit` is not a type: type `bigit` does not exist; \
             did you mean `bigint`?"
        }),
        ("version = 1\n[columns]\nb = 'array(varchr(5)) not null'", {
            "3:5: column `b`: `array(varchr(5))` is not a type: type `varchr` does not exist; \
             did you mean `varchar`?"
        }),
        ("version = 1\n[columns]\nb = 'decimal(39,2)'", {
            "3:5: column `b`: `decimal(39,2)` is not a type: \
             a decimal takes a precision from 1 to 38 and a scale up to that"
        }),
        ("version = 1\n[columns]\nb = 'bigint not nul'", {
            "3:5: column `b`: `bigint not nul` is not a type: `not` is left over after `bigint`"
        }),
        ("version = 1\n[columns]\nb = 'not null'", {
            "3:5: column `b`: `` is not a type: expected a type at the end"
        }),
        ("version = 1\n[columns]\na = 'bigint'\na = 'bigint'", "4:1: `a` is written twice"),
        ("version = 1\n[columns]\nÄ = 'bigint'\n'ä' = 'bigint'", "3:1: this is not TOML: "),
        ("version = 1\n[columns]\n'Ä' = 'bigint'\n'ä' = 'bigint'", {
            "4:1: column `ä` is already there as `Ä`; names differ by more than case"
        }),
        (
            "version = 1\nname = 't'\n[columns]\nab = 'bigint'\nabc = 'bigint'\n[comments]\nabd = 'x'",
            { "7:1: a comment is on column `abd`, which does not exist; did you mean `ab`?" },
        ),
        ("version = 1\nname = 't'\n[columns]\nab = 'bigint'\n[comments]\nxyz = 'x'", {
            "6:1: a comment is on column `xyz`, which does not exist"
        }),
        ("version = 1\nname = 't'\n[columns]\nab = 'bigint'\n[comments]\nab = 1", {
            "6:6: `ab` is a string, and this is a whole number"
        }),
        ("{\"version\": 1}", "1:1: this is not TOML: "),
    ] {
        let mut found = mistakes(text);
        // Some of these texts lack other parts on purpose.
        found.retain(|line| line == expected || !line.contains(" is missing; "));
        if expected.ends_with("TOML: ") {
            assert!(found[0].starts_with(expected), "{text}\n{found:?}");
        } else {
            assert_eq!(found, [expected], "{text}");
        }
    }
}

#[test]
fn all_mistakes_are_told_in_the_order_of_the_file() {
    let text = "\
version = 1
name = 5
partitioned_by = ['day', 'c', 1]
owner = 'me'

[columns]
a = 'bigit'
A = 'bigint'
b = 5
c = 'decimal(39,2)'
days = 'date'

[comments]
a = 'about a'
d = 'about d'
days = 1
";
    assert_eq!(
        mistakes(text),
        [
            "2:8: `name` is a string, and this is a whole number",
            "3:19: the table is partitioned by column `day`, which does not exist; \
             did you mean `days`?",
            "3:31: `partitioned_by` holds strings, and this is a whole number",
            "4:1: unknown key `owner`; the keys here are `version`, `name`, `comment`, \
             `partitioned_by`, `columns` and `comments`",
            "7:5: column `a`: `bigit` is not a type: type `bigit` does not exist; \
             did you mean `bigint`?",
            "8:1: column `A` is already there as `a`; names differ by more than case",
            "9:5: `b` is a string, and this is a whole number",
            "10:5: column `c`: `decimal(39,2)` is not a type: \
             a decimal takes a precision from 1 to 38 and a scale up to that",
            "15:1: a comment is on column `d`, which does not exist",
            "16:8: `days` is a string, and this is a whole number",
        ]
    );
    // All that a newer version has is unknown to this one: only that is told.
    assert_eq!(mistakes(&text.replace("version = 1", "version = 2")).len(), 1);
    assert_eq!(mistakes("version = 1").len(), 2);
}

#[test]
fn every_truncation_is_a_table_or_an_error() {
    let columns = vec![column("a b", "array(row(x bigint))", false, Some("größe"))];
    let text = write(&table("täble", Some("über"), columns));
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        // Only that it comes back at all: the last lines may be cut away cleanly.
        let _ = parse("tpch", &text[..end]);
    }
}

#[test]
fn a_wide_table_is_read_quickly() {
    let columns = (0..2000)
        .map(|i| column(&format!("column_{i}"), "decimal(15,2)", i % 2 == 0, None))
        .collect();
    let wide = table("wide", None, columns);
    let text = write(&wide);
    let fastest = (0..5)
        .map(|_| {
            let start = Instant::now();
            assert_eq!(parse("tpch", &text).unwrap().columns.len(), 2000);
            start.elapsed()
        })
        .min()
        .unwrap();
    println!("{fastest:?}");
    // It takes about 15 ms; a quadratic step would take seconds.
    assert!(fastest < Duration::from_secs(1), "{fastest:?}");
}
