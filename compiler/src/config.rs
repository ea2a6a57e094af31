//! `lake.toml`: which engines to compile for, where snapshots lie and come
//! from, what each logical schema is called on each engine, and how files are read.
//!
//! `docs/lake-toml.md` has every key.

use std::collections::BTreeMap;
use std::ops::Range;

use lakequery_types::Engine;

use crate::diagnostic::nearest;
use document::{Entries, Entry, Mistakes, list};
use table::read_tables;

pub use document::{FileError, FileErrors};
pub use table::TableConfig;

pub(crate) mod document;
mod table;
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
    /// What is said of tables, by schema and name (lower case).
    pub tables: BTreeMap<(String, String), TableConfig>,
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

/// The folder of the snapshots where `lake.toml` names none.
const DEFAULT_SCHEMAS: &str = "schemas";

/// The keys of the top table.
const KEYS: [&str; 6] = ["targets", "schemas", "default_schema", "source", "schema", "table"];

impl Config {
    /// Reads a `lake.toml`.
    ///
    /// # Errors
    ///
    /// Every key, type, engine and name that is wrong, in the order of the file.
    pub fn parse(text: &str) -> Result<Config, FileErrors> {
        let table = document::parse(text)?;
        let mut mistakes = Mistakes::default();
        let entries = Entries::of(table.get_ref()).known(&KEYS, &mut mistakes);
        let default_schema = read_default_schema(&entries, &mut mistakes);
        let config = Config {
            targets: read_targets(&entries, &mut mistakes),
            schemas: read_folder(&entries, &mut mistakes),
            tables: read_tables(&entries, default_schema.as_deref(), &mut mistakes),
            default_schema,
            sources: read_sources(&entries, &mut mistakes),
            schema_names: read_schemas(&entries, &mut mistakes),
        };
        mistakes.none_or(text, config)
    }

    /// What is said of a table of a logical schema.
    pub fn table(&self, schema: &str, table: &str) -> Option<&TableConfig> {
        self.tables.get(&(schema.to_lowercase(), table.to_lowercase()))
    }

    /// The `lake.toml` that `cargo lake init` writes.
    pub const fn default_text() -> &'static str {
        include_str!("config/default.toml")
    }
}

fn read_targets(entries: &Entries<'_>, mistakes: &mut Mistakes) -> Vec<Engine> {
    let engines = list(&Engine::ALL.map(Engine::name));
    let mut targets = Vec::new();
    let Some(entry) = entries.get("targets") else {
        let message = format!(
            "`targets` is missing: the engines that every query is compiled for, such as \
             targets = [\"datafusion\"]; there are {engines}"
        );
        entries.missing(&(0..0), message, mistakes);
        return targets;
    };
    if entry.is_empty_list() {
        let message = format!("`targets` names no engine; there are {engines}");
        mistakes.add(&entry.value_bytes, message);
    }
    for (name, bytes) in entry.strings(mistakes).unwrap_or_default() {
        let Some(engine) = engine(name, &bytes, mistakes) else { continue };
        if targets.contains(&engine) {
            mistakes.add(&bytes, format!("`{name}` is in `targets` twice"));
        } else {
            targets.push(engine);
        }
    }
    targets
}

fn engine(name: &str, bytes: &Range<usize>, mistakes: &mut Mistakes) -> Option<Engine> {
    let unknown: lakequery_types::UnknownEngine = match name.parse() {
        Ok(engine) => return Some(engine),
        Err(unknown) => unknown,
    };
    let message = match nearest(name, Engine::ALL.map(Engine::name)) {
        Some(near) => format!("engine `{name}` does not exist; did you mean `{near}`?"),
        None => unknown.to_string(),
    };
    mistakes.add(bytes, message);
    None
}

fn read_folder(entries: &Entries<'_>, mistakes: &mut Mistakes) -> String {
    let Some(entry) = entries.get("schemas") else { return DEFAULT_SCHEMAS.to_owned() };
    let folder = entry.string(mistakes);
    if folder == Some("") {
        let message = "`schemas` is the folder of the snapshots, relative to this file; \
                       it can't be empty";
        mistakes.add(&entry.value_bytes, message);
    }
    folder.unwrap_or_default().to_owned()
}

