//! The syntax tree: a query as it is written, before any name means anything.
//!
//! The parser makes it, lowering takes it apart, each struct whole (without `..`),
//! so that a field that nobody reads does not compile. It has nodes only for what
//! lake SQL understands: the parser itself reports anything else by its name, and
//! leaves an `Error` node, which brings no follow-up errors. Every node knows the
//! tokens it was made of.

#![allow(dead_code, reason = "every node knows its place, needed by a message today or not")]

use crate::token::Span;

mod data_type;
mod expr;
mod json;
mod name;

pub(crate) use data_type::{DataType, DataTypeKind, RowField};
pub(crate) use expr::{
    Argument, Arguments, AtTimeZone, Between, Binary, BinaryOperator, Call, Case, Cast,
    DistinctFrom, Expr, ExprKind, Extract, FieldOf, Filter, Frame, FrameBound, FrameBoundKind,
    FrameUnits, InList, InParameter, InSubquery, Interval, IntervalUnit, IntervalUnits, IsNull,
    IsTruth, Lambda, Like, NamedWindow, NullTreatment, Over, OverKind, Overflow, Position,
    Quantified, Quantifier, Subscript, Substring, Trim, TrimSide, Truncate, TypedLiteral, When,
    WindowSpec,
};
pub(crate) use json::{
    Json, JsonArgument, JsonArray, JsonBehavior, JsonBehaviorKind, JsonFormat, JsonInput,
    JsonNulls, JsonObject, JsonPath, JsonPathFunction, JsonReturning, JsonWrapper,
};
pub(crate) use name::Name;

/// Names with points between them: `schema.table`.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// Never empty.
    pub(crate) parts: Vec<Name>,
    pub(crate) span: Span,
}

impl Path {
    /// Where its last name stands.
    pub(crate) fn last_span(&self) -> Span {
        self.parts.last().map_or(self.span, |name| name.span)
    }
}

/// `WITH … body ORDER BY … OFFSET … LIMIT …`
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) with: Option<With>,
    pub(crate) body: Body,
    pub(crate) order_by: Option<OrderBy>,
    pub(crate) offset: Option<RowCount>,
    /// LIMIT, or FETCH FIRST.
    pub(crate) limit: Option<RowCount>,
    /// Without the parentheses around it, if there are any.
    pub(crate) span: Span,
}

/// `WITH a AS (…), b AS (…)`
#[derive(Clone, Debug)]
pub(crate) struct With {
    pub(crate) ctes: Vec<Cte>,
    pub(crate) span: Span,
}

/// `name (columns) AS (query)`
#[derive(Clone, Debug)]
pub(crate) struct Cte {
    pub(crate) name: Name,
    /// Empty where none are written.
    pub(crate) columns: Vec<Name>,
    pub(crate) query: Query,
    pub(crate) span: Span,
}

/// What yields the rows of a query.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Select(Box<Select>),
    /// A query in parentheses.
    Query(Box<Query>, Span),
    SetOperation(Box<SetOperation>),
    Values(Values),
    /// Has a diagnostic.
    Error(Span),
}

impl Body {
    pub(crate) const fn span(&self) -> Span {
        match self {
            Body::Select(select) => select.span,
            Body::SetOperation(operation) => operation.span,
            Body::Values(values) => values.span,
            Body::Query(_, span) | Body::Error(span) => *span,
        }
    }
}

/// `left UNION ALL right`
#[derive(Clone, Debug)]
pub(crate) struct SetOperation {
    pub(crate) operator: SetOperator,
    pub(crate) all: bool,
    pub(crate) corresponding: Option<Corresponding>,
    pub(crate) left: Body,
    pub(crate) right: Body,
    pub(crate) span: Span,
}

/// `CORRESPONDING BY (a, b)`: columns meet by their names.
#[derive(Clone, Debug)]
pub(crate) struct Corresponding {
    /// The columns; without BY those that both sides have.
    pub(crate) columns: Option<Vec<Name>>,
    /// The word, or all of it.
    pub(crate) span: Span,
}

/// A set operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetOperator {
    Union,
    Intersect,
    Except,
}

/// `VALUES (1, 2), (3, 4)`
#[derive(Clone, Debug)]
pub(crate) struct Values {
    pub(crate) rows: Vec<Row>,
    pub(crate) span: Span,
}

