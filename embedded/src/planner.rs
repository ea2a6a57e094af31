//! What DataFusion's planner asks for while it reads one statement: tables above all.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::datatypes::{DataType, FieldRef, SchemaRef};
use datafusion::catalog::TableFunctionArgs;
use datafusion::common::{DFSchema, DataFusionError, TableReference};
use datafusion::config::ConfigOptions;
use datafusion::datasource::cte_worktable::CteWorkTable;
use datafusion::datasource::provider_as_source;
use datafusion::execution::SessionState;
use datafusion::logical_expr::planner::{
    ContextProvider, ExprPlanner, RelationPlanner, TypePlanner,
};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{
    AggregateUDF, Expr, HigherOrderUDF, LogicalPlan, ScalarUDF, TableSource, WindowUDF,
};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::sql::parser::Statement;
use datafusion::sql::planner::{ParserOptions, PlannerContext, SqlToRel};
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use lakequery_types::nearest;

use crate::error::{Error, ErrorKind, Result, planning};
use crate::fixtures::Fixtures;
use crate::folder::{Folder, Stated, Table};

/// What the planner of one statement may ask for.
pub(crate) struct Planner<'a> {
    state: &'a SessionState,
    /// What reads type names, which the session does not give out itself.
    types: Option<Arc<dyn TypePlanner>>,
    /// What the statement may mean with each name: a table, or the reason why
    /// there is none. The name may also be that of a table function.
    tables: HashMap<TableReference, Result<Found>>,
    /// The first table that was asked for in vain.
    missing: Mutex<Option<TableReference>>,
}

/// Where the tables are that are not registered in the session.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub(crate) fixtures: Option<&'a Fixtures>,
    pub(crate) folder: Option<&'a Folder>,
    /// What is known of them besides.
    pub(crate) stated: &'a [Arc<Stated>],
}

/// A table, and that of the folder if it is one.
struct Found {
    source: Arc<dyn TableSource>,
    table: Option<Arc<Table>>,
}

impl<'a> Planner<'a> {
    /// Opens all tables that the statement names.
    pub(crate) async fn open(
        state: &'a SessionState,
        types: Option<Arc<dyn TypePlanner>>,
        sources: Sources<'_>,
        statement: &Statement,
    ) -> Result<Planner<'a>> {
        let references = state.resolve_table_references(statement).map_err(planning)?;
        let mut tables = HashMap::with_capacity(references.len());
        for reference in references {
            if let Entry::Vacant(entry) = tables.entry(reference) {
                let found = find(state, sources, entry.key()).await;
                entry.insert(found);
            }
        }
        Ok(Planner { state, types, tables, missing: Mutex::new(None) })
    }

    /// The plan of the statement, with parameters of these types.
    pub(crate) fn plan(
        &self,
        statement: Statement,
        parameters: Vec<Option<FieldRef>>,
    ) -> Result<LogicalPlan, DataFusionError> {
        let planner = SqlToRel::new_with_options(self, options(self.state));
        match statement {
            Statement::Statement(statement) if matches!(*statement, SqlStatement::Query(_)) => {
                let mut context = PlannerContext::new().with_prepare_param_data_types(parameters);
                planner.sql_statement_to_plan_with_context(*statement, &mut context)
            }
            statement => planner.statement_to_plan(statement),
        }
    }

    /// Why the planner failed: for want of a table, or as it says.
    pub(crate) fn explain(mut self, error: DataFusionError) -> Error {
        let missing = self.missing.into_inner().unwrap_or_else(PoisonError::into_inner);
        match missing.and_then(|name| self.tables.remove(&name)) {
            Some(Err(error)) => error,
            _ => planning(error),
        }
    }

    /// The tables of the folder that the statement names, in the order of their names.
    pub(crate) fn into_tables(self) -> Vec<Arc<Table>> {
        let found = self.tables.into_values().filter_map(Result::ok);
        let mut tables: Vec<_> = found.filter_map(|found| found.table).collect();
        tables.sort_by(|a, b| a.place().cmp(b.place()));
        tables.dedup_by(|a, b| a.place() == b.place());
        tables
    }
}

/// The table of a name: one that is registered in the session, a fixture, or one of the folder.
async fn find(
    state: &SessionState,
    Sources { fixtures, folder, stated }: Sources<'_>,
    name: &TableReference,
) -> Result<Found> {
    // A catalog or schema that the session does not have may still be one of the folder.
    if let Ok(schema) = state.schema_for_ref(name.clone())
        && let Some(provider) = schema.table(name.table()).await.map_err(planning)?
    {
        return Ok(Found { source: provider_as_source(provider), table: None });
    }
    if fixtures.is_none() && folder.is_none() {
        return Err(unregistered(state, name));
    }
    if let Some(catalog) = name.catalog() {
        return Err(Error::new(
            ErrorKind::NotFound,
            format!("catalog `{catalog}` does not exist: the embedded engine has schemas only"),
        )
        .with_help(format!("leave `{catalog}.` away, or map the schema in lake.toml")));
    }
    let stated = stated.iter().find(|stated| stated.is_of(name.schema(), name.table()));
    if let Some(fixtures) = fixtures {
        let found = fixtures.table(name.schema(), name.table(), stated.map(Arc::as_ref));
        match (found, folder) {
            (Err(error), Some(_)) if error.kind() == ErrorKind::NotFound => {}
            (found, _) => return Ok(Found { source: found?, table: None }),
        }
    }
    let Some(folder) = folder else { return Err(unregistered(state, name)) };
    let table = folder.table(state, name.schema(), name.table(), stated).await?;
    Ok(Found { source: table.source(), table: Some(table) })
}

/// That no such table is registered.
fn unregistered(state: &SessionState, name: &TableReference) -> Error {
    let schema = state.schema_for_ref(name.clone());
    let names = schema.map(|schema| schema.table_names()).unwrap_or_default();
    let help = match nearest(name.table(), names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "register it in the session".to_owned(),
    };
    Error::new(ErrorKind::NotFound, format!("table `{name}` does not exist")).with_help(help)
}

impl ContextProvider for Planner<'_> {
    fn get_table_source(
        &self,
        name: TableReference,
    ) -> Result<Arc<dyn TableSource>, DataFusionError> {
        if let Some(Ok(found)) = self.tables.get(&name) {
            return Ok(Arc::clone(&found.source));
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
        let function = self.state.table_functions().get(name).ok_or_else(|| {
            DataFusionError::Plan(format!("table function {name} does not exist"))
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
        self.types.clone()
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
