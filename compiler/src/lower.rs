//! sqlparser's AST to the typed tree: names resolved, types and nullability
//! inferred, comforts spelled out, everything else refused by name.
//!
//! Each AST node is taken apart field by field, with no `..`, so that a field
//! nobody has thought of does not compile. Mistakes are collected: an expression
//! that has one becomes [`ExprKind::Error`](crate::tree::ExprKind::Error), which
//! fits everywhere and so brings no follow-up errors.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use lakequery_types::Type;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic};
use crate::parse::Parsed;
use crate::snapshot::{Snapshots, Table};
use crate::token::{Span, Token, TokenKind};
use crate::tree::Query;

use parameter::Slot;

mod call;
mod case;
mod cast;
mod coerce;
mod column;
mod expr;
mod extract;
mod from;
mod group;
mod literal;
mod modifiers;
mod moment;
mod nullability;
mod operator;
mod order;
mod parameter;
mod predicate;
mod query;
mod scope;
mod select;
mod subquery;
mod table;
mod unsupported;
mod window;

/// A lowered query.
pub(crate) struct Lowered {
    pub(crate) query: Query,
    pub(crate) parameters: Vec<crate::compile::Parameter>,
    pub(crate) tables: Vec<Arc<Table>>,
}

/// Lowers a parsed query to a typed tree that is at most so deep.
pub(crate) fn lower(
    tokens: &[Token],
    parsed: &Parsed,
    config: &Config,
    snapshots: &dyn Snapshots,
    max_depth: usize,
) -> Result<Lowered, Vec<Diagnostic>> {
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
    if !lowerer.diagnostics.is_empty() {
        return Err(lowerer.diagnostics);
    }
    let parameters = lowerer.parameters.into_iter().map(Slot::finish).collect();
    Ok(Lowered { query, parameters, tables: lowerer.tables.into_values().collect() })
}

/// The state of a lowering.
struct Lowerer<'a> {
    tokens: &'a [Token],
    config: &'a Config,
    snapshots: &'a dyn Snapshots,
    diagnostics: Vec<Diagnostic>,
    parameters: Vec<Slot>,
    /// The types of parameters that an earlier pass found out from others.
    known_types: Vec<Option<Type>>,
    /// The tables used, by schema and name in lower case.
    tables: BTreeMap<(String, String), Arc<Table>>,
    /// Tables that were already reported, so that each is reported once.
    unusable_tables: HashSet<String>,
    /// The relations in scope, one entry a query level, the innermost last.
    scopes: Vec<scope::Scope>,
    /// The common table expressions in scope, the innermost last.
    ctes: Vec<from::CteBinding>,
    /// The WINDOW clauses of the selects being lowered, the innermost last.
    windows: Vec<Vec<sqlparser::ast::NamedWindowDefinition>>,
    /// While a key of ORDER BY is lowered: the names of the output columns, which
    /// come before those of input columns there, and what they stand for where
    /// that is not the input column of the same name.
    outputs: Vec<(String, Option<crate::tree::Expr>)>,
    context: Context,
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
    OrderBy,
    Filter,
    Limit,
    Values,
}

