//! `lake.toml`: which engines to compile for, where snapshots lie and come
//! from, and what each logical schema is called on each engine.
//!
//! `docs/lake-toml.md` has every key.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use lakequery_types::Engine;

use crate::diagnostic::nearest;
use document::{Document, Entry, Problem, entries, list};

pub(crate) mod document;
mod url;

/// What `lake.toml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The engines every query is compiled for, at least one, in the order written.
    pub targets: Vec<Engine>,
    /// The folder of the snapshots, relative to `lake.toml`.
    pub schemas: String,
    /// The schema of a table that is written without one; lower case.
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
    /// environment variable, the only way to put a secret here
    /// ([`expand`](Source::expand) puts them in).
    pub url: String,
    /// The logical schemas (lower case) taken from it; all of them where this is empty.
    pub schemas: Vec<String>,
}

/// What is wrong with a `lake.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong and what to do, one sentence.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for ConfigError {}

impl From<Problem> for ConfigError {
    fn from(Problem { message, line, column }: Problem) -> ConfigError {
        ConfigError { message, line, column }
    }
}

/// The folder of the snapshots where `lake.toml` names none.
const DEFAULT_SCHEMAS: &str = "schemas";

impl Config {
    /// Reads a `lake.toml`.
    ///
    /// # Errors
    ///
    /// At the first key, type, engine or name that is wrong.
    pub fn parse(text: &str) -> Result<Config, ConfigError> {
        let (document, table) = Document::parse(text)?;
        let mut targets = Vec::new();
        let mut config = Config {
            targets: Vec::new(),
            schemas: DEFAULT_SCHEMAS.to_owned(),
            default_schema: None,
            sources: BTreeMap::new(),
            schema_names: BTreeMap::new(),
        };
        for entry in entries(table.get_ref()) {
            match entry.key {
                "targets" => targets = read_targets(&document, &entry)?,
                "schemas" => config.schemas = read_folder(&document, &entry)?,
                "default_schema" => {
                    let name = entry.string(&document)?;
                    config.default_schema =
                        Some(schema_name(&document, name, entry.value_bytes.clone())?);
                }
                "source" => {
                    for source in entry.table(&document)? {
                        config
                            .sources
                            .insert(source.key.to_owned(), read_source(&document, &source)?);
                    }
                }
                "schema" => {
                    for schema in entry.table(&document)? {
                        let name = schema_name(&document, schema.key, schema.key_bytes.clone())?;
                        let names = read_schema(&document, &schema)?;
                        if config.schema_names.insert(name, names).is_some() {
                            let message = format!("schema `{}` is written twice", schema.key);
                            return Err(document.problem(schema.key_bytes, message).into());
                        }
                    }
                }
                _ => {
                    let known = ["targets", "schemas", "default_schema", "source", "schema"];
                    return Err(document.unknown_key(&entry, &known).into());
                }
            }
        }
        if targets.is_empty() {
            let message = format!(
                "`targets` is missing: the engines that every query is compiled for, such as \
                 targets = [\"datafusion\"]; there are {}",
                list(&Engine::TARGETS.map(Engine::name))
            );
            return Err(document.problem(0..0, message).into());
        }
        config.targets = targets;
        Ok(config)
    }

    /// The `lake.toml` that `cargo lake init` writes.
    pub const fn default_text() -> &'static str {
        include_str!("config/default.toml")
    }
}

fn read_targets(document: &Document<'_>, entry: &Entry<'_>) -> Result<Vec<Engine>, Problem> {
    let mut targets = Vec::new();
    for (name, bytes) in entry.strings(document)? {
        let engine = engine(document, name, bytes.clone())?;
        if !Engine::TARGETS.contains(&engine) {
            let message = format!(
                "queries can't be compiled for `{name}` yet; the engines are {}",
                list(&Engine::TARGETS.map(Engine::name))
            );
            return Err(document.problem(bytes, message));
        }
        if targets.contains(&engine) {
            return Err(document.problem(bytes, format!("`{name}` is in `targets` twice")));
        }
        targets.push(engine);
    }
    if targets.is_empty() {
        let message = format!(
            "`targets` names no engine; there are {}",
            list(&Engine::TARGETS.map(Engine::name))
        );
        return Err(document.problem(entry.value_bytes.clone(), message));
    }
    Ok(targets)
}

