//! Texts that are joined. `CONCAT` passes over NULLs there, and `||` does not.

use std::borrow::Cow;

use crate::emit::Rewrite;
use crate::tree::{Expr, ExprKind};

/// What is written in the place of `concat`.
pub(super) fn rewrite(expr: &Expr) -> Option<Rewrite<'_>> {
    let ExprKind::Call(call) = &expr.kind else { return None };
    let joins = call.function.name == "concat" && call.args.iter().all(|arg| arg.ty.is_text());
    joins.then(|| {
        let places: Vec<String> = (0..call.args.len()).map(|i| format!("{{{i}}}")).collect();
        let args = call.args.iter().map(Cow::Borrowed).collect();
        Rewrite { template: places.join(" || ").into(), args }
    })
}
