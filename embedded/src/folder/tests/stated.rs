//! Tables of which more is known than their files say: CSV and JSON are read as the types that
//! a query was compiled for.

use std::sync::Arc;

use arrow_array::Int32Array;
use lakequery_types::Type;

use super::{Lake, numbered};
use crate::{Stated, StatedColumn};

impl Lake {
    /// Says of the table `s.t` that it has these columns.
    fn stating(mut self, columns: &[(&str, &str)]) -> Lake {
        let columns = columns
            .iter()
            .map(|(name, ty)| StatedColumn {
                name: (*name).to_owned(),
                ty: Type::parse(ty).unwrap(),
                nullable: true,
            })
            .collect();
        let stated = Stated {
            schema: Some("S".to_owned()),
            table: "T".to_owned(),
            columns,
            options: Default::default(),
        };
        self.session = self.session.with_stated([stated]);
        self
    }
}

/// What a value is as a type, or why it is none.
async fn read(ending: &str, text: &str, ty: &str) -> String {
    let lake = Lake::new().stating(&[("c", ty)]);
    match ending {
        "csv" => lake.write("s/t.csv", format!("c,more\n{text},x\n")),
        _ => lake.write("s/t.json", format!("{{\"C\":{text},\"more\":[1]}}")),
    }
    match lake.ask("SELECT c FROM s.t").await {
        Ok(rows) => {
            assert_eq!(lake.columns("s.t").await[0], format!("c {ty}"), "{text}");
            rows.join(",")
        }
        Err(error) => {
            let error = error.to_string().replace(&lake.root(), "ROOT");
            let help = "; the type is that of lake.toml or of the snapshot: correct the value, or else the type, and refresh the snapshots with `cargo lake refresh`";
            error.strip_suffix(help).unwrap_or_else(|| panic!("{error}")).to_owned()
        }
    }
}

#[tokio::test]
async fn csv_is_read_as_stated() {
    for (text, ty, expected) in [
        ("12.50", "decimal(12,2)", "12.50"),
        ("12.5", "decimal(12,2)", "12.50"),
        ("-7", "decimal(12,2)", "-7.00"),
        ("12.500", "decimal(12,2)", "12.50"),
        ("007.10", "decimal(12,2)", "7.10"),
        ("-0.00", "decimal(12,2)", "0.00"),
        ("999.99", "decimal(5,2)", "999.99"),
        ("00123", "varchar", "00123"),
        ("12.50", "varchar", "12.50"),
        ("true", "varchar", "true"),
        ("00123", "bigint", "123"),
        ("+5", "integer", "5"),
        ("-0", "integer", "0"),
        ("127", "tinyint", "127"),
        ("-32768", "smallint", "-32768"),
        ("7", "double", "7.0"),
        ("0.1234567890123456789", "double", "0.12345678901234568"),
        ("NaN", "real", "NaN"),
        ("0.1", "real", "0.1"),
        ("2024-02-29", "timestamp(3)", "2024-02-29T00:00:00"),
        ("2024-02-29 10:00:00.5", "timestamp(6)", "2024-02-29T10:00:00.500"),
        ("2024-02-29", "date", "2024-02-29"),
        ("", "date", "NULL"),
        ("", "varchar", "NULL"),
        ("\"\"", "varchar", ""),
    ] {
        assert_eq!(read("csv", text, ty).await, expected, "{text} as {ty}");
    }
    for (text, ty) in [
        ("12.505", "decimal(12,2)"),
        ("1000.00", "decimal(5,2)"),
        ("1e2", "decimal(5,2)"),
        ("1.5", "integer"),
        ("2147483648", "integer"),
        ("128", "tinyint"),
        ("0x1", "bigint"),
        ("1e400", "double"),
        ("1e39", "real"),
        ("2024-02-30", "date"),
        ("2024-02-29 10:00:00.5", "timestamp(0)"),
        ("2024-02-29 10:00:00Z", "timestamp(0)"),
        ("1", "boolean"),
    ] {
        let expected = format!(
            "`ROOT/s/t.csv` can't be read: line 2 has `{text}` for column c, which is not a {ty}"
        );
        assert_eq!(read("csv", text, ty).await, expected, "{text} as {ty}");
    }
}

