//! Keeps what can fail behind the condition that guards it.
//!
//! In lake SQL `b <> 0 AND a / b > 1` and `CASE WHEN b = 0 THEN false ELSE
//! a / b > 1 END` never divide by zero: the right side is evaluated only where
//! the left does not settle the answer. DataFusion evaluates both sides of AND
//! and OR on whole batches, and rewrites CASEs of booleans into AND and OR. A
//! right side that can fail is put into a CASE that it does not look into.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::types::Int8Type;
use arrow_schema::{DataType, Field};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, merge_schema, split_conjunction};
use datafusion::logical_expr::{
    BinaryExpr, Case, Cast, Expr, ExprSchemable, LogicalPlan, Operator, ScalarUDF, when,
};
use datafusion::optimizer::AnalyzerRule;

use super::cast;
use super::compare::is_constant;
use super::function::{Call, Function, Gives, Param, Takes};
use super::operator::Op;
use super::{lambda, nested};
use crate::types;

/// The function that makes booleans of ones and zeros.
const TRUTH: &str = "lake_truth";

/// The function behind guarded conditions.
pub(super) fn functions() -> Vec<Function> {
    vec![truth()]
}

fn truth() -> Function {
    let takes = Takes::Lists(&[&[Param::Integer]]);
    Function::new(TRUTH, takes, Gives::Fixed(&DataType::Boolean), run)
}

fn run(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.numbers::<Int8Type>(0)?;
    call.make_booleans(|row| Ok(values.get(row).map(|value| value != 0)))
}

/// The rule that guards conditions.
#[derive(Debug)]
pub(super) struct ShortCircuit {
    truth: Arc<ScalarUDF>,
}

impl ShortCircuit {
    pub(super) fn new() -> Self {
        ShortCircuit { truth: truth().into_udf() }
    }

    /// A boolean CASE, as one of numbers.
    fn hide(&self, case: Case) -> Expr {
        let number = |expr: Expr| {
            let field = Arc::new(Field::new("", DataType::Int8, true));
            Expr::Cast(Cast::new_from_field(Box::new(expr), field))
        };
        let branches = case.when_then_expr.into_iter();
        let case = Case {
            expr: case.expr,
            when_then_expr: branches.map(|(when, then)| (when, Box::new(number(*then)))).collect(),
            else_expr: case.else_expr.map(|otherwise| Box::new(number(*otherwise))),
        };
        self.truth.call(vec![Expr::Case(case)])
    }

    fn guard(&self, expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
        match expr {
            Expr::BinaryExpr(BinaryExpr {
                left,
                op: op @ (Operator::And | Operator::Or),
                right,
            }) if may_fail(&right, schema)? => {
                let open = match op {
                    // What a subquery is joined by has to stay outside of any CASE.
                    Operator::And if left.contains_outer() => {
                        let own = split_conjunction(&left).into_iter();
                        let own = own.filter(|part| !part.contains_outer()).cloned();
                        conjunction(own).map(Expr::is_not_false)
                    }
                    Operator::And => Some(left.clone().is_not_false()),
                    _ => Some(left.clone().is_not_true()),
                };
                let Some(open) = open else {
                    return Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })));
                };
                let right = match when(open, *right).end()? {
                    Expr::Case(case) => Box::new(self.hide(case)),
                    other => Box::new(other),
                };
                Ok(Transformed::yes(Expr::BinaryExpr(BinaryExpr { left, op, right })))
            }
            Expr::Case(case) => {
                let boolean = case.when_then_expr.iter().map(|(_, then)| then.get_type(schema));
                let boolean =
                    boolean.into_iter().any(|ty| ty.is_ok_and(|ty| ty == DataType::Boolean));
                let branches = case.when_then_expr.iter().flat_map(|(when, then)| [when, then]);
                let mut fails = false;
                for branch in branches.chain(&case.else_expr) {
                    fails |= may_fail(branch, schema)?;
                }
                Ok(if boolean && fails {
                    Transformed::yes(self.hide(case))
                } else {
                    Transformed::no(Expr::Case(case))
                })
            }
            other => Ok(Transformed::no(other)),
        }
    }
}

impl AnalyzerRule for ShortCircuit {
    fn name(&self) -> &str {
        "lake_short_circuit"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let guarded = plan.transform_up_with_subqueries(|plan| {
            let mut schema = merge_schema(&plan.inputs());
            if let LogicalPlan::TableScan(scan) = &plan {
                schema.merge(&scan.projected_schema);
            }
            let names = NamePreserver::new(&plan);
            let plan = plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let guarded = expr.transform_up(|expr| self.guard(expr, &schema))?;
                Ok(guarded.update_data(|expr| name.restore(expr)))
            })?;
            plan.map_data(|plan| plan.recompute_schema())
        })?;
        Ok(guarded.data)
    }
}

/// Whether an expression can fail for some rows: it divides by what may be
/// zero, or reads what may not be written so.
fn may_fail(expr: &Expr, schema: &DFSchema) -> Result<bool> {
    let mut fails = false;
    expr.apply(|expr| {
        if let Expr::ScalarFunction(ScalarFunction { func, args }) = expr {
            fails |= match func.name() {
                name if name == Op::Divide.function() || name == Op::Modulo.function() => {
                    divides_by_zero(args, schema)
                }
                "mod" => divides_by_zero(args, schema),
                cast::CAST => args.first().is_some_and(|value| {
                    !is_constant(value)
                        && value
                            .get_type(schema)
                            .is_ok_and(|ty| ty == DataType::Utf8 || types::is_nested(&ty))
                }),
                name if nested::may_fail(name) => !args.iter().all(is_constant),
                "date"
                | "date_parse"
                | "parse_datetime"
                | "json_parse"
                | "is_json_scalar"
                | "from_iso8601_date"
                | "from_iso8601_timestamp"
                | "from_hex"
                | "from_base64"
                | "from_base" => !args.iter().all(is_constant),
                _ => false,
            };
        }
        if let Expr::HigherOrderFunction(call) = expr {
            fails |= lambda::may_fail(call.func.name());
        }
        Ok(if fails { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(fails)
}

fn divides_by_zero(args: &[Expr], schema: &DFSchema) -> bool {
    let [value, divisor] = args else { return true };
    if is_constant(value) && is_constant(divisor) {
        return false;
    }
    // Doubles divide by zero.
    let floating =
        [value, divisor].iter().any(|side| side.get_type(schema).is_ok_and(|ty| ty.is_floating()));
    !floating && !is_nonzero(divisor)
}

fn is_nonzero(expr: &Expr) -> bool {
    match expr {
        Expr::Cast(Cast { expr, .. }) => is_nonzero(expr),
        Expr::Literal(value, _) => match ScalarValue::new_zero(&value.data_type()) {
            Ok(zero) => !value.is_null() && *value != zero,
            Err(_) => false,
        },
        _ => false,
    }
}
