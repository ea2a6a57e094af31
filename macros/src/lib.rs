//! The procedural macros of the crate `lakequery`, which re-exports them.
//!
//! Rust tokens in, Rust tokens out: the SQL is checked and translated by
//! `lakequery-compiler`, and the files it asks for are read by `lakequery-project`.

use proc_macro::TokenStream;

use crate::expand::Output;

mod code;
mod derive;
mod expand;
mod files;
mod kinds;
mod literal;
mod nested;
mod parameter;
mod problem;
mod query;
mod rust_type;
mod source;
mod tables;
mod text;
mod tokens;
mod type_part;

/// Checks a query while the program is compiled, and makes a `Query` of it, whose
/// rows are structs with a field for each column of the result.
///
/// ```text
/// let since = NaiveDate::from_ymd_opt(1995, 1, 1).unwrap();
/// let rows = query!(
///     SELECT o_orderkey, o_totalprice * 0.9 AS price
///     FROM tpch.orders
///     WHERE o_orderdate >= {since} AND o_orderstatus IN {["F", "O"]}
/// )
/// .fetch_all(&lake)
/// .await?;
/// for row in rows {
///     println!("{} {}", row.o_orderkey, row.price);
/// }
/// ```
///
/// The SQL is written as Rust tokens: strings take double quotes (`"F"`, also
/// `r"…"`; `b"…"` is binary), comments are Rust's, and a name that is a keyword is
/// written `r#order`. It may also be a string, `query!("SELECT …")`, in which the
/// SQL is as in a console: `'F'`, `"order"`, `-- comment`.
///
/// `{expr}` is a parameter: any Rust expression of a type that fits where it
/// stands. It is only borrowed. `IN {list}` takes a slice, a `Vec` or a set.
///
/// The type of a column is that of the result in SQL, in an `Option` where it can
/// be NULL. Behind an alias the author may say more: `AS key: OrderKey` reads it
/// into another type that fits, `AS total!` says that it is never NULL, and
/// `AS total?` that it may be.
///
/// Which engines the query is compiled for, and where the snapshots of the tables
/// lie, is said in `lake.toml`, in the folder of the package or one above.
#[proc_macro]
pub fn query(input: TokenStream) -> TokenStream {
    query::inline(input.into(), Output::Row).into()
}

/// As `query!`, with rows of a struct of your own, whose fields are the columns by
/// their names:
///
/// ```text
/// struct Order { o_orderkey: i64, price: Decimal }
/// let query = query_as!(Order, SELECT o_orderkey, o_totalprice AS price FROM tpch.orders);
/// ```
#[proc_macro]
pub fn query_as(input: TokenStream) -> TokenStream {
    query::into_struct(input.into(), query::inline).into()
}

/// As `query!`, for a query of one column, which needs no name: the rows are its
/// values.
///
/// ```text
/// let count: i64 = query_scalar!(SELECT count(*) FROM tpch.orders).fetch_one(&lake).await?;
/// ```
#[proc_macro]
pub fn query_scalar(input: TokenStream) -> TokenStream {
    query::inline(input.into(), Output::Value).into()
}

/// As `query!`, with the SQL in a file, whose path is relative to the folder of
/// the package's `Cargo.toml`: `query_file!("sql/orders.sql")`. It is spelled as
/// SQL in a string is.
#[proc_macro]
pub fn query_file(input: TokenStream) -> TokenStream {
    query::file(input.into(), Output::Row).into()
}

/// As `query_as!`, with the SQL in a file: `query_file_as!(Order, "sql/orders.sql")`.
#[proc_macro]
pub fn query_file_as(input: TokenStream) -> TokenStream {
    query::into_struct(input.into(), query::file).into()
}

/// As `query_scalar!`, with the SQL in a file: `query_file_scalar!("sql/count.sql")`.
#[proc_macro]
pub fn query_file_scalar(input: TokenStream) -> TokenStream {
    query::file(input.into(), Output::Value).into()
}

/// Checks that the fields of a struct are columns of a table, of types that they
/// can be read into, and makes a query of all its rows: `Order::scan()`.
///
/// ```text
/// #[derive(LakeTable)]
/// #[lake(table = "tpch.orders")]
/// struct Order {
///     o_orderkey: i64,
///     #[lake(column = "o_comment")]
///     comment: Option<String>,
/// }
/// ```
///
/// The struct may be generic. Its columns say which types its parameters can be.
#[proc_macro_derive(LakeTable, attributes(lake))]
pub fn derive_table(input: TokenStream) -> TokenStream {
    derive::table::expand(input.into()).into()
}

/// Makes a newtype stand where its inner type can, in a column
/// (`AS key: OrderKey`, or a field of that type) and as a parameter.
///
/// ```text
/// #[derive(SqlType)]
/// struct OrderKey(i64);
/// ```
///
/// The newtype may be generic: then its parameter says where it can stand. Beside the
/// value it may have fields of the type `PhantomData`.
#[proc_macro_derive(SqlType)]
pub fn derive_type(input: TokenStream) -> TokenStream {
    derive::sql_type::expand(input.into()).into()
}

/// Makes a struct stand where a row can, `row(name type, …)`: in a column, as an element of
/// an array, as a value of a map, in another such struct, and as a parameter.
///
/// ```text
/// #[derive(SqlRow)]
/// struct Spot {
///     x: f64,
///     #[lake(field = "y")]
///     height: Option<f64>,
/// }
///
/// query!(SELECT spot AS spot: Spot FROM app.shelf WHERE spot = {Spot { x: 1.0, height: None }})
/// ```
///
/// Its fields are those of the row by their names, in any order and whatever their case.
/// Where the struct is used, each is held against the row: that the row has it, of a type
/// that it can be read into, and that it is an `Option` where it can be NULL. A row that is
/// read may have more fields; of one that is given as a parameter the struct needs all.
///
/// The struct may be generic.
#[proc_macro_derive(SqlRow, attributes(lake))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    derive::sql_row::expand(input.into()).into()
}
