//! The parser's place in the tokens, and how it goes on after a mistake.
//!
//! A mistake is reported once; until the parser has found a place to go on from,
//! it is `lost`: it reports nothing and takes nothing. Such places are the commas
//! and clauses of the group that it is in. A group is what stands between two
//! parentheses, or the whole query. Parentheses are known to match before the
//! parsing begins, so a mistake in a group never leaves it.

use crate::ast::{Name, Path};
use crate::diagnostic::{Code, Diagnostic};
use crate::parse::overrides::OverrideTokens;
use crate::token::{Span, Token, TokenKind};

use super::hint;
use super::keyword::Keyword;
use super::limits::Limits;

/// A parameter, as the grammar sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ParameterToken {
    /// Its token.
    pub(crate) span: Span,
    /// Whether it is the list of `IN {list}`.
    pub(crate) list: bool,
}

pub(super) struct Parser<'t> {
    pub(super) tokens: &'t [Token],
    /// The keyword that each token is.
    keywords: Vec<Option<Keyword>>,
    /// For each opening parenthesis or bracket, the token that closes it.
    partners: Vec<u32>,
    pub(super) parameters: Vec<ParameterToken>,
    pub(super) overrides: Vec<OverrideTokens>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The next token.
    pub(super) at: usize,
    /// Where the group ends: its closing parenthesis, or the end of the query.
    end: usize,
    /// The last alias without AS: it may be a keyword that is misspelled.
    pub(super) implicit_alias: Option<usize>,
    /// The clause of this group that was read last.
    pub(super) last_clause: Option<Keyword>,
    /// Whether `:` ends an expression: in the key of a member of `JSON_OBJECT`.
    pub(super) colon_ends: bool,
    /// Whether a mistake was reported since the last place to go on from.
    pub(super) lost: bool,
    depth: usize,
    limits: Limits,
    too_deep: bool,
}

impl<'t> Parser<'t> {
    /// A parser of tokens whose parentheses match, as `partners` says.
    pub(super) fn new(tokens: &'t [Token], partners: Vec<u32>, limits: Limits) -> Parser<'t> {
        let keyword = |token: &Token| match &token.kind {
            TokenKind::Word(word) => Keyword::of(word),
            _ => None,
        };
        let parameters = (0..tokens.len())
            .filter(|&i| matches!(tokens[i].kind, TokenKind::Parameter(_)))
            .map(|i| ParameterToken { span: Span::token(i as u32), list: false });
        Parser {
            tokens,
            keywords: tokens.iter().map(keyword).collect(),
            partners,
            parameters: parameters.collect(),
            overrides: Vec::new(),
            diagnostics: Vec::new(),
            at: 0,
            end: tokens.len(),
            implicit_alias: None,
            last_clause: None,
            colon_ends: false,
            lost: false,
            depth: 0,
            limits,
            too_deep: false,
        }
    }

    /// The kind of the token that is `ahead` of the next one, in this group.
    pub(super) fn kind(&self, ahead: usize) -> Option<&'t TokenKind> {
        let at = self.at + ahead;
        if at < self.end { Some(&self.tokens[at].kind) } else { None }
    }

    pub(super) fn keyword(&self, ahead: usize) -> Option<Keyword> {
        let at = self.at + ahead;
        if at < self.end { self.keywords[at] } else { None }
    }

    pub(super) fn is_end(&self) -> bool {
        self.at >= self.end
    }

    pub(super) fn is(&self, keyword: Keyword) -> bool {
        self.keyword(0) == Some(keyword)
    }

    /// Whether these keywords come next, one after the other.
    pub(super) fn are(&self, keywords: &[Keyword]) -> bool {
        keywords.iter().enumerate().all(|(i, keyword)| self.keyword(i) == Some(*keyword))
    }

    pub(super) fn is_punct(&self, c: char) -> bool {
        self.is_punct_at(0, c)
    }

    pub(super) fn is_punct_at(&self, ahead: usize, c: char) -> bool {
        matches!(self.kind(ahead), Some(TokenKind::Punct(found)) if *found == c)
    }

