//! The functions of SQL/JSON, which have a grammar of their own.

use crate::ast::{
    Expr, ExprKind, Json, JsonArgument, JsonArray, JsonBehavior, JsonBehaviorKind, JsonFormat,
    JsonInput, JsonNulls, JsonObject, JsonPath, JsonPathFunction, JsonReturning, JsonWrapper, Path,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};

use super::parser::Parser;

/// The clauses behind a path, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Clause {
    Passing,
    Returning,
    Wrapper,
    Quotes,
    OnEmpty,
    OnError,
}

impl Clause {
    const fn text(self) -> &'static str {
        match self {
            Clause::Passing => "PASSING",
            Clause::Returning => "RETURNING",
            Clause::Wrapper => "WRAPPER",
            Clause::Quotes => "QUOTES",
            Clause::OnEmpty => "ON EMPTY",
            Clause::OnError => "ON ERROR",
        }
    }

    const fn is_of(self, function: JsonPathFunction) -> bool {
        match self {
            Clause::Passing | Clause::OnError => true,
            Clause::Returning | Clause::OnEmpty => !matches!(function, JsonPathFunction::Exists),
            Clause::Wrapper | Clause::Quotes => matches!(function, JsonPathFunction::Query),
        }
    }
}

impl Parser<'_> {
    /// A function of SQL/JSON, if the name is one's; its parenthesis comes next.
    pub(super) fn json_function(&mut self, name: &Path) -> Option<ExprKind> {
        let [name] = &name.parts[..] else { return None };
        let upper = name.text.to_ascii_uppercase();
        let json = match upper.as_str() {
            _ if name.quoted => return None,
            "JSON_EXISTS" => self.json_path(JsonPathFunction::Exists),
            "JSON_VALUE" => self.json_path(JsonPathFunction::Value),
            "JSON_QUERY" => self.json_path(JsonPathFunction::Query),
            "JSON_ARRAY" => Json::Array(self.group("`,`, a clause or ", Self::json_array)),
            "JSON_OBJECT" => Json::Object(self.group("`,`, a clause or ", Self::json_object)),
            _ => return None,
        };
        Some(ExprKind::Json(Box::new(json)))
    }

    fn json_path(&mut self, function: JsonPathFunction) -> Json {
        Json::Path(Box::new(self.group("a clause of the function or ", |this| {
            let input = this.json_input();
            let mut json = JsonPath {
                function,
                input,
                path: String::new(),
                path_span: this.here(),
                passing: Vec::new(),
                returning: None,
                wrapper: None,
                keeps_quotes: None,
                on_empty: None,
                on_error: None,
            };
            this.json_path_text(&mut json);
            this.json_clauses(&mut json);
            json
        })))
    }

    fn json_path_text(&mut self, json: &mut JsonPath) {
        if self.lost {
            return;
        }
        if !self.eat_punct(',') {
            return self.expected("`,` and a path, such as 'lax $.name'");
        }
        json.path_span = self.here();
        match self.kind(0) {
            Some(TokenKind::Text(path)) => {
                json.path.clone_from(path);
                self.at += 1;
            }
            _ => {
                let diagnostic = self.expectation("a path").help(
                    "a path is a string, such as 'lax $.name'; values get into it by PASSING",
                );
                self.fail(diagnostic);
            }
        }
    }

    /// The clauses behind the path, up to the end of the group.
    fn json_clauses(&mut self, json: &mut JsonPath) {
        let mut last: Option<Clause> = None;
        while !self.lost && !self.is_end() {
            let start = self.at;
            let Some(clause) = self.json_clause(json) else { return };
            if self.lost {
                return;
            }
            let problem = match last {
                _ if !clause.is_of(json.function) => {
                    let function = format!("{:?}", json.function).to_uppercase();
                    format!("JSON_{function} does not have the clause {}", clause.text())
                }
                Some(last) if last == clause => format!("{} is written twice", clause.text()),
                Some(last) if last > clause => {
                    format!("{} is written before {}", clause.text(), last.text())
                }
                _ => {
                    last = Some(clause);
                    continue;
                }
            };
            self.report(Diagnostic::new(Code::Syntax, self.since(start), problem));
        }
    }

    fn json_clause(&mut self, json: &mut JsonPath) -> Option<Clause> {
        if self.eat_words(&["PASSING"]) {
            json.passing = self.json_passing();
            return Some(Clause::Passing);
        }
        if self.is_word(0, "RETURNING") {
            json.returning = self.json_returning();
            return Some(Clause::Returning);
        }
        if let Some(wrapper) = self.json_wrapper() {
            json.wrapper = Some(wrapper);
            return Some(Clause::Wrapper);
        }
        if let Some(quotes) = self.json_quotes() {
            json.keeps_quotes = Some(quotes);
            return Some(Clause::Quotes);
        }
        self.json_behavior(json)
    }

    /// `expr [FORMAT JSON [ENCODING …]]`
    fn json_input(&mut self) -> JsonInput {
        let expr = self.expr();
        JsonInput { expr, format: self.json_format() }
    }

    fn json_format(&mut self) -> Option<JsonFormat> {
        if !self.eat_words(&["FORMAT", "JSON"]) {
            return None;
        }
        if !self.eat_words(&["ENCODING"]) {
            return Some(JsonFormat::Plain);
        }
        let encodings = [
            ("UTF8", JsonFormat::Utf8),
            ("UTF16", JsonFormat::Utf16),
            ("UTF32", JsonFormat::Utf32),
        ];
        let found = encodings.into_iter().find(|(word, _)| self.eat_words(&[word]));
        if found.is_none() {
            self.expected("UTF8, UTF16 or UTF32 after ENCODING");
        }
        found.map(|(_, format)| format)
    }

    fn json_passing(&mut self) -> Vec<JsonArgument> {
        let mut passing = Vec::new();
        loop {
            let value = self.json_input();
            if self.lost {
                return passing;
            }
            if !self.eat_words(&["AS"]) {
                self.expected("AS and the name that the path has for the value");
                return passing;
            }
            let name = self.name("the name that the path has for the value");
            passing.push(JsonArgument { value, name });
            if !self.eat_punct(',') {
                return passing;
            }
        }
    }

    fn json_wrapper(&mut self) -> Option<JsonWrapper> {
        const FORMS: [(&[&str], JsonWrapper); 8] = [
            (&["WITHOUT", "WRAPPER"], JsonWrapper::Without),
            (&["WITHOUT", "ARRAY", "WRAPPER"], JsonWrapper::Without),
            (&["WITH", "CONDITIONAL", "WRAPPER"], JsonWrapper::Conditional),
            (&["WITH", "CONDITIONAL", "ARRAY", "WRAPPER"], JsonWrapper::Conditional),
            (&["WITH", "UNCONDITIONAL", "WRAPPER"], JsonWrapper::Unconditional),
            (&["WITH", "UNCONDITIONAL", "ARRAY", "WRAPPER"], JsonWrapper::Unconditional),
            (&["WITH", "WRAPPER"], JsonWrapper::Unconditional),
            (&["WITH", "ARRAY", "WRAPPER"], JsonWrapper::Unconditional),
        ];
        FORMS.iter().find(|(words, _)| self.eat_words(words)).map(|(_, wrapper)| *wrapper)
    }

    fn json_quotes(&mut self) -> Option<(bool, Span)> {
        let start = self.at;
        let keeps = self.eat_words(&["KEEP", "QUOTES"]);
        if !keeps && !self.eat_words(&["OMIT", "QUOTES"]) {
            return None;
        }
        self.eat_words(&["ON", "SCALAR", "STRING"]);
        Some((keeps, self.since(start)))
    }

    /// `… ON EMPTY` or `… ON ERROR`.
    fn json_behavior(&mut self, json: &mut JsonPath) -> Option<Clause> {
        const WORDS: [(&[&str], JsonBehaviorKind); 7] = [
            (&["ERROR"], JsonBehaviorKind::Error),
            (&["NULL"], JsonBehaviorKind::Null),
            (&["TRUE"], JsonBehaviorKind::True),
            (&["FALSE"], JsonBehaviorKind::False),
            (&["UNKNOWN"], JsonBehaviorKind::Unknown),
            (&["EMPTY", "ARRAY"], JsonBehaviorKind::EmptyArray),
            (&["EMPTY", "OBJECT"], JsonBehaviorKind::EmptyObject),
        ];
        let start = self.at;
        let kind = match WORDS.into_iter().find(|(words, _)| self.eat_words(words)) {
            Some((_, kind)) => kind,
            None if self.eat_words(&["DEFAULT"]) => {
                JsonBehaviorKind::Default(self.operand_after("DEFAULT"))
            }
            None if self.eat_words(&["EMPTY"]) => {
                self.expected("ARRAY or OBJECT after EMPTY");
                return Some(Clause::OnEmpty);
            }
            None => return None,
        };
        if self.eat_words(&["ON", "EMPTY"]) {
            json.on_empty = Some(JsonBehavior { kind, span: self.since(start) });
            return Some(Clause::OnEmpty);
        }
        if self.eat_words(&["ON", "ERROR"]) {
            json.on_error = Some(JsonBehavior { kind, span: self.since(start) });
        } else {
            self.expected("ON EMPTY or ON ERROR");
        }
        Some(Clause::OnError)
    }

    fn json_array(&mut self) -> JsonArray {
        let mut json = JsonArray { elements: Vec::new(), nulls: None, returning: None };
        if !self.is_end() && !self.is_word(0, "RETURNING") {
            json.elements = self.list_in_group(Self::json_input);
            json.nulls = self.json_nulls();
        }
        json.returning = self.json_returning();
        json
    }

    fn json_object(&mut self) -> JsonObject {
        let mut json =
            JsonObject { members: Vec::new(), nulls: None, unique: false, returning: None };
        if !self.is_end() && !self.is_word(0, "RETURNING") {
            json.members = self.list_in_group(Self::json_member);
            json.nulls = self.json_nulls();
            json.unique = self.eat_words(&["WITH", "UNIQUE"]);
            if json.unique || self.eat_words(&["WITHOUT", "UNIQUE"]) {
                self.eat_words(&["KEYS"]);
            }
        }
        json.returning = self.json_returning();
        json
    }

    /// `KEY k VALUE v`, `k VALUE v`, `k : v`
    fn json_member(&mut self) -> (Expr, JsonInput) {
        // A column may have the name KEY, too.
        let has_word = self.is_word(0, "KEY") && self.is_operand(1) && !self.is_word(1, "VALUE");
        self.at += usize::from(has_word);
        let outer = std::mem::replace(&mut self.colon_ends, true);
        let key = self.expr();
        self.colon_ends = outer;
        let separated = self.eat_words(&["VALUE"]) || !has_word && self.eat_punct(':');
        if !self.lost && !separated {
            let what = if has_word { "VALUE" } else { "`:` or VALUE" };
            let diagnostic = self.expectation(&format!("{what} and the value of the member"));
            let help = "a member is written as `'key' : value` or `KEY 'key' VALUE value`";
            self.fail(diagnostic.help(help));
            // Keys and values in turns, as functions of other databases take them.
            self.at = self.group_end();
        }
        let value = match self.lost {
            true => JsonInput { expr: Expr::error(self.here()), format: None },
            false => self.json_input(),
        };
        (key, value)
    }

    fn json_nulls(&mut self) -> Option<JsonNulls> {
        if self.eat_words(&["NULL", "ON", "NULL"]) {
            return Some(JsonNulls::Null);
        }
        self.eat_words(&["ABSENT", "ON", "NULL"]).then_some(JsonNulls::Absent)
    }

    fn json_returning(&mut self) -> Option<JsonReturning> {
        if !self.eat_words(&["RETURNING"]) {
            return None;
        }
        let ty = self.data_type()?;
        Some(JsonReturning { ty, format: self.json_format() })
    }

    fn is_word(&self, ahead: usize, word: &str) -> bool {
        matches!(self.kind(ahead), Some(TokenKind::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    /// Takes these words, if they come next, one after the other.
    fn eat_words(&mut self, words: &[&str]) -> bool {
        let follow = !self.lost && words.iter().enumerate().all(|(i, word)| self.is_word(i, word));
        self.at += if follow { words.len() } else { 0 };
        follow
    }
}
