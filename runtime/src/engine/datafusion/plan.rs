//! From a text to a plan that can run.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::TableFunctionArgs;
use datafusion::common::{DFSchema, DataFusionError, ParamValues, TableReference};
use datafusion::config::ConfigOptions;
use datafusion::datasource::cte_worktable::CteWorkTable;
use datafusion::datasource::provider_as_source;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::planner::{
    ContextProvider, ExprPlanner, RelationPlanner, TypePlanner,
};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{
    AggregateUDF, Expr, HigherOrderUDF, LogicalPlan, ScalarUDF, TableSource, WindowUDF,
};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::planner::{ParserOptions, PlannerContext, SqlToRel};
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use datafusion::sql::sqlparser::dialect::dialect_from_str;

use super::Shared;
use super::fail;
use super::parameters::Parameters;
use super::semantics;
use super::table::Table;
use crate::error::{Error, Kind, Result};

/// How deep a query may nest; the parser and the planner grow their stack.
const MAX_DEPTH: usize = 500;

/// A query that is ready to run.
pub(super) struct Planned {
    pub(super) plan: Arc<dyn ExecutionPlan>,
    pub(super) context: Arc<TaskContext>,
    /// The tables that it reads.
    pub(super) tables: Vec<Arc<Table>>,
}

/// Plans a query.
pub(super) async fn plan(shared: &Shared, parameters: Parameters) -> Result<Planned> {
    let state = shared.context.state();
    let mut statement = parse(&state, &parameters.sql)?;
    semantics::respell(&mut statement).map_err(fail::planning)?;
    let catalog = Catalog::open(shared, &state, &statement).await?;
    let logical = match catalog.plan(statement, &parameters) {
        Ok(plan) => plan,
        Err(error) => return Err(catalog.explain(error)),
    };
    let tables = catalog.into_tables();
    only_reads(&logical)?;
    let plan = async {
        let logical = logical.with_param_values(ParamValues::from(parameters.values))?;
        state.create_physical_plan(&logical).await
    };
    match plan.await {
        Ok(plan) => Ok(Planned { plan, context: state.task_ctx(), tables }),
        Err(error) => Err(fail::explain(fail::planning(error), &tables).await),
    }
}

/// Whether the plan changes nothing, neither files nor the session.
fn only_reads(plan: &LogicalPlan) -> Result<()> {
    SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
        .verify_plan(plan)
        .map_err(|_| {
            Error::new(Kind::Unsupported, "the embedded engine only reads, and this writes")
                .help("write the files with another program; every query sees files as they are")
        })
}

/// The one statement of the text.
fn parse(state: &SessionState, sql: &str) -> Result<Statement> {
    let options = &state.config_options().sql_parser;
    let dialect = dialect_from_str(options.dialect).ok_or_else(|| {
        Error::new(Kind::Internal, "the embedded engine's dialect does not exist")
    })?;
    let mut statements = DFParserBuilder::new(sql)
        .with_dialect(&*dialect)
        .with_recursion_limit(MAX_DEPTH.max(options.recursion_limit.get()))
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(fail::planning)?;
    let count = statements.len();
    match (statements.pop_front(), count) {
        (Some(statement), 1) => Ok(statement),
        (None, _) => Err(Error::new(Kind::Query, "there is no statement in the SQL")),
        (Some(_), _) => {
            Err(Error::new(Kind::Query, format!("there are {count} statements in the SQL"))
                .help("run them one by one"))
        }
    }
}

/// What the planner asks for while it reads one statement.
struct Catalog<'a> {
    shared: &'a Shared,
    state: &'a SessionState,
    /// What the statement may mean with each name: a table, or the reason why
    /// there is none. The name may also be that of a table function.
    tables: HashMap<TableReference, Result<Arc<Table>>>,
    /// The first table that was asked for in vain.
    missing: Mutex<Option<TableReference>>,
}

