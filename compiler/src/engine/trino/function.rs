//! What Trino writes for functions. Lake SQL's are its own: only what is no call has a row.

use crate::emit::{FunctionRow, FunctionTable, WithoutRow, named, template};

pub(crate) static FUNCTIONS: FunctionTable = FunctionTable::new(&[ROWS], WithoutRow::Same);

const ROWS: &[FunctionRow] = &[
    named(&["char_length", "character_length"], "length"),
    template(&["current_date"], "current_date"),
    template(&["current_timestamp"], "current_timestamp"),
    template(&["localtimestamp"], "localtimestamp"),
    template(&["localtime"], "localtime"),
];
