//! Reading the names of types: `decimal(12,2)`, `array(row(a bigint))`.

use std::fmt;

use crate::nearest::nearest;
use crate::{Field, Item, MAX_CHAR, MAX_PRECISION, Type};

/// A text that is not the name of a type of lake SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeNameError {
    name: String,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    /// This word is where a type should be, and is not the name of one.
    Unknown(String),
    Other(String),
}

/// Names of other databases and languages, with the types that may be meant.
const FOREIGN: &[(&[&str], &[&str])] = &[
    (&["text", "string", "str", "nvarchar", "clob"], &["varchar"]),
    (&["float", "float4", "float8"], &["double", "real"]),
    (&["datetime"], &["timestamp"]),
    (&["binary", "blob", "bytea", "bytes"], &["varbinary"]),
    (&["long", "int8", "int64"], &["bigint"]),
    (&["int4", "int32"], &["integer"]),
    (&["short", "int2", "int16"], &["smallint"]),
    (&["byte"], &["tinyint"]),
    (&["struct"], &["row"]),
    (&["list"], &["array"]),
];

impl TypeNameError {
    /// The word that should be the name of a type, where that is what is wrong.
    pub fn unknown(&self) -> Option<&str> {
        match &self.reason {
            Reason::Unknown(word) => Some(word),
            Reason::Other(_) => None,
        }
    }

    /// The types that were probably meant by the unknown word: none, one, or two.
    pub fn suggestions(&self) -> Vec<&'static str> {
        let Some(word) = self.unknown() else { return Vec::new() };
        let foreign = || FOREIGN.iter().flat_map(|(words, _)| words.iter().copied());
        let meant = |foreign: &str| {
            let row = FOREIGN.iter().find(|(words, _)| words.contains(&foreign));
            row.map(|(_, types)| types.to_vec())
        };
        if let Some(types) = meant(word) {
            return types;
        }
        match nearest(word, Type::names().into_iter().chain(foreign())) {
            Some(near) => meant(near).unwrap_or_else(|| vec![near]),
            None => Vec::new(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Unknown(word) => write!(f, "type `{word}` does not exist"),
            Reason::Other(reason) => f.write_str(reason),
        }
    }
}

impl From<String> for Reason {
    fn from(reason: String) -> Reason {
        Reason::Other(reason)
    }
}

impl From<&str> for Reason {
    fn from(reason: &str) -> Reason {
        Reason::Other(reason.into())
    }
}

impl fmt::Display for TypeNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a type: {}", self.name, self.reason)
    }
}

impl std::error::Error for TypeNameError {}

/// Trino's longest `varchar`, which has no limit.
const MAX_VARCHAR: u32 = 2_147_483_647;

/// How deep arrays, maps and rows may nest in a type's name.
const MAX_DEPTH: usize = 64;

impl Type {
    /// Reads a type's name, in any case, with Trino's aliases (`int`, `dec`,
    /// `numeric`, `double precision`, `string`) and defaults (`decimal` is
    /// `decimal(38,0)`, `char` is `char(1)`, `timestamp` is `timestamp(3)`).
    ///
    /// What is in an array, a map or a row can be NULL unless `not null` follows
    /// it: `array(bigint not null)`, `row("a" date not null)`.
    ///
    /// # Errors
    ///
    /// When the text names no type; the message says which part is wrong.
    pub fn parse(name: &str) -> Result<Type, TypeNameError> {
        let error = |reason| TypeNameError { name: name.to_owned(), reason };
        let mut parser = Parser { tokens: tokenize(name).map_err(error)?, at: 0, depth: 0 };
        let ty = parser.ty().map_err(error)?;
        match parser.peek() {
            None => Ok(ty),
            Some(token) => Err(error(format!("`{token}` is left over after `{ty}`").into())),
        }
    }

