//! Footers of Parquet files: what in them DataFusion would not notice.
//!
//! It drops the second of two columns of one name. It takes the number of all rows
//! for that of the rows to read at once; some old writers left it at 0. And it takes
//! a dictionary to begin where the footer says; they left that at 0, too.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_schema::{Schema, SchemaRef, TimeUnit};
use bytes::Bytes;
use datafusion::common::Result;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::{Int96Coercer, ParquetFileReaderFactory};
use datafusion::parquet::arrow::arrow_reader::ArrowReaderOptions;
use datafusion::parquet::arrow::async_reader::AsyncFileReader;
use datafusion::parquet::arrow::parquet_to_arrow_schema;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, ParquetMetaDataBuilder, RowGroupMetaData,
};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::super::columns;

/// The unit of the type that has none of its own; microseconds reach all years,
/// nanoseconds 1677 to 2262.
pub(super) const INT96: TimeUnit = TimeUnit::Microsecond;

/// The columns of a file.
pub(super) fn schema(metadata: &ParquetMetaData) -> Result<Schema, ParquetError> {
    let file = metadata.file_metadata();
    let schema = parquet_to_arrow_schema(file.schema_descr(), file.key_value_metadata())?;
    Ok(Int96Coercer::new(file.schema_descr(), &schema, &INT96).coerce().unwrap_or(schema))
}

/// The name of two columns.
pub(super) fn twins(metadata: &ParquetMetaData) -> Option<&str> {
    let columns = metadata.file_metadata().schema().get_fields();
    let mut names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    names.sort_unstable();
    names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// How many rows the row groups have.
fn rows(metadata: &ParquetMetaData) -> i64 {
    metadata.row_groups().iter().map(|group| group.num_rows()).fold(0, i64::saturating_add)
}

/// Whether the footer places the column's dictionary where none can be: like other
/// readers, takes one only before the first page of values and behind the magic.
fn misplaces_dictionary(column: &ColumnChunkMetaData) -> bool {
    column.dictionary_page_offset().is_some_and(|at| at <= 0 || at >= column.data_page_offset())
}

/// The row group without dictionaries that are misplaced: the first page is read then,
/// whatever is in it.
fn with_dictionaries(group: &RowGroupMetaData) -> Result<RowGroupMetaData, ParquetError> {
    let columns = group.columns().iter().map(|column| match misplaces_dictionary(column) {
        true => column.clone().into_builder().set_dictionary_page_offset(None).build(),
        false => Ok(column.clone()),
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    group.clone().into_builder().set_column_metadata(columns).build()
}

/// The footer with the number of rows that its row groups have, and without
/// dictionaries that are misplaced.
fn mended(metadata: Arc<ParquetMetaData>) -> Result<Arc<ParquetMetaData>, ParquetError> {
    let (file, groups) = (metadata.file_metadata(), metadata.row_groups());
    let is_right = file.num_rows() == rows(&metadata)
        && !groups.iter().any(|group| group.columns().iter().any(misplaces_dictionary));
    if is_right {
        return Ok(metadata);
    }
    let file = FileMetaData::new(
        file.version(),
        rows(&metadata),
        file.created_by().map(str::to_owned),
        file.key_value_metadata().cloned(),
        file.schema_descr_ptr(),
        file.column_orders().cloned(),
    );
    let groups = groups.iter().map(with_dictionaries).collect::<Result<Vec<_>, _>>()?;
    let metadata = ParquetMetaDataBuilder::new(file)
        .set_row_groups(groups)
        .set_column_index(metadata.column_index().cloned())
        .set_offset_index(metadata.offset_index().cloned());
    Ok(Arc::new(metadata.build()))
}

/// Readers whose footers are mended, and held against the table's columns.
#[derive(Debug)]
pub(super) struct Readers {
    pub(super) inner: Arc<dyn ParquetFileReaderFactory>,
    pub(super) expected: Expected,
}

/// The columns that files need to have, but for the files that were looked at before.
#[derive(Clone)]
pub(super) struct Expected {
    pub(super) columns: SchemaRef,
    /// Told where a file has others.
    pub(super) outgrown: Arc<AtomicBool>,
}

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expected").field(&self.columns).finish()
    }
}

impl Expected {
    /// An error where a file has columns that the table's do not hold.
    pub(super) fn check(&self, path: &Path, file: &Schema) -> crate::error::Result<()> {
        columns::check(&self.columns, path, file)
            .inspect_err(|_| self.outgrown.store(true, Ordering::Relaxed))
    }
}

/// The mark of a file whose columns are known to fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fits;

impl ParquetFileReaderFactory for Readers {
    fn create_reader(
        &self,
        partition: usize,
        file: PartitionedFile,
        hint: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let unknown = match file.extension::<Fits>() {
            Some(Fits) => None,
            None => Some((format!("/{}", file.path()), self.expected.clone())),
        };
        let inner = self.inner.create_reader(partition, file, hint, metrics)?;
        Ok(Box::new(Reader { inner, unknown }))
    }
}

struct Reader {
    inner: Box<dyn AsyncFileReader + Send>,
    /// The path of a file whose columns are not known, and what they need to be.
    unknown: Option<(String, Expected)>,
}

impl AsyncFileReader for Reader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        self.inner.get_bytes(range)
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, Result<Vec<Bytes>, ParquetError>> {
        self.inner.get_byte_ranges(ranges)
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>, ParquetError>> {
        async move {
            let metadata = self.inner.get_metadata(options).await?;
            if let Some((path, expected)) = &self.unknown {
                expected
                    .check(Path::new(path), &schema(&metadata)?)
                    .map_err(|error| ParquetError::External(Box::new(error)))?;
            }
            mended(metadata)
        }
        .boxed()
    }
}