impl<'a> Catalog<'a> {
    /// Opens all tables that the statement names.
    async fn open(
        shared: &'a Shared,
        state: &'a SessionState,
        statement: &Statement,
    ) -> Result<Catalog<'a>> {
        let references = state.resolve_table_references(statement).map_err(fail::planning)?;
        let mut tables = HashMap::with_capacity(references.len());
        for reference in references {
            if let Entry::Vacant(entry) = tables.entry(reference) {
                let table = shared.table(state, entry.key()).await;
                entry.insert(table);
            }
        }
        Ok(Catalog { shared, state, tables, missing: Mutex::new(None) })
    }

    fn plan(
        &self,
        statement: Statement,
        parameters: &Parameters,
    ) -> Result<LogicalPlan, DataFusionError> {
        let planner = SqlToRel::new_with_options(self, options(self.state));
        match statement {
            Statement::Statement(statement) if matches!(*statement, SqlStatement::Query(_)) => {
                let mut context =
                    PlannerContext::new().with_prepare_param_data_types(parameters.fields());
                planner.sql_statement_to_plan_with_context(*statement, &mut context)
            }
            statement => planner.statement_to_plan(statement),
        }
    }

    /// Why the planner failed: for want of a table, or as it says.
    fn explain(mut self, error: DataFusionError) -> Error {
        let missing = self.missing.into_inner().unwrap_or_else(PoisonError::into_inner);
        match missing.and_then(|name| self.tables.remove(&name)) {
            Some(Err(error)) => error,
            _ => fail::planning(error),
        }
    }

    /// The tables that were found, in the order of their names.
    fn into_tables(self) -> Vec<Arc<Table>> {
        let mut tables: Vec<_> = self.tables.into_values().filter_map(Result::ok).collect();
        tables.sort_by(|a, b| a.place.cmp(&b.place));
        tables.dedup_by(|a, b| a.place == b.place);
        tables
    }
}

impl ContextProvider for Catalog<'_> {
    fn get_table_source(
        &self,
        name: TableReference,
    ) -> Result<Arc<dyn TableSource>, DataFusionError> {
        if let Some(Ok(table)) = self.tables.get(&name) {
            return Ok(Arc::clone(&table.source));
        }
        let error = DataFusionError::Plan(format!("there is no table {name}"));
        self.missing.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(name);
        Err(error)
    }

    fn get_table_function_source(
        &self,
        name: &str,
        args: Vec<Expr>,
    ) -> Result<Arc<dyn TableSource>, DataFusionError> {
        let function =
            self.state.table_functions().get(name).ok_or_else(|| {
                DataFusionError::Plan(format!("there is no table function {name}"))
            })?;
        let context = SimplifyContext::builder()
            .with_config_options(Arc::clone(self.state.config_options()))
            .with_query_execution_start_time(
                self.state.execution_props().query_execution_start_time,
            )
            .build();
        let simplifier = ExprSimplifier::new(context);
        let args = args
            .into_iter()
            .map(|arg| simplifier.simplify(simplifier.coerce(arg, &DFSchema::empty())?))
            .collect::<Result<Vec<_>, DataFusionError>>()?;
        let args = TableFunctionArgs::new(&args, self.state);
        Ok(provider_as_source(function.create_table_provider_with_args(args)?))
    }

    fn create_cte_work_table(
        &self,
        name: &str,
        schema: SchemaRef,
    ) -> Result<Arc<dyn TableSource>, DataFusionError> {
        Ok(provider_as_source(Arc::new(CteWorkTable::new(name, schema))))
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        self.state.expr_planners()
    }

    fn get_relation_planners(&self) -> &[Arc<dyn RelationPlanner>] {
        self.state.relation_planners()
    }

    fn get_type_planner(&self) -> Option<Arc<dyn TypePlanner>> {
        self.shared.types.clone()
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.state.scalar_functions().get(name).cloned()
    }

    fn get_higher_order_meta(&self, name: &str) -> Option<Arc<HigherOrderUDF>> {
        self.state.higher_order_functions().get(name).cloned()
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        self.state.aggregate_functions().get(name).cloned()
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        self.state.window_functions().get(name).cloned()
    }

    fn get_variable_type(&self, _: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        self.state.config_options()
    }

    fn udf_names(&self) -> Vec<String> {
        self.state.scalar_functions().keys().cloned().collect()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        self.state.higher_order_functions().keys().cloned().collect()
    }

    fn udaf_names(&self) -> Vec<String> {
        self.state.aggregate_functions().keys().cloned().collect()
    }

    fn udwf_names(&self) -> Vec<String> {
        self.state.window_functions().keys().cloned().collect()
    }
}

/// The session's options for the planner.
fn options(state: &SessionState) -> ParserOptions {
    let options = &state.config_options().sql_parser;
    ParserOptions {
        parse_float_as_decimal: options.parse_float_as_decimal,
        enable_ident_normalization: options.enable_ident_normalization,
        enable_options_value_normalization: options.enable_options_value_normalization,
        support_varchar_with_length: options.support_varchar_with_length,
        map_string_types_to_utf8view: options.map_string_types_to_utf8view,
        collect_spans: options.collect_spans,
        default_null_ordering: options.default_null_ordering.as_str().into(),
    }
}
