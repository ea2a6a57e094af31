//! A Rust type taken apart, as far as a column's type tells what to expect in it.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream};

use crate::problem::{Flat, flat};

/// A type, or a part of one.
#[derive(Debug)]
pub(crate) struct Part {
    /// It, without spaces.
    pub(crate) text: String,
    /// Its tokens, by number.
    pub(crate) tokens: Range<usize>,
    pub(crate) form: Form,
}

/// What a type looks like.
#[derive(Debug)]
pub(crate) enum Form {
    /// `name<arguments>`, of whatever path.
    Path {
        name: String,
        arguments: Vec<Part>,
    },
    Tuple(Vec<Part>),
    Other,
}

impl Part {
    /// `T` of `Option<T>`.
    pub(crate) fn optional(&self) -> Option<&Part> {
        match &self.form {
            Form::Path { name, arguments } if name == "Option" => match &arguments[..] {
                [argument] => Some(argument),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Reads a type; `None` where its brackets do not match.
pub(crate) fn read(tokens: &TokenStream) -> Option<Part> {
    let tokens: Vec<Flat> = flat(tokens).into_iter().map(|(token, _)| token).collect();
    part(&tokens, 0..tokens.len())
}

fn part(tokens: &[Flat], range: Range<usize>) -> Option<Part> {
    let text = tokens[range.clone()].iter().map(Flat::to_string).collect();
    let form = match &tokens[range.clone()] {
        [Flat::Open(Delimiter::Parenthesis), inner @ .., Flat::Close(Delimiter::Parenthesis)] => {
            let inside = range.start + 1..range.end - 1;
            match inner {
                [] => Form::Tuple(Vec::new()),
                [.., last] => {
                    let parts = list(tokens, inside)?;
                    let is_tuple = parts.len() > 1 || matches!(last, Flat::Punct(','));
                    match <[Part; 1]>::try_from(parts) {
                        // Parentheses around a type mean nothing.
                        Ok([only]) if !is_tuple => {
                            return Some(Part { text, tokens: range, ..only });
                        }
                        Ok(only) => Form::Tuple(only.into()),
                        Err(parts) => Form::Tuple(parts),
                    }
                }
            }
        }
        [Flat::Word(_) | Flat::Punct(':'), ..] => path(tokens, range.clone())?,
        _ => Form::Other,
    };
    Some(Part { text, tokens: range, form })
}

/// `a::b::name` or `a::b::name<…>`
fn path(tokens: &[Flat], range: Range<usize>) -> Option<Form> {
    let mut name = None;
    for at in range.clone() {
        match &tokens[at] {
            Flat::Word(word) => name = Some(word.clone()),
            Flat::Punct(':') => {}
            Flat::Punct('<') if matches!(tokens[range.end - 1], Flat::Punct('>')) => {
                let arguments = list(tokens, at + 1..range.end - 1)?;
                return Some(Form::Path { name: name?, arguments });
            }
            _ => return Some(Form::Other),
        }
    }
    Some(Form::Path { name: name?, arguments: Vec::new() })
}

/// What stands between commas.
fn list(tokens: &[Flat], range: Range<usize>) -> Option<Vec<Part>> {
    let (mut parts, mut start, mut depth) = (Vec::new(), range.start, 0_usize);
    for at in range.clone() {
        match &tokens[at] {
            Flat::Open(_) | Flat::Punct('<') => depth += 1,
            // The head of an arrow closes nothing.
            Flat::Punct('>') if matches!(tokens[at - 1], Flat::Punct('-')) => {}
            Flat::Close(_) | Flat::Punct('>') => depth = depth.checked_sub(1)?,
            Flat::Punct(',') if depth == 0 => {
                parts.push(part(tokens, start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    if start < range.end {
        parts.push(part(tokens, start..range.end)?);
    }
    (depth == 0).then_some(parts)
}
