//! Tables as files: where they lie, in which formats, with which types.

use std::collections::HashMap;
use std::sync::Arc;

use lakequery::arrow_array::builder::{ListBuilder, MapBuilder, StringBuilder, StructBuilder};
use lakequery::arrow_array::*;
use lakequery::arrow_schema::{DataType, Field};
use lakequery::{Lake, Row, Value, sql};

use crate::folder::{Folder, orders, parquet_bytes};

async fn rows(lake: &Lake, text: &str) -> Vec<Row> {
    match sql(text).fetch_all(lake).await {
        Ok(rows) => rows,
        Err(error) => panic!("{text}: {error}"),
    }
}

async fn keys(lake: &Lake, from: &str) -> Vec<i64> {
    let rows = rows(lake, &format!("SELECT o_orderkey AS k FROM {from} ORDER BY 1")).await;
    rows.iter().map(|row| row.get("k").unwrap()).collect()
}

#[tokio::test]
async fn tables_are_found_where_they_lie() {
    let folder = Folder::new();
    folder.parquet("tpch/orders.parquet", &orders());
    folder.parquet("tpch/parts/1.parquet", &orders());
    folder.parquet("tpch/parts/2.PARQUET", &orders());
    folder.write("tpch/parts/_SUCCESS", "");
    folder.write("tpch/parts/.1.parquet.crc", "x");
    folder.write("tpch/README.md", "no table");
    folder.parquet("root.parquet", &orders());
    folder.parquet("Mixed Case/A b%2F*?#.parquet", &orders());
    let lake = folder.connect().await;
    let twice = vec![1, 1, 2, 2, 3, 3];
    assert_eq!(keys(&lake, "tpch.orders").await, [1, 2, 3]);
    assert_eq!(keys(&lake, "TPCH.Orders").await, [1, 2, 3]);
    assert_eq!(keys(&lake, "\"Tpch\".\"ORDERS\"").await, [1, 2, 3]);
    assert_eq!(keys(&lake, "tpch.parts").await, twice);
    assert_eq!(keys(&lake, "root").await, [1, 2, 3]);
    assert_eq!(keys(&lake, "\"default\".root").await, [1, 2, 3]);
    assert_eq!(keys(&lake, "\"mixed case\".\"a B%2f*?#\"").await, [1, 2, 3]);

    let lake = folder.connect_with("?schema=TPCH").await;
    assert_eq!(keys(&lake, "orders").await, [1, 2, 3]);
    assert_eq!(keys(&lake, "tpch.parts").await, twice);
}

#[tokio::test]
async fn names_that_could_be_two_are_refused() {
    let folder = Folder::new();
    for file in ["s/t.parquet", "s/T.csv", "s/u.parquet", "s/u/1.parquet"] {
        folder.parquet(file, &orders());
    }
    let lake = folder.connect().await;
    assert_eq!(keys(&lake, "s.\"t\"").await, [1, 2, 3]);
    let error = sql("SELECT * FROM s.u").fetch_all(&lake).await.unwrap_err();
    assert!(
        error.to_string().starts_with("table `u` is ambiguous in schema `s`: there are u, u"),
        "{error}"
    );
}

#[tokio::test]
async fn queries_see_files_as_they_are() {
    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    assert_eq!(keys(&lake, "tpch.orders").await, [1, 2, 3]);
    folder.parquet("tpch/orders.parquet", &orders().slice(1, 1));
    assert_eq!(keys(&lake, "tpch.orders").await, [2]);
    folder.parquet("tpch/later/a.parquet", &orders());
    assert_eq!(keys(&lake, "tpch.later").await, [1, 2, 3]);
    folder.parquet("tpch/later/b.parquet", &orders().slice(0, 1));
    assert_eq!(keys(&lake, "tpch.later").await, [1, 1, 2, 3]);
    // Other columns in the same place.
    folder.parquet("tpch/orders.parquet", &orders().project(&[2, 0]).unwrap());
    assert_eq!(keys(&lake, "tpch.orders").await, [1, 2, 3]);
    assert_eq!(rows(&lake, "SELECT * FROM tpch.orders").await[0].columns()[0].name, "o_comment");
}

