//! Holds the session to what Trino answered: `tests/semantics/expressions.tsv`.

use std::fmt::Write;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, DurationMillisecondType, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalYearMonthType,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, IntervalUnit, TimeUnit};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Projection};
use datafusion::physical_plan::displayable;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use datafusion::sql::parser::DFParserBuilder;
use futures::TryStreamExt;
use lakequery_types::Type;

use super::clock::Zone;
use super::temporal::by_unit;
use super::{cast, datetime_text, decimal, interval, nested, rewrite};
use crate::dialect::LakeDialect;
use crate::session_context;
use crate::types;

const EXPRESSIONS: &str = include_str!("../../tests/semantics/expressions.tsv");

const NESTED: &str = include_str!("../../tests/semantics/nested.tsv");

const JSON: &str = include_str!("../../tests/semantics/json.tsv");

const MORE: &str = include_str!("../../tests/semantics/more.tsv");

const ENTRIES: &str = include_str!("../../tests/semantics/entries.tsv");

const AGGREGATES: &str = include_str!("../../tests/semantics/aggregates.tsv");

const ATTEMPTS: &str = include_str!("../../tests/semantics/attempts.tsv");

const FORMAT: &str = include_str!("../../tests/semantics/format.tsv");

const JSON_CASTS: &str = include_str!("../../tests/semantics/json_casts.tsv");

const WINDOWS: &str = include_str!("../../tests/semantics/windows.tsv");

const CLOCK: &str = include_str!("../../tests/semantics/clock.tsv");

const CHECKSUMS: &str = include_str!("../../tests/semantics/checksums.tsv");

const BYTES: &str = include_str!("../../tests/semantics/bytes.tsv");

const DISTRIBUTIONS: &str = include_str!("../../tests/semantics/distributions.tsv");

const WORDS: &str = include_str!("../../tests/semantics/words.tsv");

const SAMPLES: &str = "(VALUES (1, 1.5, 2e0, 'b', DATE '2024-01-02'), (2, 2.5, NULL, 'a', NULL), \
     (2, NULL, 4e0, NULL, DATE '2023-01-01'), (NULL, 0.5, -1e0, 'c', DATE '2024-02-29')) \
     t(i, d, f, s, t)";

/// Plans a statement of lake SQL.
async fn plan(context: &SessionContext, sql: &str) -> Result<LogicalPlan> {
    let state = context.state();
    let limit = state.config_options().sql_parser.recursion_limit.get();
    let parser = DFParserBuilder::new(sql).with_dialect(&LakeDialect).with_recursion_limit(limit);
    let mut parser = parser.build()?;
    let mut statement = parser.parse_statement()?;
    rewrite(&mut statement)?;
    state.statement_to_plan(statement).await
}

/// What a statement answers: types and rows, or an error's message.
struct Answer {
    types: String,
    rows: String,
}

async fn answer(context: &SessionContext, sql: &str, expected: &str) -> Answer {
    match rows(context, sql, expected).await {
        Ok(answer) => answer,
        Err(error) => {
            let message = error.strip_backtrace().replace(['\n', '\t'], " ");
            Answer { types: "error".into(), rows: message }
        }
    }
}

async fn rows(context: &SessionContext, sql: &str, expected: &str) -> Result<Answer> {
    let words = ["SELECT", "WITH", "VALUES", "TABLE"];
    let is_query = words.iter().any(|word| sql.starts_with(word));
    let statement = if is_query { sql.to_owned() } else { format!("SELECT {sql}") };
    let plan = plan(context, &statement.replace("samples", SAMPLES)).await?;
    let frame = context.execute_logical_plan(plan).await?;
    // The physical schema: coercions may change types after planning.
    let stream = frame.execute_stream().await?;
    let schema = stream.schema();
    let batches: Vec<RecordBatch> = stream.try_collect().await?;
    // The lake SQL types as expected where the Arrow types are theirs.
    let mut expected = expected.split(" | ").map(|name| Type::parse(name).ok());
    let mut lake_types = Vec::new();
    for field in schema.fields() {
        let found = field.data_type();
        let ty = match expected.next().flatten() {
            Some(ty) if types::arrow_type(&ty).as_ref() == Some(found) => ty.to_string(),
            Some(Type::TimestampTz(p)) if is_zoned(found, p) => Type::TimestampTz(p).to_string(),
            _ => types::lake_type(found)
                .filter(|_| types::canonical(found) == *found)
                .map_or_else(|| found.to_string(), |ty| ty.to_string()),
        };
        lake_types.push(ty);
    }
    let mut out = String::from("[");
    for batch in &batches {
        for row in 0..batch.num_rows() {
            if out.len() > 1 {
                out.push(',');
            }
            write_row(batch, row, &lake_types, &mut out);
        }
    }
    out.push(']');
    Ok(Answer { types: lake_types.join(" | "), rows: out })
}

