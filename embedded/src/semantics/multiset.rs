//! `EXCEPT ALL` and `INTERSECT ALL`, which DataFusion plans with the wrong
//! count of equal rows.
//!
//! Equal rows are numbered on both sides, and the numbered rows, which are all
//! different, are put through the plain operation: of three equal rows less
//! one, the second and third are left.

use std::mem;

use datafusion::common::{DataFusionError, Result, internal_err, plan_err};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, SelectItem, SetExpr, SetOperator, SetQuantifier, Statement, TableFactor,
    Values,
};
use datafusion::sql::sqlparser::parser::Parser;

use crate::dialect::LakeDialect;

/// Rewrites the operations of a query's body that keep duplicates.
pub(super) fn rewrite(body: &mut SetExpr) -> Result<()> {
    let SetExpr::SetOperation { op, set_quantifier, left, right } = body else { return Ok(()) };
    rewrite(left)?;
    rewrite(right)?;
    if !matches!(
        (&op, &set_quantifier),
        (SetOperator::Except | SetOperator::Intersect, SetQuantifier::All)
    ) {
        return Ok(());
    }
    let names = output_names(left)?;
    let columns: Vec<_> = (0..names.len()).map(|index| format!("c{index}")).collect();
    let columns = columns.join(", ");
    let numbered = |side: &mut SetExpr| {
        let around = format!(
            "SELECT {columns}, row_number() OVER (PARTITION BY {columns}) AS copy \
             FROM (SELECT 1) AS side ({columns})"
        );
        let side = mem::replace(side, nothing());
        within(&around, side).map(|query| SetExpr::Query(Box::new(query)))
    };
    let plain = SetExpr::SetOperation {
        op: *op,
        set_quantifier: SetQuantifier::None,
        left: Box::new(numbered(left)?),
        right: Box::new(numbered(right)?),
    };
    let output: Vec<_> = names
        .into_iter()
        .enumerate()
        .map(|(index, name)| match name {
            Some(name) => format!("c{index} AS {}", Ident::with_quote('"', name)),
            None => format!("c{index}"),
        })
        .collect();
    let around = format!("SELECT {} FROM (SELECT 1) AS copies", output.join(", "));
    *body = SetExpr::Query(Box::new(within(&around, plain)?));
    Ok(())
}

/// What stands where a part was taken out.
fn nothing() -> SetExpr {
    SetExpr::Values(Values { explicit_row: false, value_keyword: false, rows: Vec::new() })
}

/// The query of a text, with this in the place of the query in its FROM. What it is put around
/// was read already: written and read again it might be another one, or too deep.
fn within(around: &str, body: SetExpr) -> Result<Query> {
    let statements = Parser::parse_sql(&LakeDialect, around)
        .map_err(|error| DataFusionError::SQL(Box::new(error), None))?;
    let Ok([Statement::Query(mut query)]) = <[Statement; 1]>::try_from(statements) else {
        return internal_err!("`{around}` is not a query");
    };
    let SetExpr::Select(select) = &mut *query.body else {
        return internal_err!("`{around}` does not begin with SELECT");
    };
    let Some(TableFactor::Derived { subquery, .. }) =
        select.from.first_mut().map(|from| &mut from.relation)
    else {
        return internal_err!("`{around}` has no query in its FROM");
    };
    match body {
        SetExpr::Query(inner) => *subquery = inner,
        other => *subquery.body = other,
    }
    Ok(*query)
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
