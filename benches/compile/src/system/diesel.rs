//! diesel: `table!` and its query builder, for Postgres.

use super::{rust_type, signature};
use crate::lake::{Column, Table, Type};
use crate::query::{Filter, Operator, Output, Query, Verb};

pub(super) const DEPENDENCIES: &str = "\
diesel = { version = \"=2.3.14\", default-features = false, features = \
[\"postgres\", \"32-column-tables\", \"chrono\", \"numeric\"] }
bigdecimal = \"0.4\"
chrono = { version = \"0.4\", default-features = false }
";

pub(super) const HEADER: &str = "\
use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::dsl::{avg, count_star, exists, max, sum};
use diesel::prelude::*;

use crate::schema::*;
";

/// `schema.rs`, as diesel's command writes it.
pub(super) fn tables(tables: &[Table]) -> String {
    let mut text = String::from("pub mod schema {\n");
    for table in tables {
        text += &format!("diesel::table! {{\n    tpch.{} ({}) {{\n", table.name, key(table));
        for column in &table.columns {
            let ty = match column.ty {
                Type::Integer => "Int4",
                Type::BigInt => "Int8",
                Type::Decimal => "Numeric",
                Type::Varchar => "Text",
                Type::Date => "Date",
            };
            text += &format!("        {} -> {ty},\n", column.name);
        }
        text += "    }\n}\n";
    }
    let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
    text + &format!("diesel::allow_tables_to_appear_in_same_query!({});\n}}\n", names.join(", "))
}

/// The columns of the primary key.
fn key(table: &Table) -> String {
    let second = match table.name.as_str() {
        "lineitem" => Some("l_linenumber"),
        "partsupp" => Some("ps_suppkey"),
        _ => None,
    };
    let names = [table.columns[0].name.as_str()].into_iter().chain(second);
    names.collect::<Vec<_>>().join(", ")
}

pub(super) fn function(name: &str, query: &Query<'_>) -> String {
    let parameters = signature(query, "BigDecimal");
    let fields: String = query
        .outputs
        .iter()
        .map(|output| format!("        {}: {},\n", output.name(), field_type(query, output)))
        .collect();
    let (load, count) = match query.verb {
        Verb::All => ("load::<Row>(connection)?", "rows.len()"),
        Verb::One => ("get_result::<Row>(connection)?", "size_of_val(&rows)"),
        Verb::Optional => {
            ("get_result::<Row>(connection).optional()?", "usize::from(rows.is_some())")
        }
    };
    format!(
        "\npub fn {name}(connection: &mut PgConnection{parameters}) -> QueryResult<usize> {{
    #[derive(Debug, Queryable)]
    struct Row {{
{fields}    }}
    let rows = {}
        .{load};
    Ok({count})
}}\n",
        select(query)
    )
}

fn select(query: &Query<'_>) -> String {
    let indent = "\n        ";
    let mut text = table(&query.from.name);
    for join in &query.joins {
        let kind = if join.outer { "left_join" } else { "inner_join" };
        let (name, left, right) = (table(&join.table.name), path(join.left), path(join.right));
        text += &format!("{indent}.{kind}({name}.on({left}.eq({right})))");
    }
    let mut parameters = (0..).map(|i| format!("p{i}"));
    let mut parameter = || parameters.next().unwrap_or_default();
    for filter in &query.filters {
        text += &format!("{indent}.filter({})", condition(filter, &mut parameter));
    }
    let group: Vec<_> = query.group.iter().map(|column| path(column)).collect();
    match group.as_slice() {
        [] => {}
        [column] => text += &format!("{indent}.group_by({column})"),
        columns => text += &format!("{indent}.group_by(({}))", columns.join(", ")),
    }
    if query.having {
        text += &format!("{indent}.having(count_star().gt({}))", parameter());
    }
    let outputs: Vec<_> = query.outputs.iter().map(|output| expression(query, output)).collect();
    text += &format!("{indent}.select(({},))", outputs.join(", "));
    if let Some(order) = query.order {
        let direction = if query.group.is_empty() { "asc" } else { "desc" };
        text += &format!("{indent}.order_by({}.{direction}())", outputs[order]);
    }
    if let Some(limit) = query.limit {
        text += &format!("{indent}.limit({limit})");
    }
    text
}

fn table(name: &str) -> String {
    format!("{name}::table")
}

fn path(column: &Column) -> String {
    format!("{}::{}", column.table, column.name)
}

fn expression(query: &Query<'_>, output: &Output<'_>) -> String {
    match output {
        Output::Column(column) if query.nullable(column) => format!("{}.nullable()", path(column)),
        Output::Column(column) => path(column),
        Output::Count => "count_star()".into(),
        Output::Sum(column) => format!("sum({})", path(column)),
        Output::SumOfProduct(left, right) => format!("sum({} * {})", path(left), path(right)),
        Output::Avg(column) => format!("avg({})", path(column)),
        Output::Max(column) => format!("max({})", path(column)),
    }
}

fn condition(filter: &Filter<'_>, parameter: &mut impl FnMut() -> String) -> String {
    match filter {
        Filter::Compare(column, operator) => {
            let operator = match operator {
                Operator::Equal => "eq",
                Operator::AtLeast => "ge",
                Operator::Less => "lt",
            };
            format!("{}.{operator}({})", path(column), parameter())
        }
        Filter::Between(column) => {
            format!("{}.between({}, {})", path(column), parameter(), parameter())
        }
        Filter::In(column) => format!("{}.eq_any({})", path(column), parameter()),
        Filter::Like(column) => format!("{}.like({})", path(column), parameter()),
        Filter::Text(column, text) => format!("{}.eq({text:?})", path(column)),
        Filter::Exists { inner, outer, compared } => format!(
            "exists({}.filter({}.eq({})).filter({}.gt({})))",
            table(&inner.table),
            path(inner),
            path(outer),
            path(compared),
            parameter(),
        ),
    }
}

fn field_type(query: &Query<'_>, output: &Output<'_>) -> String {
    let ty = |column: &Column| rust_type(column.ty, "BigDecimal");
    match output {
        Output::Column(column) if !query.nullable(column) => ty(column).into(),
        Output::Column(column) | Output::Max(column) => format!("Option<{}>", ty(column)),
        Output::Count => "i64".into(),
        Output::Sum(_) | Output::SumOfProduct(..) | Output::Avg(_) => "Option<BigDecimal>".into(),
    }
}
