//! Plans UNNEST.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::common::{Column, DFSchema, NullHandling, Result, UnnestOptions, plan_err};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlanBuilder, ScalarUDF, lit};
use datafusion::sql::sqlparser::ast::TableFactor;

use super::super::nested;
use super::rows::{columns, rows};
use crate::types;

/// The column that is unnested.
const COLUMN: &str = "__lake_rows";

/// Plans UNNEST.
#[derive(Debug)]
pub(in super::super) struct Planner {
    rows: Arc<ScalarUDF>,
    field: Arc<ScalarUDF>,
}

impl Planner {
    pub(in super::super) fn new() -> Planner {
        Planner { rows: rows().into_udf(), field: nested::field_function().into_udf() }
    }
}

impl RelationPlanner for Planner {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let TableFactor::UNNEST {
            alias,
            array_exprs,
            with_offset: false,
            with_offset_alias: None,
            with_ordinality,
        } = relation
        else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let schema = DFSchema::empty();
        let values = array_exprs.into_iter().map(|expr| context.sql_to_expr(expr, &schema));
        let values = values.collect::<Result<Vec<_>>>()?;
        let found = values.iter().map(|value| Ok(types::canonical(&value.get_type(&schema)?)));
        let mut found = columns(&found.collect::<Result<Vec<_>>>()?);
        if with_ordinality {
            found.push((None, arrow_schema::DataType::Int64));
        }
        let mut alias = alias;
        let given = alias.as_mut().map(|alias| std::mem::take(&mut alias.columns));
        let given = given.unwrap_or_default();
        let names: Vec<String> = match given.len() {
            0 => natural_names(found.into_iter().map(|(name, _)| name)),
            count if count == found.len() => {
                given.into_iter().map(|column| context.normalize_ident(column.name)).collect()
            }
            count => {
                return plan_err!("UNNEST gives {} columns, and {count} names", found.len());
            }
        };
        let rows = Expr::Column(Column::new_unqualified(COLUMN));
        let fields = names.into_iter().enumerate().map(|(index, name)| {
            self.field.call(vec![rows.clone(), lit((index + 1).to_string())]).alias(name)
        });
        let options = UnnestOptions::new().with_null_handling(NullHandling::Drop);
        let plan = LogicalPlanBuilder::empty(true)
            .project([self.rows.call(values).alias(COLUMN)])?
            .unnest_column_with_options(COLUMN, options)?
            .project(fields)?
            .build()?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias))))
    }
}

/// The names that columns have by themselves, each once.
fn natural_names(names: impl Iterator<Item = Option<String>>) -> Vec<String> {
    let mut seen = HashSet::new();
    let name = |(index, name): (usize, Option<String>)| {
        let name = name.filter(|name| seen.insert(name.clone()));
        name.unwrap_or_else(|| format!("_col{index}"))
    };
    names.enumerate().map(name).collect()
}
