//! All that generated code names. Not for users: it changes without notice.

pub use chrono;

pub use crate::rows::{TypedRow as Row, dynamic};
pub use crate::statement::Argument;
pub use crate::table::LakeTable;
pub use crate::{
    Cell, Decimal, Decode, DecodeError, Error, FromSql, Months, Query, Result, ToSql, ToSqlList,
    Value, sql_types,
};

/// Makes a parameter of the SQL type `K`.
pub fn bind<K, T: ToSql<K> + ?Sized>(value: &T) -> Argument {
    Argument::One(value.to_sql())
}

/// Makes the list of `IN {list}` with elements of the SQL type `K`.
pub fn bind_list<K, L: ToSqlList<K> + ?Sized>(list: &L) -> Argument {
    Argument::List(list.to_sql_list())
}
