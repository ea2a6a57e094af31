//! FROM: tables, subqueries and joins.

use std::collections::HashSet;

use crate::snapshot::Table;
use crate::tree::{
    Alias, BinaryOperator, Expr, ExprKind, JoinKind, Literal, Relation, SampleMethod, Version,
    VersionKind,
};

use super::{Clause, Sample, SubqueryKind, Unnest, Writer, conjuncts};

/// Writes `UNNEST(…) WITH ORDINALITY AS alias`.
pub(crate) fn write_unnest(writer: &mut Writer<'_>, unnest: Unnest<'_>) {
    writer.push("UNNEST(");
    writer.list(unnest.values, Writer::value);
    writer.push(")");
    if unnest.ordinality {
        writer.push(" WITH ORDINALITY");
    }
    writer.alias(Some(unnest.alias));
}

/// Writes `FOR VERSION AS OF …`.
pub(crate) fn write_version(writer: &mut Writer<'_>, version: &Version) {
    writer.push(match version.kind {
        VersionKind::Version => " FOR VERSION AS OF ",
        VersionKind::Timestamp => " FOR TIMESTAMP AS OF ",
    });
    writer.value(&version.at);
}

/// Writes `relation TABLESAMPLE BERNOULLI (percentage)`.
pub(crate) fn write_sample(writer: &mut Writer<'_>, sample: Sample<'_>) {
    writer.named_relation(sample.relation, |_| {});
    writer.push(match sample.method {
        SampleMethod::Bernoulli => " TABLESAMPLE BERNOULLI (",
        SampleMethod::System => " TABLESAMPLE SYSTEM (",
    });
    writer.value(sample.percentage);
    writer.push(")");
}

impl Writer<'_> {
    /// Writes a relation; `follows` is whether others stand before it.
    pub(super) fn relation(&mut self, relation: &Relation, follows: bool) {
        match relation {
            Relation::Table { .. } | Relation::Cte { .. } | Relation::Derived { .. } => {
                self.named_relation(relation, |_| {});
            }
            Relation::Sample { relation, method, percentage, span: _ } => {
                (self.dialect.sample)(self, Sample { relation, method: *method, percentage });
            }
            Relation::Lateral { .. } => self.lateral(relation, JoinKind::Cross, None),
            Relation::Unnest { .. } => self.unnest(relation, follows, false),
            Relation::Join { left, right, kind, on, span: _ } => {
                self.relation(left, follows);
                let is_unnest = matches!(**right, Relation::Unnest { .. });
                let crosses = is_unnest && self.dialect.unnest_keeps_rows;
                self.push(match kind {
                    _ if crosses => " CROSS JOIN ",
                    JoinKind::Inner => " JOIN ",
                    JoinKind::Left => " LEFT JOIN ",
                    JoinKind::Right => " RIGHT JOIN ",
                    JoinKind::Full => " FULL JOIN ",
                    JoinKind::Cross => " CROSS JOIN ",
                });
                // Joins read from the left.
                match **right {
                    Relation::Join { .. } => self.join_in_parentheses(right),
                    Relation::Unnest { .. } => {
                        self.unnest(right, true, *kind == JoinKind::Left);
                    }
                    Relation::Lateral { .. } => self.lateral(right, *kind, on.as_ref()),
                    _ => self.relation(right, true),
                }
                if let Some(on) = on.as_ref().filter(|_| *kind == JoinKind::Full)
                    && let Some(reason) = self.dialect.full_join_takes_equations
                    && !conjuncts(on).iter().all(is_equation)
                {
                    self.refuse(on.span, "this condition of FULL JOIN", reason);
                }
                if let Some(on) = on.as_ref().filter(|_| !crosses) {
                    self.push(" ON ");
                    let clause = if kind.is_outer() { Clause::OuterOn } else { Clause::On };
                    let mut relations = HashSet::new();
                    left.for_each_joined(&mut |relation| relations.extend(relation.id()));
                    let outer = std::mem::replace(&mut self.left_of_join, relations);
                    self.in_clause(clause, |writer| writer.filter(on));
                    self.left_of_join = outer;
                }
            }
        }
    }

    /// Writes a table, a query of WITH or a subquery, and something before its alias.
    pub(crate) fn named_relation(&mut self, relation: &Relation, behind: impl FnOnce(&mut Self)) {
        let alias = match relation {
            Relation::Table { id: _, table, version, alias, span: _ } => {
                self.table(table);
                if let Some(version) = version {
                    (self.dialect.version)(self, version);
                }
                alias.as_ref()
            }
            Relation::Cte { id: _, name, alias, span: _ } => {
                self.ident(name);
                alias.as_ref()
            }
            Relation::Derived { id: _, query, alias, span: _ } => {
                self.subquery(query);
                Some(alias)
            }
            relation => {
                self.relation(relation, false);
                None
            }
        };
        behind(self);
        self.alias(alias);
    }

    pub(super) fn join_in_parentheses(&mut self, join: &Relation) {
        self.push("(");
        self.relation(join, false);
        self.push(")");
    }

    /// Writes LATERAL, which a join of this kind joins on a condition.
    fn lateral(&mut self, relation: &Relation, join: JoinKind, on: Option<&Expr>) {
        let Relation::Lateral { id: _, query, alias, span } = relation else { return };
        self.in_clause(Clause::From, |writer| {
            let is_true = |on: &Expr| matches!(on.kind, ExprKind::Literal(Literal::Boolean(true)));
            let kind = SubqueryKind::Lateral {
                unconditional: on.is_none_or(is_true),
                keeps_rows: join.is_outer(),
            };
            writer.check_subquery(kind, query, *span);
        });
        self.push("LATERAL ");
        self.subquery(query);
        self.alias(Some(alias));
    }

    fn unnest(&mut self, relation: &Relation, follows: bool, keeps_rows: bool) {
        let Relation::Unnest { id: _, values, ordinality, alias, names, span } = relation else {
            return;
        };
        let (ordinality, span) = (*ordinality, *span);
        let unnest = Unnest { values, ordinality, alias, names, follows, keeps_rows, span };
        (self.dialect.unnest)(self, unnest);
    }

    /// Writes a table under the engine's name of its schema.
    fn table(&mut self, table: &Table) {
        let engine = self.dialect.engine;
        let names = self.config.schema_names.get(&table.schema.to_ascii_lowercase());
        match names.and_then(|names| names.get(&engine)) {
            None => {
                self.ident(&table.schema);
                self.push(".");
            }
            Some(path) => {
                for part in path.split('.').filter(|part| !part.is_empty()) {
                    self.ident(part);
                    self.push(".");
                }
            }
        }
        self.ident(&table.name);
    }

    pub(crate) fn alias(&mut self, alias: Option<&Alias>) {
        if let Some(Alias { name, columns }) = alias {
            self.push(" AS ");
            self.ident(name);
            self.column_names(columns);
        }
    }

    /// Writes `(a, b)` where there are names.
    pub(super) fn column_names(&mut self, names: &[String]) {
        if !names.is_empty() {
            self.push("(");
            self.list(names, |writer, name| writer.ident(name));
            self.push(")");
        }
    }
}

/// Whether a condition compares for equality, or is always true.
fn is_equation(condition: &Expr) -> bool {
    matches!(
        condition.kind,
        ExprKind::Binary { operator: BinaryOperator::Eq, .. }
            | ExprKind::Literal(Literal::Boolean(true))
    )
}