fn read_default_schema(entries: &Entries<'_>, mistakes: &mut Mistakes) -> Option<String> {
    let entry = entries.get("default_schema")?;
    let name = entry.string(mistakes)?;
    schema_name(name, &entry.value_bytes, mistakes)
}

fn read_sources(entries: &Entries<'_>, mistakes: &mut Mistakes) -> BTreeMap<String, Source> {
    let sources = entries.get("source").and_then(|entry| entry.table(mistakes));
    let sources = sources.iter().flat_map(Entries::iter);
    sources.map(|entry| (entry.key.to_owned(), read_source(entry, mistakes))).collect()
}

fn read_source(entry: &Entry<'_>, mistakes: &mut Mistakes) -> Source {
    let mut source = Source { url: String::new(), schemas: Vec::new() };
    let Some(entries) = entry.table(mistakes) else { return source };
    let entries = entries.known(&["url", "schemas"], mistakes);
    match entries.get("url") {
        Some(part) => {
            if let Some(url) = part.string(mistakes) {
                source.url = url.to_owned();
                if let Err(message) = url::check(url) {
                    mistakes.add(&part.value_bytes, message);
                }
            }
        }
        None => {
            let message = format!(
                "source `{}` has no `url`; write one such as url = \"datafusion:data/\"",
                entry.key
            );
            entries.missing(&entry.key_bytes, message, mistakes);
        }
    }
    let schemas = entries.get("schemas").and_then(|part| part.strings(mistakes));
    for (name, bytes) in schemas.unwrap_or_default() {
        let Some(name) = schema_name(name, &bytes, mistakes) else { continue };
        if source.schemas.contains(&name) {
            mistakes.add(&bytes, format!("schema `{name}` is listed twice"));
        } else {
            source.schemas.push(name);
        }
    }
    source
}

fn read_schemas(
    entries: &Entries<'_>,
    mistakes: &mut Mistakes,
) -> BTreeMap<String, BTreeMap<Engine, String>> {
    let mut schemas = BTreeMap::new();
    let listed = entries.get("schema").and_then(|entry| entry.table(mistakes));
    for entry in listed.iter().flat_map(Entries::iter) {
        let name = schema_name(entry.key, &entry.key_bytes, mistakes);
        let names = read_names(entry, mistakes);
        if let Some(name) = name
            && schemas.insert(name, names).is_some()
        {
            let message = format!("schema `{}` is written twice", entry.key);
            mistakes.add(&entry.key_bytes, message);
        }
    }
    schemas
}

/// The names of a logical schema on engines.
fn read_names(entry: &Entry<'_>, mistakes: &mut Mistakes) -> BTreeMap<Engine, String> {
    let mut names = BTreeMap::new();
    let entries = entry.table(mistakes);
    for part in entries.iter().flat_map(Entries::iter) {
        let engine = engine(part.key, &part.key_bytes, mistakes);
        let name = part.string(mistakes);
        let (Some(engine), Some(name)) = (engine, name) else { continue };
        let wrong = if name.contains(['"', '`', '\'']) {
            Some("is written without quotes; only a point separates its parts")
        } else if !name.is_empty() && name.split('.').any(|part| part.trim().is_empty()) {
            Some("has a part with no name")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            let message = format!("the name of schema `{}` on {engine} {wrong}", entry.key);
            mistakes.add(&part.value_bytes, message);
        }
        names.insert(engine, name.to_owned());
    }
    names
}

/// The name of a logical schema in lower case, if it can be one; it is also the name of
/// a folder.
fn schema_name(name: &str, bytes: &Range<usize>, mistakes: &mut Mistakes) -> Option<String> {
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
        return Some(name.to_lowercase());
    };
    mistakes.add(bytes, wrong);
    None
}

#[cfg(test)]
mod tests;
