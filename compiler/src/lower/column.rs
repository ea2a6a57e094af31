//! References to columns: finding what a name means.

use lakequery_types::{Type, same_name};

use super::scope::{ColumnKey, Found, ScopeRelation};
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::function;
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{ColumnRef, Expr, ExprKind};

impl Lowerer<'_> {
    pub(super) fn unqualified(&mut self, name: &ast::Name) -> Expr {
        let ast::Name { text: name, quoted, span } = name;
        let span = *span;
        for depth in (0..self.scopes.len()).rev() {
            if let Some(output) = self.output_named(depth, name, span) {
                return output;
            }
            let further = self.further_out(depth);
            let scope = &self.scopes[depth];
            return match scope.find(name) {
                Found::Nothing if !scope.is_known() => Expr::error(span),
                Found::Nothing => continue,
                Found::Column(relation, index) => {
                    let column = column(relation, index, further, None, span);
                    let key = ColumnKey { relation: relation.id, index };
                    self.refers_to_column(span, key, further);
                    column
                }
                Found::Merged(merged) => {
                    let merged = merged.clone();
                    self.refers_to_merged(span, &merged, further);
                    self.merged_column(depth, &merged, span)
                }
                Found::Several(relations) => {
                    let names: Vec<String> = relations
                        .iter()
                        .filter_map(|relation| relation.name.as_ref())
                        .map(|relation| format!("`{relation}.{name}`"))
                        .collect();
                    let first = relations.first().map(|relation| relation.id);
                    let diagnostic = if relations.iter().all(|r| Some(r.id) == first) {
                        let message = format!("there are several columns `{name}`");
                        Diagnostic::new(Code::AmbiguousColumn, span, message)
                            .help("give them different names in the subquery")
                    } else {
                        let message = format!("`{name}` could be a column of several tables");
                        Diagnostic::new(Code::AmbiguousColumn, span, message)
                            .help(format!("say which: {}", names.join(" or ")))
                    };
                    self.report(diagnostic.label("ambiguous"));
                    Expr::error(span)
                }
            };
        }
        // Functions that are written without parentheses.
        if let Some(function) = function::lookup(name)
            && function.signatures.iter().any(|signature| signature.starts_with("()"))
            && name.to_ascii_lowercase().starts_with("current_")
        {
            return self.named_call(function.name, Vec::new(), span);
        }
        let diagnostic = self.unknown_column(name, *quoted, span);
        self.report(diagnostic);
        Expr::error(span)
    }

    fn unknown_column(&self, name: &str, quoted: bool, span: Span) -> Diagnostic {
        if let Some(diagnostic) = self.alias_out_of_reach(name, span) {
            return diagnostic;
        }
        let relations: Vec<&ScopeRelation> =
            self.scopes.iter().rev().flat_map(|scope| &scope.relations).collect();
        let place = match &relations[..] {
            [] => {
                return Diagnostic::new(
                    Code::UnknownColumn,
                    span,
                    format!("there is no column `{name}`: the query has no FROM"),
                );
            }
            [relation] => match &relation.name {
                Some(table) => format!(" in `{table}`"),
                None => String::new(),
            },
            _ => String::new(),
        };
        let message = format!("there is no column `{name}`{place}");
        let diagnostic =
            Diagnostic::new(Code::UnknownColumn, span, message).label("unknown column");
        let names = || relations.iter().flat_map(|relation| relation.names());
        if let Some(near) = nearest(name, names()) {
            return diagnostic.help(format!("did you mean `{near}`?"));
        }
        if let Some(relation) = relations.iter().find(|relation| {
            relation.name.as_deref().is_some_and(|relation| same_name(relation, name))
        }) {
            let first = relation.names().next().unwrap_or("column");
            return diagnostic
                .help(format!("`{name}` is a table; a column of it is `{name}.{first}`"));
        }
        // What is all of an output column is hardly meant as a string.
        let is_output = self.context.clause == Clause::Select && self.depth == 1;
        if quoted && !is_output {
            return diagnostic.help(format!("a string is written as `'{name}'`"));
        }
        diagnostic.help(columns_help(names()))
    }

    pub(super) fn qualified(&mut self, path: &ast::Path) -> Expr {
        let ast::Path { parts, span } = path;
        let span = *span;
        let (schema, table, name) = match &parts[..] {
            [table, column] => (None, table, column),
            [schema, table, column] => (Some(schema), table, column),
            _ => {
                let diagnostic = self.field_of_column(parts, span).unwrap_or_else(|| {
                    let message = "names of more than three parts are not supported";
                    Diagnostic::new(Code::NotSupported, span, message).help(
                        "a column is written as `column`, `table.column` or `schema.table.column`",
                    )
                });
                self.report(diagnostic);
                return Expr::error(span);
            }
        };
        let ast::Name { text: name, quoted: _, span: column_span } = name;
        let ast::Name { text: table, quoted: _, span: table_span } = table;
        let schema = schema.map(|ast::Name { text, quoted: _, span }| (text.as_str(), *span));
        for depth in (0..self.scopes.len()).rev() {
            let scope = &self.scopes[depth];
            let named = scope.named(schema.map(|(schema, _)| schema), table);
            let relation = match &named[..] {
                [] => continue,
                [relation] => *relation,
                _ => {
                    let message = format!("several tables are called `{table}`");
                    self.report(
                        Diagnostic::new(Code::AmbiguousColumn, span, message)
                            .help("give each its own alias"),
                    );
                    return Expr::error(span);
                }
            };
            if let Some(problem) = self.taken_for_a_field(depth, table, span) {
                self.report(problem);
                return Expr::error(span);
            }
            let (further, id) = (self.further_out(depth), relation.id);
            let found = match relation.find(name)[..] {
                [index] => {
                    let column = column(relation, index, further, relation.name.clone(), span);
                    self.refers_to_column(*column_span, ColumnKey { relation: id, index }, further);
                    column
                }
                [] if !relation.known => Expr::error(span),
                [] => {
                    let names = || relation.names();
                    let message = format!("there is no column `{name}` in `{table}`");
                    let diagnostic = Diagnostic::new(Code::UnknownColumn, *column_span, message)
                        .label("unknown column");
                    let diagnostic = match nearest(name, names()) {
                        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                        None => diagnostic.help(columns_help(names())),
                    };
                    self.report(diagnostic);
                    Expr::error(span)
                }
                _ => {
                    let message = format!("`{table}` has several columns `{name}`");
                    self.report(
                        Diagnostic::new(Code::AmbiguousColumn, span, message)
                            .help("give them different names in the subquery"),
                    );
                    Expr::error(span)
                }
            };
            if let Some((schema, span)) = schema {
                self.refers(span, Target::Schema(schema.to_lowercase()));
            }
            self.refers_to_outer(*table_span, Target::Relation(id), further);
            return found;
        }
        let diagnostic = self
            .field_of_column(parts, span)
            .unwrap_or_else(|| self.unknown_relation(table, *table_span));
        self.report(diagnostic);
        Expr::error(span)
    }

    /// What is wrong with names of which the first, or the second behind a
    /// relation's, is a column: what follows is meant to be a field of it.
    fn field_of_column(&self, parts: &[ast::Name], span: Span) -> Option<Diagnostic> {
        let [first, second, rest @ ..] = parts else { return None };
        let ast::Name { text: first, quoted: _, span: _ } = first;
        let ast::Name { text: second, quoted: _, span: _ } = second;
        let (name, ty) = self.scopes.iter().rev().find_map(|scope| {
            if let Found::Column(relation, index) = scope.find(first) {
                return Some((first, &relation.columns[index].ty));
            }
            let (relation, column) = match scope.named(None, first).first() {
                Some(relation) => (*relation, second),
                None => {
                    let named = scope.named(Some(first), second);
                    (*named.first()?, &rest.first()?.text)
                }
            };
            let index = *relation.find(column).first()?;
            Some((column, &relation.columns[index].ty))
        })?;
        Some(match ty {
            Type::Row(_) => Diagnostic::new(
                Code::NotSupported,
                span,
                format!(
                    "`{name}` is a column of type `{ty}`; reading its fields is not supported yet"
                ),
            )
            .help(format!("select `{name}` as a whole, which is a tuple in Rust")),
            _ => Diagnostic::new(
                Code::TypeMismatch,
                span,
                format!("`{name}` is a column of type `{ty}`, which has no fields"),
            ),
        })
    }

    /// Engines read `t.x` as a field of the column `t` where there is one that is
    /// nearer than the table `t`.
    fn taken_for_a_field(&self, depth: usize, table: &str, span: Span) -> Option<Diagnostic> {
        let nearer = &self.scopes[depth + 1..];
        nearer.iter().any(|scope| !scope.keys(table).is_empty()).then(|| {
            let message = format!("`{table}` is a column here, and a table of the query around it");
            Diagnostic::new(Code::AmbiguousColumn, span, message)
                .help(format!("give the table another alias: `{table} AS …`"))
        })
    }

    /// No relation in scope has this name.
    pub(super) fn unknown_relation(&self, name: &str, span: Span) -> Diagnostic {
        let message = format!("no table or alias `{name}` is in scope");
        let diagnostic = Diagnostic::new(Code::UnknownRelation, span, message).label("not in FROM");
        let names = || {
            self.scopes
                .iter()
                .rev()
                .flat_map(|scope| &scope.relations)
                .filter_map(|relation| relation.name.as_deref())
        };
        match nearest(name, names()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if names().next().is_none() => diagnostic.help("the query has no FROM"),
            None => diagnostic.help(list("in scope are", names())),
        }
    }
}

/// A reference to a column of a relation that is `depth` queries further out.
pub(super) fn column(
    relation: &ScopeRelation,
    index: usize,
    depth: usize,
    qualifier: Option<String>,
    span: Span,
) -> Expr {
    let column = &relation.columns[index];
    Expr {
        kind: ExprKind::Column(ColumnRef {
            relation: relation.id,
            index,
            depth,
            qualifier,
            name: column.emitted.clone(),
        }),
        ty: column.ty.clone(),
        nullable: relation.is_nullable(index),
        span,
    }
}

/// Which columns there are.
fn columns_help<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names = names.into_iter().peekable();
    match names.peek() {
        Some(_) => list("the columns are", names),
        None => "the columns have no names: give them some, `AS t(a, b)`".to_owned(),
    }
}

/// "the columns are a, b and c", cut where it gets long.
pub(super) fn list<'n>(intro: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    const MOST: usize = 10;
    let mut all: Vec<&str> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let shown: Vec<String> = all.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    match all.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!("{intro} {} and {more} more", shown.join(", ")),
        _ => format!("{intro} {}", shown.join(", ")),
    }
}
