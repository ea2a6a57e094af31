//! References to columns: finding what a name means.

use lakequery_types::{Type, same_name};

use super::scope::{ColumnKey, Found, Scope, ScopeRelation};
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::function;
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{ColumnRef, Expr, ExprKind, Variable};

impl Lowerer<'_> {
    pub(super) fn unqualified(&mut self, name: &ast::Name) -> Expr {
        let ast::Name { text, quoted, span } = name;
        for depth in (0..self.scopes.len()).rev() {
            if let Some(found) = self.unqualified_at(depth, name) {
                return found;
            }
        }
        // Functions that are written without parentheses.
        if let Some(function) = function::lookup(text)
            && function.signatures.iter().any(|signature| signature.starts_with("()"))
            && text.to_ascii_lowercase().starts_with("current_")
        {
            return self.named_call(function.name, Vec::new(), *span);
        }
        let diagnostic = self.unknown_column(text, *quoted, *span);
        self.report(diagnostic);
        Expr::error(*span)
    }

    /// What a name means in the scope of this index; `None` where it means nothing there.
    fn unqualified_at(&mut self, depth: usize, name: &ast::Name) -> Option<Expr> {
        let ast::Name { text: name, quoted: _, span } = name;
        let span = *span;
        let inputs_first = self.scopes[depth].inputs_first;
        if !inputs_first && let Some(output) = self.output_named(depth, name, span) {
            return Some(output);
        }
        let further = self.further_out(depth);
        let scope = &self.scopes[depth];
        Some(match scope.find(name) {
            Found::Nothing if !scope.is_known() => Expr::error(span),
            Found::Nothing if inputs_first => return self.output_named(depth, name, span),
            Found::Nothing => return None,
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
        })
    }

    fn unknown_column(&self, name: &str, quoted: bool, span: Span) -> Diagnostic {
        if let Some(diagnostic) = self.alias_out_of_reach(name, span) {
            return diagnostic;
        }
        let relations: Vec<&ScopeRelation> =
            self.scopes.iter().rev().flat_map(|scope| &scope.relations).collect();
        let place = match &relations[..] {
            [] if self.context.clause == Clause::Unnest => {
                let message = format!("column `{name}` does not exist before this UNNEST");
                return Diagnostic::new(Code::UnknownColumn, span, message)
                    .help("UNNEST sees the tables that stand before it");
            }
            [] => {
                return Diagnostic::new(
                    Code::UnknownColumn,
                    span,
                    format!("column `{name}` does not exist: the query has no FROM"),
                );
            }
            [relation] => match &relation.name {
                Some(table) => format!(" in `{table}`"),
                None => String::new(),
            },
            _ => String::new(),
        };
        let message = format!("column `{name}` does not exist{place}");
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

    /// Names with points between them: a column behind the name of its table, or of that and
    /// of its schema; then fields of rows. The innermost scope in which the first names are a
    /// column decides, and in it the most names that are one.
    pub(super) fn qualified(&mut self, path: &ast::Path) -> Expr {
        const MOST: usize = 3;
        let ast::Path { parts, span } = path;
        let mut missing = None;
        for depth in (0..self.scopes.len()).rev() {
            for length in (1..=parts.len().min(MOST)).rev() {
                let (names, fields) = parts.split_at(length);
                let found = match names {
                    [name] => match self.column_with_fields(depth, name) {
                        Some(column) if !matches!(column.ty, Type::Row(_)) => {
                            match self.taken_for_a_field(depth, name, *span) {
                                Some(diagnostic) => Err(Some(diagnostic)),
                                None => Ok(column),
                            }
                        }
                        Some(column) => Ok(column),
                        None => continue,
                    },
                    [table, column] => self.column_of_table(depth, None, table, column),
                    [schema, table, column] => {
                        self.column_of_table(depth, Some(schema), table, column)
                    }
                    _ => continue,
                };
                match found {
                    Ok(column) => return self.fields(column, fields),
                    // It may be a field of a column that has the name of the table.
                    Err(Some(diagnostic)) => missing = missing.or(Some(diagnostic)),
                    Err(None) => {}
                }
            }
            if missing.is_some() {
                break;
            }
        }
        let is_known = self.scopes.iter().all(Scope::is_known);
        let diagnostic = match (missing, parts.first()) {
            (Some(missing), _) => missing,
            _ if self.has_catalog(parts) => {
                let message = "a column behind the name of a catalog is not supported";
                Diagnostic::new(Code::NotSupported, *span, message).help(
                    "a column is written as `column`, `table.column` or `schema.table.column`",
                )
            }
            (None, Some(ast::Name { text, quoted: _, span })) if is_known => {
                self.unknown_relation(text, *span)
            }
            // A table that has a diagnostic may have the column.
            (None, _) => return Expr::error(*span),
        };
        self.report(diagnostic);
        Expr::error(*span)
    }

    /// Whether the names begin with a catalog's, before those of a schema and a table.
    fn has_catalog(&self, parts: &[ast::Name]) -> bool {
        let [_, _, ast::Name { text: table, quoted: _, span: _ }, _, ..] = parts else {
            return false;
        };
        self.scopes.iter().any(|scope| !scope.named(None, table).is_empty())
    }

    /// A column whose fields are meant, with what says which relation's it is.
    fn column_with_fields(&mut self, depth: usize, name: &ast::Name) -> Option<Expr> {
        let ast::Name { text, quoted: _, span } = name;
        let scope = &self.scopes[depth];
        if !scope.is_known() && matches!(scope.find(text), Found::Nothing) {
            return None;
        }
        // Where it is only a column of several tables, the names may mean something else.
        let mut found = self.unqualified_at(depth, name)?;
        if let ExprKind::Column(column) = &mut found.kind
            && column.qualifier.is_none()
        {
            let relation = self.scopes.iter().find_map(|scope| scope.relation(column.relation));
            column.qualifier = relation.map(|relation| relation.emitted.clone());
        }
        Some(Expr { span: *span, ..found })
    }

    /// What is wrong with a column that is no row, and whose fields are asked for, where a table
    /// of a query around it was meant: the nearer one counts.
    fn taken_for_a_field(&self, depth: usize, name: &ast::Name, span: Span) -> Option<Diagnostic> {
        let ast::Name { text: name, quoted: _, span: _ } = name;
        let further = &self.scopes[..depth];
        further.iter().any(|scope| !scope.named(None, name).is_empty()).then(|| {
            let message = format!("`{name}` is a column here, and a table of the query around it");
            Diagnostic::new(Code::AmbiguousColumn, span, message)
                .help(format!("give the table another alias: `{name} AS …`"))
        })
    }

    /// A column of the relation that is called so in the scope of this index: an error is what
    /// is wrong with the name of the column, or nothing where there is no such relation.
    fn column_of_table(
        &mut self,
        depth: usize,
        schema: Option<&ast::Name>,
        table: &ast::Name,
        name: &ast::Name,
    ) -> Result<Expr, Option<Diagnostic>> {
        let ast::Name { text: name, quoted: _, span: column_span } = name;
        let ast::Name { text: table, quoted: _, span: table_span } = table;
        let span = schema.map_or(*table_span, |schema| schema.span).to(*column_span);
        let scope = &self.scopes[depth];
        let named = scope.named(schema.map(|schema| schema.text.as_str()), table);
        let relation = match &named[..] {
            [] => return Err(None),
            [relation] => *relation,
            _ => {
                let message = format!("several tables are called `{table}`");
                self.report(
                    Diagnostic::new(Code::AmbiguousColumn, span, message)
                        .help("give each its own alias"),
                );
                return Ok(Expr::error(span));
            }
        };
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
                let message = format!("column `{name}` does not exist in `{table}`");
                let diagnostic = Diagnostic::new(Code::UnknownColumn, *column_span, message)
                    .label("unknown column");
                return Err(Some(match nearest(name, names()) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help(columns_help(names())),
                }));
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
        if let Some(schema) = schema {
            self.refers(schema.span, Target::Schema(schema.text.to_lowercase()));
        }
        self.refers_to_outer(*table_span, Target::Relation(id), further);
        Ok(found)
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
        let rows = || {
            let columns = self.scopes.iter().flat_map(|scope| &scope.relations);
            let columns = columns.flat_map(|relation| &relation.columns);
            columns.filter(|column| matches!(column.ty, Type::Row(_)))
        };
        let near = nearest(name, names())
            .or_else(|| nearest(name, rows().filter_map(|column| column.name.as_deref())));
        match near {
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
    let name = column.emitted.clone();
    let kind = match relation.is_lambda {
        true => ExprKind::Variable(Variable { lambda: relation.id, index, name }),
        false => {
            ExprKind::Column(ColumnRef { relation: relation.id, index, depth, qualifier, name })
        }
    };
    Expr { kind, ty: column.ty.clone(), nullable: relation.is_nullable(index), span }
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
