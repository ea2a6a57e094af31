//! A query as SQL text. Lake SQL and Postgres differ only in how they spell
//! parameters, lists and strings.

use crate::lake::{Column, Table};
use crate::query::{Filter, Operator, Output, Query};

/// Whose SQL it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Lake SQL in Rust's tokens: `{p0}`, `IN {p0}`, `"text"`.
    Lake,
    /// Postgres: `$1`, `= ANY($1)`, `'text'`.
    Postgres,
}

/// The text, a clause a line.
pub(crate) fn sql(query: &Query<'_>, spelling: Spelling) -> String {
    let mut writer = Writer { spelling, parameters: 0 };
    let indent = "\n        ";
    let outputs: Vec<_> = query.outputs.iter().map(|output| writer.output(output)).collect();
    let mut text = format!("SELECT {}", outputs.join(", "));
    text += &format!("{indent}FROM {}", from(query.from));
    for join in &query.joins {
        let kind = if join.outer { "LEFT JOIN" } else { "JOIN" };
        let (left, right) = (writer.column(join.left), writer.column(join.right));
        text += &format!("{indent}{kind} {} ON {left} = {right}", from(join.table));
    }
    let filters: Vec<_> = query.filters.iter().map(|filter| writer.filter(filter)).collect();
    if !filters.is_empty() {
        text += &format!("{indent}WHERE {}", filters.join(" AND "));
    }
    let group: Vec<_> = query.group.iter().map(|column| writer.column(column)).collect();
    if !group.is_empty() {
        text += &format!("{indent}GROUP BY {}", group.join(", "));
    }
    if query.having {
        text += &format!(" HAVING count(*) > {}", writer.parameter());
    }
    if let Some(order) = query.order {
        let descending = if query.group.is_empty() { "" } else { " DESC" };
        text += &format!("{indent}ORDER BY {}{descending}", query.outputs[order].name());
    }
    if let Some(limit) = query.limit {
        text += &format!("{indent}LIMIT {limit}");
    }
    text
}

struct Writer {
    spelling: Spelling,
    /// How many parameters are written.
    parameters: usize,
}

impl Writer {
    fn column(&self, column: &Column) -> String {
        // The alias is what the column's name begins with.
        let alias = column.name.split_once('_').map_or("", |(alias, _)| alias);
        format!("{alias}.{}", column.name)
    }

    fn output(&self, output: &Output<'_>) -> String {
        let expression = match output {
            Output::Column(column) => return self.column(column),
            Output::Count => "count(*)".to_owned(),
            Output::Sum(column) => format!("sum({})", self.column(column)),
            Output::SumOfProduct(left, right) => {
                format!("sum({} * {})", self.column(left), self.column(right))
            }
            Output::Avg(column) => format!("avg({})", self.column(column)),
            Output::Max(column) => format!("max({})", self.column(column)),
        };
        format!("{expression} AS {}", output.name())
    }

    fn parameter(&mut self) -> String {
        let index = self.parameters;
        self.parameters += 1;
        match self.spelling {
            Spelling::Lake => format!("{{p{index}}}"),
            Spelling::Postgres => format!("${}", index + 1),
        }
    }

    fn filter(&mut self, filter: &Filter<'_>) -> String {
        match filter {
            Filter::Compare(column, operator) => {
                let operator = match operator {
                    Operator::Equal => "=",
                    Operator::AtLeast => ">=",
                    Operator::Less => "<",
                };
                format!("{} {operator} {}", self.column(column), self.parameter())
            }
            Filter::Between(column) => {
                let (low, high) = (self.parameter(), self.parameter());
                format!("{} BETWEEN {low} AND {high}", self.column(column))
            }
            Filter::In(column) => {
                let (column, list) = (self.column(column), self.parameter());
                match self.spelling {
                    Spelling::Lake => format!("{column} IN {list}"),
                    Spelling::Postgres => format!("{column} = ANY({list})"),
                }
            }
            Filter::Like(column) => format!("{} LIKE {}", self.column(column), self.parameter()),
            Filter::Text(column, text) => match self.spelling {
                Spelling::Lake => format!("{} = \"{text}\"", self.column(column)),
                Spelling::Postgres => format!("{} = '{text}'", self.column(column)),
            },
            Filter::Exists { inner, outer, compared } => format!(
                "EXISTS (SELECT 1 FROM tpch.{} AS {} WHERE {} = {} AND {} > {})",
                inner.table,
                self.column(inner).split('.').next().unwrap_or_default(),
                self.column(inner),
                self.column(outer),
                self.column(compared),
                self.parameter(),
            ),
        }
    }
}

fn from(table: &Table) -> String {
    format!("tpch.{} AS {}", table.name, table.alias())
}
