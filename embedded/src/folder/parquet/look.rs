//! A look at Parquet files before they are read: their columns, and what their footers say
//! of the values.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow_schema::{DataType, Schema, SchemaRef};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, DataFusionError, ScalarValue, Statistics};
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::object_store::ObjectMeta;
use datafusion::object_store::path::Path as ObjectPath;
use futures::{FutureExt, StreamExt};

use super::super::columns::matched;
use super::super::walk::File;
use super::footer;
use crate::error::{self, Result};

/// How many files are looked at together.
const FILES_AT_ONCE: usize = 16;

/// What the footer of a file says.
#[derive(Debug)]
pub(super) struct Look {
    /// The columns, as the file has them.
    pub(super) columns: SchemaRef,
    statistics: Statistics,
}

/// A look at each of the files; an error where it can't be read.
pub(super) async fn at<'a>(
    runtime: &RuntimeEnv,
    files: impl Iterator<Item = &'a File>,
) -> Vec<Result<Arc<Look>>> {
    let looks: Vec<_> = files.map(|file| at_file(runtime, file)).collect();
    futures::stream::iter(looks).buffered(FILES_AT_ONCE).collect().await
}

async fn at_file(runtime: &RuntimeEnv, file: &File) -> Result<Arc<Look>> {
    if file.length == 0 {
        return Err(error::unreadable(&file.path, "it is empty"));
    }
    // The reader of Parquet panics at some broken files.
    match AssertUnwindSafe(look(runtime, file)).catch_unwind().await {
        Ok(Ok(Ok(look))) => Ok(Arc::new(look)),
        Ok(Ok(Err(Twins(name)))) => {
            let reason = format!("two of its columns are called `{name}`");
            Err(error::unreadable(&file.path, &reason))
        }
        Ok(Err(error)) => Err(error::unreadable_file(&file.path, error)),
        Err(_) => Err(error::unreadable(&file.path, "it is not a complete Parquet file")),
    }
}

/// The name of two columns of one file.
struct Twins(String);

async fn look(runtime: &RuntimeEnv, file: &File) -> Result<Result<Look, Twins>, DataFusionError> {
    let store = runtime.object_store(store_url())?;
    let object = object(file)?;
    let cache = runtime.cache_manager.get_file_metadata_cache();
    let footer = DFParquetMetadata::new(&store, &object).with_file_metadata_cache(Some(cache));
    let metadata = footer.fetch_metadata().await?;
    if let Some(name) = footer::twins(&metadata) {
        return Ok(Err(Twins(name.to_owned())));
    }
    let columns = Arc::new(footer::schema(&metadata)?);
    let statistics = DFParquetMetadata::statistics_from_parquet_metadata(&metadata, &columns)?;
    Ok(Ok(Look { columns, statistics }))
}

/// Where local files are found.
pub(super) fn store_url() -> ObjectStoreUrl {
    ObjectStoreUrl::local_filesystem()
}

/// The file, as an object of the store.
pub(super) fn object(file: &File) -> Result<ObjectMeta, DataFusionError> {
    let text = file.path.to_str().ok_or_else(|| {
        let error = error::unreadable(&file.path, "its path is not UTF-8");
        DataFusionError::External(Box::new(error))
    })?;
    Ok(ObjectMeta {
        location: ObjectPath::parse(text)?,
        last_modified: file.modified.unwrap_or(std::time::UNIX_EPOCH).into(),
        size: file.length,
        e_tag: None,
        version: None,
    })
}

impl Look {
    /// What is known of the table's columns in the file.
    pub(super) fn statistics(&self, table: &Schema) -> Statistics {
        let fields = table.fields().iter().zip(matched(table, self.columns.fields()));
        let columns = fields.map(|(field, i)| {
            match i.and_then(|i| self.statistics.column_statistics.get(i)) {
                Some(known) => believed(known, field.data_type()),
                None => ColumnStatistics::new_unknown(),
            }
        });
        Statistics {
            num_rows: self.statistics.num_rows,
            total_byte_size: self.statistics.total_byte_size,
            column_statistics: columns.collect(),
        }
    }
}

/// What is known of a column in a file, in the table's type.
///
/// DataFusion takes the least and the greatest value of a column for all there is to know of
/// it: where they are equal, the column is not read at all. But footers leave NaN out of them.
fn believed(known: &ColumnStatistics, ty: &DataType) -> ColumnStatistics {
    if ty.is_nested() {
        return ColumnStatistics::new_unknown();
    }
    let end = |value: &Precision<ScalarValue>| match ty.is_floating() {
        true => Precision::Absent,
        // A value that the type does not hold is not one that is read, either.
        false => value.cast_to(ty).unwrap_or(Precision::Absent),
    };
    ColumnStatistics {
        null_count: known.null_count,
        min_value: end(&known.min_value),
        max_value: end(&known.max_value),
        sum_value: Precision::Absent,
        distinct_count: known.distinct_count,
        byte_size: known.byte_size,
    }
}