#[tokio::test]
async fn only_the_tables_that_a_query_names_are_opened() {
    let folder = Folder::with_orders();
    folder.write("tpch/bad.parquet", "no Parquet");
    folder.write("tpch/worse/x.bin", "?");
    let lake = folder.connect().await;
    assert_eq!(keys(&lake, "tpch.orders").await, [1, 2, 3]);
}

fn dictionary() -> ArrayRef {
    Arc::new(DictionaryArray::<types::Int32Type>::from_iter([Some("x"), None]))
}

#[tokio::test]
async fn parquet_types_are_lake_sqls() {
    let mut list = ListBuilder::new(StringBuilder::new());
    list.append_value([Some("a"), None]);
    list.append_null();
    let mut map = MapBuilder::new(None, StringBuilder::new(), builder::Int64Builder::new());
    map.keys().append_value("k");
    map.values().append_value(7);
    map.append(true).unwrap();
    map.append(false).unwrap();
    let fields =
        vec![Field::new("A", DataType::Int32, true), Field::new("b", DataType::Utf8, true)];
    let mut row = StructBuilder::from_fields(fields, 2);
    row.field_builder::<builder::Int32Builder>(0).unwrap().append_value(1);
    row.field_builder::<StringBuilder>(1).unwrap().append_value("s");
    row.append(true);
    row.field_builder::<builder::Int32Builder>(0).unwrap().append_null();
    row.field_builder::<StringBuilder>(1).unwrap().append_null();
    row.append(false);
    let decimal = Decimal128Array::from(vec![Some(12345), None]);
    let fixed =
        FixedSizeBinaryArray::try_from_sparse_iter_with_size([Some([1u8, 2]), None].into_iter(), 2);
    // Each with a value and NULL; the value as a console shows it.
    let columns: Vec<(ArrayRef, &str, &str)> = vec![
        (Arc::new(BooleanArray::from(vec![Some(true), None])), "boolean", "true"),
        (Arc::new(Int8Array::from(vec![Some(-8), None])), "tinyint", "-8"),
        (Arc::new(Int16Array::from(vec![Some(-16), None])), "smallint", "-16"),
        (Arc::new(Int32Array::from(vec![Some(-32), None])), "integer", "-32"),
        (Arc::new(Int64Array::from(vec![Some(-64), None])), "bigint", "-64"),
        (Arc::new(UInt8Array::from(vec![Some(u8::MAX), None])), "smallint", "255"),
        (Arc::new(UInt16Array::from(vec![Some(u16::MAX), None])), "integer", "65535"),
        (Arc::new(UInt32Array::from(vec![Some(u32::MAX), None])), "bigint", "4294967295"),
        (
            Arc::new(UInt64Array::from(vec![Some(u64::MAX), None])),
            "decimal(20,0)",
            "18446744073709551615",
        ),
        (Arc::new(Float32Array::from(vec![Some(1.5), None])), "real", "1.5"),
        (Arc::new(Float64Array::from(vec![Some(-2.5), None])), "double", "-2.5"),
        (Arc::new(decimal.with_precision_and_scale(7, 3).unwrap()), "decimal(7,3)", "12.345"),
        (Arc::new(StringArray::from(vec![Some("é"), None])), "varchar", "é"),
        (Arc::new(LargeStringArray::from(vec![Some("é"), None])), "varchar", "é"),
        (Arc::new(StringViewArray::from(vec![Some("é"), None])), "varchar", "é"),
        (dictionary(), "varchar", "x"),
        (Arc::new(BinaryArray::from(vec![Some(&b"\xff"[..]), None])), "varbinary", "X'FF'"),
        (Arc::new(fixed.unwrap()), "varbinary", "X'0102'"),
        (Arc::new(Date32Array::from(vec![Some(-1), None])), "date", "1969-12-31"),
        (Arc::new(Time32MillisecondArray::from(vec![Some(1500), None])), "time(9)", "00:00:01.500"),
        (Arc::new(Time64MicrosecondArray::from(vec![Some(1), None])), "time(9)", "00:00:00.000001"),
        (
            Arc::new(Time64NanosecondArray::from(vec![Some(1), None])),
            "time(9)",
            "00:00:00.000000001",
        ),
        (
            Arc::new(TimestampMillisecondArray::from(vec![Some(-1), None])),
            "timestamp(3)",
            "1969-12-31 23:59:59.999",
        ),
        (
            Arc::new(TimestampMicrosecondArray::from(vec![Some(253_402_300_799_999_999), None])),
            "timestamp(6)",
            "9999-12-31 23:59:59.999999",
        ),
        (
            Arc::new(TimestampNanosecondArray::from(vec![Some(1), None])),
            "timestamp(9)",
            "1970-01-01 00:00:00.000000001",
        ),
        (
            Arc::new(TimestampMicrosecondArray::from(vec![Some(0), None]).with_timezone("UTC")),
            "timestamp(6) with time zone",
            "1970-01-01 00:00:00 +00:00",
        ),
        (Arc::new(list.finish()), "array(varchar)", "[a, NULL]"),
        (Arc::new(map.finish()), "map(varchar,bigint)", "{k: 7}"),
        (Arc::new(row.finish()), "row(\"A\" integer, \"b\" varchar)", "(1, s)"),
    ];
    let named = columns
        .iter()
        .enumerate()
        .map(|(i, (array, _, _))| (format!("c{i}"), Arc::clone(array), true));
    let folder = Folder::new();
    folder.parquet("t.parquet", &RecordBatch::try_from_iter_with_nullable(named).unwrap());
    let lake = folder.connect().await;
    let found = rows(&lake, "SELECT * FROM t").await;
    for (i, (column, (array, ty, shown))) in found[0].columns().iter().zip(&columns).enumerate() {
        let from = array.data_type();
        assert_eq!(column.ty.to_string(), *ty, "{from}");
        assert_eq!(found[0].get::<Value>(i).unwrap().to_string(), *shown, "{from}");
        assert_eq!(found[1].get::<Value>(i).unwrap(), Value::Null, "{from}");
        // Statistics of the file must not mislead a filter on the type that is seen.
        let name = &column.name;
        let empty =
            rows(&lake, &format!("SELECT count(*) AS n FROM t WHERE {name} IS NOT NULL")).await;
        assert_eq!(empty[0].get::<i64>(0).unwrap(), 1, "{from}");
        if i < 26 {
            let sql = format!(
                "SELECT 1 FROM t WHERE {name} = (SELECT max({name}) FROM t) AND {name} >= (SELECT min({name}) FROM t)"
            );
            if column.ty != lakequery::Type::Boolean {
                assert_eq!(rows(&lake, &sql).await.len(), 1, "{from}");
            }
        }
    }
    let reflected = lake.reflect(Default::default()).await.unwrap().all().await.unwrap();
    for (column, (_, ty, _)) in reflected[0].columns.iter().zip(&columns) {
        assert_eq!(column.ty.to_string(), *ty);
    }
    let nested: HashMap<String, i64> = found[0].get("c27").unwrap();
    assert_eq!(nested["k"], 7);
    assert_eq!(found[0].get::<(i32, String)>("c28").unwrap(), (1, "s".to_owned()));
    assert_eq!(found[0].get::<Vec<Option<String>>>("c26").unwrap(), [Some("a".to_owned()), None]);
    let error = found[0].get::<Vec<String>>("c26").unwrap_err();
    assert_eq!(
        error.to_string(),
        "column c26: element 2 is NULL; read it into a `Vec<Option<String>>`"
    );
}