fn is_zoned(found: &DataType, precision: u8) -> bool {
    matches!(found, DataType::Timestamp(unit, Some(_)) if types::unit(precision) == Some(*unit))
}

fn write_row(batch: &RecordBatch, row: usize, lake_types: &[String], out: &mut String) {
    out.push('[');
    for (index, (array, ty)) in batch.columns().iter().zip(lake_types).enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_cell(array, row, ty, out);
    }
    out.push(']');
}

/// Appends a value as Trino's protocol has it in JSON.
fn write_cell(array: &dyn Array, row: usize, ty: &str, out: &mut String) {
    if array.is_null(row) || array.data_type() == &DataType::Null {
        out.push_str("null");
        return;
    }
    let digits = match Type::parse(ty) {
        Ok(Type::Time(p) | Type::Timestamp(p) | Type::TimestampTz(p)) => p,
        _ => 0,
    };
    let mut quoted = String::new();
    match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(row);
            return write_list((0..list.len()).map(|place| (&list, place)), out);
        }
        DataType::Struct(_) => {
            return write_list(array.as_struct().columns().iter().map(|field| (field, row)), out);
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let mut written: Vec<String> = (0..entries.len())
                .map(|place| {
                    let (mut key, mut value) = (String::new(), String::new());
                    write_cell(entries.column(0), place, "", &mut key);
                    write_cell(entries.column(1), place, "", &mut value);
                    format!("\"{}\":{value}", key.trim_matches('"'))
                })
                .collect();
            written.sort();
            write!(out, "{{{}}}", written.join(",")).unwrap();
            return;
        }
        DataType::Boolean => {
            write!(out, "{}", array.as_boolean().value(row)).unwrap();
            return;
        }
        DataType::Int8 => {
            write!(out, "{}", array.as_primitive::<Int8Type>().value(row)).unwrap();
            return;
        }
        DataType::Int16 => {
            write!(out, "{}", array.as_primitive::<Int16Type>().value(row)).unwrap();
            return;
        }
        DataType::Int32 => {
            write!(out, "{}", array.as_primitive::<Int32Type>().value(row)).unwrap();
            return;
        }
        DataType::Int64 => {
            write!(out, "{}", array.as_primitive::<Int64Type>().value(row)).unwrap();
            return;
        }
        DataType::Float32 => {
            let value = array.as_primitive::<Float32Type>().value(row);
            if value.is_finite() {
                write!(out, "{value:?}").unwrap();
                return;
            }
            quoted = special(value.into()).to_owned();
        }
        DataType::Float64 => {
            let value = array.as_primitive::<Float64Type>().value(row);
            if value.is_finite() {
                write!(out, "{value:?}").unwrap();
                return;
            }
            quoted = special(value).to_owned();
        }
        DataType::Decimal128(_, scale) => {
            let value = array.as_primitive::<Decimal128Type>().value(row);
            decimal::write(value, u8::try_from(*scale).unwrap(), &mut quoted);
        }
        DataType::Utf8 => quoted.push_str(array.as_string::<i32>().value(row)),
        DataType::Binary => quoted = base64(array.as_binary::<i32>().value(row)),
        DataType::Date32 => {
            datetime_text::write_date(
                array.as_primitive::<Date32Type>().value(row).into(),
                &mut quoted,
            );
        }
        DataType::Timestamp(unit, zone) => {
            let ticks = by_unit!(unit, T => array.as_primitive::<T>().value(row));
            let local = Zone::of(zone.as_deref()).unwrap().local(ticks, *unit);
            datetime_text::write_timestamp(local, *unit, digits, ' ', &mut quoted);
            if let Some(zone) = zone {
                write!(quoted, " {zone}").unwrap();
            }
        }
        DataType::Duration(TimeUnit::Millisecond) => {
            let millis = array.as_primitive::<DurationMillisecondType>().value(row);
            let (days, rest) = (millis / 86_400_000, millis % 86_400_000);
            let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
            let (second, millis) = (rest / 1_000 % 60, rest % 1_000);
            write!(quoted, "{days} {hour:02}:{minute:02}:{second:02}.{millis:03}").unwrap();
        }
        DataType::Interval(IntervalUnit::YearMonth) => {
            let months = array.as_primitive::<IntervalYearMonthType>().value(row);
            write!(quoted, "{}-{}", months / 12, months % 12).unwrap();
        }
        DataType::Time64(_) => {
            let nanos = array.as_primitive::<arrow_array::types::Time64NanosecondType>().value(row);
            let mut whole = String::new();
            datetime_text::write_timestamp(nanos, TimeUnit::Nanosecond, digits, ' ', &mut whole);
            quoted.push_str(whole.split_once(' ').unwrap().1);
        }
        other => write!(quoted, "a value of {other}").unwrap(),
    }
    out.push('"');
    for c in quoted.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn write_list<'a>(values: impl Iterator<Item = (&'a ArrayRef, usize)>, out: &mut String) {
    out.push('[');
    for (index, (array, place)) in values.enumerate() {
        if index > 0 {
            out.push(',');
        }
        let ty = types::lake_type(array.data_type()).map_or_else(String::new, |ty| ty.to_string());
        write_cell(array, place, &ty, out);
    }
    out.push(']');
}

