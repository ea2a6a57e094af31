//! Expressions: operators, by how tightly they bind.

use crate::ast::{
    Between, Binary, BinaryOperator, DistinctFrom, Expr, ExprKind, InList, InParameter, InSubquery,
    IsNull, IsTruth, Like, Quantified,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};

use super::keyword::Keyword;
use super::parser::Parser;

/// How tightly operators bind, the loosest first, as in Trino's grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Not,
    Predicate,
    Concat,
    Sum,
    Product,
    Unary,
}

/// What comes behind an operand.
enum Infix {
    Or,
    And,
    /// An operator, and how many characters it has.
    Operator(BinaryOperator, usize),
    /// Anything else that makes a condition: IS, IN, LIKE, BETWEEN, also with NOT.
    Predicate,
    /// An operator of another language, with what it is here.
    Foreign(usize, &'static str),
}

impl Parser<'_> {
    /// An expression.
    pub(super) fn expr(&mut self) -> Expr {
        let start = self.at;
        let expr = self.deeper(|this| this.expr_at(Level::Or));
        expr.unwrap_or_else(|| Expr::error(self.since(start)))
    }

    /// An expression that must come after the word or mark `after`.
    pub(super) fn operand_after(&mut self, after: &str) -> Expr {
        if self.check_operand(after) { self.expr() } else { Expr::error(self.here()) }
    }

    /// A value, without conditions around it, that must come after the words `after`.
    pub(super) fn value_after(&mut self, after: &str) -> Expr {
        self.operand(Level::Concat, after)
    }

    /// What stands for a value, without conditions around it.
    pub(super) fn expr_of_value(&mut self) -> Expr {
        self.expr_at(Level::Concat)
    }

    /// The operand of an operator, whose text is `after`.
    fn operand(&mut self, level: Level, after: &str) -> Expr {
        if self.check_operand(after) { self.expr_at(level) } else { Expr::error(self.here()) }
    }

    fn check_operand(&mut self, after: &str) -> bool {
        if self.lost {
            return false;
        }
        if self.starts_expr() {
            return true;
        }
        self.expected(&format!("an expression after {after}"));
        false
    }

    /// Whether an operand comes `ahead`, which can't be an operator as well.
    pub(super) fn is_operand(&self, ahead: usize) -> bool {
        match self.kind(ahead) {
            None => false,
            Some(TokenKind::Punct(c)) => *c == '(',
            Some(TokenKind::Word(_)) => match self.keyword(ahead) {
                Some(Keyword::Case | Keyword::Not | Keyword::Null | Keyword::True) => true,
                Some(Keyword::False | Keyword::Exists) => true,
                Some(Keyword::Left | Keyword::Right) => self.is_punct_at(ahead + 1, '('),
                keyword => keyword.is_none_or(|keyword| !keyword.is_reserved()),
            },
            Some(_) => true,
        }
    }

    /// Whether an expression comes next, or something that was meant as one.
    pub(super) fn starts_expr(&self) -> bool {
        match self.kind(0) {
            Some(TokenKind::Punct(c)) => "(+-[?:$@".contains(*c),
            _ => self.is_operand(0),
        }
    }

    fn expr_at(&mut self, level: Level) -> Expr {
        let left = self.prefix();
        self.infix(left, level)
    }

    /// An operand with the operators before it.
    fn prefix(&mut self) -> Expr {
        let start = self.at;
        if self.lost {
            return Expr::error(self.here());
        }
        let (level, after) = match self.kind(0) {
            Some(TokenKind::Punct('-')) => (Level::Unary, "`-`"),
            Some(TokenKind::Punct('+')) => (Level::Unary, "`+`"),
            _ if self.is(Keyword::Not) => (Level::Not, "NOT"),
            _ => return self.operand_with_suffixes(),
        };
        self.at += 1;
        let operand = self.deeper(|this| this.operand(level, after));
        let Some(operand) = operand else { return Expr::error(self.since(start)) };
        let operand = Box::new(operand);
        let kind = match after {
            "`-`" => ExprKind::Negate(operand),
            "`+`" => ExprKind::Plus(operand),
            _ => ExprKind::Not(operand),
        };
        Expr::new(kind, self.since(start))
    }

