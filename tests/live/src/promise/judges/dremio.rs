//! Apache Calcite, set as Dremio sets its own: whether a query is parsed, its names found, and
//! its types what Dremio's rules make them.

use anyhow::Result;
use lakequery_engines::Analyzer;
use lakequery_types::{Engine, Type};

use super::{Judge, Opinion, Site, analyzer, judged};
use crate::promise::compile::Emitted;
use crate::promise::report::general;

pub(super) struct Dremio(Analyzer);

impl Dremio {
    pub(super) fn start(site: &Site<'_>) -> Result<Dremio> {
        Ok(Dremio(analyzer(Engine::Dremio, site, |ty| Some(declared(ty)))?))
    }
}

impl Judge for Dremio {
    fn engine(&self) -> Engine {
        Engine::Dremio
    }

    fn judge(&mut self, queries: &[&Emitted]) -> Result<Vec<Opinion>> {
        judged(&mut self.0, queries, same, |code, message| format!("{code}: {}", general(message)))
    }
}

/// Whether Calcite's name is that of a type. How long a text is does not count, and how deep
/// a value is nested is not compared.
fn same(found: &str, ty: &Type) -> bool {
    match ty {
        Type::Unknown => true,
        Type::Varchar(_) => found.starts_with("varchar"),
        Type::Varbinary => found.starts_with("varbinary"),
        Type::Array(_) => found.ends_with("array"),
        Type::Map(..) => found.ends_with("map"),
        Type::Row(_) => found.starts_with("recordtype"),
        Type::Integer => found == "integer",
        Type::Real => found == "float",
        Type::Decimal { precision, scale } => found == format!("decimal({precision}, {scale})"),
        ty => found == ty.to_string(),
    }
}

/// How a column of a type is declared. A column of a type that Dremio does not have is read as
/// the nearest one: what uses it is refused before.
fn declared(ty: &Type) -> String {
    match ty {
        Type::TinyInt | Type::SmallInt | Type::Integer => "INTEGER".into(),
        Type::Boolean => "BOOLEAN".into(),
        Type::BigInt => "BIGINT".into(),
        Type::Real => "FLOAT".into(),
        Type::Double => "DOUBLE".into(),
        Type::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        Type::Varbinary => "VARBINARY".into(),
        Type::Date => "DATE".into(),
        Type::Time(_) | Type::TimeTz(_) => "TIME".into(),
        Type::Timestamp(_) | Type::TimestampTz(_) => "TIMESTAMP".into(),
        Type::Array(element) => format!("{} ARRAY", declared(&element.ty)),
        Type::Map(key, value) => format!("MAP<{}, {}>", declared(key), declared(&value.ty)),
        Type::Row(fields) => {
            let field = |(at, field): (usize, &lakequery_types::Field)| {
                let name = field.name.clone().unwrap_or_else(|| format!("field{at}"));
                format!("\"{name}\" {}", declared(&field.ty))
            };
            let fields: Vec<String> = fields.iter().enumerate().map(field).collect();
            format!("ROW({})", fields.join(", "))
        }
        _ => "VARCHAR".into(),
    }
}
