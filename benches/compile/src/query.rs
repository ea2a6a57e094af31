//! The queries, as data: what all three projects say in their own way.

use crate::lake::{Column, Lake, Table, Type};

/// A query.
pub(crate) struct Query<'a> {
    pub(crate) from: &'a Table,
    pub(crate) joins: Vec<Join<'a>>,
    pub(crate) outputs: Vec<Output<'a>>,
    /// What all rows must meet.
    pub(crate) filters: Vec<Filter<'a>>,
    pub(crate) group: Vec<&'a Column>,
    /// Whether groups of few rows are left out: `HAVING count(*) > {parameter}`.
    pub(crate) having: bool,
    /// The output that rows are sorted by.
    pub(crate) order: Option<usize>,
    pub(crate) limit: Option<usize>,
    pub(crate) verb: Verb,
}

/// A join, on the equality of two columns.
pub(crate) struct Join<'a> {
    /// `LEFT JOIN`
    pub(crate) outer: bool,
    pub(crate) table: &'a Table,
    pub(crate) left: &'a Column,
    pub(crate) right: &'a Column,
}

/// A column of the result.
#[derive(Clone, Copy)]
pub(crate) enum Output<'a> {
    Column(&'a Column),
    Count,
    /// `sum(column)`
    Sum(&'a Column),
    /// `sum(column * column)`
    SumOfProduct(&'a Column, &'a Column),
    Avg(&'a Column),
    Max(&'a Column),
}

impl Output<'_> {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        match self {
            Output::Column(column) => &column.name,
            Output::Count => "rows",
            Output::Sum(_) => "total",
            Output::SumOfProduct(..) => "revenue",
            Output::Avg(_) => "average",
            Output::Max(_) => "largest",
        }
    }
}