    /// The operators behind an operand that bind at least as tightly as `level`.
    pub(super) fn infix(&mut self, left: Expr, level: Level) -> Expr {
        let start = left.span.start as usize;
        let mut left = left;
        while !self.lost
            && let Some((infix, binds)) = self.infix_here()
            && binds >= level
        {
            let kind = match infix {
                Infix::Or => ExprKind::Or(self.chain(left, Keyword::Or, Level::And)),
                Infix::And => ExprKind::And(self.chain(left, Keyword::And, Level::Not)),
                Infix::Operator(operator, length) => self.operation(left, operator, length, binds),
                Infix::Predicate => self.predicate(left),
                Infix::Foreign(length, help) => {
                    self.foreign_operator(length, help);
                    let after = self.tokens[self.at - 1].kind.describe();
                    self.operand(Level::Unary, &after);
                    ExprKind::Error
                }
            };
            left = Expr::new(kind, self.since(start));
        }
        left
    }

    fn infix_here(&self) -> Option<(Infix, Level)> {
        use BinaryOperator as Op;
        use Keyword as K;
        let TokenKind::Punct(c) = self.kind(0)? else {
            let predicate = (Infix::Predicate, Level::Predicate);
            return match self.keyword(0)? {
                K::Or => Some((Infix::Or, Level::Or)),
                K::And => Some((Infix::And, Level::And)),
                K::Is | K::In | K::Like | K::Between => Some(predicate),
                K::Not => match self.keyword(1)? {
                    K::In | K::Like | K::Between | K::Null => Some(predicate),
                    K::Ilike | K::Rlike | K::Regexp | K::Glob | K::Similar => Some(predicate),
                    _ => None,
                },
                K::Ilike if self.is_operand(1) || self.kind(1).is_none() => Some(predicate),
                K::Rlike | K::Regexp | K::Glob if self.is_operand(1) => Some(predicate),
                K::Similar if self.keyword(1) == Some(K::To) => Some(predicate),
                K::Isnull | K::Notnull if !self.is_punct_at(1, '(') => Some(predicate),
                K::Div if self.is_operand(1) => {
                    Some((Infix::Foreign(1, "`/` divides whole numbers whole"), Level::Product))
                }
                K::Mod if self.is_operand(1) && !self.is_punct_at(1, '(') => {
                    Some((Infix::Foreign(1, "write `%`"), Level::Product))
                }
                _ => None,
            };
        };
        let next = match self.kind(1) {
            Some(TokenKind::Punct(next)) if self.tokens[self.at].joint => Some(*next),
            _ => None,
        };
        let third = next.is_some() && self.tokens[self.at + 1].joint && self.is_punct_at(2, '>');
        let compare =
            |operator, length| Some((Infix::Operator(operator, length), Level::Predicate));
        let foreign = |length, help| Some((Infix::Foreign(length, help), Level::Product));
        match (c, next) {
            ('<', Some('=')) if third => foreign(3, "write `IS NOT DISTINCT FROM`"),
            ('<', Some('=')) => compare(Op::LtEq, 2),
            ('>', Some('=')) => compare(Op::GtEq, 2),
            ('<', Some('>')) | ('!', Some('=')) => compare(Op::NotEq, 2),
            ('=', Some('=')) => compare(Op::Eq, 2),
            ('=', Some('>')) => None,
            ('<', Some('<')) => foreign(2, "write `bitwise_left_shift(x, n)`"),
            ('>', Some('>')) => foreign(2, "write `bitwise_right_shift(x, n)`"),
            ('=', _) => compare(Op::Eq, 1),
            ('<', _) => compare(Op::Lt, 1),
            ('>', _) => compare(Op::Gt, 1),
            ('|', Some('|')) => Some((Infix::Operator(Op::Concat, 2), Level::Concat)),
            ('&', Some('&')) => Some((Infix::And, Level::And)),
            ('-', Some('>')) if third => foreign(3, "write `json_extract_scalar(x, '$.name')`"),
            ('-', Some('>')) => foreign(2, "write `json_extract(x, '$.name')`"),
            ('+', _) => Some((Infix::Operator(Op::Add, 1), Level::Sum)),
            ('-', _) => Some((Infix::Operator(Op::Subtract, 1), Level::Sum)),
            ('*', _) => Some((Infix::Operator(Op::Multiply, 1), Level::Product)),
            ('/', _) => Some((Infix::Operator(Op::Divide, 1), Level::Product)),
            ('%', _) => Some((Infix::Operator(Op::Modulo, 1), Level::Product)),
            ('|', _) => foreign(1, "strings are joined with `||`, bits with `bitwise_or(a, b)`"),
            ('&', _) => foreign(1, "write `bitwise_and(a, b)`, or AND between conditions"),
            ('^', _) => foreign(1, "powers are written as `power(x, n)`"),
            ('~', _) => foreign(1, "write `regexp_like(x, pattern)`"),
            ('#', _) => foreign(1, "write `bitwise_xor(a, b)`"),
            _ => None,
        }
    }