#[tokio::test]
async fn filters_on_widened_columns_find_their_rows() {
    let folder = Folder::new();
    let values = [0, 1, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX];
    let columns: [(&str, ArrayRef); 2] = [
        ("u64", Arc::new(UInt64Array::from(values.to_vec()))),
        ("u32", Arc::new(UInt32Array::from(vec![0, 1, 1 << 31, u32::MAX - 1, u32::MAX]))),
    ];
    folder.parquet("t.parquet", &RecordBatch::try_from_iter(columns).unwrap());
    let lake = folder.connect().await;
    for value in values {
        let text = format!("SELECT u64 FROM t WHERE u64 = CAST('{value}' AS decimal(20,0))");
        let found = rows(&lake, &text).await;
        assert_eq!(found.len(), 1, "{value}");
        assert_eq!(found[0].get::<Value>(0).unwrap().to_string(), value.to_string());
    }
    for value in [0, 1, 1 << 31, u32::MAX - 1, u32::MAX] {
        assert_eq!(rows(&lake, &format!("SELECT u32 FROM t WHERE u32 = {value}")).await.len(), 1);
        assert_eq!(
            rows(&lake, &format!("SELECT u32 FROM t WHERE u32 < {value} OR u32 > {value}"))
                .await
                .len(),
            4
        );
    }
}

