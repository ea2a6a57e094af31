//! From a text to its one statement, which only reads and is not too deep.

use std::ops::ControlFlow;

use datafusion::execution::SessionState;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, Query as SqlQuery, SetExpr, Statement as SqlStatement, Visit, Visitor,
};

use crate::dialect::LakeDialect;
use crate::error::{Error, ErrorKind, Result, planning};
use crate::stack_guard::StackGuard;

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

/// Reads a text, and says how deep its statement nests.
pub(crate) async fn parse(state: &SessionState, sql: &str) -> Result<(Statement, usize)> {
    let stack = PARSING_STACK + sql.len().saturating_mul(PARSING_STACK_PER_BYTE);
    let parsing = async { parse_here(state, sql) };
    let (statement, depth) = StackGuard::new(stack.min(MAX_PARSING_STACK), parsing).await?;
    if reads(&statement) { Ok((statement, depth)) } else { Err(read_only()) }
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

/// The error of a statement that changes something.
pub(crate) fn read_only() -> Error {
    Error::new(ErrorKind::Unsupported, "the embedded engine only reads, and this is not a query")
        .with_help("write the files with another program; every query sees the files as they are")
}

/// The same on the stack that there is.
fn parse_here(state: &SessionState, sql: &str) -> Result<(Statement, usize)> {
    let options = &state.config_options().sql_parser;
    let mut statements = DFParserBuilder::new(sql)
        .with_dialect(&LakeDialect)
        .with_recursion_limit(MAX_TEXT_DEPTH.max(options.recursion_limit.get()))
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(planning)?;
    let count = statements.len();
    match (statements.pop_front(), count) {
        (Some(statement), 1) => {
            let depth = depth(&statement)?;
            Ok((statement, depth))
        }
        (None, _) => Err(Error::new(ErrorKind::Query, "the SQL holds no statement")),
        (Some(_), _) => {
            Err(Error::new(ErrorKind::Query, format!("there are {count} statements in the SQL"))
                .with_help("run them one by one"))
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
        return Err(Error::new(
            ErrorKind::Query,
            format!("the query nests more than {MAX_DEPTH} deep"),
        )
        .with_help("write a long chain of OR as IN, and a long sum as a query over rows"));
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
