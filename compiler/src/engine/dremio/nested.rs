//! What is in arrays and rows. Dremio counts elements from 0, and gives NULL where there is none.

use std::borrow::Cow;

use crate::emit::{Rewrite, field_name};
use crate::engine::argument::integer;
use crate::tree::{Expr, ExprKind};
use lakequery_types::Type;

/// What is written in the place of an element or a field.
pub(super) fn rewrite(expr: &Expr) -> Option<Rewrite<'_>> {
    match &expr.kind {
        // A subscript fails where there is no element, and this does not.
        ExprKind::Call(call) if call.function.name == "element_at" => {
            let [array, index] = &call.args[..] else { return None };
            let place = integer(Some(index)).filter(|place| *place > 0)? - 1;
            matches!(array.ty, Type::Array(_)).then(|| Rewrite {
                template: format!("{{0}}[{place}]").into(),
                args: vec![Cow::Borrowed(array)],
            })
        }
        ExprKind::Field { expr: row, index } => {
            let name = field_name(&row.ty, *index)?;
            let plain = !name.contains(['{', '}', '[', ']', '\'']);
            plain.then(|| Rewrite {
                template: format!("{{0}}['{name}']").into(),
                args: vec![Cow::Borrowed(&**row)],
            })
        }
        _ => None,
    }
}
