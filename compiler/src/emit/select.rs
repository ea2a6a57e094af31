//! SELECT, and VALUES.

use std::collections::HashMap;

use lakequery_types::Type;

use crate::tree::{Body, Expr, ExprKind, Relation, Select, relation_names};

use super::alias::aliases;
use super::shadows::Shadows;
use super::subquery::begins_with_with;
use super::{Cast, Clause, Conversion, Writer};

impl Writer<'_> {
    /// Writes what yields the rows, its columns converted to `types`.
    pub(super) fn body(&mut self, body: &Body, types: Option<&[Type]>) {
        match body {
            Body::Select(select) => self.select(select, types),
            // A query in parentheses can't start with WITH everywhere.
            Body::Query(query) if self.dialect.parentheses_need_from || begins_with_with(query) => {
                self.push("SELECT * FROM ");
                self.subquery(query);
                self.push(" AS ");
                self.ident("side");
            }
            Body::Query(query) => self.subquery(query),
            Body::SetOperation { operator, all, left, right, types } => {
                self.set_operation(*operator, *all, left, right, types);
            }
            Body::Values(rows) => {
                let own = self.own_types(rows);
                let types = types.or(own.as_deref());
                if !self.holds(rows) {
                    return self.rows(rows, types);
                }
                self.push("VALUES ");
                self.in_clause(Clause::Values, |writer| {
                    writer.list(rows, |writer, row| {
                        let spreads = writer.dialect.values_spread_rows
                            && matches!(&row[..], [Expr { ty: Type::Row(_), .. }]);
                        writer.push(if spreads { "ROW(" } else { "(" });
                        writer.list(row.iter().enumerate(), |writer, (i, value)| match types {
                            Some(types) => writer.column_value(value, Some(&types[i])),
                            None => writer.alternative(value, rows.iter().map(|row| &row[i])),
                        });
                        writer.push(")");
                    });
                });
            }
        }
    }

    /// The types of the columns, where the engine would give them others of its own.
    fn own_types(&self, rows: &[Vec<Expr>]) -> Option<Vec<Type>> {
        let first = rows.first()?;
        let retypes = |(i, value): (usize, &Expr)| {
            let branches = rows.iter().map(|row| (value.clone(), row[i].clone())).collect();
            let kind = ExprKind::Case { operand: None, branches, otherwise: None };
            self.retypes(&Expr { kind, ..value.clone() }, Conversion::Column)
        };
        let types = || first.iter().map(|value| value.ty.clone()).collect();
        first.iter().enumerate().any(retypes).then(types)
    }

    /// Whether VALUES can hold these rows.
    pub(super) fn holds(&self, rows: &[Vec<Expr>]) -> bool {
        rows.iter().flatten().all(|value| self.dialect.values_can_hold(value))
    }

    /// Writes the rows of VALUES as selects, which compute anything.
    fn rows(&mut self, rows: &[Vec<Expr>], types: Option<&[Type]>) {
        self.push("SELECT * FROM ");
        self.within_parentheses(|writer| {
            for (i, row) in rows.iter().enumerate() {
                writer.push(if i > 0 { " UNION ALL SELECT " } else { "SELECT " });
                writer.in_clause(Clause::Select, |writer| {
                    writer.list(row.iter().enumerate(), |writer, (i, value)| match types {
                        Some(types) => writer.column_value(value, Some(&types[i])),
                        None => writer.alternative(value, rows.iter().map(|row| &row[i])),
                    });
                });
            }
        });
        self.push(" AS ");
        self.ident("rows");
    }

    fn select(&mut self, select: &Select, types: Option<&[Type]>) {
        let Select { distinct, projection, from, filter, group_by, having } = select;
        let outer = std::mem::replace(&mut self.groups, group_by.clone());
        if *distinct {
            for item in projection {
                self.check_comparison(&item.expr.ty, item.expr.span);
            }
        }
        self.push(if *distinct { "SELECT DISTINCT " } else { "SELECT " });
        let aliases = aliases(select, self.place, self.dialect);
        self.in_clause(Clause::Select, |writer| {
            writer.place.grouped = group_by.is_some();
            writer.list(
                projection.iter().zip(aliases).enumerate(),
                |writer, (i, (item, alias))| {
                    let ty = types.map(|types| &types[i]);
                    writer.column_value(&item.expr, ty);
                    // A converted column has no name of its own any more.
                    let converted = ty.is_some_and(|ty| writer.converts(&item.expr, ty));
                    let name = item.name().filter(|_| converted);
                    if let Some(alias) = alias.as_deref().or(name) {
                        writer.push(" AS ");
                        writer.ident(alias);
                    }
                },
            );
        });
        if !from.is_empty() {
            self.push(" FROM ");
            let qualifiers = match self.dialect.unnest_qualifies_columns && has_unnest(from) {
                true => relation_names(from),
                false => HashMap::new(),
            };
            let outer = std::mem::replace(&mut self.qualifiers, qualifiers);
            self.in_clause(Clause::On, |writer| {
                writer.list(from.iter().enumerate(), |writer, (i, relation)| {
                    let is_join = matches!(relation, Relation::Join { .. });
                    match i > 0 && is_join && writer.dialect.comma_binds_before_join {
                        true => writer.join_in_parentheses(relation),
                        false => writer.relation(relation, i > 0),
                    }
                });
            });
            self.qualifiers = outer;
        } else if self.dialect.clauses_need_from
            && (filter.is_some() || group_by.is_some() || having.is_some())
        {
            self.push(" FROM (VALUES (0)) AS ");
            self.ident("row");
        }
        if let Some(filter) = filter {
            self.push(" WHERE ");
            self.in_clause(Clause::Where, |writer| writer.filter(filter));
        }
        let hidden = self.dialect.aliases_hide_columns.then(|| Shadows::of(select));
        let shadows = hidden.map(|hidden| std::mem::replace(&mut self.shadows, hidden));
        if let Some(group_by) = group_by {
            self.in_clause(Clause::GroupBy, |writer| writer.group_by(group_by));
        }
        if let Some(having) = having {
            self.push(" HAVING ");
            self.in_clause(Clause::Having, |writer| writer.filter(having));
        }
        if let Some(shadows) = shadows {
            self.shadows = shadows;
        }
        self.groups = outer;
    }

    /// Writes an output column, converted to `ty` where it has to be.
    fn column_value(&mut self, expr: &Expr, ty: Option<&Type>) {
        match ty.filter(|ty| self.converts(expr, ty)) {
            Some(ty) => self.cast(Cast { expr, ty, fallible: false, span: expr.span }),
            None => self.output(expr),
        }
    }

    fn converts(&self, expr: &Expr, ty: &Type) -> bool {
        self.dialect.writes_conversion(&expr.ty, ty, Conversion::Side)
    }
}

pub(super) const fn is_column(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Column(_))
}

fn has_unnest(from: &[Relation]) -> bool {
    let mut found = false;
    for relation in from {
        relation.for_each_joined(&mut |relation| {
            found |= matches!(relation, Relation::Unnest { .. });
        });
    }
    found
}
