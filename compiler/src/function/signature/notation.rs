//! Reading the notation of signatures, which [`super`] describes.

use std::iter;
use std::ops::RangeInclusive;

use lakequery_types::{MAX_CHAR, Type};

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signature {
    /// The parameters.
    pub(super) params: Vec<Term>,
    /// How many of them must be given.
    pub(super) required: usize,
    /// Whether the last one may be given more than once.
    pub(super) variadic: bool,
    /// The result.
    pub(super) result: Term,
    /// What the type variables must be.
    pub(super) constraints: Vec<(char, Constraint)>,
}

/// A parameter or a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// A type.
    Type(Type),
    /// `varchar`: as a parameter, of any length.
    Varchar,
    /// A type of a family, its numbers open.
    Family(Family, Vec<Number>),
    /// `any`: anything, as it is.
    Any(Option<Constraint>),
    /// A type variable.
    Variable(char),
    /// `~T`: what can be compared with `T`, as it is.
    Like(Box<Term>),
    /// `array(element)`
    Array(Box<Inner>),
    /// `map(key,value)`
    Map(Box<Term>, Box<Inner>),
    /// `row(a,b)`: fields without names.
    Row(Vec<Inner>),
    /// `(parameters) -> result`
    Lambda(Vec<LambdaParameter>, Box<Term>),
    /// A string literal: one of a few words or, where there are none, any.
    Words(&'static [&'static str]),
}

/// What a lambda is called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LambdaParameter {
    /// Its type.
    pub(super) term: Term,
    /// `?`: it may be NULL, whatever the arguments are.
    pub(super) nullable: bool,
}

/// What an array or a map holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inner {
    /// Its type.
    pub(super) term: Term,
    /// `not null`, of a result: it is never NULL, whatever the arguments are.
    pub(super) not_null: bool,
    /// `null`, of a result: it can be NULL, whatever the arguments are.
    pub(super) null: bool,
}

/// A family of types that differ in numbers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// `decimal(p,s)`
    Decimal,
    /// `char(n)`
    Char,
    /// `time(p)`
    Time,
    /// `time(p) with time zone`
    TimeTz,
    /// `timestamp(p)`
    Timestamp,
    /// `timestamp(p) with time zone`
    TimestampTz,
}

/// A number of a [`Family`]'s type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// As written.
    Constant(i64),
    /// What a letter stands for.
    Variable(char),
    /// `a+b`
    Add(Box<Number>, Box<Number>),
    /// `a-b`
    Subtract(Box<Number>, Box<Number>),
    /// `min(a,b)`
    Min(Box<Number>, Box<Number>),
    /// `max(a,b)`
    Max(Box<Number>, Box<Number>),
}

/// What a type variable must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constraint {
    /// Comparable for equality.
    Comparable,
    /// Orderable.
    Orderable,
    /// An integer type.
    Integer,
    /// A number type.
    Number,
    /// What can be cast to text.
    Printable,
}

impl Constraint {
    /// Whether a type fulfils it. An unknown one may yet.
    pub(super) fn allows(self, ty: &Type) -> bool {
        *ty == Type::Unknown
            || match self {
                Constraint::Comparable => ty.is_comparable(),
                Constraint::Orderable => ty.is_orderable(),
                Constraint::Integer => ty.is_integer(),
                Constraint::Number => ty.is_numeric(),
                Constraint::Printable => {
                    !matches!(ty, Type::Varbinary | Type::Array(_) | Type::Map(..) | Type::Row(_))
                }
            }
    }

    /// It in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Constraint::Comparable => "a type that can be compared",
            Constraint::Orderable => "a type that can be ordered",
            Constraint::Integer => "an integer",
            Constraint::Number => "a number",
            Constraint::Printable => "a type that can be cast to varchar",
        }
    }
}

/// The lists of words, by the name they have in the notation.
const WORDS: &[(&str, &[&str])] = &[
    ("date_unit", &["day", "week", "month", "quarter", "year"]),
    ("time_unit", &["millisecond", "second", "minute", "hour"]),
    (
        "timestamp_unit",
        &["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"],
    ),
    ("text", &[]),
];

