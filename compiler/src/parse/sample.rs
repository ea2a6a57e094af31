//! TABLESAMPLE.

use crate::ast::{Expr, Relation, Sample, SampleMethod};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};

use super::parser::Parser;

impl Parser<'_> {
    /// `relation TABLESAMPLE method (percentage)`, whose relation was read; the word comes next.
    pub(super) fn sample(&mut self, relation: Relation, start: usize) -> Relation {
        self.at += 1;
        let method = self.sample_method(0);
        if method.is_none() {
            let what = "BERNOULLI or SYSTEM after TABLESAMPLE";
            let diagnostic = self.expectation(what).help("write `TABLESAMPLE BERNOULLI (10)`");
            self.report(diagnostic);
        }
        self.at += usize::from(matches!(self.kind(0), Some(TokenKind::Word(_))));
        // What each takes is the same.
        let method = method.unwrap_or(SampleMethod::Bernoulli);
        if !self.is_punct('(') {
            self.expected("`(` and the percentage of a sample");
            return relation;
        }
        let percentage = self.group("", Self::percentage);
        let span = self.since(start);
        let after = self.at;
        if matches!(self.kind(0), Some(TokenKind::Word(word)) if word.eq_ignore_ascii_case("REPEATABLE"))
            && self.is_punct_at(1, '(')
        {
            self.at += 1;
            self.skip_group();
            let help = "remove it: the rows of a sample are others each time";
            self.instead(self.since(after), "REPEATABLE", help);
        }
        if let Some(alias) = self.alias() {
            let message = "the alias of a relation stands before TABLESAMPLE";
            let help = format!("write `AS {} TABLESAMPLE …`", alias.name.text);
            self.report(Diagnostic::new(Code::Syntax, alias.span, message).help(help));
        }
        Relation::Sample(Box::new(Sample { relation, method, percentage, span }))
    }

    /// The method that the word `ahead` names.
    pub(super) fn sample_method(&self, ahead: usize) -> Option<SampleMethod> {
        match self.kind(ahead)? {
            TokenKind::Word(word) if word.eq_ignore_ascii_case("BERNOULLI") => {
                Some(SampleMethod::Bernoulli)
            }
            TokenKind::Word(word) if word.eq_ignore_ascii_case("SYSTEM") => {
                Some(SampleMethod::System)
            }
            _ => None,
        }
    }

    fn percentage(&mut self) -> Expr {
        let percentage = self.operand_after("`TABLESAMPLE … (`");
        let unit = self.here();
        if let Some(TokenKind::Word(word)) = self.kind(0)
            && !self.lost
        {
            let word = word.to_ascii_uppercase();
            let help = match word.as_str() {
                "PERCENT" => "remove it: the number is a percentage",
                "ROW" | "ROWS" => "write `LIMIT`, which gives some rows",
                _ => return percentage,
            };
            self.at = self.group_end();
            self.instead(unit, &format!("{word} in TABLESAMPLE"), help);
            return Expr::error(Span { start: unit.start, end: unit.end });
        }
        percentage
    }
}