    /// The names of the types that can be written, without what stands in parentheses.
    pub fn names() -> Vec<&'static str> {
        let mut names = Vec::new();
        for ty in Type::examples().iter().skip(1) {
            if !names.contains(&ty.name()) {
                names.push(ty.name());
            }
        }
        names
    }

    /// The name of this type without what stands in parentheses, and without a time zone.
    pub const fn name(&self) -> &'static str {
        match self {
            Type::Unknown => "unknown",
            Type::Boolean => "boolean",
            Type::TinyInt => "tinyint",
            Type::SmallInt => "smallint",
            Type::Integer => "integer",
            Type::BigInt => "bigint",
            Type::Real => "real",
            Type::Double => "double",
            Type::Decimal { .. } => "decimal",
            Type::Varchar(_) => "varchar",
            Type::Char(_) => "char",
            Type::Varbinary => "varbinary",
            Type::Date => "date",
            Type::Time(_) | Type::TimeTz(_) => "time",
            Type::Timestamp(_) | Type::TimestampTz(_) => "timestamp",
            Type::IntervalYearToMonth => "interval year to month",
            Type::IntervalDayToSecond => "interval day to second",
            Type::Json => "json",
            Type::Uuid => "uuid",
            Type::IpAddress => "ipaddress",
            Type::Array(_) => "array",
            Type::Map(..) => "map",
            Type::Row(_) => "row",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Number(u32),
    Symbol(char),
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Word(word) => f.write_str(word),
            Token::Quoted(name) => write!(f, "\"{name}\""),
            Token::Number(number) => write!(f, "{number}"),
            Token::Symbol(symbol) => write!(f, "{symbol}"),
        }
    }
}

