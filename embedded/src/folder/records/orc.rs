//! ORC.

use std::fs::File;
use std::path::Path;

use arrow_schema::SchemaRef;
use orc_rust::ArrowReaderBuilder;
use orc_rust::projection::ProjectionMask;

use super::rows::{Fault, Rows};

pub(super) fn schema(path: &Path) -> Result<SchemaRef, Fault> {
    Ok(open(path)?.schema())
}

pub(super) fn rows(path: &Path, names: &[&str], size: usize) -> Result<Rows, Fault> {
    let builder = open(path)?;
    let columns = builder.file_metadata().root_data_type();
    let projection = ProjectionMask::named_roots(columns, names);
    Ok(Box::new(builder.with_projection(projection).with_batch_size(size).build()))
}

fn open(path: &Path) -> Result<ArrowReaderBuilder<File>, Fault> {
    Ok(ArrowReaderBuilder::try_new(File::open(path)?)?)
}
