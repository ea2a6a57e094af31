//! The embedded engine: it plans queries of empty files.

use std::fs::{self, File};
use std::sync::Arc;

use anyhow::{Context, Result};
use lakequery::__private::dynamic;
use lakequery::arrow_schema::{DataType, Field, Schema, TimeUnit};
use lakequery::{Lake, Query};
use lakequery_types::{Column, Engine, Piece, Statement, Type};
use parquet::arrow::ArrowWriter;
use tokio::runtime::Handle;

use super::{Judge, Opinion, Site};
use crate::promise::compile::Emitted;
use crate::promise::report::general;

/// What errors say of values that are computed before the query is run: those of VALUES.
const OF_VALUES: [&str; 9] = [
    "a map is made of",
    ": cannot cast ",
    "is out of range for",
    "is too large to store",
    "is too long for",
    "division by zero",
    "negation overflow",
    "Overflow happened on",
    "the bits of bit_count must be",
];

pub(super) struct DataFusion {
    lake: Lake,
    runtime: Handle,
}

impl DataFusion {
    pub(super) async fn start(site: &Site<'_>) -> Result<DataFusion> {
        let folder = site.folder.join(Engine::DataFusion.name());
        for table in site.schemas.all() {
            let field = |column: &lakequery_compiler::snapshot::Column| {
                let ty =
                    arrow(&column.ty).with_context(|| format!("no files hold {}", column.ty))?;
                Ok(Field::new(&column.name, ty, column.nullable))
            };
            let fields = table.columns.iter().map(field).collect::<Result<Vec<_>>>()?;
            fs::create_dir_all(folder.join(&table.schema))?;
            let path = folder.join(&table.schema).join(&table.name).with_extension("parquet");
            let schema = Arc::new(Schema::new(fields));
            ArrowWriter::try_new(File::create(path)?, schema, None)?.close()?;
        }
        let lake = lakequery::connect(&format!("datafusion:{}", folder.display())).await?;
        Ok(DataFusion { lake, runtime: Handle::current() })
    }

    fn one(&self, query: &Emitted) -> Opinion {
        let column = |ty: &Type| Column { name: "", ty: ty.clone(), nullable: true };
        let statement = Statement {
            location: "",
            columns: query.types.iter().map(column).collect(),
            parameters: Vec::new(),
            sql: vec![(Engine::DataFusion, vec![Piece::Text(&query.sql)])],
        };
        // What a macro writes into the program stays for as long.
        let statement = String::leak(statement.write());
        let described = Query::new(statement, dynamic).describe(&self.lake);
        match self.runtime.block_on(described) {
            Ok(_) => Opinion::Kept,
            Err(error) if error.is_schema_drift() => Opinion::Otherwise(error.to_string()),
            Err(error) => {
                let message = error.to_string();
                if OF_VALUES.iter().any(|words| message.contains(words)) {
                    return Opinion::Undecided;
                }
                Opinion::Refused { kind: general(&message), message }
            }
        }
    }
}

impl Judge for DataFusion {
    fn engine(&self) -> Engine {
        Engine::DataFusion
    }

    fn judge(&mut self, queries: &[&Emitted]) -> Result<Vec<Opinion>> {
        Ok(queries.iter().map(|query| self.one(query)).collect())
    }
}

/// The type of a file's column with values of a type.
fn arrow(ty: &Type) -> Option<DataType> {
    Some(match ty {
        Type::Boolean => DataType::Boolean,
        Type::TinyInt => DataType::Int8,
        Type::SmallInt => DataType::Int16,
        Type::Integer => DataType::Int32,
        Type::BigInt => DataType::Int64,
        Type::Real => DataType::Float32,
        Type::Double => DataType::Float64,
        Type::Decimal { precision, scale } => {
            DataType::Decimal128(*precision, i8::try_from(*scale).ok()?)
        }
        Type::Varchar(_) | Type::Char(_) => DataType::Utf8,
        Type::Varbinary => DataType::Binary,
        Type::Date => DataType::Date32,
        Type::Timestamp(3) => DataType::Timestamp(TimeUnit::Millisecond, None),
        Type::Timestamp(6) => DataType::Timestamp(TimeUnit::Microsecond, None),
        Type::TimestampTz(3) => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        _ => return None,
    })
}
