//! The typed tree: a query whose every name is resolved and every type known.
//!
//! Lowering makes it, emitters write it out. What lake SQL accepts has a place
//! here; nothing else passes. Comforts are gone by now: `*` is expanded,
//! `USING` is an `ON`, named windows are spelled out, an alias in `GROUP BY` is
//! its expression, and every sort key says where its NULLs go.

use std::sync::Arc;

use lakequery_types::Type;

use crate::snapshot::Table;
use crate::token::Span;

mod expr;
mod group;
mod json;
mod names;
mod outer;
mod relation;
mod replace;
mod same;
mod walk;
mod wrapped;

pub use expr::{
    BinaryOperator, Call, ColumnRef, DateField, Expr, ExprKind, Frame, FrameBound, FrameUnits,
    Lambda, Literal, Parameter, Truncation, Variable, Window,
};
pub use json::{
    Json, JsonBehavior, JsonForm, JsonFormat, JsonNulls, JsonPath, JsonPathFunction, JsonWrapper,
};
pub use outer::Uses;

pub(crate) use names::{relation_names, unique_names};
pub(crate) use wrapped::Wrapped;

/// What is compiled.
#[derive(Clone, Debug)]
pub enum Statement {
    /// A query.
    Query(Query),
}

/// A query: `WITH … body ORDER BY … LIMIT … OFFSET …`.
#[derive(Clone, Debug)]
pub struct Query {
    /// `WITH name AS (…)`, in order; a later one may use an earlier one.
    pub ctes: Vec<Cte>,
    /// What yields the rows.
    pub body: Body,
    /// The sort keys.
    pub order_by: Vec<SortKey>,
    /// At most so many rows, after `offset`.
    pub limit: Option<Expr>,
    /// So many rows are skipped.
    pub offset: Option<Expr>,
    /// The columns of the result.
    pub columns: Vec<Column>,
}

/// A column of a query's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, in the case it was written; `None` for an expression without alias.
    pub name: Option<String>,
    /// Its type.
    pub ty: Type,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// Where it stands.
    pub span: Span,
}

/// A common table expression.
#[derive(Clone, Debug)]
pub struct Cte {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// `name(a, b)`: other names for its columns; empty where none are written.
    pub column_names: Vec<String>,
    /// Its query.
    pub query: Query,
}

/// What yields the rows of a query.
#[derive(Clone, Debug)]
pub enum Body {
    /// `SELECT …`
    Select(Box<Select>),
    /// A query in parentheses, with its own ORDER BY or LIMIT.
    Query(Box<Query>),
    /// `left UNION right` and its like.
    SetOperation {
        /// Which operation.
        operator: SetOperator,
        /// Whether duplicates stay (`ALL`).
        all: bool,
        /// The left side.
        left: Box<Body>,
        /// The right side.
        right: Box<Body>,
        /// The type each column has in the result; a side of another type is
        /// converted to it.
        types: Vec<Type>,
    },
    /// `VALUES (…), (…)`
    Values(Vec<Vec<Expr>>),
}

/// A set operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    /// `UNION`
    Union,
    /// `INTERSECT`
    Intersect,
    /// `EXCEPT`
    Except,
}

/// `SELECT … FROM … WHERE … GROUP BY … HAVING …`
#[derive(Clone, Debug)]
pub struct Select {
    /// `SELECT DISTINCT`
    pub distinct: bool,
    /// The output columns; never empty.
    pub projection: Vec<Projection>,
    /// The relations between commas; empty without FROM.
    pub from: Vec<Relation>,
    /// The WHERE condition.
    pub filter: Option<Expr>,
    /// The GROUP BY clause; `None` without one. A select without one may still
    /// aggregate (see [`Expr::has_aggregate`]).
    pub group_by: Option<GroupBy>,
    /// The HAVING condition.
    pub having: Option<Expr>,
}

/// An output column of a select.
#[derive(Clone, Debug)]
pub struct Projection {
    /// What it computes.
    pub expr: Expr,
    /// The name written with AS; `None` where none was written, or where the
    /// name is that of the column itself.
    pub alias: Option<String>,
}

