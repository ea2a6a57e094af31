//! The precision and scale of decimal results, by Trino's rules.

use crate::Type;

/// The most digits a decimal can have.
pub const MAX_PRECISION: u8 = 38;

/// An operation on two decimals that decides the type of its result.
///
/// The formulas are those of Trino's documentation,
/// <https://trino.io/docs/current/functions/decimal.html>, and were checked
/// with a Trino 476.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalRule {
    /// `a + b` and `a - b`
    Add,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `a % b`
    Modulo,
    /// The smallest decimal that both operands turn into without loss of scale.
    Common,
}

impl DecimalRule {
    /// The type of the result for operands of (precision, scale) `a` and `b`;
    /// `None` where its scale would exceed 38 digits.
    pub const fn result(self, a: (u8, u8), b: (u8, u8)) -> Option<Type> {
        let ((p1, s1), (p2, s2)) = (a, b);
        let scale = if s1 > s2 { s1 } else { s2 };
        let (int1, int2) = (p1 - s1, p2 - s2);
        let (most, least) = if int1 > int2 { (int1, int2) } else { (int2, int1) };
        let (precision, scale) = match self {
            DecimalRule::Add => (most + scale + 1, scale),
            DecimalRule::Multiply => (p1 + p2, s1 + s2),
            DecimalRule::Divide => (p1 + s2 + s2.saturating_sub(s1), scale),
            DecimalRule::Modulo => (least + scale, scale),
            DecimalRule::Common => (most + scale, scale),
        };
        if scale > MAX_PRECISION {
            return None;
        }
        let precision = if precision > MAX_PRECISION { MAX_PRECISION } else { precision };
        Some(Type::decimal(if precision == 0 { 1 } else { precision }, scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_trinos() {
        use DecimalRule::*;
        // Types that Trino 476 answered.
        let rows = [
            (Add, (10, 2), (10, 2), (11, 2)),
            (Add, (22, 2), (2, 1), (23, 2)),
            (Add, (38, 10), (38, 10), (38, 10)),
            (Add, (4, 1), (10, 0), (12, 1)),
            (Multiply, (4, 1), (12, 4), (16, 5)),
            (Multiply, (38, 10), (38, 10), (38, 20)),
            (Divide, (10, 2), (10, 2), (12, 2)),
            (Divide, (22, 2), (2, 1), (23, 2)),
            (Divide, (2, 1), (2, 1), (3, 1)),
            (Modulo, (4, 1), (12, 4), (7, 4)),
            (Modulo, (22, 2), (2, 1), (3, 2)),
            (Common, (10, 0), (2, 1), (11, 1)),
        ];
        for (rule, a, b, (precision, scale)) in rows {
            assert_eq!(
                rule.result(a, b),
                Some(Type::decimal(precision, scale)),
                "{rule:?} {a:?} {b:?}"
            );
        }
        assert_eq!(Multiply.result((38, 20), (38, 20)), None);
    }
}
