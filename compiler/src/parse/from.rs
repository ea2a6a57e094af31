//! FROM: tables, subqueries and joins.

use crate::ast::{
    Alias, FromItem, Join, JoinCondition, JoinKind, Name, Path, Relation, Subquery, TableName,
    UnknownRelation, Unnest, Using,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};

use super::hint;
use super::keyword::Keyword;
use super::parser::Parser;

impl Parser<'_> {
    /// The relations between the commas of FROM.
    pub(super) fn relations(&mut self) -> Vec<FromItem> {
        self.list(Self::item_of_from)
    }

    fn item_of_from(&mut self) -> FromItem {
        let start = self.at;
        let relation = self.relation("FROM");
        let mut joins = Vec::new();
        self.joins(&mut joins);
        FromItem { relation, joins, span: self.since(start) }
    }

    /// Joins that stand behind a mistake in FROM.
    pub(super) fn more_joins(&mut self, from: &mut [FromItem]) {
        if let Some(FromItem { relation: _, joins, span: _ }) = from.last_mut() {
            self.joins(joins);
        }
    }

    fn joins(&mut self, joins: &mut Vec<Join>) {
        while self.starts_join() && !self.lost {
            joins.extend(self.join());
            // A mistake in a condition hides no join behind it.
            self.recover(|this| this.is_punct(',') || this.starts_clause() || this.starts_join());
        }
    }

    /// Whether a join comes next.
    pub(super) fn starts_join(&self) -> bool {
        use Keyword as K;
        let next = self.keyword(1);
        match self.keyword(0) {
            Some(K::Join | K::Inner | K::Left | K::Right | K::Full | K::Cross | K::Natural) => true,
            Some(K::Semi | K::Anti | K::Asof) => next == Some(K::Join),
            Some(K::Outer) => matches!(next, Some(K::Apply | K::Join)),
            _ => false,
        }
    }

    /// A join; one that lake SQL does not have is `None`.
    fn join(&mut self) -> Option<Join> {
        use Keyword as K;
        let start = self.at;
        let natural = self.is(K::Natural).then(|| self.here());
        self.at += usize::from(natural.is_some());
        let mut kind = match self.keyword(0) {
            Some(K::Left) => JoinKind::Left,
            Some(K::Right) => JoinKind::Right,
            Some(K::Full) => JoinKind::Full,
            Some(K::Cross) => JoinKind::Cross,
            _ => JoinKind::Inner,
        };
        let side = self.at;
        if self.are(&[K::Outer, K::Join]) {
            let message = "OUTER needs LEFT, RIGHT or FULL before it";
            self.report(Diagnostic::new(Code::Syntax, self.here(), message));
        }
        self.at += usize::from(!matches!(
            self.keyword(0),
            Some(K::Join | K::Semi | K::Anti | K::Asof) | None
        ));
        if matches!(kind, JoinKind::Left | JoinKind::Right | JoinKind::Full) {
            self.eat(K::Outer);
        }
        let foreign = match self.keyword(0) {
            Some(K::Semi) => Some(("a semi join", "write `WHERE EXISTS (…)`")),
            Some(K::Anti) => Some(("an anti join", "write `WHERE NOT EXISTS (…)`")),
            Some(K::Asof) => Some(("ASOF JOIN", "rank the matches with a window function")),
            Some(K::Apply) => Some(("APPLY", "write a join with a subquery")),
            _ => None,
        };
        if foreign.is_some() {
            self.at += 1;
        }
        if let Some((what, help)) = foreign {
            let is_apply = self.keywords_before_is(K::Apply);
            if !is_apply {
                self.eat(K::Join);
            }
            self.instead(Span { start: side as u32, end: self.at as u32 }, what, help);
            let reported = self.diagnostics.len();
            self.relation("JOIN");
            self.diagnostics.truncate(reported);
            if self.eat(K::On) {
                self.condition("ON");
            } else if self.is(K::Using) && self.is_punct_at(1, '(') {
                self.at += 1;
                self.skip_group();
            }
            let span = self.since(start);
            // Its columns can be meant by any name.
            let relation = Relation::Unknown(UnknownRelation { alias: None, span });
            kind = JoinKind::Cross;
            return Some(Join { kind, relation, condition: JoinCondition::None, span });
        }
        let before = self.tokens[self.at - 1].kind.describe();
        if !self.expect(K::Join, if self.at == start { "" } else { &before }) {
            return None;
        }
        if let Some(natural) = natural {
            let help = "write the columns that it joins by: `JOIN … USING (…)`";
            self.instead(natural, "NATURAL JOIN", help);
            let relation = self.relation("JOIN");
            let span = self.since(start);
            let alias = alias_of(&relation).cloned();
            let relation = Relation::Unknown(UnknownRelation { alias, span });
            let kind = JoinKind::Cross;
            return Some(Join { kind, relation, condition: JoinCondition::None, span });
        }
        let relation = self.relation("JOIN");
        let condition = self.join_condition(kind, &relation);
        Some(Join { kind, relation, condition, span: self.since(start) })
    }

    /// Whether the last token that was taken is this keyword.
    fn keywords_before_is(&self, keyword: Keyword) -> bool {
        matches!(self.tokens.get(self.at - 1).map(|token| &token.kind),
            Some(TokenKind::Word(word)) if Keyword::of(word) == Some(keyword))
    }

    fn join_condition(&mut self, kind: JoinKind, relation: &Relation) -> JoinCondition {
        if self.lost {
            return JoinCondition::None;
        }
        let start = self.at;
        if self.is(Keyword::On) || self.is(Keyword::Using) && self.is_punct_at(1, '(') {
            if kind == JoinKind::Cross {
                let diagnostic =
                    Diagnostic::new(Code::Syntax, self.here(), "CROSS JOIN takes no condition")
                        .help("write JOIN, or put the condition in WHERE");
                self.report(diagnostic);
            }
        } else if kind == JoinKind::Cross {
            return JoinCondition::None;
        }
        if self.eat(Keyword::On) {
            return JoinCondition::On(self.condition("ON"));
        }
        if self.eat(Keyword::Using) {
            if !self.is_punct('(') {
                self.expected("`(` after USING");
                return JoinCondition::None;
            }
            let columns = self.names("the name of a column");
            return JoinCondition::Using(Using { columns, span: self.since(start) });
        }
        if let Some(TokenKind::Word(word)) = self.kind(0)
            && hint::is_misspelling(word, Keyword::Using)
            && self.is_punct_at(1, '(')
        {
            self.report(hint::misspelled(word, self.here(), Keyword::Using));
            self.replace_keyword(self.at, Keyword::Using);
            return self.join_condition(kind, relation);
        }
        if let Some(Alias { name, columns, span: _ }) = alias_of(relation)
            && !columns.is_empty()
            && hint::is_misspelling(&name.text, Keyword::Using)
        {
            self.report(hint::misspelled(&name.text, name.span, Keyword::Using));
            return JoinCondition::None;
        }
        let diagnostic =
            Diagnostic::new(Code::Syntax, relation.span(), "this join has no condition")
                .help("add `ON …` or `USING (…)`, or write CROSS JOIN");
        self.report(diagnostic);
        JoinCondition::None
    }

    /// A table, a subquery or joins in parentheses, with the alias.
    fn relation(&mut self, after: &str) -> Relation {
        let start = self.at;
        let relation = self.relation_without_suffix(after);
        self.suffixes(relation, start)
    }

    fn relation_without_suffix(&mut self, after: &str) -> Relation {
        let start = self.at;
        match self.kind(0) {
            _ if self.lost => self.unknown(start),
            Some(TokenKind::Punct('(')) => self.parenthesized_relation(),
            Some(TokenKind::Parameter(_)) => {
                let diagnostic = Diagnostic::new(
                    Code::Syntax,
                    self.here(),
                    "a table can't be a parameter: its columns must be known while compiling",
                )
                .help("`lakequery::sql(…)` sends a text made at run time");
                self.report(diagnostic);
                self.at += 1;
                self.unknown(start)
            }
            _ if self.is(Keyword::Lateral) && self.is_punct_at(1, '(') => self.lateral(),
            _ if self.is(Keyword::Lateral)
                && self.is_name(1)
                && (self.is_punct_at(2, '.') || self.is_punct_at(2, '(')) =>
            {
                self.report(lateral_of_no_query(self.here()));
                self.at += 1;
                self.relation_without_suffix(after)
            }
            _ if self.is(Keyword::Table) && self.is_punct_at(1, '(') => {
                self.not_yet(self.here(), "a table function");
                self.at += 1;
                self.skip_group();
                self.unknown(start)
            }
            _ if self.is(Keyword::Unnest) && self.is_punct_at(1, '(') => self.unnest(),
            _ if self.is_name(0) => {
                let name = self.path("the name of a table");
                if self.is_punct('(') && !self.lost {
                    self.table_function(&name);
                    self.skip_group();
                    if self.is(Keyword::With) && self.keyword(1) == Some(Keyword::Ordinality) {
                        self.at += 2;
                    }
                    return self.unknown(start);
                }
                Relation::Table(TableName { name, alias: None })
            }
            _ => {
                let what = format!("a table after {after}");
                let mut diagnostic = self.expectation(&what);
                if let Some(TokenKind::Text(text)) = self.kind(0) {
                    diagnostic = diagnostic.help(format!("write it without quotes: `{text}`"));
                }
                self.fail(diagnostic);
                self.unknown(start)
            }
        }
    }

    /// `LATERAL (query)`; the word comes next.
    fn lateral(&mut self) -> Relation {
        let start = self.at;
        let lateral = self.here();
        self.at += 1;
        let relation = self.parenthesized_relation();
        match relation {
            Relation::Subquery(subquery) => {
                Relation::Subquery(Subquery { lateral: Some(lateral), ..subquery })
            }
            Relation::Unknown(_) => relation,
            _ => {
                self.report(lateral_of_no_query(lateral));
                self.unknown(start)
            }
        }
    }

    /// `UNNEST(…)`; the word comes next.
    fn unnest(&mut self) -> Relation {
        let start = self.at;
        self.at += 1;
        if self.partner_is(0, 1) {
            self.at += 2;
            let message = "UNNEST takes at least one array or map";
            self.report(Diagnostic::new(Code::Syntax, self.since(start), message));
            return self.unknown(start);
        }
        let values = self.group("`,` or ", |this| {
            if this.is_query(0) && !this.is_punct('(') {
                let message = "a query in UNNEST needs parentheses of its own";
                let diagnostic = Diagnostic::new(Code::Syntax, this.here(), message)
                    .help("write `UNNEST((SELECT …))`");
                this.fail(diagnostic);
                return Vec::new();
            }
            this.list_in_group(Self::expr)
        });
        let span = self.since(start);
        let mut ordinality = false;
        if self.is(Keyword::With) {
            let with = self.at;
            ordinality = self.eat_all(&[Keyword::With, Keyword::Ordinality]);
            if self.are(&[Keyword::With, Keyword::Offset]) {
                self.at += 2;
                let help = "write `WITH ORDINALITY`, which counts from 1";
                self.instead(self.since(with), "WITH OFFSET", help);
                ordinality = true;
            }
        }
        match values.is_empty() {
            true => self.unknown(start),
            false => Relation::Unnest(Unnest { values, ordinality, alias: None, span }),
        }
    }

    fn unknown(&self, start: usize) -> Relation {
        Relation::Unknown(UnknownRelation { alias: None, span: self.since(start) })
    }

    /// Reports a function in FROM, whose name was read.
    fn table_function(&mut self, name: &Path) {
        let Path { parts, span } = name;
        let last = parts.last().map_or(String::new(), |part| part.text.to_uppercase());
        match last.as_str() {
            "JSON_TABLE" => self.not_yet(*span, "JSON_TABLE"),
            "EXPLODE" | "FLATTEN" | "POSEXPLODE" => {
                let what = format!("{last} in FROM");
                self.instead(*span, &what, "write `CROSS JOIN UNNEST(…) AS t (x)`");
            }
            _ => self.not_yet(*span, "a function in FROM"),
        }
    }

    fn parenthesized_relation(&mut self) -> Relation {
        let start = self.at;
        if self.opens_query() {
            // Engines count the parentheses and the query.
            let Some(query) = self.deeper(Self::query_group) else { return self.unknown(start) };
            let span = self.since(start);
            let query = Box::new(query);
            return Relation::Subquery(Subquery { lateral: None, query, alias: None, span });
        }
        let closing = "a join or ";
        let item = self.group(closing, |this| {
            this.deeper(Self::item_of_from).unwrap_or_else(|| FromItem {
                relation: this.unknown(start),
                joins: Vec::new(),
                span: this.since(start),
            })
        });
        Relation::Joined(Box::new(item), self.since(start))
    }

    /// What stands behind a relation: time travel, its alias, sampling and more.
    fn suffixes(&mut self, relation: Relation, start: usize) -> Relation {
        let mut relation = relation;
        if self.is(Keyword::For)
            && matches!(self.keyword(1), Some(Keyword::Timestamp | Keyword::Version))
            && !self.lost
        {
            let at = self.at;
            self.at += 2;
            self.eat(Keyword::As);
            self.eat(Keyword::Of);
            self.not_yet(self.since(at), "time travel");
            self.expr_of_value();
        }
        let mut alias = self.alias();
        while let Some(keyword) = self.keyword(0) {
            let is_suffix = match keyword {
                Keyword::MatchRecognize
                | Keyword::Pivot
                | Keyword::Unpivot
                | Keyword::Partition => self.is_punct_at(1, '('),
                _ => false,
            };
            if !is_suffix || self.lost {
                break;
            }
            let span = self.here();
            match keyword {
                Keyword::MatchRecognize => self.not_yet(span, keyword.text()),
                Keyword::Partition => self.instead(span, "PARTITION in FROM", "filter in WHERE"),
                _ => self.instead(span, keyword.text(), "aggregate with `FILTER (WHERE …)`"),
            }
            self.at += 1;
            self.skip_group();
            relation = Relation::Unknown(UnknownRelation { alias: None, span: self.since(start) });
            alias = self.alias().or(alias);
        }
        self.name_relation(&mut relation, alias);
        match self.is(Keyword::Tablesample) && self.starts_suffix() && !self.lost {
            true => self.sample(relation, start),
            false => relation,
        }
    }

    fn name_relation(&mut self, relation: &mut Relation, alias: Option<Alias>) {
        match (relation, alias) {
            (_, None) => {}
            (Relation::Table(table), alias) => table.alias = alias,
            (Relation::Subquery(subquery), alias) => subquery.alias = alias,
            (Relation::Unnest(unnest), alias) => unnest.alias = alias,
            (Relation::Unknown(unknown), alias) => unknown.alias = alias,
            // The alias is read before the sample.
            (Relation::Sample(_), Some(_)) => {}
            (Relation::Joined(..), Some(alias)) => {
                self.instead(
                    alias.span,
                    "an alias of joins in parentheses",
                    "give an alias to each table, or write a subquery",
                );
            }
        }
    }

    /// `AS name (columns)`, or nothing.
    pub(super) fn alias(&mut self) -> Option<Alias> {
        if self.lost {
            return None;
        }
        let start = self.at;
        let name = if self.eat(Keyword::As) {
            self.table_alias_after_as()
        } else if self.is_name(0) && !self.starts_clause() && !self.starts_suffix() {
            self.implicit_alias = Some(self.at);
            self.any_name()
        } else {
            return None;
        };
        let columns = match self.is_punct('(') && !self.lost {
            true => self.columns_of_alias(),
            false => Vec::new(),
        };
        if (self.is_punct('!') || self.is_punct('?') || self.is_punct(':')) && !self.lost {
            let message = "only a column of the result can have a Rust type, `!` or `?`";
            let diagnostic = Diagnostic::new(Code::Syntax, name.span, message)
                .help("write it behind the alias in the outermost SELECT");
            self.fail(diagnostic);
        }
        Some(Alias { name, columns, span: self.since(start) })
    }

    fn table_alias_after_as(&mut self) -> Name {
        // A column list may follow, too.
        let with_columns = self.is_punct_at(1, '(');
        let is_word = matches!(self.kind(0), Some(TokenKind::Word(_)));
        if is_word && with_columns && !self.lost { self.any_name() } else { self.name_after_as() }
    }

    /// Whether a word comes next that goes on with a relation.
    fn starts_suffix(&self) -> bool {
        match self.keyword(0) {
            Some(
                Keyword::MatchRecognize | Keyword::Pivot | Keyword::Unpivot | Keyword::Partition,
            ) => self.is_punct_at(1, '('),
            Some(Keyword::Tablesample) => {
                self.is_punct_at(1, '(')
                    || self.is_name(1) && self.is_punct_at(2, '(')
                    || self.sample_method(1).is_some()
            }
            _ => self.starts_join(),
        }
    }

    /// `(a, b)` behind the name of a relation.
    pub(super) fn columns_of_alias(&mut self) -> Vec<Name> {
        self.group("`,` or ", |this| {
            this.list_in_group(|this| {
                let name = this.name("the name of a column");
                if !this.is_end() && !this.is_punct(',') && !this.lost {
                    let start = this.at;
                    while !this.is_end() && !this.is_punct(',') {
                        this.skip();
                    }
                    let message = format!("an alias takes no types: `{}` has its own", name.text);
                    let diagnostic = Diagnostic::new(Code::Syntax, this.since(start), message)
                        .help("convert it in the query: `CAST(… AS type)`");
                    this.report(diagnostic);
                }
                name
            })
        })
    }
}

fn lateral_of_no_query(lateral: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, lateral, "LATERAL takes a query in parentheses")
        .help("write `LATERAL (SELECT …)`, or remove LATERAL")
}

/// The alias of a relation.
fn alias_of(relation: &Relation) -> Option<&Alias> {
    match relation {
        Relation::Table(TableName { name: _, alias })
        | Relation::Subquery(Subquery { lateral: _, query: _, alias, span: _ })
        | Relation::Unnest(Unnest { values: _, ordinality: _, alias, span: _ })
        | Relation::Unknown(UnknownRelation { alias, span: _ }) => alias.as_ref(),
        Relation::Sample(sample) => alias_of(&sample.relation),
        Relation::Joined(..) => None,
    }
}
