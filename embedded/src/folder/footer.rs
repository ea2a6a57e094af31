//! Footers of Parquet files: what in them DataFusion would not notice.
//!
//! It drops the second of two columns of one name. It takes the number of all rows
//! for that of the rows to read at once; some old writers left it at 0. And it takes
//! a dictionary to begin where the footer says; they left that at 0, too.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{DataFusionError, Result};
use datafusion::datasource::physical_plan::parquet::ParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::parquet::arrow::arrow_reader::ArrowReaderOptions;
use datafusion::parquet::arrow::async_reader::AsyncFileReader;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, ParquetMetaDataBuilder, RowGroupMetaData,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt};

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

/// The plan, with readers of Parquet that mend footers.
pub(super) fn mending(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    plan.transform_up(|plan| {
        let scan = plan
            .downcast_ref::<DataSourceExec>()
            .and_then(|scan| scan.downcast_to_file_source::<ParquetSource>());
        let Some((config, source)) = scan else { return Ok(Transformed::no(plan)) };
        let Some(readers) = source.parquet_file_reader_factory() else {
            return Err(DataFusionError::Internal("Parquet is read by no reader".to_owned()));
        };
        let readers = Arc::new(Mending(Arc::clone(readers)));
        let source = source.clone().with_parquet_file_reader_factory(readers);
        let config = FileScanConfigBuilder::from(config.clone()).with_source(Arc::new(source));
        let scan: Arc<dyn ExecutionPlan> = DataSourceExec::from_data_source(config.build());
        Ok(Transformed::yes(scan))
    })
    .data()
}

/// Readers whose footers are mended.
#[derive(Debug)]
struct Mending(Arc<dyn ParquetFileReaderFactory>);

impl ParquetFileReaderFactory for Mending {
    fn create_reader(
        &self,
        partition: usize,
        file: datafusion::datasource::listing::PartitionedFile,
        hint: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let reader = self.0.create_reader(partition, file, hint, metrics)?;
        Ok(Box::new(MendingReader(reader)))
    }
}

struct MendingReader(Box<dyn AsyncFileReader + Send>);

impl AsyncFileReader for MendingReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        self.0.get_bytes(range)
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, Result<Vec<Bytes>, ParquetError>> {
        self.0.get_byte_ranges(ranges)
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>, ParquetError>> {
        self.0.get_metadata(options).and_then(async |metadata| mended(metadata)).boxed()
    }
}
