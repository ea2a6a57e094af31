//! Arithmetic with dates, times and intervals.

use lakequery_types::Type;

use crate::tree::BinaryOperator;

/// The type of arithmetic with dates, times and intervals, by Trino's rules.
pub(super) fn temporal_type(operator: BinaryOperator, left: &Type, right: &Type) -> Option<Type> {
    use BinaryOperator::{Add, Divide, Multiply, Subtract};
    use Type::{
        Date, IntervalDayToSecond, IntervalYearToMonth, Time, TimeTz, Timestamp, TimestampTz,
    };
    match (operator, left, right) {
        (Add | Subtract, point, interval) if interval.is_interval() && !point.is_interval() => {
            match (point, interval) {
                (Date, _) => Some(Date),
                (Timestamp(_) | TimestampTz(_), IntervalYearToMonth) => Some(point.clone()),
                // The interval counts milliseconds.
                (Timestamp(p), _) => Some(Timestamp((*p).max(3))),
                (TimestampTz(p), _) => Some(TimestampTz((*p).max(3))),
                (Time(p), IntervalDayToSecond) => Some(Time((*p).max(3))),
                (TimeTz(p), IntervalDayToSecond) => Some(TimeTz((*p).max(3))),
                _ => None,
            }
        }
        (Add, interval, point) if interval.is_interval() && !point.is_interval() => {
            temporal_type(Add, point, interval)
        }
        (Add | Subtract, a, b) if a.is_interval() && a == b => Some(a.clone()),
        (Subtract, a, b) if a.is_date_or_timestamp() && b.is_date_or_timestamp() => {
            Some(IntervalDayToSecond)
        }
        (Multiply | Divide, interval, number)
            if interval.is_interval() && (number.is_integer() || *number == Type::Double) =>
        {
            Some(interval.clone())
        }
        (Multiply, number, interval)
            if interval.is_interval() && (number.is_integer() || *number == Type::Double) =>
        {
            Some(interval.clone())
        }
        _ => None,
    }
}
