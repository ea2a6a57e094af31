//! The small TPC-H lake that the examples and the tests read: the eight tables
//! of the benchmark as Parquet, one file each, written once.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use tpchgen::generators::{
    CustomerGenerator, LineItemGenerator, NationGenerator, OrderGenerator, PartGenerator,
    PartSuppGenerator, RegionGenerator, SupplierGenerator,
};
use tpchgen_arrow::arrow::array::RecordBatch;
use tpchgen_arrow::arrow::datatypes::SchemaRef;
use tpchgen_arrow::arrow::error::ArrowError;
use tpchgen_arrow::{
    CustomerArrow, LineItemArrow, NationArrow, OrderArrow, PartArrow, PartSuppArrow, RegionArrow,
    SupplierArrow,
};

/// The tables of TPC-H, the small ones first.
pub const TABLES: [&str; 8] =
    ["region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem"];

/// The scale factor of the examples and tests: 60,175 rows in `lineitem`.
pub const SCALE_FACTOR: f64 = 0.01;

/// Writes the lake as `folder/tpch/<table>.parquet` where it is not there yet.
///
/// A file is written under another name and renamed when it is whole, so that
/// an interrupted run leaves nothing half-written behind. `progress` is called
/// with the name of each table that has just been written or found.
///
/// # Errors
///
/// When a file can't be written.
pub fn write_tpch(
    folder: &Path,
    scale_factor: f64,
    mut progress: impl FnMut(&str),
) -> io::Result<()> {
    let schema = folder.join("tpch");
    fs::create_dir_all(&schema)?;
    for table in TABLES {
        let path = schema.join(format!("{table}.parquet"));
        if !path.exists() {
            write_table(&path, table, scale_factor)?;
        }
        progress(table);
    }
    Ok(())
}

fn write_table(path: &Path, table: &str, scale_factor: f64) -> io::Result<()> {
    let (schema, batches) = generate(table, scale_factor);
    // Several processes may write the same lake at once, as tests do.
    let unfinished = path.with_extension(format!("{}.tmp", std::process::id()));
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(Default::default())).build();
    let mut writer = ArrowWriter::try_new(File::create(&unfinished)?, schema, Some(properties))
        .map_err(io_error)?;
    for batch in batches {
        let batch = batch.map_err(io::Error::other)?;
        writer.write(&batch).map_err(io_error)?;
    }
    writer.close().map_err(io_error)?;
    fs::rename(&unfinished, path)
}

fn io_error(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

/// The rows of a table, batch by batch.
type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>>>;

/// The rows of a table; those of an unknown one are `lineitem`'s.
fn generate(table: &str, scale_factor: f64) -> (SchemaRef, Batches) {
    macro_rules! rows {
        ($arrow:ident, $generator:ident) => {{
            let batches = $arrow::new($generator::new(scale_factor, 1, 1));
            ($arrow::schema_ref(), Box::new(batches))
        }};
    }
    match table {
        "region" => rows!(RegionArrow, RegionGenerator),
        "nation" => rows!(NationArrow, NationGenerator),
        "supplier" => rows!(SupplierArrow, SupplierGenerator),
        "customer" => rows!(CustomerArrow, CustomerGenerator),
        "part" => rows!(PartArrow, PartGenerator),
        "partsupp" => rows!(PartSuppArrow, PartSuppGenerator),
        "orders" => rows!(OrderArrow, OrderGenerator),
        _ => rows!(LineItemArrow, LineItemGenerator),
    }
}