    /// Whether the operator of two characters comes `ahead` of the next token.
    pub(super) fn is_pair_at(&self, ahead: usize, first: char, second: char) -> bool {
        self.is_punct_at(ahead, first)
            && self.tokens[self.at + ahead].joint
            && self.is_punct_at(ahead + 1, second)
    }

    /// Reads the token at `index` as a keyword from now on.
    pub(super) fn replace_keyword(&mut self, index: usize, keyword: Keyword) {
        self.keywords[index] = Some(keyword);
    }

    /// Whether the token at `index` is read as another keyword than it is.
    pub(super) fn is_replaced(&self, index: usize) -> bool {
        match self.tokens.get(index).map(|token| &token.kind) {
            Some(TokenKind::Word(word)) => self.keywords[index] != Keyword::of(word),
            _ => false,
        }
    }

    /// Takes a keyword if it comes next.
    pub(super) fn eat(&mut self, keyword: Keyword) -> bool {
        let found = !self.lost && self.is(keyword);
        self.at += usize::from(found);
        found
    }

    /// Takes these keywords if they all come next.
    pub(super) fn eat_all(&mut self, keywords: &[Keyword]) -> bool {
        let found = !self.lost && self.are(keywords);
        self.at += if found { keywords.len() } else { 0 };
        found
    }

    pub(super) fn eat_punct(&mut self, c: char) -> bool {
        let found = !self.lost && self.is_punct(c);
        self.at += usize::from(found);
        found
    }

    /// Takes a keyword that must come next; `after` what, the message says.
    pub(super) fn expect(&mut self, keyword: Keyword, after: &str) -> bool {
        if self.eat(keyword) {
            return true;
        }
        if let Some(TokenKind::Word(word)) = self.kind(0)
            && !self.lost
            && hint::is_misspelling(word, keyword)
        {
            self.report(hint::misspelled(word, self.here(), keyword));
            self.at += 1;
            return true;
        }
        self.expected(&format!("{}{}", keyword.text(), prefixed(after)));
        false
    }

    /// The span of the next token; where the group ends, an empty one (the end of
    /// the query) or the closing parenthesis.
    pub(super) fn here(&self) -> Span {
        let at = self.at.min(self.end) as u32;
        let is_token = (at as usize) < self.tokens.len();
        Span { start: at, end: at + u32::from(is_token) }
    }

    /// From the token `start` to the last one that was taken.
    pub(super) fn since(&self, start: usize) -> Span {
        Span { start: start as u32, end: self.at.max(start + 1) as u32 }
    }

    /// The next token as a message shows it.
    pub(super) fn found(&self) -> String {
        match self.tokens.get(self.at.min(self.end)) {
            Some(token) => token.kind.describe(),
            None => "the end of the query".to_owned(),
        }
    }

    /// Reports something without losing the place.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if !self.lost && !self.too_deep {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports a mistake after which the parser does not know where it is.
    pub(super) fn fail(&mut self, diagnostic: Diagnostic) {
        self.report(diagnostic);
        self.lost = true;
    }

    pub(super) fn fail_at(&mut self, span: Span, message: impl Into<String>) {
        self.fail(Diagnostic::new(Code::Syntax, span, message));
    }

    /// Reports that something else was expected than the next token.
    pub(super) fn expected(&mut self, what: &str) {
        if self.lost {
            return;
        }
        let diagnostic = self.expectation(what);
        self.fail(diagnostic);
    }

    /// "expected this, found that", with what it probably is that went wrong.
    pub(super) fn expectation(&self, what: &str) -> Diagnostic {
        let message = format!("expected {what}, found {}", self.found());
        let diagnostic = Diagnostic::new(Code::Syntax, self.here(), message);
        let place =
            ["expression", "name", "table", "column"].iter().any(|word| what.contains(word));
        match self.hint(place) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }

