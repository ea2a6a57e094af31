//! `lake.toml`: which engines to compile for, where snapshots lie and come
//! from, and what each logical schema is called on each engine.

use std::collections::BTreeMap;

use lakequery_types::Engine;

/// What `lake.toml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The engines every query is compiled for, at least one, in the order written.
    pub targets: Vec<Engine>,
    /// The folder of the snapshots, relative to `lake.toml`.
    pub schemas: String,
    /// The schema of a table that is written without one.
    pub default_schema: Option<String>,
    /// Where `cargo lake refresh` reads the snapshots from, by name.
    pub sources: BTreeMap<String, Source>,
    /// For each logical schema (lower case) its name on each engine (`hive.tpch`:
    /// the parts are separated by points). A logical schema that is not listed
    /// keeps its own name; one that is mapped to nothing (`""`) is left out, so
    /// that the connection's default schema serves.
    pub schema_names: BTreeMap<String, BTreeMap<Engine, String>>,
}

/// Where snapshots are refreshed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The URL, as `lakequery::connect` takes it; `${NAME}` stands for an
    /// environment variable, the only way to put a secret here.
    pub url: String,
    /// The logical schemas taken from it; all of them where this is empty.
    pub schemas: Vec<String>,
}
