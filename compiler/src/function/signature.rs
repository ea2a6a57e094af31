//! Signatures: their notation, and which one fits the arguments.
//!
//! # The notation
//!
//! `(parameters) -> result`, in the words of lake SQL's types. A row's
//! signatures are read only when the function is called somewhere.
//!
//! | written | a parameter | a result |
//! |---|---|---|
//! | `bigint`, `timestamp(3) with time zone`, … | that type | that type |
//! | `varchar` | varchar of any length | varchar with no limit |
//! | `decimal(p,s)`, `char(n)`, `time(p)`, `timestamp(p)`, both `with time zone` | one of any precision, scale, length | one of these; the numbers may be sums and differences of numbers and letters, and `min(a,b)`, `max(a,b)` |
//! | `T`, any capital letter | any type | the type it stood for |
//! | `T:comparable`, `T:orderable` | any type that can be compared, ordered | |
//! | `T:integer`, `T:number`, `T:printable` | any type of that kind (which can be cast to `varchar`) | |
//! | `~T` | what can be compared with `T`, but is not converted to it | |
//! | `any`, `any:printable` | anything, anything of that kind, as it is | |
//! | `array(…)`, `map(…,…)`, `row(…,…)` | one of these elements | one of these elements |
//! | `array(… not null)`, `map(…,… not null)` | | one whose elements, values are never NULL |
//! | `row(… null)` | | one whose field can be NULL, whatever the arguments are |
//! | `'date_unit'` | a string literal that is one of the words of that list; `'text'`: any | |
//! | `(T) -> U`, `(T?, U) -> boolean` | a lambda that is called with these, of which `?` may be NULL whatever the arguments are, and gives that | |
//! | `…?` | may be left out; so may those that follow it, which are all `?` | |
//! | `…...` | last only: one or more of it | |
//!
//! What is written twice is one type: in `(T, T) -> T` and in
//! `(timestamp(p), timestamp(p)) -> bigint` both arguments are converted to
//! their common type. `decimal(a,b), decimal(c,d)` are two types.
//!
//! What is in an array or a map of the result can be NULL, unless `not null` says
//! that it never is, or it is a `T` that was NULL nowhere: neither the argument
//! `T` nor the elements of the argument `array(T)` can be.
//!
//! # The choice
//!
//! As in Trino: a signature whose parameters are the arguments' own types wins;
//! otherwise the most specific of those that fit, which is the one whose
//! parameters fit all the others. Words (`'date_unit'`) are checked after the
//! choice. An argument of unknown type (NULL or a parameter) fits anything: the
//! known ones decide, and where they leave it open, `varchar` wins over `char`,
//! `varbinary` and an array of anything; anything else is [`Mismatch::Ambiguous`]. One family alone
//! (`timestamp(p)`) is not open: it stands for the precision that a Rust value
//! can have.

use lakequery_types::{Item, Type};

use super::definition::{Argument, Function};

mod inside;
mod matching;
mod notation;

use matching::{Candidate, Misfit, Shape};
use notation::{Signature, Term};

/// The signature that fits a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The type each argument is converted to, one an argument. An argument
    /// that is already of a type the signature takes keeps it. A type variable
    /// that met nothing but arguments of unknown type stays [`Type::Unknown`].
    pub params: Vec<Type>,
    /// The type of the result.
    pub result: Type,
}

/// Why no signature fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The function does not take this many arguments.
    Count {
        /// What it takes, in words: "1 or 2 arguments".
        expected: String,
    },
    /// One argument is wrong in every signature that takes this many.
    Type {
        /// Which argument (from 0).
        index: usize,
        /// What it should be, in words: "a number", "date or timestamp".
        expected: String,
    },
    /// The body of a lambda is wrong in every signature that takes this many arguments.
    Body {
        /// Which argument (from 0).
        index: usize,
        /// What it should give, in words.
        expected: String,
    },
    /// A lambda has another number of parameters.
    Parameters {
        /// Which argument (from 0).
        index: usize,
        /// How many it is called with.
        expected: usize,
    },
    /// An argument that must be one of a few words is not.
    Word {
        /// Which argument (from 0).
        index: usize,
        /// The words; none where any string literal will do.
        expected: &'static [&'static str],
    },
    /// Several signatures fit equally well, because the type of this argument
    /// (NULL or a parameter) is open.
    Ambiguous {
        /// Which argument (from 0).
        index: usize,
        /// The types that it might be of, as far as they can be listed.
        types: Vec<Type>,
    },
}

