//! The queries that others are made of: every query of this repository, and of TPC-DS.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::compile::root;
use crate::judge;

/// All of them.
pub(super) fn all(tpcds: &[String]) -> Result<Vec<String>> {
    let mut queries = Vec::new();
    for folder in ["tests/golden/sql", "tests/tpch"] {
        queries.extend(of_folder(&root().join(folder))?);
    }
    queries.extend(judge::parity().into_values().flatten().map(|question| question.sql));
    queries.extend(judge::answers().into_iter().map(|question| question.sql));
    queries.extend_from_slice(tpcds);
    Ok(queries)
}

/// The queries of a folder, a file each, sorted by its name.
pub(super) fn of_folder(folder: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| Ok(fs::read_to_string(path)?)).collect()
}
