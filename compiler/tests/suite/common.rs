//! What the compiler's tests share: compiling a text against the snapshots of
//! the repository.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::{Code, Diagnostic};
use lakequery_compiler::snapshot::{Snapshots, Table, file};
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
        let name = format!("{}/{}.toml", schema.to_lowercase(), table.to_lowercase());
        let Ok(text) = std::fs::read_to_string(self.0.join(name)) else { return Ok(None) };
        let table = file::parse(schema, &text).map_err(|error| error.to_string())?;
        Ok(Some(Arc::new(table)))
    }

    fn schemas(&self) -> Vec<String> {
        names(&self.0)
    }

    fn tables(&self, schema: &str) -> Vec<String> {
        names(&self.0.join(schema))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let stem = |path: PathBuf| Some(path.file_stem()?.to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.filter_map(|entry| stem(entry.path())).collect();
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
