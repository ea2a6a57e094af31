//! What the compiler's tests share: compiling a text against the snapshots of
//! the repository.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::{Code, Diagnostic};
use lakequery_compiler::snapshot::{Snapshots, Table, file, path};
use lakequery_compiler::token::{Span, Token, tokenize};
use lakequery_compiler::{Compiled, Request, compile};

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    // Packages at several depths include this file.
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().find(|folder| folder.join("schemas").is_dir()).unwrap_or(package).to_owned()
}

/// The snapshots in a folder.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn of_repository() -> Folder {
        Folder(root().join("schemas"))
    }
}

impl Snapshots for Folder {
    fn table(&self, schema: &str, table: &str) -> Result<Option<Arc<Table>>, String> {
        let path = self.0.join(path::snapshot(schema, table));
        let Ok(text) = std::fs::read_to_string(path) else { return Ok(None) };
        let table = file::parse(schema, &text).map_err(|error| error.to_string())?;
        Ok(Some(Arc::new(table)))
    }

    fn schemas(&self) -> Vec<String> {
        names(&self.0, |folder| Some(path::schema(folder)))
    }

    fn tables(&self, schema: &str) -> Vec<String> {
        names(&self.0.join(path::folder(schema)), path::table)
    }
}

fn names(folder: &Path, name: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| name(entry.file_name().to_str()?));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// A configuration with these target engines.
pub(crate) fn config_for(targets: &str) -> Config {
    Config::parse(&format!("targets = [{targets}]\n")).expect("known engines")
}

/// Compiles a text.
pub(crate) fn compile_text(
    sql: &str,
    config: &Config,
    named_columns: bool,
) -> Result<Compiled, Vec<Diagnostic>> {
    let tokens: Vec<Token> = match tokenize(sql) {
        Ok(tokens) => tokens.into_iter().map(|token| token.token).collect(),
        Err(error) => {
            return Err(vec![Diagnostic::new(Code::Syntax, Span::default(), error.message)]);
        }
    };
    let snapshots = Folder::of_repository();
    compile(Request { tokens: &tokens, config, snapshots: &snapshots, named_columns })
}
