//! Holding a signature against the types of arguments.

use std::collections::HashSet;

use lakequery_types::{Field, Item, Type};

use super::inside;
use super::notation::{Constraint, Family, Inner, LambdaParameter, Number, Signature, Term};
use crate::function::coercion::{coercible, common_type, widened};
use crate::function::definition::Argument;

/// A signature that fits the arguments.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// The signature.
    pub(super) signature: &'a Signature,
    /// What each argument is converted to.
    pub(super) params: Vec<Type>,
    /// The result.
    pub(super) result: Type,
    /// Whether no argument of known type is converted.
    pub(super) exact: bool,
    /// The arguments whose type nothing decides, though the signature asks for
    /// a number of some type.
    pub(super) open: Vec<usize>,
    /// What its letters stand for.
    bound: Bound<'a>,
}

/// An argument, as far as signatures are held against it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape<'a> {
    /// Its type; of a lambda, that of its body.
    pub(super) ty: &'a Type,
    /// How many parameters it has, where it is a lambda.
    pub(super) lambda: Option<usize>,
}

/// The first argument that a signature can't take.
#[derive(Debug)]
pub(super) struct Misfit {
    /// Which argument (from 0).
    pub(super) index: usize,
    /// What the signature takes there, in words.
    pub(super) expected: String,
    /// How many parameters a lambda there has, where only that is wrong.
    pub(super) parameters: Option<usize>,
    /// Whether it is what a lambda there gives.
    pub(super) is_body: bool,
}

impl<'a> Candidate<'a> {
    /// The signature with what its letters stand for.
    pub(super) fn new(
        signature: &'a Signature,
        args: &[Shape<'_>],
    ) -> Result<Candidate<'a>, Misfit> {
        let mut bound = Bound { signature, terms: Vec::new() };
        for (index, (term, arg)) in signature.terms(args.len()).zip(args).enumerate() {
            let parameters = match (term, arg.lambda) {
                (Term::Lambda(parameters, _), Some(count)) if parameters.len() != count => {
                    Some(parameters.len())
                }
                _ => None,
            };
            let fits = matches!(term, Term::Lambda(..)) == arg.lambda.is_some();
            if !fits || parameters.is_some() || bound.bind(term, arg.ty).is_none() {
                let is_body = fits && parameters.is_none() && arg.lambda.is_some();
                let expected = match term {
                    Term::Lambda(_, result) if is_body => bound.wanted(result),
                    _ => bound.wanted(term),
                };
                return Err(Misfit { index, expected, parameters, is_body });
            }
        }
        let (mut params, mut open) = (Vec::new(), Vec::new());
        for (index, (term, arg)) in signature.terms(args.len()).zip(args).enumerate() {
            let param = bound.param(term, arg.ty);
            if bound.is_open(term, &param) {
                open.push(index);
            }
            params.push(param);
        }
        let exact = args.iter().zip(&params).all(|(arg, param)| same(arg.ty, param));
        let misfit = || Misfit {
            index: 0,
            expected: "a smaller precision".into(),
            parameters: None,
            is_body: false,
        };
        let result = bound.substitute(&signature.result).ok_or_else(misfit)?;
        Ok(Candidate { signature, params, result, exact, open, bound })
    }

    /// Whether the other signature takes what this one does.
    pub(super) fn fits_into(&self, other: &Candidate<'_>) -> bool {
        let terms = self.signature.terms(self.params.len());
        let mut params = Vec::with_capacity(self.params.len());
        for (ty, term) in self.params.iter().zip(terms) {
            let lambda = match term {
                Term::Lambda(parameters, _) => Some(parameters.len()),
                _ => None,
            };
            params.push(Shape { ty, lambda });
        }
        Candidate::new(other.signature, &params).is_ok()
    }

