//! FROM: tables, subqueries and joins.

use std::collections::HashSet;
use std::sync::Arc;

use lakequery_types::{Type, same_name};

use super::scope::{Scope, ScopeColumn, ScopeRelation};
use super::table::Named;
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::reference::Target;
use crate::token::{Span, TokenKind};
use crate::tree::{
    Alias, Column, Expr, ExprKind, JoinKind, Literal, Query, Relation, unique_names,
};

const BEFORE_A_SUBQUERY: &str =
    "a subquery sees what stands before it in FROM after LATERAL: `LATERAL (SELECT …)`";

const BEYOND_A_COMMA: &str =
    "what stands before the comma is not seen here: write CROSS JOIN for it";

/// A relation of FROM, and what it brings into scope. There is no relation where
/// it has a diagnostic.
pub(super) struct Joined {
    pub(super) relation: Option<Relation>,
    pub(super) scope: Scope,
}

impl Lowerer<'_> {
    /// The relations of FROM, joined by its commas.
    pub(super) fn from(&mut self, from: &[ast::FromItem]) -> (Vec<Relation>, Scope) {
        let mut relations = Vec::with_capacity(from.len());
        let mut scope = Scope::default();
        for item in from {
            // What is joined sees what stands before it in its join, and not beyond a comma.
            let ast::FromItem { relation: _, joins, span: _ } = item;
            let before = if joins.is_empty() { scope.clone() } else { Scope::default() };
            let reported = self.diagnostics.len();
            let joined = self.joined(item, &before);
            if !joins.is_empty() {
                self.suggest(reported, || scope.clone(), BEYOND_A_COMMA);
            }
            relations.extend(joined.relation);
            scope.join(joined.scope, JoinKind::Cross, 0, &HashSet::new());
        }
        self.check_aliases(&scope);
        (relations, scope)
    }

    fn check_aliases(&mut self, scope: &Scope) {
        for (i, relation) in scope.relations.iter().enumerate() {
            let Some(name) = &relation.name else { continue };
            let twin = scope.relations[..i].iter().any(|other| {
                other.name.as_deref().is_some_and(|other| same_name(other, name))
                    && other.schema == relation.schema
            });
            if twin {
                let message = format!("two tables in FROM are called `{name}`");
                self.report(
                    Diagnostic::new(Code::DuplicateName, relation.span, message)
                        .label("the name is taken")
                        .help(format!("give it an alias: `{name} AS …`")),
                );
            }
        }
    }

    /// A relation and what is joined to it, behind others.
    fn joined(&mut self, item: &ast::FromItem, before: &Scope) -> Joined {
        let ast::FromItem { relation, joins, span: _ } = item;
        let mut left = self.relation(relation, || before.clone());
        for join in joins {
            let ast::Join { kind, relation, condition, span } = join;
            let right = self.relation(relation, || {
                let mut before = before.clone();
                before.join(left.scope.clone(), JoinKind::Cross, 0, &HashSet::new());
                before
            });
            let kind = match kind {
                ast::JoinKind::Inner => JoinKind::Inner,
                ast::JoinKind::Left => JoinKind::Left,
                ast::JoinKind::Right => JoinKind::Right,
                ast::JoinKind::Full => JoinKind::Full,
                ast::JoinKind::Cross => JoinKind::Cross,
            };
            left = match relation {
                ast::Relation::Unnest(unnest) => {
                    let (kind, on) = self.join_with_unnest(kind, condition, unnest.span);
                    self.joined_on(left, right, kind, on, *span)
                }
                ast::Relation::Subquery(ast::Subquery {
                    lateral: Some(lateral),
                    query: _,
                    alias: _,
                    span: _,
                }) if matches!(right.relation, Some(Relation::Lateral { .. })) => {
                    let kind = self.join_with_lateral(kind, *lateral);
                    let joined = self.join(left, right, kind, condition, relation.span(), *span);
                    without_true(joined)
                }
                _ => self.join(left, right, kind, condition, relation.span(), *span),
            };
        }
        left
    }

    /// The kind of a join with LATERAL, whose rows are those of one on its left.
    fn join_with_lateral(&mut self, kind: JoinKind, span: Span) -> JoinKind {
        let name = match kind {
            JoinKind::Right => "RIGHT JOIN",
            JoinKind::Full => "FULL JOIN",
            kind => return kind,
        };
        let message = format!("{name} with LATERAL is not supported");
        self.report(
            Diagnostic::new(Code::NotSupported, span, message)
                .help("write CROSS JOIN, JOIN … ON or LEFT JOIN … ON"),
        );
        JoinKind::Inner
    }

    fn join(
        &mut self,
        left: Joined,
        right: Joined,
        kind: JoinKind,
        condition: &ast::JoinCondition,
        right_span: Span,
        join_span: Span,
    ) -> Joined {
        let (scope, right_scope) = (left.scope, right.scope);
        let join = self.fresh_id();
        let mut merged = Vec::new();
        let on = match condition {
            ast::JoinCondition::None => None,
            ast::JoinCondition::On(condition) => {
                let mut both = scope.clone();
                both.join(right_scope.clone(), JoinKind::Cross, join, &HashSet::new());
                self.enter(both);
                let condition = self.in_clause(Clause::On, |this| {
                    let condition = this.expr(condition);
                    this.require(condition, &Type::Boolean, "ON")
                });
                self.scopes.pop();
                Some(condition)
            }
            ast::JoinCondition::Using(ast::Using { columns, span: _ }) => {
                let mut conditions = Vec::with_capacity(columns.len());
                for column in columns {
                    let (condition, column) = self.using(column, &scope, &right_scope, kind, join);
                    conditions.extend(condition);
                    merged.push(column);
                }
                match conditions.len() {
                    0 => None,
                    1 => conditions.pop(),
                    _ => Some(Expr {
                        ty: Type::Boolean,
                        nullable: conditions.iter().any(|condition| condition.nullable),
                        span: right_span,
                        kind: ExprKind::And(conditions),
                    }),
                }
            }
        };
        let left = Joined { relation: left.relation, scope };
        let right = Joined { relation: right.relation, scope: right_scope };
        let mut joined = self.numbered_join(left, right, kind, on, join, join_span);
        joined.scope.merged.extend(merged);
        joined
    }

    /// A join whose condition is lowered.
    fn joined_on(
        &mut self,
        left: Joined,
        right: Joined,
        kind: JoinKind,
        on: Option<Expr>,
        span: Span,
    ) -> Joined {
        let join = self.fresh_id();
        self.numbered_join(left, right, kind, on, join, span)
    }

    /// The same with the number that the join has among those that fill in NULLs.
    fn numbered_join(
        &self,
        left: Joined,
        right: Joined,
        kind: JoinKind,
        on: Option<Expr>,
        join: usize,
        join_span: Span,
    ) -> Joined {
        let mut scope = left.scope;
        let proven = on.as_ref().map(super::nullability::proven_by).unwrap_or_default();
        scope.join(right.scope, kind, join, &proven);
        let relation = match (left.relation, right.relation) {
            (Some(left), Some(right)) => {
                let span = left.span().to(join_span);
                Some(Relation::Join { left: left.into(), right: right.into(), kind, on, span })
            }
            (left, right) => left.or(right),
        };
        Joined { relation, scope }
    }

    /// A relation; `before` are those that it may use.
    pub(super) fn relation(
        &mut self,
        relation: &ast::Relation,
        before: impl FnOnce() -> Scope,
    ) -> Joined {
        match relation {
            ast::Relation::Table(table) => self.table(table),
            ast::Relation::Subquery(subquery) => self.derived(subquery, before),
            ast::Relation::Unnest(unnest) => self.unnest(unnest, before()),
            ast::Relation::Sample(sample) => self.sample(sample, before),
            ast::Relation::Joined(item, _) => self.joined(item, &Scope::default()),
            ast::Relation::Unknown(unknown) => self.unknown(unknown),
        }
    }

    fn table(&mut self, table: &ast::TableName) -> Joined {
        let ast::TableName { name, alias } = table;
        let alias = alias.as_ref();
        let span = name.span;
        let name_span = name.last_span();
        let named = self.named_table(name);
        let used = match &named {
            Named::Table(table) => Some(Arc::clone(table)),
            Named::Cte(_) | Named::Unusable(_) => None,
        };
        let (own_name, schema, columns, known) = match &named {
            Named::Table(table) => {
                let columns = table
                    .columns
                    .iter()
                    .map(|column| ScopeColumn {
                        name: Some(column.name.clone()),
                        emitted: column.name.clone(),
                        ty: column.ty.clone(),
                        nullable: column.nullable,
                    })
                    .collect();
                (table.name.clone(), Some(table.schema.clone()), columns, true)
            }
            Named::Cte(index) => {
                let cte = &self.ctes[*index];
                (cte.name.clone(), None, cte.columns.clone(), cte.known)
            }
            Named::Unusable(name) => (name.clone(), None, Vec::new(), false),
        };
        let id = self.fresh_id();
        let mut relation = ScopeRelation {
            id,
            emitted: own_name.clone(),
            name: Some(own_name),
            schema,
            columns,
            known,
            span,
            filled_by: Vec::new(),
            proven: HashSet::new(),
            is_lambda: false,
        };
        let alias = match alias {
            Some(alias) => Some(self.alias(alias, &mut relation)),
            None => {
                self.declares(name_span, Target::Relation(id));
                None
            }
        };
        let tree = match named {
            Named::Table(table) => Some(Relation::Table { id, table, alias, span }),
            Named::Cte(index) => {
                Some(Relation::Cte { id, name: self.ctes[index].name.clone(), alias, span })
            }
            Named::Unusable(_) => None,
        };
        Joined { relation: tree, scope: self.scope_of(relation, used) }
    }

    /// Applies an alias to a relation in scope.
    pub(super) fn alias(&mut self, alias: &ast::Alias, relation: &mut ScopeRelation) -> Alias {
        let ast::Alias { name, columns, span: _ } = alias;
        let ast::Name { text: name, quoted: _, span } = name;
        let (name, span) = (name.clone(), *span);
        let id = relation.id;
        self.declares(span, Target::Relation(id));
        self.declares_each(columns, |index, _| Target::Column { relation: id, index });
        let columns =
            self.rename(&mut relation.columns, &texts(columns), &mut relation.known, span);
        relation.name = Some(name.clone());
        relation.emitted = name.clone();
        relation.schema = None;
        relation.span = span;
        Alias { name, columns }
    }

    /// Gives all columns other names, `t(a, b)`, if there are any, and names in
    /// the emitted SQL to those that have none or share theirs. The result is
    /// what has to be written behind the relation's name there.
    pub(super) fn rename(
        &mut self,
        columns: &mut [ScopeColumn],
        names: &[String],
        known: &mut bool,
        span: Span,
    ) -> Vec<String> {
        if !*known {
            return Vec::new();
        }
        if !names.is_empty() && columns.len() != names.len() {
            let message = format!("{} names are given for {} columns", names.len(), columns.len());
            self.error(Code::ColumnCount, span, message);
            // Which column a name was meant for can't be told.
            *known = false;
            return Vec::new();
        }
        for (column, name) in columns.iter_mut().zip(names) {
            column.name = Some(name.clone());
        }
        let own: Vec<Option<&str>> = columns.iter().map(|column| column.name.as_deref()).collect();
        let unique = unique_names(&own, |name| self.names(name));
        let as_they_are = own.iter().zip(&unique).all(|(own, unique)| *own == Some(unique));
        for (column, unique) in columns.iter_mut().zip(&unique) {
            column.emitted.clone_from(unique);
        }
        if as_they_are && names.is_empty() { Vec::new() } else { unique }
    }

    /// Whether the query itself has this word or name somewhere.
    fn names(&self, name: &str) -> bool {
        self.tokens.iter().any(|token| match &token.kind {
            TokenKind::Word(word) | TokenKind::Quoted(word) => same_name(word, name),
            _ => false,
        })
    }

    /// A subquery; after LATERAL it sees the relations before it.
    fn derived(&mut self, subquery: &ast::Subquery, before: impl FnOnce() -> Scope) -> Joined {
        let ast::Subquery { lateral, query: subquery, alias, span } = subquery;
        let span = *span;
        let query = match lateral {
            Some(_) => {
                self.enter(before());
                let query = self.subquery(subquery);
                self.scopes.pop();
                query
            }
            None => {
                let reported = self.diagnostics.len();
                let query = self.within(
                    |context| *context = super::Context::default(),
                    |this| this.query(subquery),
                );
                self.suggest(reported, before, BEFORE_A_SUBQUERY);
                query
            }
        };
        // One that uses nothing around it is a subquery like others.
        let is_lateral = query.is_correlated();
        let id = self.fresh_id();
        let mut relation = ScopeRelation {
            id,
            name: None,
            // Most engines ask for an alias.
            emitted: format!("subquery_{id}"),
            schema: None,
            known: !query.columns.is_empty(),
            columns: scope_columns(&query),
            span,
            filled_by: Vec::new(),
            proven: HashSet::new(),
            is_lambda: false,
        };
        let alias = match alias {
            Some(alias) => self.alias(alias, &mut relation),
            None => {
                let columns = self.rename(&mut relation.columns, &[], &mut relation.known, span);
                Alias { name: relation.emitted.clone(), columns }
            }
        };
        let query = Box::new(query);
        let tree = match lateral {
            Some(_) if is_lateral => Relation::Lateral { id, query, alias, span },
            _ => Relation::Derived { id, query, alias, span },
        };
        Joined { relation: Some(tree), scope: self.scope_of(relation, None) }
    }

    /// Where a name was not found, from this diagnostic on, and a relation before has it: says
    /// how it would be seen.
    fn suggest(&mut self, reported: usize, before: impl FnOnce() -> Scope, help: &str) {
        let is_unknown = |diagnostic: &&mut Diagnostic| {
            matches!(diagnostic.code, Code::UnknownColumn | Code::UnknownRelation)
        };
        let mut unknown = self.diagnostics[reported..].iter_mut().filter(is_unknown).peekable();
        if unknown.peek().is_none() {
            return;
        }
        let before = before();
        for diagnostic in unknown {
            let token = self.tokens.get(diagnostic.span.start as usize).map(|token| &token.kind);
            let Some(TokenKind::Word(name) | TokenKind::Quoted(name)) = token else { continue };
            let has = |relation: &ScopeRelation| {
                relation.name.as_deref().is_some_and(|own| same_name(own, name))
                    || !relation.find(name).is_empty()
            };
            if before.relations.iter().any(has) {
                diagnostic.help = vec![help.to_owned()];
            }
        }
    }

    /// Something that has a diagnostic: any column may be in it.
    fn unknown(&mut self, unknown: &ast::UnknownRelation) -> Joined {
        let ast::UnknownRelation { alias, span } = unknown;
        let mut relation = ScopeRelation {
            id: self.fresh_id(),
            name: None,
            emitted: String::new(),
            schema: None,
            columns: Vec::new(),
            known: false,
            span: *span,
            filled_by: Vec::new(),
            proven: HashSet::new(),
            is_lambda: false,
        };
        if let Some(alias) = alias {
            self.alias(alias, &mut relation);
        }
        Joined { relation: None, scope: self.scope_of(relation, None) }
    }
}

/// A join whose condition is TRUE, as the CROSS JOIN that it is: not every engine joins
/// LATERAL otherwise.
fn without_true(joined: Joined) -> Joined {
    let relation = joined.relation.map(|relation| match relation {
        Relation::Join { left, right, kind: JoinKind::Inner, on: Some(on), span }
            if matches!(on.kind, ExprKind::Literal(Literal::Boolean(true))) =>
        {
            Relation::Join { left, right, kind: JoinKind::Cross, on: None, span }
        }
        relation => relation,
    });
    Joined { relation, ..joined }
}

/// The columns of a query as a relation has them, before it is named.
pub(super) fn scope_columns(query: &Query) -> Vec<ScopeColumn> {
    query
        .columns
        .iter()
        .map(|Column { name, ty, nullable, span: _ }| ScopeColumn {
            name: name.clone(),
            emitted: name.clone().unwrap_or_default(),
            ty: ty.clone(),
            nullable: *nullable,
        })
        .collect()
}

/// The texts of names.
pub(super) fn texts(names: &[ast::Name]) -> Vec<String> {
    names.iter().map(|ast::Name { text, quoted: _, span: _ }| text.clone()).collect()
}
