//! Windows. Dremio's validator names the frames that it takes (`UnsupportedOperatorsVisitor.java`).

use crate::emit::Dialect;
use crate::engine::argument::integer;
use crate::tree::{Call, FrameBound, FrameUnits, Window};

/// Why a function can't be called in this way, if it can't.
pub(super) fn refuses_call(_: &Dialect, call: &Call) -> Option<&'static str> {
    if call.ignore_nulls {
        return Some("Dremio does not have IGNORE NULLS");
    }
    let window = call.over.as_ref()?;
    if call.distinct {
        return Some("Dremio has no DISTINCT in windows");
    }
    refuses_frame(window)
}

fn refuses_frame(Window { partition_by: _, order_by, frame }: &Window) -> Option<&'static str> {
    use FrameBound::{CurrentRow, UnboundedFollowing, UnboundedPreceding};
    let frame = frame.as_ref()?;
    let taken = match (frame.units, &frame.start, &frame.end) {
        (_, UnboundedPreceding, UnboundedFollowing) => true,
        (FrameUnits::Range, UnboundedPreceding, CurrentRow) => !order_by.is_empty(),
        (FrameUnits::Rows, start, end) => {
            !order_by.is_empty()
                && match (place(start), place(end)) {
                    (Some(start), Some(end)) => start <= end,
                    _ => return Some("Dremio takes only literals there"),
                }
        }
        _ => false,
    };
    (!taken).then_some(
        "Dremio has frames of ROWS with ORDER BY, and of RANGE up to the current row only",
    )
}

/// Where a bound lies, counted from the current row; `None` where that is not a literal.
fn place(bound: &FrameBound) -> Option<i64> {
    match bound {
        FrameBound::UnboundedPreceding => Some(i64::MIN),
        FrameBound::Preceding(rows) => integer(Some(rows)).map(|rows| -rows),
        FrameBound::CurrentRow => Some(0),
        FrameBound::Following(rows) => integer(Some(rows)),
        FrameBound::UnboundedFollowing => Some(i64::MAX),
    }
}