impl Signature {
    /// How many arguments it takes.
    pub(super) fn arity(&self) -> RangeInclusive<usize> {
        self.required..=if self.variadic { usize::MAX } else { self.params.len() }
    }

    /// The parameters for so many arguments.
    pub(super) fn terms(&self, count: usize) -> impl Iterator<Item = &Term> {
        let last = self.params.last().filter(|_| self.variadic);
        self.params.iter().chain(iter::repeat_with(move || last).map_while(|last| last)).take(count)
    }

    /// What a type variable must be, if anything.
    pub(super) fn constraint(&self, variable: char) -> Option<Constraint> {
        self.constraints.iter().find(|(name, _)| *name == variable).map(|(_, is)| *is)
    }
}

/// Reads a signature.
///
/// # Errors
///
/// What is wrong with it, in words.
pub(super) fn parse(text: &str) -> Result<Signature, String> {
    let mut parser = Parser { rest: text, constraints: Vec::new() };
    let signature = parser.signature()?;
    if parser.rest.trim().is_empty() {
        Ok(signature)
    } else {
        Err(format!("`{}` is left over", parser.rest.trim()))
    }
}

struct Parser<'a> {
    rest: &'a str,
    constraints: Vec<(char, Constraint)>,
}

impl<'a> Parser<'a> {
    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(symbol);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn expect(&mut self, symbol: &str) -> Result<(), String> {
        if self.eat(symbol) {
            return Ok(());
        }
        Err(format!("expected `{symbol}` before `{}`", self.rest))
    }

