//! Plans operators and special forms as the functions of lake SQL.
//!
//! Comparisons stay DataFusion's own, so that filters still reach the files;
//! only those whose sides do not meet as in Trino are rewritten or refused.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::datatype::DataTypeExt;
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr, TypePlanner};
use datafusion::logical_expr::{Cast, Expr, ExprSchemable, ScalarUDF};
use datafusion::sql::sqlparser::ast::{BinaryOperator, DataType as SqlType};
use lakequery_types::Type;

use super::cast;
use super::operator::Op;
use crate::types;

/// Plans expressions with the functions of the session.
#[derive(Debug)]
pub(super) struct Planner {
    functions: Vec<Arc<ScalarUDF>>,
}

impl Planner {
    pub(super) fn new(functions: &[Arc<ScalarUDF>]) -> Self {
        Planner { functions: functions.to_vec() }
    }

    fn call(&self, name: &str, args: Vec<Expr>) -> Result<Expr> {
        match self.functions.iter().find(|function| function.name() == name) {
            Some(function) => Ok(function.call(args)),
            None => plan_err!("there is no function {name}"),
        }
    }
}

impl ExprPlanner for Planner {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        use BinaryOperator::{
            Divide, Eq, Gt, GtEq, Lt, LtEq, Minus, Modulo, Multiply, NotEq, Plus, StringConcat,
        };
        let op = match &expr.op {
            Plus => Op::Add,
            Minus => Op::Subtract,
            Multiply => Op::Multiply,
            Divide => Op::Divide,
            Modulo => Op::Modulo,
            StringConcat => {
                let (left, right) = (expr.left.get_type(schema)?, expr.right.get_type(schema)?);
                if is_list(&left) || is_list(&right) {
                    return Ok(PlannerResult::Original(expr));
                }
                return self.planned("concat", vec![expr.left, expr.right]);
            }
            Eq | NotEq | Lt | LtEq | Gt | GtEq => {
                return Ok(PlannerResult::Original(self.compare(expr, schema)?));
            }
            _ => return Ok(PlannerResult::Original(expr)),
        };
        self.planned(op.function(), vec![expr.left, expr.right])
    }

    fn plan_extract(&self, args: Vec<Expr>) -> Result<PlannerResult<Vec<Expr>>> {
        let [Expr::Literal(ScalarValue::Utf8(Some(field)), _), value] = &args[..] else {
            return Ok(PlannerResult::Original(args));
        };
        let function = match field.to_ascii_lowercase().as_str() {
            "year" => "year",
            "quarter" => "quarter",
            "month" => "month",
            "week" => "week",
            "day" | "day_of_month" => "day",
            "dow" | "day_of_week" | "dayofweek" => "day_of_week",
            "doy" | "day_of_year" | "dayofyear" => "day_of_year",
            "yow" | "year_of_week" => "year_of_week",
            "hour" => "hour",
            "minute" => "minute",
            "second" => "second",
            "timezone_hour" => "timezone_hour",
            "timezone_minute" => "timezone_minute",
            other => return plan_err!("there is no field {other} to EXTRACT"),
        };
        self.planned(function, vec![value.clone()])
    }

    fn plan_substring(&self, args: Vec<Expr>) -> Result<PlannerResult<Vec<Expr>>> {
        Ok(PlannerResult::Planned(self.call("substring", args)?))
    }

    fn plan_position(&self, args: Vec<Expr>) -> Result<PlannerResult<Vec<Expr>>> {
        Ok(PlannerResult::Planned(self.call("strpos", args)?))
    }
}

impl Planner {
    /// A comparison whose sides have one type wherever DataFusion would choose
    /// another than Trino, or compare what Trino does not.
    fn compare(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<RawBinaryExpr> {
        let (Ok(found), Ok(other)) = (expr.left.get_type(schema), expr.right.get_type(schema))
        else {
            // The types are known only later, of parameters for instance.
            return Ok(expr);
        };
        let (left, right) = (types::canonical(&found), types::canonical(&other));
        if types::lake_type(&left).is_none() || types::lake_type(&right).is_none() {
            return Ok(expr);
        }
        let Some(common) = types::common(&left, &right) else {
            return plan_err!(
                "`{}` cannot be applied to {}; cast one of them",
                expr.op,
                types::names(&[left, right])
            );
        };
        let align = |side: Expr, ty: &DataType| match (ty, &common) {
            (ty, common) if ty == common => Ok(side),
            // Dates and timestamps: DataFusion would compare in nanoseconds, which
            // distant years do not have.
            (_, DataType::Timestamp(..)) => {
                let field: FieldRef = Arc::new(Field::new("", common.clone(), true));
                Ok(Expr::Cast(Cast::new_from_field(Box::new(side), field)))
            }
            // DataFusion would compare as decimals, which not all doubles are.
            (DataType::Decimal128(..), DataType::Float32 | DataType::Float64) => {
                let name = if common == DataType::Float32 { "real" } else { "double" };
                self.call(cast::CAST, vec![side, Expr::Literal(ScalarValue::from(name), None)])
            }
            _ => Ok(side),
        };
        Ok(RawBinaryExpr {
            op: expr.op,
            left: align(expr.left, &left)?,
            right: align(expr.right, &right)?,
        })
    }

    fn planned<T>(&self, name: &str, args: Vec<Expr>) -> Result<PlannerResult<T>> {
        Ok(PlannerResult::Planned(self.call(name, args)?))
    }
}

fn is_list(ty: &DataType) -> bool {
    matches!(ty, DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..))
}

/// Gives the types of lake SQL their Arrow types wherever SQL names one.
#[derive(Debug)]
pub(super) struct Types;

impl TypePlanner for Types {
    fn plan_type_field(&self, sql_type: &SqlType) -> Result<Option<FieldRef>> {
        let ty = Type::parse(&sql_type.to_string()).ok();
        Ok(ty.and_then(|ty| types::arrow_type(&ty)).map(|ty| ty.into_nullable_field_ref()))
    }
}
