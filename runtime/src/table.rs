//! [`LakeTable`]: a struct whose fields are columns of a table.

use crate::query::Query;

/// A struct whose fields are columns of a table, checked against the table's
/// snapshot when it is derived.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "this type has no `#[derive(LakeTable)]`"
)]
pub trait LakeTable: Sized {
    /// The table, as it was written: `schema.table`.
    const TABLE: &'static str;

    /// The query of all rows, with the columns that the struct names.
    fn scan() -> Query<Self>;
}