    /// What the lambda of this index is called with.
    pub(super) fn lambda_parameters(&self, args: &[Argument<'_>], index: usize) -> Vec<Item> {
        let mut nullable = HashSet::new();
        for (term, arg) in self.signature.terms(args.len()).zip(args) {
            // Of a lambda whose body is still unknown nothing tells that it can be NULL.
            if arg.lambda.is_none() || *arg.ty != Type::Unknown {
                inside::collect(term, arg.ty, arg.nullable, &mut nullable);
            }
        }
        let Some(Term::Lambda(parameters, _)) = self.signature.terms(args.len()).nth(index) else {
            return Vec::new();
        };
        let parameter = |parameter: &LambdaParameter| {
            let mut ty = self.bound.substitute(&parameter.term).unwrap_or(Type::Unknown);
            inside::mark(&parameter.term, &mut ty, &nullable);
            let is_null =
                matches!(parameter.term, Term::Variable(letter) if nullable.contains(&letter));
            Item { ty, nullable: parameter.nullable || is_null }
        };
        parameters.iter().map(parameter).collect()
    }
}

/// Whether an argument is taken as it is.
fn same(arg: &Type, param: &Type) -> bool {
    match (arg, param) {
        (Type::Unknown, _) => true,
        (Type::Array(a), Type::Array(b)) => same(&a.ty, &b.ty),
        (Type::Map(k1, v1), Type::Map(k2, v2)) => same(k1, k2) && same(&v1.ty, &v2.ty),
        (Type::Row(a), Type::Row(b)) => a.iter().zip(b).all(|(a, b)| same(&a.ty, &b.ty)),
        _ => arg == param,
    }
}

/// What the letters of a signature stand for.
#[derive(Debug)]
struct Bound<'a> {
    signature: &'a Signature,
    /// Type variables and families, with the type each stands for.
    terms: Vec<(&'a Term, Type)>,
}

impl<'a> Bound<'a> {
    /// Takes an argument as this parameter; `None` where it does not fit.
    fn bind(&mut self, term: &'a Term, arg: &Type) -> Option<()> {
        match (term, arg) {
            (Term::Type(ty), _) => coercible(arg, ty).then_some(()),
            (Term::Varchar | Term::Words(_), _) => coercible(arg, &Type::VARCHAR).then_some(()),
            (Term::Any(constraint), _) => constraint.is_none_or(|is| is.allows(arg)).then_some(()),
            (Term::Like(variable), _) => match self.get(variable) {
                Some(Type::Unknown) => self.bind(variable, arg),
                Some(bound) => common_type(bound, arg).map(drop),
                None => None,
            },
            (Term::Variable(letter), _) => {
                let ty = match self.get(term) {
                    Some(bound) => common_type(bound, arg)?,
                    None => arg.clone(),
                };
                let fits = self.signature.constraint(*letter).is_none_or(|is| is.allows(&ty));
                self.set(term, fits.then_some(ty)?);
                Some(())
            }
            (Term::Family(..), Type::Unknown) => Some(()),
            (Term::Family(family, _), _) => {
                let least = match family.numbers(arg) {
                    Some(_) => arg.clone(),
                    None => widened(arg, &family.example())?,
                };
                let ty = match self.get(term) {
                    Some(bound) => common_type(bound, &least)?,
                    None => least,
                };
                self.set(term, ty);
                Some(())
            }
            (Term::Array(_) | Term::Map(..), Type::Unknown) => Some(()),
            (Term::Array(inner), Type::Array(element)) => self.bind(&inner.term, &element.ty),
            (Term::Map(k, v), Type::Map(key, value)) => {
                self.bind(k, key)?;
                self.bind(&v.term, &value.ty)
            }
            (Term::Row(_), Type::Unknown) => Some(()),
            (Term::Row(members), Type::Row(fields)) if members.len() == fields.len() => members
                .iter()
                .zip(fields)
                .try_for_each(|(member, field)| self.bind(&member.term, &field.ty)),
            (Term::Array(_) | Term::Map(..) | Term::Row(_), _) => None,
            // Before its body is known.
            (Term::Lambda(..), Type::Unknown) => Some(()),
            (Term::Lambda(_, result), _) => self.bind(result, arg),
        }
    }

    /// What an argument that fits is converted to.
    fn param(&self, term: &Term, arg: &Type) -> Type {
        match (term, arg) {
            (Term::Varchar | Term::Words(_), Type::Varchar(_)) | (Term::Any(_), _) => arg.clone(),
            (Term::Like(_), ty) if *ty != Type::Unknown => arg.clone(),
            (Term::Array(inner), Type::Array(element)) => {
                Type::Array(self.param_item(inner, element).into())
            }
            (Term::Map(k, v), Type::Map(key, value)) => {
                Type::Map(self.param(k, key).into(), self.param_item(v, value).into())
            }
            (Term::Lambda(_, result), _) => self.param(result, arg),
            (Term::Row(members), Type::Row(fields)) => {
                let field = |(member, field): (&Inner, &Field)| Field {
                    ty: self.param(&member.term, &field.ty),
                    ..field.clone()
                };
                Type::Row(members.iter().zip(fields).map(field).collect())
            }
            (Term::Array(_) | Term::Map(..) | Term::Row(_), _) => {
                self.substitute(term).unwrap_or(Type::Unknown)
            }
            (Term::Family(family, _), _) => {
                self.get(term).cloned().unwrap_or_else(|| family.example())
            }
            _ => self.substitute(term).unwrap_or(Type::Unknown),
        }
    }

    fn param_item(&self, inner: &Inner, item: &Item) -> Item {
        Item { ty: self.param(&inner.term, &item.ty), nullable: item.nullable }
    }

    /// Whether nothing decides what this parameter is.
    fn is_open(&self, term: &Term, param: &Type) -> bool {
        match term {
            Term::Variable(letter) => {
                let constraint = self.signature.constraint(*letter);
                *param == Type::Unknown
                    && matches!(constraint, Some(Constraint::Integer | Constraint::Number))
            }
            Term::Family(Family::Decimal | Family::Char, _) => self.get(term).is_none(),
            _ => false,
        }
    }

