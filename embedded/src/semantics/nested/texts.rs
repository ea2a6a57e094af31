//! Texts taken apart into arrays and maps.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{ArrayBuilder, StringBuilder};
use arrow_array::types::Int64Type;
use arrow_schema::DataType;
use datafusion::common::Result;

use super::super::function::{Call, Function, Gives, Param, Takes, refuse};
use super::super::regexp::Patterns;
use super::maps::{Maps, groups};
use super::picked::Ends;
use crate::types;

pub(super) fn functions() -> Vec<Function> {
    use Param::{Bigint, Text};
    const TEXTS: Gives = Gives::Types(|_| Ok(types::list(DataType::Utf8)));
    const MAP: Gives = Gives::Types(|_| Ok(types::map(DataType::Utf8, DataType::Utf8)));
    const MULTIMAP: Gives =
        Gives::Types(|_| Ok(types::map(DataType::Utf8, types::list(DataType::Utf8))));
    const DELIMITED: Takes = Takes::Lists(&[&[Text, Text, Text]]);
    const LIMITED: Takes = Takes::Lists(&[&[Text, Text], &[Text, Text, Bigint]]);
    vec![
        Function::new("split", LIMITED, TEXTS, split).strict(),
        Function::new("regexp_split", Takes::Lists(&[&[Text, Text]]), TEXTS, regexp_split).strict(),
        Function::new("regexp_extract_all", LIMITED, TEXTS, regexp_extract_all).strict(),
        Function::new("split_to_map", DELIMITED, MAP, split_to_map).strict(),
        Function::new("split_to_multimap", DELIMITED, MULTIMAP, split_to_multimap).strict(),
    ]
}

/// Arrays of texts under construction.
struct Texts {
    texts: StringBuilder,
    ends: Ends,
}

impl Texts {
    fn new() -> Texts {
        Texts { texts: StringBuilder::new(), ends: Ends::new() }
    }

    fn push(&mut self, text: Option<&str>) {
        self.texts.append_option(text);
    }

    fn end(&mut self) -> Result<()> {
        self.ends.end(self.texts.len())
    }

    fn null(&mut self) -> Result<()> {
        self.ends.null(self.texts.len())
    }

    fn finish(mut self, ty: &DataType) -> Result<ArrayRef> {
        self.ends.finish(Arc::new(self.texts.finish()), ty)
    }
}

fn split(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, delimiters) = (call.texts(0)?, call.texts(1)?);
    let limits = if call.count() == 3 { Some(call.numbers::<Int64Type>(2)?) } else { None };
    let mut parts = Texts::new();
    for row in 0..call.rows() {
        let limit = match &limits {
            Some(limits) => limits.get(row),
            None => Some(i64::MAX),
        };
        let (Some(text), Some(delimiter), Some(limit)) =
            (texts.get(row), delimiters.get(row), limit)
        else {
            parts.null()?;
            continue;
        };
        if delimiter.is_empty() {
            return refuse("the delimiter of split is empty");
        }
        let Some(limit) = usize::try_from(limit).ok().filter(|limit| *limit > 0) else {
            return refuse(format!("the limit of split is {limit}, and not positive"));
        };
        text.splitn(limit, delimiter).for_each(|part| parts.push(Some(part)));
        parts.end()?;
    }
    parts.finish(call.gives())
}

fn regexp_split(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call)?);
    let mut parts = Texts::new();
    for row in 0..call.rows() {
        let (Some(text), Some(regex)) = (texts.get(row), patterns.get(row)?) else {
            parts.null()?;
            continue;
        };
        regex.split(text).for_each(|part| parts.push(Some(part)));
        parts.end()?;
    }
    parts.finish(call.gives())
}

fn regexp_extract_all(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call)?);
    let groups = if call.count() == 3 { Some(call.numbers::<Int64Type>(2)?) } else { None };
    let mut found = Texts::new();
    for row in 0..call.rows() {
        let group = match &groups {
            Some(groups) => groups.get(row),
            None => Some(0),
        };
        let (Some(text), Some(regex), Some(group)) = (texts.get(row), patterns.get(row)?, group)
        else {
            found.null()?;
            continue;
        };
        let count = regex.captures_len() - 1;
        let Some(group) = usize::try_from(group).ok().filter(|group| *group <= count) else {
            return refuse(format!("the pattern has {count} groups, and no group {group}"));
        };
        for captures in regex.captures_iter(text) {
            found.push(captures.get(group).map(|group| group.as_str()));
        }
        found.end()?;
    }
    found.finish(call.gives())
}

/// The keys and the values of a text, which one delimiter puts one after another and another one
/// apart.
fn entries<'a>(
    function: &str,
    text: &'a str,
    outer: &str,
    inner: &str,
) -> Result<Vec<(&'a str, &'a str)>> {
    if outer.is_empty() || inner.is_empty() {
        return refuse(format!("a delimiter of {function} is empty"));
    }
    if outer == inner {
        return refuse(format!("the delimiters of {function} are the same"));
    }
    let mut entries: Vec<_> = text.split(outer).collect();
    // What ends with a delimiter ends there.
    if entries.last() == Some(&"") {
        entries.pop();
    }
    let pair = |entry: &'a str| match entry.split_once(inner) {
        Some((key, value)) if !value.contains(inner) => Ok((key, value)),
        _ => refuse(format!("'{entry}' is not a key and a value with one '{inner}' between them")),
    };
    entries.into_iter().map(pair).collect()
}

fn split_to_map(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, outer, inner) = (call.texts(0)?, call.texts(1)?, call.texts(2)?);
    let (mut keys, mut values) = (StringBuilder::new(), StringBuilder::new());
    let mut maps = Maps::new();
    for row in 0..call.rows() {
        let (Some(text), Some(outer), Some(inner)) =
            (texts.get(row), outer.get(row), inner.get(row))
        else {
            maps.null()?;
            continue;
        };
        let mut seen = HashSet::new();
        for (key, value) in entries("split_to_map", text, outer, inner)? {
            if !seen.insert(key) {
                return refuse(format!("the key {key} is in the map twice"));
            }
            maps.push(keys.len(), values.len());
            keys.append_value(key);
            values.append_value(value);
        }
        maps.end()?;
    }
    maps.finish(&keys.finish(), &values.finish(), call.gives())
}

fn split_to_multimap(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, outer, inner) = (call.texts(0)?, call.texts(1)?, call.texts(2)?);
    let (mut keys, mut values) = (StringBuilder::new(), Texts::new());
    let mut maps = Maps::new();
    for row in 0..call.rows() {
        let (Some(text), Some(outer), Some(inner)) =
            (texts.get(row), outer.get(row), inner.get(row))
        else {
            maps.null()?;
            continue;
        };
        let entries = entries("split_to_multimap", text, outer, inner)?;
        let places = entries.iter().enumerate().map(|(place, (key, _))| (key, place));
        for places in groups(places) {
            maps.push(keys.len(), keys.len());
            keys.append_value(entries[places[0]].0);
            places.into_iter().for_each(|place| values.push(Some(entries[place].1)));
            values.end()?;
        }
        maps.end()?;
    }
    let values = values.finish(&types::list(DataType::Utf8))?;
    maps.finish(&keys.finish(), &values, call.gives())
}
