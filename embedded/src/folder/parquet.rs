//! Parquet files, of whose footers only so much is believed as every writer means.
//!
//! DataFusion takes the least and the greatest value of a column for all there is to
//! know of it: where they are equal, the column is not read at all. But footers leave
//! NaN out of them. And they say how a row group is sorted, which DataFusion takes for
//! the whole file.

use std::fmt;
use std::sync::Arc;

use arrow_schema::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{Result, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::physical_plan::{FileScanConfig, FileSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::object_store::{ObjectMeta, ObjectStore};
use datafusion::physical_plan::ExecutionPlan;

use super::footer::mending;

/// DataFusion's reader of Parquet files, with less belief in footers.
pub(super) struct Parquet {
    inner: ParquetFormat,
}

impl Parquet {
    pub(super) fn new() -> Parquet {
        let mut options = TableParquetOptions::default();
        // The type without a unit of its own; microseconds reach all years, nanoseconds 1677 to 2262.
        options.global.coerce_int96 = Some("us".into());
        options.global.schema_force_view_types = false;
        Parquet { inner: ParquetFormat::default().with_options(options) }
    }
}

impl fmt::Debug for Parquet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// The statistics without the ends of columns that may have NaN.
fn believed(mut statistics: Statistics, schema: &SchemaRef) -> Statistics {
    for (column, field) in statistics.column_statistics.iter_mut().zip(schema.fields()) {
        if field.data_type().is_floating() {
            column.min_value = Precision::Absent;
            column.max_value = Precision::Absent;
        }
    }
    statistics
}

#[async_trait]
impl FileFormat for Parquet {
    fn get_ext(&self) -> String {
        self.inner.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.inner.get_ext_with_compression(compression)
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        self.inner.compression_type()
    }

    async fn infer_schema(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        objects: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        self.inner.infer_schema(state, store, objects).await
    }

    // Whether the rows are sorted is left to the trait, which says no.
    async fn infer_stats(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Statistics> {
        let statistics = self.inner.infer_stats(state, store, Arc::clone(&schema), object).await?;
        Ok(believed(statistics, &schema))
    }

    async fn create_physical_plan(
        &self,
        state: &dyn Session,
        config: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        mending(self.inner.create_physical_plan(state, config).await?)
    }

    fn file_source(&self, schema: TableSchema) -> Arc<dyn FileSource> {
        self.inner.file_source(schema)
    }
}
