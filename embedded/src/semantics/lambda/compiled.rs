//! Calls of lambdas as calls of functions that have them inside.
//!
//! DataFusion finds the parameters of a lambda, when it runs, by their number among the
//! columns that were there when the query was planned. Its optimizer changes these columns
//! afterwards. Here a lambda becomes an expression over a batch of its own, and what it uses of
//! the row around it becomes arguments of the call, which the optimizer knows.

use std::any::Any;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array, new_empty_array};
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::arrow::compute;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, Result, internal_err};
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::expr::{HigherOrderFunction, Lambda};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature, ValueOrLambda, Volatility,
};
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};

use super::function::{Call, Function, Types, field};

/// The rule that compiles lambdas, when all others have made them simpler.
#[derive(Debug)]
pub(in crate::semantics) struct CompileLambdas;

impl OptimizerRule for CompileLambdas {
    fn name(&self) -> &str {
        "lake_compile_lambdas"
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let props = ExecutionProps::new();
        let mut props = props;
        if let Some(start) = config.query_execution_start_time() {
            props = props.with_query_execution_start_time(start);
        }
        plan.transform_up_with_subqueries(|plan| {
            let mut schema = merge_schema(&plan.inputs());
            if let LogicalPlan::TableScan(scan) = &plan {
                schema.merge(&scan.projected_schema);
            }
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let compiled = expr.transform_up(|expr| match expr {
                    Expr::HigherOrderFunction(call) => compile(call, &schema, &props),
                    other => Ok(Transformed::no(other)),
                })?;
                Ok(compiled.update_data(|expr| name.restore(expr)))
            })
        })
    }
}

/// The call without lambdas.
fn compile(
    call: HigherOrderFunction,
    schema: &DFSchema,
    props: &ExecutionProps,
) -> Result<Transformed<Expr>> {
    let HigherOrderFunction { func, args } = call;
    let own: &dyn Any = &**func.inner();
    let Some(function) = own.downcast_ref::<Function>().cloned() else {
        return Ok(Transformed::no(Expr::HigherOrderFunction(HigherOrderFunction { func, args })));
    };
    let (mut types, mut values, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
    for arg in args {
        match arg {
            Expr::Lambda(lambda) => {
                let ty = lambda.body.get_type(schema)?;
                types.push(ValueOrLambda::Lambda(Some(ty)));
                bodies.push(lambda);
            }
            value => {
                types.push(ValueOrLambda::Value(value.get_type(schema)?));
                values.push(value);
            }
        }
    }
    let parameters = parameters(&function, &types)?;
    let mut lambdas = Vec::with_capacity(bodies.len());
    let mut is_volatile = false;
    for (lambda, types) in bodies.into_iter().zip(parameters) {
        is_volatile |= lambda.body.is_volatile();
        lambdas.push(Compiled::new(lambda, types, &mut values, schema, props)?);
    }
    let volatility = if is_volatile { Volatility::Volatile } else { Volatility::Immutable };
    let signature = Signature::user_defined(volatility);
    let function = WithLambdas { function, lambdas, types: Types(types), signature };
    Ok(Transformed::yes(ScalarUDF::new_from_impl(function).call(values)))
}

/// What each lambda is called with.
fn parameters(
    function: &Function,
    types: &[ValueOrLambda<DataType, Option<DataType>>],
) -> Result<Vec<Vec<FieldRef>>> {
    use datafusion::logical_expr::LambdaParametersProgress::Complete;
    match (function.parameters)(&Types(types.to_vec()))? {
        Complete(parameters) => Ok(parameters),
        _ => internal_err!("{} does not know what it calls its lambdas with", function.name),
    }
}

/// A lambda: an expression over its parameters and what it uses of the row.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    body: Arc<dyn PhysicalExpr>,
    schema: SchemaRef,
    /// Which arguments of the call it uses: the columns after its parameters.
    used: Vec<usize>,
    gives: DataType,
}

impl PartialEq for Compiled {
    fn eq(&self, other: &Self) -> bool {
        *self.body == *other.body && self.schema == other.schema && self.used == other.used
    }
}

impl Eq for Compiled {}

