//! All that generated code names. Not for users: it changes without notice.

pub use chrono;

pub use crate::arrow::row_cell::RowCell;
pub use crate::place::*;
pub use crate::row::*;
pub use crate::rows::{TypedRow as Row, dynamic};
pub use crate::table::LakeTable;
pub use crate::{
    Cell, Decimal, Decode, DecodeError, Error, FromSql, Months, Query, Result, ToSql, ToSqlList,
    Value, sql_types,
};
