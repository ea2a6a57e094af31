//! What parses, but is not lake SQL (yet), by its name.

use sqlparser::ast;

use super::Lowerer;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::Expr;

impl Lowerer<'_> {
    /// Reports something that lake SQL does not have.
    pub(super) fn unsupported(&mut self, span: Span, what: &str) -> Expr {
        let verb = if what.ends_with('s') && !what.ends_with("ss") { "are" } else { "is" };
        self.report(Diagnostic::new(
            Code::NotSupported,
            span,
            format!("{what} {verb} not supported yet"),
        ));
        Expr::error(span)
    }

    /// Reports a clause if it is there.
    pub(super) fn unsupported_if(&mut self, there: bool, span: Span, what: &str) {
        if there {
            self.unsupported(span, what);
        }
    }
}

/// What to call an expression that lowering has no place for.
pub(super) fn expression_name(expr: &ast::Expr) -> String {
    use ast::Expr as Sql;
    let name = match expr {
        Sql::CompoundFieldAccess { .. } => "subscripts and fields of rows",
        Sql::JsonAccess { .. } => "JSON access with `:`",
        Sql::IsTrue(_) | Sql::IsNotTrue(_) | Sql::IsFalse(_) | Sql::IsNotFalse(_) => {
            "IS TRUE and IS FALSE"
        }
        Sql::IsUnknown(_) | Sql::IsNotUnknown(_) => "IS UNKNOWN",
        Sql::IsNormalized { .. } => "IS NORMALIZED",
        Sql::InUnnest { .. } => "IN UNNEST",
        Sql::ILike { .. } => "ILIKE (write `lower(x) LIKE …`); it",
        Sql::SimilarTo { .. } => "SIMILAR TO",
        Sql::RLike { .. } => "RLIKE (write `regexp_like(x, …)`); it",
        Sql::AnyOp { .. } => "ANY and SOME",
        Sql::AllOp { .. } => "ALL",
        Sql::Convert { .. } => "CONVERT",
        Sql::AtTimeZone { .. } => "AT TIME ZONE",
        Sql::Overlay { .. } => "OVERLAY",
        Sql::Collate { .. } => "COLLATE",
        Sql::Prefixed { .. } => "a string with a prefix",
        Sql::GroupingSets(_) => "GROUPING SETS",
        Sql::Cube(_) => "CUBE",
        Sql::Rollup(_) => "ROLLUP",
        Sql::Tuple(_) => "a row value",
        Sql::Struct { .. } => "STRUCT",
        Sql::Dictionary(_) => "a dictionary in braces",
        Sql::Map(_) => "MAP",
        Sql::Array(_) => "ARRAY",
        Sql::MatchAgainst { .. } => "MATCH AGAINST",
        Sql::Wildcard(_) | Sql::QualifiedWildcard(..) => "`*` in an expression",
        Sql::OuterJoin(_) => "the outer join operator `(+)`",
        Sql::Prior(_) => "PRIOR",
        Sql::Lambda(_) => "a lambda",
        Sql::MemberOf(_) => "MEMBER OF",
        _ => "this expression",
    };
    name.to_owned()
}
