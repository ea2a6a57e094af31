//! Time travel: the version of a table.

use lakequery_types::Type;

use super::table::Named;
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{Expr, ExprKind, Version, VersionKind};

impl Lowerer<'_> {
    /// The version of a table; `None` after a diagnostic.
    pub(super) fn version(&mut self, version: &ast::Version, of: &Named) -> Option<Version> {
        let ast::Version { kind, at, span } = version;
        let kind = match kind {
            ast::VersionKind::Version => VersionKind::Version,
            ast::VersionKind::Timestamp => VersionKind::Timestamp,
        };
        if let Named::Cte(_) = of {
            let message = "a query of WITH has no versions";
            let diagnostic = Diagnostic::new(Code::Syntax, *span, message);
            self.report(diagnostic.help("write it behind a table in that query"));
        }
        let scopes = std::mem::take(&mut self.scopes);
        let reported = self.diagnostics.len();
        let lowered = self.in_clause(Clause::Limit, |this| this.expr(at));
        self.scopes = scopes;
        if lowered.any(&|part| matches!(part.kind, ExprKind::Error)) {
            let ast::Expr { kind: written, span } = at;
            // A column is not found where no relation is seen.
            if !matches!(written, ast::ExprKind::Error) && names_column(self, reported) {
                self.diagnostics.truncate(reported);
                let message = "the version of a table can't use columns";
                self.error(Code::UnknownColumn, *span, message);
            }
            return None;
        }
        let at = match kind {
            VersionKind::Version => self.version_number(lowered)?,
            VersionKind::Timestamp => self.version_time(lowered)?,
        };
        Some(Version { kind, at, span: *span })
    }

    fn version_number(&mut self, at: Expr) -> Option<Expr> {
        if matches!(at.kind, ExprKind::Parameter(_)) {
            return Some(self.require(at, &Type::BigInt, "FOR VERSION AS OF"));
        }
        let is_whole =
            matches!(at.ty, Type::TinyInt | Type::SmallInt | Type::Integer | Type::BigInt);
        if is_whole || matches!(at.ty, Type::Varchar(_)) {
            return Some(at);
        }
        let message = format!("a version is a number or a name, found `{}`", at.ty);
        let diagnostic = Diagnostic::new(Code::TypeMismatch, at.span, message);
        self.report(match at.ty.is_date_or_timestamp() {
            true => diagnostic.help("write `FOR TIMESTAMP AS OF …`"),
            false => diagnostic,
        });
        None
    }

    fn version_time(&mut self, at: Expr) -> Option<Expr> {
        if matches!(at.kind, ExprKind::Parameter(_)) {
            return Some(self.require(at, &Type::TimestampTz(3), "FOR TIMESTAMP AS OF"));
        }
        if at.ty.is_date_or_timestamp() {
            return Some(at);
        }
        let message = format!("FOR TIMESTAMP takes a date or a timestamp, found `{}`", at.ty);
        let diagnostic = Diagnostic::new(Code::TypeMismatch, at.span, message);
        self.report(match at.ty {
            Type::Varchar(_) => diagnostic.help("write `TIMESTAMP '2024-01-31 01:02:03 UTC'`"),
            ref ty if ty.is_numeric() => diagnostic.help("write `FOR VERSION AS OF …`"),
            _ => diagnostic,
        });
        None
    }
}

/// Whether a column was not found since so much was reported.
fn names_column(lowerer: &Lowerer<'_>, reported: usize) -> bool {
    let mut since = lowerer.diagnostics[reported..].iter();
    since.any(|diagnostic| matches!(diagnostic.code, Code::UnknownColumn | Code::UnknownRelation))
}
