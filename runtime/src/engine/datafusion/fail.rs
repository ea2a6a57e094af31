//! DataFusion's errors in plain words: what kind each is, and what to do about it.

use std::path::Path;
use std::sync::Arc;

use arrow_schema::ArrowError;
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::parquet::errors::ParquetError;
use lakequery_types::columns_there;

use super::intact::first_broken;
use super::table::Table;
use crate::error::{Error, Kind};
use crate::task::{Task, ended, runtime};

/// An error of reading or planning the SQL.
pub(super) fn planning(error: DataFusionError) -> Error {
    let (kind, text) = classify(&error);
    match kind {
        Kind::Query => Error::new(kind, format!("the embedded engine refuses the query: {text}")),
        _ => of_kind(kind, text),
    }
}

/// An error of running the query.
pub(super) fn running(error: DataFusionError) -> Error {
    if let Some(ours) = ours(&error) {
        return ours;
    }
    let (kind, text) = classify(&error);
    // A task of the engine's own was cancelled, which it tells by this text only;
    // it cancels none itself while somebody reads.
    if text.starts_with("Non Panic Task error") {
        return ended();
    }
    match kind {
        Kind::Query => Error::new(kind, format!("the query failed: {text}")),
        _ => of_kind(kind, text),
    }
}

/// The error of a reader of our own, which says all.
fn ours(error: &DataFusionError) -> Option<Error> {
    match error.find_root() {
        DataFusionError::External(error) => error.downcast_ref::<Error>().map(Error::again),
        _ => None,
    }
}

fn of_kind(kind: Kind, text: String) -> Error {
    match kind {
        Kind::BrokenData => Error::new(kind, format!("data can't be read: {text}")),
        Kind::Unsupported => {
            Error::new(kind, format!("the embedded engine does not support it: {text}"))
        }
        _ => Error::new(Kind::Internal, format!("the embedded engine failed: {text}"))
            .help("this is a fault of the engine; please report it with the query"),
    }
}

/// What kind of error it is, and its text without the names of layers.
fn classify(error: &DataFusionError) -> (Kind, String) {
    match error.find_root() {
        DataFusionError::ArrowError(error, _) => arrow(error),
        DataFusionError::ParquetError(error) => (Kind::BrokenData, parquet(error)),
        DataFusionError::ObjectStore(error) => (Kind::BrokenData, error.to_string()),
        DataFusionError::IoError(error) => (Kind::BrokenData, error.to_string()),
        DataFusionError::SQL(error, _) => (Kind::Query, error.to_string()),
        DataFusionError::NotImplemented(text) => (Kind::Unsupported, text.clone()),
        DataFusionError::SchemaError(error, _) => (Kind::Query, schema(error)),
        DataFusionError::Plan(text)
        | DataFusionError::Configuration(text)
        | DataFusionError::Execution(text)
        | DataFusionError::ResourcesExhausted(text) => (Kind::Query, text.clone()),
        DataFusionError::ExecutionJoin(error) => (Kind::Internal, error.to_string()),
        DataFusionError::External(error) => {
            if let Some(error) = error.downcast_ref::<ArrowError>() {
                arrow(error)
            } else if let Some(error) = error.downcast_ref::<ParquetError>() {
                (Kind::BrokenData, parquet(error))
            } else if error.is::<std::io::Error>() {
                (Kind::BrokenData, error.to_string())
            } else {
                (Kind::Query, error.to_string())
            }
        }
        DataFusionError::Collection(errors) => match errors.first() {
            Some(error) => classify(error),
            None => (Kind::Internal, "no reason given".into()),
        },
        DataFusionError::Internal(text) => (Kind::Internal, text.clone()),
        other => (Kind::Query, other.strip_backtrace()),
    }
}

fn arrow(error: &ArrowError) -> (Kind, String) {
    match error {
        ArrowError::ParquetError(text) => (Kind::BrokenData, text.clone()),
        ArrowError::IoError(text, _) => (Kind::BrokenData, text.clone()),
        ArrowError::ParseError(text)
        | ArrowError::CastError(text)
        | ArrowError::ComputeError(text)
        | ArrowError::ArithmeticOverflow(text)
        | ArrowError::InvalidArgumentError(text) => (Kind::Query, text.clone()),
        ArrowError::DivideByZero => (Kind::Query, "division by zero".into()),
        ArrowError::NotYetImplemented(text) => (Kind::Unsupported, text.clone()),
        ArrowError::ExternalError(error) => match error.downcast_ref::<DataFusionError>() {
            Some(error) => classify(error),
            None => (Kind::Query, error.to_string()),
        },
        other => (Kind::Query, other.to_string()),
    }
}

fn parquet(error: &ParquetError) -> String {
    match error {
        ParquetError::General(text) | ParquetError::EOF(text) => text.clone(),
        ParquetError::External(error) => error.to_string(),
        other => other.to_string(),
    }
}

fn schema(error: &SchemaError) -> String {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let there = valid_fields.iter().map(|field| field.name());
            format!(
                "there is no column `{}`; {}",
                field.flat_name(),
                columns_there(&field.name, there)
            )
        }
        SchemaError::AmbiguousReference { field } => {
            format!("column `{}` is ambiguous", field.flat_name())
        }
        other => other.to_string(),
    }
}

/// A file that can't be a table's.
pub(super) fn unreadable(path: &Path, reason: &str) -> Error {
    Error::new(Kind::BrokenData, format!("`{}` can't be read: {reason}", path.display()))
        .help("write the file anew, or move it out of the folder")
}

/// A Parquet file whose columns can't be read.
pub(super) fn unreadable_file(path: &Path, error: DataFusionError) -> Error {
    let (_, text) = classify(&error);
    unreadable(path, &format!("it is not a complete Parquet file ({text})")).caused_by(error)
}

/// Says which file or table an error in data is about, where it does not say that
/// itself. A fault of the engine may come from a broken file, too.
pub(super) async fn explain(error: Error, tables: Vec<Arc<Table>>) -> Error {
    let is_told = error.is_broken_data() && error.suggestion().is_some();
    if is_told || !(error.is_broken_data() || error.is_internal()) {
        return error;
    }
    let names: Vec<String> =
        tables.iter().map(|table| format!("`{}`", table.place.table())).collect();
    if let Ok(runtime) = runtime() {
        let search = Task::blocking(&runtime, move || Ok(first_broken(&tables)));
        if let Ok(Some(broken)) = search.end().await {
            return broken.caused_by(error);
        }
    }
    match names.as_slice() {
        _ if error.is_internal() => error,
        [] => error,
        [table] => error.help(format!("it is in the files of table {table}")),
        names => {
            error.help(format!("it is in the files of one of the tables {}", names.join(", ")))
        }
    }
}
