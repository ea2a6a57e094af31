//! Tables within a plan whose files DataFusion does not read itself: several threads read them.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, ScalarValue, internal_datafusion_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use super::batches::{Batches, Flow};
use super::partitions::Partitions;
use super::prune;
use super::reader::Reader;

/// How many batches of a file may wait.
const WAITING_BATCHES: usize = 2;

/// The table of some files.
#[derive(Debug)]
pub(super) struct FilesTable {
    paths: Arc<[PathBuf]>,
    reader: Arc<dyn Reader>,
    partitions: Partitions,
    schema: SchemaRef,
    /// How many of the columns are the files' own; those of the partitions follow.
    own: usize,
}

impl FilesTable {
    pub(super) fn new(
        paths: Arc<[PathBuf]>,
        reader: Arc<dyn Reader>,
        partitions: Partitions,
    ) -> FilesTable {
        let columns = reader.schema();
        let own = columns.fields().len();
        let fields: Vec<_> = columns.fields().iter().chain(partitions.fields()).cloned().collect();
        let schema = Arc::new(Schema::new(fields));
        FilesTable { paths, reader, partitions, schema, own }
    }
}

#[async_trait]
impl TableProvider for FilesTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        Ok(prune::pushed_down(&self.partitions, filters))
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let all = || (0..self.schema.fields().len()).collect();
        let columns: Vec<usize> = projection.cloned().unwrap_or_else(all);
        let schema = Arc::new(self.schema.project(&columns)?);
        let wanted: Arc<[usize]> = columns.iter().copied().filter(|i| *i < self.own).collect();
        let kept = prune::kept(state, &self.partitions, self.paths.len(), filters)?;
        let files = kept.into_iter().map(|file| {
            let values = self.partitions.of_file(file)?;
            let constants = columns.iter().map(|i| {
                let partition = i.checked_sub(self.own)?;
                values.get(partition).cloned()
            });
            Ok(File { path: self.paths[file].clone(), constants: constants.collect() })
        });
        let files: Vec<File> = files.collect::<Result<_, DataFusionError>>()?;
        // As many readers as may work at once, each for some of the files.
        let readers = state.config_options().execution.target_partitions.max(1);
        let each = files.len().div_ceil(readers).max(1);
        let partitions = files.chunks(each).map(|files| {
            Arc::new(Scan {
                files: files.into(),
                reader: Arc::clone(&self.reader),
                wanted: Arc::clone(&wanted),
                schema: Arc::clone(&schema),
            }) as Arc<dyn PartitionStream>
        });
        let partitions: Vec<_> = partitions.collect();
        if partitions.is_empty() {
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let plan = StreamingTableExec::try_new(schema, partitions, None, [], false, limit)?;
        Ok(Arc::new(plan))
    }
}

/// A file to read.
#[derive(Clone, Debug)]
struct File {
    path: PathBuf,
    /// For each wanted column its value in all rows, where it is one of the partition.
    constants: Arc<[Option<ScalarValue>]>,
}

impl File {
    /// All columns of a batch, from those that were read.
    fn columns(&self, read: Vec<ArrayRef>, rows: usize) -> Result<Vec<ArrayRef>, DataFusionError> {
        let mut read = read.into_iter();
        let column = |constant: &Option<ScalarValue>| match constant {
            Some(value) => value.to_array_of_size(rows),
            None => read.next().ok_or_else(|| internal_datafusion_err!("a column was not read")),
        };
        self.constants.iter().map(column).collect()
    }
}

/// The reading of some files.
struct Scan {
    files: Arc<[File]>,
    reader: Arc<dyn Reader>,
    wanted: Arc<[usize]>,
    schema: SchemaRef,
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan").field("files", &self.files).finish_non_exhaustive()
    }
}

impl PartitionStream for Scan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.schema);
        let mut stream =
            RecordBatchReceiverStreamBuilder::new(Arc::clone(&schema), WAITING_BATCHES);
        let batches = stream.tx();
        let (files, reader) = (Arc::clone(&self.files), Arc::clone(&self.reader));
        let (wanted, rows) = (Arc::clone(&self.wanted), context.session_config().batch_size());
        stream.spawn_blocking(move || {
            for file in files.iter() {
                let mut wrong = Ok(());
                let mut send = |read, rows| {
                    let options = RecordBatchOptions::new().with_row_count(Some(rows));
                    let batch = file.columns(read, rows).and_then(|columns| {
                        let schema = Arc::clone(&schema);
                        Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
                    });
                    match batch {
                        // Where nobody reads any more, nothing is to be read.
                        Ok(batch) => match batches.blocking_send(Ok(batch)) {
                            Ok(()) => Flow::Continue(()),
                            Err(_) => Flow::Break(()),
                        },
                        Err(error) => {
                            wrong = Err(error);
                            Flow::Break(())
                        }
                    }
                };
                let read = reader.read(&file.path, &wanted, &mut Batches::new(rows, &mut send));
                wrong?;
                if read.map_err(|error| DataFusionError::External(Box::new(error)))?.is_break() {
                    break;
                }
            }
            Ok(())
        });
        stream.build()
    }
}
