//! Subqueries in expressions: where they stand and what they use of the query
//! around them, for engines that can't run all of them.

use crate::token::Span;
use crate::tree::Query;

use super::correlation::{correlation, outer_relations, relations};
use super::place::{Clause, Place};
use super::{Subquery, SubqueryKind, Writer};

impl Writer<'_> {
    /// Writes something of a clause.
    pub(super) fn in_clause(&mut self, clause: Clause, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.place, Place { clause, ..Place::default() });
        write(self);
        self.place = outer;
    }

    /// Refuses a subquery that the engine can't run.
    pub(super) fn check_subquery(&mut self, kind: SubqueryKind<'_>, query: &Query, span: Span) {
        let Place { clause, position, negated: _, grouped } = self.place;
        let correlation = correlation(query);
        let beside_groups = grouped && clause == Clause::Select;
        let spans_join = matches!(clause, Clause::On | Clause::OuterOn) && {
            let mut used = outer_relations(query);
            if let SubqueryKind::In { operand, negated: _ } = kind {
                used.extend(relations(operand));
            }
            let left = used.iter().filter(|relation| self.left_of_join.contains(relation)).count();
            left > 0 && left < used.len()
        };
        let subquery =
            Subquery { kind, query, clause, position, beside_groups, correlation, spans_join };
        let Some(reason) = (self.dialect.refuses_subquery)(self.dialect, &subquery) else { return };
        let what = match (kind, subquery.correlation.is_some()) {
            (SubqueryKind::Scalar, false) => "this subquery",
            (SubqueryKind::Scalar, true) => "this correlated subquery",
            (SubqueryKind::In { negated: false, .. }, false) => "IN with this subquery",
            (SubqueryKind::In { negated: true, .. }, false) => "NOT IN with this subquery",
            (SubqueryKind::In { negated: false, .. }, true) => "IN with this correlated subquery",
            (SubqueryKind::In { negated: true, .. }, true) => {
                "NOT IN with this correlated subquery"
            }
            (SubqueryKind::Exists, false) => "EXISTS with this subquery",
            (SubqueryKind::Exists, true) => "EXISTS with this correlated subquery",
        };
        self.refuse(span, what, reason);
    }
}
