//! UNNEST: the elements of arrays and maps as rows.

use std::collections::HashSet;

use lakequery_types::{Field, Item, Type};

use super::from::Joined;
use super::parameter::waits_for_type;
use super::scope::{Scope, ScopeColumn, ScopeRelation};
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{Alias, Expr, ExprKind, JoinKind, Literal, Relation};

impl Lowerer<'_> {
    /// UNNEST, which sees the relations before it.
    pub(super) fn unnest(&mut self, unnest: &ast::Unnest, before: Scope) -> Joined {
        let ast::Unnest { values, ordinality, alias, span } = unnest;
        let (ordinality, span) = (*ordinality, *span);
        self.enter(before);
        let values: Vec<Expr> = self.in_clause(Clause::Unnest, |this| {
            values.iter().map(|value| this.expr(value)).collect()
        });
        self.scopes.pop();
        let mut known = true;
        let mut columns = Vec::new();
        for value in &values {
            match unnested(&value.ty) {
                Some(of_value) => columns.extend(of_value),
                None => {
                    known = false;
                    self.report_not_unnested(value);
                }
            }
        }
        // The shorter ones are filled up with NULLs.
        if values.len() > 1 {
            columns.iter_mut().for_each(|column| column.nullable = true);
        }
        if ordinality {
            columns.push(column(None, Type::BigInt, false));
        }
        let id = self.fresh_id();
        let mut relation = ScopeRelation {
            id,
            name: None,
            emitted: format!("unnest_{id}"),
            schema: None,
            columns: if known { columns } else { Vec::new() },
            known,
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
        let names = relation.columns.iter().map(|column| column.emitted.clone()).collect();
        let tree = Relation::Unnest { id, values, ordinality, alias, names, span };
        Joined { relation: relation.known.then_some(tree), scope: self.scope_of(relation, None) }
    }

    fn report_not_unnested(&mut self, value: &Expr) {
        if value.is_error() {
            return;
        }
        if value.is_open() {
            if waits_for_type(value) || self.diagnostics.is_empty() {
                self.untyped(value);
            }
            return;
        }
        let message = format!("UNNEST takes arrays and maps, found `{}`", value.ty);
        let diagnostic = Diagnostic::new(Code::TypeMismatch, value.span, message)
            .label(format!("expected an array or a map, found `{}`", value.ty));
        self.report(match &value.ty {
            ty if ty.is_text() => diagnostic.help("a text becomes an array by `split(x, ',')`"),
            Type::Row(_) => diagnostic.help("a field of a row is read as `x.a`"),
            Type::Json => diagnostic.help("cast it: `CAST(x AS array(json))`"),
            _ => diagnostic,
        });
    }

    /// The kind and the condition of a join with UNNEST, whose only condition is TRUE.
    pub(super) fn join_with_unnest(
        &mut self,
        kind: JoinKind,
        condition: &ast::JoinCondition,
        span: Span,
    ) -> (JoinKind, Option<Expr>) {
        if matches!(kind, JoinKind::Right | JoinKind::Full) {
            let name = if kind == JoinKind::Right { "RIGHT JOIN" } else { "FULL JOIN" };
            self.report(
                Diagnostic::new(
                    Code::NotSupported,
                    span,
                    format!("{name} with UNNEST is not supported"),
                )
                .help("write CROSS JOIN, or LEFT JOIN … ON TRUE"),
            );
            return (JoinKind::Cross, None);
        }
        let (at, is_true) = match condition {
            ast::JoinCondition::None => return (kind, None),
            ast::JoinCondition::On(ast::Expr { kind, span }) => {
                (*span, matches!(kind, ast::ExprKind::Boolean(true)))
            }
            ast::JoinCondition::Using(ast::Using { columns: _, span }) => (*span, false),
        };
        if !is_true {
            let message = "a join with UNNEST takes no condition but TRUE";
            let diagnostic = Diagnostic::new(Code::NotSupported, at, message);
            self.report(match kind {
                JoinKind::Left => diagnostic.help("unnest less: `UNNEST(filter(x, e -> …))`"),
                _ => diagnostic.help("write CROSS JOIN, and the condition in WHERE"),
            });
            return (JoinKind::Cross, None);
        }
        match kind {
            JoinKind::Left => (kind, Some(always(at))),
            _ => (JoinKind::Cross, None),
        }
    }
}

/// TRUE.
fn always(span: Span) -> Expr {
    let kind = ExprKind::Literal(Literal::Boolean(true));
    Expr { kind, ty: Type::Boolean, nullable: false, span }
}

/// The columns that a value is unnested to; `None` where it can't be.
fn unnested(ty: &Type) -> Option<Vec<ScopeColumn>> {
    Some(match ty {
        Type::Array(item) => match &**item {
            Item { ty: Type::Row(fields), nullable } => {
                let field = |field: &Field| {
                    column(field.name.clone(), field.ty.clone(), field.nullable || *nullable)
                };
                fields.iter().map(field).collect()
            }
            Item { ty, nullable } => vec![column(None, ty.clone(), *nullable)],
        },
        Type::Map(key, value) => vec![
            column(None, (**key).clone(), false),
            column(None, value.ty.clone(), value.nullable),
        ],
        _ => return None,
    })
}

fn column(name: Option<String>, ty: Type, nullable: bool) -> ScopeColumn {
    ScopeColumn { emitted: name.clone().unwrap_or_default(), name, ty, nullable }
}
