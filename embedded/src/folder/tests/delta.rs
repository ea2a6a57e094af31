//! Tables of Delta Lake, whose logs are written here by hand, as its protocol has them.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray};

use super::Lake;

const PROTOCOL: &str = r#"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}"#;

/// The metadata of a table with these columns, each with its type in Delta's words.
fn metadata(columns: &[(&str, &str)], partitioned_by: &str) -> String {
    let field = |(name, ty): &(&str, &str)| {
        format!(r#"{{"name":"{name}","type":"{ty}","nullable":true,"metadata":{{}}}}"#)
    };
    let fields: Vec<String> = columns.iter().map(field).collect();
    with_fields(&fields.join(","), partitioned_by, "")
}

fn with_fields(fields: &str, partitioned_by: &str, configuration: &str) -> String {
    let schema = format!(r#"{{"type":"struct","fields":[{fields}]}}"#);
    let schema = schema.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        r#"{{"metaData":{{"id":"t","format":{{"provider":"parquet","options":{{}}}},"schemaString":"{schema}","partitionColumns":[{partitioned_by}],"configuration":{{{configuration}}},"createdTime":0}}}}"#
    )
}

fn add(lake: &Lake, file: &str, partition: &str, more: &str) -> String {
    let size = std::fs::metadata(lake.path(&format!("s/t/{file}"))).map_or(1, |file| file.len());
    format!(
        r#"{{"add":{{"path":"{file}","partitionValues":{{{partition}}},"size":{size},"modificationTime":0,"dataChange":true{more}}}}}"#
    )
}

fn remove(file: &str) -> String {
    format!(r#"{{"remove":{{"path":"{file}","deletionTimestamp":0,"dataChange":true}}}}"#)
}

impl Lake {
    /// Writes a version of the log of `s.t`.
    fn commit(&self, version: usize, actions: &[&str]) {
        self.write(&format!("s/t/_delta_log/{version:020}.json"), actions.join("\n") + "\n");
    }

    /// Writes a file of `s.t`, of a column of integers.
    fn numbers(&self, file: &str, column: &str, values: &[i64]) {
        let values: ArrayRef = Arc::new(Int64Array::from(values.to_vec()));
        self.parquet(&format!("s/t/{file}"), &[(column, values)]);
    }
}

#[tokio::test]
async fn the_log_says_which_files_there_are() {
    let lake = Lake::new();
    lake.numbers("a.parquet", "Id", &[1, 2]);
    lake.numbers("b.parquet", "Id", &[3, 4, 5]);
    let metadata = metadata(&[("Id", "long")], "");
    lake.commit(0, &[PROTOCOL, &metadata, &add(&lake, "a.parquet", "", "")]);
    assert_eq!(lake.rows("SELECT id FROM s.t ORDER BY id").await, ["1", "2"]);
    // A new version is seen by the next query; what was removed is not read.
    lake.commit(1, &[&remove("a.parquet"), &add(&lake, "b.parquet", "", "")]);
    assert_eq!(lake.rows("SELECT id FROM s.t ORDER BY id").await, ["3", "4", "5"]);
    assert_eq!(lake.rows("SELECT count(*) FROM s.t").await, ["3"]);
    assert_eq!(lake.rows("SELECT sum(id) FROM s.t WHERE id > 3").await, ["9"]);
    assert_eq!(lake.columns("s.t").await, ["id bigint"]);
}

#[tokio::test]
async fn columns_are_those_of_the_log() {
    let lake = Lake::new();
    lake.numbers("a.parquet", "id", &[1]);
    let text: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
    let id: ArrayRef = Arc::new(Int64Array::from(vec![2]));
    lake.parquet("s/t/b.parquet", &[("name", text), ("id", id)]);
    let day = r#""day":"2026-01-31""#;
    let before = metadata(&[("id", "long"), ("day", "date")], r#""day""#);
    lake.commit(0, &[PROTOCOL, &before, &add(&lake, "a.parquet", day, "")]);
    // A column is added, and a partition has no value.
    let after = metadata(&[("id", "long"), ("day", "date"), ("name", "string")], r#""day""#);
    lake.commit(1, &[&after, &add(&lake, "b.parquet", r#""day":null"#, "")]);
    assert_eq!(
        lake.rows("SELECT day, id, name FROM s.t ORDER BY id").await,
        ["2026-01-31 1 NULL", "NULL 2 x"]
    );
    assert_eq!(lake.rows("SELECT name FROM s.t WHERE day IS NULL").await, ["x"]);
    assert_eq!(lake.columns("s.t").await, ["id bigint", "day date", "name varchar"]);
}

#[tokio::test]
async fn columns_are_renamed() {
    let lake = Lake::new();
    lake.numbers("a.parquet", "col-7f", &[7]);
    let field = r#"{"name":"amount","type":"long","nullable":true,"metadata":{"delta.columnMapping.id":1,"delta.columnMapping.physicalName":"col-7f"}}"#;
    let protocol = r#"{"protocol":{"minReaderVersion":2,"minWriterVersion":5}}"#;
    let mode = r#""delta.columnMapping.mode":"name","delta.columnMapping.maxColumnId":"1""#;
    let metadata = with_fields(field, "", mode);
    lake.commit(0, &[protocol, &metadata, &add(&lake, "a.parquet", "", "")]);
    assert_eq!(lake.rows("SELECT amount FROM s.t").await, ["7"]);
}

/// A deletion vector of one row, as a log has it.
fn deletion_vector(row: u16) -> String {
    let mut bytes = 1_681_511_377_u32.to_le_bytes().to_vec();
    // One bitmap of 32 bits, under the key 0.
    bytes.extend(1_u64.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    // Its cookie, and one container, of the key 0, with one value, behind these 16 bytes.
    for word in [12_346_u32, 1, 0, 16] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(row.to_le_bytes());
    let size = bytes.len();
    bytes.resize(size.next_multiple_of(4), 0);
    const DIGITS: &[u8; 85] =
        b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    let mut text = String::new();
    for word in bytes.chunks(4) {
        let word = word.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        let digit = |power: u32| char::from(DIGITS[(word / 85_u32.pow(power) % 85) as usize]);
        text.extend([4, 3, 2, 1, 0].map(digit));
    }
    format!(
        r#","deletionVector":{{"storageType":"i","pathOrInlineDv":"{text}","sizeInBytes":{size},"cardinality":1}}"#
    )
}

#[tokio::test]
async fn deleted_rows_are_not_read() {
    let lake = Lake::new();
    lake.numbers("a.parquet", "id", &[10, 20, 30]);
    let protocol = r#"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]}}"#;
    let metadata = with_fields(
        r#"{"name":"id","type":"long","nullable":true,"metadata":{}}"#,
        "",
        r#""delta.enableDeletionVectors":"true""#,
    );
    lake.commit(0, &[protocol, &metadata, &add(&lake, "a.parquet", "", &deletion_vector(1))]);
    assert_eq!(lake.rows("SELECT id FROM s.t ORDER BY id").await, ["10", "30"]);
    assert_eq!(lake.rows("SELECT count(*) FROM s.t").await, ["2"]);
}

#[tokio::test]
async fn what_is_wrong_is_said_with_the_path() {
    let id = metadata(&[("id", "long")], "");
    let newer = r#"{"protocol":{"minReaderVersion":99,"minWriterVersion":99}}"#;
    let unknown = r#"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["timeMachine"],"writerFeatures":["timeMachine"]}}"#;
    let first = [PROTOCOL, &id];
    for (versions, expected) in [
        (vec![(0, vec![newer, id.as_str()])], "99"),
        (vec![(0, vec![unknown, id.as_str()])], "timeMachine"),
        (vec![(0, first.to_vec()), (2, vec![PROTOCOL])], ""),
        (vec![(1, first.to_vec())], ""),
        (vec![(0, vec![PROTOCOL])], ""),
        (vec![(0, vec![PROTOCOL, &id[..id.len() / 2]])], ""),
    ] {
        let lake = Lake::new();
        for (version, actions) in &versions {
            lake.commit(*version, actions);
        }
        let found = lake.ask("SELECT id FROM s.t").await.map_err(|error| error.to_string());
        let found = found.map_err(|error| error.replace(&lake.root(), "ROOT"));
        let is_told = |error: &String| error.contains("`ROOT/s/t`") && error.contains(expected);
        assert!(found.as_ref().is_err_and(is_told), "{found:?} of {versions:?}");
    }
    // A file that is gone.
    let lake = Lake::new();
    lake.numbers("gone.parquet", "id", &[1, 2, 3]);
    lake.commit(0, &[PROTOCOL, &id, &add(&lake, "gone.parquet", "", "")]);
    std::fs::remove_file(lake.path("s/t/gone.parquet")).unwrap();
    let error = lake.error("SELECT id FROM s.t").await;
    assert!(error.contains("`ROOT/s/t` names a file that does not exist: "), "{error}");
    assert!(error.contains("gone.parquet"), "{error}");
    // One that is cut.
    lake.numbers("gone.parquet", "id", &[1, 2, 3]);
    let bytes = std::fs::read(lake.path("s/t/gone.parquet")).unwrap();
    lake.write("s/t/gone.parquet", &bytes[..bytes.len() / 2]);
    let error = lake.error("SELECT id FROM s.t").await;
    assert!(error.contains("the Delta Lake table `ROOT/s/t` can't be read: "), "{error}");
}