/// A condition. What it compares with are parameters.
#[derive(Clone, Copy)]
pub(crate) enum Filter<'a> {
    /// `column operator {parameter}`
    Compare(&'a Column, Operator),
    /// `column BETWEEN {parameter} AND {parameter}`
    Between(&'a Column),
    /// `column IN {list}`
    In(&'a Column),
    /// `column LIKE {parameter}`
    Like(&'a Column),
    /// `column = 'text'`
    Text(&'a Column, &'static str),
    /// `EXISTS (SELECT 1 FROM table of inner WHERE inner = outer AND compared > {parameter})`
    Exists { inner: &'a Column, outer: &'a Column, compared: &'a Column },
}

/// How values are compared.
#[derive(Clone, Copy)]
pub(crate) enum Operator {
    Equal,
    AtLeast,
    Less,
}

/// What a parameter is bound to.
#[derive(Clone, Copy)]
pub(crate) struct Parameter {
    pub(crate) ty: Type,
    pub(crate) list: bool,
}

/// How rows are fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    All,
    One,
    Optional,
}

impl<'a> Query<'a> {
    /// All rows of a table.
    fn new(from: &'a Table) -> Query<'a> {
        Query {
            from,
            joins: Vec::new(),
            outputs: Vec::new(),
            filters: Vec::new(),
            group: Vec::new(),
            having: false,
            order: None,
            limit: None,
            verb: Verb::All,
        }
    }

    fn join(mut self, lake: &'a Lake, outer: bool, (left, right): (&str, &str)) -> Query<'a> {
        let (left, right) = (lake.column(left), lake.column(right));
        self.joins.push(Join { outer, table: lake.table(&right.table), left, right });
        self
    }

    fn columns(mut self, columns: impl IntoIterator<Item = &'a Column>) -> Query<'a> {
        self.outputs.extend(columns.into_iter().map(Output::Column));
        self
    }

    /// The parameters, in the order in which they are written.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for filter in &self.filters {
            let (ty, count, list) = match filter {
                Filter::Compare(column, _) => (column.ty, 1, false),
                Filter::Between(column) => (column.ty, 2, false),
                Filter::In(column) => (column.ty, 1, true),
                Filter::Like(_) => (Type::Varchar, 1, false),
                Filter::Text(..) => (Type::Varchar, 0, false),
                Filter::Exists { compared, .. } => (compared.ty, 1, false),
            };
            parameters.extend((0..count).map(|_| Parameter { ty, list }));
        }
        if self.having {
            parameters.push(Parameter { ty: Type::BigInt, list: false });
        }
        parameters
    }

    /// Whether a column can be NULL: an outer join may leave out its row.
    pub(crate) fn nullable(&self, column: &Column) -> bool {
        self.joins.iter().any(|join| join.outer && join.table.name == column.table)
    }
}

/// The foreign keys of TPC-H: a column, and the one that it points to.
const KEYS: [(&str, &str); 8] = [
    ("o_custkey", "c_custkey"),
    ("l_orderkey", "o_orderkey"),
    ("l_partkey", "p_partkey"),
    ("l_suppkey", "s_suppkey"),
    ("ps_partkey", "p_partkey"),
    ("ps_suppkey", "s_suppkey"),
    ("c_nationkey", "n_nationkey"),
    ("s_nationkey", "n_nationkey"),
];

/// Two joins, the second of which goes on from a table of the first.
const CHAINS: [[(&str, &str); 2]; 6] = [
    [("o_custkey", "c_custkey"), ("c_nationkey", "n_nationkey")],
    [("l_orderkey", "o_orderkey"), ("o_custkey", "c_custkey")],
    [("l_suppkey", "s_suppkey"), ("s_nationkey", "n_nationkey")],
    [("ps_suppkey", "s_suppkey"), ("ps_partkey", "p_partkey")],
    [("l_partkey", "p_partkey"), ("l_suppkey", "s_suppkey")],
    [("n_regionkey", "r_regionkey"), ("n_nationkey", "c_nationkey")],
];

/// The first `count` queries. Ten kinds take turns; those of a kind differ in
/// tables, columns and parameters.
pub(crate) fn queries(lake: &Lake, count: usize) -> Vec<Query<'_>> {
    (0..count).map(|i| query(lake, i % 10, i / 10)).collect()
}

fn query(lake: &Lake, kind: usize, n: usize) -> Query<'_> {
    let table = &lake.tables()[n % lake.tables().len()];
    let key @ (child, parent) = KEYS[n % KEYS.len()];
    let (child, parent) = (owner(lake, child), owner(lake, parent));
    let operator = [Operator::AtLeast, Operator::Less, Operator::Equal][n % 3];
    let limit = Some(10 * (n + 1));
    match kind {
        // A row by its key.
        0 => Query {
            filters: vec![Filter::Compare(&table.columns[0], Operator::Equal)],
            verb: Verb::Optional,
            ..Query::new(table).columns(some(table, n, 2 + n % 6))
        },
        // A page of a list.
        1 => Query {
            filters: vec![
                Filter::Compare(nth(table, n), operator),
                Filter::Compare(nth(table, n + 1), Operator::AtLeast),
            ],
            order: Some(0),
            limit,
            ..Query::new(table).columns(some(table, n, 5))
        },
        // A search.
        2 => Query {
            filters: vec![
                Filter::In(nth(table, n)),
                Filter::Like(text(table, n)),
                Filter::Text(text(table, n + 1), "F"),
            ],
            order: Some(1),
            ..Query::new(table).columns(some(table, n + 1, 3 + n % 4))
        },
        // A row with what it belongs to.
        3 => Query {
            filters: vec![Filter::Compare(nth(parent, n), operator), Filter::Like(text(child, n))],
            order: Some(0),
            limit,
            ..Query::new(child)
                .join(lake, false, key)
                .columns(some(child, n, 3))
                .columns(some(parent, n, 2))
        },
        // Rows with what they may have.
        4 => Query {
            filters: vec![Filter::Compare(nth(parent, n + 1), operator)],
            order: Some(0),
            ..Query::new(parent)
                .join(lake, true, (key.1, key.0))
                .columns(some(parent, n, 2))
                .columns(some(child, n, 3))
        },
        // Three tables.
        5 => {
            let [first, second] = CHAINS[n % CHAINS.len()];
            let tables = [first.0, first.1, second.1].map(|column| owner(lake, column));
            Query {
                filters: vec![
                    Filter::Compare(nth(tables[0], n), Operator::AtLeast),
                    Filter::Compare(text(tables[2], n), Operator::Equal),
                ],
                limit,
                ..tables.into_iter().fold(
                    Query::new(tables[0]).join(lake, false, first).join(lake, false, second),
                    |query, table| query.columns(some(table, n, 2)),
                )
            }
        }
        // Groups.
        6 => Query {
            outputs: vec![
                Output::Column(text(child, n)),
                Output::Count,
                Output::Max(ordered(child, n + 2)),
            ],
            filters: vec![Filter::Between(nth(child, n))],
            group: vec![text(child, n)],
            having: n.is_multiple_of(2),
            order: Some(1),
            limit,
            ..Query::new(child)
        },
        // One row over all.
        7 => {
            let column = |name| lake.column(name);
            let names = [
                ("l_extendedprice", "l_discount", "l_shipdate"),
                ("l_extendedprice", "l_tax", "l_commitdate"),
                ("l_quantity", "l_extendedprice", "l_receiptdate"),
            ];
            let (left, right, date) = names[n % names.len()];
            Query {
                outputs: vec![
                    Output::SumOfProduct(column(left), column(right)),
                    Output::Avg(column(right)),
                    Output::Count,
                ],
                filters: vec![
                    Filter::Between(column(date)),
                    Filter::Compare(column("l_quantity"), operator),
                ],
                verb: Verb::One,
                ..Query::new(lake.table("lineitem"))
            }
        }
        // Groups over a join, by columns of the one that they belong to.
        8 => {
            let key @ (child, parent) = KEYS[n % 6];
            let (child, parent) = (owner(lake, child), owner(lake, parent));
            let group = vec![&parent.columns[0], text(parent, n)];
            Query {
                filters: vec![Filter::Compare(nth(child, n), Operator::AtLeast)],
                having: n.is_multiple_of(3),
                order: Some(2),
                limit,
                outputs: group
                    .iter()
                    .map(|column| Output::Column(column))
                    .chain([Output::Sum(decimal(child))])
                    .collect(),
                group,
                ..Query::new(child).join(lake, false, key)
            }
        }
        // Rows that have others.
        _ => Query {
            filters: vec![
                Filter::Exists {
                    inner: lake.column(key.0),
                    outer: lake.column(key.1),
                    compared: nth(child, n + 3),
                },
                Filter::Compare(nth(parent, n), operator),
            ],
            order: Some(0),
            ..Query::new(parent).columns(&parent.columns)
        },
    }
}

fn owner<'a>(lake: &'a Lake, column: &str) -> &'a Table {
    lake.table(&lake.column(column).table)
}

fn nth(table: &Table, n: usize) -> &Column {
    &table.columns[n % table.columns.len()]
}

/// `count` columns in a row, or all where there are no more.
fn some(table: &Table, first: usize, count: usize) -> impl Iterator<Item = &Column> {
    (first..first + count.min(table.columns.len())).map(|n| nth(table, n))
}

/// A text column; every table has one.
fn text(table: &Table, n: usize) -> &Column {
    let texts: Vec<_> = table.columns.iter().filter(|column| column.ty == Type::Varchar).collect();
    texts[n % texts.len()]
}

/// A column that diesel takes the largest of, which it does not of decimals.
fn ordered(table: &Table, n: usize) -> &Column {
    Some(nth(table, n)).filter(|column| column.ty != Type::Decimal).unwrap_or(&table.columns[0])
}

/// A decimal column; the tables of the first six keys have one.
fn decimal(table: &Table) -> &Column {
    let mut columns = table.columns.iter();
    columns.find(|column| column.ty == Type::Decimal).unwrap_or(&table.columns[0])
}