#[tokio::test]
async fn json_is_read_as_stated() {
    for (text, ty, expected) in [
        ("12.50", "decimal(12,2)", "12.50"),
        ("\"12.5\"", "decimal(12,2)", "12.50"),
        ("1", "double", "1.0"),
        ("\"2024-02-29\"", "date", "2024-02-29"),
        ("\"2024-02-29T10:00:00Z\"", "timestamp(0) with time zone", "2024-02-29T10:00:00Z"),
        ("123", "varchar", "123"),
        ("\"00123\"", "varchar", "00123"),
        ("[1, null]", "array(decimal(3,1))", "[1.0, NULL]"),
        ("{\"B\":\"x\",\"z\":1}", "row(\"a\" integer, \"b\" varchar)", "{a: NULL, b: x}"),
        ("null", "integer", "NULL"),
    ] {
        assert_eq!(read("json", text, ty).await, expected, "{text} as {ty}");
    }
    for (text, ty) in
        [("1.5", "integer"), ("\"x\"", "date"), ("{}", "array(date)"), ("\"1\"", "bigint")]
    {
        let shown = text.trim_matches('"');
        let found = read("json", text, ty).await;
        assert!(found.starts_with("`ROOT/s/t.json` can't be read: line 1 has `"), "{found}");
        assert!(found.contains(shown) && found.ends_with(&format!("which is not {ty}")), "{found}");
    }
}

#[tokio::test]
async fn partitions_are_of_the_stated_types() {
    for (values, ty, expected) in [
        (&["1", "2"][..], "varchar", "1,2"),
        (&["1", "01"], "varchar", "01,1"),
        (&["1", "2"], "bigint", "1,2"),
        (&["01", "02"], "integer", "1,2"),
        (&["1.50", "2"], "decimal(3,2)", "1.50,2.00"),
        (&["true", "false"], "boolean", "false,true"),
        (&["2024-01-31 10%3A00%3A00"], "timestamp(0)", "2024-01-31T10:00:00"),
    ] {
        let lake = Lake::new().stating(&[("x", "bigint"), ("p", ty)]);
        for value in values {
            lake.write(&format!("s/t/P={value}/1.csv"), "x\n1\n");
        }
        assert_eq!(lake.columns("s.t").await, ["x bigint", &format!("p {ty}")]);
        let rows = lake.rows("SELECT p FROM s.t ORDER BY p").await;
        assert_eq!(rows.join(","), expected, "{ty}");
    }
    let lake = Lake::new().stating(&[("p", "integer")]);
    lake.write("s/t/p=x/1.csv", "x\n1\n");
    assert_eq!(
        lake.error("SELECT p FROM s.t").await,
        "partition column p is integer, and the value `x` of `ROOT/s/t/p=x/1.csv` is not; rename \
         the folder, or refresh the snapshots with `cargo lake refresh`"
    );
}

#[tokio::test]
async fn a_folder_without_files_is_a_table_without_rows() {
    let columns = [("id", "bigint"), ("day", "date"), ("tags", "array(varchar)")];
    let lake = Lake::new().stating(&columns);
    lake.write("s/t/_SUCCESS", "");
    lake.write("s/u/_SUCCESS", "");
    assert_eq!(lake.columns("s.t").await, ["id bigint", "day date", "tags array(varchar)"]);
    assert_eq!(lake.rows("SELECT count(*), max(day) FROM s.t WHERE id > 1").await, ["0 NULL"]);
    assert!(lake.error("SELECT * FROM s.u").await.contains("table `s.u` has no files"));
}

#[tokio::test]
async fn files_of_parquet_grow_to_the_stated_types() {
    let columns =
        [("i", "bigint"), ("d", "decimal(12,2)"), ("narrow", "tinyint"), ("gone", "date")];
    let lake = Lake::new().stating(&columns);
    let ints = || Arc::new(Int32Array::from(vec![7])) as _;
    lake.parquet("s/t/1.parquet", &[("I", ints()), ("D", ints()), ("narrow", ints())]);
    // What does not hold the file's values, and what the file does not have, stays so.
    assert_eq!(lake.columns("s.t").await, ["i bigint", "d decimal(12,2)", "narrow integer"]);
    assert_eq!(lake.rows("SELECT i, d FROM s.t WHERE d = 7.00").await, ["7 7.00"]);
}

/// The rows of text files in other partitions are not read, nor are they looked at.
#[tokio::test]
async fn large_tables_of_text_are_not_looked_at() {
    let lake = Lake::new().stating(&[("x", "decimal(5,2)"), ("day", "integer")]);
    for day in 0..1_100 {
        let text = if day == 7 { "y,x\n1,2.5\n" } else { "not a table\n1,2,3\n" };
        lake.write(&format!("s/t/day={day}/{}", numbered("", day, "csv")), text);
    }
    assert_eq!(lake.rows("SELECT x, day FROM s.t WHERE day = 7").await, ["2.50 7"]);
    assert!(lake.error("SELECT x FROM s.t WHERE day = 8").await.contains("line 2 has 3 values"));
}
