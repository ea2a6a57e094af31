//! The dialects of the tests: those of the engines, with rows for functions of the tests' own.

use lakequery_types::Engine;

use super::super::{Dialect, FunctionRow, FunctionTable, WithoutRow, template, unsupported};
use crate::engine::{self, DATAFUSION, TRINO};

const OF_TRINO: &[FunctionRow] = &[template(&["twice"], "{0} + {0}")];

const OF_DATAFUSION: &[FunctionRow] =
    &[template(&["twice"], "double_of({0}, '{')"), unsupported(&["far"], "it has no map")];

/// The dialect of an engine, in which the functions `twice` and `far` have rows.
pub(super) fn dialect(engine: Engine) -> &'static Dialect {
    static TRINO_ROWS: FunctionTable =
        FunctionTable::new(&[OF_TRINO], WithoutRow::As(TRINO.functions));
    static DATAFUSION_ROWS: FunctionTable =
        FunctionTable::new(&[OF_DATAFUSION], WithoutRow::As(DATAFUSION.functions));
    static OWN_TRINO: Dialect = Dialect { functions: &TRINO_ROWS, ..TRINO };
    static OWN_DATAFUSION: Dialect = Dialect { functions: &DATAFUSION_ROWS, ..DATAFUSION };
    match engine {
        Engine::Trino => &OWN_TRINO,
        Engine::DataFusion => &OWN_DATAFUSION,
        other => engine::dialect(other).expect("a target"),
    }
}
