//! Tables of text within a plan: each file is read by a thread of its own.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use super::batches::{Batches, Flow};
use super::layout::Layout;

/// How many batches of a file may wait.
const WAITING_BATCHES: usize = 2;

/// The table of some files.
#[derive(Debug)]
pub(super) struct TextTable {
    paths: Arc<[PathBuf]>,
    layout: Arc<Layout>,
    schema: SchemaRef,
}

impl TextTable {
    pub(super) fn new(paths: Arc<[PathBuf]>, layout: Layout) -> TextTable {
        TextTable { paths, schema: layout.schema(), layout: Arc::new(layout) }
    }
}

#[async_trait]
impl TableProvider for TextTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let all = || (0..self.schema.fields().len()).collect();
        let wanted: Arc<[usize]> = projection.cloned().unwrap_or_else(all).into();
        let schema = Arc::new(self.schema.project(&wanted)?);
        // As many readers as may work at once, each for some of the files.
        let readers = state.config_options().execution.target_partitions.max(1);
        let each = self.paths.len().div_ceil(readers).max(1);
        let partitions = self.paths.chunks(each).map(|paths| {
            Arc::new(Scan {
                paths: paths.into(),
                layout: Arc::clone(&self.layout),
                wanted: Arc::clone(&wanted),
                schema: Arc::clone(&schema),
            }) as Arc<dyn PartitionStream>
        });
        let partitions = partitions.collect();
        let plan = StreamingTableExec::try_new(schema, partitions, None, [], false, limit)?;
        Ok(Arc::new(plan))
    }
}

/// The reading of some files.
struct Scan {
    paths: Arc<[PathBuf]>,
    layout: Arc<Layout>,
    wanted: Arc<[usize]>,
    schema: SchemaRef,
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan").field("paths", &self.paths).finish_non_exhaustive()
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
        let (paths, layout) = (Arc::clone(&self.paths), Arc::clone(&self.layout));
        let (wanted, rows) = (Arc::clone(&self.wanted), context.session_config().batch_size());
        stream.spawn_blocking(move || {
            for path in paths.iter() {
                let mut wrong = Ok(());
                let mut send = |columns, rows| {
                    let options = RecordBatchOptions::new().with_row_count(Some(rows));
                    let batch =
                        RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options);
                    match batch {
                        // Where nobody reads any more, nothing is to be read.
                        Ok(batch) => match batches.blocking_send(Ok(batch)) {
                            Ok(()) => Flow::Continue(()),
                            Err(_) => Flow::Break(()),
                        },
                        Err(error) => {
                            wrong = Err(DataFusionError::from(error));
                            Flow::Break(())
                        }
                    }
                };
                let read = layout.read(path, &wanted, &mut Batches::new(rows, &mut send));
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
