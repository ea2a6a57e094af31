//! The tokens of lake SQL, as every front end hands them in.
//!
//! A front end (Rust tokens in a macro, or [`text::tokenize`](crate::token::tokenize)
//! for strings and files) produces a flat list. A [`Span`] counts tokens of that
//! list, so each front end can map it back to what it was made from: a Rust span,
//! or a range of bytes in a text.

pub mod radix;
mod rust;
mod text;

pub use rust::Expression;
pub use text::{TextToken, TextTokenError, tokenize};

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// For [`TokenKind::Punct`]: whether the next token is a `Punct` that follows
    /// without a space, so that the two may form one operator (`<` `=`).
    pub joint: bool,
}

/// What a [`Token`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A bare word: a keyword or a name, in the case it was written.
    Word(String),
    /// A quoted name (`"x"` or `` `x` `` in text, `r#x` in Rust tokens): never a keyword.
    Quoted(String),
    /// A number, with no sign and no `_`: `7`, `0.05`, `1e3`.
    Number(String),
    /// A string, unescaped, without its quotes.
    Text(String),
    /// A binary string (`X'00ff'` in text, `b"…"` in Rust tokens).
    Binary(Vec<u8>),
    /// A bound Rust expression: `{expr}`.
    Parameter(Expression),
    /// One character of punctuation; parentheses and brackets too.
    Punct(char),
}

impl TokenKind {
    /// The token as a message shows it.
    pub fn describe(&self) -> String {
        match self {
            TokenKind::Word(word) => format!("`{word}`"),
            TokenKind::Quoted(name) => format!("`\"{name}\"`"),
            TokenKind::Number(number) => format!("`{number}`"),
            TokenKind::Text(text) if text.chars().count() > 24 => "a string".into(),
            TokenKind::Text(text) => format!("the string '{text}'"),
            TokenKind::Binary(_) => "a binary string".into(),
            TokenKind::Parameter(_) => "a parameter".into(),
            TokenKind::Punct(c) => format!("`{c}`"),
        }
    }
}

/// A run of tokens: from `start` up to, and without, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Index of the first token.
    pub start: u32,
    /// Index after the last token; equal to `start` for "at the end of the query".
    pub end: u32,
}

impl Span {
    /// The span of the one token at `index`.
    pub const fn token(index: u32) -> Span {
        Span { start: index, end: index + 1 }
    }

    /// The smallest span that holds both; an empty one holds nothing.
    pub fn to(self, other: Span) -> Span {
        if self.start == self.end {
            return other;
        }
        if other.start == other.end {
            return self;
        }
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}
