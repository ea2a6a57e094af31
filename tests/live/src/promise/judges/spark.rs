//! Spark's analyzer, which judges Databricks' SQL, too.

use anyhow::Result;
use lakequery_engines::Analyzer;
use lakequery_types::{Engine, Type};

use super::{Judge, Opinion, Site, analyzer, judged};
use crate::promise::compile::Emitted;

pub(super) struct Spark {
    engine: Engine,
    analyzer: Analyzer,
}

impl Spark {
    pub(super) fn start(engine: Engine, site: &Site<'_>) -> Result<Spark> {
        Ok(Spark { engine, analyzer: analyzer(engine, site, name)? })
    }
}

impl Judge for Spark {
    fn engine(&self) -> Engine {
        self.engine
    }

    fn judge(&mut self, queries: &[&Emitted]) -> Result<Vec<Opinion>> {
        // The code says all that is common, and the message much besides.
        judged(&mut self.analyzer, queries, same, |code, _| code.to_owned())
    }
}

/// Whether Spark's name is that of the values of a type.
fn same(found: &str, ty: &Type) -> bool {
    name(ty).is_some_and(|name| name == found)
}

/// What Spark calls a type; `None` where it has none for its values.
fn name(ty: &Type) -> Option<String> {
    Some(match ty {
        Type::Unknown => "void".into(),
        Type::Boolean => "boolean".into(),
        Type::TinyInt => "tinyint".into(),
        Type::SmallInt => "smallint".into(),
        Type::Integer => "int".into(),
        Type::BigInt => "bigint".into(),
        Type::Real => "float".into(),
        Type::Double => "double".into(),
        Type::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        Type::Varchar(_) | Type::Char(_) | Type::Json | Type::Uuid => "string".into(),
        Type::Varbinary => "binary".into(),
        Type::Date => "date".into(),
        Type::Timestamp(_) => "timestamp_ntz".into(),
        Type::TimestampTz(_) => "timestamp".into(),
        Type::Time(p) => format!("time({p})"),
        Type::IntervalYearToMonth => "interval year to month".into(),
        Type::IntervalDayToSecond => "interval day to second".into(),
        Type::Array(element) => format!("array<{}>", name(&element.ty)?),
        Type::Map(key, value) => format!("map<{},{}>", name(key)?, name(&value.ty)?),
        Type::Row(fields) => {
            let field = |(i, field): (usize, &lakequery_types::Field)| {
                let of = field.name.clone().unwrap_or_else(|| format!("col{}", i + 1));
                Some(format!("{of}:{}", name(&field.ty)?))
            };
            let fields: Option<Vec<String>> = fields.iter().enumerate().map(field).collect();
            format!("struct<{}>", fields?.join(","))
        }
        _ => return None,
    })
}
