//! Whether DataFusion still needs what is corrected of it here: its own answers, as
//! it gives them without a correction. Where one of these tests fails, DataFusion has
//! learnt, and the correction that is named can go.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Float64Array, Int32Array, RecordBatch, StructArray, TimestampMillisecondArray,
    TimestampNanosecondArray,
};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Field};
use datafusion::common::Column;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::WriterProperties;

/// The session of DataFusion as it is, with these tables.
fn plain(tables: &[(&str, &[(&str, ArrayRef)])]) -> SessionContext {
    let context = SessionContext::new();
    for (name, columns) in tables {
        context.register_batch(*name, batch(columns)).unwrap();
    }
    context
}

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let columns = columns.iter().map(|(name, array)| (*name, Arc::clone(array), true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn integers(values: &[Option<i32>]) -> ArrayRef {
    Arc::new(Int32Array::from(values.to_vec()))
}

fn doubles(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

/// The rows of a query, or its error, in few words.
async fn ask(context: &SessionContext, query: &str) -> String {
    let batches = match context.sql(query).await {
        Ok(frame) => frame.collect().await,
        Err(error) => Err(error),
    };
    let batches = match batches {
        Ok(batches) => batches,
        Err(error) => return format!("error: {error}"),
    };
    let options = FormatOptions::new().with_null("NULL");
    let mut rows = Vec::new();
    for batch in batches {
        let columns =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, _>>().unwrap();
        rows.extend((0..batch.num_rows()).map(|row| {
            columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join(" ")
        }));
    }
    rows.join("|")
}

/// Asks queries to which DataFusion answers something else than lake SQL does.
async fn still_wrong(context: &SessionContext, correction: &str, queries: &[(&str, &str, &str)]) {
    for (query, today, right) in queries {
        let found = ask(context, query).await;
        assert_ne!(found, *right, "DataFusion no longer needs {correction}: {query}");
        let fails = today.starts_with("error: ") && found.starts_with(today);
        assert!(found == *today || fails, "{query}: {found}, neither right nor as it was");
    }
}

#[tokio::test]
async fn comparisons_need_keys() {
    let n = integers(&[Some(1), Some(2), Some(3), Some(4)]);
    let f = doubles(&[0.0, -0.0, f64::NAN, -f64::NAN]);
    let context = plain(&[("t", &[("n", n), ("f", f)])]);
    let queries = [
        ("SELECT n FROM t WHERE f > 1.0 ORDER BY n", "3", ""),
        ("SELECT n FROM t WHERE f < 1.0 ORDER BY n", "1|2|4", "1|2"),
        ("SELECT n FROM t WHERE f = f ORDER BY n", "1|2|3|4", "1|2"),
        ("SELECT n FROM t WHERE f IN (0.0, 5.0, 6.0, 7.0) ORDER BY n", "1", "1|2"),
        ("SELECT CASE f WHEN 0.0 THEN 1 ELSE 2 END FROM t ORDER BY n", "1|2|2|2", "1|1|2|2"),
        ("SELECT count(*) OVER (PARTITION BY f) FROM t ORDER BY n", "1|1|1|1", "2|2|2|2"),
        ("SELECT rank() OVER (ORDER BY f) FROM t ORDER BY n", "3|2|4|1", "1|1|3|3"),
        ("SELECT n FROM t ORDER BY f, n", "4|2|1|3", "1|2|3|4"),
        ("SELECT count(*) FROM t GROUP BY f ORDER BY 1", "1|1|2", "2|2"),
        ("SELECT count(DISTINCT f) FROM t", "3", "2"),
        ("SELECT max(f) FROM t WHERE n <> 2", "NaN", "0.0"),
        (
            "SELECT a.n, b.n FROM t a JOIN t b ON a.f = b.f ORDER BY 1, 2",
            "1 1|1 2|2 1|2 2|3 3|4 4",
            "1 1|1 2|2 1|2 2",
        ),
        ("SELECT f FROM t INTERSECT SELECT f FROM t ORDER BY 1", "NaN|0.0|NaN", "0.0|NaN"),
    ];
    still_wrong(&context, "keys of floating point numbers (semantics/compare/key.rs)", &queries)
        .await;
}

#[tokio::test]
async fn moments_need_keys() {
    let at: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![123]));
    let fine: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![123]));
    let context = plain(&[("t", &[("at", at), ("fine", fine)])]);
    let queries = [
        (
            "SELECT 1 FROM t WHERE at = arrow_cast('1970-01-01T00:00:00.123456', 'Timestamp(µs)')",
            "1",
            "",
        ),
        (
            "SELECT 1 FROM t WHERE at < arrow_cast('1970-01-01T00:00:00.123456', 'Timestamp(µs)')",
            "",
            "1",
        ),
        (
            "SELECT 1 FROM t WHERE fine < arrow_cast('9999-12-31T00:00:00', 'Timestamp(s)')",
            "error: Optimizer rule",
            "1",
        ),
    ];
    still_wrong(
        &context,
        "ticks of moments (semantics/compare/operands.rs, folder/parquet/adapt.rs)",
        &queries,
    )
    .await;
}