    fn word(&mut self) -> &'a str {
        let text = self.rest.trim_start();
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        self.rest = rest;
        word
    }

    fn signature(&mut self) -> Result<Signature, String> {
        let (mut params, mut required, mut variadic) = (Vec::new(), None, false);
        self.expect("(")?;
        if !self.eat(")") {
            loop {
                params.push(self.term()?);
                if self.eat("...") {
                    variadic = true;
                } else if self.eat("?") {
                    required.get_or_insert(params.len() - 1);
                } else if required.is_some() {
                    return Err("an argument that must be given follows one that need not".into());
                }
                if variadic || !self.eat(",") {
                    self.expect(")")?;
                    break;
                }
            }
        }
        self.expect("->")?;
        let result = self.term()?;
        let required = required.unwrap_or(params.len());
        let constraints = std::mem::take(&mut self.constraints);
        let signature = Signature { params, required, variadic, result, constraints };
        let mut open = String::new();
        signature.params.iter().for_each(|param| letters(param, &mut open));
        let mut used = String::new();
        letters(&signature.result, &mut used);
        if matches!(
            signature.result,
            Term::Any(_) | Term::Like(_) | Term::Words(_) | Term::Lambda(..)
        ) {
            return Err("the result must be a type".into());
        }
        match used.chars().find(|letter| !open.contains(*letter)) {
            Some(letter) => Err(format!("`{letter}` of the result is not in the parameters")),
            None => Ok(signature),
        }
    }

    fn term(&mut self) -> Result<Term, String> {
        if self.eat("'") {
            let list = self.word();
            self.expect("'")?;
            return match WORDS.iter().find(|(name, _)| *name == list) {
                Some((_, words)) => Ok(Term::Words(words)),
                None => Err(format!("list of words `{list}` does not exist")),
            };
        }
        if self.eat("~") {
            return match self.term()? {
                variable @ Term::Variable(_) => Ok(Term::Like(variable.into())),
                _ => Err("`~` stands before a type variable".into()),
            };
        }
        if self.eat("(") {
            return self.lambda();
        }
        let word = self.word();
        let family = match word {
            "any" => return Ok(Term::Any(self.constraint()?)),
            "varchar" => {
                if !self.eat("(") {
                    return Ok(Term::Varchar);
                }
                let text = format!("varchar({})", self.word());
                self.expect(")")?;
                return Type::parse(&text).map(Term::Type).map_err(|error| error.to_string());
            }
            "array" => {
                self.expect("(")?;
                let element = self.inner()?;
                self.expect(")")?;
                return Ok(Term::Array(element.into()));
            }
            "map" => {
                self.expect("(")?;
                let key = self.term()?;
                self.expect(",")?;
                let value = self.inner()?;
                self.expect(")")?;
                return Ok(Term::Map(key.into(), value.into()));
            }
            "row" => {
                self.expect("(")?;
                let mut members = vec![self.inner()?];
                while self.eat(",") {
                    members.push(self.inner()?);
                }
                self.expect(")")?;
                return Ok(Term::Row(members));
            }
            "interval" => {
                let text = format!("interval {} {} {}", self.word(), self.word(), self.word());
                return Type::parse(&text).map(Term::Type).map_err(|error| error.to_string());
            }
            "decimal" => Family::Decimal,
            "char" => Family::Char,
            "time" => Family::Time,
            "timestamp" => Family::Timestamp,
            _ => {
                if let (1, Some(letter @ 'A'..='Z')) = (word.len(), word.chars().next()) {
                    if let Some(constraint) = self.constraint()? {
                        self.constraints.push((letter, constraint));
                    }
                    return Ok(Term::Variable(letter));
                }
                return Type::parse(word).map(Term::Type).map_err(|error| error.to_string());
            }
        };
        self.expect("(")?;
        let mut numbers = vec![self.number()?];
        if family == Family::Decimal {
            self.expect(",")?;
            numbers.push(self.number()?);
        }
        self.expect(")")?;
        let family = match family {
            Family::Time if self.eat("with time zone") => Family::TimeTz,
            Family::Timestamp if self.eat("with time zone") => Family::TimestampTz,
            family => family,
        };
        let constants: Option<Vec<i64>> = numbers
            .iter()
            .map(|number| if let Number::Constant(n) = number { Some(*n) } else { None })
            .collect();
        match constants {
            None => Ok(Term::Family(family, numbers)),
            Some(numbers) => {
                family.ty(&numbers).map(Term::Type).ok_or("a number is too big".into())
            }
        }
    }

    /// A lambda, whose first parenthesis was read.
    fn lambda(&mut self) -> Result<Term, String> {
        let mut parameters = Vec::new();
        loop {
            let term = self.term()?;
            parameters.push(LambdaParameter { term, nullable: self.eat("?") });
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")")?;
        self.expect("->")?;
        Ok(Term::Lambda(parameters, self.term()?.into()))
    }

    fn inner(&mut self) -> Result<Inner, String> {
        let term = self.term()?;
        let not_null = self.eat("not null");
        Ok(Inner { term, not_null, null: !not_null && self.eat("null") })
    }

    fn constraint(&mut self) -> Result<Option<Constraint>, String> {
        if !self.eat(":") {
            return Ok(None);
        }
        Ok(Some(match self.word() {
            "comparable" => Constraint::Comparable,
            "orderable" => Constraint::Orderable,
            "integer" => Constraint::Integer,
            "number" => Constraint::Number,
            "printable" => Constraint::Printable,
            other => return Err(format!("constraint `{other}` does not exist")),
        }))
    }

    fn number(&mut self) -> Result<Number, String> {
        let mut number = self.operand()?;
        loop {
            if self.eat("+") {
                number = Number::Add(number.into(), self.operand()?.into());
            } else if self.eat("-") {
                number = Number::Subtract(number.into(), self.operand()?.into());
            } else {
                return Ok(number);
            }
        }
    }

    fn operand(&mut self) -> Result<Number, String> {
        let word = self.word();
        if let (1, Some(letter @ 'a'..='z')) = (word.len(), word.chars().next()) {
            return Ok(Number::Variable(letter));
        }
        if let Ok(number) = word.parse() {
            return Ok(Number::Constant(number));
        }
        let make = match word {
            "min" => Number::Min,
            "max" => Number::Max,
            _ => return Err(format!("`{word}` is not a number")),
        };
        self.expect("(")?;
        let left = self.number()?;
        self.expect(",")?;
        let right = self.number()?;
        self.expect(")")?;
        Ok(make(left.into(), right.into()))
    }
}

