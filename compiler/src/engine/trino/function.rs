//! What Trino writes for functions. Lake SQL's are its own: only what is no call has a row.

use lakequery_types::{MAX_PRECISION, Type};

use crate::emit::FunctionSql::{Same, Unsupported};
use crate::emit::{FunctionRow, FunctionTable, WithoutRow, by, named, template};
use crate::tree::Expr;

pub(crate) static FUNCTIONS: FunctionTable = FunctionTable::new(&[ROWS], WithoutRow::Same);

const ROWS: &[FunctionRow] = &[
    by(&["ceil", "ceiling", "floor"], |args| match args {
        [Expr { ty: Type::Decimal { scale: MAX_PRECISION, .. }, .. }] => {
            Unsupported("it fails at decimals with 38 decimal places; cast to fewer of them")
        }
        _ => Same,
    }),
    named(&["char_length", "character_length"], "length"),
    template(&["current_date"], "current_date"),
    template(&["current_timestamp"], "current_timestamp"),
    template(&["localtimestamp"], "localtimestamp"),
    template(&["localtime"], "localtime"),
];
