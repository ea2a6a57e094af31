//! What the compiler's tests share: compiling a text against the snapshots of
//! the repository.

use std::path::{Path, PathBuf};

use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::{Code, Diagnostic};
use lakequery_compiler::token::{Span, Token, tokenize};
use lakequery_compiler::{Compiled, Request, compile};
use lakequery_project::Store;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    // Packages at several depths include this file.
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().find(|folder| folder.join("schemas").is_dir()).unwrap_or(package).to_owned()
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
    let snapshots = Store::new(root().join("schemas"));
    compile(Request { tokens: &tokens, config, snapshots: &snapshots, named_columns })
}
