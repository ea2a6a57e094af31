//! The syntax tree to the typed tree: names resolved, types and nullability
//! inferred, comforts spelled out.
//!
//! Each node is taken apart field by field, with no `..`, so that a field nobody
//! has thought of does not compile. Mistakes are collected: an expression
//! that has one becomes [`ExprKind::Error`](crate::tree::ExprKind::Error), which
//! fits everywhere and so brings no follow-up errors.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use lakequery_types::Type;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic};
use crate::parse::Parsed;
use crate::reference::{Reference, RelationInfo};
use crate::snapshot::{Snapshots, Table};
use crate::token::{Span, Token};
use crate::tree::{Parameter, Query};

use slot::Slot;

mod call;
mod case;
mod cast;
mod coerce;
mod column;
mod corresponding;
mod days;
mod expr;
mod extract;
mod field;
mod from;
mod group;
mod grouping;
mod json;
mod json_path;
mod lambda;
mod literal;
mod modifiers;
mod moment;
mod nested;
mod now;
mod null;
mod nullability;
mod operator;
mod order;
mod output;
mod parameter;
mod predicate;
mod qualify;
mod quantified;
mod query;
mod reference;
mod row;
mod sample;
mod scope;
mod select;
mod slot;
mod star;
mod subquery;
mod table;
mod temporal;
mod ties;
mod time_zone;
mod truth;
mod type_name;
mod unnest;
mod unsupported;
mod using;
mod window;

/// A lowered query, and what was found out about it.
pub(crate) struct Lowered {
    pub(crate) query: Query,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) tables: Vec<Arc<Table>>,
    /// What its names refer to, in their order, and the relations among that.
    pub(crate) references: Vec<Reference>,
    pub(crate) relations: Vec<RelationInfo>,
    /// What is wrong with it.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Lowers a parsed query to a typed tree that is at most so deep. What has a diagnostic
/// is an [`ExprKind::Error`](crate::tree::ExprKind::Error) in it, or left out.
pub(crate) fn lower(
    tokens: &[Token],
    parsed: &Parsed,
    config: &Config,
    snapshots: &dyn Snapshots,
    max_depth: usize,
) -> Lowered {
    // What a pass finds out of one parameter, the next knows of another.
    const MOST_PASSES: usize = 4;
    let mut lowerer = Lowerer::new(tokens, parsed, config, snapshots, max_depth);
    let mut query = lowerer.query(&parsed.query);
    for _ in 1..MOST_PASSES {
        let Some(known_types) = lowerer.types_of_twins() else { break };
        lowerer = Lowerer::new(tokens, parsed, config, snapshots, max_depth);
        lowerer.known_types = known_types;
        query = lowerer.query(&parsed.query);
    }
    lowerer.check_parameters_are_typed();
    let mut references = lowerer.references;
    references.sort_by_key(|reference| reference.span);
    references.dedup();
    let mut relations = lowerer.relations;
    relations.sort_by_key(|relation| relation.id);
    Lowered {
        query,
        parameters: lowerer.parameters.into_iter().map(Slot::finish).collect(),
        tables: lowerer.tables.into_values().collect(),
        references,
        relations,
        diagnostics: lowerer.diagnostics,
    }
}

/// The state of a lowering.
struct Lowerer<'a> {
    tokens: &'a [Token],
    config: &'a Config,
    snapshots: &'a dyn Snapshots,
    diagnostics: Vec<Diagnostic>,
    references: Vec<Reference>,
    relations: Vec<RelationInfo>,
    parameters: Vec<Slot>,
    /// The types of parameters that an earlier pass found out from others.
    known_types: Vec<Option<Type>>,
    /// The tables used, by schema and name in lower case.
    tables: BTreeMap<(String, String), Arc<Table>>,
    /// Tables that were already reported, so that each is reported once.
    unusable_tables: HashSet<String>,
    /// The relations in scope, one entry a select, the innermost last.
    scopes: Vec<scope::Scope>,
    /// How many subqueries in expressions are around what is being lowered.
    level: usize,
    /// The common table expressions in scope, the innermost last.
    ctes: Vec<scope::CteBinding>,
    /// The WINDOW clauses of the selects being lowered, the innermost last.
    windows: Vec<Vec<scope::NamedWindow>>,
    context: Context,
    /// Whether a SELECT list is lowered only to find the keys of GROUP BY.
    foresees: bool,
    next_id: usize,
    depth: usize,
    max_depth: usize,
}

