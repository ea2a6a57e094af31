//! Queries: WITH, set operations, VALUES, and the clauses behind them.

use crate::ast::{
    Body, Corresponding, Cte, Expr, ExprKind, FromItem, Name, OrderBy, Query, Relation, Row,
    RowClause, RowCount, Select, SelectItem, SetOperation, SetOperator, SortKey, TableName, Values,
    Wildcard, With,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};

use super::keyword::Keyword;
use super::parser::Parser;
use super::select::name_of;

impl Parser<'_> {
    /// A query, up to the end of the group.
    pub(super) fn query(&mut self) -> Query {
        let start = self.at;
        let query = self.deeper(Self::whole_query);
        query.unwrap_or_else(|| Query {
            with: None,
            body: Body::Error(self.since(start)),
            order_by: None,
            offset: None,
            limit: None,
            span: self.since(start),
        })
    }

    /// Whether a query comes `ahead` of the next token, parentheses around it or not.
    pub(super) fn is_query(&self, ahead: usize) -> bool {
        let mut ahead = ahead;
        while self.is_punct_at(ahead, '(') {
            ahead += 1;
        }
        match self.keyword(ahead) {
            Some(Keyword::Select | Keyword::Values) => true,
            Some(Keyword::With) => self.is_name(ahead + 1),
            Some(Keyword::Table) => {
                self.is_name(ahead + 1) && self.keyword(ahead + 1) != Some(Keyword::As)
            }
            _ => false,
        }
    }

    /// Whether the parentheses that open next hold a query: `((SELECT …) AS t
    /// JOIN …)` holds a relation, though it begins like one.
    pub(super) fn opens_query(&self) -> bool {
        if !self.is_query(0) {
            return false;
        }
        let mut open = 0;
        while self.is_punct_at(open + 1, '(') {
            // What follows the inner parentheses tells what they are.
            let after = self.after_group(open + 1);
            let closes = self.partner_is(open, after);
            if !closes && !self.is_tail_of_query(after) {
                return false;
            }
            open += 1;
        }
        true
    }

    /// What may follow a query in parentheses that is part of a larger one.
    fn is_tail_of_query(&self, ahead: usize) -> bool {
        use Keyword as K;
        matches!(
            self.keyword(ahead),
            Some(
                K::Union
                    | K::Intersect
                    | K::Except
                    | K::Minus
                    | K::Order
                    | K::Limit
                    | K::Offset
                    | K::Fetch
            )
        )
    }

    fn whole_query(&mut self) -> Query {
        let (start, reported) = (self.at, self.diagnostics.len());
        let with = self.is(Keyword::With).then(|| self.with());
        // A mistake in WITH may have taken the query along.
        let body = match self.is_end() && self.diagnostics.len() > reported {
            true => Body::Error(self.here()),
            false => self.body(0),
        };
        let mut query =
            Query { with, body, order_by: None, offset: None, limit: None, span: Span::default() };
        self.tail(&mut query, reported);
        query.span = self.since(start);
        query
    }

    fn with(&mut self) -> With {
        let start = self.at;
        self.at += 1;
        if self.is(Keyword::Recursive) && self.is_name(1) {
            self.not_yet(self.here(), "WITH RECURSIVE");
            self.at += 1;
        }
        let mut ctes = Vec::new();
        loop {
            ctes.push(self.cte());
            self.recover(|this| this.is_punct(',') || this.is_query(0));
            if !self.eat_punct(',') {
                break;
            }
            if matches!(self.keyword(0), Some(Keyword::Select | Keyword::Values)) {
                let found = self.found();
                let message = format!("expected another named query, found {found}");
                let diagnostic = Diagnostic::new(Code::Syntax, self.here(), message)
                    .help("remove the comma before it");
                self.report(diagnostic);
                break;
            }
            if self.eat(Keyword::With) {
                let span = Span::token(self.at as u32 - 1);
                let diagnostic = Diagnostic::new(Code::Syntax, span, "WITH is written only once")
                    .help("remove it: a comma is enough between named queries");
                self.report(diagnostic);
            }
        }
        With { ctes, span: self.since(start) }
    }

    fn cte(&mut self) -> Cte {
        let start = self.at;
        if self.is_punct('(') && self.is_query(1) {
            let diagnostic = self.expectation("the name of a query");
            self.report(diagnostic.help("write `WITH name AS (SELECT …)`"));
            let query = self.query_group();
            if self.eat(Keyword::As) && self.is_name(0) {
                self.at += 1;
            }
            let name = Name { text: String::new(), quoted: false, span: self.since(start) };
            return Cte { name, columns: Vec::new(), query, span: self.since(start) };
        }
        let name = self.name("the name of a query");
        let columns = match self.is_punct('(') && !self.is_query(1) && !self.lost {
            true => self.columns_of_alias(),
            false => Vec::new(),
        };
        if self.is_punct('(') && !self.lost {
            let diagnostic = self.expectation("AS after the name of a query");
            self.report(diagnostic);
        } else {
            self.expect(Keyword::As, "the name of a query");
        }
        let negated = self.is(Keyword::Not);
        if self.keyword(usize::from(negated)) == Some(Keyword::Materialized) {
            let words = 1 + usize::from(negated);
            let span = Span { start: self.at as u32, end: (self.at + words) as u32 };
            self.instead(span, "MATERIALIZED", "remove it: the engine decides");
            self.at += words;
        }
        let body_start = self.at;
        let query =
            self.query_in_parentheses("the query in parentheses after AS").unwrap_or_else(|| {
                Query {
                    with: None,
                    body: Body::Error(self.since(body_start)),
                    order_by: None,
                    offset: None,
                    limit: None,
                    span: self.since(body_start),
                }
            });
        Cte { name, columns, query, span: self.since(start) }
    }

    /// `(query)`, which must come next.
    pub(super) fn query_in_parentheses(&mut self, what: &str) -> Option<Query> {
        if self.lost {
            return None;
        }
        if !self.is_punct('(') {
            let mut diagnostic = self.expectation(what);
            if self.is_query(0) {
                diagnostic.help = vec!["write `AS (SELECT …)`".to_owned()];
                // This is not the query that all of it is for.
                self.fail(diagnostic);
                self.at += 1;
            } else {
                self.fail(diagnostic);
            }
            return None;
        }
        Some(self.group("the end of the query or ", Self::query))
    }

    /// What yields the rows, with the operators that bind at least so tightly.
    fn body(&mut self, level: u8) -> Body {
        let start = self.at;
        let mut left = self.operand_of_set();
        while let Some((operator, binds)) = self.set_operator()
            && binds >= level
            && !self.lost
        {
            let keyword = self.here();
            self.at += 1;
            let all = self.eat(Keyword::All);
            if !all {
                self.eat(Keyword::Distinct);
            }
            let corresponding = self.corresponding();
            if let Some(TokenKind::Word(word)) = self.kind(0)
                && word.eq_ignore_ascii_case("BY")
            {
                let by = self.at;
                self.at += 1;
                if !self.is_query(0) && !self.is_end() {
                    self.at += 1;
                }
                self.instead(self.since(by), "BY NAME", "write the columns in the same order");
            }
            if !self.is_query(0) && !self.is_end() && !self.is_punct('(') && keyword.end > 0 {
                self.correct_query_word();
            }
            let right = self.body(binds + 1);
            let span = self.since(start);
            let operation = SetOperation { operator, all, corresponding, left, right, span };
            left = Body::SetOperation(Box::new(operation));
        }
        left
    }

    /// `CORRESPONDING [BY (a, b)]`, if it comes next.
    fn corresponding(&mut self) -> Option<Corresponding> {
        let start = self.at;
        match self.kind(0)? {
            TokenKind::Word(word) if word.eq_ignore_ascii_case("CORRESPONDING") => {}
            _ => return None,
        }
        self.at += 1;
        let columns = match self.eat(Keyword::By) {
            true if self.is_punct('(') => Some(self.names("the name of a column")),
            true => {
                self.expected("`(` and columns after CORRESPONDING BY");
                None
            }
            false => None,
        };
        Some(Corresponding { columns, span: self.since(start) })
    }

    fn set_operator(&self) -> Option<(SetOperator, u8)> {
        match self.clause()? {
            Keyword::Union => Some((SetOperator::Union, 0)),
            Keyword::Except | Keyword::Minus => Some((SetOperator::Except, 0)),
            Keyword::Intersect => Some((SetOperator::Intersect, 1)),
            _ => None,
        }
    }

    fn operand_of_set(&mut self) -> Body {
        let start = self.at;
        match self.keyword(0) {
            _ if self.lost => Body::Error(self.here()),
            Some(Keyword::Select) => Body::Select(Box::new(self.select())),
            Some(Keyword::Values) => Body::Values(self.values()),
            Some(Keyword::Table) if self.is_name(1) => Body::Select(Box::new(self.table_query())),
            _ if self.is_punct('(') => {
                let query = self.group("the end of the query or ", Self::query);
                Body::Query(Box::new(query), self.since(start))
            }
            _ if self.correct_query_word() => self.operand_of_set(),
            _ => {
                let mut diagnostic = self.expectation("SELECT, VALUES or `(`");
                if self.is_end() {
                    diagnostic.help.clear();
                }
                self.fail(diagnostic);
                Body::Error(self.here())
            }
        }
    }

    /// `TABLE name`, which is `SELECT * FROM name`; the word comes next.
    fn table_query(&mut self) -> Select {
        let start = self.at;
        let word = self.here();
        self.at += 1;
        let name = self.path("the name of a table");
        let span = name.span;
        let relation = Relation::Table(TableName { name, alias: None });
        Select {
            distinct: false,
            items: vec![SelectItem::Wildcard(Wildcard { except: Vec::new(), span: word })],
            from: vec![FromItem { relation, joins: Vec::new(), span }],
            filter: None,
            group_by: None,
            having: None,
            windows: Vec::new(),
            qualify: None,
            span: self.since(start),
        }
    }

    /// Reads a misspelled SELECT or VALUES as what it should be.
    fn correct_query_word(&mut self) -> bool {
        let Some(TokenKind::Word(word)) = self.kind(0) else { return false };
        for keyword in [Keyword::Select, Keyword::Values] {
            if super::hint::is_misspelling(word, keyword) {
                self.report(super::hint::misspelled(word, self.here(), keyword));
                self.replace_keyword(self.at, keyword);
                return true;
            }
        }
        false
    }

    /// `VALUES …`; the word comes next.
    fn values(&mut self) -> Values {
        let start = self.at;
        self.at += 1;
        let rows = self.list(Self::row);
        Values { rows, span: self.since(start) }
    }

    fn row(&mut self) -> Row {
        let start = self.at;
        let is_named = self.is(Keyword::Row) && self.is_punct_at(1, '(');
        let open = usize::from(is_named);
        let is_row = self.is_punct_at(open, '(') && (is_named || !self.opens_query()) && {
            let after = self.after_group(open);
            self.kind(after).is_none()
                || self.is_punct_at(after, ',')
                || self.is_punct_at(after, '(')
                || self.clause_at(after)
                || is_named
        };
        let values = if is_row {
            self.at += open;
            self.group("`,` or ", |this| this.list_in_group(Self::expr))
        } else {
            vec![self.operand_after("VALUES")]
        };
        Row { values, span: self.since(start) }
    }

    /// Whether a clause comes `ahead` of the next token.
    pub(super) fn clause_at(&self, ahead: usize) -> bool {
        self.keyword(ahead).is_some_and(|keyword| {
            keyword.is_reserved() || matches!(keyword, Keyword::Offset | Keyword::Fetch)
        })
    }

    /// ORDER BY, OFFSET, LIMIT and FETCH, and whatever stands there instead. So much was
    /// `reported` before the query.
    fn tail(&mut self, query: &mut Query, reported: usize) {
        let mut last = None;
        let mut limited = None;
        self.recover(Self::starts_clause);
        while !self.is_end() {
            let start = self.at;
            let clause = self.clause();
            match clause {
                Some(Keyword::Order) => {
                    self.check_order(Keyword::Order, last);
                    query.order_by = Some(self.order_by());
                }
                Some(Keyword::Limit) => {
                    self.check_limit(limited, Keyword::Limit);
                    limited = Some(Keyword::Limit);
                    query.limit = self.limit().or(query.limit.take());
                }
                Some(Keyword::Offset) => {
                    if query.offset.is_some() {
                        self.fail_at(self.here(), "a query has one OFFSET only");
                        self.lost = false;
                    }
                    query.offset = Some(self.offset());
                }
                Some(Keyword::Fetch) => {
                    self.check_limit(limited, Keyword::Fetch);
                    limited = Some(Keyword::Fetch);
                    query.limit = self.fetch().or(query.limit.take());
                }
                Some(Keyword::For) => self.for_clause(),
                Some(Keyword::Union | Keyword::Intersect | Keyword::Except | Keyword::Minus) => {
                    self.late_set_operation(last);
                }
                Some(other) => {
                    let word = self.here();
                    self.check_order(other, last);
                    self.misplaced_clause();
                    // Behind a mistake, a SELECT may have been lost.
                    if self.diagnostics.len() == reported {
                        self.report(clause_of_no_select(other, word));
                    }
                }
                None if self.correct_misspelling() => continue,
                None => {
                    self.unexpected();
                    self.recover(Self::starts_clause);
                }
            }
            self.recover(Self::starts_clause);
            self.last_clause = clause.or(self.last_clause);
            last = clause.or(last).map(|clause| match clause {
                Keyword::Fetch => Keyword::Limit,
                other => other,
            });
            if self.at == start {
                self.skip();
            }
        }
    }

    /// Reports what can't follow where a clause has ended.
    fn unexpected(&mut self) {
        if self.is_punct(';') {
            let diagnostic =
                Diagnostic::new(Code::Syntax, self.here(), "a second statement follows here")
                    .help("one macro takes one query: remove what follows the `;`");
            self.report(diagnostic);
            self.at = self.group_end();
            return;
        }
        if matches!(self.keyword(0), Some(Keyword::On | Keyword::Using)) {
            let message = format!("{} belongs to a JOIN", self.found());
            self.fail_at(self.here(), message);
            return;
        }
        let mut diagnostic = self.expectation("the end of the query or another clause");
        if diagnostic.help.is_empty() && self.is_operand(0) {
            diagnostic = match self.last_clause {
                Some(Keyword::Where | Keyword::Having) => {
                    diagnostic.help("conditions are joined with AND or OR")
                }
                Some(Keyword::From | Keyword::Group | Keyword::Order) if !self.is_punct('(') => {
                    diagnostic.help("is a comma missing before it?")
                }
                _ => diagnostic,
            };
        }
        self.fail(diagnostic);
    }

    /// UNION and its like behind ORDER BY or LIMIT.
    fn late_set_operation(&mut self, last: Option<Keyword>) {
        let word = self.keyword(0).map_or("", Keyword::text);
        let what = match last {
            Some(Keyword::Order) => "ORDER BY",
            Some(Keyword::Offset) => "OFFSET",
            _ => "LIMIT",
        };
        let message = format!("{word} can't follow {what}");
        let diagnostic = Diagnostic::new(Code::Syntax, self.here(), message)
            .help(format!("put the query before {word} in parentheses, or {what} at the end"));
        self.report(diagnostic);
        self.at += 1;
        if !self.eat(Keyword::All) {
            self.eat(Keyword::Distinct);
        }
        self.body(0);
    }

    /// `ORDER BY …`; the first word comes next.
    pub(super) fn order_by(&mut self) -> OrderBy {
        let start = self.at;
        self.at += 1;
        self.expect_by("ORDER");
        if self.is(Keyword::All) && (self.kind(1).is_none() || self.keyword(1).is_some()) {
            self.instead(self.here(), "ORDER BY ALL", "write the columns to order by");
            self.at += 1;
            self.skip_clause();
            return OrderBy { keys: Vec::new(), span: self.since(start) };
        }
        let keys = self.list(Self::sort_key);
        OrderBy { keys, span: self.since(start) }
    }

    pub(super) fn sort_key(&mut self) -> SortKey {
        let start = self.at;
        let expr = self.operand_after("ORDER BY");
        let misspelled = matches!(self.kind(0), Some(TokenKind::Word(word))
            if super::hint::is_misspelling(word, Keyword::Desc));
        let descending = match misspelled && !self.lost {
            true => self.expect(Keyword::Desc, ""),
            false => self.eat(Keyword::Desc),
        };
        if !descending {
            self.eat(Keyword::Asc);
        }
        let mut nulls_first = None;
        if self.is(Keyword::Nulls) && !self.lost {
            self.at += 1;
            nulls_first = match self.keyword(0) {
                Some(Keyword::First) => Some(true),
                Some(Keyword::Last) => Some(false),
                _ => {
                    self.expected("FIRST or LAST after NULLS");
                    None
                }
            };
            self.at += usize::from(nulls_first.is_some());
        }
        SortKey { expr, descending, nulls_first, span: self.since(start) }
    }

    /// LIMIT and FETCH say the same.
    fn check_limit(&mut self, before: Option<Keyword>, keyword: Keyword) {
        let Some(before) = before else { return };
        let message = if before == keyword {
            format!("a query has one {} only", keyword.text())
        } else {
            "LIMIT and FETCH both say how many rows there may be".to_owned()
        };
        let diagnostic = Diagnostic::new(Code::Syntax, self.here(), message);
        self.report(diagnostic.help("take one of the two out"));
    }

    /// `LIMIT n`; the word comes next. ALL is the same as no LIMIT.
    fn limit(&mut self) -> Option<RowCount> {
        let start = self.at;
        self.at += 1;
        if self.eat(Keyword::All) {
            return None;
        }
        let count = self.operand_after("LIMIT");
        if self.is_punct(',') && !self.lost {
            let comma = self.here();
            self.at += 1;
            let second = self.operand_after("`,`");
            let text = |expr: &Expr, other: &str| match &expr.kind {
                ExprKind::Number(number) => number.clone(),
                _ => other.to_owned(),
            };
            let (offset, limit) = (text(&count, "m"), text(&second, "n"));
            let message = "LIMIT with two numbers is not supported";
            let diagnostic = Diagnostic::new(Code::NotSupported, comma, message)
                .help(format!("write `OFFSET {offset} LIMIT {limit}`"));
            self.report(diagnostic);
            return Some(RowCount {
                clause: RowClause::Limit,
                count: second,
                ties: None,
                span: self.since(start),
            });
        }
        Some(RowCount { clause: RowClause::Limit, count, ties: None, span: self.since(start) })
    }

    /// `OFFSET n ROWS`; the first word comes next.
    fn offset(&mut self) -> RowCount {
        let start = self.at;
        self.at += 1;
        let count = self.operand_after("OFFSET");
        if !self.eat(Keyword::Rows) {
            self.eat(Keyword::Row);
        }
        RowCount { clause: RowClause::Offset, count, ties: None, span: self.since(start) }
    }

    /// `FETCH FIRST n ROWS ONLY`, or WITH TIES; the first word comes next. Without a number
    /// it is one row.
    fn fetch(&mut self) -> Option<RowCount> {
        let start = self.at;
        self.at += 1;
        if !self.eat(Keyword::First) && !self.eat(Keyword::Next) {
            self.expected("FIRST or NEXT after FETCH");
            return None;
        }
        let count = match self.keyword(0) {
            Some(Keyword::Row | Keyword::Rows) => {
                Expr::new(ExprKind::Number("1".to_owned()), self.since(start))
            }
            _ => self.operand_after("FETCH FIRST"),
        };
        if self.is(Keyword::Percent) && !self.lost {
            self.instead(self.here(), "FETCH with PERCENT", "write how many rows");
            self.at += 1;
        }
        if !self.eat(Keyword::Rows) && !self.eat(Keyword::Row) {
            self.expected("ROWS ONLY after FETCH FIRST");
            return None;
        }
        let with = self.at;
        let ties = self.eat_all(&[Keyword::With, Keyword::Ties]).then(|| self.since(with));
        if ties.is_none() {
            self.expect(Keyword::Only, "ROWS");
        }
        Some(RowCount { clause: RowClause::Fetch, count, ties, span: self.since(start) })
    }

    /// `FOR UPDATE` and its like.
    fn for_clause(&mut self) {
        let start = self.at;
        self.at += 1;
        let word = match self.kind(0) {
            Some(TokenKind::Word(word)) => word.to_uppercase(),
            _ => {
                self.expected("the end of the query or another clause");
                return;
            }
        };
        self.at += 1;
        self.instead(self.since(start), &format!("FOR {word}"), "remove it");
        self.skip_clause();
    }
}

/// A clause behind VALUES, TABLE or a query in parentheses, which do not have it.
fn clause_of_no_select(clause: Keyword, span: Span) -> Diagnostic {
    let name = name_of(clause);
    let message = format!("{name} belongs to a SELECT, and none stands before it");
    Diagnostic::new(Code::Syntax, span, message)
        .help(format!("write `SELECT * FROM (…) AS t {name} …`"))
}
