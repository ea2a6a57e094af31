//! Plans operators and special forms as the functions of lake SQL.
//!
//! Comparisons stay DataFusion's own, so that filters still reach the files;
//! only those whose sides do not meet as in Trino are rewritten or refused.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::datatype::DataTypeExt;
use datafusion::common::{Column, DFSchema, Result, ScalarValue, TableReference, plan_err};
use datafusion::logical_expr::planner::{
    ExprPlanner, PlannerResult, RawBinaryExpr, RawFieldAccessExpr, TypePlanner,
};
use datafusion::logical_expr::{Cast, Expr, ExprSchemable, GetFieldAccess, ScalarUDF, lit, when};
use datafusion::sql::sqlparser::ast::{BinaryOperator, DataType as SqlType};
use lakequery_types::{Type, same_name};

use super::operator::Op;
use super::{cast, nested};
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
            None => plan_err!("function {name} does not exist"),
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
            StringConcat => return self.concat(expr, schema),
            Eq | NotEq | Lt | LtEq | Gt | GtEq => {
                return Ok(PlannerResult::Original(self.compare(expr, schema)?));
            }
            _ => return Ok(PlannerResult::Original(expr)),
        };
        self.planned(op.function(), vec![expr.left, expr.right])
    }

    fn plan_array_literal(
        &self,
        elements: Vec<Expr>,
        _: &DFSchema,
    ) -> Result<PlannerResult<Vec<Expr>>> {
        self.planned(nested::ARRAY, elements)
    }

    fn plan_field_access(
        &self,
        access: RawFieldAccessExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawFieldAccessExpr>> {
        let RawFieldAccessExpr { field_access, expr } = access;
        let ty = expr.get_type(schema)?;
        match field_access {
            // `row[2]`: the second field, which may have no name.
            GetFieldAccess::ListIndex { key } if matches!(ty, DataType::Struct(_)) => {
                let number = match *key {
                    // What became an integer has to be a literal again.
                    Expr::Cast(Cast { expr, .. }) => *expr,
                    key => key,
                };
                let Expr::Literal(number, _) = number else {
                    return plan_err!("the number of a field is a literal");
                };
                let number = lit(number.to_string());
                self.planned(nested::FIELD, vec![expr, number])
            }
            GetFieldAccess::ListIndex { key } => self.planned(nested::SUBSCRIPT, vec![expr, *key]),
            GetFieldAccess::NamedStructField { name } => match (&ty, &name) {
                (DataType::Struct(_), ScalarValue::Utf8(Some(name))) => {
                    Ok(PlannerResult::Planned(self.field(expr, &ty, name)?))
                }
                _ => self.planned(nested::SUBSCRIPT, vec![expr, Expr::Literal(name, None)]),
            },
            GetFieldAccess::ListRange { .. } => {
                plan_err!("`x[a:b]` is not lake SQL; write slice(x, a, b - a + 1)")
            }
        }
    }

    fn plan_compound_identifier(
        &self,
        field: &Field,
        qualifier: Option<&TableReference>,
        nested_names: &[String],
    ) -> Result<PlannerResult<Vec<Expr>>> {
        let column = Expr::Column(Column::new(qualifier.cloned(), field.name()));
        let mut ty = field.data_type().clone();
        let mut expr = column;
        for name in nested_names {
            let found = number_of(&ty, name)?;
            let DataType::Struct(fields) = &ty else { return no_field(&ty, name) };
            let inner = fields[found].data_type().clone();
            expr = self.call(nested::FIELD, vec![expr, lit((found + 1).to_string())])?;
            ty = inner;
        }
        Ok(PlannerResult::Planned(expr))
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
            other => return plan_err!("EXTRACT has no field {other}"),
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
    /// The field of a row that has this name.
    fn field(&self, row: Expr, ty: &DataType, name: &str) -> Result<Expr> {
        let number = number_of(ty, name)? + 1;
        self.call(nested::FIELD, vec![row, lit(number.to_string())])
    }

    /// `||` of texts, bytes, arrays, or an array and an element.
    fn concat(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let RawBinaryExpr { op: _, left, right } = expr;
        let (a, b) = (left.get_type(schema)?, right.get_type(schema)?);
        let (a, b) = (types::canonical(&a), types::canonical(&b));
        let mut args = vec![left, right];
        if types::common(&a, &b).is_none() {
            let element = match (&a, &b) {
                (DataType::List(item), b) if types::common(item.data_type(), b).is_some() => 1,
                (a, DataType::List(item)) if types::common(a, item.data_type()).is_some() => 0,
                _ => return plan_err!("`||` cannot be applied to {}", types::names(&[a, b])),
            };
            let element_value = args.remove(element);
            let array = self.call(nested::ARRAY, vec![element_value.clone()])?;
            // An element that is NULL makes the result NULL.
            args.insert(element, when(element_value.is_not_null(), array).end()?);
        }
        self.planned("concat", args)
    }

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
            // By number, where DataFusion would look for fields of the same name.
            (ty, common) if types::is_nested(ty) => {
                let name = Expr::Literal(ScalarValue::from(types::name(common)), None);
                self.call(cast::CAST, vec![side, name])
            }
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

/// Where in a row the field of this name is.
fn number_of(ty: &DataType, name: &str) -> Result<usize> {
    let DataType::Struct(fields) = ty else { return no_field(ty, name) };
    let named = |exact: bool| {
        fields.iter().position(|field| match exact {
            true => field.name() == name,
            false => same_name(field.name(), name),
        })
    };
    match named(true).or_else(|| named(false)) {
        Some(index) => Ok(index),
        None => no_field(ty, name),
    }
}

fn no_field<T>(ty: &DataType, name: &str) -> Result<T> {
    plan_err!("{} has no field {name}", types::name(ty))
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