    /// The type a term stands for; whatever is in an array or a map can be NULL.
    fn substitute(&self, term: &Term) -> Option<Type> {
        Some(match term {
            Term::Type(ty) => ty.clone(),
            Term::Varchar | Term::Words(_) => Type::VARCHAR,
            Term::Any(_) => Type::Unknown,
            Term::Variable(_) => self.get(term).cloned().unwrap_or(Type::Unknown),
            Term::Like(variable) => self.substitute(variable)?,
            Term::Lambda(_, result) => self.substitute(result)?,
            Term::Array(element) => Type::array(self.substitute(&element.term)?),
            Term::Map(key, value) => {
                Type::map(self.substitute(key)?, self.substitute(&value.term)?)
            }
            Term::Row(members) => {
                let field = |member: &Inner| {
                    Some(Field { name: None, ty: self.substitute(&member.term)?, nullable: true })
                };
                Type::Row(members.iter().map(field).collect::<Option<_>>()?)
            }
            Term::Family(family, numbers) => {
                let numbers: Option<Vec<i64>> = numbers.iter().map(|n| self.number(n)).collect();
                family.ty(&numbers?)?
            }
        })
    }

    fn number(&self, number: &Number) -> Option<i64> {
        Some(match number {
            Number::Constant(number) => *number,
            Number::Add(a, b) => self.number(a)? + self.number(b)?,
            Number::Subtract(a, b) => self.number(a)? - self.number(b)?,
            Number::Min(a, b) => self.number(a)?.min(self.number(b)?),
            Number::Max(a, b) => self.number(a)?.max(self.number(b)?),
            Number::Variable(_) => {
                self.signature.params.iter().find_map(|term| self.place(term, number))?
            }
        })
    }

    /// The value of a number's letter, where it stands in this parameter.
    fn place(&self, term: &Term, letter: &Number) -> Option<i64> {
        match term {
            Term::Family(family, letters) => {
                let place = letters.iter().position(|other| other == letter)?;
                let ty = self.get(term).cloned().unwrap_or_else(|| family.example());
                family.numbers(&ty)?.get(place).copied()
            }
            Term::Array(element) => self.place(&element.term, letter),
            Term::Map(key, value) => {
                self.place(key, letter).or_else(|| self.place(&value.term, letter))
            }
            _ => None,
        }
    }

    fn get(&self, term: &Term) -> Option<&Type> {
        self.terms.iter().find(|(bound, _)| *bound == term).map(|(_, ty)| ty)
    }

    fn set(&mut self, term: &'a Term, ty: Type) {
        match self.terms.iter_mut().find(|(bound, _)| *bound == term) {
            Some((_, old)) => *old = ty,
            None => self.terms.push((term, ty)),
        }
    }

    /// What a parameter takes, in words.
    fn wanted(&self, term: &Term) -> String {
        match term {
            Term::Type(ty) if ty.is_integer() => "an integer".into(),
            Term::Type(ty) if ty.is_numeric() => "a number".into(),
            Term::Type(ty) => ty.to_string(),
            Term::Varchar | Term::Words(_) => "varchar".into(),
            Term::Family(Family::Decimal, _) => "a number".into(),
            Term::Family(Family::Char, _) => "varchar".into(),
            Term::Family(Family::Time, _) => "time".into(),
            Term::Family(Family::TimeTz, _) => "time with time zone".into(),
            Term::Family(Family::Timestamp, _) => "timestamp".into(),
            Term::Family(Family::TimestampTz, _) => "timestamp with time zone".into(),
            Term::Any(constraint) => constraint.map_or("anything", Constraint::words).into(),
            Term::Like(variable) => self.wanted(variable),
            Term::Array(element) => match element.term {
                Term::Variable(letter) if self.signature.constraint(letter).is_some() => {
                    format!("an array of {}", self.wanted(&element.term))
                }
                _ => "an array".into(),
            },
            Term::Map(..) => "a map".into(),
            Term::Row(_) => "a row".into(),
            Term::Lambda(..) => "a lambda".into(),
            Term::Variable(letter) => match (self.get(term), self.signature.constraint(*letter)) {
                (_, Some(is @ (Constraint::Integer | Constraint::Number))) => is.words().into(),
                (Some(ty), _) if *ty != Type::Unknown => akin(ty),
                (_, Some(is)) => is.words().into(),
                _ => "a type".into(),
            },
        }
    }
}

/// What has a common type with this one, in words.
fn akin(ty: &Type) -> String {
    match ty {
        Type::Varchar(_) | Type::Char(_) => "varchar".into(),
        Type::Time(_) | Type::TimeTz(_) => "time".into(),
        ty if ty.is_numeric() => "a number".into(),
        ty if ty.is_date_or_timestamp() => "date or timestamp".into(),
        ty => ty.to_string(),
    }
}

impl Family {
    /// What an argument of unknown type becomes: a time as exact as a Rust
    /// value can be.
    fn example(self) -> Type {
        match self {
            Family::Decimal => Type::decimal(38, 0),
            Family::Char => Type::Char(1),
            Family::Time => Type::Time(9),
            Family::TimeTz => Type::TimeTz(9),
            Family::Timestamp => Type::Timestamp(9),
            Family::TimestampTz => Type::TimestampTz(9),
        }
    }
}
