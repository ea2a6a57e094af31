//! Tables of which it is said how their files are read.

use std::sync::Arc;

use lakequery_types::{FileFormat, FileOptions, Type};

use super::Lake;
use crate::{Result, Stated, StatedColumn};

/// What is said of the table `s.t`: options, and columns with their types.
fn stated(options: &FileOptions, columns: &[(&str, &str)]) -> Stated {
    let column = |(name, ty): &(&str, &str)| StatedColumn {
        name: (*name).to_owned(),
        ty: Type::parse(ty).unwrap(),
        nullable: true,
    };
    Stated {
        schema: Some("s".to_owned()),
        table: "t".to_owned(),
        columns: columns.iter().map(column).collect(),
        options: options.clone(),
    }
}

/// The columns that a refresh finds, with types of some stated.
async fn found(lake: &Lake, stated: Stated) -> Result<Vec<String>> {
    let folder = lake.session.folder().unwrap();
    let stated = Arc::new(stated);
    let contents = folder.contents(vec![], std::slice::from_ref(&stated)).await?;
    let place = contents.tables.into_iter().next().expect("a table");
    let state = lake.session.context().state();
    let table = folder.open_table(&state, place, Some(stated)).await?;
    let schema = table.schema();
    let columns = schema.fields().iter();
    Ok(columns
        .map(|f| format!("{} {}", f.name(), crate::types::column_name(f.data_type())))
        .collect())
}

#[tokio::test]
async fn files_are_read_as_is_said() {
    let none = FileOptions::default;
    let all = [("a", "bigint"), ("b", "varchar")];
    let nameless = |format| FileOptions {
        format: Some(format),
        header: Some(false),
        names: vec!["a".to_owned(), "b".to_owned()],
        ..none()
    };
    let cases = [
        ("t.csv", "a;b\n1;x,y\n", FileOptions { delimiter: Some(';'), ..none() }, "1 x,y"),
        ("t.csv", "a\u{1}b\n1\u{1}x\n", FileOptions { delimiter: Some('\u{1}'), ..none() }, "1 x"),
        ("t.tsv", "a|b\n1|x\n", FileOptions { delimiter: Some('|'), ..none() }, "1 x"),
        (
            "t.csv",
            "a,b\n'1','x''\"'\n",
            FileOptions { quote: Some(Some('\'')), ..none() },
            "1 x'\"",
        ),
        ("t.csv", "a,b\n1,\"x\n", FileOptions { quote: Some(None), ..none() }, "1 \"x"),
        ("t.csv", "a,b\n1,x\\,\\\"\n", FileOptions { escape: Some('\\'), ..none() }, "1 x,\""),
        // The text of NULL is as it is written, and an empty one is itself.
        (
            "t.csv",
            "a,b\n\\N,\\N\n,\n2,\"\\\\N\"\n",
            FileOptions { null: Some("\\N".to_owned()), escape: Some('\\'), ..none() },
            "NULL NULL|NULL |2 \\N",
        ),
        (
            "t.csv",
            "a,b\n1,-\n-,\"-\"",
            FileOptions { null: Some("-".to_owned()), ..none() },
            "1 NULL|NULL -",
        ),
        ("t.csv", "1,x\n2,\n", nameless(FileFormat::Csv), "1 x|2 NULL"),
        ("t.csv", "", nameless(FileFormat::Csv), ""),
        // Whatever the name says.
        ("t.csv", "1\tx\n", nameless(FileFormat::Tsv), "1 x"),
        ("t/part-00000", "1,x\n", nameless(FileFormat::Csv), "1 x"),
        ("t.dat", "1,x\n", nameless(FileFormat::Csv), "1 x"),
        (
            "t.csv",
            "{\"a\":1,\"b\":\"x\"}",
            FileOptions { format: Some(FileFormat::Json), ..none() },
            "1 x",
        ),
        (
            "t/A=1/f.csv",
            "b\nx\n",
            FileOptions { partitioned_by: vec!["a".to_owned()], ..none() },
            "1 x",
        ),
    ];
    for (file, text, options, expected) in cases {
        let mut lake = Lake::new();
        lake.write(&format!("s/{file}"), text);
        lake.session = lake.session.with_stated([stated(&options, &all)]);
        let rows = lake.rows("SELECT a, b FROM s.t").await;
        assert_eq!(rows.join("|"), expected, "{text:?} {options:?}");
        // A refresh sees the same, and guesses what is not said.
        let columns = found(&lake, stated(&options, &[])).await.unwrap();
        let mut names: Vec<&str> = columns.iter().map(|c| c.split_once(' ').unwrap().0).collect();
        names.sort_unstable();
        assert_eq!(names, ["a", "b"], "{text:?} {options:?}");
    }
}