/// `GROUP BY …`
#[derive(Clone, Debug)]
pub struct GroupBy {
    /// What rows are grouped by; where there are sets, each expression once.
    pub keys: Vec<GroupKey>,
    /// The grouping sets, as indices of keys; `None` where there is one set, of all keys.
    pub sets: Option<Vec<Vec<usize>>>,
    /// Whether a set without keys is a group where there are no rows, too. It always is in
    /// lake SQL; an emitter that adds that group by itself says here that it did.
    pub of_nothing: bool,
}

/// A key of GROUP BY.
#[derive(Clone, Debug)]
pub struct GroupKey {
    /// The expression.
    pub expr: Expr,
    /// The output column (from 0) that is the same expression, if there is one.
    pub output: Option<usize>,
    /// Where it stands, which is not where its expression does if it is a number or
    /// an alias.
    pub span: Span,
}

/// A key of ORDER BY.
#[derive(Clone, Debug)]
pub struct SortKey {
    /// What to sort by.
    pub target: SortTarget,
    /// `DESC`
    pub descending: bool,
    /// Whether NULLs come first; said always, because engines' defaults differ.
    pub nulls_first: bool,
}

/// What a [`SortKey`] sorts by.
#[derive(Clone, Debug)]
pub enum SortTarget {
    /// The output column of this index (from 0).
    Output(usize),
    /// Any other expression over the input columns.
    Expr(Expr),
}

/// Something in FROM.
#[derive(Clone, Debug)]
pub enum Relation {
    /// A table of the lake.
    Table {
        /// Which relation of the query it is (see [`ColumnRef::relation`]).
        id: usize,
        /// Its snapshot.
        table: Arc<Table>,
        /// Its alias.
        alias: Option<Alias>,
        /// Where its name stands.
        span: Span,
    },
    /// A common table expression.
    Cte {
        /// Which relation of the query it is.
        id: usize,
        /// Its name.
        name: String,
        /// Its alias.
        alias: Option<Alias>,
        /// Where its name stands.
        span: Span,
    },
    /// A subquery.
    Derived {
        /// Which relation of the query it is.
        id: usize,
        /// The subquery.
        query: Box<Query>,
        /// Its alias; made up where none was written (engines ask for one).
        alias: Alias,
        /// Where it stands, from parenthesis to parenthesis.
        span: Span,
    },
    /// `LATERAL (…)`: a subquery that uses relations before it, or of a query around
    /// it. It is one query further in, as a subquery in an expression is.
    Lateral {
        /// Which relation of the query it is.
        id: usize,
        /// The subquery.
        query: Box<Query>,
        /// Its alias; made up where none was written (engines ask for one).
        alias: Alias,
        /// Where it stands, from parenthesis to parenthesis.
        span: Span,
    },
    /// `UNNEST(…)`: a row for each element, which may use the relations before it.
    Unnest {
        /// Which relation of the query it is.
        id: usize,
        /// The arrays and maps; where one has fewer elements than another, there are NULLs.
        values: Vec<Expr>,
        /// Whether there is another column, which counts the rows from 1.
        ordinality: bool,
        /// Its alias; made up where none was written (engines ask for one).
        alias: Alias,
        /// The names of its columns, be they written behind the alias or not.
        names: Vec<String>,
        /// Where it stands, to its parenthesis.
        span: Span,
    },
    /// A sample of a table, a common table expression or a subquery.
    Sample {
        /// What it is taken of.
        relation: Box<Relation>,
        /// How its rows are chosen.
        method: SampleMethod,
        /// How many of a hundred rows, as a number or a parameter.
        percentage: Expr,
        /// Where it stands, to its last parenthesis.
        span: Span,
    },
    /// A join.
    Join {
        /// The left side.
        left: Box<Relation>,
        /// The right side.
        right: Box<Relation>,
        /// Which join.
        kind: JoinKind,
        /// The condition; `None` for a cross join only.
        on: Option<Expr>,
        /// Where it stands, from its left side to its condition.
        span: Span,
    },
}

/// How a sample's rows are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleMethod {
    /// Row by row.
    Bernoulli,
    /// As the engine likes.
    System,
}

/// `AS name(a, b)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The name.
    pub name: String,
    /// Other names for the columns; empty where none are written.
    pub columns: Vec<String>,
}

/// A kind of join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// `JOIN`
    Inner,
    /// `LEFT JOIN`
    Left,
    /// `RIGHT JOIN`
    Right,
    /// `FULL JOIN`
    Full,
    /// `CROSS JOIN`
    Cross,
}
