//! Conditions that all arms of an OR share. In a subquery that uses the query around it
//! they have to stand alone: engines join by such conditions.

use lakequery_types::Type;

use crate::tree::{Body, Expr, ExprKind, Query};

use super::correlation::conjuncts;

/// A correlated query whose WHERE says once what all arms of an OR say: `a AND b OR a AND c`
/// becomes `a AND (b OR c)`, which is the same in three-valued logic. `None` where it has no
/// such OR.
pub(super) fn with_common_conditions(query: &Query) -> Option<Query> {
    let Body::Select(select) = &query.body else { return None };
    let filter = select.filter.as_ref()?;
    let shares = |condition: &Expr| shared(condition).is_some();
    if !query.is_correlated() || !conjuncts(filter).iter().any(shares) {
        return None;
    }
    let mut conditions = Vec::new();
    for condition in conjuncts(filter) {
        match shared(condition) {
            Some(shared) => conditions.extend(shared),
            None => conditions.push(condition.clone()),
        }
    }
    let mut query = query.clone();
    if let Body::Select(select) = &mut query.body {
        select.filter = Some(Expr { kind: all(conditions), ..filter.clone() });
    }
    Some(query)
}

/// The conditions that all arms of an OR share, and the OR of what is left; `None` where they
/// share none.
fn shared(condition: &Expr) -> Option<Vec<Expr>> {
    let ExprKind::Or(arms) = &condition.kind else { return None };
    let [first, others @ ..] = &arms[..] else { return None };
    let is_shared =
        |part: &&Expr| others.iter().all(|arm| conjuncts(arm).iter().any(|other| other.same(part)));
    let common: Vec<Expr> = conjuncts(first).iter().filter(is_shared).cloned().collect();
    if common.is_empty() {
        return None;
    }
    let rest = arms.iter().map(|arm| {
        let is_own = |part: &&Expr| !common.iter().any(|common| common.same(part));
        conjuncts(arm).iter().filter(is_own).cloned().collect::<Vec<_>>()
    });
    let rest: Vec<Vec<Expr>> = rest.collect();
    let mut conditions = common;
    // An arm that says no more is true where these are.
    if rest.iter().all(|arm| !arm.is_empty()) {
        let nullable = rest.iter().flatten().any(|part| part.nullable);
        let arm = |parts: Vec<Expr>| Expr {
            nullable: parts.iter().any(|part| part.nullable),
            ty: Type::Boolean,
            span: condition.span,
            kind: all(parts),
        };
        let kind = ExprKind::Or(rest.into_iter().map(arm).collect());
        conditions.push(Expr { kind, nullable, ..condition.clone() });
    }
    Some(conditions)
}

/// The conjunction of conditions, of which there is one at least.
fn all(mut conditions: Vec<Expr>) -> ExprKind {
    match conditions.len() {
        1 => conditions.remove(0).kind,
        _ => ExprKind::And(conditions),
    }
}
