//! What sqlparser shall accept.
//!
//! Wider than lake SQL where that lets lowering say "not supported" of a thing
//! by its name instead of "syntax error".

use sqlparser::dialect::Dialect;

/// Lake SQL, for sqlparser.
#[derive(Debug)]
pub(super) struct LakeSql;

impl Dialect for LakeSql {
    // The two questions of its tokenizer, which is never used: tokens come from
    // `crate::token`.
    fn is_identifier_start(&self, c: char) -> bool {
        c.is_alphabetic() || c == '_'
    }

    fn is_identifier_part(&self, c: char) -> bool {
        c.is_alphanumeric() || c == '_'
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
