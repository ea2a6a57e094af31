//! Tables of Parquet files, of whose footers only so much is believed as every writer means.
//!
//! Partitions are told apart by the names of folders, before a file is opened. Of a table of
//! many files only some are looked at for its columns; each other one is held against these
//! when it is read.

mod adapt;
mod footer;
mod look;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use arrow_schema::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{
    ColumnStatistics, DataFusionError, ScalarValue, Statistics, project_schema,
};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

use super::columns::merge;
use super::partitions::Partitions;
use super::prune;
use super::stated::Stated;
use super::walk::{File, Files};
use crate::error::{Error, Result};
use footer::{Expected, Fits, Readers};
use look::Look;

/// Of a table of no more files than this, every one is looked at.
const MANY_FILES: usize = 1_000;

/// How many files of a larger table are looked at.
const SAMPLE: usize = 32;

/// A table of Parquet files.
#[derive(Debug)]
pub(super) struct ParquetTable {
    files: Arc<[File]>,
    /// What each file was found to be, once it was looked at.
    looks: Vec<OnceLock<Result<Arc<Look>>>>,
    partitions: Partitions,
    schema: TableSchema,
    outgrown: Arc<AtomicBool>,
}

impl ParquetTable {
    /// The table of the files; `all` where every one is to be looked at, however many.
    pub(super) async fn open(
        runtime: &RuntimeEnv,
        table: &str,
        files: &Files,
        partitions: Partitions,
        stated: Option<&Stated>,
        all: bool,
    ) -> Result<ParquetTable> {
        let files: Arc<[File]> = files.files.clone().into();
        let looked_at = if all { (0..files.len()).collect() } else { sample(files.len()) };
        let found = look::at(runtime, looked_at.iter().map(|i| &files[*i])).await;
        let looks: Vec<_> = files.iter().map(|_| OnceLock::new()).collect();
        let mut columns: Vec<(&Path, SchemaRef)> = Vec::with_capacity(found.len());
        let mut broken: Option<Error> = None;
        for (i, look) in looked_at.into_iter().zip(found) {
            match &look {
                Ok(look) => {
                    let path = files[i].path.as_path();
                    partitions.apart_from(table, path, &look.columns)?;
                    columns.push((path, Arc::clone(&look.columns)));
                }
                // Whoever reads it will be told; it may be in another partition.
                Err(error) if broken.is_none() => broken = Some(error.clone()),
                Err(_) => {}
            }
            // It is empty, so that this can't fail.
            let _ = looks[i].set(look);
        }
        let mut columns_of_files = match (columns.as_slice(), broken) {
            ([], Some(error)) => return Err(error),
            (_, Some(error)) if all => return Err(error),
            (columns, _) => merge(columns)?,
        };
        if let Some(stated) = stated {
            columns_of_files = stated.grown(&columns_of_files);
        }
        if columns.len() < files.len() {
            // A file that was not looked at may have fewer columns, and NULL in them.
            let nullable =
                |field: &Arc<arrow_schema::Field>| field.as_ref().clone().with_nullable(true);
            let fields: Vec<_> = columns_of_files.fields().iter().map(nullable).collect();
            columns_of_files = Schema::new(fields);
        }
        drop(columns);
        let schema = TableSchema::builder(Arc::new(columns_of_files))
            .with_table_partition_cols(partitions.fields().clone())
            .build();
        let outgrown = Arc::default();
        Ok(ParquetTable { files, looks, partitions, schema, outgrown })
    }

    /// Whether no file was found to have columns that the table does not have; `all` where
    /// every file has to have been looked at, and found whole.
    pub(super) fn is_enough(&self, all: bool) -> bool {
        let is_whole = |look: &OnceLock<Result<Arc<Look>>>| matches!(look.get(), Some(Ok(_)));
        !self.outgrown.load(Ordering::Relaxed) && (!all || self.looks.iter().all(is_whole))
    }

    fn expected(&self) -> Expected {
        let columns = Arc::clone(self.schema.file_schema());
        Expected { columns, outgrown: Arc::clone(&self.outgrown) }
    }