/// Where in a query the lowering is, as far as it decides what may stand there.
#[derive(Clone, Debug, Default)]
struct Context {
    clause: Clause,
    /// Within the arguments of an aggregate function.
    in_aggregate: bool,
    /// Within the arguments or the window of a window function.
    in_window: bool,
    /// The select has GROUP BY, so that no group is empty.
    grouped: bool,
    /// How many lambdas are around.
    lambdas: usize,
    /// A parameter here may be NULL, because NULL is what the operator asks for.
    null_welcome: bool,
    /// Within the results of CASE, where more is known of the row that it is
    /// computed for: the scope of all other rows.
    other_rows: Option<Rc<scope::Scope>>,
}

/// A clause of a select.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Clause {
    #[default]
    Select,
    On,
    Where,
    GroupBy,
    Having,
    Qualify,
    OrderBy,
    Filter,
    Limit,
    Values,
    Unnest,
}

impl Clause {
    const fn name(self) -> &'static str {
        match self {
            Clause::Select => "SELECT",
            Clause::On => "ON",
            Clause::Where => "WHERE",
            Clause::GroupBy => "GROUP BY",
            Clause::Having => "HAVING",
            Clause::Qualify => "QUALIFY",
            Clause::OrderBy => "ORDER BY",
            Clause::Filter => "FILTER",
            Clause::Limit => "LIMIT",
            Clause::Values => "VALUES",
            Clause::Unnest => "UNNEST",
        }
    }

    const fn takes_aggregates(self) -> bool {
        matches!(self, Clause::Select | Clause::Having | Clause::Qualify | Clause::OrderBy)
    }

    const fn takes_windows(self) -> bool {
        matches!(self, Clause::Select | Clause::Qualify | Clause::OrderBy)
    }

    /// Whether a NULL that the clause's condition gives is as good as FALSE, so
    /// that a parameter may well be NULL.
    const fn is_filter(self) -> bool {
        matches!(
            self,
            Clause::On | Clause::Where | Clause::Having | Clause::Qualify | Clause::Filter
        )
    }
}

impl<'a> Lowerer<'a> {
    fn new(
        tokens: &'a [Token],
        parsed: &Parsed,
        config: &'a Config,
        snapshots: &'a dyn Snapshots,
        max_depth: usize,
    ) -> Lowerer<'a> {
        let slots = parsed.parameters.iter().copied().map(Slot::new);
        Lowerer {
            tokens,
            config,
            snapshots,
            diagnostics: parsed.diagnostics.clone(),
            references: Vec::new(),
            relations: Vec::new(),
            parameters: slots.collect(),
            known_types: Vec::new(),
            tables: BTreeMap::new(),
            unusable_tables: HashSet::new(),
            scopes: Vec::new(),
            level: 0,
            ctes: Vec::new(),
            windows: Vec::new(),
            context: Context::default(),
            foresees: false,
            next_id: 0,
            depth: 0,
            max_depth,
        }
    }
}

impl Lowerer<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::new(code, span, message));
    }

    /// Runs `f` in a changed context and restores the old one.
    fn within<T>(
        &mut self,
        change: impl FnOnce(&mut Context),
        f: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let saved = self.context.clone();
        change(&mut self.context);
        let result = f(self);
        self.context = saved;
        result
    }

    fn in_clause<T>(&mut self, clause: Clause, f: impl FnOnce(&mut Self) -> T) -> T {
        self.within(|context| context.clause = clause, f)
    }

    /// Brings relations into scope, those of the query being lowered.
    fn enter(&mut self, scope: scope::Scope) {
        self.scopes.push(scope::Scope { level: self.level, ..scope });
    }

    /// How many queries further out than the one being lowered the scope of this index is.
    fn further_out(&self, scope: usize) -> usize {
        self.level - self.scopes[scope].level
    }

    fn fresh_id(&mut self) -> usize {
        self.next_id += 1;
        self.next_id
    }
}
