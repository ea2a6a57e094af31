//! Folders as queries see them: layouts, files that grew apart, and which files are opened.

#[cfg(feature = "delta")]
mod delta;
mod grown;
mod opened;
mod options;
mod partitioned;
mod records;
mod stated;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use futures::TryStreamExt;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use crate::{Folder, Result, Session};

/// A folder of tables, and a session over it.
struct Lake {
    dir: tempfile::TempDir,
    session: Session,
}

impl Lake {
    fn new() -> Lake {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path(), None).unwrap();
        Lake { dir, session: Session::new().unwrap().with_folder(folder) }
    }

    fn path(&self, file: &str) -> PathBuf {
        let path = self.dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(file), bytes).unwrap();
    }

    /// Writes a file of Parquet with these columns, all of which can be NULL.
    fn parquet(&self, file: &str, columns: &[(&str, ArrayRef)]) {
        self.write(file, parquet(columns));
    }

    /// The rows of a query, their values with spaces between, or the error.
    async fn ask(&self, sql: &str) -> Result<Vec<String>> {
        let batches: Vec<_> = self.session.plan(sql, vec![]).await?.run().try_collect().await?;
        Ok(batches.iter().flat_map(rows).collect())
    }

    async fn rows(&self, sql: &str) -> Vec<String> {
        self.ask(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    async fn error(&self, sql: &str) -> String {
        let error = self.ask(sql).await.expect_err(sql);
        error.to_string().replace(&self.root(), "ROOT")
    }

    /// The folder, as errors name it.
    fn root(&self) -> String {
        fs::canonicalize(self.dir.path()).unwrap().display().to_string()
    }

    /// The names and types of a table's columns.
    async fn columns(&self, table: &str) -> Vec<String> {
        let plan = self.session.plan(&format!("SELECT * FROM {table}"), vec![]).await.unwrap();
        let column = |field: &Arc<arrow_schema::Field>| {
            format!("{} {}", field.name(), crate::types::column_name(field.data_type()))
        };
        plan.schema().fields().iter().map(column).collect()
    }
}

fn parquet(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    let columns = columns.iter().map(|(name, array)| (*name, Arc::clone(array), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    // Several row groups, which filters can pass over.
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(4)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn rows(batch: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::new().with_null("NULL");
    let columns: Vec<_> = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
        .collect();
    let row = |row| {
        columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join(" ")
    };
    (0..batch.num_rows()).map(row).collect()
}

/// Numbers that look random, and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// The path below the folder of a lake, for files in the order of their names.
fn numbered(folder: &str, number: usize, ending: &str) -> String {
    Path::new(folder).join(format!("part-{number:05}.{ending}")).display().to_string()
}