fn tokenize(text: &str) -> Result<Vec<Token>, Reason> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&c) = chars.peek() {
        if c.is_whitespace() {
            chars.next();
        } else if c == '"' {
            chars.next();
            let mut name = String::new();
            loop {
                match chars.next() {
                    Some('"') if chars.peek() == Some(&'"') => {
                        chars.next();
                        name.push('"');
                    }
                    Some('"') => break,
                    Some(c) => name.push(c),
                    None => return Err("a quoted field name has no closing quote".into()),
                }
            }
            tokens.push(Token::Quoted(name));
        } else if c.is_alphanumeric() || c == '_' {
            let mut word = String::new();
            while let Some(&c) = chars.peek().filter(|c| c.is_alphanumeric() || **c == '_') {
                word.push(c);
                chars.next();
            }
            tokens.push(if c.is_ascii_digit() {
                Token::Number(word.parse().map_err(|_| format!("`{word}` is not a number"))?)
            } else {
                Token::Word(word.to_lowercase())
            });
        } else {
            chars.next();
            tokens.push(Token::Symbol(c));
        }
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn symbol(&mut self, symbol: char) -> bool {
        let found = self.peek() == Some(&Token::Symbol(symbol));
        self.at += usize::from(found);
        found
    }

    fn words(&mut self, words: &[&str]) -> bool {
        let found = words.iter().enumerate().all(
            |(i, word)| matches!(self.tokens.get(self.at + i), Some(Token::Word(w)) if w == word),
        );
        self.at += if found { words.len() } else { 0 };
        found
    }

    fn expect(&mut self, symbol: char) -> Result<(), Reason> {
        if self.symbol(symbol) {
            return Ok(());
        }
        Err(match self.peek() {
            Some(found) => format!("expected `{symbol}`, found `{found}`").into(),
            None => format!("expected `{symbol}` at the end").into(),
        })
    }

    /// `(a)` or `(a, b)` or nothing.
    fn arguments(&mut self) -> Result<Vec<u32>, Reason> {
        let mut numbers = Vec::new();
        if !self.symbol('(') {
            return Ok(numbers);
        }
        loop {
            match self.peek() {
                Some(&Token::Number(number)) => numbers.push(number),
                Some(found) => return Err(format!("expected a number, found `{found}`").into()),
                None => return Err("expected a number at the end".into()),
            }
            self.at += 1;
            if !self.symbol(',') {
                self.expect(')')?;
                return Ok(numbers);
            }
        }
    }

    fn precision(&mut self) -> Result<u8, Reason> {
        match self.arguments()?[..] {
            [] => Ok(Type::DEFAULT_TIME_PRECISION),
            [p @ 0..=12] => Ok(p as u8),
            _ => Err("the precision of a time is one number from 0 to 12".into()),
        }
    }

    fn length(&mut self) -> Result<Option<u32>, Reason> {
        match self.arguments()?[..] {
            [] => Ok(None),
            [length] => Ok(Some(length)),
            _ => Err("a text type takes one length".into()),
        }
    }

    fn ty(&mut self) -> Result<Type, Reason> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} deep").into());
        }
        let ty = self.named()?;
        self.depth -= 1;
        Ok(ty)
    }

    fn named(&mut self) -> Result<Type, Reason> {
        let word = match self.peek() {
            Some(Token::Word(word)) => word.clone(),
            Some(found) => return Err(format!("expected a type, found `{found}`").into()),
            None => return Err("expected a type at the end".into()),
        };
        self.at += 1;
        Ok(match word.as_str() {
            "unknown" => Type::Unknown,
            "boolean" | "bool" => Type::Boolean,
            "tinyint" => Type::TinyInt,
            "smallint" => Type::SmallInt,
            "integer" | "int" => Type::Integer,
            "bigint" => Type::BigInt,
            "real" => Type::Real,
            "double" => {
                self.words(&["precision"]);
                Type::Double
            }
            "decimal" | "dec" | "numeric" => match self.arguments()?[..] {
                [] => Type::decimal(MAX_PRECISION, 0),
                [p @ 1..=38] => Type::decimal(p as u8, 0),
                [p @ 1..=38, s] if s <= p => Type::decimal(p as u8, s as u8),
                _ => {
                    return Err(
                        "a decimal takes a precision from 1 to 38 and a scale up to that".into()
                    );
                }
            },
            "varchar" | "string" => match self.length()? {
                Some(MAX_VARCHAR..) => Type::Varchar(None),
                length => Type::Varchar(length),
            },
            "char" | "character" => match self.length()?.unwrap_or(1) {
                length @ ..=MAX_CHAR => Type::Char(length),
                _ => return Err(format!("a char has at most {MAX_CHAR} characters").into()),
            },
            "varbinary" => Type::Varbinary,
            "date" => Type::Date,
            "time" => {
                let p = self.precision()?;
                if self.zone() { Type::TimeTz(p) } else { Type::Time(p) }
            }
            "timestamp" => {
                let p = self.precision()?;
                if self.zone() { Type::TimestampTz(p) } else { Type::Timestamp(p) }
            }
            "interval" if self.words(&["year", "to", "month"]) => Type::IntervalYearToMonth,
            "interval" if self.words(&["day", "to", "second"]) => Type::IntervalDayToSecond,
            "json" => Type::Json,
            "uuid" => Type::Uuid,
            "ipaddress" => Type::IpAddress,
            "array" => {
                self.expect('(')?;
                let element = self.item()?;
                self.expect(')')?;
                Type::Array(element.into())
            }
            "map" => {
                self.expect('(')?;
                let key = self.ty()?;
                self.expect(',')?;
                let value = self.item()?;
                self.expect(')')?;
                Type::Map(key.into(), value.into())
            }
            "row" => {
                self.expect('(')?;
                let mut fields = vec![self.field()?];
                while self.symbol(',') {
                    fields.push(self.field()?);
                }
                self.expect(')')?;
                Type::Row(fields)
            }
            _ => return Err(Reason::Unknown(word)),
        })
    }

    fn zone(&mut self) -> bool {
        if self.words(&["with", "time", "zone"]) {
            return true;
        }
        self.words(&["without", "time", "zone"]);
        false
    }

    /// `type` or `type not null`
    fn item(&mut self) -> Result<Item, Reason> {
        Ok(Item { ty: self.ty()?, nullable: !self.words(&["not", "null"]) })
    }

    /// An item with a name before it, or without.
    fn field(&mut self) -> Result<Field, Reason> {
        let name = match (self.peek(), self.tokens.get(self.at + 1)) {
            (Some(Token::Quoted(name)), _) => Some(name.clone()),
            (Some(Token::Word(name)), Some(Token::Word(next)))
                if next != "not"
                    && !(name == "double" && next == "precision")
                    && !(name == "interval" && (next == "year" || next == "day"))
                    && !((name == "time" || name == "timestamp")
                        && (next == "with" || next == "without")) =>
            {
                Some(name.clone())
            }
            _ => None,
        };
        self.at += usize::from(name.is_some());
        let Item { ty, nullable } = self.item()?;
        Ok(Field { name, ty, nullable })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for name in [
            "boolean",
            "tinyint",
            "decimal(12,2)",
            "varchar",
            "varchar(25)",
            "char(3)",
            "timestamp(6)",
            "timestamp(3) with time zone",
            "time(0)",
            "interval day to second",
            "interval year to month",
            "array(array(bigint))",
            "map(varchar,row(\"a\" bigint, \"b c\" double))",
            "row(bigint, varchar)",
            "array(array(bigint not null))",
            "map(varchar,row(\"a\" bigint not null, \"null\" double) not null)",
            "row(timestamp(6) with time zone not null, varchar)",
        ] {
            assert_eq!(Type::parse(name).map(|ty| ty.to_string()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn aliases_and_defaults() {
        for (name, canonical) in [
            ("INT", "integer"),
            ("Double Precision", "double"),
            ("numeric(5)", "decimal(5,0)"),
            ("decimal", "decimal(38,0)"),
            ("char", "char(1)"),
            ("TIMESTAMP", "timestamp(3)"),
            ("timestamp with time zone", "timestamp(3) with time zone"),
            ("row(a int, time with time zone)", "row(\"a\" integer, time(3) with time zone)"),
        ] {
            assert_eq!(Type::parse(name).map(|ty| ty.to_string()), Ok(canonical.to_owned()));
        }
    }

    #[test]
    fn what_is_null_makes_no_other_type() {
        for (name, with_nulls) in [
            ("array(array(bigint not null) not null)", "array(array(bigint))"),
            ("map(array(bigint not null),date not null)", "map(array(bigint),date)"),
            ("row(\"a\" bigint not null, date not null)", "row(\"a\" bigint, date)"),
        ] {
            let ty = Type::parse(name).unwrap();
            assert_eq!(ty, Type::parse(with_nulls).unwrap());
            assert_eq!(ty.with_nulls().to_string(), with_nulls);
        }
    }

    #[test]
    fn nonsense_is_named() {
        for (name, reason) in [
            ("", "expected a type at the end"),
            ("bigit", "type `bigit` does not exist"),
            ("decimal(39,2)", "a decimal takes a precision from 1 to 38 and a scale up to that"),
            ("decimal(2,3)", "a decimal takes a precision from 1 to 38 and a scale up to that"),
            ("array(bigint", "expected `)` at the end"),
            ("bigint not", "`not` is left over after `bigint`"),
            ("bigint not null", "`not` is left over after `bigint`"),
            ("array(bigint not)", "expected `)`, found `not`"),
            ("map(bigint not null,date)", "expected `,`, found `not`"),
            ("varchar(99999999999)", "`99999999999` is not a number"),
            ("array(int8)", "type `int8` does not exist"),
            ("timestamp(13)", "the precision of a time is one number from 0 to 12"),
        ] {
            let error = Type::parse(name).unwrap_err().to_string();
            assert_eq!(error, format!("`{name}` is not a type: {reason}"));
        }
        assert!(Type::parse(&"array(".repeat(10_000)).is_err());
    }

    #[test]
    fn what_was_meant_is_suggested() {
        for (name, suggestions) in [
            ("bigit", &["bigint"][..]),
            ("map(varchar,row(a vachar(5)))", &["varchar"]),
            ("TEXT", &["varchar"]),
            ("strin", &["varchar"]),
            ("float", &["double", "real"]),
            ("array(int64)", &["bigint"]),
            ("frobnicate", &[]),
            ("decimal(39,2)", &[]),
            ("", &[]),
        ] {
            let error = Type::parse(name).unwrap_err();
            assert_eq!(error.suggestions(), suggestions, "{name}");
        }
        for (words, types) in FOREIGN {
            for ty in *types {
                assert!(Type::names().contains(ty), "{words:?}: {ty}");
            }
        }
    }

    #[test]
    fn every_type_has_a_name_that_reads_back() {
        let examples = Type::examples();
        for (i, ty) in examples.iter().enumerate() {
            assert!(!examples[..i].contains(ty), "{ty} comes twice");
            let name = ty.to_string();
            assert!(name.starts_with(ty.name()), "{ty:?}");
            let read = Type::parse(&name).unwrap();
            // Which values can be NULL is not part of the type, but of its name.
            assert_eq!(format!("{read:?}"), format!("{ty:?}"), "{name}");
        }
        assert_eq!(examples.len(), 26);
        assert_eq!(Type::names().len(), 22);
    }
}
