//! Reading the answers of Trino and Presto, with the rows in them.

use arrow_array::{Array, RecordBatch};
use lakequery::fuzzing::presto;
use lakequery::fuzzing::trino::{self, Answer, Named, Rows};
use serde_json::Value;

use crate::batch::{MEMORY, sound};
use crate::{Property, files};

pub(crate) const PROPERTY: Property = Property { name: "answer", holds, seeds, memory: MEMORY };

/// The answers of real servers.
pub(crate) fn recorded() -> Vec<String> {
    let files = files::texts("runtime/tests/trino/recorded", "pages");
    files.iter().flat_map(|file| file.split("\n---\n")).map(str::to_owned).collect()
}

fn seeds() -> Vec<Vec<u8>> {
    files::bytes(recorded())
}

fn holds(input: &[u8]) {
    let Some(Answer { columns, data }) = trino::answer(input) else { return };
    let known = |columns: &Option<Named>| columns.clone().unwrap_or_default();
    match data {
        Rows::Json(Some(Ok(batch))) => {
            sound(&batch);
            if let Ok(answer) = serde_json::from_slice(input) {
                as_others_read(&batch, &answer);
            }
        }
        Rows::Json(Some(Err(error))) => told(&error),
        Rows::None | Rows::Json(None) => {}
        Rows::Segments(encoding, segments) => {
            for (unpacked, bytes) in segments {
                match trino::segment(&known(&columns), &encoding, unpacked, &bytes) {
                    Ok(batches) => batches.iter().for_each(sound),
                    Err(error) => told(&error),
                }
            }
        }
        Rows::Pages(pages) => {
            for page in pages {
                match presto::page(&known(&columns), &page) {
                    Ok(batch) => sound(&batch),
                    Err(error) => told(&error),
                }
            }
        }
    }
}

/// What is wrong is the server's fault, and told as such.
pub(crate) fn told(error: &lakequery::Error) {
    assert!(error.is_broken_data() || error.is_unsupported(), "{error}");
}

/// Another reader of JSON finds as many rows, and NULL at the same places.
fn as_others_read(batch: &RecordBatch, answer: &Value) {
    let Value::Array(rows) = &answer["data"] else { return };
    assert_eq!(batch.num_rows(), rows.len());
    for (column, array) in batch.columns().iter().enumerate() {
        let nulls = array.logical_nulls();
        for (i, row) in rows.iter().enumerate() {
            let is_null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(i));
            assert_eq!(is_null, row[column].is_null(), "column {column} of row {i}");
        }
    }
}
