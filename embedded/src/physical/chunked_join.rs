//! A plan's rows in chunks, before each of which the thread is handed back: for
//! joins, which may work for long on each row that they read. How long shows when
//! they ask for the next chunk, and that is made smaller or larger for it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::execution_plan::{
    CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions,
};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, RecordBatchStream,
    SendableRecordBatchStream,
};
use futures::{FutureExt, Stream, StreamExt};

/// How long the work on a chunk should take.
const TARGET: Duration = Duration::from_millis(2);

/// How many rows a chunk should have, after one of so many took so long.
fn next(rows: usize, took: Duration) -> usize {
    match took {
        took if took > TARGET => rows / 2,
        took if took < TARGET / 4 => rows * 2,
        _ => rows,
    }
    .clamp(1, 1 << 16)
}

/// The rows of another plan, a chunk in a batch.
#[derive(Debug)]
pub(super) struct Chunks {
    input: Arc<dyn ExecutionPlan>,
}

impl Chunks {
    pub(super) fn new(input: Arc<dyn ExecutionPlan>) -> Chunks {
        Chunks { input }
    }
}

impl DisplayAs for Chunks {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chunks")
    }
}

impl ExecutionPlan for Chunks {
    fn name(&self) -> &str {
        "Chunks"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match <[_; 1]>::try_from(children) {
            Ok([input]) => Ok(Arc::new(Chunks { input })),
            Err(_) => Err(DataFusionError::Internal("chunks are of one plan".into())),
        }
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let recompute = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        self.replace_children(children, recompute)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        Ok(Box::pin(ChunkStream { input, rows: 1, given: None, rest: None, back: None }))
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}

struct ChunkStream {
    input: SendableRecordBatchStream,
    /// How many rows the next chunk should have.
    rows: usize,
    /// When the last one was given.
    given: Option<Instant>,
    /// What of a batch is not handed on yet.
    rest: Option<RecordBatch>,
    /// Hands the thread back before the next chunk, so that timers fire, too.
    back: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Stream for ChunkStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(given) = self.given.take() {
            self.rows = next(self.rows, given.elapsed());
        }
        let batch = match self.rest.take() {
            Some(rest) => rest,
            None => match ready!(self.input.poll_next_unpin(cx)) {
                Some(Ok(batch)) => batch,
                end => return Poll::Ready(end),
            },
        };
        let back = self.back.get_or_insert_with(|| Box::pin(tokio::task::yield_now()));
        if back.poll_unpin(cx).is_pending() {
            self.rest = Some(batch);
            return Poll::Pending;
        }
        self.back = None;
        let now = self.rows.min(batch.num_rows());
        if now < batch.num_rows() {
            self.rest = Some(batch.slice(now, batch.num_rows() - now));
        }
        self.given = Some(Instant::now());
        Poll::Ready(Some(Ok(batch.slice(0, now))))
    }
}

impl RecordBatchStream for ChunkStream {
    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_follow_the_work() {
        for (rows, took, then) in [
            (1, Duration::ZERO, 2),
            (1, Duration::from_secs(1), 1),
            (128, TARGET * 2, 64),
            (128, TARGET / 2, 128),
            (1 << 16, Duration::ZERO, 1 << 16),
        ] {
            assert_eq!(next(rows, took), then, "{rows} {took:?}");
        }
    }
}
