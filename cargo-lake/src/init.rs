//! `cargo lake init`: a first `lake.toml`.

use std::io::Write;
use std::path::Path;

use lakequery_project::Project;

use crate::failure::Failure;
use crate::outcome::Outcome;

/// Writes it, unless there is one.
pub(crate) fn run(folder: &Path) -> Result<Outcome, Failure> {
    let file = Project::create(folder)?;
    let told = format!(
        "Wrote {file}. Name your engines and your source in it, then run `cargo lake refresh`.\n"
    );
    // The work is done, whether or not someone reads that.
    let _ = std::io::stdout().write_all(told.as_bytes());
    Ok(Outcome::Fine)
}
