//! Windows and their frames.

use crate::token::Span;
use crate::tree::{Expr, ExprKind, Frame, FrameBound, FrameUnits, Literal, Window};

use super::Writer;

impl Writer<'_> {
    /// Writes ` OVER (…)`.
    pub(super) fn over(&mut self, window: &Window, ranks: bool, span: Span) {
        let Window { partition_by, order_by, frame } = window;
        self.push(" OVER (");
        let mut space = "";
        if !partition_by.is_empty() {
            self.push("PARTITION BY ");
            self.list(partition_by, Writer::value);
            space = " ";
        }
        if !order_by.is_empty() {
            self.push(space);
            self.push("ORDER BY ");
            self.sort_keys(order_by);
            space = " ";
        } else if ranks && self.dialect.orders_windows {
            self.push(space);
            self.push("ORDER BY NULL");
            space = " ";
        }
        if let Some(Frame { units, start, end }) = frame {
            if let (FrameUnits::Groups, Some(reason)) = (units, self.dialect.no_groups) {
                self.refuse(span, "GROUPS in a frame", reason);
            }
            self.push(space);
            self.push(match units {
                FrameUnits::Rows => "ROWS",
                FrameUnits::Range => "RANGE",
                FrameUnits::Groups => "GROUPS",
            });
            self.push(" BETWEEN ");
            self.bound(start);
            self.push(" AND ");
            self.bound(end);
        }
        self.push(")");
    }

    fn bound(&mut self, bound: &FrameBound) {
        match bound {
            FrameBound::UnboundedPreceding => self.push("UNBOUNDED PRECEDING"),
            FrameBound::UnboundedFollowing => self.push("UNBOUNDED FOLLOWING"),
            FrameBound::CurrentRow => self.push("CURRENT ROW"),
            FrameBound::Preceding(distance) => {
                self.distance(distance);
                self.push(" PRECEDING");
            }
            FrameBound::Following(distance) => {
                self.distance(distance);
                self.push(" FOLLOWING");
            }
        }
    }

    /// Writes a distance: a number without its type, where it is a literal.
    fn distance(&mut self, distance: &Expr) {
        match (&distance.kind, self.dialect.literal_bounds) {
            (ExprKind::Coerce(inner), _) => self.distance(inner),
            (ExprKind::Literal(Literal::Integer(value)), _) => self.push(&value.to_string()),
            (ExprKind::Literal(Literal::Decimal(text)), _) => self.push(text),
            (ExprKind::Literal(Literal::Double(value)), Some(_)) => self.push(&value.to_string()),
            (ExprKind::Literal(_), _) | (_, None) => self.comparand(distance),
            (_, Some(reason)) => self.refuse(distance.span, "this bound of a frame", reason),
        }
    }
}