    /// The operands of a chain of AND or OR, of which one was read.
    fn chain(&mut self, first: Expr, keyword: Keyword, level: Level) -> Vec<Expr> {
        let mut operands = vec![first];
        loop {
            if self.is_pair_at(0, '&', '&') && keyword == Keyword::And && !self.lost {
                let span = Span { start: self.at as u32, end: self.at as u32 + 2 };
                let diagnostic =
                    Diagnostic::new(Code::Syntax, span, "`&&` is not an operator of SQL")
                        .help("write `AND`");
                self.report(diagnostic);
                self.at += 2;
            } else if !self.eat(keyword) {
                return operands;
            }
            operands.push(self.operand(level, keyword.text()));
        }
    }

    fn operation(
        &mut self,
        left: Expr,
        operator: BinaryOperator,
        length: usize,
        level: Level,
    ) -> ExprKind {
        let start = self.at;
        self.at += length;
        let text: String = self.tokens[start..self.at]
            .iter()
            .map(|token| match token.kind {
                TokenKind::Punct(c) => c,
                _ => ' ',
            })
            .collect();
        if text == "==" {
            let message = "`==` is not an operator of SQL";
            let diagnostic =
                Diagnostic::new(Code::Syntax, self.since(start), message).help("equality is `=`");
            self.report(diagnostic);
        }
        if level == Level::Predicate
            && let Some(quantifier @ (Keyword::All | Keyword::Any | Keyword::Some)) =
                self.keyword(0)
            && self.is_punct_at(1, '(')
        {
            self.at += 1;
            return self.quantified(left, operator, quantifier);
        }
        // Operators of the same level are read from the left.
        let right = self.operand(tighter(level), &format!("`{text}`"));
        ExprKind::Operation(Box::new(Binary { operator, left, right }))
    }

    /// The parentheses of `left > ALL (…)`, which come next.
    fn quantified(
        &mut self,
        operand: Expr,
        operator: BinaryOperator,
        quantifier: Keyword,
    ) -> ExprKind {
        let start = self.at;
        if !self.opens_query() {
            self.skip_group();
            let what = format!("{} of what is not a query", quantifier.text());
            self.instead(self.since(start), &what, "write `contains(array, x)`, or IN with a list");
            return ExprKind::Error;
        }
        let query = self.query_group();
        let (all, query_span) = (quantifier == Keyword::All, self.since(start));
        ExprKind::Quantified(Box::new(Quantified { operand, operator, all, query, query_span }))
    }

    fn foreign_operator(&mut self, length: usize, help: &str) {
        let start = self.at;
        self.at += length;
        let text: String = self.tokens[start..self.at]
            .iter()
            .map(|token| match &token.kind {
                TokenKind::Punct(c) => c.to_string(),
                TokenKind::Word(word) => word.to_uppercase(),
                _ => String::new(),
            })
            .collect();
        let message = format!("`{text}` is not an operator of lake SQL");
        let diagnostic = Diagnostic::new(Code::Syntax, self.since(start), message).help(help);
        self.report(diagnostic);
    }

