//! What a call has besides its arguments: DISTINCT, `*`, ORDER BY, FILTER and
//! how it treats NULLs.

use super::Lowerer;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::function::{Function, FunctionKind};
use crate::token::Span;
use crate::tree::{Expr, SortKey, SortTarget, Truncation};

/// What stands in a call's parentheses, or right behind them.
pub(super) struct Modifiers<'c> {
    /// DISTINCT; ALL says nothing.
    pub(super) distinct: Option<ast::Quantifier>,
    pub(super) order_by: Option<&'c ast::OrderBy>,
    pub(super) filter: Option<&'c ast::Filter>,
    pub(super) nulls: Option<ast::NullTreatment>,
}

impl Lowerer<'_> {
    /// `*` stands for the rows themselves, which `count` alone takes.
    pub(super) fn check_stars(
        &mut self,
        function: &Function,
        quantifier: Option<ast::Quantifier>,
        args: &[ast::Argument],
        call: Span,
    ) {
        let name = function.name;
        let counts = name == "count";
        if counts && quantifier.is_some() && args.is_empty() {
            self.report(
                Diagnostic::new(Code::ArgumentCount, call, "`count` needs values to compare")
                    .help("name them: `count(DISTINCT column)`"),
            );
        }
        for arg in args {
            let ast::Argument::Star(span) = arg else { continue };
            let diagnostic = |message: String| Diagnostic::new(Code::ArgumentCount, *span, message);
            if !counts {
                let takes_none =
                    function.signatures.iter().any(|signature| signature.starts_with("()"));
                let diagnostic = diagnostic(format!("`{name}` does not take `*`"));
                self.report(if takes_none {
                    diagnostic.help(format!("write `{name}()`"))
                } else {
                    diagnostic.help(format!("name what it is of: `{name}(column)`"))
                });
            } else if args.len() > 1 {
                self.report(
                    diagnostic("`*` can't stand beside other arguments".to_owned())
                        .help("`count(*)` counts rows, `count(x)` those where x is not NULL"),
                );
            } else if quantifier.is_some() {
                self.report(
                    diagnostic("`*` is not a value, DISTINCT compares values".to_owned())
                        .help("`count(*)` counts all rows, `count(DISTINCT x)` different values"),
                );
            }
        }
    }

    /// IGNORE NULLS stands behind the parentheses of a call, never in them.
    pub(super) fn check_nulls_inside(&mut self, nulls: Option<ast::NullTreatment>) {
        let Some(ast::NullTreatment { ignore, span }) = nulls else { return };
        let words = if ignore { "IGNORE NULLS" } else { "RESPECT NULLS" };
        let message = format!("{words} can't stand in the parentheses of a call");
        self.report(
            Diagnostic::new(Code::NotSupported, span, message)
                .help(format!("write it behind them: `f(x) {words} OVER (…)`")),
        );
    }

    /// What is done with a text that becomes too long. An error is what happens anyway.
    pub(super) fn truncation(
        &mut self,
        function: &Function,
        overflow: Option<&ast::Overflow>,
    ) -> Option<Truncation> {
        let ast::Overflow { truncate, span } = overflow?;
        if function.name != "listagg" {
            let message = format!("`{}` does not have ON OVERFLOW", function.name);
            let diagnostic = Diagnostic::new(Code::Syntax, *span, message);
            self.report(diagnostic.help("remove it: only `listagg` has it"));
            return None;
        }
        let ast::Truncate { filler, counts } = truncate.as_ref()?;
        Some(Truncation { filler: filler.clone(), counts: *counts })
    }

    /// The order of a call's values: in its parentheses or, of some functions,
    /// in WITHIN GROUP.
    pub(super) fn within_group<'c>(
        &mut self,
        function: &Function,
        order_by: Option<&'c ast::OrderBy>,
        within_group: Option<&'c ast::OrderBy>,
    ) -> Option<&'c ast::OrderBy> {
        let Some(ast::OrderBy { keys: _, span }) = within_group else { return order_by };
        let name = function.name;
        if order_by.is_some() {
            self.report(
                Diagnostic::new(Code::Syntax, *span, format!("`{name}` is ordered twice"))
                    .help("take one of the two ORDER BY out"),
            );
        } else if !function.is_ordered_set() {
            self.report(
                Diagnostic::new(Code::Syntax, *span, format!("`{name}` takes no WITHIN GROUP"))
                    .help(format!("write `{name}(… ORDER BY …)`")),
            );
        }
        if function.is_ordered_set() { within_group } else { order_by }
    }

    /// Reports modifiers that the function can't have; `none` is whether it has
    /// no arguments.
    pub(super) fn check_modifiers(
        &mut self,
        function: &Function,
        modifiers: &Modifiers<'_>,
        none: bool,
    ) {
        let Modifiers { distinct, order_by, filter, nulls } = modifiers;
        let name = function.name;
        let distinct = distinct.map(|ast::Quantifier { distinct: _, span }| span);
        let filter = filter.map(|ast::Filter { condition: _, span }| first_words(*span, 1));
        let order_by = order_by.map(|ast::OrderBy { keys: _, span }| first_words(*span, 2));
        if function.kind != FunctionKind::Aggregate {
            for (span, what) in [(distinct, "DISTINCT"), (filter, "FILTER"), (order_by, "ORDER BY")]
            {
                if let Some(span) = span {
                    let message = format!("`{name}` is not an aggregate: it can't have {what}");
                    self.error(Code::MisplacedAggregate, span, message);
                }
            }
        } else if let (Some(span), true) = (order_by, none) {
            let message = format!("`{name}` has no values here that could be ordered");
            self.report(Diagnostic::new(Code::Syntax, span, message).help("take ORDER BY out"));
        }
        if let Some(ast::NullTreatment { ignore: _, span }) = nulls
            && !function.passes_over_nulls()
        {
            let message = format!("`{name}` can't have IGNORE NULLS or RESPECT NULLS");
            self.error(Code::MisplacedWindow, *span, message);
        }
    }

    /// With DISTINCT, equal values become one, which has no place among values
    /// of anything else: ORDER BY takes the arguments only.
    pub(super) fn check_distinct_order(
        &mut self,
        function: &Function,
        args: &[Expr],
        order_by: &[SortKey],
    ) {
        let name = function.name;
        for SortKey { target, descending: _, nulls_first: _ } in order_by {
            let SortTarget::Expr(expr) = target else { continue };
            if expr.is_error() || args.iter().any(|arg| arg.written().same(expr)) {
                continue;
            }
            let message = format!("with DISTINCT, `{name}` is ordered by its arguments only");
            self.report(
                Diagnostic::new(Code::NotGrouped, expr.span, message)
                    .label("this is not one of its arguments")
                    .help("order by what it takes, or leave DISTINCT out"),
            );
        }
    }
}

/// The words that a clause begins with.
const fn first_words(clause: Span, words: u32) -> Span {
    Span { start: clause.start, end: clause.start + words }
}
