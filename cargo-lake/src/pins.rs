//! The types that `lake.toml` states of a table's columns: a refresh keeps them.

use lakequery_compiler::config::TableConfig;
use lakequery_compiler::diagnostic::nearest;
use lakequery_types::same_name;

use crate::source::Found;

/// Gives the columns the types that are stated of them.
///
/// Where types are guessed from text, the source has read the values as the stated types. All
/// other sources state types themselves; what is stated of these has to be the same.
///
/// # Errors
///
/// What is wrong, where a column does not exist or has another type.
pub(crate) fn apply(said: &TableConfig, found: &mut Found) -> Result<(), String> {
    for pin in &said.columns {
        let columns = &mut found.table.columns;
        if !columns.iter().any(|column| same_name(&column.name, &pin.name)) {
            let (name, names) = (&pin.name, columns.iter().map(|column| column.name.as_str()));
            if let Some((_, ty)) = found.skipped.iter().find(|(other, _)| same_name(other, name)) {
                return Err(format!(
                    "lake.toml states column {name}, and lake SQL has no type for its {ty}"
                ));
            }
            let near = match nearest(name, names) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => String::new(),
            };
            return Err(format!(
                "lake.toml states a column `{name}`, which the table does not have{near}"
            ));
        }
        for column in columns.iter_mut().filter(|column| same_name(&column.name, &pin.name)) {
            if column.ty.clone().with_nulls() != pin.ty.clone().with_nulls() {
                return Err(format!(
                    "lake.toml states column {} as {}, and it is read as {}; state this type, or \
                     leave the column out of lake.toml",
                    pin.name, pin.ty, column.ty
                ));
            }
            column.ty = pin.ty.clone();
            column.nullable = pin.nullable;
            found.pinned.push(column.name.clone());
        }
    }
    let partitioned_by = &found.table.partitioned_by;
    let is_guessed = |of_partition: bool| {
        let mut columns = found.table.columns.iter().map(|column| &column.name);
        columns.any(|name| {
            partitioned_by.contains(name) == of_partition && !found.pinned.contains(name)
        })
    };
    if !is_guessed(true) {
        found.guessed_partitions = 0;
    }
    found.inferred &= is_guessed(false);
    Ok(())
}
