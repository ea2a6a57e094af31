//! USING: the condition it stands for, and the columns that it merges.

use lakequery_types::Type;

use super::Lowerer;
use super::column::column;
use super::scope::{ColumnKey, Found, Merged, Scope, ScopeRelation, Source};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::function::{self, common_type};
use crate::token::Span;
use crate::tree::{BinaryOperator, Call, Expr, ExprKind, JoinKind};

impl Lowerer<'_> {
    /// One column of USING: its condition, if it has no diagnostic, and what its
    /// name means from now on.
    pub(super) fn using(
        &mut self,
        name: &ast::Name,
        left: &Scope,
        right: &Scope,
        kind: JoinKind,
        join: usize,
    ) -> (Option<Expr>, Merged) {
        let ast::Name { text: name, quoted: _, span } = name;
        let hides = left.keys(name).into_iter().chain(right.keys(name)).collect();
        let mut merged = Merged {
            name: name.clone(),
            ty: Type::Unknown,
            sources: Vec::new(),
            full_join: (kind == JoinKind::Full).then_some(join),
            hides,
        };
        let Some(left_source) = self.side(name, left, "left", *span) else {
            return (None, merged);
        };
        let Some(right_source) = self.side(name, right, "right", *span) else {
            return (None, merged);
        };
        self.refers_to_source(*span, &left_source, 0);
        self.refers_to_source(*span, &right_source, 0);
        let left = self.side_value(left, &left_source, *span);
        let right = self.side_value(right, &right_source, *span);
        let ty = common_type(&left.ty, &right.ty);
        let condition = self.binary_of(BinaryOperator::Eq, left, right, *span);
        if let (Some(ty), false) = (ty, condition.is_error()) {
            merged.ty = ty;
            merged.sources = match kind {
                JoinKind::Right => vec![right_source],
                JoinKind::Full => vec![left_source, right_source],
                JoinKind::Inner | JoinKind::Left | JoinKind::Cross => vec![left_source],
            };
        }
        ((!condition.is_error()).then_some(condition), merged)
    }

    /// What the name means on one side of the join.
    fn side(&mut self, name: &str, scope: &Scope, side: &str, span: Span) -> Option<Source> {
        let diagnostic = match scope.find(name) {
            Found::Column(relation, index) => {
                return Some(Source::Column(ColumnKey { relation: relation.id, index }));
            }
            Found::Merged(merged) => return Some(Source::Merged(merged.clone())),
            Found::Nothing if !scope.is_known() => return None,
            Found::Nothing => {
                let message =
                    format!("USING needs `{name}` on both sides; the {side} one has none");
                let names = scope.relations.iter().flat_map(ScopeRelation::names);
                Diagnostic::new(Code::UnknownColumn, span, message).help(
                    match nearest(name, names) {
                        Some(near) => format!("it has `{near}`: join with `ON … = …` then"),
                        None => "join with `ON … = …`".to_owned(),
                    },
                )
            }
            Found::Several(_) => {
                let message = format!("`{name}` is ambiguous on the {side} side of USING");
                Diagnostic::new(Code::AmbiguousColumn, span, message)
            }
        };
        self.report(diagnostic);
        None
    }

    /// The value of one side, in the scope of that side alone.
    fn side_value(&mut self, scope: &Scope, source: &Source, span: Span) -> Expr {
        self.enter(scope.clone());
        let depth = self.scopes.len() - 1;
        let merged = match source {
            Source::Merged(merged) => merged.clone(),
            Source::Column(_) => Merged {
                name: String::new(),
                ty: Type::Unknown,
                sources: vec![source.clone()],
                full_join: None,
                hides: Vec::new(),
            },
        };
        let value = self.merged_column(depth, &merged, span);
        self.scopes.pop();
        value
    }

    /// The value of a column merged by USING.
    pub(super) fn merged_column(&mut self, depth: usize, merged: &Merged, span: Span) -> Expr {
        self.merged_value(depth, merged, &[], span)
    }

    /// The same; `full` are the full joins around it.
    fn merged_value(&mut self, depth: usize, merged: &Merged, full: &[usize], span: Span) -> Expr {
        let full: Vec<usize> = full.iter().copied().chain(merged.full_join).collect();
        let mut sources = Vec::with_capacity(merged.sources.len());
        for source in &merged.sources {
            let value = self.source_value(depth, source, &full, span);
            match value.kind {
                // The first that is not NULL of those and the others.
                ExprKind::Call(call) if value.ty == merged.ty => sources.extend(call.args),
                _ => sources.push(self.coerce(value, &merged.ty)),
            }
        }
        match (sources.len(), function::lookup("coalesce")) {
            (1, _) => said(sources.swap_remove(0)),
            (2.., Some(function)) => Expr {
                ty: merged.ty.clone(),
                // One side is always there, but it can't be told which.
                nullable: sources.iter().any(|source| source.nullable),
                kind: ExprKind::Call(Box::new(Call::plain(function, sources))),
                span,
            },
            _ => Expr::error(span),
        }
    }

    fn source_value(&mut self, depth: usize, source: &Source, full: &[usize], span: Span) -> Expr {
        match source {
            Source::Merged(merged) => self.merged_value(depth, merged, full, span),
            Source::Column(key) => {
                let Some(relation) = self.scopes[depth].relation(key.relation) else {
                    return Expr::error(span);
                };
                let qualifier = Some(relation.emitted.clone());
                let nullable = relation.is_nullable_but_for(key.index, full);
                let further = self.further_out(depth);
                Expr { nullable, ..column(relation, key.index, further, qualifier, span) }
            }
        }
    }
}

/// A column by itself has its own type in the engine's result, unless it is cast.
fn said(value: Expr) -> Expr {
    match value.kind {
        ExprKind::Coerce(expr) => Expr { kind: ExprKind::Cast { expr, fallible: false }, ..value },
        _ => value,
    }
}
