//! TABLESAMPLE.

use lakequery_types::Type;

use super::from::Joined;
use super::scope::Scope;
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{Expr, ExprKind, Literal, Relation, SampleMethod};

impl Lowerer<'_> {
    /// A sample of a relation, whose columns are those of the relation.
    pub(super) fn sample(
        &mut self,
        sample: &ast::Sample,
        before: impl FnOnce() -> Scope,
    ) -> Joined {
        let ast::Sample { relation, method, percentage, span } = sample;
        let method = match method {
            ast::SampleMethod::Bernoulli => SampleMethod::Bernoulli,
            ast::SampleMethod::System => SampleMethod::System,
        };
        let of_one = matches!(
            relation,
            ast::Relation::Table(_)
                | ast::Relation::Unknown(_)
                | ast::Relation::Subquery(ast::Subquery {
                    lateral: None,
                    query: _,
                    alias: _,
                    span: _
                })
        );
        if !of_one {
            let message = "TABLESAMPLE takes a table or a subquery";
            let diagnostic = Diagnostic::new(Code::NotSupported, relation.span(), message);
            self.report(diagnostic.help("write `(SELECT * FROM …) AS t TABLESAMPLE …`"));
        }
        let Joined { relation, scope } = self.relation(relation, before);
        let percentage = self.percentage(percentage);
        let relation = relation.map(|relation| Relation::Sample {
            relation: relation.into(),
            method,
            percentage,
            span: *span,
        });
        Joined { relation, scope }
    }

    /// A number from 0 to 100, or a parameter.
    fn percentage(&mut self, written: &ast::Expr) -> Expr {
        if matches!(written.kind, ast::ExprKind::Error) {
            return Expr::error(written.span);
        }
        let scopes = std::mem::take(&mut self.scopes);
        let reported = self.diagnostics.len();
        let expr = self.in_clause(Clause::Limit, |this| this.expr(written));
        self.scopes = scopes;
        if matches!(expr.kind, ExprKind::Parameter(_)) {
            return self.require(expr, &Type::Double, "TABLESAMPLE");
        }
        let Some(number) = number(&expr) else {
            // That a column is not found says less than what is said here.
            self.diagnostics.truncate(reported);
            let message = "the percentage of a sample is a number or a parameter";
            let diagnostic = Diagnostic::new(Code::TypeMismatch, written.span, message);
            self.report(diagnostic.help("such as `TABLESAMPLE BERNOULLI (10)`"));
            return Expr::error(expr.span);
        };
        if !(0.0..=100.0).contains(&number) {
            let message = "a sample has 0 to 100 percent of the rows";
            self.error(Code::BadLiteral, expr.span, message);
            return Expr::error(expr.span);
        }
        expr
    }
}

/// The value of a number that is written out.
#[expect(clippy::cast_precision_loss, reason = "what is so large is out of range anyway")]
fn number(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Literal(Literal::Integer(value)) => Some(*value as f64),
        ExprKind::Literal(Literal::Decimal(text)) => text.parse().ok(),
        ExprKind::Literal(Literal::Double(value)) => Some(*value),
        ExprKind::Negate(operand) => number(operand).map(|value| -value),
        _ => None,
    }
}