/// A row of VALUES; one of one column needs no parentheses.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) values: Vec<Expr>,
    pub(crate) span: Span,
}

/// `ORDER BY …`
#[derive(Clone, Debug)]
pub(crate) struct OrderBy {
    pub(crate) keys: Vec<SortKey>,
    pub(crate) span: Span,
}

/// `expr DESC NULLS FIRST`
#[derive(Clone, Debug)]
pub(crate) struct SortKey {
    pub(crate) expr: Expr,
    pub(crate) descending: bool,
    /// What NULLS said; `None` without it.
    pub(crate) nulls_first: Option<bool>,
    pub(crate) span: Span,
}

/// The number of LIMIT, OFFSET or FETCH.
#[derive(Clone, Debug)]
pub(crate) struct RowCount {
    pub(crate) clause: RowClause,
    pub(crate) count: Expr,
    /// The WITH TIES of FETCH.
    pub(crate) ties: Option<Span>,
    /// With its keywords.
    pub(crate) span: Span,
}

/// The clause of a [`RowCount`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowClause {
    Limit,
    Offset,
    Fetch,
}

/// `SELECT … FROM … WHERE … GROUP BY … HAVING … WINDOW … QUALIFY …`
#[derive(Clone, Debug)]
pub(crate) struct Select {
    pub(crate) distinct: bool,
    pub(crate) items: Vec<SelectItem>,
    pub(crate) from: Vec<FromItem>,
    pub(crate) filter: Option<Expr>,
    pub(crate) group_by: Option<GroupBy>,
    pub(crate) having: Option<Expr>,
    pub(crate) windows: Vec<NamedWindow>,
    pub(crate) qualify: Option<Expr>,
    pub(crate) span: Span,
}

/// An item between the commas of SELECT.
#[derive(Clone, Debug)]
pub(crate) enum SelectItem {
    /// `expr AS alias`
    Expr(SelectExpr),
    /// `*`
    Wildcard(Wildcard),
    /// `table.*`
    QualifiedWildcard(QualifiedWildcard),
    /// Has a diagnostic; how many columns it would have is not known.
    Error(Span),
}

/// `expr AS alias`
#[derive(Clone, Debug)]
pub(crate) struct SelectExpr {
    pub(crate) expr: Expr,
    pub(crate) alias: Option<Name>,
    pub(crate) span: Span,
}

/// `* EXCEPT (a, b)`
#[derive(Clone, Debug)]
pub(crate) struct Wildcard {
    /// What is left out; empty without EXCEPT.
    pub(crate) except: Vec<Name>,
    /// The `*` alone.
    pub(crate) span: Span,
}

/// `table.* EXCEPT (a, b)`
#[derive(Clone, Debug)]
pub(crate) struct QualifiedWildcard {
    /// The name of a relation, or a value whose fields are meant.
    pub(crate) of: Expr,
    /// What is left out; empty without EXCEPT.
    pub(crate) except: Vec<Name>,
    /// `AS (a, b)`; empty without.
    pub(crate) aliases: Vec<Name>,
    pub(crate) span: Span,
}

/// `GROUP BY a, ROLLUP (b, c)`
#[derive(Clone, Debug)]
pub(crate) struct GroupBy {
    pub(crate) grouping: Grouping,
    pub(crate) span: Span,
}

/// What GROUP BY groups by.
#[derive(Clone, Debug)]
pub(crate) enum Grouping {
    /// ALL: what SELECT has besides aggregates.
    All,
    /// Elements, each grouping set of which meets each of the others.
    Elements {
        elements: Vec<GroupElement>,
        /// `GROUP BY DISTINCT`: sets that are the same count once.
        distinct: bool,
    },
}

/// What stands between the commas of GROUP BY.
#[derive(Clone, Debug)]
pub(crate) enum GroupElement {
    /// `a`, `(a, b)` or `()`
    Set(GroupingSet),
    Sets(GroupingSets),
}

/// Expressions that rows are grouped by together.
#[derive(Clone, Debug)]
pub(crate) struct GroupingSet {
    pub(crate) keys: Vec<Expr>,
    pub(crate) span: Span,
}