fn special(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = 0_u32;
        for index in 0..3 {
            bits = bits << 8 | u32::from(chunk.get(index).copied().unwrap_or(0));
        }
        for index in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * index)) as usize & 63];
            out.push(if index <= chunk.len() { letter.into() } else { '=' });
        }
    }
    out
}

fn is(answer: &Answer, types: &str, rows: &str) -> bool {
    if types == "error" {
        return answer.types == "error" && answer.rows.contains(rows);
    }
    answer.types == types && answer.rows == rows
}

#[tokio::test]
async fn answers_are_trinos() {
    hold(EXPRESSIONS).await;
}

#[tokio::test]
async fn answers_of_nested_values_are_trinos() {
    hold(NESTED).await;
}

#[tokio::test]
async fn answers_about_entries_are_trinos() {
    hold(ENTRIES).await;
}

#[tokio::test]
async fn answers_of_aggregates_are_as_documented() {
    hold(AGGREGATES).await;
}

#[tokio::test]
async fn answers_of_attempts_are_as_documented() {
    hold(ATTEMPTS).await;
}

#[tokio::test]
async fn answers_about_formats_are_trinos() {
    hold(FORMAT).await;
}

#[tokio::test]
async fn answers_of_casts_of_json_are_trinos() {
    hold(JSON_CASTS).await;
}

#[tokio::test]
async fn answers_of_windows_are_as_documented() {
    hold(WINDOWS).await;
}

#[tokio::test]
async fn answers_about_matches_and_times_are_trinos() {
    hold(CLOCK).await;
}

#[tokio::test]
async fn checksums_are_trinos() {
    hold(CHECKSUMS).await;
}

#[tokio::test]
async fn answers_about_bytes_are_trinos() {
    hold(BYTES).await;
}

#[tokio::test]
async fn answers_about_distributions_are_trinos() {
    hold(DISTRIBUTIONS).await;
}

#[tokio::test]
async fn answers_about_words_are_trinos() {
    hold(WORDS).await;
}

#[tokio::test]
async fn answers_on_json_are_trinos() {
    hold(JSON).await;
}

#[tokio::test]
async fn answers_are_as_documented() {
    hold(MORE).await;
}

