//! DataFusion's errors in plain words: what kind each is, and what to do about it.

use std::path::Path;

use arrow_schema::ArrowError;
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::parquet::errors::ParquetError;
use lakequery_types::columns_there;

use super::{Error, ErrorKind};
use crate::task::ended;

/// An error of reading or planning the SQL.
pub(crate) fn planning(error: DataFusionError) -> Error {
    if let Some(ours) = ours(&error) {
        return ours;
    }
    let (kind, text) = classify(&error);
    match kind {
        ErrorKind::Query => {
            Error::new(kind, format!("the embedded engine refuses the query: {text}"))
        }
        _ => of_kind(kind, text),
    }
}

/// An error of running the query.
pub(crate) fn running(error: DataFusionError) -> Error {
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
        ErrorKind::Query => Error::new(kind, format!("the query failed: {text}")),
        _ => of_kind(kind, text),
    }
}

/// The error of a reader of our own, which says all.
fn ours(error: &DataFusionError) -> Option<Error> {
    let mut error: &(dyn std::error::Error + 'static) = error;
    loop {
        if let Some(ours) = error.downcast_ref::<Error>() {
            return Some(ours.clone());
        }
        error = error.source()?;
    }
}

fn of_kind(kind: ErrorKind, text: String) -> Error {
    match kind {
        ErrorKind::BrokenData => Error::new(kind, format!("data can't be read: {text}")),
        ErrorKind::Unsupported => {
            Error::new(kind, format!("the embedded engine does not support it: {text}"))
        }
        _ => Error::new(ErrorKind::Internal, format!("the embedded engine failed: {text}"))
            .with_help("this is a fault of the engine; please report it with the query"),
    }
}

/// What kind of error it is, and its text without the names of layers.
fn classify(error: &DataFusionError) -> (ErrorKind, String) {
    match error.find_root() {
        DataFusionError::ArrowError(error, _) => arrow(error),
        DataFusionError::ParquetError(error) => (ErrorKind::BrokenData, parquet(error)),
        DataFusionError::ObjectStore(error) => (ErrorKind::BrokenData, error.to_string()),
        DataFusionError::IoError(error) => (ErrorKind::BrokenData, error.to_string()),
        DataFusionError::SQL(error, _) => (ErrorKind::Query, error.to_string()),
        DataFusionError::NotImplemented(text) => (ErrorKind::Unsupported, text.clone()),
        DataFusionError::SchemaError(error, _) => (ErrorKind::Query, schema(error)),
        DataFusionError::Plan(text)
        | DataFusionError::Configuration(text)
        | DataFusionError::Execution(text)
        | DataFusionError::ResourcesExhausted(text) => (ErrorKind::Query, text.clone()),
        DataFusionError::ExecutionJoin(error) => (ErrorKind::Internal, error.to_string()),
        DataFusionError::External(error) => {
            if let Some(error) = error.downcast_ref::<ArrowError>() {
                arrow(error)
            } else if let Some(error) = error.downcast_ref::<ParquetError>() {
                (ErrorKind::BrokenData, parquet(error))
            } else if error.is::<std::io::Error>() {
                (ErrorKind::BrokenData, error.to_string())
            } else {
                (ErrorKind::Query, error.to_string())
            }
        }
        DataFusionError::Collection(errors) => match errors.first() {
            Some(error) => classify(error),
            None => (ErrorKind::Internal, "no reason given".into()),
        },
        DataFusionError::Internal(text) => (ErrorKind::Internal, text.clone()),
        other => (ErrorKind::Query, other.strip_backtrace()),
    }
}

fn arrow(error: &ArrowError) -> (ErrorKind, String) {
    match error {
        ArrowError::ParquetError(text) => (ErrorKind::BrokenData, text.clone()),
        ArrowError::IoError(text, _) => (ErrorKind::BrokenData, text.clone()),
        ArrowError::ParseError(text)
        | ArrowError::CastError(text)
        | ArrowError::ComputeError(text)
        | ArrowError::ArithmeticOverflow(text)
        | ArrowError::InvalidArgumentError(text) => (ErrorKind::Query, text.clone()),
        ArrowError::DivideByZero => (ErrorKind::Query, "division by zero".into()),
        ArrowError::NotYetImplemented(text) => (ErrorKind::Unsupported, text.clone()),
        ArrowError::ExternalError(error) => match error.downcast_ref::<DataFusionError>() {
            Some(error) => classify(error),
            None => (ErrorKind::Query, error.to_string()),
        },
        other => (ErrorKind::Query, other.to_string()),
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
                "column `{}` does not exist; {}",
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
pub(crate) fn unreadable(path: &Path, reason: &str) -> Error {
    Error::new(ErrorKind::BrokenData, format!("`{}` can't be read: {reason}", path.display()))
        .at_path(path)
        .with_help("write the file anew, or move it out of the folder")
}

/// A Parquet file whose columns can't be read.
pub(crate) fn unreadable_file(path: &Path, error: DataFusionError) -> Error {
    let (_, text) = classify(&error);
    unreadable(path, &format!("it is not a complete Parquet file ({text})")).caused_by(error)
}
