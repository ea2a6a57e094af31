//! `cargo lake init`: a first `lake.toml`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use lakequery_compiler::config::Config;
use lakequery_project::CONFIG;

use crate::failure::Failure;
use crate::outcome::Outcome;

/// Writes it, unless there is one.
pub(crate) fn run(folder: &Path) -> Result<Outcome, Failure> {
    let path = folder.join(CONFIG);
    let path = path.strip_prefix(".").unwrap_or(&path);
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Failure::new(format!("{} is already there", path.display()))
                .help("edit it, or remove it first if you want a new one"));
        }
        Err(error) => return Err(Failure::file("create", path, &error)),
    };
    file.write_all(Config::default_text().as_bytes())
        .map_err(|error| Failure::file("write", path, &error))?;
    let told = format!(
        "Wrote {}. Name your engines and your source in it, then run `cargo lake refresh`.\n",
        path.display()
    );
    // The work is done, whether or not someone reads that.
    let _ = std::io::stdout().write_all(told.as_bytes());
    Ok(Outcome::Fine)
}
