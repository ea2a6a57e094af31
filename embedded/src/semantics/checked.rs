//! Operations on integers that never wrap: what does not fit is an error.

use std::fmt::Display;

use arrow_schema::ArrowError;

use super::function::stop;
use super::operator::Op;

/// Checked operations of an integer type.
pub(super) trait Checked: Copy + Display {
    /// The operation; `None` where the result does not fit.
    fn checked(self, op: Op, other: Self) -> Option<Self>;
    /// Whether this is zero.
    fn is_zero(self) -> bool;
    /// The value with the other sign; `None` where it does not fit.
    fn negated(self) -> Option<Self>;
}

macro_rules! checked {
    ($($ty:ty)*) => {$(
        impl Checked for $ty {
            #[inline]
            fn checked(self, op: Op, other: Self) -> Option<Self> {
                match op {
                    Op::Add => self.checked_add(other),
                    Op::Subtract => self.checked_sub(other),
                    Op::Multiply => self.checked_mul(other),
                    Op::Divide => self.checked_div(other),
                    // The least value modulo -1 is 0, though the division overflows.
                    Op::Modulo => Some(self.wrapping_rem(other)),
                }
            }

            #[inline]
            fn is_zero(self) -> bool {
                self == 0
            }

            #[inline]
            fn negated(self) -> Option<Self> {
                self.checked_neg()
            }
        }
    )*};
}
checked!(i8 i16 i32 i64);

/// An operation on two integers of one type.
#[inline]
pub(super) fn integer<N: Checked>(op: Op, ty: &str, a: N, b: N) -> Result<N, ArrowError> {
    if matches!(op, Op::Divide | Op::Modulo) && b.is_zero() {
        return stop("division by zero");
    }
    match a.checked(op, b) {
        Some(value) => Ok(value),
        None => stop(format!("{ty} {} overflow: {a} {} {b}", op.noun(), op.symbol())),
    }
}
