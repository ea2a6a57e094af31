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
use super::maps::Maps;
use super::picked::Ends;
use crate::types;

pub(super) fn functions() -> Vec<Function> {
    use Param::{Bigint, Text};
    const TEXTS: Gives = Gives::Types(|_| Ok(types::list(DataType::Utf8)));
    const MAP: Gives = Gives::Types(|_| Ok(types::map(DataType::Utf8, DataType::Utf8)));
    const LIMITED: Takes = Takes::Lists(&[&[Text, Text], &[Text, Text, Bigint]]);
    vec![
        Function::new("split", LIMITED, TEXTS, split).strict(),
        Function::new("regexp_split", Takes::Lists(&[&[Text, Text]]), TEXTS, regexp_split).strict(),
        Function::new("regexp_extract_all", LIMITED, TEXTS, regexp_extract_all).strict(),
        Function::new("split_to_map", Takes::Lists(&[&[Text, Text, Text]]), MAP, split_to_map)
            .strict(),
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
        if outer.is_empty() || inner.is_empty() {
            return refuse("a delimiter of split_to_map is empty");
        }
        if outer == inner {
            return refuse("the delimiters of split_to_map are the same");
        }
        let mut seen = HashSet::new();
        let mut entries: Vec<_> = text.split(outer).collect();
        // What ends with a delimiter ends there.
        if entries.last() == Some(&"") {
            entries.pop();
        }
        for entry in entries {
            let (key, value) = match entry.split_once(inner) {
                Some((key, value)) if !value.contains(inner) => (key, value),
                _ => {
                    return refuse(format!(
                        "'{entry}' is not a key and a value with one '{inner}' between them"
                    ));
                }
            };
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