impl Hash for Compiled {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.body, &self.used).hash(state);
    }
}

impl Compiled {
    /// Compiles a lambda. What it uses of the row is added to the arguments of the call.
    fn new(
        lambda: Lambda,
        types: Vec<FieldRef>,
        args: &mut Vec<Expr>,
        schema: &DFSchema,
        props: &ExecutionProps,
    ) -> Result<Compiled> {
        let gives = lambda.body.get_type(schema)?;
        let mut fields: Vec<FieldRef> = Vec::new();
        for (index, parameter) in types.iter().enumerate() {
            fields.push(Arc::new(Field::new(name(index), parameter.data_type().clone(), true)));
        }
        let mut used = Vec::new();
        let body = lambda.body.transform_up(|expr| {
            let own = match &expr {
                Expr::LambdaVariable(variable) => {
                    lambda.params.iter().position(|parameter| *parameter == variable.name)
                }
                Expr::Column(_) | Expr::OuterReferenceColumn(..) => None,
                _ => return Ok(Transformed::no(expr)),
            };
            let index = match own {
                Some(index) => index,
                None => {
                    let at = args.iter().position(|arg| *arg == expr).unwrap_or(args.len());
                    let known = used.iter().position(|known| *known == at);
                    types.len()
                        + known.map_or_else(
                            || {
                                let ty = expr.get_type(schema)?;
                                fields.push(Arc::new(Field::new(name(fields.len()), ty, true)));
                                if at == args.len() {
                                    args.push(expr.clone());
                                }
                                used.push(at);
                                Ok(used.len() - 1)
                            },
                            Ok::<usize, datafusion::common::DataFusionError>,
                        )?
                }
            };
            Ok(Transformed::yes(Expr::Column(Column::new_unqualified(name(index)))))
        })?;
        let schema = Arc::new(Schema::new(fields));
        let own = DFSchema::try_from(Arc::clone(&schema))?;
        let context = PhysicalPlanningContext::default();
        let body = create_physical_expr(&body.data, &own, props, &context)?;
        Ok(Compiled { body, schema, used, gives })
    }

    /// What the lambda gives for values that belong to these rows.
    pub(super) fn call(
        &self,
        args: &[ColumnarValue],
        values: &[&ArrayRef],
        rows: &[usize],
    ) -> Result<ArrayRef> {
        if rows.is_empty() {
            return Ok(new_empty_array(&self.gives));
        }
        let numbers = rows.iter().map(|row| u32::try_from(*row).unwrap_or(u32::MAX));
        let numbers = UInt32Array::from_iter_values(numbers);
        let mut columns: Vec<ArrayRef> = values.iter().map(|array| Arc::clone(array)).collect();
        for index in &self.used {
            columns.push(match &args[*index] {
                ColumnarValue::Scalar(value) => value.to_array_of_size(rows.len())?,
                ColumnarValue::Array(array) => compute::take(array, &numbers, None)?,
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let schema = Arc::clone(&self.schema);
        let batch = RecordBatch::try_new_with_options(schema, columns, &options)?;
        self.body.evaluate(&batch)?.into_array(rows.len())
    }
}

/// The name of a column of a lambda's own batch.
fn name(index: usize) -> String {
    format!("{index}")
}

/// A function with the lambdas that it calls.
#[derive(Debug)]
struct WithLambdas {
    function: Function,
    lambdas: Vec<Compiled>,
    types: Types,
    signature: Signature,
}

impl PartialEq for WithLambdas {
    fn eq(&self, other: &Self) -> bool {
        self.function == other.function
            && self.lambdas == other.lambdas
            && self.types == other.types
    }
}

impl Eq for WithLambdas {}

impl Hash for WithLambdas {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.function, &self.lambdas, &self.types).hash(state);
    }
}

impl ScalarUDFImpl for WithLambdas {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        Ok(found.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        (self.function.gives)(&self.types)
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(field((self.function.gives)(&self.types)?))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let call = Call {
            lambdas: &self.lambdas,
            args: &args.args,
            types: &self.types,
            rows: args.number_rows,
            gives: args.return_field.data_type(),
        };
        Ok(ColumnarValue::Array((self.function.run)(&call)?))
    }
}
