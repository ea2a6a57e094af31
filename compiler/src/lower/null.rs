//! Comparisons with the literal NULL, which are never true: a mistake where a
//! person writes one, as IS NULL was meant.

use super::Lowerer;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

/// Whether it is the word NULL. `CAST(NULL AS bigint)` is a value like others.
pub(super) const fn is_null_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Literal::Null))
}

impl Lowerer<'_> {
    /// Refuses `x = NULL` and its like; whether it did.
    pub(super) fn refuses_null(
        &mut self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) -> bool {
        let other = match (is_null_literal(left), is_null_literal(right)) {
            (_, true) => left,
            (true, false) => right,
            (false, false) => return false,
        };
        let symbol = operator.symbol();
        let test = if operator == BinaryOperator::NotEq { "IS NOT NULL" } else { "IS NULL" };
        let operand = self.written_or_dots(other.span);
        let message = format!("`{symbol} NULL` is never true, as nothing compares with NULL");
        self.report(
            Diagnostic::new(Code::NullComparison, span, message)
                .help(format!("write `{operand} {test}`")),
        );
        true
    }

    /// Refuses NULL before IN and in its list; whether it did.
    pub(super) fn refuses_null_in_list(
        &mut self,
        expr: &Expr,
        list: &[Expr],
        negated: bool,
        span: Span,
    ) -> bool {
        let not = if negated { "NOT " } else { "" };
        if is_null_literal(expr) {
            let message = format!("`NULL {not}IN` is never true, as nothing compares with NULL");
            self.error(Code::NullComparison, span, message);
            return true;
        }
        let Some(null) = list.iter().find(|item| is_null_literal(item)) else { return false };
        let operand = self.written_or_dots(expr.span);
        let others: Option<Vec<String>> = list
            .iter()
            .filter(|item| !is_null_literal(item))
            .map(|item| self.written(item.span))
            .collect();
        let others = others.map_or("…".to_owned(), |others| others.join(", "));
        let (message, help) = match (negated, others.is_empty()) {
            (true, true) => (
                "`NOT IN (NULL)` is never true".to_owned(),
                format!("write `{operand} IS NOT NULL`"),
            ),
            (false, true) => {
                ("`IN (NULL)` is never true".to_owned(), format!("write `{operand} IS NULL`"))
            }
            (true, false) => (
                "with NULL in its list, NOT IN is never true".to_owned(),
                format!("write `{operand} NOT IN ({others})`, which is not true of NULLs either"),
            ),
            (false, false) => (
                "NULL in the list of IN matches nothing, not even NULL".to_owned(),
                format!("write `({operand} IN ({others}) OR {operand} IS NULL)`"),
            ),
        };
        self.report(Diagnostic::new(Code::NullComparison, null.span, message).help(help));
        true
    }

    /// Refuses NULL in BETWEEN; whether it did.
    pub(super) fn refuses_null_between(
        &mut self,
        expr: &Expr,
        low: &Expr,
        high: &Expr,
        negated: bool,
    ) -> bool {
        let not = if negated { "NOT " } else { "" };
        let Some(null) = [expr, low, high].into_iter().find(|expr| is_null_literal(expr)) else {
            return false;
        };
        let message = format!("NULL is not a bound of {not}BETWEEN, as nothing compares with NULL");
        let diagnostic = Diagnostic::new(Code::NullComparison, null.span, message);
        let operand = self.written_or_dots(expr.span);
        let bound = match (is_null_literal(expr), is_null_literal(low), is_null_literal(high)) {
            (false, true, false) => Some((if negated { ">" } else { "<=" }, high)),
            (false, false, true) => Some((if negated { "<" } else { ">=" }, low)),
            _ => None,
        };
        let diagnostic = match bound {
            Some((symbol, bound)) => {
                let bound = self.written_or_dots(bound.span);
                diagnostic.help(format!("with one bound, write `{operand} {symbol} {bound}`"))
            }
            None => diagnostic,
        };
        self.report(diagnostic);
        true
    }

    fn written_or_dots(&self, span: Span) -> String {
        self.written(span).unwrap_or_else(|| "…".to_owned())
    }

    /// A short expression as it was written; `None` of a long one.
    pub(super) fn written(&self, span: Span) -> Option<String> {
        const MOST: usize = 9;
        let tokens = self.tokens.get(span.start as usize..span.end as usize)?;
        if tokens.len() > MOST {
            return None;
        }
        let mut text = String::new();
        let mut glued = true;
        for (i, token) in tokens.iter().enumerate() {
            let closes = matches!(token.kind, TokenKind::Punct(')' | ']' | ',' | '.'));
            let calls = matches!(token.kind, TokenKind::Punct('(' | '['))
                && i.checked_sub(1).is_some_and(|i| {
                    matches!(tokens[i].kind, TokenKind::Word(_) | TokenKind::Punct(']'))
                });
            if !(glued || closes || calls) {
                text.push(' ');
            }
            match &token.kind {
                TokenKind::Word(word) | TokenKind::Number(word) => text.push_str(word),
                TokenKind::Text(value) => {
                    text.push_str(&format!("'{}'", value.replace('\'', "''")))
                }
                TokenKind::Parameter(expression) => text.push_str(&expression.shown()),
                TokenKind::Punct(c) => text.push(*c),
                // It is quoted in another way in each form of a query.
                TokenKind::Quoted(_) | TokenKind::Binary(_) => return None,
            }
            let sign = token.kind == TokenKind::Punct('-')
                && i.checked_sub(1)
                    .is_none_or(|i| matches!(tokens[i].kind, TokenKind::Punct('(' | ',')));
            glued = sign || token.joint || matches!(token.kind, TokenKind::Punct('(' | '[' | '.'));
        }
        Some(text)
    }
}
