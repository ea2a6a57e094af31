//! Reflection of a folder: each table's columns, from its files.

use std::sync::Arc;

use arrow_schema::Schema;
use lakequery_embedded::{
    Contents, Fixtures, Folder, PassedOver, Place, Session, Stated, column_type,
};
use lakequery_types::same_name;

use super::error::of_engine;
use crate::arrow::schema::logical;
use crate::error::Result;
use crate::reflect::{Pending, ReflectOptions, ReflectedColumn, ReflectedTable, Tables};
use crate::task::{Task, runtime};

/// The tables that are there, none of which is looked at yet.
pub(super) async fn tables(
    session: Session,
    folder: Arc<Folder>,
    stated: Vec<Arc<Stated>>,
    options: ReflectOptions,
) -> Result<Tables> {
    let contents = folder.contents(options.schemas, &stated).await.map_err(of_engine)?;
    let known = |place: &Place| {
        stated.iter().find(|stated| stated.may_be_of(&place.schema, &place.name)).cloned()
    };
    let Contents { tables, passed_over } = contents;
    let pending = |place: Place| Pending {
        schema: place.schema.clone(),
        name: place.name.clone(),
        table: Box::pin(reflected(session.clone(), Arc::clone(&folder), known(&place), place)),
    };
    let said =
        |PassedOver { path, reason }| format!("`{}` is passed over: {reason}", path.display());
    Ok(Tables {
        pending: tables.into_iter().map(pending).collect(),
        passed_over: passed_over.into_iter().map(said).collect(),
    })
}

/// The tables that were given, by schema and name.
pub(super) fn fixtures(fixtures: Arc<Fixtures>, options: ReflectOptions) -> Tables {
    let wanted = |schema: &str| {
        options.schemas.is_empty() || options.schemas.iter().any(|name| same_name(name, schema))
    };
    let names = fixtures.names().filter(|(schema, _)| wanted(schema));
    let mut names: Vec<_> = names.map(|(s, t)| (s.to_owned(), t.to_owned())).collect();
    names.sort();
    names
        .into_iter()
        .map(|(schema, name)| {
            let fixtures = Arc::clone(&fixtures);
            let (of, table) = (schema.clone(), name.clone());
            let columns = async move {
                let columns = fixtures.columns(&of, &table).map_err(of_engine)?;
                Ok(described(of, table, &columns, true))
            };
            Pending { schema, name, table: Box::pin(columns) }
        })
        .collect()
}

async fn reflected(
    session: Session,
    folder: Arc<Folder>,
    stated: Option<Arc<Stated>>,
    place: Place,
) -> Result<ReflectedTable> {
    let open = async move {
        let state = session.context().state();
        folder.open_table(&state, place, stated).await.map_err(of_engine)
    };
    let table = Task::spawn(&runtime()?, open).end().await?;
    let place = table.place();
    let (schema, name) = (place.schema.clone(), place.name.clone());
    let described = described(schema, name, &table.schema(), table.is_inferred());
    Ok(ReflectedTable {
        partitioned_by: table.partitioned_by(),
        guessed_partitions: table.partitions(),
        ..described
    })
}

fn described(schema: String, name: String, found: &Schema, inferred: bool) -> ReflectedTable {
    let mut columns = Vec::new();
    let mut skipped = Vec::new();
    for field in found.fields() {
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
        schema,
        name,
        comment: None,
        columns,
        skipped,
        partitioned_by: Vec::new(),
        guessed_partitions: 0,
        inferred,
    }
}