impl Family {
    /// The type of this family with these numbers.
    pub(super) fn ty(self, numbers: &[i64]) -> Option<Type> {
        let small = |index: usize| u8::try_from(*numbers.get(index)?).ok();
        Some(match self {
            Family::Decimal => Type::decimal(small(0)?, small(1)?),
            Family::Char => {
                let length = u32::try_from(*numbers.first()?).ok()?;
                Type::Char((length <= MAX_CHAR).then_some(length)?)
            }
            Family::Time => Type::Time(small(0)?),
            Family::TimeTz => Type::TimeTz(small(0)?),
            Family::Timestamp => Type::Timestamp(small(0)?),
            Family::TimestampTz => Type::TimestampTz(small(0)?),
        })
    }

    /// The numbers of a type, where it is of this family.
    pub(super) fn numbers(self, ty: &Type) -> Option<Vec<i64>> {
        Some(match (self, ty) {
            (Family::Decimal, Type::Decimal { precision, scale }) => {
                vec![i64::from(*precision), i64::from(*scale)]
            }
            (Family::Char, Type::Char(length)) => vec![i64::from(*length)],
            (Family::Time, Type::Time(p))
            | (Family::TimeTz, Type::TimeTz(p))
            | (Family::Timestamp, Type::Timestamp(p))
            | (Family::TimestampTz, Type::TimestampTz(p)) => vec![i64::from(*p)],
            _ => return None,
        })
    }
}

/// Adds the letters that stand for types and numbers in a term.
fn letters(term: &Term, into: &mut String) {
    match term {
        Term::Type(_) | Term::Varchar | Term::Any(_) | Term::Words(_) => {}
        Term::Variable(letter) => into.push(*letter),
        Term::Like(variable) => letters(variable, into),
        Term::Family(_, numbers) => numbers.iter().for_each(|number| number_letters(number, into)),
        Term::Array(element) => letters(&element.term, into),
        Term::Map(key, value) => {
            letters(key, into);
            letters(&value.term, into);
        }
        Term::Row(members) => members.iter().for_each(|member| letters(&member.term, into)),
        Term::Lambda(parameters, result) => {
            parameters.iter().for_each(|parameter| letters(&parameter.term, into));
            letters(result, into);
        }
    }
}

fn number_letters(number: &Number, into: &mut String) {
    match number {
        Number::Constant(_) => {}
        Number::Variable(letter) => into.push(*letter),
        Number::Add(a, b) | Number::Subtract(a, b) | Number::Min(a, b) | Number::Max(a, b) => {
            number_letters(a, into);
            number_letters(b, into);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arities_are_read() {
        for (text, arity) in [
            ("() -> date", 0..=0),
            ("(varchar, bigint?, bigint?) -> varchar", 1..=3),
            ("(varchar, varchar...) -> varchar", 2..=usize::MAX),
            ("(T:orderable...) -> T", 1..=usize::MAX),
            (
                "('date_unit', bigint, timestamp(p) with time zone) -> timestamp(p) with time zone",
                3..=3,
            ),
        ] {
            assert_eq!(parse(text).map(|signature| signature.arity()), Ok(arity), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, error) in [
            ("(bigint", "expected `)` before ``"),
            ("(bigint) bigint", "expected `->` before ` bigint`"),
            ("(bigint) -> bigint, x", "`, x` is left over"),
            ("(T:odd) -> T", "constraint `odd` does not exist"),
            ("('unit') -> date", "list of words `unit` does not exist"),
            (
                "(bigint?, bigint) -> bigint",
                "an argument that must be given follows one that need not",
            ),
            ("(bigint) -> T", "`T` of the result is not in the parameters"),
            ("(decimal(p,s)) -> decimal(q,s)", "`q` of the result is not in the parameters"),
            ("(bigit) -> bigint", "`bigit` is not a type: type `bigit` does not exist"),
            ("(timestamp(300)) -> date", "a number is too big"),
            ("(~bigint) -> date", "`~` stands before a type variable"),
            ("(any) -> any", "the result must be a type"),
        ] {
            assert_eq!(parse(text), Err(error.to_owned()), "{text}");
        }
    }
}
