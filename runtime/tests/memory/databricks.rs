//! Databricks' answers: JSON about a result, and its chunks, which are packed.

use std::io::Write;
use std::sync::Arc;

use arrow_ipc::writer::StreamWriter;
use lakequery::arrow_array::{ArrayRef, Int64Array, NullArray, RecordBatch, StringArray};
use lz4_flex::frame::FrameEncoder;

use crate::child::Outcome::{Refused, Rows, TooLarge};
use crate::http::Seen;
use crate::{Case, case};

fn url(address: &str) -> String {
    format!("databricks://token:t@{address}?http_path=/sql/1.0/warehouses/w&ssl=false")
}

/// Answers a statement with this manifest and so many links, each to this chunk.
fn result(
    columns: &str,
    rows: usize,
    chunks: usize,
    chunk: Vec<u8>,
) -> impl Fn(&Seen) -> Vec<u8> + Send + Sync + use<> {
    let links = (0..chunks).map(|index| {
        format!(
            r#"{{"chunk_index":{index},"row_offset":{},"row_count":{rows},"external_link":"http://AT/{index}"}}"#,
            index * rows
        )
    });
    let links = links.collect::<Vec<_>>().join(",");
    let count = columns.matches("name").count();
    let answer = format!(
        r#"{{"statement_id":"{{base}}","status":{{"state":"SUCCEEDED"}},"manifest":{{"schema":{{"column_count":{count},"columns":[{columns}]}},"total_chunk_count":{chunks},"total_row_count":{},"result_compression":"LZ4_FRAME"}},"result":{{"external_links":[{links}]}}}}"#,
        rows * chunks
    );
    let chunk = Arc::new(chunk);
    move |seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("POST", path) if path.ends_with("/sessions") => br#"{"session_id":"s"}"#.to_vec(),
        ("POST", path) if path.ends_with("/statements") => {
            answer.replace("AT", &seen.host).into_bytes()
        }
        ("GET", _) => chunk.to_vec(),
        _ => b"{}".to_vec(),
    }
}

fn column(ty: &str) -> String {
    format!(r#"{{"name":"n","type_text":"{ty}"}}"#)
}

/// Items with commas between.
fn times(item: &str, count: usize) -> String {
    vec![item; count].join(",")
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A chunk of one column.
fn chunk(array: ArrayRef) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable([("n", array, true)]).unwrap();
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    packed(&writer.into_inner().unwrap())
}

pub(crate) fn cases() -> Vec<Case> {
    let numbers = |count: i64| chunk(Arc::new(Int64Array::from_iter_values(0..count)));
    let of = |name, outcome, columns: &str, rows, chunks, chunk| {
        case(name, url, outcome, result(columns, rows, chunks, chunk))
    };
    vec![
        of(
            "a chunk that unpacks to much",
            TooLarge,
            &column("BIGINT"),
            1,
            1,
            packed(&vec![0; 600 << 20]),
        ),
        of("columns", Refused, &times(r#"{"name":""}"#, 1_600_000), 1, 1, numbers(1)),
        of(
            "leaves",
            TooLarge,
            &times(&column(&format!("STRUCT<{}>", times("a:INT", 500))), 1_500),
            1,
            1,
            numbers(1),
        ),
        of("a long type", TooLarge, &column(&"x".repeat(50 << 20)), 1, 1, numbers(1)),
        of(
            "rows that are not there",
            Refused,
            &column("VOID"),
            usize::MAX >> 12,
            1,
            chunk(Arc::new(NullArray::new(10))),
        ),
        // What is only large.
        of(
            "a long text",
            Rows(1),
            &column("STRING"),
            1,
            1,
            chunk(Arc::new(StringArray::from(vec!["x".repeat(50 << 20)]))),
        ),
        of("many chunks", Rows(2_000_000), &column("BIGINT"), 50_000, 40, numbers(50_000)),
    ]
}