    fn predicate(&mut self, operand: Expr) -> ExprKind {
        use Keyword as K;
        let start = self.at;
        if self.eat(K::Is) {
            return self.is_predicate(operand);
        }
        let negated = self.eat(K::Not);
        let keyword = self.keyword(0);
        let word = self.here();
        self.at += 1;
        match keyword {
            Some(K::Null) => {
                let message = "NOT NULL behind an operand needs IS";
                let diagnostic = Diagnostic::new(Code::Syntax, self.since(start), message)
                    .help("write `IS NOT NULL`");
                self.report(diagnostic);
                ExprKind::Error
            }
            Some(K::In) => self.in_predicate(operand, negated),
            Some(K::Like) => self.like(operand, false, negated),
            Some(K::Ilike) => self.like(operand, true, negated),
            Some(K::Between) => self.between(operand, negated),
            Some(K::Isnull) => {
                self.instead(word, "ISNULL", "write `IS NULL`");
                ExprKind::Error
            }
            Some(K::Notnull) => {
                self.instead(word, "NOTNULL", "write `IS NOT NULL`");
                ExprKind::Error
            }
            Some(keyword) => {
                let help = match keyword {
                    K::Rlike | K::Regexp => "write `regexp_like(x, pattern)`",
                    _ => "write LIKE, or `regexp_like(x, pattern)`",
                };
                if keyword == K::Similar {
                    self.at += 1;
                    let span = self.since(self.at - 2);
                    self.instead(span, "SIMILAR TO", help);
                } else {
                    self.instead(word, keyword.text(), help);
                }
                self.operand(Level::Concat, keyword.text());
                if self.eat(K::Escape) {
                    self.operand(Level::Concat, "ESCAPE");
                }
                ExprKind::Error
            }
            None => ExprKind::Error,
        }
    }

    /// What follows IS.
    fn is_predicate(&mut self, operand: Expr) -> ExprKind {
        use Keyword as K;
        let negated = self.eat(K::Not);
        if self.eat(K::Null) {
            return ExprKind::IsNull(Box::new(IsNull { operand, negated }));
        }
        if self.eat_all(&[K::Distinct, K::From]) {
            let right = self.operand(Level::Concat, "IS DISTINCT FROM");
            let kind =
                ExprKind::DistinctFrom(Box::new(DistinctFrom { left: operand, right, negated }));
            self.check_no_comparison("IS DISTINCT FROM");
            return kind;
        }
        if self.eat(K::Distinct) {
            self.expected("FROM after DISTINCT");
            return ExprKind::Error;
        }
        let value = match self.keyword(0) {
            Some(K::True) => Some(true),
            Some(K::False) => Some(false),
            Some(K::Unknown) => None,
            _ => return self.expected_after_is(negated),
        };
        self.at += 1;
        ExprKind::IsTruth(Box::new(IsTruth { operand, value, negated }))
    }

    fn expected_after_is(&mut self, negated: bool) -> ExprKind {
        let is = if negated { "IS NOT" } else { "IS" };
        let equal = if negated { "inequality is `<>`" } else { "equality is `=`" };
        let found = self.found();
        let message =
            format!("expected NULL, TRUE, FALSE or DISTINCT FROM after {is}, found {found}");
        let diagnostic = Diagnostic::new(Code::Syntax, self.here(), message).help(equal);
        self.report(diagnostic);
        if self.starts_expr() {
            self.expr_at(Level::Concat);
        } else {
            self.lost = true;
        }
        ExprKind::Error
    }

    /// A comparison behind a predicate that ends in an operand could belong to
    /// either: engines do not agree.
    fn check_no_comparison(&mut self, after: &str) {
        if self.lost {
            return;
        }
        if let Some((Infix::Operator(_, length), Level::Predicate)) = self.infix_here() {
            let span = Span { start: self.at as u32, end: (self.at + length) as u32 };
            let message = format!("a comparison can't follow {after}");
            let diagnostic = Diagnostic::new(Code::Syntax, span, message)
                .help("put parentheses around what belongs together");
            self.report(diagnostic);
        }
    }

    /// Whether the parentheses hold others and nothing else: `((SELECT …))` is a list of
    /// one value.
    fn opens_value(&self) -> bool {
        self.is_punct_at(1, '(') && self.partner_is(0, self.after_group(1))
    }

