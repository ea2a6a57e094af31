//! Reflection of a folder: each table's columns, from its files.

use std::sync::Arc;

use super::Shared;
use super::cancel::{Task, runtime};
use super::convert::canonical;
use super::files::{Format, Place};
use super::table::Table;
use crate::error::{Error, Kind, Result};
use crate::reflect::{Pending, ReflectOptions, ReflectedColumn, ReflectedTable, Tables};
use crate::schema::logical;

/// The tables that are there, none of which is looked at yet.
pub(super) async fn tables(shared: Arc<Shared>, options: ReflectOptions) -> Result<Tables> {
    let folder = Arc::clone(&shared.folder);
    let places = Task::blocking(&runtime()?, move || {
        let schemas = if options.schemas.is_empty() { folder.schemas()? } else { options.schemas };
        let mut places = Vec::new();
        for schema in schemas {
            places.extend(folder.tables(&schema)?);
        }
        // A schema may have been asked for twice, in different cases.
        places.sort();
        places.dedup();
        Ok(places)
    });
    let pending = |place: Place| Pending {
        schema: place.schema.clone(),
        name: place.name.clone(),
        table: Box::pin(reflected(Arc::clone(&shared), place)),
    };
    Ok(places.end().await?.into_iter().map(pending).collect())
}

async fn reflected(shared: Arc<Shared>, place: Place) -> Result<ReflectedTable> {
    let runtime = runtime()?;
    let table = Task::spawn(&runtime, async move {
        let state = shared.context.state();
        shared.tables.open(&state, place).await
    });
    columns(&*table.end().await?)
}

fn columns(table: &Table) -> Result<ReflectedTable> {
    let Place { schema, name, .. } = &table.place;
    let columns = table.schema.fields().iter().map(|field| {
        let ty = field.data_type();
        match canonical(ty).and_then(|_| logical(ty)) {
            Some(ty) => Ok(ReflectedColumn {
                name: field.name().clone(),
                ty,
                nullable: field.is_nullable(),
                comment: None,
            }),
            None => Err(Error::new(
                Kind::Unsupported,
                format!(
                    "column {} of table `{}` is of Arrow's type {ty}, which lake SQL does not have",
                    field.name(),
                    table.place.table()
                ),
            )),
        }
    });
    Ok(ReflectedTable {
        schema: schema.clone(),
        name: name.clone(),
        comment: None,
        columns: columns.collect::<Result<_>>()?,
        inferred: table.files.format != Format::Parquet,
    })
}
