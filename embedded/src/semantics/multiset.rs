//! `EXCEPT ALL` and `INTERSECT ALL`, which DataFusion plans with the wrong
//! count of equal rows.
//!
//! Equal rows are numbered on both sides, and the numbered rows, which are all
//! different, are put through the plain operation: of three equal rows less
//! one, the second and third are left.

use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, SelectItem, SetExpr, SetOperator, SetQuantifier, Statement, TableFactor,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// Rewrites the operations of a query's body that keep duplicates.
pub(super) fn rewrite(body: &mut SetExpr) -> Result<()> {
    let SetExpr::SetOperation { op, set_quantifier, left, right } = body else { return Ok(()) };
    rewrite(left)?;
    rewrite(right)?;
    let keyword = match (&op, &set_quantifier) {
        (SetOperator::Except, SetQuantifier::All) => "EXCEPT",
        (SetOperator::Intersect, SetQuantifier::All) => "INTERSECT",
        _ => return Ok(()),
    };
    let names = output_names(left)?;
    let columns: Vec<_> = (0..names.len()).map(|index| format!("c{index}")).collect();
    let columns = columns.join(", ");
    let numbered = |side: &SetExpr| {
        let side = match side {
            SetExpr::Query(query) => query.to_string(),
            other => other.to_string(),
        };
        format!(
            "SELECT {columns}, row_number() OVER (PARTITION BY {columns}) AS copy \
             FROM ({side}) AS side ({columns})"
        )
    };
    let output: Vec<_> = names
        .into_iter()
        .enumerate()
        .map(|(index, name)| match name {
            Some(name) => format!("c{index} AS {}", Ident::with_quote('"', name)),
            None => format!("c{index}"),
        })
        .collect();
    let sql = format!(
        "SELECT {} FROM ({} {keyword} {}) AS copies",
        output.join(", "),
        numbered(left),
        numbered(right)
    );
    *body = SetExpr::Query(Box::new(parse(&sql)?));
    Ok(())
}

fn parse(sql: &str) -> Result<Query> {
    let statements = Parser::parse_sql(&GenericDialect {}, sql)
        .map_err(|error| DataFusionError::SQL(Box::new(error), None))?;
    match <[Statement; 1]>::try_from(statements) {
        Ok([Statement::Query(query)]) => Ok(*query),
        _ => plan_err!("the sides of a set operation are not queries"),
    }
}

/// The names of a query's columns, where they have one.
fn output_names(body: &SetExpr) -> Result<Vec<Option<String>>> {
    match body {
        SetExpr::Select(select) => {
            if let ([SelectItem::Wildcard(_)], [from]) = (&select.projection[..], &select.from[..])
                && let TableFactor::Derived { subquery, .. } = &from.relation
                && from.joins.is_empty()
            {
                return output_names(&subquery.body);
            }
            select.projection.iter().map(output_name).collect::<Result<Vec<_>>>()
        }
        SetExpr::Query(query) => output_names(&query.body),
        SetExpr::SetOperation { left, .. } => output_names(left),
        SetExpr::Values(values) => match values.rows.first() {
            Some(row) => Ok(vec![None; row.len()]),
            None => plan_err!("VALUES without rows"),
        },
        other => plan_err!("`{other}` cannot be a side of a set operation"),
    }
}

fn output_name(item: &SelectItem) -> Result<Option<String>> {
    let name = |ident: &Ident| match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    };
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Ok(Some(name(alias))),
        SelectItem::UnnamedExpr(Expr::Identifier(ident)) => Ok(Some(name(ident))),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(idents)) => Ok(idents.last().map(name)),
        SelectItem::UnnamedExpr(_) => Ok(None),
        other => plan_err!("EXCEPT ALL and INTERSECT ALL need their columns named, not `{other}`"),
    }
}
