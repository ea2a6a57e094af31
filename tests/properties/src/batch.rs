//! What holds of rows, whoever sent them.

use arrow_array::{Array, RecordBatch};
use lakequery::{Value, fuzzing};

/// How many of the rows are looked at one by one, and of how large batches.
const ROWS: usize = 64;
const BYTES: usize = 1 << 20;

/// The memory that rows may take, however few bytes name them, and for each byte: what
/// the budget of an answer is, and as much again while an array grows.
pub(crate) const MEMORY: (u64, u64) = (400 << 20, 64);

/// Panics where rows are not what Arrow and this crate's readers count on.
pub(crate) fn sound(batch: &RecordBatch) {
    for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        assert_eq!(field.data_type(), array.data_type());
        array.to_data().validate_full().expect("a valid array");
    }
    if batch.get_array_memory_size() > BYTES {
        return;
    }
    for row in fuzzing::rows(batch.clone()).take(ROWS) {
        for column in 0..row.len() {
            if let Ok(value) = row.get::<Option<Value>>(column) {
                // Nothing is said of the text, but that there is one.
                let _ = value.map(|value| value.to_string());
            }
        }
    }
}