/// Holds the session to a table of answers.
async fn hold(table: &str) {
    let context = session_context().unwrap();
    let (mut right, mut differing, mut wrong) = (0, 0, Vec::new());
    for (number, line) in table.lines().enumerate() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let columns: Vec<_> = line.split('\t').collect();
        let &[_, sql, types, rows, ref today @ ..] = &columns[..] else {
            panic!("line {}: too few columns", number + 1);
        };
        let found = answer(&context, sql, types).await;
        match *today {
            [] if is(&found, types, rows) => right += 1,
            [] => wrong.push(format!(
                "line {}: {sql}\n  Trino: {types} {rows}\n  here:  {} {}",
                number + 1,
                found.types,
                found.rows
            )),
            [_, _, _] if is(&found, types, rows) => {
                wrong.push(format!("line {}: {sql}: is right now", number + 1));
            }
            [types, rows, _] if is(&found, types, rows) => differing += 1,
            [types, rows, _] => wrong.push(format!(
                "line {}: {sql}\n  was:  {types} {rows}\n  here: {} {}",
                number + 1,
                found.types,
                found.rows
            )),
            _ => panic!("line {}: {} columns", number + 1, columns.len()),
        }
    }
    println!("{right} as expected, {differing} known to differ, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Arguments that the planner has to see: names of types, units and zones.
fn is_fixed(function: &str, index: usize) -> bool {
    match function {
        cast::CAST | cast::TRY_CAST | "at_timezone" | "with_timezone" => index > 0,
        nested::FIELD => index == 1,
        interval::INTERVAL => true,
        "from_unixtime" => index == 1,
        _ => false,
    }
}

/// Puts columns in the place of literals.
fn hoist(expr: Expr, literals: &mut Vec<ScalarValue>) -> Result<Expr> {
    match expr {
        Expr::Literal(value, _) => {
            literals.push(value);
            Ok(Expr::Column(Column::from_name(format!("c{}", literals.len() - 1))))
        }
        Expr::ScalarFunction(ScalarFunction { func, args }) => {
            let args = args.into_iter().enumerate().map(|(index, arg)| {
                if is_fixed(func.name(), index) { Ok(arg) } else { hoist(arg, literals) }
            });
            let args = args.collect::<Result<Vec<_>>>()?;
            Ok(Expr::ScalarFunction(ScalarFunction { func, args }))
        }
        other => {
            Ok(other.map_children(|child| Ok(Transformed::yes(hoist(child, literals)?)))?.data)
        }
    }
}

/// The rows of an expression whose literals are columns of a NULL and the value, or of the
/// value twice.
async fn hoisted(
    context: &SessionContext,
    sql: &str,
    types: &str,
    twice: bool,
) -> Result<Option<String>> {
    let state = context.state();
    let plan = plan(context, &format!("SELECT {sql} AS x")).await?;
    let plan = state.analyzer().execute_and_check(plan, state.config_options(), |_, _| {})?;
    let LogicalPlan::Projection(Projection { expr, .. }) = plan else { return Ok(None) };
    let mut literals = Vec::new();
    let exprs =
        expr.into_iter().map(|expr| hoist(expr, &mut literals)).collect::<Result<Vec<_>>>()?;
    let columns = literals.iter().enumerate().map(|(index, value)| {
        let first = if twice { value.clone() } else { ScalarValue::try_from(value.data_type())? };
        let values = ScalarValue::iter_to_array([first, value.clone()])?;
        Ok((format!("c{index}"), values, true))
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    if columns.is_empty() {
        return Ok(None);
    }
    let batch = RecordBatch::try_from_iter_with_nullable(columns)?;
    let table = MemTable::try_new(batch.schema(), vec![vec![batch]])?;
    let scan = LogicalPlanBuilder::scan("t", provider_as_source(Arc::new(table)), None)?;
    let plan = scan.project(exprs)?.build()?;
    let batches = context.execute_logical_plan(plan).await?.collect().await?;
    let mut out = String::from("[");
    write_row(&batches[0], 0, &[types.to_owned()], &mut out);
    out.push(',');
    write_row(&batches[0], 1, &[types.to_owned()], &mut out);
    out.push(']');
    Ok(Some(out))
}

#[tokio::test]
async fn columns_answer_as_literals_do() {
    let context = session_context().unwrap();
    let (mut right, mut wrong) = (0, Vec::new());
    let plain =
        EXPRESSIONS.lines().chain(JSON.lines()).chain(MORE.lines()).map(|line| (line, false));
    // A NULL inside does not make the whole NULL.
    let nested = NESTED.lines().map(|line| (line, true));
    for (line, twice) in plain.chain(nested).filter(|(line, _)| !line.starts_with('#')) {
        let columns: Vec<_> = line.split('\t').collect();
        let &[category, sql, types, rows] = &columns[..] else { continue };
        if types == "error" || ["SELECT", "WITH", "VALUES"].iter().any(|w| sql.starts_with(w)) {
            continue;
        }
        // One NULL makes the whole NULL, but for these.
        let lenient = ["comparison", "conditional"].contains(&category)
            || ["concat_ws", "coalesce", "IS ", "DISTINCT"].iter().any(|word| sql.contains(word));
        let value = rows.strip_prefix("[[").and_then(|rows| rows.strip_suffix("]]")).unwrap();
        let first = if twice { value } else { "null" };
        let expected = format!("[[{first}],[{value}]]");
        match hoisted(&context, sql, types, twice).await {
            Ok(None) => {}
            Ok(Some(found)) if found == expected => right += 1,
            Ok(Some(found)) if lenient && found.ends_with(&format!(",[{value}]]")) => right += 1,
            Ok(Some(found)) => wrong.push(format!("{sql}: {found}, not {expected}")),
            Err(error) => wrong.push(format!("{sql}: {}", error.strip_backtrace())),
        }
    }
    println!("{right} with columns as with literals, {} not", wrong.len());
    assert!(right > 400 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The physical plan of a query as text.
async fn explain(context: &SessionContext, sql: &str) -> String {
    let plan = plan(context, sql).await.unwrap();
    let plan = context.state().create_physical_plan(&plan).await.unwrap();
    displayable(plan.as_ref()).indent(true).to_string()
}

#[tokio::test]
async fn filters_reach_the_files() {
    let context = session_context().unwrap();
    let folder = std::env::temp_dir().join(format!("lakequery-pruning-{}", std::process::id()));
    let path = folder.join("t.parquet");
    let path = path.to_str().unwrap();
    let rows = "SELECT d, i, b, s, m, p FROM (VALUES (DATE '2024-01-01', 1, CAST(1 AS bigint), 'a', \
         CAST(1.5 AS decimal(10,2)), TIMESTAMP '2024-01-01 10:00:00.000000')) \
         t(d, i, b, s, m, p)";
    let plan = plan(&context, rows).await.unwrap();
    let frame = context.execute_logical_plan(plan).await.unwrap();
    frame.write_parquet(path, DataFrameWriteOptions::new(), None).await.unwrap();
    context.register_parquet("t", path, ParquetReadOptions::default()).await.unwrap();
    for (filter, pruning) in [
        ("d >= DATE '2024-01-01'", "d_max@"),
        ("d < DATE '2024-01-01' + INTERVAL '3' MONTH", "d_min@"),
        ("d BETWEEN DATE '2024-01-01' AND DATE '2024-02-01'", "d_min@"),
        ("d IN (DATE '2024-01-01', DATE '2024-02-01')", "d_min@"),
        ("i = 5 - 4", "i_min@"),
        ("i IN (1, 2)", "i_min@"),
        ("CAST(i AS bigint) = CAST(1 AS bigint)", "i_min@"),
        ("b > 5", "b_max@"),
        ("s = 'a'", "s_min@"),
        ("s LIKE 'ab%'", "s_min@"),
        ("m > 1.5", "m_max@"),
        ("m * 2 > 1 AND i > 7", "i_max@"),
        ("b <> 0 AND i / b > 5 AND i < 7", "i_min@"),
        ("year(d) = 2024", "d_min@"),
        ("EXTRACT(YEAR FROM p) >= 2024", "p_max@"),
        ("date_trunc('month', d) = DATE '2024-01-01'", "d_max@"),
        ("CAST(p AS date) = DATE '2024-01-01'", "p_max@"),
        ("date(p) < DATE '2024-01-01'", "p_min@"),
    ] {
        let plan = explain(&context, &format!("SELECT * FROM t WHERE {filter}")).await;
        let pruned = plan.split_once("pruning_predicate=").is_some_and(|(_, after)| {
            after.lines().next().is_some_and(|predicate| predicate.contains(pruning))
        });
        assert!(pruned, "{filter} prunes nothing:\n{plan}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn parameters_have_the_types_they_are_cast_to() {
    let context = session_context().unwrap();
    let sql = "SELECT CAST($1 AS BIGINT) + 1 AS a, CAST($2 AS DECIMAL(10,2)) * 2 AS b, \
         CAST($3 AS TIMESTAMP(6)) AS c, CAST($4 AS VARCHAR) || 'x' AS d, 3 IN (CAST($5 AS INTEGER)) AS e \
         LIMIT 5";
    let plan = plan(&context, sql).await.unwrap();
    let values = vec![
        ScalarValue::Int64(Some(41)),
        ScalarValue::Decimal128(Some(150), 10, 2),
        ScalarValue::TimestampMicrosecond(Some(1), None),
        ScalarValue::Utf8(Some("y".into())),
        ScalarValue::Int32(Some(3)),
    ];
    let plan = plan.with_param_values(values).unwrap();
    let batches = context.execute_logical_plan(plan).await.unwrap().collect().await.unwrap();
    let types = ["bigint", "decimal(20,2)", "timestamp(6)", "varchar", "boolean"].map(String::from);
    let mut out = String::new();
    write_row(&batches[0], 0, &types, &mut out);
    assert_eq!(out, r#"[42,"3.00","1970-01-01 00:00:00.000001","yx",true]"#);
    for (field, ty) in batches[0].schema().fields().iter().zip(&types) {
        assert_eq!(Some(field.data_type().clone()), types::arrow_type(&Type::parse(ty).unwrap()));
    }
}
