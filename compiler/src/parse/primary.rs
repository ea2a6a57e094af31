//! Operands: names, literals, parentheses, CASE, and what lake SQL has no
//! operand for.

use lakequery_types::Type;

use crate::ast::{
    AtTimeZone, Case, DataType, Expr, ExprKind, FieldOf, Interval, IntervalUnit, IntervalUnits,
    Query, TypedLiteral, When,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};

use super::keyword::Keyword;
use super::parser::Parser;

impl Parser<'_> {
    /// An operand with what may stand directly behind one.
    pub(super) fn operand_with_suffixes(&mut self) -> Expr {
        let start = self.at;
        let kind = self.primary();
        let mut expr = Expr::new(kind, self.since(start));
        while !self.lost {
            let kind = match self.kind(0) {
                Some(TokenKind::Punct('[')) => self.subscript(expr),
                Some(TokenKind::Punct('.'))
                    if matches!(self.kind(1), Some(TokenKind::Word(_) | TokenKind::Quoted(_))) =>
                {
                    self.at += 1;
                    let field = self.any_name();
                    ExprKind::Field(Box::new(FieldOf { base: expr, field }))
                }
                _ if self.are(&[Keyword::At, Keyword::Time, Keyword::Zone]) => {
                    self.at += 3;
                    let zone = self.time_zone();
                    ExprKind::AtTimeZone(Box::new(AtTimeZone { operand: expr, zone }))
                }
                _ if self.suffix() => ExprKind::Error,
                _ => break,
            };
            expr = Expr::new(kind, self.since(start));
        }
        expr
    }

    /// Reports a suffix that lake SQL does not have, and takes it.
    fn suffix(&mut self) -> bool {
        let start = self.at;
        match self.kind(0) {
            Some(TokenKind::Punct(':')) if self.is_pair_at(0, ':', ':') => {
                self.at += 2;
                let span = self.since(start);
                let help = match self.data_type() {
                    Some(ty) => format!("write `CAST(… AS {})`", ty.text()),
                    None => "write `CAST(… AS type)`".to_owned(),
                };
                let message = "`::` is not an operator of lake SQL";
                self.report(Diagnostic::new(Code::Syntax, span, message).help(help));
            }
            Some(TokenKind::Punct(':'))
                if matches!(self.kind(1), Some(TokenKind::Word(_))) && !self.colon_ends =>
            {
                self.at += 2;
                let help = "write `json_extract_scalar(x, '$.name')`";
                self.instead(self.since(start), "access to JSON with `:`", help);
            }
            Some(TokenKind::Word(_)) if self.is(Keyword::At) && self.is_local(1) => {
                self.at += 2;
                self.instead(self.since(start), "AT LOCAL", "write `AT TIME ZONE 'UTC'`");
            }
            Some(TokenKind::Word(_)) if self.is(Keyword::Collate) && self.is_name(1) => {
                self.at += 2;
                self.instead(self.since(start), "COLLATE", "texts compare by code points");
            }
            _ => return false,
        }
        true
    }

    /// What follows AT TIME ZONE.
    fn time_zone(&mut self) -> Expr {
        let start = self.at;
        if !self.starts_expr() {
            self.expected("a time zone, such as 'Europe/Berlin', after AT TIME ZONE");
            return Expr::error(self.here());
        }
        let kind = self.primary();
        Expr::new(kind, self.since(start))
    }

    fn is_local(&self, ahead: usize) -> bool {
        matches!(self.kind(ahead), Some(TokenKind::Word(word)) if word.eq_ignore_ascii_case("LOCAL"))
    }

    fn primary(&mut self) -> ExprKind {
        match self.kind(0) {
            Some(TokenKind::Word(_)) => self.word(),
            Some(TokenKind::Quoted(_)) => self.named(),
            Some(TokenKind::Number(number)) => {
                self.at += 1;
                ExprKind::Number(number.clone())
            }
            Some(TokenKind::Text(text)) => {
                self.at += 1;
                ExprKind::Text(text.clone())
            }
            Some(TokenKind::Binary(bytes)) => {
                self.at += 1;
                ExprKind::Binary(bytes.clone())
            }
            Some(TokenKind::Parameter(_)) => {
                let index = self.parameter_index();
                self.at += 1;
                ExprKind::Parameter(index)
            }
            Some(TokenKind::Punct('(')) => self.parentheses(),
            Some(TokenKind::Punct('[')) => {
                let start = self.at;
                self.skip_group();
                self.instead(self.since(start), "an array in brackets", "write `ARRAY[…]`");
                ExprKind::Error
            }
            Some(TokenKind::Punct(c @ ('?' | '$' | '@' | ':'))) => self.foreign_parameter(*c),
            _ => {
                self.expected("an expression");
                ExprKind::Error
            }
        }
    }

    /// `?`, `$1`, `@name` or `:name`.
    fn foreign_parameter(&mut self, mark: char) -> ExprKind {
        let start = self.at;
        self.at += 1;
        let name = match self.kind(0) {
            Some(TokenKind::Word(name)) if mark != '?' => Some(name.as_str()),
            Some(TokenKind::Number(_)) if mark != '?' => {
                self.at += 1;
                None
            }
            _ => None,
        };
        self.at += usize::from(name.is_some());
        let (text, help) = match name {
            Some(name) => (format!("{mark}{name}"), format!("write `{{{name}}}`")),
            None => (mark.to_string(), "a parameter is bound as `{expression}`".to_owned()),
        };
        let span = if name.is_some() { self.since(start) } else { Span::token(start as u32) };
        let message = format!("`{text}` means nothing in lake SQL");
        self.report(Diagnostic::new(Code::Syntax, span, message).help(help));
        ExprKind::Error
    }

    /// What begins with a word that may be a keyword.
    fn word(&mut self) -> ExprKind {
        use Keyword as K;
        let open = self.is_punct_at(1, '(');
        match self.keyword(0) {
            None => self.named(),
            Some(K::Null) => self.constant(ExprKind::Null),
            Some(K::True) => self.constant(ExprKind::Boolean(true)),
            Some(K::False) => self.constant(ExprKind::Boolean(false)),
            Some(K::Case) => self.case(),
            Some(K::Exists) if open => {
                self.at += 1;
                match self.opens_query() {
                    true => ExprKind::Exists(Box::new(self.query_group())),
                    false => {
                        self.group("", |this| {
                            this.expected("a query in the parentheses of EXISTS")
                        });
                        ExprKind::Error
                    }
                }
            }
            Some(K::Interval) if self.is_interval() => self.interval(),
            Some(K::Current | K::CurrentDate | K::CurrentTime | K::CurrentTimestamp) if !open => {
                self.niladic()
            }
            Some(K::Localtime | K::Localtimestamp) if !open => self.niladic(),
            Some(K::Array) if self.is_punct_at(1, '[') => self.array(),
            Some(K::Row) if open => self.row_of_values(),
            Some(K::Struct) if open => {
                let start = self.at;
                self.at += 1;
                self.skip_group();
                self.instead(self.since(start), "STRUCT", "write `ROW(…)`");
                ExprKind::Error
            }
            Some(K::Left | K::Right) if open => self.named(),
            Some(keyword) if open && Self::is_special_form(keyword) => self.special_form(keyword),
            Some(keyword) if keyword.is_reserved() => {
                self.expected("an expression");
                ExprKind::Error
            }
            Some(_) => self.named(),
        }
    }

    fn constant(&mut self, kind: ExprKind) -> ExprKind {
        self.at += 1;
        kind
    }

    /// A name, a call, a typed literal or a lambda: what begins with a name.
    fn named(&mut self) -> ExprKind {
        if let Some(literal) = self.typed_literal() {
            return literal;
        }
        let start = self.at;
        let name = self.any_name();
        if self.is_pair_at(0, '-', '>')
            && !self.is_pair_at(1, '>', '>')
            && !matches!(self.kind(2), Some(TokenKind::Text(_) | TokenKind::Number(_)))
        {
            return self.lambda(vec![name], start);
        }
        let mut path = self.rest_of_path(name);
        if self.lost {
            return ExprKind::Error;
        }
        if self.is_punct('(') {
            return self.json_function(&path).unwrap_or_else(|| self.call(path));
        }
        if path.parts.len() == 1
            && let Some(name) = path.parts.pop()
        {
            return ExprKind::Name(name);
        }
        ExprKind::Path(path)
    }

    /// `(query)`.
    pub(super) fn query_group(&mut self) -> Query {
        self.group("the end of the query or ", Self::query)
    }

    fn parentheses(&mut self) -> ExprKind {
        let start = self.at;
        let after = self.after_group(0);
        if self.is_pair_at(after, '-', '>')
            && !matches!(self.kind(after + 2), Some(TokenKind::Text(_) | TokenKind::Number(_)))
            && (self.is_punct_at(1, ')') || self.is_name(1))
        {
            let parameters = self.lambda_parameters();
            return self.lambda(parameters, start);
        }
        let is_query = if self.is_punct_at(1, '(') {
            // `((SELECT 1) UNION (SELECT 2))`, but not `((SELECT 1) + 2)`.
            let inner = self.after_group(1);
            !self.partner_is(0, inner) && self.opens_query()
        } else {
            self.is_query(1)
        };
        if is_query {
            return ExprKind::Subquery(Box::new(self.query_group()));
        }
        if self.is_punct_at(1, '*') && self.is_punct_at(2, ')') {
            self.skip_group();
            let message = "`*` can't stand for a value";
            self.report(Diagnostic::new(Code::Syntax, self.since(start), message));
            return ExprKind::Error;
        }
        let mut items = self.group("an operator or ", |this| this.list_in_group(Self::expr));
        match items.len() {
            1 => match items.pop() {
                Some(inner) => ExprKind::Nested(Box::new(inner)),
                None => ExprKind::Error,
            },
            _ => ExprKind::Row(items),
        }
    }

    /// `CASE … END`; the word comes next.
    fn case(&mut self) -> ExprKind {
        let start = self.at;
        self.at += 1;
        let operand = (!self.is(Keyword::When)).then(|| self.operand_after("CASE"));
        let mut branches = Vec::new();
        if !self.is(Keyword::When) && !self.lost {
            self.expected("WHEN after CASE");
        }
        while self.is(Keyword::When) && !self.lost {
            branches.push(self.when());
        }
        let otherwise = (!self.lost && self.eat(Keyword::Else)).then(|| self.operand_after("ELSE"));
        if !self.lost && !self.eat(Keyword::End) {
            self.case_without_end(start);
        }
        ExprKind::Case(Box::new(Case { operand, branches, otherwise }))
    }

    fn when(&mut self) -> When {
        let start = self.at;
        self.at += 1;
        let condition = self.operand_after("WHEN");
        if !self.eat(Keyword::Then) && !self.lost {
            let mut diagnostic = self.expectation("THEN after the condition of WHEN");
            diagnostic.help = vec!["write `WHEN condition THEN result`".to_owned()];
            self.fail(diagnostic);
        }
        let result = match self.lost {
            true => Expr::error(self.here()),
            false => self.operand_after("THEN"),
        };
        When { condition, result, span: self.since(start) }
    }

    fn case_without_end(&mut self, start: usize) {
        let ends = self.is_end()
            || self.is_punct(',')
            || self.starts_clause()
            || self.is(Keyword::As)
            || self.starts_join();
        if !ends {
            self.expected("WHEN, ELSE or END");
            return;
        }
        let case = Span::token(start as u32);
        let diagnostic = Diagnostic::new(Code::Syntax, case, "this CASE is never closed")
            .help(format!("END is missing before {}", self.found()));
        self.report(diagnostic);
    }

    /// `DATE '…'`, `DECIMAL(10, 2) '…'` and their like.
    fn typed_literal(&mut self) -> Option<ExprKind> {
        let TokenKind::Word(word) = self.kind(0)? else { return None };
        let text_at = match self.kind(1)? {
            TokenKind::Text(_) => 1,
            TokenKind::Punct('(') => self.after_group(1),
            TokenKind::Word(_) => match self.keyword(1)? {
                Keyword::Precision => 2,
                Keyword::With | Keyword::Without => 4,
                _ => return None,
            },
            _ => return None,
        };
        let Some(TokenKind::Text(text)) = self.kind(text_at) else { return None };
        let start = self.at;
        let is_type = Type::parse(word).is_ok();
        if !is_type {
            return None;
        }
        let ty =
            self.data_type().unwrap_or_else(|| DataType::plain(word.clone(), self.since(start)));
        let text_span = self.here();
        self.at = start + text_at + 1;
        let text = text.clone();
        Some(ExprKind::TypedLiteral(Box::new(TypedLiteral { ty, text, text_span })))
    }

    /// Whether INTERVAL, which comes next, begins a literal.
    fn is_interval(&self) -> bool {
        match self.kind(1) {
            Some(TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Parameter(_)) => true,
            Some(TokenKind::Punct('(')) => true,
            Some(TokenKind::Punct('-' | '+')) => {
                matches!(self.kind(2), Some(TokenKind::Text(_) | TokenKind::Number(_)))
            }
            _ => false,
        }
    }

    /// `INTERVAL '3' MONTH`; the word comes next.
    fn interval(&mut self) -> ExprKind {
        let start = self.at;
        self.at += 1;
        let negative = self.eat_punct('-');
        if !negative {
            self.eat_punct('+');
        }
        let text_span = self.here();
        let Some(TokenKind::Text(text)) = self.kind(0) else {
            let value = self.at;
            self.skip();
            let diagnostic =
                Diagnostic::new(Code::Syntax, self.since(value), "an interval's value is a string")
                    .help("write `INTERVAL '3' DAY`; for a bound number, `{n} * INTERVAL '1' DAY`");
            self.report(diagnostic);
            self.interval_units();
            return ExprKind::Error;
        };
        self.at += 1;
        let Some(units) = self.interval_units() else {
            let span = self.since(start);
            if let Some(TokenKind::Word(word)) = self.kind(0)
                && self.is_name(0)
                && !text.contains(' ')
                && !self.starts_clause()
            {
                let message = format!("`{word}` is not a unit of intervals");
                let diagnostic = Diagnostic::new(Code::BadLiteral, self.here(), message)
                    .help("the units are YEAR, MONTH, DAY, HOUR, MINUTE and SECOND");
                self.report(diagnostic);
                self.at += 1;
                return ExprKind::Error;
            }
            let diagnostic = Diagnostic::new(Code::Syntax, span, "an interval needs a unit");
            self.report(diagnostic.help(interval_help(text)));
            return ExprKind::Error;
        };
        let text = text.clone();
        ExprKind::Interval(Box::new(Interval { negative, text, text_span, units }))
    }

    fn interval_units(&mut self) -> Option<IntervalUnits> {
        let start = self.at;
        let first = self.interval_unit()?;
        let last = if self.is(Keyword::To) {
            self.at += 1;
            let last = self.interval_unit();
            if last.is_none() {
                self.expected("a unit after TO: YEAR, MONTH, DAY, HOUR, MINUTE or SECOND");
            }
            last
        } else {
            None
        };
        Some(IntervalUnits { first, last, span: self.since(start) })
    }

    fn interval_unit(&mut self) -> Option<IntervalUnit> {
        let TokenKind::Word(word) = self.kind(0)? else { return None };
        let unit = unit_of(word)?;
        let span = self.here();
        self.at += 1;
        if self.is_punct('(') {
            let open = self.at;
            self.skip_group();
            self.instead(self.since(open), "the precision of an interval", "remove it");
        }
        debug_assert!(span.start < span.end);
        Some(unit)
    }
}

/// The unit that a word names, in the singular or the plural.
fn unit_of(word: &str) -> Option<IntervalUnit> {
    const UNITS: [(&str, IntervalUnit); 6] = [
        ("YEAR", IntervalUnit::Year),
        ("MONTH", IntervalUnit::Month),
        ("DAY", IntervalUnit::Day),
        ("HOUR", IntervalUnit::Hour),
        ("MINUTE", IntervalUnit::Minute),
        ("SECOND", IntervalUnit::Second),
    ];
    let singular = word.strip_suffix(['s', 'S']).unwrap_or(word);
    UNITS.iter().find(|(name, _)| singular.eq_ignore_ascii_case(name)).map(|(_, unit)| *unit)
}

/// How an interval is written whose unit is missing or in its string.
fn interval_help(text: &str) -> String {
    let inside = text.split_once(' ').and_then(|(number, unit)| {
        let unit = unit_of(unit.trim())?;
        Some(format!("write `INTERVAL '{number}' {}`", format!("{unit:?}").to_uppercase()))
    });
    inside.unwrap_or_else(|| format!("such as `INTERVAL '{text}' DAY`"))
}
