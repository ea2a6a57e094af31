//! A query as the words that changes are made to.

use lakequery_compiler::token::{TextToken, TokenKind, tokenize};

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name that may have to be quoted, or a keyword.
    Word,
    /// A quoted name.
    Quoted,
    /// A number, a text or bytes.
    Literal,
    /// A parameter.
    Parameter,
    /// An operator or other punctuation.
    Sign,
}

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// Operators of two characters; what else stands together are two words.
const PAIRS: [&str; 7] = ["<>", "<=", ">=", "!=", "||", "->", "=>"];

impl Word {
    /// Whether it is this keyword or sign.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Sign) && self.text.eq_ignore_ascii_case(text)
    }

    /// Whether it is a name: no keyword.
    pub(super) fn is_name(&self) -> bool {
        match self.kind {
            Kind::Quoted => true,
            Kind::Word => !KEYWORDS.contains(&&*self.text.to_lowercase()),
            _ => false,
        }
    }
}

/// The words of a text; `None` where it can't be cut.
pub(super) fn cut(text: &str) -> Option<Vec<Word>> {
    let mut words: Vec<Word> = Vec::new();
    let mut joint = false;
    for TextToken { token, bytes } in tokenize(text).ok()? {
        let kind = match token.kind {
            TokenKind::Word(_) => Kind::Word,
            TokenKind::Quoted(_) => Kind::Quoted,
            TokenKind::Number(_) | TokenKind::Text(_) | TokenKind::Binary(_) => Kind::Literal,
            TokenKind::Parameter(_) => Kind::Parameter,
            TokenKind::Punct(_) => Kind::Sign,
        };
        let text = &text[bytes];
        match words.last_mut() {
            Some(last) if joint && PAIRS.contains(&&*format!("{}{text}", last.text)) => {
                last.text.push_str(text);
            }
            _ => words.push(Word { text: text.to_owned(), kind }),
        }
        joint = token.joint;
    }
    Some(words)
}

/// The text of words.
pub(super) fn join(words: &[Word]) -> String {
    let mut text = String::new();
    let mut before = "";
    for Word { text: word, .. } in words {
        // `t.c`, not `t . 5`, which would be read otherwise.
        if !text.is_empty() && before != "." && word != "." {
            text.push(' ');
        }
        text.push_str(word);
        before = word;
    }
    text
}

/// The words that are no names.
const KEYWORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "at",
    "between",
    "bigint",
    "boolean",
    "by",
    "case",
    "cast",
    "char",
    "cross",
    "cube",
    "current",
    "date",
    "day",
    "decimal",
    "desc",
    "distinct",
    "double",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "filter",
    "first",
    "following",
    "from",
    "full",
    "group",
    "grouping",
    "groups",
    "having",
    "hour",
    "ignore",
    "in",
    "inner",
    "integer",
    "intersect",
    "interval",
    "is",
    "join",
    "last",
    "lateral",
    "left",
    "like",
    "limit",
    "map",
    "minute",
    "month",
    "natural",
    "next",
    "not",
    "null",
    "nulls",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "ordinality",
    "outer",
    "over",
    "partition",
    "preceding",
    "range",
    "real",
    "recursive",
    "respect",
    "right",
    "rollup",
    "row",
    "rows",
    "second",
    "select",
    "sets",
    "smallint",
    "some",
    "table",
    "then",
    "ties",
    "time",
    "timestamp",
    "tinyint",
    "to",
    "true",
    "try_cast",
    "unbounded",
    "union",
    "unnest",
    "using",
    "values",
    "varbinary",
    "varchar",
    "when",
    "where",
    "window",
    "with",
    "within",
    "without",
    "year",
    "zone",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_words_are_the_same_query() {
        for text in [
            "SELECT a.b , 'it''s' FROM \"t\" WHERE x <> - 1 AND y >= 1.5",
            "SELECT {p} || X'00' , count ( * ) FROM t",
        ] {
            assert_eq!(join(&cut(text).expect("it can be cut")), text);
        }
    }
}
