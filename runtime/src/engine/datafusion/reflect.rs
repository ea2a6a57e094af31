//! Reflection of a folder: each table's columns, from its files.

use std::sync::Arc;

use lakequery_embedded::{Contents, Folder, PassedOver, Place, Session, Table, column_type};

use super::error::of_engine;
use crate::arrow::schema::logical;
use crate::error::Result;
use crate::reflect::{Pending, ReflectOptions, ReflectedColumn, ReflectedTable, Tables};
use crate::task::{Task, runtime};

/// The tables that are there, none of which is looked at yet.
pub(super) async fn tables(
    session: Session,
    folder: Arc<Folder>,
    options: ReflectOptions,
) -> Result<Tables> {
    let contents = folder.contents(options.schemas).await.map_err(of_engine)?;
    let Contents { tables, passed_over } = contents;
    let pending = |place: Place| Pending {
        schema: place.schema.clone(),
        name: place.name.clone(),
        table: Box::pin(reflected(session.clone(), Arc::clone(&folder), place)),
    };
    let said =
        |PassedOver { path, reason }| format!("`{}` is passed over: {reason}", path.display());
    Ok(Tables {
        pending: tables.into_iter().map(pending).collect(),
        passed_over: passed_over.into_iter().map(said).collect(),
    })
}

async fn reflected(session: Session, folder: Arc<Folder>, place: Place) -> Result<ReflectedTable> {
    let open = async move {
        let state = session.context().state();
        folder.open_table(&state, place).await.map_err(of_engine)
    };
    let table = Task::spawn(&runtime()?, open).end().await?;
    Ok(columns(&table))
}

fn columns(table: &Table) -> ReflectedTable {
    let inferred = table.is_inferred();
    let mut columns = Vec::new();
    let mut skipped = Vec::new();
    for field in table.schema().fields() {
        let ty = field.data_type();
        match column_type(ty).and_then(|_| logical(ty)) {
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
        schema: table.place().schema.clone(),
        name: table.place().name.clone(),
        comment: None,
        columns,
        skipped,
        partitioned_by: table.partitioned_by(),
        inferred,
    }
}
