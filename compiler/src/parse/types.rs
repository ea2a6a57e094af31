//! The names of types.

use std::fmt::Write;

use crate::ast::DataType;
use crate::token::TokenKind;

use super::keyword::Keyword;
use super::parser::Parser;

impl Parser<'_> {
    /// A type; `None` after an error.
    pub(super) fn data_type(&mut self) -> Option<DataType> {
        if self.lost {
            return None;
        }
        let start = self.at;
        let Some(TokenKind::Word(word)) = self.kind(0) else {
            self.expected("the name of a type");
            return None;
        };
        let keyword = self.keyword(0);
        if keyword.is_some_and(Keyword::is_reserved) {
            self.expected("the name of a type");
            return None;
        }
        self.at += 1;
        let is_nested = match keyword {
            Some(Keyword::Array | Keyword::Map | Keyword::Row | Keyword::Struct) => {
                self.is_punct('(') || self.is_punct('<')
            }
            _ => false,
        };
        if is_nested {
            self.skip_type_arguments();
            let what = format!("the type {} in a query", word.to_lowercase());
            self.not_yet(self.since(start), &what);
            return None;
        }
        let mut text = word.clone();
        match keyword {
            Some(Keyword::Double) if self.eat(Keyword::Precision) => text.push_str(" precision"),
            Some(Keyword::Interval) => self.words_of_type(&mut text),
            _ => {}
        }
        if self.is_punct('(') {
            text.push('(');
            self.group("`,` or ", |this| {
                this.list_in_group(|this| match this.kind(0) {
                    Some(TokenKind::Number(number)) => {
                        let comma = if text.ends_with('(') { "" } else { "," };
                        let _ = write!(text, "{comma}{number}");
                        this.at += 1;
                    }
                    _ => this.expected("a number"),
                });
            });
            text.push(')');
        }
        if matches!(keyword, Some(Keyword::Time | Keyword::Timestamp))
            && self.keyword(1) == Some(Keyword::Time)
            && self.keyword(2) == Some(Keyword::Zone)
        {
            if self.eat(Keyword::With) {
                text.push_str(" with time zone");
                self.at += 2;
            } else if self.eat(Keyword::Without) {
                self.at += 2;
            }
        }
        let ty = DataType { text, span: self.since(start) };
        if self.is(Keyword::Array) || self.is_punct('[') {
            let suffix = self.at;
            self.eat(Keyword::Array);
            if self.is_punct('[') {
                self.skip_group();
            }
            self.not_yet(self.since(suffix), "an array type in a query");
            return None;
        }
        Some(ty)
    }

    /// The words behind INTERVAL: `DAY TO SECOND`.
    fn words_of_type(&mut self, text: &mut String) {
        while let Some(TokenKind::Word(word)) = self.kind(0) {
            text.push(' ');
            text.push_str(word);
            self.at += 1;
        }
    }

    /// `(…)` or `<…>` behind the name of a nested type.
    fn skip_type_arguments(&mut self) {
        if self.is_punct('(') {
            self.skip_group();
            return;
        }
        let mut angles = 0_usize;
        while !self.is_end() {
            match self.kind(0) {
                Some(TokenKind::Punct('<')) => angles += 1,
                Some(TokenKind::Punct('>')) => angles -= 1,
                _ => {}
            }
            self.skip();
            if angles == 0 {
                return;
            }
        }
    }
}
