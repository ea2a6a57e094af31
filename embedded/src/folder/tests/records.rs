//! Tables of ORC and Avro files.

use std::sync::Arc;

use arrow_array::builder::{Int64Builder, ListBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array,
    RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_avro::compression::CompressionCodec;
use arrow_avro::writer::format::AvroOcfFormat;
use arrow_avro::writer::{AvroWriter, WriterBuilder};
use orc_rust::ArrowWriterBuilder;

use super::{Lake, numbered};

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let columns = columns.iter().map(|(name, array)| (*name, Arc::clone(array), true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// A file of the format.
fn file(ending: &str, columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    let batch = batch(columns);
    if ending == "orc" {
        let mut bytes = Vec::new();
        let mut writer = ArrowWriterBuilder::new(&mut bytes, batch.schema()).try_build().unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        return bytes;
    }
    let mut writer = AvroWriter::new(Vec::new(), batch.schema().as_ref().clone()).unwrap();
    // Several blocks.
    for row in 0..batch.num_rows() {
        writer.write(&batch.slice(row, 1)).unwrap();
    }
    writer.finish().unwrap();
    writer.into_inner()
}

fn array<A: arrow_array::Array + 'static>(array: A) -> ArrayRef {
    Arc::new(array)
}

const FORMATS: [&str; 2] = ["orc", "avro"];

#[tokio::test]
async fn values_are_what_was_written() {
    for ending in FORMATS {
        let lake = Lake::new();
        let columns = [
            ("I", array(Int32Array::from(vec![Some(1), None]))),
            ("l", array(Int64Array::from(vec![Some(i64::MIN), Some(2)]))),
            ("d", array(Float64Array::from(vec![Some(1.5), Some(f64::NAN)]))),
            ("b", array(BooleanArray::from(vec![Some(true), None]))),
            ("s", array(StringArray::from(vec![Some("ä, \"x\""), Some("")]))),
        ];
        lake.write(&format!("s/t.{ending}"), file(ending, &columns));
        assert_eq!(
            lake.columns("s.t").await,
            ["i integer", "l bigint", "d double", "b boolean", "s varchar"],
            "{ending}"
        );
        assert_eq!(
            lake.rows("SELECT * FROM s.t ORDER BY l").await,
            ["1 -9223372036854775808 1.5 true ä, \"x\"", "NULL 2 NaN NULL "],
            "{ending}"
        );
        // Some columns, in another order, and none.
        assert_eq!(lake.rows("SELECT s, l FROM s.t WHERE i = 1").await.len(), 1);
        assert_eq!(lake.rows("SELECT count(*) FROM s.t").await, ["2"], "{ending}");
    }
}

#[tokio::test]
async fn logical_types_of_avro() {
    let lake = Lake::new();
    let mut list = ListBuilder::new(Int64Builder::new());
    list.append_value([Some(1), None]);
    let decimal = Decimal128Array::from(vec![1250]).with_precision_and_scale(12, 2).unwrap();
    let columns = [
        ("amount", array(decimal)),
        ("day", array(Date32Array::from(vec![19_782]))),
        ("at", array(TimestampMicrosecondArray::from(vec![1_500_000]).with_timezone("+00:00"))),
        ("list", array(list.finish())),
    ];
    lake.write("s/t.avro", file("avro", &columns));
    assert_eq!(
        lake.columns("s.t").await,
        [
            "amount decimal(12,2)",
            "day date",
            "at timestamp(6) with time zone",
            "list array(bigint)"
        ]
    );
    assert_eq!(
        lake.rows("SELECT amount, day, at, list FROM s.t").await,
        ["12.50 2024-02-29 1970-01-01T00:00:01.500Z [1, NULL]"]
    );
}

#[tokio::test]
async fn blocks_of_avro_are_compressed() {
    for codec in [
        CompressionCodec::Deflate,
        CompressionCodec::Snappy,
        CompressionCodec::ZStandard,
        CompressionCodec::Bzip2,
    ] {
        let lake = Lake::new();
        let batch = batch(&[("a", array(Int64Array::from_iter_values(0..1_000)))]);
        let mut writer = WriterBuilder::new(batch.schema().as_ref().clone())
            .with_compression(Some(codec))
            .build::<_, AvroOcfFormat>(Vec::new())
            .unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
        lake.write("s/t.avro", writer.into_inner());
        assert_eq!(lake.rows("SELECT sum(a) FROM s.t").await, ["499500"], "{codec:?}");
    }
}

#[tokio::test]
async fn files_grow_apart_in_partitions() {
    for ending in FORMATS {
        let lake = Lake::new();
        let first = [("id", array(Int32Array::from(vec![1])))];
        let second = [
            ("Name", array(StringArray::from(vec!["x"]))),
            ("ID", array(Int64Array::from(vec![1 << 40]))),
        ];
        lake.write(&numbered("s/t/day=2026-01-01", 1, ending), file(ending, &first));
        lake.write(&numbered("s/t/day=2026-01-02", 2, ending), file(ending, &second));
        assert_eq!(
            lake.columns("s.t").await,
            ["id bigint", "name varchar", "day date"],
            "{ending}"
        );
        assert_eq!(
            lake.rows("SELECT * FROM s.t ORDER BY id").await,
            ["1 NULL 2026-01-01", "1099511627776 x 2026-01-02"],
            "{ending}"
        );
        assert_eq!(lake.rows("SELECT count(*), max(day) FROM s.t").await, ["2 2026-01-02"]);
    }
}

#[tokio::test]
async fn no_part_of_a_file_is_taken_for_the_whole() {
    for ending in FORMATS {
        let columns = [
            ("id", array(Int64Array::from_iter_values(0..5))),
            ("text", array(StringArray::from_iter_values((0..5).map(|n| "x".repeat(n))))),
        ];
        let whole = file(ending, &columns);
        let lake = Lake::new();
        let mut short = Vec::new();
        for end in 0..whole.len() {
            lake.write(&format!("s/t.{ending}"), &whole[..end]);
            match lake.ask("SELECT count(*), sum(id) FROM s.t").await {
                Err(error) => {
                    let error = error.to_string();
                    assert!(error.contains(&format!("s/t.{ending}` can't be read: ")), "{error}");
                }
                Ok(rows) => short.push((end, rows)),
            }
        }
        // Avro has no end mark: a file that ends behind a block is whole.
        let blocks: Vec<&str> = short.iter().map(|(_, rows)| rows[0].as_str()).collect();
        let expected: &[&str] =
            if ending == "avro" { &["0 NULL", "1 0", "2 1", "3 3", "4 6"] } else { &[] };
        assert_eq!(blocks, expected, "{ending}");
    }
}

#[tokio::test]
async fn what_is_no_file_of_the_format_is_an_error() {
    for (file, bytes) in
        [("t.avro", &b"Obj"[..]), ("t.orc", b"ORC"), ("t.avro", b"PAR1"), ("t.orc", b"")]
    {
        let lake = Lake::new();
        lake.write(&format!("s/{file}"), bytes);
        let error = lake.error("SELECT * FROM s.t").await;
        assert!(error.starts_with(&format!("`ROOT/s/{file}` can't be read: ")), "{error}");
    }
}
