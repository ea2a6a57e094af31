//! [`Session`]: plans statements of lake SQL.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow_schema::Field;
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::execution::context::{SQLOptions, SessionContext};
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::planner::TypePlanner;
use datafusion::sql::parser::Statement;
use futures::FutureExt;

use crate::error::{Result, planning};
use crate::fixtures::Fixtures;
use crate::folder::{Folder, Stated};
use crate::planner::{Planner, Sources};
use crate::query::{Query, explain};
use crate::semantics::rewrite;
use crate::stack_guard::StackGuard;
use crate::state::session_context;
use crate::statement::{parse, read_only};
use crate::task::{in_runtime, panicked};

/// The stack that planning has, whatever the query, and for each level. Most of
/// it is for builds without optimisation.
const PLANNING_STACK: usize = 16 << 20;
const PLANNING_STACK_PER_LEVEL: usize = 128 << 10;

/// A session whose statements have lake SQL's meaning, over the tables that are registered
/// in it and those of a folder, if it has one. It only reads.
#[derive(Clone)]
pub struct Session {
    context: SessionContext,
    /// What reads type names, which the context does not give out itself.
    types: Option<Arc<dyn TypePlanner>>,
    folder: Option<Arc<Folder>>,
    stated: Vec<Arc<Stated>>,
    fixtures: Option<Arc<Fixtures>>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Session {
    /// A session without tables.
    ///
    /// # Errors
    ///
    /// Where DataFusion refuses to register a function.
    pub fn new() -> Result<Session> {
        Ok(Session::on(session_context().map_err(planning)?))
    }

    /// A session on a context that [`session_state`](crate::session_state) made.
    pub fn on(context: SessionContext) -> Session {
        let types = SessionStateBuilder::new_from_existing(context.state()).type_planner().take();
        Session { context, types, folder: None, stated: Vec::new(), fixtures: None }
    }

    /// The same session with the tables of a folder, in the place of those of any other. A
    /// table that is registered comes before one of the folder that has the same name.
    pub fn with_folder(mut self, folder: impl Into<Arc<Folder>>) -> Session {
        self.folder = Some(folder.into());
        self
    }

    /// The same session with these tables, which come before those of a folder.
    pub fn with_fixtures(mut self, fixtures: impl Into<Arc<Fixtures>>) -> Session {
        self.fixtures = Some(fixtures.into());
        self
    }

    /// The same session, where more is known of tables of the folder than their files say:
    /// CSV and JSON are read as these types.
    pub fn with_stated(mut self, tables: impl IntoIterator<Item = Stated>) -> Session {
        self.stated = tables.into_iter().map(Arc::new).collect();
        self
    }

    /// DataFusion's context, to register tables and object stores in. Statements that are
    /// planned by the context itself do not have all of lake SQL's meaning: see
    /// [`rewrite`](crate::rewrite()).
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// The folder.
    pub fn folder(&self) -> Option<&Arc<Folder>> {
        self.folder.as_ref()
    }

    /// Plans a statement, which has the values of its parameters `$1`, `$2` ….
    ///
    /// # Errors
    ///
    /// Where it is not one statement, where it does not only read, and where a table or
    /// what it makes of it does not exist or has no meaning.
    pub async fn plan(&self, sql: &str, parameters: Vec<ScalarValue>) -> Result<Query> {
        in_runtime()?;
        let state = self.context.state();
        let (statement, depth) = parse(&state, sql).await?;
        let stack = PLANNING_STACK + depth * PLANNING_STACK_PER_LEVEL;
        StackGuard::new(stack, self.planned(state, statement, parameters)).await
    }

    async fn planned(
        &self,
        state: SessionState,
        mut statement: Statement,
        parameters: Vec<ScalarValue>,
    ) -> Result<Query> {
        rewrite(&mut statement).map_err(planning)?;
        let sources = Sources {
            fixtures: self.fixtures.as_deref(),
            folder: self.folder.as_deref(),
            stated: &self.stated,
        };
        let types = self.types.clone();
        let planner = Planner::open(&state, types, sources, &statement).await?;
        let field = |value: &ScalarValue| {
            Some(Arc::new(Field::new("", value.data_type(), value.is_null())))
        };
        let logical = match planner.plan(statement, parameters.iter().map(field).collect()) {
            Ok(plan) => plan,
            Err(error) => return Err(planner.explain(error)),
        };
        let tables = planner.into_tables();
        if !plan_reads(&logical) {
            return Err(read_only());
        }
        let plan = async {
            let logical = logical.with_param_values(ParamValues::from(parameters))?;
            state.create_physical_plan(&logical).await
        };
        let planned = match AssertUnwindSafe(plan).catch_unwind().await {
            Ok(planned) => planned.map_err(planning),
            Err(panic) => Err(panicked(&*panic)),
        };
        match planned {
            Ok(plan) => Ok(Query::new(plan, state.task_ctx(), tables)),
            Err(error) => Err(explain(error, tables).await),
        }
    }
}

/// Whether the plan changes nothing: a query can have an INSERT inside.
fn plan_reads(plan: &LogicalPlan) -> bool {
    let options =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    options.verify_plan(plan).is_ok()
}

#[cfg(test)]
mod tests;