impl Clause {
    const fn name(self) -> &'static str {
        match self {
            Clause::Select => "SELECT",
            Clause::On => "ON",
            Clause::Where => "WHERE",
            Clause::GroupBy => "GROUP BY",
            Clause::Having => "HAVING",
            Clause::OrderBy => "ORDER BY",
            Clause::Filter => "FILTER",
            Clause::Limit => "LIMIT",
            Clause::Values => "VALUES",
        }
    }

    const fn takes_aggregates(self) -> bool {
        matches!(self, Clause::Select | Clause::Having | Clause::OrderBy)
    }

    const fn takes_windows(self) -> bool {
        matches!(self, Clause::Select | Clause::OrderBy)
    }

    /// Whether a NULL that the clause's condition gives is as good as FALSE, so
    /// that a parameter may well be NULL.
    const fn is_filter(self) -> bool {
        matches!(self, Clause::On | Clause::Where | Clause::Having | Clause::Filter)
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
        let slots = parsed.parameters.iter().map(|&(span, list)| Slot::new(span, list));
        Lowerer {
            tokens,
            config,
            snapshots,
            diagnostics: Vec::new(),
            parameters: slots.collect(),
            known_types: Vec::new(),
            tables: BTreeMap::new(),
            unusable_tables: HashSet::new(),
            scopes: Vec::new(),
            ctes: Vec::new(),
            windows: Vec::new(),
            outputs: Vec::new(),
            context: Context::default(),
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

    fn fresh_id(&mut self) -> usize {
        self.next_id += 1;
        self.next_id
    }

    /// sqlparser lets a string stand where a name should; lake SQL does not.
    fn check_name(&mut self, ident: &sqlparser::ast::Ident) -> bool {
        let is_name = ident.quote_style != Some('\'');
        if !is_name {
            let message = format!("expected a name, found the string '{}'", ident.value);
            // Such a name has lost its place.
            let text = TokenKind::Text(ident.value.clone());
            let at = self.tokens.iter().rposition(|token| token.kind == text).unwrap_or(0);
            let mut diagnostic = Diagnostic::new(Code::Syntax, Span::token(at as u32), message);
            if ident.value.chars().all(|c| c.is_alphanumeric() || c == '_') {
                diagnostic = diagnostic.help(format!("write it without quotes: `{}`", ident.value));
            }
            self.report(diagnostic);
        }
        is_name
    }

    /// Widens a span until the parentheses and brackets in it are balanced: the
    /// spans of sqlparser leave out those at the edges.
    fn balanced(&self, span: Span) -> Span {
        let (mut start, mut end) = (span.start as usize, span.end as usize);
        if start >= end || end > self.tokens.len() {
            return span;
        }
        let (mut open, mut unopened) = (0_usize, 0_usize);
        for token in &self.tokens[start..end] {
            match token.kind {
                TokenKind::Punct('(' | '[') => open += 1,
                TokenKind::Punct(')' | ']') if open > 0 => open -= 1,
                TokenKind::Punct(')' | ']') => unopened += 1,
                _ => {}
            }
        }
        while open > 0 && end < self.tokens.len() {
            match self.tokens[end].kind {
                TokenKind::Punct('(' | '[') => open += 1,
                TokenKind::Punct(')' | ']') => open -= 1,
                _ => {}
            }
            end += 1;
        }
        while unopened > 0 && start > 0 {
            start -= 1;
            match self.tokens[start].kind {
                TokenKind::Punct('(' | '[') => unopened -= 1,
                TokenKind::Punct(')' | ']') => unopened += 1,
                _ => {}
            }
        }
        Span { start: start as u32, end: end as u32 }
    }

    /// The span of the form `WORD ( … )` whose parentheses directly enclose
    /// `inner`, such as `CAST(x AS bigint)` around `x`.
    fn enclosing_form(&self, inner: Span) -> Span {
        self.with_word_before(self.enclosing_parentheses(inner))
    }

    /// The span of the parentheses that directly enclose `inner`.
    fn enclosing_parentheses(&self, inner: Span) -> Span {
        let inner = self.balanced(inner);
        let mut start = inner.start as usize;
        let mut depth = 0_usize;
        while start > 0 {
            start -= 1;
            match self.tokens[start].kind {
                TokenKind::Punct(')' | ']') => depth += 1,
                TokenKind::Punct('(' | '[') if depth == 0 => {
                    return self.balanced(Span { start: start as u32, end: start as u32 + 1 });
                }
                TokenKind::Punct('(' | '[') => depth -= 1,
                _ => {}
            }
        }
        inner
    }

    /// `span` with the word directly before it (`DATE` before `'2024-01-31'`).
    fn with_word_before(&self, span: Span) -> Span {
        match span.start.checked_sub(1).map(|i| &self.tokens[i as usize].kind) {
            Some(TokenKind::Word(_)) => Span { start: span.start - 1, end: span.end },
            _ => span,
        }
    }

    /// What may stand behind the body of a query, up to the end of the query.
    fn behind(&self, body: Span) -> Span {
        let body = self.balanced(body);
        let mut end = body.end as usize;
        let mut depth = 0_usize;
        while let Some(token) = self.tokens.get(end) {
            match token.kind {
                TokenKind::Punct('(' | '[') => depth += 1,
                TokenKind::Punct(')' | ']') if depth == 0 => break,
                TokenKind::Punct(')' | ']') => depth -= 1,
                _ => {}
            }
            end += 1;
        }
        Span { start: body.end, end: end as u32 }
    }

    /// Where a keyword first stands in a span, parentheses in it aside.
    fn word_in(&self, span: Span, keyword: &str) -> Option<Span> {
        let mut depth = 0_usize;
        for index in span.start..span.end {
            match &self.tokens.get(index as usize)?.kind {
                TokenKind::Punct('(' | '[') => depth += 1,
                TokenKind::Punct(')' | ']') => depth = depth.saturating_sub(1),
                TokenKind::Word(word) if depth == 0 && word.eq_ignore_ascii_case(keyword) => {
                    return Some(Span::token(index));
                }
                _ => {}
            }
        }
        None
    }

    /// A span with the token behind it.
    fn next_word(&self, span: Span) -> Span {
        Span { start: span.start, end: (span.end + 1).min(self.tokens.len() as u32) }
    }

    /// What stands between a span and the comma or parenthesis that ends the
    /// item of a list that it begins.
    fn rest_of_item(&self, begin: Span) -> Span {
        let mut end = begin.end;
        let mut depth = 0_usize;
        while let Some(token) = self.tokens.get(end as usize) {
            match token.kind {
                TokenKind::Punct(',' | ')') if depth == 0 => break,
                TokenKind::Punct('(') => depth += 1,
                TokenKind::Punct(')') => depth -= 1,
                _ => {}
            }
            end += 1;
        }
        Span { start: begin.end, end }
    }
}
