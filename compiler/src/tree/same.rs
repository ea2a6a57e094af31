//! Whether two expressions are the same, wherever they stand.

use super::{Call, Expr, ExprKind, Frame, FrameBound, SortKey, SortTarget, Window};

impl Expr {
    /// Whether both compute the same from the same columns, spans aside. Two
    /// parameters are never the same: lowering makes one of those that always have
    /// one value. Nor are two subqueries, or two calls that give another value each time.
    pub fn same(&self, other: &Expr) -> bool {
        use ExprKind::*;
        if self.ty != other.ty || self.is_volatile() {
            return false;
        }
        match (&self.kind, &other.kind) {
            (Column(a), Column(b)) => a.relation == b.relation && a.index == b.index,
            (Literal(a), Literal(b)) => a == b,
            (Parameter(a), Parameter(b)) => a == b,
            // The lambdas around have parameters of the same names.
            (Variable(a), Variable(b)) => a.name == b.name,
            (Lambda(a), Lambda(b)) => {
                let names = a.parameters.iter().map(|parameter| &parameter.name);
                names.eq(b.parameters.iter().map(|parameter| &parameter.name))
                    && a.body.same(&b.body)
            }
            (Coerce(a), Coerce(b))
            | (Negate(a), Negate(b))
            | (Not(a), Not(b))
            | (Grouping(a), Grouping(b)) => a.same(b),
            (Cast { expr: a, fallible: f }, Cast { expr: b, fallible: g }) => f == g && a.same(b),
            (
                Binary { operator: o, left: a, right: b },
                Binary { operator: p, left: c, right: d },
            ) => o == p && a.same(c) && b.same(d),
            (And(a), And(b)) | (Or(a), Or(b)) | (Array(a), Array(b)) | (Row(a), Row(b)) => {
                all_same(a, b)
            }
            (Subscript { expr: a, index: b }, Subscript { expr: c, index: d }) => {
                a.same(c) && b.same(d)
            }
            (Field { expr: a, index: i }, Field { expr: b, index: j }) => i == j && a.same(b),
            (IsNull { expr: a, negated: n }, IsNull { expr: b, negated: m }) => n == m && a.same(b),
            (
                Between { expr: a, low: b, high: c, negated: n },
                Between { expr: d, low: e, high: f, negated: m },
            ) => n == m && a.same(d) && b.same(e) && c.same(f),
            (
                Like { expr: a, pattern: b, escape: c, negated: n },
                Like { expr: d, pattern: e, escape: f, negated: m },
            ) => n == m && a.same(d) && b.same(e) && option_same(c.as_deref(), f.as_deref()),
            (InList { expr: a, list: b, negated: n }, InList { expr: c, list: d, negated: m }) => {
                n == m && a.same(c) && all_same(b, d)
            }
            (
                Case { operand: a, branches: b, otherwise: c },
                Case { operand: d, branches: e, otherwise: f },
            ) => {
                option_same(a.as_deref(), d.as_deref())
                    && b.len() == e.len()
                    && b.iter().zip(e).all(|(x, y)| x.0.same(&y.0) && x.1.same(&y.1))
                    && option_same(c.as_deref(), f.as_deref())
            }
            (Extract { field: f, expr: a }, Extract { field: g, expr: b }) => f == g && a.same(b),
            (Json(a), Json(b)) => {
                a.form == b.form
                    && (&a.returning, a.format) == (&b.returning, b.format)
                    && all_same(&a.operands, &b.operands)
            }
            (Call(a), Call(b)) => a.same(b),
            _ => false,
        }
    }
}

impl Call {
    fn same(&self, other: &Call) -> bool {
        self.function.name == other.function.name
            && all_same(&self.args, &other.args)
            && self.distinct == other.distinct
            && self.ignore_nulls == other.ignore_nulls
            && self.truncation == other.truncation
            && keys_same(&self.order_by, &other.order_by)
            && option_same(self.filter.as_ref(), other.filter.as_ref())
            && match (&self.over, &other.over) {
                (None, None) => true,
                (Some(a), Some(b)) => a.same(b),
                _ => false,
            }
    }
}

impl Window {
    fn same(&self, other: &Window) -> bool {
        all_same(&self.partition_by, &other.partition_by)
            && keys_same(&self.order_by, &other.order_by)
            && match (&self.frame, &other.frame) {
                (None, None) => true,
                (Some(a), Some(b)) => a.same(b),
                _ => false,
            }
    }
}

impl Frame {
    fn same(&self, other: &Frame) -> bool {
        self.units == other.units && self.start.same(&other.start) && self.end.same(&other.end)
    }
}

impl FrameBound {
    fn same(&self, other: &FrameBound) -> bool {
        use FrameBound::*;
        match (self, other) {
            (Preceding(a), Preceding(b)) | (Following(a), Following(b)) => a.same(b),
            (UnboundedPreceding, UnboundedPreceding)
            | (CurrentRow, CurrentRow)
            | (UnboundedFollowing, UnboundedFollowing) => true,
            _ => false,
        }
    }
}

fn all_same(a: &[Expr], b: &[Expr]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
}

fn option_same(a: Option<&Expr>, b: Option<&Expr>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.same(b),
        _ => false,
    }
}

fn keys_same(a: &[SortKey], b: &[SortKey]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| {
            a.descending == b.descending
                && a.nulls_first == b.nulls_first
                && match (&a.target, &b.target) {
                    (SortTarget::Output(i), SortTarget::Output(j)) => i == j,
                    (SortTarget::Expr(x), SortTarget::Expr(y)) => x.same(y),
                    _ => false,
                }
        })
}
