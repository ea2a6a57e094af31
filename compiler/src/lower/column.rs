//! References to columns: finding what a name means.

use lakequery_types::Type;

use super::Lowerer;
use super::parameter::Use;
use super::scope::{ColumnKey, Found, Merged, ScopeRelation, same_name};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::function;
use crate::token::Span;
use crate::tree::{ColumnRef, Expr, ExprKind};

use super::call::plain_call;

impl Lowerer<'_> {
    pub(super) fn unqualified(&mut self, name: &ast::Name) -> Expr {
        let ast::Name { text: name, quoted, span } = name;
        let span = *span;
        for depth in (0..self.scopes.len()).rev() {
            if let Some(output) = self.output_named(depth, name, span) {
                return output;
            }
            let scope = &self.scopes[depth];
            return match scope.find(name) {
                Found::Nothing if !scope.is_known() => Expr::error(span),
                Found::Nothing => continue,
                Found::Column(relation, index) => column(relation, index, None, span),
                Found::Merged(merged) => {
                    let merged = merged.clone();
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
        if quoted {
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
        let schema = schema.map(|ast::Name { text, quoted: _, span: _ }| text.as_str());
        for depth in (0..self.scopes.len()).rev() {
            let scope = &self.scopes[depth];
            let named = scope.named(schema, table);
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
            return match relation.find(name)[..] {
                [index] => column(relation, index, relation.name.clone(), span),
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
        let [first, second, ..] = parts else { return None };
        let ast::Name { text: first, quoted: _, span: _ } = first;
        let ast::Name { text: second, quoted: _, span: _ } = second;
        let (name, ty) = self.scopes.iter().rev().find_map(|scope| {
            if let Found::Column(relation, index) = scope.find(first) {
                return Some((first, &relation.columns[index].ty));
            }
            let relation = *scope.named(None, first).first()?;
            let index = *relation.find(second).first()?;
            Some((second, &relation.columns[index].ty))
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

    /// A column merged by USING.
    pub(super) fn merged_column(&mut self, depth: usize, merged: &Merged, span: Span) -> Expr {
        let source = |key: &ColumnKey| {
            let relation = self.scopes[depth].relation(key.relation)?;
            let mut expr = column(relation, key.index, Some(relation.emitted.clone()), span);
            if let Some(join) = merged.full_join {
                expr.nullable = relation.is_nullable_but_for(key.index, join);
            }
            Some(expr)
        };
        let sources: Vec<Expr> = merged.sources.iter().filter_map(source).collect();
        let nullable = match merged.full_join {
            // One side is always there, but it can't be told which.
            Some(_) => sources.iter().any(|expr| expr.nullable),
            None => sources.iter().all(|expr| expr.nullable),
        };
        let (mut sources, ty) =
            self.unify(sources, Use::Comparison, "the columns that USING joins");
        match (sources.len(), function::lookup("coalesce")) {
            (1, _) => sources.swap_remove(0),
            (_, Some(function)) => Expr {
                kind: ExprKind::Call(Box::new(plain_call(function, sources))),
                ty,
                nullable,
                span,
            },
            (_, None) => Expr::error(span),
        }
    }
}

/// A reference to a column of a relation.
pub(super) fn column(
    relation: &ScopeRelation,
    index: usize,
    qualifier: Option<String>,
    span: Span,
) -> Expr {
    let column = &relation.columns[index];
    Expr {
        kind: ExprKind::Column(ColumnRef {
            relation: relation.id,
            index,
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
