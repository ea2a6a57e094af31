//! Windows and their frames.

use lakequery_types::Type;

use crate::token::Span;
use crate::tree::{
    Expr, ExprKind, Frame, FrameBound, FrameUnits, Literal, SortKey, SortTarget, Window,
};

use super::{Support, Writer};

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
        } else if ranks && self.dialect.ranking_requires_order_by {
            self.push(space);
            self.push("ORDER BY NULL");
            space = " ";
        }
        let groups = self.groups_instead(window);
        if frame.is_none() && groups {
            // What it is without a frame.
            self.push(" GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW");
        }
        if let Some(Frame { units, start, end }) = frame {
            let units = if groups { &FrameUnits::Groups } else { units };
            if let (FrameUnits::Groups, Support::No(reason)) = (units, self.dialect.frame_groups) {
                self.refuse(span, "GROUPS in a frame", reason);
            }
            self.push(space);
            self.push(match units {
                FrameUnits::Rows => "ROWS",
                FrameUnits::Range => "RANGE",
                FrameUnits::Groups => "GROUPS",
            });
            self.push(" BETWEEN ");
            for (bound, between) in [(start, " AND "), (end, "")] {
                self.check_distance(*units, order_by, bound);
                self.bound(bound);
                self.push(between);
            }
        }
        self.push(")");
    }

    /// Whether a RANGE that measures no distance is written as GROUPS, which finds the same
    /// rows by any key.
    fn groups_instead(&self, window: &Window) -> bool {
        let finds = |key: &SortKey| match &key.target {
            SortTarget::Expr(key) => self.dialect.range_takes_key(&key.ty),
            SortTarget::Output(_) => true,
        };
        let is_range = window.frame.as_ref().is_none_or(|Frame { units, start, end }| {
            let measures = |bound: &FrameBound| {
                matches!(bound, FrameBound::Preceding(_) | FrameBound::Following(_))
            };
            *units == FrameUnits::Range && !measures(start) && !measures(end)
        });
        is_range && !window.order_by.iter().all(finds)
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

    /// Refuses a distance that the engine would convert to another number.
    fn check_distance(&mut self, units: FrameUnits, order_by: &[SortKey], bound: &FrameBound) {
        let (FrameBound::Preceding(distance) | FrameBound::Following(distance)) = bound else {
            return;
        };
        let target = match (units, order_by) {
            (FrameUnits::Range, [SortKey { target: SortTarget::Expr(key), .. }]) => &key.ty,
            (FrameUnits::Rows, _) if self.dialect.limit_is_integer => &Type::Integer,
            _ => return,
        };
        if let (Some(reason), false) =
            (self.dialect.frame_bounds_are_literals, holds(target, distance))
        {
            self.refuse(distance.span, "this bound of a frame", reason);
        }
    }

    /// Writes a distance: a number without its type, where it is a literal.
    fn distance(&mut self, distance: &Expr) {
        match (&distance.kind, self.dialect.frame_bounds_are_literals) {
            (ExprKind::Coerce(inner), _) => self.distance(inner),
            (ExprKind::Literal(Literal::Integer(value)), _) => self.push(&value.to_string()),
            (ExprKind::Literal(Literal::Decimal(text)), _) => self.push(text),
            (ExprKind::Literal(Literal::Double(value)), Some(_)) => self.push(&value.to_string()),
            (ExprKind::Literal(_), _) | (_, None) => self.comparand(distance),
            (_, Some(reason)) => self.refuse(distance.span, "this bound of a frame", reason),
        }
    }
}

/// Whether a number is one of this type, as it is written; others are not judged.
fn holds(ty: &Type, number: &Expr) -> bool {
    let ExprKind::Literal(literal) = &number.written().kind else { return true };
    match (ty, literal) {
        (Type::TinyInt, Literal::Integer(value)) => i8::try_from(*value).is_ok(),
        (Type::SmallInt, Literal::Integer(value)) => i16::try_from(*value).is_ok(),
        (Type::Integer, Literal::Integer(value)) => i32::try_from(*value).is_ok(),
        (
            Type::TinyInt | Type::SmallInt | Type::Integer | Type::BigInt,
            Literal::Decimal(_) | Literal::Double(_),
        )
        | (Type::Decimal { .. }, Literal::Double(_)) => false,
        (Type::Decimal { scale, .. }, Literal::Decimal(text)) => {
            let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
            fraction.len() <= usize::from(*scale)
        }
        _ => true,
    }
}
