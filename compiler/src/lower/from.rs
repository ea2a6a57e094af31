//! FROM: tables, subqueries and joins.

use std::collections::HashSet;

use lakequery_types::Type;
use sqlparser::ast::{self, Spanned};

use super::scope::{ColumnKey, Found, Merged, Scope, ScopeColumn, ScopeRelation, same_name};
use super::table::Named;
use super::{Clause, Lowerer};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::token::Span;
use crate::tree::{Alias, BinaryOperator, Column, Expr, ExprKind, JoinKind, Query, Relation};

/// A common table expression in scope.
pub(super) struct CteBinding {
    pub(super) name: String,
    pub(super) columns: Vec<ScopeColumn>,
    pub(super) known: bool,
}

/// A relation of FROM, and what it brings into scope. There is no relation where
/// it has a diagnostic.
struct Joined {
    relation: Option<Relation>,
    scope: Scope,
}

impl Lowerer<'_> {
    /// The relations of FROM, joined by its commas.
    pub(super) fn from(&mut self, from: &[ast::TableWithJoins]) -> (Vec<Relation>, Scope) {
        let mut relations = Vec::with_capacity(from.len());
        let mut scope = Scope::default();
        for item in from {
            let ast::TableWithJoins { relation, joins } = item;
            let joined = self.joined(relation, joins);
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

    fn joined(&mut self, factor: &ast::TableFactor, joins: &[ast::Join]) -> Joined {
        let mut left = self.factor(factor);
        for join in joins {
            let ast::Join { relation, global, join_operator } = join;
            let span = crate::parse::span(relation.span());
            self.unsupported_if(*global, span, "GLOBAL JOIN");
            let right = self.factor(relation);
            let Some((kind, constraint)) = self.join_kind(join_operator, span) else { continue };
            left = self.join(left, right, kind, constraint, span);
        }
        left
    }

    fn join_kind<'j>(
        &mut self,
        operator: &'j ast::JoinOperator,
        span: Span,
    ) -> Option<(JoinKind, &'j ast::JoinConstraint)> {
        use ast::JoinOperator as Sql;
        let (kind, constraint) = match operator {
            Sql::Join(constraint) | Sql::Inner(constraint) => (JoinKind::Inner, constraint),
            Sql::Left(constraint) | Sql::LeftOuter(constraint) => (JoinKind::Left, constraint),
            Sql::Right(constraint) | Sql::RightOuter(constraint) => (JoinKind::Right, constraint),
            Sql::FullOuter(constraint) => (JoinKind::Full, constraint),
            Sql::CrossJoin(constraint) => (JoinKind::Cross, constraint),
            Sql::Semi(_) | Sql::LeftSemi(_) | Sql::RightSemi(_) => {
                self.unsupported(span, "SEMI JOIN (write `WHERE EXISTS (…)`); it");
                return None;
            }
            Sql::Anti(_) | Sql::LeftAnti(_) | Sql::RightAnti(_) => {
                self.unsupported(span, "ANTI JOIN (write `WHERE NOT EXISTS (…)`); it");
                return None;
            }
            Sql::CrossApply
            | Sql::OuterApply
            | Sql::AsOf { .. }
            | Sql::StraightJoin(_)
            | Sql::ArrayJoin
            | Sql::LeftArrayJoin
            | Sql::InnerArrayJoin => {
                self.unsupported(span, "this kind of join");
                return None;
            }
        };
        Some((kind, constraint))
    }

    fn join(
        &mut self,
        left: Joined,
        right: Joined,
        kind: JoinKind,
        constraint: &ast::JoinConstraint,
        span: Span,
    ) -> Joined {
        let (mut scope, right_scope) = (left.scope, right.scope);
        let join = self.fresh_id();
        let mut merged = Vec::new();
        let on = match (constraint, kind) {
            (ast::JoinConstraint::None, JoinKind::Cross) => None,
            (_, JoinKind::Cross) => {
                self.error(Code::Syntax, span, "CROSS JOIN takes no condition");
                None
            }
            (ast::JoinConstraint::None, _) => {
                self.report(
                    Diagnostic::new(Code::Syntax, span, "this join has no condition")
                        .help("add `ON …` or `USING (…)`, or write CROSS JOIN"),
                );
                None
            }
            (ast::JoinConstraint::Natural, _) => {
                self.unsupported(span, "NATURAL JOIN (write `USING (…)`); it");
                None
            }
            (ast::JoinConstraint::On(condition), _) => {
                let mut both = scope.clone();
                both.join(right_scope.clone(), JoinKind::Cross, join, &HashSet::new());
                self.scopes.push(both);
                let condition = self.in_clause(Clause::On, |this| {
                    let condition = this.expr(condition);
                    this.require(condition, &Type::Boolean, "ON")
                });
                self.scopes.pop();
                Some(condition)
            }
            (ast::JoinConstraint::Using(columns), kind) => {
                let mut conditions = Vec::with_capacity(columns.len());
                for column in columns {
                    let found = self.using(column, &scope, &right_scope, kind, join);
                    if let Some((condition, column)) = found {
                        conditions.push(condition);
                        merged.push(column);
                    }
                }
                match conditions.len() {
                    0 => None,
                    1 => conditions.pop(),
                    _ => Some(Expr {
                        ty: Type::Boolean,
                        nullable: conditions.iter().any(|condition| condition.nullable),
                        span,
                        kind: ExprKind::And(conditions),
                    }),
                }
            }
        };
        let proven = on.as_ref().map(super::nullability::proven_by).unwrap_or_default();
        scope.join(right_scope, kind, join, &proven);
        scope.merged.extend(merged);
        let relation = match (left.relation, right.relation) {
            (Some(left), Some(right)) => {
                Some(Relation::Join { left: left.into(), right: right.into(), kind, on })
            }
            (left, right) => left.or(right),
        };
        Joined { relation, scope }
    }

    /// One column of USING: its condition, and what its name means from now on.
    fn using(
        &mut self,
        name: &ast::ObjectName,
        left: &Scope,
        right: &Scope,
        kind: JoinKind,
        join: usize,
    ) -> Option<(Expr, Merged)> {
        let span = crate::parse::span(name.span());
        let [ast::ObjectNamePart::Identifier(ident)] = &name.0[..] else {
            self.error(Code::Syntax, span, "USING takes plain names of columns");
            return None;
        };
        let mut sides = Vec::with_capacity(2);
        for (scope, side) in [(left, "left"), (right, "right")] {
            let keys = match scope.find(&ident.value) {
                Found::Column(relation, index) => {
                    vec![ColumnKey { relation: relation.id, index }]
                }
                Found::Merged(merged) => merged.sources.clone(),
                Found::Nothing if !scope.is_known() => return None,
                Found::Nothing => {
                    let message = format!(
                        "USING needs `{}` on both sides; the {side} one has none",
                        ident.value
                    );
                    let names = scope.relations.iter().flat_map(|relation| &relation.columns);
                    let diagnostic = Diagnostic::new(Code::UnknownColumn, span, message);
                    let near = nearest(&ident.value, names.map(|column| column.name.as_str()));
                    self.report(match near {
                        Some(near) => {
                            diagnostic.help(format!("it has `{near}`: join with `ON … = …` then"))
                        }
                        None => diagnostic.help("join with `ON … = …`"),
                    });
                    return None;
                }
                Found::Several(_) => {
                    let message =
                        format!("`{}` is ambiguous on the {side} side of USING", ident.value);
                    self.error(Code::AmbiguousColumn, span, message);
                    return None;
                }
            };
            sides.push(keys);
        }
        let [left_keys, right_keys] = <[Vec<ColumnKey>; 2]>::try_from(sides).ok()?;
        let side = |this: &mut Self, scope: &Scope, keys: &[ColumnKey]| {
            let merged = Merged {
                name: ident.value.clone(),
                sources: keys.to_vec(),
                full_join: None,
                hides: Vec::new(),
            };
            this.scopes.push(scope.clone());
            let depth = this.scopes.len() - 1;
            let expr = this.merged_column(depth, &merged, span);
            this.scopes.pop();
            expr
        };
        let left_expr = side(self, left, &left_keys);
        let right_expr = side(self, right, &right_keys);
        let condition = self.binary_of(BinaryOperator::Eq, left_expr, right_expr);
        let hides: Vec<ColumnKey> = left_keys.iter().chain(&right_keys).copied().collect();
        let sources = match kind {
            JoinKind::Right => right_keys,
            JoinKind::Full => hides.clone(),
            _ => left_keys,
        };
        let full_join = (kind == JoinKind::Full).then_some(join);
        let merged = Merged { name: ident.value.clone(), sources, full_join, hides };
        (!condition.is_error()).then_some((condition, merged))
    }

    fn factor(&mut self, factor: &ast::TableFactor) -> Joined {
        use ast::TableFactor as Sql;
        match factor {
            Sql::Table {
                name,
                alias,
                args,
                with_hints,
                version,
                with_ordinality,
                partitions,
                json_path,
                sample,
                index_hints,
            } => {
                let span = crate::parse::span(name.span());
                for (there, what) in [
                    (args.is_some(), "a function in FROM"),
                    (!with_hints.is_empty() || !index_hints.is_empty(), "table hints"),
                    (version.is_some(), "time travel"),
                    (*with_ordinality, "WITH ORDINALITY"),
                    (!partitions.is_empty(), "PARTITION in FROM"),
                    (json_path.is_some(), "JSON paths in FROM"),
                    (sample.is_some(), "TABLESAMPLE"),
                ] {
                    if there {
                        self.unsupported(span, what);
                        return unknown_relation();
                    }
                }
                self.table(name, alias.as_ref(), span)
            }
            Sql::Derived { lateral, subquery, alias, sample } => {
                let span = self.enclosing_parentheses(crate::parse::span(subquery.span()));
                if *lateral || sample.is_some() {
                    let what = if *lateral { "LATERAL" } else { "TABLESAMPLE" };
                    self.unsupported(span, what);
                    return unknown_relation();
                }
                self.derived(subquery, alias.as_ref(), span)
            }
            Sql::NestedJoin { table_with_joins, alias } => {
                let ast::TableWithJoins { relation, joins } = &**table_with_joins;
                let joined = self.joined(relation, joins);
                if let Some(alias) = alias {
                    let span = crate::parse::span(alias.name.span);
                    self.unsupported(span, "an alias of a join in parentheses");
                }
                joined
            }
            other => {
                let span = self.balanced(crate::parse::span(other.span()));
                let what = match other {
                    Sql::UNNEST { .. } => "UNNEST",
                    Sql::Function { .. } | Sql::TableFunction { .. } => "a function in FROM",
                    Sql::JsonTable { .. } => "JSON_TABLE",
                    Sql::Pivot { .. } => "PIVOT",
                    Sql::Unpivot { .. } => "UNPIVOT",
                    Sql::MatchRecognize { .. } => "MATCH_RECOGNIZE",
                    _ => "this in FROM",
                };
                self.unsupported(span, what);
                unknown_relation()
            }
        }
    }

    fn table(
        &mut self,
        name: &ast::ObjectName,
        alias: Option<&ast::TableAlias>,
        span: Span,
    ) -> Joined {
        let named = self.named_table(name);
        let (own_name, schema, columns, known) = match &named {
            Named::Table(table) => {
                let columns = table
                    .columns
                    .iter()
                    .map(|column| ScopeColumn {
                        name: column.name.clone(),
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
        };
        let alias = alias.map(|alias| self.alias(alias, &mut relation));
        let tree = match named {
            Named::Table(table) => Some(Relation::Table { id, table, alias }),
            Named::Cte(index) => {
                Some(Relation::Cte { id, name: self.ctes[index].name.clone(), alias })
            }
            Named::Unusable(_) => None,
        };
        Joined { relation: tree, scope: Scope { relations: vec![relation], merged: Vec::new() } }
    }

    /// The name of an alias, and those it gives to the columns.
    pub(super) fn alias_names(&mut self, alias: &ast::TableAlias) -> (String, Vec<String>) {
        let ast::TableAlias { explicit: _, name, columns, at } = alias;
        self.unsupported_if(at.is_some(), crate::parse::span(name.span), "AT in an alias");
        self.check_name(name);
        let mut names = Vec::with_capacity(columns.len());
        for ast::TableAliasColumnDef { name, data_type } in columns {
            self.check_name(name);
            if data_type.is_some() {
                let name_span = crate::parse::span(name.span);
                let message = format!("an alias takes no types: `{}` has its own", name.value);
                self.report(
                    Diagnostic::new(Code::Syntax, self.rest_of_item(name_span), message)
                        .help("convert it in the query: `CAST(… AS type)`"),
                );
            }
            names.push(name.value.clone());
        }
        (name.value.clone(), names)
    }

    /// Applies an alias to a relation in scope.
    fn alias(&mut self, alias: &ast::TableAlias, relation: &mut ScopeRelation) -> Alias {
        let (name, columns) = self.alias_names(alias);
        let span = crate::parse::span(alias.name.span);
        if !columns.is_empty() && relation.known {
            self.rename(&mut relation.columns, &columns, span);
        }
        relation.name = Some(name.clone());
        relation.emitted = name.clone();
        relation.schema = None;
        relation.span = span;
        Alias { name, columns }
    }

    /// Renames all columns: `t(a, b)`.
    pub(super) fn rename(&mut self, columns: &mut [ScopeColumn], names: &[String], span: Span) {
        if columns.len() != names.len() {
            let message = format!("{} names are given for {} columns", names.len(), columns.len());
            self.error(Code::ColumnCount, span, message);
            return;
        }
        for (column, name) in columns.iter_mut().zip(names) {
            column.name = name.clone();
        }
    }

    fn derived(
        &mut self,
        subquery: &ast::Query,
        alias: Option<&ast::TableAlias>,
        span: Span,
    ) -> Joined {
        let query = self
            .within(|context| *context = super::Context::default(), |this| this.query(subquery));
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
        };
        let alias = match alias {
            Some(alias) => self.alias(alias, &mut relation),
            None => Alias { name: relation.emitted.clone(), columns: Vec::new() },
        };
        let tree = Relation::Derived { id, query: query.into(), alias };
        let scope = Scope { relations: vec![relation], merged: Vec::new() };
        Joined { relation: Some(tree), scope }
    }
}

/// The columns of a query as a relation has them; one without a name can't be referred to.
pub(super) fn scope_columns(query: &Query) -> Vec<ScopeColumn> {
    query
        .columns
        .iter()
        .map(|Column { name, ty, nullable, span: _ }| ScopeColumn {
            name: name.clone().unwrap_or_default(),
            ty: ty.clone(),
            nullable: *nullable,
        })
        .collect()
}

/// Something that has a diagnostic: any column may be in it.
fn unknown_relation() -> Joined {
    let relation = ScopeRelation {
        id: usize::MAX,
        name: None,
        emitted: String::new(),
        schema: None,
        columns: Vec::new(),
        known: false,
        span: Span::default(),
        filled_by: Vec::new(),
        proven: HashSet::new(),
    };
    Joined { relation: None, scope: Scope { relations: vec![relation], merged: Vec::new() } }
}
