//! The engines that lakequery knows.

use std::fmt;
use std::str::FromStr;

/// An engine that a query can be emitted for and run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// Apache DataFusion, embedded, over Parquet, CSV and JSON files.
    DataFusion,
    /// Trino.
    Trino,
    /// Presto (prestodb).
    Presto,
    /// Dremio.
    Dremio,
    /// Spark SQL, through its Thrift Server.
    Spark,
    /// Databricks SQL.
    Databricks,
}

impl Engine {
    /// All engines, in the order in which they are listed to users.
    pub const ALL: [Engine; 6] = [
        Engine::DataFusion,
        Engine::Trino,
        Engine::Presto,
        Engine::Dremio,
        Engine::Spark,
        Engine::Databricks,
    ];

    /// Whether it reads files that state no types, so that it needs to be told those of the
    /// tables.
    pub const fn reads_files(self) -> bool {
        matches!(self, Engine::DataFusion)
    }

    /// The name used in `lake.toml`, in URLs and in messages: lower case, one word.
    pub const fn name(self) -> &'static str {
        match self {
            Engine::DataFusion => "datafusion",
            Engine::Trino => "trino",
            Engine::Presto => "presto",
            Engine::Dremio => "dremio",
            Engine::Spark => "spark",
            Engine::Databricks => "databricks",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No engine has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEngine(pub String);

impl fmt::Display for UnknownEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "engine `{}` does not exist; the engines are ", self.0)?;
        for (i, engine) in Engine::ALL.iter().enumerate() {
            write!(f, "{}{engine}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownEngine {}

impl FromStr for Engine {
    type Err = UnknownEngine;

    fn from_str(name: &str) -> Result<Self, UnknownEngine> {
        Engine::ALL
            .into_iter()
            .find(|engine| engine.name() == name)
            .ok_or_else(|| UnknownEngine(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for engine in Engine::ALL {
            assert_eq!(engine.name().parse(), Ok(engine));
        }
        let unknown = "oracle".parse::<Engine>().unwrap_err();
        assert!(
            unknown.to_string().ends_with("datafusion, trino, presto, dremio, spark, databricks")
        );
    }
}