/// Finds the signature of `function` that fits `args`.
///
/// # Errors
///
/// [`Mismatch`], for the caller to word with the spans it knows.
pub fn resolve(function: &'static Function, args: &[Argument<'_>]) -> Result<Resolved, Mismatch> {
    // A test reads every signature of the table, so that none is left out here.
    let signatures: Vec<Signature> = function
        .signatures
        .iter()
        .filter_map(|text| notation::parse(text).ok())
        .filter(|signature| signature.arity().contains(&args.len()))
        .collect();
    if signatures.is_empty() {
        return Err(Mismatch::Count { expected: counts(function) });
    }

    let types: Vec<&Type> = args.iter().map(|arg| arg.ty).collect();
    let (candidates, misfits) = candidates(&signatures, args);
    let chosen = choose(candidates, misfits, &types)?;

    for (index, (term, arg)) in chosen.signature.terms(args.len()).zip(args).enumerate() {
        if let Term::Words(expected) = *term
            && !arg.literal.is_some_and(|literal| {
                expected.is_empty() || expected.iter().any(|w| w.eq_ignore_ascii_case(literal))
            })
        {
            return Err(Mismatch::Word { index, expected });
        }
    }
    let result = inside::nulls(chosen.signature, args, chosen.result);
    Ok(Resolved { params: chosen.params, result })
}

/// What a lambda is called with, as far as the other arguments tell.
///
/// # Errors
///
/// [`Mismatch`], where none of the function's signatures takes the arguments.
pub fn lambda_parameters(
    function: &'static Function,
    args: &[Argument<'_>],
    index: usize,
) -> Result<Vec<Item>, Mismatch> {
    let signatures: Vec<Signature> = function
        .signatures
        .iter()
        .filter_map(|text| notation::parse(text).ok())
        .filter(|signature| signature.arity().contains(&args.len()))
        .collect();
    if signatures.is_empty() {
        return Err(Mismatch::Count { expected: counts(function) });
    }
    let (mut candidates, misfits) = candidates(&signatures, args);
    candidates.truncate(1);
    match candidates.pop() {
        Some(candidate) => Ok(candidate.lambda_parameters(args, index)),
        None => Err(describe(misfits)),
    }
}

/// The signatures that fit, and what is in the way of the others.
fn candidates<'a>(
    signatures: &'a [Signature],
    args: &[Argument<'_>],
) -> (Vec<Candidate<'a>>, Vec<Misfit>) {
    let shapes: Vec<Shape<'_>> =
        args.iter().map(|arg| Shape { ty: arg.ty, lambda: arg.lambda }).collect();
    let (mut candidates, mut misfits) = (Vec::new(), Vec::new());
    for signature in signatures {
        match Candidate::new(signature, &shapes) {
            Ok(candidate) => candidates.push(candidate),
            Err(misfit) => misfits.push(misfit),
        }
    }
    (candidates, misfits)
}

fn choose<'a>(
    mut candidates: Vec<Candidate<'a>>,
    misfits: Vec<Misfit>,
    types: &[&Type],
) -> Result<Candidate<'a>, Mismatch> {
    if candidates.is_empty() {
        return Err(describe(misfits));
    }
    let all: Vec<Vec<Type>> = candidates.iter().map(|c| c.params.clone()).collect();
    // Those that convert nothing but what is unknown.
    if candidates.iter().any(|candidate| candidate.exact) {
        candidates.retain(|candidate| candidate.exact);
    } else {
        let best: Vec<bool> = candidates
            .iter()
            .map(|a| !candidates.iter().any(|b| b.fits_into(a) && !a.fits_into(b)))
            .collect();
        let mut best = best.into_iter();
        candidates.retain(|_| best.next().unwrap_or(false));
    }
    for (index, _) in types.iter().enumerate().filter(|(_, ty)| ***ty == Type::Unknown) {
        let text = |c: &Candidate| matches!(c.params[index], Type::Varchar(_));
        let open = |c: &Candidate| match &c.params[index] {
            Type::Varchar(_) | Type::Char(_) | Type::Varbinary => true,
            Type::Array(element) => element.ty == Type::Unknown,
            _ => false,
        };
        if candidates.iter().any(text) && candidates.iter().all(open) {
            candidates.retain(text);
        }
        let first = &candidates[0];
        if first.open.contains(&index)
            || candidates.iter().any(|other| other.params[index] != first.params[index])
        {
            let mut types: Vec<Type> = Vec::new();
            for ty in all.iter().map(|params| in_microseconds(&params[index])) {
                if ty != Type::Unknown && !types.contains(&ty) {
                    types.push(ty);
                }
            }
            return Err(Mismatch::Ambiguous { index, types });
        }
    }
    Ok(candidates.swap_remove(0))
}