    fn in_predicate(&mut self, operand: Expr, negated: bool) -> ExprKind {
        let start = operand.span.start as usize;
        match self.kind(0) {
            Some(TokenKind::Parameter(_)) => {
                let parameter = self.parameter_index();
                self.at += 1;
                self.parameters[parameter].list = true;
                ExprKind::InParameter(Box::new(InParameter { operand, parameter, negated }))
            }
            Some(TokenKind::Punct('(')) if self.is_punct_at(1, ')') => {
                self.at += 2;
                let message = "IN takes at least one value";
                let diagnostic = Diagnostic::new(Code::Syntax, self.since(start), message)
                    .help("a bound list may be empty: `IN {list}`");
                self.report(diagnostic);
                ExprKind::Error
            }
            Some(TokenKind::Punct('(')) if self.opens_query() && !self.opens_value() => {
                let open = self.at;
                let query = self.group("the end of the query or ", Self::query);
                let query_span = self.since(open);
                ExprKind::InSubquery(Box::new(InSubquery { operand, query, query_span, negated }))
            }
            Some(TokenKind::Punct('(')) => {
                let items = self.group("`,` or ", |this| this.list_in_group(Self::expr));
                ExprKind::InList(Box::new(InList { operand, items, negated }))
            }
            _ if self.is(Keyword::Unnest) && self.is_punct_at(1, '(') => {
                self.instead(self.here(), "IN UNNEST", "write `contains(array, x)`");
                self.at += 1;
                self.skip_group();
                ExprKind::Error
            }
            found => {
                let help = match found {
                    Some(TokenKind::Text(text)) => format!("write `IN ('{text}')`"),
                    Some(TokenKind::Number(number)) => format!("write `IN ({number})`"),
                    Some(TokenKind::Word(word)) if self.is_operand(0) => {
                        format!("write `IN ({word})`")
                    }
                    _ => "write `IN (a, b)`".to_owned(),
                };
                let message = format!("IN takes a list in parentheses, found {}", self.found());
                let diagnostic = Diagnostic::new(Code::Syntax, self.here(), message)
                    .help(help)
                    .help("a list is bound as `IN {list}`");
                self.report(diagnostic);
                if self.is_operand(0) {
                    self.expr_at(Level::Concat);
                    // The rest of a list without parentheses.
                    self.lost |= self.is_punct(',');
                } else {
                    self.lost = true;
                }
                ExprKind::Error
            }
        }
    }

    fn like(&mut self, operand: Expr, ignores_case: bool, negated: bool) -> ExprKind {
        let word = if ignores_case { "ILIKE" } else { "LIKE" };
        if let Some(quantifier @ (Keyword::All | Keyword::Any | Keyword::Some)) = self.keyword(0)
            && self.is_punct_at(1, '(')
        {
            let what = format!("{word} {}", quantifier.text());
            self.instead(self.here(), &what, "join the conditions with OR or AND");
            self.at += 1;
            self.skip_group();
            return ExprKind::Error;
        }
        if !self.starts_expr() {
            let message = format!("expected a pattern after {word}, found {}", self.found());
            let diagnostic = Diagnostic::new(Code::Syntax, self.here(), message)
                .help("`%` in a pattern is any text, `_` any one character");
            self.fail(diagnostic);
            return ExprKind::Error;
        }
        let pattern = self.operand(Level::Concat, word);
        let escape = self.eat(Keyword::Escape).then(|| self.operand(Level::Concat, "ESCAPE"));
        let like =
            ExprKind::Like(Box::new(Like { operand, pattern, escape, ignores_case, negated }));
        self.check_no_comparison(word);
        like
    }

    fn between(&mut self, operand: Expr, negated: bool) -> ExprKind {
        if self.is(Keyword::Symmetric) && self.is_operand(1) {
            let help = "write `BETWEEN least(a, b) AND greatest(a, b)`";
            self.instead(self.here(), "SYMMETRIC", help);
            self.at += 1;
        }
        let low = self.operand(Level::Concat, "BETWEEN");
        if !self.eat(Keyword::And) && !self.lost {
            let mut diagnostic = self.expectation("AND after the lower bound of BETWEEN");
            diagnostic.help = vec!["write `BETWEEN low AND high`".to_owned()];
            self.report(diagnostic);
            if self.is_punct(',') && self.is_operand(1) {
                self.at += 1;
            } else {
                self.lost = true;
            }
        }
        let high = self.operand(Level::Concat, "AND");
        ExprKind::Between(Box::new(Between { operand, low, high, negated }))
    }
}

/// The level above: what a right operand may have, so that operators of one
/// level are read from the left.
const fn tighter(level: Level) -> Level {
    match level {
        Level::Or => Level::And,
        Level::And => Level::Not,
        Level::Not => Level::Predicate,
        Level::Predicate => Level::Concat,
        Level::Concat => Level::Sum,
        Level::Sum => Level::Product,
        Level::Product | Level::Unary => Level::Unary,
    }
}
