//! Which Parquet file of a table is broken: looked for after a query has failed, for
//! the failure does not name it, and may even be a panic.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use lakequery_types::FileFormat;

use super::table::Table;
use crate::error::{Error, unreadable};

/// The error of the first file that can't be read to its end. Blocks.
pub(crate) fn first_broken(tables: &[Arc<Table>]) -> Option<Error> {
    let of_parquet = |table: &&Arc<Table>| table.files().format == Some(FileFormat::Parquet);
    let parquet = tables.iter().filter(of_parquet);
    let mut files = parquet.flat_map(|table| &table.files().files);
    files.find_map(|file| {
        let reason = broken(&file.path)?;
        Some(unreadable(&file.path, &reason))
    })
}

/// Why a file can't be read to its end.
fn broken(path: &Path) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(|| read(path))) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(format!("its data are damaged ({error})")),
        Err(_) => Some("its data are damaged".to_owned()),
    }
}

fn read(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    for batch in ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?.build()? {
        batch?;
    }
    Ok(())
}