    /// `place` is whether a name could stand here.
    fn hint(&self, place: bool) -> Option<String> {
        if let Some(token) = self.kind(0)
            && let Some(help) = hint::stray(token, self.tokens[self.at].joint, self.kind(1))
        {
            return Some(help);
        }
        let after_comma = self.at > 0 && self.tokens[self.at - 1].kind == TokenKind::Punct(',');
        match self.keyword(0) {
            Some(keyword) if after_comma && keyword.is_reserved() => {
                Some("remove the comma before it".to_owned())
            }
            None if after_comma && self.is_end() => Some("remove the comma at the end".to_owned()),
            Some(keyword) if place && keyword.is_reserved() && self.could_be_name() => {
                hint::reserved(self.kind(0)?)
            }
            _ => None,
        }
    }

    /// Whether a reserved word was probably meant as a name: what goes on with
    /// the query does not follow it.
    fn could_be_name(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.keywords[at]);
        let in_case =
            matches!(before, Some(Keyword::Case | Keyword::When | Keyword::Then | Keyword::Else));
        let next_ends = match self.kind(1) {
            None => true,
            Some(TokenKind::Punct(c)) => *c != '(',
            Some(TokenKind::Word(_)) => self.keyword(1).is_some_and(Keyword::is_reserved),
            Some(_) => false,
        };
        next_ends && !in_case
    }

    /// Runs `f` within the parentheses or brackets that open next, and leaves them
    /// even if it gets lost inside. `closing` says what else could have come
    /// before the closing one.
    pub(super) fn group<T>(&mut self, closing: &str, f: impl FnOnce(&mut Self) -> T) -> T {
        let (outer, clause) = (self.end, self.last_clause);
        let close = self.partners[self.at] as usize;
        self.at += 1;
        self.end = close;
        let before = self.diagnostics.len();
        let result = f(self);
        // Where there was a mistake, what is left over may well come of it.
        if !self.is_end() && self.diagnostics.len() == before {
            self.expected(&format!("{closing}`{}`", self.closing_char(close)));
        }
        self.end = outer;
        self.last_clause = clause;
        self.at = close + 1;
        self.lost = false;
        result
    }

    /// Where the group ends.
    pub(super) fn group_end(&self) -> usize {
        self.end
    }

    fn closing_char(&self, close: usize) -> char {
        match self.tokens[close].kind {
            TokenKind::Punct(c) => c,
            _ => ')',
        }
    }

    /// Jumps over the parentheses or brackets that open next.
    pub(super) fn skip_group(&mut self) {
        self.at = self.partners[self.at] as usize + 1;
    }

    /// The token after the parentheses that open `ahead` of the next token,
    /// counted from the next one.
    pub(super) fn after_group(&self, ahead: usize) -> usize {
        self.partners[self.at + ahead] as usize + 1 - self.at
    }

    /// Whether the parentheses that open `ahead` close at `close`, both counted
    /// from the next token.
    pub(super) fn partner_is(&self, ahead: usize, close: usize) -> bool {
        self.partners[self.at + ahead] as usize == self.at + close
    }

    /// Goes on, after a mistake, at the next comma of the group, or at its end.
    pub(super) fn recover_at_comma(&mut self) {
        self.recover(|this| this.is_punct(','));
    }

    /// Goes on, after a mistake, at the next place where `stop` says that one can.
    pub(super) fn recover(&mut self, stop: impl Fn(&Self) -> bool) {
        if !self.lost {
            return;
        }
        while !self.is_end() && !stop(self) {
            self.skip();
        }
        self.lost = false;
    }

    /// Skips a token, or a group of them.
    pub(super) fn skip(&mut self) {
        match self.kind(0) {
            Some(TokenKind::Punct('(' | '[')) => self.skip_group(),
            _ => self.at += 1,
        }
    }

    /// What stands between commas: at least one, each read by `one`.
    pub(super) fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut all = Vec::new();
        loop {
            all.push(one(self));
            self.recover(|this| this.is_punct(',') || this.starts_clause());
            if !self.eat_punct(',') {
                return all;
            }
        }
    }

    /// The same in a group of their own, where no clause can follow.
    pub(super) fn list_in_group<T>(&mut self, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut all = Vec::new();
        loop {
            all.push(one(self));
            self.recover_at_comma();
            if !self.eat_punct(',') {
                return all;
            }
        }
    }

    /// One level deeper; `None`, after an error, where that is too deep.
    pub(super) fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= self.limits.nesting {
            self.report(too_deep(self.tokens, self.limits.nesting));
            self.too_deep = true;
            self.lost = true;
            return None;
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        Some(result)
    }

    /// Whether the token `ahead` can be a name where it stands.
    pub(super) fn is_name(&self, ahead: usize) -> bool {
        match self.kind(ahead) {
            Some(TokenKind::Quoted(_)) => true,
            Some(TokenKind::Word(_)) => {
                self.keyword(ahead).is_none_or(|keyword| !keyword.is_reserved())
            }
            _ => false,
        }
    }

    /// A name that must come next; after an error one that is empty.
    pub(super) fn name(&mut self, what: &str) -> Name {
        match self.is_name(0) {
            true if !self.lost => self.any_name(),
            _ => {
                self.expected_name(what);
                Name { text: String::new(), quoted: false, span: self.here() }
            }
        }
    }

    /// The next token, which is a word or a quoted name, as a name.
    pub(super) fn any_name(&mut self) -> Name {
        let span = self.here();
        let (text, quoted) = match self.kind(0) {
            Some(TokenKind::Word(word)) => (word.clone(), false),
            Some(TokenKind::Quoted(name)) => (name.clone(), true),
            _ => (String::new(), false),
        };
        self.at += 1;
        Name { text, quoted, span }
    }

    fn expected_name(&mut self, what: &str) {
        if self.lost {
            return;
        }
        let mut diagnostic = self.expectation(what);
        if let Some(TokenKind::Text(text)) = self.kind(0)
            && is_plain(text)
        {
            diagnostic = diagnostic.help(format!("write it without quotes: `{text}`"));
        }
        self.fail(diagnostic);
    }

    /// Names with points between them. Behind a point any word is a name.
    pub(super) fn path(&mut self, what: &str) -> Path {
        let first = self.name(what);
        self.rest_of_path(first)
    }

    pub(super) fn rest_of_path(&mut self, first: Name) -> Path {
        let mut span = first.span;
        let mut parts = vec![first];
        while self.is_punct('.') && !self.lost {
            let is_name = match self.kind(1) {
                Some(TokenKind::Quoted(_)) => true,
                // `t.` was left unfinished.
                Some(TokenKind::Word(_)) => {
                    !(matches!(self.keyword(1), Some(Keyword::From | Keyword::Where))
                        && self.is_operand(2))
                }
                _ => false,
            };
            if !is_name {
                if self.is_punct_at(1, '*') {
                    break;
                }
                self.at += 1;
                self.expected_name("a name after `.`");
                break;
            }
            self.at += 1;
            let part = self.any_name();
            span = span.to(part.span);
            parts.push(part);
        }
        Path { parts, span }
    }

    /// `(a, b)`: names in parentheses.
    pub(super) fn names(&mut self, what: &str) -> Vec<Name> {
        self.group("`,` or ", |this| this.list_in_group(|this| this.name(what)))
    }

    /// The index of the parameter that comes next.
    pub(super) fn parameter_index(&self) -> usize {
        self.parameters.partition_point(|parameter| (parameter.span.start as usize) < self.at)
    }
}

/// " after X", or nothing.
fn prefixed(after: &str) -> String {
    if after.is_empty() { String::new() } else { format!(" after {after}") }
}

/// Whether a text could be a bare name.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn too_deep(tokens: &[Token], nesting: usize) -> Diagnostic {
    let span = Span { start: 0, end: tokens.len() as u32 };
    Diagnostic::new(
        Code::TooLarge,
        span,
        format!("the query is nested more than {nesting} levels deep"),
    )
    .help("move inner parts to a WITH clause")
}