#[tokio::test]
async fn columns_have_lower_case_names() {
    let folder = Folder::new();
    let column = |values: Vec<i64>| -> ArrayRef { Arc::new(Int64Array::from(values)) };
    let columns = [
        ("O_OrderKey", column(vec![1, 2])),
        ("Twice", column(vec![3, 4])),
        ("tWICE", column(vec![5, 6])),
    ];
    folder.parquet("t.parquet", &RecordBatch::try_from_iter(columns).unwrap());
    folder.write("c.csv", "\u{feff}Id,Name\n1,x\n");
    let lake = folder.connect().await;
    assert_eq!(keys(&lake, "t WHERE o_orderkey > 1").await, [2]);
    let found = rows(
        &lake,
        "SELECT O_ORDERKEY, \"Twice\", \"tWICE\" FROM t ORDER BY o_orderkey DESC LIMIT 1",
    )
    .await;
    assert_eq!(format!("{:?}", found[0]), r#"{"o_orderkey": 2, "Twice": 4, "tWICE": 6}"#);
    let found = rows(
        &lake,
        "SELECT a.o_orderkey AS k, b.name AS n FROM t AS a JOIN c AS b ON a.o_orderkey = b.ID",
    )
    .await;
    assert_eq!(format!("{found:?}"), r#"[{"k": 1, "n": x}]"#);
}

#[tokio::test]
async fn text_formats_are_read() {
    let folder = Folder::new();
    folder.write(
        "s/c.csv",
        "i,d,b,day,at,text,nothing\n\
         1,1.5,true,2024-02-29,2024-02-29T01:02:03.456,plain,\n\
         ,,,,,\"quoted, \"\"twice\"\"\nand broken\",\n",
    );
    folder.write(
        "s/j.json",
        "{\"i\":1,\"d\":1.5,\"t\":\"x\",\"l\":[1,2],\"o\":{\"a\":\"b\"}}\n{\"i\":null}\n\n",
    );
    folder.write("s/n.ndjson", "{\"i\":1}\n{\"i\":2.5}");
    folder.write("s/a.json", " [ {\"i\":1}, {\"i\":2} ] ");
    folder.write("s/parts/1.csv", "a,b\n1,2\n");
    folder.write("s/parts/2.csv", "a,b\n1.5,x\n");
    folder.write("s/mixed/1.json", "{\"a\":1}\n");
    folder.write("s/mixed/2.json", "{\"b\":\"x\",\"a\":2}\n");
    folder.write("s/mixed/3.json", "");
    let lake = folder.connect().await;
    for (table, types, shown) in [
        (
            "c",
            "i bigint, d double, b boolean, day date, at timestamp(3), text varchar, nothing varchar",
            r#"[{"i": 1, "d": 1.5, "b": true, "day": 2024-02-29, "at": 2024-02-29 01:02:03.456, "text": plain, "nothing": NULL}, {"i": NULL, "d": NULL, "b": NULL, "day": NULL, "at": NULL, "text": quoted, "twice"
and broken, "nothing": NULL}]"#,
        ),
        (
            "j",
            // By name: objects have no order.
            "d double, i bigint, l array(bigint), o row(\"a\" varchar), t varchar",
            r#"[{"d": 1.5, "i": 1, "l": [1, 2], "o": (b), "t": x}, {"d": NULL, "i": NULL, "l": NULL, "o": NULL, "t": NULL}]"#,
        ),
        ("n", "i double", r#"[{"i": 1.0}, {"i": 2.5}]"#),
        ("a", "i bigint", r#"[{"i": 1}, {"i": 2}]"#),
        ("parts", "a double, b varchar", r#"[{"a": 1.0, "b": 2}, {"a": 1.5, "b": x}]"#),
        ("mixed", "a bigint, b varchar", r#"[{"a": 1, "b": NULL}, {"a": 2, "b": x}]"#),
    ] {
        let found = rows(&lake, &format!("SELECT * FROM s.{table} ORDER BY 1 NULLS LAST")).await;
        let columns: Vec<String> = found[0]
            .columns()
            .iter()
            .map(|column| format!("{} {}", column.name, column.ty))
            .collect();
        assert_eq!(columns.join(", "), types, "{table}");
        assert_eq!(format!("{found:?}"), shown, "{table}");
    }
}

#[tokio::test]
async fn a_long_text_file_is_read_whole() {
    // Long enough to be read in parts by several threads, with line breaks in values.
    let folder = Folder::new();
    let mut text = String::from("n,t\n");
    for n in 0..600_000 {
        text.push_str(&format!("{n},\"a\n{n},b\"\n"));
    }
    assert!(text.len() > 10 * 1024 * 1024);
    folder.write("t.csv", text);
    let lake = folder.connect().await;
    let found =
        rows(&lake, "SELECT count(*) AS n, sum(n) AS s, count(DISTINCT t) AS d FROM t").await;
    assert_eq!(found[0].get::<i64>("n").unwrap(), 600_000);
    assert_eq!(found[0].get::<Value>("s").unwrap().to_string(), "179999700000");
    assert_eq!(found[0].get::<i64>("d").unwrap(), 600_000);
}

#[tokio::test]
async fn a_folder_may_be_anywhere() {
    let folder = Folder::new();
    folder.write("a b/ü %20?/t.csv", "x\n1\n");
    let url = format!("datafusion:{}", folder.path("a b/").display());
    let lake = lakequery::connect(&url).await.unwrap();
    let found = rows(&lake, "SELECT x FROM \"ü %20?\".t").await;
    assert_eq!(found[0].get::<i64>(0).unwrap(), 1);
    assert!(!parquet_bytes(&orders()).is_empty());
}

#[tokio::test]
async fn the_old_timestamps_of_parquet_reach_all_years() {
    use parquet::data_type::{Int96, Int96Type};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    // The Julian day and the nanoseconds in it, as Spark and Impala write them.
    let values: Vec<Int96> = [(2_440_588_u32, 1_000_u64), (5_373_484, 86_399_999_999_000)]
        .map(|(day, nanoseconds)| {
            let mut value = Int96::new();
            value.set_data(nanoseconds as u32, (nanoseconds >> 32) as u32, day);
            value
        })
        .to_vec();
    let schema = parse_message_type("message m { required int96 t; }").unwrap();
    let mut file =
        SerializedFileWriter::new(Vec::new(), Arc::new(schema), Default::default()).unwrap();
    let mut group = file.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int96Type>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let folder = Folder::new();
    folder.write("t.parquet", file.into_inner().unwrap());
    let lake = folder.connect().await;
    let found = rows(&lake, "SELECT t FROM t ORDER BY t").await;
    assert_eq!(found[0].columns()[0].ty.to_string(), "timestamp(6)");
    assert_eq!(
        format!("{found:?}"),
        "[{\"t\": 1970-01-01 00:00:00.000001}, {\"t\": 9999-12-31 23:59:59.999999}]"
    );
}