fn engine(document: &Document<'_>, name: &str, bytes: Range<usize>) -> Result<Engine, Problem> {
    name.parse().map_err(|unknown: lakequery_types::UnknownEngine| {
        let message = match nearest(name, Engine::TARGETS.map(Engine::name)) {
            Some(near) => format!("there is no engine `{name}`; did you mean `{near}`?"),
            None => unknown.to_string(),
        };
        document.problem(bytes, message)
    })
}

fn read_folder(document: &Document<'_>, entry: &Entry<'_>) -> Result<String, Problem> {
    let folder = entry.string(document)?;
    if folder.is_empty() {
        let message = "`schemas` is the folder of the snapshots, relative to this file; \
                       it can't be empty";
        return Err(document.problem(entry.value_bytes.clone(), message));
    }
    Ok(folder.to_owned())
}

fn read_source(document: &Document<'_>, entry: &Entry<'_>) -> Result<Source, Problem> {
    let mut source = Source { url: String::new(), schemas: Vec::new() };
    for part in entry.table(document)? {
        match part.key {
            "url" => {
                let url = part.string(document)?;
                url::check(url)
                    .map_err(|message| document.problem(part.value_bytes.clone(), message))?;
                source.url = url.to_owned();
            }
            "schemas" => {
                for (name, bytes) in part.strings(document)? {
                    let name = schema_name(document, name, bytes.clone())?;
                    if source.schemas.contains(&name) {
                        let message = format!("schema `{name}` is listed twice");
                        return Err(document.problem(bytes, message));
                    }
                    source.schemas.push(name);
                }
            }
            _ => return Err(document.unknown_key(&part, &["url", "schemas"])),
        }
    }
    if source.url.is_empty() {
        let message = format!(
            "source `{}` has no `url`; write one such as url = \"datafusion:data/\"",
            entry.key
        );
        return Err(document.problem(entry.key_bytes.clone(), message));
    }
    Ok(source)
}

fn read_schema(
    document: &Document<'_>,
    entry: &Entry<'_>,
) -> Result<BTreeMap<Engine, String>, Problem> {
    let mut names = BTreeMap::new();
    for part in entry.table(document)? {
        let engine = engine(document, part.key, part.key_bytes.clone())?;
        let name = part.string(document)?;
        let wrong = if name.contains(['"', '`', '\'']) {
            Some("is written without quotes; only a point separates its parts")
        } else if !name.is_empty() && name.split('.').any(|part| part.trim().is_empty()) {
            Some("has a part with no name")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            let message = format!("the name of schema `{}` on {engine} {wrong}", entry.key);
            return Err(document.problem(part.value_bytes, message));
        }
        names.insert(engine, name.to_owned());
    }
    Ok(names)
}

/// Checks the name of a logical schema, which is also a folder's, and lowers its case.
fn schema_name(
    document: &Document<'_>,
    name: &str,
    bytes: Range<usize>,
) -> Result<String, Problem> {
    let wrong = if name.trim().is_empty() {
        "a schema needs a name".to_owned()
    } else if name.contains('.') {
        format!(
            "a logical schema has one name with no point in it; \
             what an engine calls it stands under [schema.{}]",
            name.rsplit('.').find(|part| !part.is_empty()).unwrap_or("name")
        )
    } else if name.contains(['/', '\\', ':']) || name.chars().any(char::is_control) {
        format!("`{name}` can't be a schema: its name is also that of a folder")
    } else {
        return Ok(name.to_lowercase());
    };
    Err(document.problem(bytes, wrong))
}

#[cfg(test)]
mod tests;
