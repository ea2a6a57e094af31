//! The tables of `tests/parity` as Parquet files, for the embedded engine.

use std::fs::{self, File};
use std::path::Path;

use lakequery::{Lake, sql};
use lakequery_compiler::emit::Piece;
use parquet::arrow::ArrowWriter;

use crate::common::{compile_text, config_for};
use crate::judge;

/// Writes the tables into a folder, through the engine itself, and connects to it.
pub(crate) async fn lake(folder: &Path) -> Lake {
    let lake = lakequery::connect("datafusion:.").await.expect("a lake");
    fs::create_dir_all(folder.join("parity")).expect("a folder");
    for (name, query) in judge::tables() {
        let compiled = compile_text(&query, &config_for("\"datafusion\""), true).expect("compiles");
        let [Piece::Text(text)] = &compiled.templates[0].pieces[..] else {
            panic!("{name} has parameters");
        };
        write(&lake, text, &folder.join(format!("parity/{name}.parquet"))).await;
    }
    let url = format!("datafusion:{}", folder.display());
    lakequery::connect(&url).await.expect("a lake")
}

/// Writes what a query gives to a Parquet file.
pub(crate) async fn write(lake: &Lake, query: &str, file: &Path) {
    let mut batches = sql(query).fetch_arrow(lake).await.expect("runs");
    let file = File::create(file).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batches.schema(), None).expect("a writer");
    while let Some(batch) = batches.next().await {
        writer.write(&batch.expect("a batch")).expect("written");
    }
    writer.close().expect("closed");
}
