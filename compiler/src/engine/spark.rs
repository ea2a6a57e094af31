//! Spark SQL, version 4 and later, in ANSI mode.
//!
//! The runtime's half opens its sessions with these settings, which the SQL
//! counts on:
//!
//! | setting | for |
//! |---|---|
//! | `spark.sql.ansi.enabled = true` | overflow and bad casts are errors |
//! | `spark.sql.session.timeZone = UTC` | conversions between timestamps with and without zone |
//! | `spark.sql.decimalOperations.allowPrecisionLoss = false` | decimals keep their scale |

use lakequery_types::Engine;

use crate::emit::{ANSI, Dialect};

mod cast;
mod like;
mod literal;
mod native;
mod operator;
mod reserved;
mod subquery;

/// Spark's SQL.
pub(crate) static SPARK: Dialect = Dialect {
    engine: Engine::Spark,
    is_reserved: reserved::is_reserved,
    quote: '`',
    type_name: literal::type_name,
    literal: literal::literal,
    writes_conversion: cast::writes_conversion,
    cast: cast::cast,
    native: native::native,
    spelled: operator::spelled,
    like: like::like,
    // EXTRACT has types and meanings of its own there.
    extracts_by_function: true,
    nulls_last: false,
    limit_first: true,
    integer_counts: true,
    selects_key: |key| key.has_window || key.is_mistaken || key.is_correlated,
    refuses_subquery: subquery::refuses,
    refuses_distinct_over: |_| Some("Spark has no DISTINCT in windows"),
    no_inner_order: Some("Spark collects in any order"),
    orders_windows: true,
    no_groups: Some("Spark has ROWS and RANGE only"),
    literal_bounds: Some("Spark takes only literals of the key's own type there"),
    ..ANSI
};
