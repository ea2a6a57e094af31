//! Expressions that have one value for all rows.

use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::Expr;

/// Whether no column has a part in an expression.
pub(in super::super) fn is_constant(expr: &Expr) -> bool {
    let is_column = |expr: &Expr| {
        Ok(matches!(
            expr,
            Expr::Column(_) | Expr::OuterReferenceColumn(..) | Expr::ScalarSubquery(_)
        ))
    };
    expr.exists(is_column).is_ok_and(|found| !found)
}
