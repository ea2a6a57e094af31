//! `(a, b) IN (SELECT x, y …)`: written as EXISTS, for engines differ in what they make of
//! rows, and of NULLs in them.

use lakequery_types::Type;

use crate::token::Span;
use crate::tree::{
    Alias, BinaryOperator, Body, ColumnRef, Expr, ExprKind, Literal, Projection, Query, Relation,
    Select,
};

use super::precedence::Level;
use super::{Clause, Conversion, Position, Writer};

/// The number of the relation that the query becomes.
const RELATION: usize = usize::MAX - 4;

impl Writer<'_> {
    /// Writes `row IN (query)`, a row of these values.
    pub(super) fn row_in_subquery(
        &mut self,
        row: &[Expr],
        query: &Query,
        negated: bool,
        span: Span,
    ) {
        for value in row {
            self.check_comparison(&value.ty, value.span);
            self.check_drawn_once(value);
        }
        let is_negative = negated != self.place.negated;
        let filters = matches!(
            self.place.clause,
            Clause::On | Clause::OuterOn | Clause::Where | Clause::Having
        );
        let position = if filters { self.place.position } else { Position::Inside };
        let nullable = row.iter().any(|value| value.nullable)
            || query.columns.iter().any(|column| column.nullable);
        let matches = || matching(row, query);
        let may_match = || {
            let (ty, nullable) = (Type::Boolean, false);
            let is_false = ExprKind::Binary {
                operator: BinaryOperator::IsDistinctFrom,
                left: matching(row, query).into(),
                right: boolean(false).into(),
            };
            Expr { kind: is_false, ty, nullable, span: Span::default() }
        };
        let found = |condition| exists(query, condition, negated, span);
        let member = match position {
            _ if !nullable => found(matches()),
            // There a NULL does what FALSE does.
            Position::Conjunct | Position::Disjunct if !is_negative => found(matches()),
            Position::Conjunct => found(may_match()),
            _ => {
                let branches = vec![
                    (exists(query, matches(), false, span), boolean(!negated)),
                    (exists(query, may_match(), false, span), null()),
                ];
                let otherwise = Some(Box::new(boolean(negated)));
                condition(ExprKind::Case { operand: None, branches, otherwise })
            }
        };
        self.expr(&member, Level::Predicate, Conversion::Operand);
    }
}

/// Whether the values are those of a row of the query.
fn matching(row: &[Expr], query: &Query) -> Expr {
    let pairs = row.iter().zip(&query.columns).enumerate();
    let equal = pairs.map(|(index, (value, column))| {
        let kind = ExprKind::Column(ColumnRef {
            relation: RELATION,
            index,
            depth: 0,
            qualifier: None,
            name: name(index),
        });
        let own = Expr { kind, ty: column.ty.clone(), nullable: column.nullable, span: value.span };
        condition(ExprKind::Binary {
            operator: BinaryOperator::Eq,
            left: one_further_in(value).into(),
            right: own.coerced(&value.ty).into(),
        })
    });
    condition(ExprKind::And(equal.collect()))
}

fn exists(query: &Query, matching: Expr, negated: bool, span: Span) -> Expr {
    let names = (0..query.columns.len()).map(name).collect();
    let alias = Alias { name: "members".to_owned(), columns: names };
    let relation = Relation::Derived { id: RELATION, query: query.clone().into(), alias, span };
    let one = Expr { ty: Type::Integer, ..condition(ExprKind::Literal(Literal::Integer(1))) };
    let select = Select {
        distinct: false,
        projection: vec![Projection { expr: one, alias: None }],
        from: vec![relation],
        filter: Some(matching),
        group_by: None,
        having: None,
    };
    let query = Query::bare(Body::Select(select.into())).into();
    Expr { span, ..condition(ExprKind::Exists { query, negated }) }
}

/// An expression as it is in a subquery of the query that it was of.
fn one_further_in(expr: &Expr) -> Expr {
    expr.replaced(&|part| match &part.kind {
        ExprKind::Column(column) => {
            let column = ColumnRef { depth: column.depth + 1, ..column.clone() };
            Some(Expr { kind: ExprKind::Column(column), ..part.clone() })
        }
        _ => None,
    })
}

fn name(index: usize) -> String {
    format!("_member{index}")
}

fn boolean(value: bool) -> Expr {
    condition(ExprKind::Literal(Literal::Boolean(value)))
}

fn null() -> Expr {
    condition(ExprKind::Literal(Literal::Null))
}

fn condition(kind: ExprKind) -> Expr {
    Expr { kind, ty: Type::Boolean, nullable: true, span: Span::default() }
}
