//! Reflection of a folder: each table's columns, from its files.

use std::sync::Arc;

use super::Shared;
use super::convert::canonical;
use super::files::{Contents, Format, PassedOver, Place};
use super::table::Table;
use crate::arrow::schema::logical;
use crate::error::Result;
use crate::reflect::{Pending, ReflectOptions, ReflectedColumn, ReflectedTable, Tables};
use crate::task::{Task, runtime};

/// The tables that are there, none of which is looked at yet.
pub(super) async fn tables(shared: Arc<Shared>, options: ReflectOptions) -> Result<Tables> {
    let folder = Arc::clone(&shared.folder);
    let contents = Task::blocking(&runtime()?, move || {
        let schemas = if options.schemas.is_empty() { folder.schemas()? } else { options.schemas };
        let mut all = Contents::default();
        for schema in schemas {
            let Contents { tables, passed_over } = folder.tables(&schema)?;
            all.tables.extend(tables);
            all.passed_over.extend(passed_over);
        }
        // A schema may have been asked for twice, in different cases.
        all.tables.sort();
        all.tables.dedup();
        all.passed_over.sort();
        all.passed_over.dedup();
        Ok(all)
    });
    let Contents { tables, passed_over } = contents.end().await?;
    let pending = |place: Place| Pending {
        schema: place.schema.clone(),
        name: place.name.clone(),
        table: Box::pin(reflected(Arc::clone(&shared), place)),
    };
    let said =
        |PassedOver { path, reason }| format!("`{}` is passed over: {reason}", path.display());
    Ok(Tables {
        pending: tables.into_iter().map(pending).collect(),
        passed_over: passed_over.into_iter().map(said).collect(),
    })
}

async fn reflected(shared: Arc<Shared>, place: Place) -> Result<ReflectedTable> {
    let runtime = runtime()?;
    let table = Task::spawn(&runtime, async move {
        let state = shared.context.state();
        shared.tables.open(&state, place).await
    });
    Ok(columns(&*table.end().await?))
}

fn columns(table: &Table) -> ReflectedTable {
    let inferred = table.files.format != Format::Parquet;
    let mut columns = Vec::new();
    let mut skipped = Vec::new();
    for field in table.schema.fields() {
        let ty = field.data_type();
        match canonical(ty).and_then(|_| logical(ty)) {
            Some(ty) => columns.push(ReflectedColumn {
                name: field.name().clone(),
                ty: if inferred { ty.with_nulls() } else { ty },
                nullable: field.is_nullable(),
                comment: None,
            }),
            None => skipped.push((field.name().clone(), ty.to_string())),
        }
    }
    ReflectedTable {
        schema: table.place.schema.clone(),
        name: table.place.name.clone(),
        comment: None,
        columns,
        skipped,
        partitioned_by: Vec::new(),
        inferred,
    }
}
