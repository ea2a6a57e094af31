//! Calls of functions, and the forms that SQL writes in its own way: CAST,
//! EXTRACT, POSITION, SUBSTRING and TRIM.

use crate::ast::{
    Argument, Arguments, Call, Cast, Expr, ExprKind, Extract, Filter, Name, NullTreatment, OrderBy,
    Overflow, Path, Position, Quantifier, Substring, Trim, TrimSide, Truncate,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};

use super::expr::Level;
use super::keyword::Keyword;
use super::parser::Parser;

impl Parser<'_> {
    /// A function without parentheses: `current_date`.
    pub(super) fn niladic(&mut self) -> ExprKind {
        let name = self.any_name();
        let span = name.span;
        ExprKind::Call(Box::new(empty_call(Path { parts: vec![name], span }, span)))
    }

    /// `name(…)`; the parenthesis comes next.
    pub(super) fn call(&mut self, name: Path) -> ExprKind {
        let start = name.span.start as usize;
        let mut call = empty_call(name, Span::default());
        self.group("`,` or ", |this| this.arguments(&mut call.arguments));
        call.span = self.since(start);
        if let Some(treatment) = self.null_treatment() {
            call.nulls = Some(treatment);
        }
        if self.is(Keyword::Within) && matches!(self.kind(1), Some(TokenKind::Word(_))) {
            call.within_group = Some(self.within_group());
        }
        if self.is(Keyword::Filter) && self.is_punct_at(1, '(') {
            let filter = self.at;
            self.at += 1;
            let condition = self.group("an operator or ", |this| {
                this.expect(Keyword::Where, "`FILTER (`");
                this.operand_after("WHERE")
            });
            call.filter = Some(Filter { condition, span: self.since(filter) });
        }
        if self.are(&[Keyword::Filter, Keyword::Where]) {
            self.at += 1;
            let diagnostic = self.expectation("`(` after FILTER");
            self.report(diagnostic);
            self.at += 1;
            self.operand_after("WHERE");
        }
        if let Some(treatment) = self.null_treatment() {
            call.nulls = Some(treatment);
        }
        if self.is(Keyword::Over)
            && matches!(self.keyword(1), Some(Keyword::Order | Keyword::Partition))
            && self.keyword(2) == Some(Keyword::By)
        {
            self.at += 1;
            let diagnostic = self.expectation("`(` after OVER");
            self.report(diagnostic);
            self.window_clauses();
        }
        if self.is(Keyword::Over) && (self.is_punct_at(1, '(') || self.is_name(1)) {
            call.over = Some(self.over());
        }
        ExprKind::Call(Box::new(call))
    }

    /// What stands in the parentheses of a call.
    fn arguments(&mut self, arguments: &mut Arguments) {
        if self.is_end() {
            return;
        }
        let is_all = self.is(Keyword::All) && (self.is_operand(1) || self.is_punct_at(1, '*'));
        if self.is(Keyword::Distinct) || is_all {
            let distinct = !is_all;
            arguments.quantifier = Some(Quantifier { distinct, span: self.here() });
            self.at += 1;
        }
        loop {
            let argument = self.argument();
            arguments.args.push(argument);
            self.recover_at_comma();
            if !self.eat_punct(',') {
                break;
            }
        }
        if let Some(treatment) = self.null_treatment() {
            arguments.nulls = Some(treatment);
        }
        if self.is(Keyword::Order) {
            arguments.order_by = Some(self.order_by());
        }
        if let Some(treatment) = self.null_treatment() {
            arguments.nulls = Some(treatment);
        }
        if self.is(Keyword::Limit) {
            let start = self.at;
            self.at = self.group_end();
            self.instead(self.since(start), "LIMIT in a call", "limit in a subquery");
        }
        if self.is(Keyword::On)
            && matches!(self.kind(1), Some(TokenKind::Word(word)) if word.eq_ignore_ascii_case("OVERFLOW"))
        {
            arguments.overflow = self.overflow();
        }
    }

    /// `ON OVERFLOW …`; the first word comes next.
    fn overflow(&mut self) -> Option<Overflow> {
        let start = self.at;
        self.at += 2;
        let is_word = |this: &Self, word: &str| matches!(this.kind(0), Some(TokenKind::Word(found)) if found.eq_ignore_ascii_case(word));
        if is_word(self, "ERROR") {
            self.at += 1;
            return Some(Overflow { truncate: None, span: self.since(start) });
        }
        if !is_word(self, "TRUNCATE") {
            self.expected("ERROR or TRUNCATE after ON OVERFLOW");
            return None;
        }
        self.at += 1;
        let filler = match self.kind(0) {
            Some(TokenKind::Text(text)) => {
                self.at += 1;
                Some(text.clone())
            }
            _ => None,
        };
        let counts = self.is(Keyword::With);
        if !counts && !is_word(self, "WITHOUT") {
            let what = if filler.is_some() { "" } else { "a string, " };
            self.expected(&format!("{what}WITH COUNT or WITHOUT COUNT after TRUNCATE"));
            return None;
        }
        self.at += 1;
        if !is_word(self, "COUNT") {
            self.expected("COUNT");
            return None;
        }
        self.at += 1;
        Some(Overflow { truncate: Some(Truncate { filler, counts }), span: self.since(start) })
    }

    fn argument(&mut self) -> Argument {
        let start = self.at;
        let is_star = match self.kind(1) {
            None | Some(TokenKind::Punct(',')) => true,
            // What may follow the last argument.
            Some(TokenKind::Word(_)) => matches!(
                self.keyword(1),
                Some(Keyword::Order | Keyword::Ignore | Keyword::Respect | Keyword::Limit)
            ),
            _ => false,
        };
        if self.is_punct('*') && is_star {
            self.at += 1;
            return Argument::Star(self.since(start));
        }
        if self.is_name(0) && self.is_pair_at(1, '=', '>') {
            self.at += 3;
            let span = self.since(start);
            self.instead(span, "an argument with a name", "write the arguments in their order");
            self.operand_after("`=>`");
            return Argument::Expr(Expr::error(self.since(start)));
        }
        if matches!(self.keyword(0), Some(Keyword::Select | Keyword::With)) && self.is_query(0) {
            let diagnostic = Diagnostic::new(
                Code::Syntax,
                self.here(),
                "a query as an argument needs parentheses",
            )
            .help("write `f((SELECT …))`");
            self.report(diagnostic);
            self.query();
            return Argument::Expr(Expr::error(self.since(start)));
        }
        if let Some(lambda) = self.lambda_argument() {
            return Argument::Expr(lambda);
        }
        let arg = self.expr();
        if self.is_punct('.') && self.is_punct_at(1, '*') && !self.lost {
            self.at += 2;
            self.instead(self.since(start), "`.*` as an argument", "write `count(*)`");
            return Argument::Expr(Expr::error(self.since(start)));
        }
        if self.is(Keyword::As) && !self.lost {
            self.expected("`,` or `)`");
        }
        Argument::Expr(arg)
    }

    /// IGNORE NULLS or RESPECT NULLS, if it comes next.
    fn null_treatment(&mut self) -> Option<NullTreatment> {
        let ignore = match self.keyword(0)? {
            Keyword::Ignore => true,
            Keyword::Respect => false,
            _ => return None,
        };
        if self.keyword(1) != Some(Keyword::Nulls) || self.lost {
            return None;
        }
        let start = self.at;
        self.at += 2;
        Some(NullTreatment { ignore, span: self.since(start) })
    }

    /// `WITHIN GROUP (ORDER BY …)`; the first word comes next.
    fn within_group(&mut self) -> OrderBy {
        let start = self.at;
        self.at += 1;
        let mut keys = Vec::new();
        if self.expect(Keyword::Group, "WITHIN") {
            if self.is_punct('(') {
                keys = self.group("`,` or ", |this| match this.is(Keyword::Order) {
                    true => this.order_by().keys,
                    false => {
                        this.expected("ORDER BY after WITHIN GROUP");
                        Vec::new()
                    }
                });
            } else {
                self.expected("`(` after WITHIN GROUP");
            }
        }
        OrderBy { keys, span: self.since(start) }
    }

    /// Whether a word before a parenthesis begins a form of its own.
    pub(super) const fn is_special_form(keyword: Keyword) -> bool {
        use Keyword as K;
        matches!(
            keyword,
            K::Cast
                | K::TryCast
                | K::SafeCast
                | K::Extract
                | K::Convert
                | K::Overlay
                | K::Position
                | K::Substring
                | K::Substr
                | K::Trim
        )
    }

    /// Such a form; its word comes next, and a parenthesis behind it.
    pub(super) fn special_form(&mut self, keyword: Keyword) -> ExprKind {
        use Keyword as K;
        let name = self.any_name();
        match keyword {
            K::Cast => self.cast(false),
            K::TryCast => self.cast(true),
            K::SafeCast => {
                self.instead(name.span, "SAFE_CAST", "write `TRY_CAST(x AS type)`");
                self.skip_group();
                ExprKind::Error
            }
            K::Convert => {
                self.instead(name.span, "CONVERT", "write `CAST(x AS type)`");
                self.skip_group();
                ExprKind::Error
            }
            K::Overlay => {
                let help = "write `substr(x, 1, n) || y || substr(x, m)`";
                self.instead(name.span, "OVERLAY", help);
                self.skip_group();
                ExprKind::Error
            }
            K::Extract => self.group("", Self::extract),
            K::Position => self.position(name),
            K::Trim => self.trim(name),
            _ => self.substring(name),
        }
    }

    fn cast(&mut self, fallible: bool) -> ExprKind {
        self.group("", |this| {
            let operand = this.operand_after("`CAST(`");
            if !this.eat(Keyword::As) && !this.lost {
                let mut diagnostic = this.expectation("AS and a type");
                diagnostic.help = vec!["write `CAST(x AS type)`".to_owned()];
                this.report(diagnostic);
                this.eat_punct(',');
                this.lost |= this.is_end();
            }
            let Some(ty) = this.data_type() else { return ExprKind::Error };
            if this.is(Keyword::Format) && this.is_operand(1) {
                let start = this.at;
                this.at = this.group_end();
                this.instead(this.since(start), "FORMAT in CAST", "write `date_parse(x, format)`");
                return ExprKind::Error;
            }
            ExprKind::Cast(Box::new(Cast { operand, ty, fallible }))
        })
    }

    fn extract(&mut self) -> ExprKind {
        let field = self.name("a part of a date, such as YEAR");
        if !self.eat(Keyword::From) && !self.lost {
            let mut diagnostic = self.expectation("FROM");
            diagnostic.help = vec!["write `EXTRACT(YEAR FROM x)`".to_owned()];
            self.report(diagnostic);
            self.eat_punct(',');
            self.lost |= self.is_end();
        }
        let operand = self.operand_after("FROM");
        ExprKind::Extract(Box::new(Extract { field, operand }))
    }

    /// `POSITION(needle IN text)`, or a call.
    fn position(&mut self, name: Name) -> ExprKind {
        let start = name.span.start as usize;
        let mut call = call_of(name);
        let form = self.group("`,` or ", |this| {
            let needle = this.value_argument(&mut call, &[Keyword::In])?;
            this.at += 1;
            let text = this.operand_after("IN");
            Some(ExprKind::Position(Box::new(Position { needle, text })))
        });
        form.unwrap_or_else(|| self.finished_call(call, start))
    }

    /// `SUBSTRING(text FROM start FOR length)`, or with commas.
    fn substring(&mut self, name: Name) -> ExprKind {
        let start = name.span.start as usize;
        let mut call = call_of(name);
        let form = self.group("`,` or ", |this| {
            let text = this.value_argument(&mut call, &[Keyword::From, Keyword::For])?;
            let from = this.eat(Keyword::From).then(|| this.operand_after("FROM"));
            let length = this.eat(Keyword::For).then(|| this.operand_after("FOR"));
            Some(ExprKind::Substring(Box::new(Substring { text, start: from, length })))
        });
        if let Some(form) = form {
            return form;
        }
        match plain_arguments(&mut call.arguments) {
            Some((text, from, length)) => {
                ExprKind::Substring(Box::new(Substring { text, start: from, length }))
            }
            None => self.finished_call(call, start),
        }
    }

    /// `TRIM(LEADING characters FROM text)`, or a call.
    fn trim(&mut self, name: Name) -> ExprKind {
        let start = name.span.start as usize;
        let mut call = call_of(name);
        let form = self.group("`,` or ", |this| {
            let side = match this.keyword(0) {
                Some(Keyword::Leading) => Some(TrimSide::Leading),
                Some(Keyword::Trailing) => Some(TrimSide::Trailing),
                Some(Keyword::Both) => Some(TrimSide::Both),
                _ => None,
            };
            let side =
                side.filter(|_| this.is_operand(1) || this.keyword(1) == Some(Keyword::From));
            this.at += usize::from(side.is_some());
            let explicit = side.is_some();
            let side = side.unwrap_or(TrimSide::Both);
            if this.eat(Keyword::From) {
                let text = this.operand_after("FROM");
                return Some(ExprKind::Trim(Box::new(Trim { side, characters: None, text })));
            }
            if explicit {
                let first = this.operand_after("the side to trim");
                let (characters, text) = match this.eat(Keyword::From) {
                    true => (Some(first), this.operand_after("FROM")),
                    false if this.eat_punct(',') => (Some(this.operand_after("`,`")), first),
                    false => (None, first),
                };
                return Some(ExprKind::Trim(Box::new(Trim { side, characters, text })));
            }
            let characters = Some(this.value_argument(&mut call, &[Keyword::From])?);
            this.at += 1;
            let text = this.operand_after("FROM");
            Some(ExprKind::Trim(Box::new(Trim { side, characters, text })))
        });
        form.unwrap_or_else(|| self.finished_call(call, start))
    }

    /// The first argument, if one of `words` follows it: the form with words. If
    /// not, all arguments go to `call`, and it is a call like any other.
    fn value_argument(&mut self, call: &mut Call, words: &[Keyword]) -> Option<Expr> {
        let plain = self.is_end()
            || matches!(self.keyword(0), Some(Keyword::Distinct | Keyword::All))
            || self.is_punct('*');
        if plain {
            self.arguments(&mut call.arguments);
            return None;
        }
        let start = self.at;
        let first = self.expr_of_value_or(start);
        if words.iter().any(|word| self.is(*word)) {
            return Some(first);
        }
        // It may go on as a condition.
        let first = self.infix(first, Level::Or);
        call.arguments.args.push(Argument::Expr(first));
        self.recover_at_comma();
        if self.eat_punct(',') {
            self.arguments(&mut call.arguments);
        }
        None
    }

    fn expr_of_value_or(&mut self, start: usize) -> Expr {
        if !self.starts_expr() {
            self.expected("an expression");
            return Expr::error(self.since(start));
        }
        let expr = self.deeper(Self::expr_of_value);
        expr.unwrap_or_else(|| Expr::error(self.since(start)))
    }

    fn finished_call(&mut self, mut call: Call, start: usize) -> ExprKind {
        call.span = self.since(start);
        ExprKind::Call(Box::new(call))
    }
}

fn call_of(name: Name) -> Call {
    let span = name.span;
    empty_call(Path { parts: vec![name], span }, span)
}

const fn empty_call(name: Path, span: Span) -> Call {
    let arguments = Arguments {
        quantifier: None,
        args: Vec::new(),
        order_by: None,
        nulls: None,
        overflow: None,
    };
    Call { name, arguments, within_group: None, filter: None, nulls: None, over: None, span }
}

/// One to three arguments, if there is nothing but them.
fn plain_arguments(arguments: &mut Arguments) -> Option<(Expr, Option<Expr>, Option<Expr>)> {
    let Arguments { quantifier: None, args, order_by: None, nulls: None, overflow: None } =
        arguments
    else {
        return None;
    };
    let is_plain = args.iter().all(|arg| matches!(arg, Argument::Expr(_)));
    if !is_plain || !(1..=3).contains(&args.len()) {
        return None;
    }
    let mut args = args.drain(..).filter_map(|arg| match arg {
        Argument::Expr(expr) => Some(expr),
        Argument::Star(_) => None,
    });
    Some((args.next()?, args.next(), args.next()))
}