#[tokio::test]
async fn some_types_are_stated_and_the_others_are_guessed() {
    for (file, text) in [
        ("t.csv", "zip,n,amount\n01234,1,1\n99999,2,2.5\n"),
        ("t.json", r#"[{"zip":"01234","n":1,"amount":1},{"amount":2.5,"n":2,"zip":"99999"}]"#),
    ] {
        let lake = Lake::new();
        lake.write(&format!("s/{file}"), text);
        let pins = [("ZIP", "varchar"), ("Amount", "decimal(12,2)")];
        let mut columns = found(&lake, stated(&FileOptions::default(), &pins)).await.unwrap();
        columns.sort();
        assert_eq!(columns, ["amount decimal(12,2)", "n bigint", "zip varchar"], "{file}");
        // All values are held against the types.
        let pins = [("amount", "integer")];
        let error = found(&lake, stated(&FileOptions::default(), &pins)).await.unwrap_err();
        let error = error.to_string();
        assert!(error.contains("has `2.5` for ") && error.contains("amount"), "{error}");
        assert!(error.contains("lake.toml"), "{error}");
    }
}

#[tokio::test]
async fn what_does_not_fit_the_files_is_an_error() {
    let none = FileOptions::default;
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let cases = [
        (
            "t.json",
            "{}",
            FileOptions { header: Some(true), ..none() },
            "lake.toml states `header` of table `s.t`, and `ROOT/s/t.json` is JSON; only CSV and \
             TSV have it: correct [table.\"s.t\"] in lake.toml",
        ),
        (
            "t/day=1/f.csv",
            "a\n1\n",
            FileOptions { partitioned_by: names(&["region"]), ..none() },
            "table `s.t` is partitioned by region in lake.toml, and `ROOT/s/t/day=1/f.csv` is in a \
             partition by day; move the files, or correct `partitioned_by` of [table.\"s.t\"]",
        ),
        (
            "t.csv",
            "a\n1\n",
            FileOptions { partitioned_by: names(&["day"]), ..none() },
            "table `s.t` is partitioned by day in lake.toml, and `ROOT/s/t.csv` is in no \
             partition; move the files, or correct `partitioned_by` of [table.\"s.t\"]",
        ),
        (
            "t.csv",
            "1,2,3\n",
            FileOptions { header: Some(false), names: names(&["a", "b"]), ..none() },
            "`ROOT/s/t.csv` can't be read: line 1 has 3 values, and lake.toml names 2 columns; a \
             value with the delimiter in it stands in quotes, and every line has all delimiters",
        ),
        (
            "t.csv",
            "a,b\n1,2\n",
            FileOptions { delimiter: Some(';'), ..none() },
            "`ROOT/s/t.csv` can't be read: line 1 has no `;`, but `,`: the values are not \
             separated by `;`; say so in lake.toml, by `delimiter` of [table.\"schema.name\"], or \
             put the name into quotes if it is the only one",
        ),
        (
            "t.csv.gz",
            "x",
            FileOptions { format: Some(FileFormat::Parquet), ..none() },
            "`ROOT/s/t.csv.gz` of table `s.t` has no known format; files of this format are \
             compressed inside; decompress the file",
        ),
    ];
    for (file, text, options, expected) in cases {
        let mut lake = Lake::new();
        lake.write(&format!("s/{file}"), text);
        lake.session = lake.session.with_stated([stated(&options, &[("a", "bigint")])]);
        assert_eq!(lake.error("SELECT a FROM s.t").await, expected, "{file}");
    }
}
