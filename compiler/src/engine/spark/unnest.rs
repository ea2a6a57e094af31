//! UNNEST, for which Spark has functions that give rows.

use lakequery_types::Type;

use crate::emit::{Unnest, Writer};
use crate::tree::{Alias, Expr};

use super::nested::member_name;

/// Writes UNNEST and its alias.
pub(super) fn unnest(writer: &mut Writer<'_>, unnest: Unnest<'_>) {
    let uses_others = unnest.values.iter().any(|value| value.uses(0).inner);
    if unnest.follows && uses_others {
        writer.push("LATERAL ");
    }
    match unnest.values {
        [value] if !unnest.ordinality => {
            writer.push(if is_of_rows(&value.ty) { "inline" } else { "explode" });
            writer.push(if unnest.keeps_rows { "_outer(" } else { "(" });
            writer.value(value);
            writer.push(")");
        }
        values => {
            writer.push(if unnest.keeps_rows { "inline_outer(" } else { "inline(" });
            writer.beside_lambda(|writer| rows(writer, values, unnest.ordinality));
            writer.push(")");
        }
    }
    let (name, columns) = (unnest.alias.name.clone(), unnest.names.to_vec());
    writer.alias(Some(&Alias { name, columns }));
}

/// Writes an array of all rows: the elements of all arrays that stand in one place, and their
/// number.
fn rows(writer: &mut Writer<'_>, values: &[Expr], ordinality: bool) {
    writer.push("transform(");
    match values {
        [value] => entries(writer, value),
        _ => {
            writer.push("arrays_zip(");
            writer.list(values, |writer, value| {
                // One that is NULL has no elements. The others may have.
                writer.push("coalesce(");
                entries(writer, value);
                writer.push(", array())");
            });
            writer.push(")");
        }
    }
    writer.push(", (e, i) -> named_struct(");
    let mut columns = Vec::new();
    for (i, value) in values.iter().enumerate() {
        let element = if values.len() == 1 { "e".to_owned() } else { format!("e.`{i}`") };
        match &value.ty {
            Type::Array(item) => match &item.ty {
                Type::Row(fields) => {
                    for (j, field) in fields.iter().enumerate() {
                        let name = writer.dialect.ident(&member_name(field, j));
                        columns.push(format!("{element}.{name}"));
                    }
                }
                _ => columns.push(element),
            },
            _ => columns.extend([format!("{element}.key"), format!("{element}.value")]),
        }
    }
    if ordinality {
        columns.push("CAST(i + 1 AS BIGINT)".to_owned());
    }
    writer.list(columns.iter().enumerate(), |writer, (i, column)| {
        writer.push(&format!("'c{i}', {column}"));
    });
    writer.push("))");
}

/// Writes an array, or the entries of a map.
fn entries(writer: &mut Writer<'_>, value: &Expr) {
    let is_map = matches!(value.ty, Type::Map(..));
    if is_map {
        writer.push("map_entries(");
    }
    writer.value(value);
    if is_map {
        writer.push(")");
    }
}

fn is_of_rows(ty: &Type) -> bool {
    matches!(ty, Type::Array(item) if matches!(item.ty, Type::Row(_)))
}
