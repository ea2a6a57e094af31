//! What sqlparser shall accept.
//!
//! Wider than lake SQL where that lets lowering say "not supported" of a thing
//! by its name instead of "syntax error".

use std::cell::Cell;

use sqlparser::ast::Expr;
use sqlparser::dialect::{Dialect, Precedence};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};

/// Lake SQL, for sqlparser.
///
/// sqlparser reads some forms a second time as something else when the first
/// reading fails, at each level of nesting: twenty levels with a mistake inside
/// would take a million readings. So the operands that it begins to read are
/// counted, and it is stopped where they are far more than there are tokens.
#[derive(Debug)]
pub(super) struct LakeSql {
    left: Cell<usize>,
    furthest: Cell<u64>,
}

impl LakeSql {
    /// For a query of so many tokens.
    pub(super) fn new(tokens: usize) -> LakeSql {
        LakeSql { left: Cell::new(20 * tokens + 1000), furthest: Cell::new(1) }
    }

    /// Whether the parser was stopped.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// The token furthest on at which an operand was begun.
    pub(super) fn furthest(&self) -> usize {
        usize::try_from(self.furthest.get().saturating_sub(1)).unwrap_or(usize::MAX)
    }
}

impl Dialect for LakeSql {
    // The two questions of its tokenizer, which is never used: tokens come from
    // `crate::token`.
    fn is_identifier_start(&self, c: char) -> bool {
        c.is_alphabetic() || c == '_'
    }

    fn is_identifier_part(&self, c: char) -> bool {
        c.is_alphanumeric() || c == '_'
    }

    fn parse_prefix(&self, parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        let at = parser.peek_token_ref().span.start.column;
        self.furthest.set(self.furthest.get().max(at));
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                None
            }
            None => Some(Err(ParserError::RecursionLimitExceeded)),
        }
    }

    /// sqlparser would take all that follows for the right side, AND and OR included.
    fn parse_infix(
        &self,
        parser: &mut Parser<'_>,
        left: &Expr,
        _: u8,
    ) -> Option<Result<Expr, ParserError>> {
        use Keyword::{DISTINCT, FROM, IS, NOT};
        let negated = match parser.parse_keywords(&[IS, DISTINCT, FROM]) {
            true => false,
            false if parser.parse_keywords(&[IS, NOT, DISTINCT, FROM]) => true,
            false => return None,
        };
        let (left, level) = (Box::new(left.clone()), self.prec_value(Precedence::Is));
        Some(parser.parse_subexpr(level).map(|right| match negated {
            true => Expr::IsNotDistinctFrom(left, Box::new(right)),
            false => Expr::IsDistinctFrom(left, Box::new(right)),
        }))
    }

    fn allow_extract_custom(&self) -> bool {
        true
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }

    fn supports_window_clause_named_window_reference(&self) -> bool {
        true
    }

    fn supports_within_after_array_aggregation(&self) -> bool {
        true
    }

    fn supports_group_by_expr(&self) -> bool {
        true
    }

    fn supports_comma_separated_trim(&self) -> bool {
        true
    }

    fn supports_in_empty_list(&self) -> bool {
        true
    }

    fn supports_lambda_functions(&self) -> bool {
        true
    }

    fn supports_select_wildcard_except(&self) -> bool {
        true
    }

    fn supports_select_wildcard_exclude(&self) -> bool {
        true
    }
}
