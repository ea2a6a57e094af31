//! The names of types.

use std::fmt::Write;

use crate::ast::{DataType, DataTypeKind, RowField};
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
        let is_nested = self.is_punct('(') || self.is_punct('<');
        let ty = match keyword {
            Some(keyword @ (Keyword::Array | Keyword::Map | Keyword::Row)) if is_nested => {
                let kind =
                    self.deeper(|this| this.nested_type(keyword)).unwrap_or(DataTypeKind::Error);
                DataType { kind, span: self.since(start) }
            }
            Some(Keyword::Struct) if is_nested => {
                self.skip_type_arguments();
                let help = "write `row(name type, …)`";
                self.instead(self.since(start), "the type STRUCT", help);
                return None;
            }
            _ => self.plain_type(word, keyword, start),
        };
        self.type_suffixes(ty, start)
    }

    /// A type that has no other in it, whose first word was taken.
    fn plain_type(&mut self, word: &str, keyword: Option<Keyword>, start: usize) -> DataType {
        let mut text = word.to_owned();
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
        DataType::plain(text, self.since(start))
    }

    /// What stands in the parentheses, or between `<` and `>`, of a nested type.
    fn nested_type(&mut self, keyword: Keyword) -> DataTypeKind {
        if self.is_punct('(') {
            let kind = self.group("`,` or ", |this| this.types_inside(keyword));
            return kind.unwrap_or(DataTypeKind::Error);
        }
        self.at += 1;
        let Some(kind) = self.types_inside(keyword) else { return DataTypeKind::Error };
        if !self.eat_punct('>') && !self.lost {
            self.expected("`>`");
        }
        kind
    }

    fn types_inside(&mut self, keyword: Keyword) -> Option<DataTypeKind> {
        Some(match keyword {
            Keyword::Array => DataTypeKind::Array(self.data_type()?.into()),
            Keyword::Map => {
                let key = self.data_type()?;
                if !self.eat_punct(',') && !self.lost {
                    let mut diagnostic = self.expectation("`,` and the type of the values");
                    diagnostic.help = vec!["write `map(key, value)`".to_owned()];
                    self.fail(diagnostic);
                }
                DataTypeKind::Map(key.into(), self.data_type()?.into())
            }
            _ => {
                let mut fields = Vec::new();
                loop {
                    let name = self.names_field().then(|| self.any_name());
                    fields.push(RowField { name, ty: self.data_type()? });
                    if !self.eat_punct(',') {
                        break;
                    }
                }
                DataTypeKind::Row(fields)
            }
        })
    }

    /// Whether a field's name comes next, and not its type.
    fn names_field(&self) -> bool {
        use Keyword as K;
        if matches!(self.kind(0), Some(TokenKind::Quoted(_))) {
            return true;
        }
        if !matches!(
            (self.kind(0), self.kind(1)),
            (Some(TokenKind::Word(_)), Some(TokenKind::Word(_)))
        ) {
            return false;
        }
        // Types of several words.
        !matches!(
            (self.keyword(0), self.keyword(1)),
            (Some(K::Double), Some(K::Precision))
                | (Some(K::Interval), Some(K::Year | K::Day))
                | (Some(K::Time | K::Timestamp), Some(K::With | K::Without))
        ) && (self.keyword(1) != Some(K::Array)
            || self.is_punct_at(2, '(')
            || self.is_punct_at(2, '<'))
    }

    /// `ARRAY` or `[]` behind a type, which makes it that of the elements.
    fn type_suffixes(&mut self, mut ty: DataType, start: usize) -> Option<DataType> {
        loop {
            let suffix = self.at;
            if self.is(Keyword::Array) {
                self.at += 1;
                if self.is_punct('[') {
                    self.skip_group();
                }
            } else if self.is_punct('[') {
                self.skip_group();
                let help = format!("write `array({})`", ty.text());
                self.instead(self.since(suffix), "`[]` behind a type", help);
            } else {
                return (!self.lost).then_some(ty);
            }
            ty = DataType { kind: DataTypeKind::Array(ty.into()), span: self.since(start) };
        }
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