#[tokio::test]
async fn lists_need_protection() {
    let id = integers(&[Some(1), Some(2), None, Some(4)]);
    let z = integers(&[Some(1), Some(7), None, Some(4)]);
    let context = plain(&[("t", &[("id", id), ("z", z)])]);
    let queries = [
        ("SELECT id FROM t WHERE id NOT IN (1) OR id NOT IN (2)", "1|2|NULL|4", "1|2|4"),
        ("SELECT id IN (1) AND id IN (2) FROM t WHERE id IS NULL", "false", "NULL"),
        ("SELECT id FROM t WHERE id IN (1, 2, 3, 4) AND id NOT IN (5, 6, 7, 8, NULL)", "1|2|4", ""),
        ("SELECT id FROM t WHERE id IN (5, z, 6, 7) AND id NOT IN (8, z + 0, 9, 10)", "1|4", ""),
        (
            "SELECT id FROM t WHERE id NOT IN (5, CASE WHEN z = 7 THEN NULL ELSE z + 1 END)",
            "",
            "1|4",
        ),
    ];
    still_wrong(&context, "other IN lists (semantics/compare/list.rs)", &queries).await;
}

/// A Parquet file of two row groups, and a session that reads it as `t`.
async fn file(columns: &[(&str, ArrayRef)], sorted: bool) -> (tempfile::TempDir, SessionContext) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let sorting = SortingColumn { column_idx: 0, descending: false, nulls_first: false };
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(2))
        .set_sorting_columns(sorted.then(|| vec![sorting]))
        .build();
    let batch = batch(columns);
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let context = SessionContext::new();
    let path = path.to_str().unwrap();
    context.register_parquet("t", path, ParquetReadOptions::default()).await.unwrap();
    (folder, context)
}

#[tokio::test]
async fn footers_need_less_belief() {
    let (_folder, context) = file(&[("x", doubles(&[1.0, f64::NAN]))], false).await;
    let queries =
        [("SELECT x FROM t", "1.0|1.0", "1.0|NaN"), ("SELECT x FROM t WHERE x <> 1.0", "", "NaN")];
    still_wrong(&context, "statistics without NaN's columns (folder/parquet/look.rs)", &queries)
        .await;
    let (_folder, context) =
        file(&[("i", integers(&[Some(3), Some(4), Some(1), Some(2)]))], true).await;
    let queries = [("SELECT i FROM t ORDER BY i", "3|4|1|2", "1|2|3|4")];
    still_wrong(&context, "files that are not sorted (folder/parquet.rs)", &queries).await;
}

#[tokio::test]
async fn sorted_comparisons_need_no_check() {
    let n = integers(&[Some(3), Some(1), Some(2)]);
    let context = plain(&[("t", &[("n", n)])]);
    let unsorted = "error: SanityCheckPlan";
    let queries = [
        ("SELECT rank() OVER (ORDER BY abs(n) > 1) FROM t ORDER BY n", unsorted, "1|2|2"),
        (
            "SELECT rank() OVER (ORDER BY CASE WHEN abs(n) > 1 THEN 2 ELSE 1 END) FROM t ORDER BY n",
            unsorted,
            "1|2|2",
        ),
    ];
    let correction = "columns of keys (semantics/keys.rs), unchecked plans (physical.rs)";
    still_wrong(&context, correction, &queries).await;
}

#[tokio::test]
async fn subqueries_without_rows_need_to_be_nullable() {
    let n = integers(&[Some(1)]);
    let context = plain(&[("t", &[("n", n)])]);
    let query = "SELECT (SELECT 1 WHERE 1 = 2) AS v FROM t";
    let queries = [(query, "error: ", "NULL")];
    still_wrong(&context, "nullable subqueries (semantics/nullable_subquery.rs)", &queries).await;
}

#[tokio::test]
async fn fields_of_rows_need_to_stay_where_they_are() {
    let x = Arc::new(Field::new("x", DataType::Int32, true));
    let row: ArrayRef = Arc::new(StructArray::from(vec![(x, integers(&[Some(7)]))]));
    let (_folder, context) = file(&[("Id", integers(&[Some(1)])), ("s", row)], false).await;
    // As tables are renamed.
    let source = provider_as_source(context.table_provider("t").await.unwrap());
    let column = |name| Expr::Column(Column::new(Some("t"), name));
    let plan = LogicalPlanBuilder::scan("t", source, None)
        .and_then(|scan| scan.project([column("Id").alias("id"), column("s").alias("s")]))
        .and_then(LogicalPlanBuilder::build)
        .unwrap();
    context.register_table("v", Arc::new(ViewTable::new(plan, None))).unwrap();
    let ambiguous = "error: Optimizer rule 'push_down_leaf_projections' failed";
    let queries = [("SELECT s['x'] FROM v", ambiguous, "7")];
    still_wrong(&context, "`enable_leaf_expression_pushdown` off (state.rs)", &queries).await;
}

#[tokio::test]
async fn what_is_not_null_behind_a_condition_needs_no_check() {
    let n = integers(&[Some(0), Some(7), None]);
    let least = integers(&[Some(1), Some(1), Some(1)]);
    let context = plain(&[("t", &[("n", n), ("least", least)])]);
    let query = "SELECT DISTINCT CASE WHEN n > least THEN n ELSE 1 END AS v FROM t ORDER BY v";
    let queries = [(query, "error: ", "1|7")];
    let correction = "`skip_physical_aggregate_schema_check` on (state.rs)";
    still_wrong(&context, correction, &queries).await;
}
