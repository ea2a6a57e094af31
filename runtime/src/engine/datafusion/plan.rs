//! From a text to a plan that can run.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
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
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, Query as SqlQuery, SetExpr, Statement as SqlStatement, Visit, Visitor,
};
use datafusion::sql::sqlparser::dialect::dialect_from_str;
use futures::FutureExt;

use super::Shared;
use super::deep::Deep;
use super::fail;
use super::parameters::Parameters;
use super::table::Table;
use crate::error::{Error, Kind, Result};
use crate::task::panicked;

/// How deep a query may nest, `a + b + c` being two deep. Whatever runs the
/// plan has the stack of an ordinary thread, and evaluates by recursion.
const MAX_DEPTH: usize = 400;

/// How deep the text of a query may nest, with its parentheses.
const MAX_TEXT_DEPTH: usize = 1000;

/// The stack that parsing has, whatever the query, and for each byte of its
/// text: a long chain is a deep tree, which has to be dropped.
const PARSING_STACK: usize = 8 << 20;
const PARSING_STACK_PER_BYTE: usize = 1 << 10;
const MAX_PARSING_STACK: usize = 1 << 30;

/// The stack that planning has, whatever the query, and for each level. Most of
/// it is for builds without optimisation.
const PLANNING_STACK: usize = 16 << 20;
const PLANNING_STACK_PER_LEVEL: usize = 128 << 10;

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
    let stack = PARSING_STACK + parameters.sql.len().saturating_mul(PARSING_STACK_PER_BYTE);
    let parsing = async { parse(&state, &parameters.sql) };
    let (statement, depth) = Deep::new(stack.min(MAX_PARSING_STACK), parsing).await?;
    if !reads(&statement) {
        return Err(read_only());
    }
    let stack = PLANNING_STACK + depth * PLANNING_STACK_PER_LEVEL;
    Deep::new(stack, planned(shared, state, statement, parameters)).await
}

async fn planned(
    shared: &Shared,
    state: SessionState,
    mut statement: Statement,
    parameters: Parameters,
) -> Result<Planned> {
    lakequery_embedded::rewrite(&mut statement).map_err(fail::planning)?;
    let catalog = Catalog::open(shared, &state, &statement).await?;
    let logical = match catalog.plan(statement, &parameters) {
        Ok(plan) => plan,
        Err(error) => return Err(catalog.explain(error)),
    };
    let tables = catalog.into_tables();
    if !plan_reads(&logical) {
        return Err(read_only());
    }
    let plan = async {
        let logical = logical.with_param_values(ParamValues::from(parameters.values))?;
        state.create_physical_plan(&logical).await
    };
    let planned = match AssertUnwindSafe(plan).catch_unwind().await {
        Ok(planned) => planned.map_err(fail::planning),
        Err(panic) => Err(panicked(&*panic)),
    };
    match planned {
        Ok(plan) => Ok(Planned { plan, context: state.task_ctx(), tables }),
        Err(error) => Err(fail::explain(error, tables).await),
    }
}

/// Whether the statement changes nothing, neither files nor the session.
fn reads(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => matches!(
            **statement,
            SqlStatement::Query(_)
                | SqlStatement::Explain { .. }
                | SqlStatement::ExplainTable { .. }
        ),
        Statement::Explain(explain) => reads(&explain.statement),
        _ => false,
    }
}

/// The same of the plan: a query can have an INSERT inside.
fn plan_reads(plan: &LogicalPlan) -> bool {
    let options =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    options.verify_plan(plan).is_ok()
}

fn read_only() -> Error {
    Error::new(Kind::Unsupported, "the embedded engine only reads, and this is not a query")
        .help("write the files with another program; every query sees the files as they are")
}

/// The one statement of the text, and how deep it nests.
fn parse(state: &SessionState, sql: &str) -> Result<(Statement, usize)> {
    let options = &state.config_options().sql_parser;
    let dialect = dialect_from_str(options.dialect).ok_or_else(|| {
        Error::new(Kind::Internal, "the embedded engine's dialect does not exist")
    })?;
    let mut statements = DFParserBuilder::new(sql)
        .with_dialect(&*dialect)
        .with_recursion_limit(MAX_TEXT_DEPTH.max(options.recursion_limit.get()))
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(fail::planning)?;
    let count = statements.len();
    match (statements.pop_front(), count) {
        (Some(statement), 1) => {
            let depth = depth(&statement)?;
            Ok((statement, depth))
        }
        (None, _) => Err(Error::new(Kind::Query, "there is no statement in the SQL")),
        (Some(_), _) => {
            Err(Error::new(Kind::Query, format!("there are {count} statements in the SQL"))
                .help("run them one by one"))
        }
    }
}

/// How deep the statement nests; an error where that is too deep.
fn depth(statement: &Statement) -> Result<usize> {
    let mut depth = Depth::default();
    let too_deep = match statement {
        Statement::Statement(statement) => statement.visit(&mut depth).is_break(),
        Statement::Explain(explain) => return self::depth(&explain.statement),
        _ => false,
    };
    if too_deep {
        return Err(Error::new(Kind::Query, format!("the query nests more than {MAX_DEPTH} deep"))
            .help("write a long chain of OR as IN, and a long sum as a query over rows"));
    }
    Ok(depth.most)
}

#[derive(Default)]
struct Depth {
    /// Levels that the plan will have, too.
    plan: usize,
    /// All levels, with those that are only parentheses.
    text: usize,
    most: usize,
}

impl Visitor for Depth {
    type Break = ();

    fn pre_visit_query(&mut self, query: &SqlQuery) -> ControlFlow<()> {
        self.enter(levels(query), 0)
    }

    fn post_visit_query(&mut self, query: &SqlQuery) -> ControlFlow<()> {
        self.leave(levels(query), 0)
    }

    fn pre_visit_expr(&mut self, expr: &SqlExpr) -> ControlFlow<()> {
        let parentheses = usize::from(matches!(expr, SqlExpr::Nested(_)));
        self.enter(1 - parentheses, parentheses)
    }

    fn post_visit_expr(&mut self, expr: &SqlExpr) -> ControlFlow<()> {
        let parentheses = usize::from(matches!(expr, SqlExpr::Nested(_)));
        self.leave(1 - parentheses, parentheses)
    }
}

impl Depth {
    fn enter(&mut self, levels: usize, parentheses: usize) -> ControlFlow<()> {
        self.plan += levels;
        self.text += levels + parentheses;
        self.most = self.most.max(self.text);
        if self.plan > MAX_DEPTH { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn leave(&mut self, levels: usize, parentheses: usize) -> ControlFlow<()> {
        self.plan -= levels;
        self.text -= levels + parentheses;
        ControlFlow::Continue(())
    }
}

/// How many levels a plan has for the query itself: its chains of UNION and of
/// JOIN are as deep as they are long.
fn levels(query: &SqlQuery) -> usize {
    let mut levels = 1;
    let mut rest = vec![&*query.body];
    while let Some(body) = rest.pop() {
        match body {
            SetExpr::SetOperation { left, right, .. } => {
                levels += 1;
                rest.extend([&**left, &**right]);
            }
            SetExpr::Select(select) => {
                levels += select.from.iter().map(|table| 1 + table.joins.len()).sum::<usize>();
            }
            _ => {}
        }
    }
    levels
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
