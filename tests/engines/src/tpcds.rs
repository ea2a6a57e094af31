//! The queries of TPC-DS, as Spark's published tests have them.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::cache::Cache;
use crate::checksum::fingerprint;
use crate::download::{maven_artifact, unpack_zip};

const TESTS: &str = "org.apache.spark:spark-sql_2.13:4.2.0:jar:tests";

/// The folders in which the library has them: the first version, and what a later
/// one has changed.
const FOLDERS: [&str; 2] = ["tpcds", "tpcds-v2.7.0"];

/// Downloads them, once, and says in which folders they lie: a query a file.
///
/// # Errors
///
/// When they can't be downloaded.
pub fn tpcds_queries(cache: &Cache) -> Result<[PathBuf; 2]> {
    let all = cache.entry(&format!("tpcds-{}", fingerprint(TESTS)), |folder| {
        let unpacked = folder.join("unpacked");
        unpack_zip(&maven_artifact(TESTS, folder)?, &unpacked)?;
        for name in FOLDERS {
            fs::rename(unpacked.join(name), folder.join(name))?;
        }
        Ok(fs::remove_dir_all(unpacked)?)
    })?;
    Ok(FOLDERS.map(|name| all.join(name)))
}