/// A type as one would write it in a CAST.
fn in_microseconds(ty: &Type) -> Type {
    match ty {
        Type::Time(_) => Type::Time(6),
        Type::TimeTz(_) => Type::TimeTz(6),
        Type::Timestamp(_) => Type::Timestamp(6),
        Type::TimestampTz(_) => Type::TimestampTz(6),
        ty => ty.clone(),
    }
}

/// The argument that the most signatures stumble over last, and what they want.
fn describe(misfits: Vec<Misfit>) -> Mismatch {
    let index = misfits.iter().map(|misfit| misfit.index).max().unwrap_or(0);
    if let Some(expected) = misfits.iter().find_map(|misfit| misfit.parameters) {
        return Mismatch::Parameters { index, expected };
    }
    let is_body = misfits.iter().any(|misfit| misfit.index == index && misfit.is_body);
    let mut wanted: Vec<String> = Vec::new();
    for misfit in misfits.into_iter().filter(|misfit| misfit.is_body == is_body) {
        if misfit.index == index && !wanted.contains(&misfit.expected) {
            wanted.push(misfit.expected);
        }
    }
    if wanted.iter().any(|words| words == "a number") {
        wanted.retain(|words| words != "an integer");
    }
    let expected = listed(&wanted);
    match is_body {
        true => Mismatch::Body { index, expected },
        false => Mismatch::Type { index, expected },
    }
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// How many arguments a function takes, in words.
fn counts(function: &Function) -> String {
    let mut takes: Vec<usize> = Vec::new();
    let mut any_from = None;
    for signature in function.signatures.iter().filter_map(|text| notation::parse(text).ok()) {
        let arity = signature.arity();
        if signature.variadic {
            any_from = Some(any_from.unwrap_or(usize::MAX).min(*arity.start()));
        } else {
            takes.extend(arity);
        }
    }
    takes.sort_unstable();
    takes.dedup();
    if let Some(from) = any_from {
        let from = takes.first().map_or(from, |least| from.min(*least));
        return format!("at least {from} argument{}", if from == 1 { "" } else { "s" });
    }
    match takes[..] {
        [] | [0] => "no arguments".into(),
        [1] => "1 argument".into(),
        [first, .., last] if takes.len() > 2 && last - first + 1 == takes.len() => {
            format!("{first} to {last} arguments")
        }
        _ => {
            let takes: Vec<String> = takes.iter().map(ToString::to_string).collect();
            format!("{} arguments", listed(&takes))
        }
    }
}

/// How many arguments the signature takes, where it can be read.
#[cfg(test)]
pub(super) fn arity(text: &str) -> Result<std::ops::RangeInclusive<usize>, String> {
    notation::parse(text).map(|signature| signature.arity())
}