/// `ROLLUP (a, (b, c))` and its like
#[derive(Clone, Debug)]
pub(crate) struct GroupingSets {
    pub(crate) kind: GroupingKind,
    pub(crate) elements: Vec<GroupElement>,
    /// Its word alone.
    pub(crate) span: Span,
}

/// Which grouping sets are made of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupingKind {
    /// GROUPING SETS: those that the elements are.
    Sets,
    /// ROLLUP: all elements, all but the last one, and so on down to none.
    Rollup,
    /// CUBE: all choices of elements.
    Cube,
}

/// An item between the commas of FROM: a relation, and what is joined to it.
#[derive(Clone, Debug)]
pub(crate) struct FromItem {
    pub(crate) relation: Relation,
    pub(crate) joins: Vec<Join>,
    pub(crate) span: Span,
}

/// One side of a join.
#[derive(Clone, Debug)]
pub(crate) enum Relation {
    Table(TableName),
    Subquery(Subquery),
    Unnest(Unnest),
    Sample(Box<Sample>),
    /// Joins in parentheses.
    Joined(Box<FromItem>, Span),
    /// Has a diagnostic: any column may be in it.
    Unknown(UnknownRelation),
}

impl Relation {
    /// Where it stands, without its alias.
    pub(crate) const fn span(&self) -> Span {
        match self {
            Relation::Table(table) => table.name.span,
            Relation::Subquery(subquery) => subquery.span,
            Relation::Unnest(unnest) => unnest.span,
            Relation::Sample(sample) => sample.span,
            Relation::Unknown(unknown) => unknown.span,
            Relation::Joined(_, span) => *span,
        }
    }
}

/// `schema.table AS alias`
#[derive(Clone, Debug)]
pub(crate) struct TableName {
    pub(crate) name: Path,
    pub(crate) alias: Option<Alias>,
}

/// `(query) AS alias`, `LATERAL (query) AS alias`
#[derive(Clone, Debug)]
pub(crate) struct Subquery {
    /// The LATERAL, after which the query sees the relations before it.
    pub(crate) lateral: Option<Span>,
    pub(crate) query: Box<Query>,
    pub(crate) alias: Option<Alias>,
    /// From parenthesis to parenthesis.
    pub(crate) span: Span,
}

/// `UNNEST(array, map) WITH ORDINALITY AS alias`
#[derive(Clone, Debug)]
pub(crate) struct Unnest {
    /// Never empty.
    pub(crate) values: Vec<Expr>,
    pub(crate) ordinality: bool,
    pub(crate) alias: Option<Alias>,
    /// From the word to its parenthesis.
    pub(crate) span: Span,
}

/// `relation TABLESAMPLE BERNOULLI (percentage)`
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) relation: Relation,
    pub(crate) method: SampleMethod,
    pub(crate) percentage: Expr,
    /// From the relation to the last parenthesis.
    pub(crate) span: Span,
}

/// How TABLESAMPLE chooses rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SampleMethod {
    /// Row by row.
    Bernoulli,
    /// As the engine likes.
    System,
}

/// Something in FROM that has a diagnostic.
#[derive(Clone, Debug)]
pub(crate) struct UnknownRelation {
    pub(crate) alias: Option<Alias>,
    pub(crate) span: Span,
}

/// `AS name (columns)`
#[derive(Clone, Debug)]
pub(crate) struct Alias {
    pub(crate) name: Name,
    /// Empty where none are written.
    pub(crate) columns: Vec<Name>,
    pub(crate) span: Span,
}

/// `LEFT JOIN relation ON condition`
#[derive(Clone, Debug)]
pub(crate) struct Join {
    pub(crate) kind: JoinKind,
    pub(crate) relation: Relation,
    pub(crate) condition: JoinCondition,
    pub(crate) span: Span,
}

/// A kind of join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
    Cross,
}

/// What a join compares.
#[derive(Clone, Debug)]
pub(crate) enum JoinCondition {
    On(Expr),
    Using(Using),
    /// Of a cross join; of any other one it has a diagnostic.
    None,
}

/// `USING (a, b)`
#[derive(Clone, Debug)]
pub(crate) struct Using {
    pub(crate) columns: Vec<Name>,
    pub(crate) span: Span,
}
