//! QUALIFY, which filters by window functions: what it is written in becomes a query in FROM,
//! and WHERE around it has the condition. Few engines have QUALIFY.

use lakequery_types::Type;

use super::group::is_window;
use super::select::Selected;
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{Column, Expr, Projection, Select, SortTarget, Wrapped};

impl Lowerer<'_> {
    /// The condition. The names of output columns are known in it, behind those of columns.
    pub(super) fn qualify(
        &mut self,
        condition: &ast::Expr,
        columns: &[Column],
        items: &[Projection],
    ) -> Expr {
        let inputs_first = |this: &mut Self, first| {
            if let Some(scope) = this.scopes.last_mut() {
                scope.inputs_first = first;
            }
        };
        inputs_first(self, true);
        let lowered = self.in_clause(Clause::Qualify, |this| {
            this.seeing_outputs(columns, items, |this| {
                let condition = this.expr(condition);
                this.require(condition, &Type::Boolean, "QUALIFY")
            })
        });
        inputs_first(self, false);
        let has_window = |expr: &Expr| expr.any(&|part| is_window(part));
        let is_broken = items.is_empty() || items.iter().any(|item| item.expr.is_error());
        let windows = has_window(&lowered) || items.iter().any(|item| has_window(&item.expr));
        if !windows && !is_broken && !lowered.is_error() {
            let message = "QUALIFY filters by window functions, and there is none";
            self.report(
                Diagnostic::new(Code::MisplacedWindow, condition.span, message)
                    .help("write WHERE, or HAVING for a condition on groups"),
            );
        }
        lowered
    }

    /// The select with the condition in a query around it.
    pub(super) fn qualified_rows(&mut self, selected: Selected, condition: Expr) -> Selected {
        let Selected { select, columns, mut order_by } = selected;
        let keys = order_by.iter().enumerate().filter_map(|(index, key)| match &key.target {
            SortTarget::Expr(expr) => Some((format!("_key{index}"), expr.clone())),
            SortTarget::Output(_) => None,
        });
        let besides = [("_qualified".to_owned(), condition)].into_iter().chain(keys).collect();
        let distinct = select.distinct;
        let all_rows = Select { distinct: false, ..select };
        let id = self.fresh_id();
        let mut wrapped = Wrapped::new(&all_rows, besides, id, "qualified");
        let mut besides = std::mem::take(&mut wrapped.besides).into_iter();
        let filter = besides.next();
        for key in &mut order_by {
            if let SortTarget::Expr(expr) = &mut key.target
                && let Some(column) = besides.next()
            {
                *expr = column;
            }
        }
        let select = Select { distinct, filter, ..wrapped.select() };
        Selected { select, columns, order_by }
    }
}
