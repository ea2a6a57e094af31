//! SELECT: its items, and the clauses up to WINDOW.

use crate::ast::{
    Expr, ExprKind, Name, NamedWindow, QualifiedWildcard, Select, SelectExpr, SelectItem, Wildcard,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};

use super::hint;
use super::keyword::Keyword;
use super::parser::Parser;

/// The clauses of a query in the order in which they must stand.
const ORDER: [Keyword; 10] = [
    Keyword::From,
    Keyword::Where,
    Keyword::Group,
    Keyword::Having,
    Keyword::Window,
    Keyword::Qualify,
    Keyword::Union,
    Keyword::Order,
    Keyword::Offset,
    Keyword::Limit,
];

impl Parser<'_> {
    /// Whether a clause of a query comes next, or an operation between queries.
    pub(super) fn starts_clause(&self) -> bool {
        self.clause().is_some()
    }

    /// The keyword of the clause that comes next.
    pub(super) fn clause(&self) -> Option<Keyword> {
        use Keyword as K;
        let keyword = self.keyword(0)?;
        let next = self.keyword(1);
        let is_clause = match keyword {
            K::From | K::Where | K::Having | K::Limit => true,
            K::Group | K::Order => match self.kind(1) {
                None => !self.follows_opening(),
                Some(_) => next == Some(K::By) || self.is_operand(1),
            },
            K::Union | K::Intersect | K::Except | K::For | K::Into => true,
            K::Offset | K::Fetch => true,
            K::Minus => {
                matches!(next, Some(K::Select | K::Values | K::All | K::Distinct | K::With))
                    || self.is_punct_at(1, '(')
            }
            K::Window => self.is_name(1) && self.keyword(2) == Some(K::As),
            K::Qualify | K::Prewhere | K::Returning => self.is_operand(1),
            K::Sort | K::Cluster | K::Distribute | K::Connect => next == Some(K::By),
            K::Start => next == Some(K::With),
            K::Lateral => next == Some(K::View),
            _ => false,
        };
        is_clause.then_some(keyword)
    }

    /// Whether the token before is one that something must follow.
    fn follows_opening(&self) -> bool {
        let before = self.at.checked_sub(1).map(|at| &self.tokens[at].kind);
        match before {
            Some(TokenKind::Word(word)) => {
                matches!(Keyword::of(word), Some(Keyword::From | Keyword::Join | Keyword::Select))
            }
            Some(TokenKind::Punct(c)) => *c == ',',
            _ => false,
        }
    }

    /// `SELECT …`; the word comes next.
    pub(super) fn select(&mut self) -> Select {
        let start = self.at;
        self.at += 1;
        let distinct = self.quantifier();
        let mut select = Select {
            distinct,
            items: self.items(),
            from: Vec::new(),
            filter: None,
            group_by: None,
            having: None,
            windows: Vec::new(),
            qualify: None,
            span: Span::default(),
        };
        self.clauses(&mut select);
        select.span = self.since(start);
        select
    }

    /// DISTINCT or ALL, and what other databases write there.
    fn quantifier(&mut self) -> bool {
        let mut distinct = false;
        let mut is_given = false;
        loop {
            let start = self.at;
            let is_all = self.is(Keyword::All)
                && (self.starts_operand(1) || self.keyword(1) == Some(Keyword::Distinct));
            if (is_all || self.is(Keyword::Distinct)) && std::mem::replace(&mut is_given, true) {
                self.fail_at(self.here(), "SELECT takes DISTINCT or ALL once");
            }
            if self.is(Keyword::Distinct) && self.keyword(1) == Some(Keyword::On) {
                self.at += 2;
                let help = "number the rows with `row_number() OVER (PARTITION BY …)` in a \
                            subquery, and keep the first ones";
                self.instead(self.since(start), "DISTINCT ON", help);
                if self.is_punct('(') {
                    self.skip_group();
                }
            } else if self.eat(Keyword::Distinct) {
                distinct = true;
            } else if is_all {
                self.at += 1;
            } else if self.is(Keyword::Top)
                && (matches!(self.kind(1), Some(TokenKind::Number(_) | TokenKind::Parameter(_)))
                    || self.is_punct_at(1, '(') && self.starts_operand(self.after_group(1)))
            {
                self.at += 1;
                self.instead(self.since(start), "TOP", "write `LIMIT n` at the end of the query");
                self.skip();
            } else {
                return distinct;
            }
        }
    }

    /// Whether an operand that is not also an operator comes `ahead`.
    fn starts_operand(&self, ahead: usize) -> bool {
        self.is_punct_at(ahead, '*') || self.is_operand(ahead)
    }

    fn items(&mut self) -> Vec<SelectItem> {
        let mut items = Vec::new();
        loop {
            items.push(self.item(items.is_empty()));
            self.recover(|this| this.is_punct(',') || this.starts_clause());
            if self.eat_punct(',') || self.comma_is_missing() {
                continue;
            }
            return items;
        }
    }

    /// After an item with an alias comes something that could be the next item.
    fn comma_is_missing(&mut self) -> bool {
        if self.is_end() || self.starts_clause() || !self.is_operand(0) {
            return false;
        }
        if self.correct_misspelling() {
            return false;
        }
        let mut diagnostic = self.expectation("`,` or FROM");
        diagnostic.help = vec!["is a comma missing before it?".to_owned()];
        self.report(diagnostic);
        true
    }

    fn item(&mut self, first: bool) -> SelectItem {
        let start = self.at;
        if self.is_punct('*') {
            self.at += 1;
            let span = self.since(start);
            let except = self.except();
            return match self.wildcard_options() {
                true => SelectItem::Error(span),
                false => SelectItem::Wildcard(Wildcard { except, span }),
            };
        }
        let expr = if first && (self.is_end() || self.starts_clause() && !self.is_name(0)) {
            let mut diagnostic = self.expectation("a column or an expression after SELECT");
            diagnostic.help = vec!["write what to select; `*` is all columns".to_owned()];
            self.fail(diagnostic);
            Expr::error(self.here())
        } else {
            self.expr()
        };
        if self.is_punct('.') && self.is_punct_at(1, '*') && !self.lost {
            self.at += 2;
            return self.qualified_wildcard(expr, start);
        }
        let alias = self.item_alias();
        SelectItem::Expr(SelectExpr { expr, alias, span: self.since(start) })
    }

    fn qualified_wildcard(&mut self, of: Expr, start: usize) -> SelectItem {
        let span = self.since(start);
        if matches!(of.kind, ExprKind::Error) {
            return SelectItem::Error(span);
        }
        let except = self.except();
        if self.wildcard_options() {
            return SelectItem::Error(span);
        }
        let mut aliases = Vec::new();
        if self.is(Keyword::As) && self.is_punct_at(1, '(') {
            self.at += 1;
            aliases = self.columns_of_alias();
        }
        SelectItem::QualifiedWildcard(QualifiedWildcard { of, except, aliases, span })
    }

    /// `EXCEPT (a, b)` behind `*`, if it comes next.
    fn except(&mut self) -> Vec<Name> {
        let is_query = self.is_punct_at(1, '(') && self.is_query(2) || self.is_punct_at(2, '(');
        if !self.is(Keyword::Except) || !self.is_punct_at(1, '(') || is_query {
            return Vec::new();
        }
        self.at += 1;
        self.names("a column to leave out")
    }

    /// `* REPLACE (…)` and its like; whether there was one.
    fn wildcard_options(&mut self) -> bool {
        let mut found = false;
        while let Some(keyword) = self.keyword(0) {
            let is_option = match keyword {
                Keyword::Replace => self.is_punct_at(1, '('),
                Keyword::Exclude | Keyword::Rename => self.is_punct_at(1, '(') || self.is_name(1),
                Keyword::Ilike => matches!(self.kind(1), Some(TokenKind::Text(_))),
                _ => false,
            };
            if !is_option {
                break;
            }
            found = true;
            let what = format!("`*` with {}", keyword.text());
            let help = match keyword {
                Keyword::Exclude => "write EXCEPT",
                _ => "write the columns that you want",
            };
            self.instead(self.here(), &what, help);
            self.at += 1;
            self.skip();
        }
        found
    }

    /// `AS alias`, or an alias alone.
    fn item_alias(&mut self) -> Option<Name> {
        if self.lost {
            return None;
        }
        if self.eat(Keyword::As) {
            if self.is_punct('(') {
                let start = self.at;
                self.skip_group();
                self.not_yet(self.since(start), "more than one alias of an expression");
                return None;
            }
            let alias = self.name_after_as();
            self.override_after(&alias);
            return Some(alias);
        }
        if let Some(TokenKind::Text(_)) = self.kind(0) {
            return Some(self.name("a name"));
        }
        if !self.is_name(0) || self.starts_clause() {
            return None;
        }
        self.implicit_alias = Some(self.at);
        let alias = self.any_name();
        if self.is_punct('!') && !self.is_pair_at(0, '!', '=') || self.is_punct('?') {
            let text = &alias.text;
            let mark = if self.is_punct('!') { '!' } else { '?' };
            let message = format!("`{mark}` can only follow an alias with AS");
            let diagnostic = Diagnostic::new(Code::Syntax, self.here(), message)
                .help(format!("write `AS {text}{mark}`"));
            self.report(diagnostic);
            self.at += 1;
        }
        Some(alias)
    }

    /// The name behind AS. A reserved word is one where nothing else can be meant.
    pub(super) fn name_after_as(&mut self) -> Name {
        let is_word = matches!(self.kind(0), Some(TokenKind::Word(_)));
        let next_ends = match self.kind(1) {
            None => true,
            Some(TokenKind::Punct(c)) => matches!(c, ',' | '!' | '?' | ':'),
            Some(TokenKind::Word(_)) => self.keyword(1).is_some_and(Keyword::is_reserved),
            _ => false,
        };
        if is_word && (self.is_name(0) || next_ends) && !self.lost {
            return self.any_name();
        }
        self.name("a name after AS")
    }

    fn clauses(&mut self, select: &mut Select) {
        let mut last = None;
        while !self.is_end() {
            let start = self.at;
            let Some(clause) = self.clause() else {
                if self.starts_join() && !select.from.is_empty() {
                    self.more_joins(&mut select.from);
                } else if !self.correct_misspelling() {
                    return;
                }
                continue;
            };
            if last.is_some() && ORDER[..6].contains(&clause) {
                self.check_order(clause, last);
            }
            match clause {
                Keyword::From => {
                    self.at += 1;
                    select.from = self.relations();
                }
                Keyword::Where => {
                    self.at += 1;
                    select.filter = Some(self.condition("WHERE"));
                }
                Keyword::Group => select.group_by = Some(self.group_by()),
                Keyword::Having => {
                    self.at += 1;
                    select.having = Some(self.condition("HAVING"));
                }
                Keyword::Qualify => {
                    self.at += 1;
                    select.qualify = Some(self.condition("QUALIFY"));
                }
                Keyword::Window => {
                    self.at += 1;
                    select.windows = self.list(Self::named_window);
                }
                _ => {
                    if !self.foreign_clause() {
                        return;
                    }
                }
            }
            self.recover(Self::starts_clause);
            self.last_clause = Some(clause);
            last = ORDER.contains(&clause).then_some(clause).or(last);
            debug_assert!(self.at > start);
        }
    }

    /// Reports a clause that stands after one that it must stand before.
    pub(super) fn check_order(&mut self, clause: Keyword, last: Option<Keyword>) {
        let rank = |keyword| ORDER.iter().position(|clause| *clause == keyword);
        let (Some(last), Some(mine)) = (last, rank(clause)) else { return };
        let name = name_of(clause);
        match rank(last) {
            Some(before) if before == mine => {
                let message = format!("a query has one {name} only");
                let diagnostic = Diagnostic::new(Code::Syntax, self.here(), message);
                self.report(match clause {
                    Keyword::Where | Keyword::Having | Keyword::Qualify => {
                        diagnostic.help("join the conditions with AND")
                    }
                    _ => diagnostic,
                });
            }
            // Others have QUALIFY before WINDOW, or behind it.
            Some(_) if (last, clause) == (Keyword::Qualify, Keyword::Window) => {}
            Some(before) if before > mine => {
                let message = format!("{name} goes before {}", name_of(last));
                self.report(Diagnostic::new(Code::Syntax, self.here(), message));
            }
            _ => {}
        }
    }

    /// A clause of a select that stands where it can't: it is read, and dropped.
    pub(super) fn misplaced_clause(&mut self) {
        let mut select = Select {
            distinct: false,
            items: Vec::new(),
            from: Vec::new(),
            filter: None,
            group_by: None,
            having: None,
            windows: Vec::new(),
            qualify: None,
            span: Span::default(),
        };
        self.clauses(&mut select);
    }

    /// A condition after WHERE, HAVING or ON.
    pub(super) fn condition(&mut self, after: &str) -> Expr {
        self.operand_after(after)
    }

    /// Reports a clause that lake SQL does not have, and skips it.
    fn foreign_clause(&mut self) -> bool {
        use Keyword as K;
        let (words, what, help) = match self.keyword(0) {
            Some(K::Prewhere) => (1, "PREWHERE", "write `WHERE`"),
            Some(K::Returning) => (1, "RETURNING", "a query changes nothing"),
            Some(K::Into) => (1, "SELECT INTO", "a query changes nothing"),
            Some(K::Sort) => (2, "SORT BY", "write `ORDER BY`"),
            Some(K::Cluster) => (2, "CLUSTER BY", "remove it"),
            Some(K::Distribute) => (2, "DISTRIBUTE BY", "remove it"),
            Some(K::Connect) => (2, "CONNECT BY", "join the table with itself"),
            Some(K::Start) => (2, "START WITH", "join the table with itself"),
            Some(K::Lateral) => (2, "LATERAL VIEW", "write `CROSS JOIN UNNEST(…) AS t (x)`"),
            _ => return false,
        };
        let span = Span { start: self.at as u32, end: (self.at + words) as u32 };
        self.instead(span, what, help);
        self.at += words;
        self.skip_clause();
        true
    }

    /// Skips the rest of a clause that has a diagnostic.
    pub(super) fn skip_clause(&mut self) {
        while !self.is_end() && !self.starts_clause() {
            self.skip();
        }
    }

    /// BY, which must come next.
    pub(super) fn expect_by(&mut self, after: &str) {
        if self.eat(Keyword::By) {
            return;
        }
        if let Some(TokenKind::Word(word)) = self.kind(0)
            && word.len() <= 3
            && self.is_operand(1)
            && crate::diagnostic::nearest(word, ["BY"]).is_some()
        {
            self.report(hint::misspelled(word, self.here(), Keyword::By));
            self.at += 1;
            return;
        }
        // What follows is read as if it were there.
        let mut diagnostic = self.expectation(&format!("BY after {after}"));
        diagnostic.help = vec![format!("write `{after} BY …`")];
        self.report(diagnostic);
        self.lost |= !self.starts_expr();
    }

    fn named_window(&mut self) -> NamedWindow {
        let start = self.at;
        let name = self.name("the name of a window");
        self.expect(Keyword::As, "the name of a window");
        let window = self.window();
        NamedWindow { name, window, span: self.since(start) }
    }
}

/// A clause's name in full.
pub(super) fn name_of(clause: Keyword) -> &'static str {
    match clause {
        Keyword::Group => "GROUP BY",
        Keyword::Order => "ORDER BY",
        other => other.text(),
    }
}