    /// Looks at those of the files that were not looked at yet. An error where one of them
    /// can't be read or has other columns than the table.
    async fn look_at(&self, runtime: &RuntimeEnv, files: &[usize]) -> Result<()> {
        let unknown: Vec<usize> =
            files.iter().copied().filter(|i| self.looks[*i].get().is_none()).collect();
        let looks = look::at(runtime, unknown.iter().map(|i| &self.files[*i])).await;
        for (i, look) in unknown.into_iter().zip(looks) {
            if let Ok(look) = &look {
                self.expected().check(&self.files[i].path, &look.columns)?;
            }
            // Where another query was first, it saw the same.
            let _ = self.looks[i].set(look);
        }
        for i in files {
            if let Some(Err(error)) = self.looks[*i].get() {
                return Err(error.clone());
            }
        }
        Ok(())
    }

    /// The file of a number, as DataFusion reads it.
    fn file(&self, i: usize) -> Result<PartitionedFile, DataFusionError> {
        let object = look::object(&self.files[i])?;
        let values = self.partitions.of_file(i)?;
        let mut file = PartitionedFile::new_from_meta(object);
        if let Some(Ok(look)) = self.looks[i].get() {
            let mut statistics = look.statistics(self.schema.file_schema());
            let rows = statistics.num_rows;
            statistics.column_statistics.extend(values.iter().map(|value| constant(value, rows)));
            file.statistics = Some(Arc::new(statistics));
            file = file.with_extension(Fits);
        }
        file.partition_values = values;
        Ok(file)
    }
}

/// The numbers of the files that are looked at, of so many: all, or some from the first to
/// the last, for files are often named by their age.
fn sample(files: usize) -> Vec<usize> {
    if files <= MANY_FILES {
        return (0..files).collect();
    }
    (0..SAMPLE).map(|i| i * (files - 1) / (SAMPLE - 1)).collect()
}

/// What is known of a column that has one value in all of these rows.
fn constant(value: &ScalarValue, rows: Precision<usize>) -> ColumnStatistics {
    let mut known = ColumnStatistics::new_unknown();
    if value.is_null() {
        known.null_count = rows;
    } else {
        known.null_count = Precision::Exact(0);
        known.min_value = Precision::Exact(value.clone());
        known.max_value = Precision::Exact(value.clone());
    }
    known
}

#[async_trait]
impl TableProvider for ParquetTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    // A filter is only a hint to the reader of Parquet: what it lets through is filtered again.
    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let kept = prune::kept(state, &self.partitions, self.files.len(), filters)?;
        if kept.is_empty() {
            return Ok(Arc::new(EmptyExec::new(project_schema(&self.schema(), projection)?)));
        }
        let runtime = state.runtime_env();
        if kept.len() <= MANY_FILES {
            let looked_at = self.look_at(runtime, &kept).await;
            looked_at.map_err(|error| DataFusionError::External(Box::new(error)))?;
        }
        let files = kept.into_iter().map(|i| self.file(i)).collect::<Result<Vec<_>, _>>()?;
        let schema = self.schema.table_schema();
        let readers = state.config_options().execution.target_partitions.max(1);
        let groups = FileGroup::new(files).split_files(readers).into_iter();
        let groups: Vec<FileGroup> = groups
            .map(|group| match statistics(group.iter(), schema)? {
                Some(statistics) => Ok(group.with_statistics(Arc::new(statistics))),
                None => Ok(group),
            })
            .collect::<Result<_, DataFusionError>>()?;
        let all = statistics(groups.iter().flat_map(FileGroup::iter), schema)?;
        let statistics = all.unwrap_or_else(|| Statistics::new_unknown(schema));

        let url = look::store_url();
        let cache = runtime.cache_manager.get_file_metadata_cache();
        let readers = Readers {
            inner: Arc::new(CachedParquetFileReaderFactory::new(
                runtime.object_store(&url)?,
                cache,
            )),
            expected: self.expected(),
        };
        let source = ParquetSource::new(self.schema.clone())
            .with_table_parquet_options(options())
            .with_parquet_file_reader_factory(Arc::new(readers));
        let config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .with_expr_adapter(Some(Arc::new(adapt::ToFiles)))
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// What is known of all rows of the files; `None` unless something is known of each.
fn statistics<'a>(
    files: impl Iterator<Item = &'a PartitionedFile>,
    schema: &SchemaRef,
) -> Result<Option<Statistics>, DataFusionError> {
    let known: Option<Vec<&Statistics>> = files.map(|file| file.statistics.as_deref()).collect();
    known.map(|known| Statistics::try_merge_iter(known, schema)).transpose()
}

/// How Parquet is read.
fn options() -> TableParquetOptions {
    let mut options = TableParquetOptions::default();
    options.global.coerce_int96 = Some("us".into());
    options.global.schema_force_view_types = false;
    options
}
