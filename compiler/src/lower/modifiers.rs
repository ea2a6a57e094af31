//! What a call has besides its arguments: DISTINCT, `*`, ORDER BY, FILTER and
//! how it treats NULLs.

use sqlparser::ast;

use super::Lowerer;
use crate::diagnostic::{Code, Diagnostic};
use crate::function::{Function, FunctionKind};
use crate::token::{Span, TokenKind};

/// What stands in a call's parentheses, or right behind them.
#[derive(Default)]
pub(super) struct Modifiers<'c> {
    pub(super) distinct: bool,
    pub(super) order_by: &'c [ast::OrderByExpr],
    pub(super) nulls: Option<ast::NullTreatment>,
}

impl Lowerer<'_> {
    /// The modifiers of a call; `call` ends with the parenthesis behind the arguments.
    pub(super) fn modifiers<'c>(
        &mut self,
        function: &Function,
        list: Option<&'c ast::FunctionArgumentList>,
        within_group: &'c [ast::OrderByExpr],
        null_treatment: Option<ast::NullTreatment>,
        call: Span,
    ) -> Modifiers<'c> {
        let mut modifiers = Modifiers { nulls: null_treatment, ..Modifiers::default() };
        if let Some(ast::FunctionArgumentList { duplicate_treatment, args, clauses }) = list {
            modifiers.distinct = *duplicate_treatment == Some(ast::DuplicateTreatment::Distinct);
            self.check_stars(function, duplicate_treatment.is_some(), args, call);
            for clause in clauses {
                match clause {
                    ast::FunctionArgumentClause::OrderBy(keys) => modifiers.order_by = keys,
                    other => {
                        let text = other.to_string();
                        let word =
                            text.split(' ').next().and_then(|word| self.modifier(call, word));
                        self.unsupported(word.unwrap_or(call), &format!("`{text}` in a call"));
                    }
                }
            }
        }
        let behind = self.behind(call);
        if !within_group.is_empty() {
            self.check_within_group(function, !modifiers.order_by.is_empty(), behind);
            if function.is_ordered_set() {
                modifiers.order_by = within_group;
            }
        }
        modifiers
    }

    /// `*` stands for the rows themselves, which `count` alone takes.
    fn check_stars(
        &mut self,
        function: &Function,
        quantified: bool,
        args: &[ast::FunctionArg],
        call: Span,
    ) {
        let name = function.name;
        let counts = name == "count";
        if counts && quantified && args.is_empty() {
            self.report(
                Diagnostic::new(Code::ArgumentCount, call, "`count` needs values to compare")
                    .help("name them: `count(DISTINCT column)`"),
            );
        }
        for (index, arg) in args.iter().enumerate() {
            let ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard) = arg else { continue };
            let span = self.star(call, index);
            let diagnostic = |message: String| Diagnostic::new(Code::ArgumentCount, span, message);
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
            } else if quantified {
                self.report(
                    diagnostic("`*` is not a value, DISTINCT compares values".to_owned())
                        .help("`count(*)` counts all rows, `count(DISTINCT x)` different values"),
                );
            }
        }
    }

    fn check_within_group(&mut self, function: &Function, ordered: bool, behind: Span) {
        let word = self.word_in(behind, "WITHIN").unwrap_or(behind);
        let span = self.with_parentheses_behind(self.next_word(word));
        let name = function.name;
        if ordered {
            self.report(
                Diagnostic::new(Code::Syntax, span, format!("`{name}` is ordered twice"))
                    .help("take one of the two ORDER BY out"),
            );
        } else if !function.is_ordered_set() {
            self.report(
                Diagnostic::new(Code::Syntax, span, format!("`{name}` takes no WITHIN GROUP"))
                    .help(format!("write `{name}(… ORDER BY …)`")),
            );
        }
    }

    /// Reports modifiers that the function can't have; `none` is whether it has
    /// no arguments.
    pub(super) fn check_modifiers(
        &mut self,
        function: &Function,
        modifiers: &Modifiers<'_>,
        filter: bool,
        none: bool,
        call: Span,
    ) {
        let Modifiers { distinct, order_by, nulls } = modifiers;
        let name = function.name;
        let ordered = !order_by.is_empty();
        if function.kind != FunctionKind::Aggregate {
            for (there, word, what) in [
                (*distinct, "DISTINCT", "DISTINCT"),
                (filter, "FILTER", "FILTER"),
                (ordered, "ORDER", "ORDER BY"),
            ] {
                if there {
                    let message = format!("`{name}` is not an aggregate: it can't have {what}");
                    let span = self.modifier(call, word).unwrap_or(call);
                    self.error(Code::MisplacedAggregate, span, message);
                }
            }
        } else if ordered && none {
            let message = format!("`{name}` has no values here that could be ordered");
            let span = self.modifier(call, "ORDER").unwrap_or(call);
            self.report(Diagnostic::new(Code::Syntax, span, message).help("take ORDER BY out"));
        }
        if nulls.is_some() && !function.passes_over_nulls() {
            let message = format!("`{name}` can't have IGNORE NULLS or RESPECT NULLS");
            let inside = Span { start: call.start + 2, end: call.end };
            let span = self.null_treatment(inside.to(self.behind(call)));
            self.error(Code::MisplacedWindow, span, message);
        }
    }

    /// Where the word stands that a modifier begins with, in the parentheses of
    /// a call or behind them.
    fn modifier(&self, call: Span, word: &str) -> Option<Span> {
        let inside = Span { start: call.start + 2, end: call.end };
        let found = self.word_in(inside, word).or_else(|| self.word_in(self.behind(call), word));
        found.map(|found| if word == "ORDER" { self.next_word(found) } else { found })
    }

    /// Where IGNORE NULLS or RESPECT NULLS first stands.
    fn null_treatment(&self, within: Span) -> Span {
        let words = ["IGNORE", "RESPECT"];
        let word = words.iter().filter_map(|word| self.word_in(within, word)).min();
        word.map_or(within, |word| self.next_word(word))
    }

    /// Where `*` stands as the argument of this index.
    fn star(&self, call: Span, index: usize) -> Span {
        let (mut depth, mut commas) = (0_usize, 0_usize);
        for at in call.start..call.end {
            match self.tokens[at as usize].kind {
                TokenKind::Punct('(' | '[') => depth += 1,
                TokenKind::Punct(')' | ']') => depth = depth.saturating_sub(1),
                TokenKind::Punct(',') if depth == 1 => commas += 1,
                TokenKind::Punct('*') if depth == 1 && commas == index => return Span::token(at),
                _ => {}
            }
        }
        call
    }

    /// A span with the parentheses right behind it.
    fn with_parentheses_behind(&self, span: Span) -> Span {
        match self.tokens.get(span.end as usize).map(|token| &token.kind) {
            Some(TokenKind::Punct('(')) => {
                self.balanced(Span { start: span.start, end: span.end + 1 })
            }
            _ => span,
        }
    }
}
