//! `regexp_replace` with a lambda, which is given the groups of each match.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::LambdaParametersProgress;

use super::super::regexp::Pattern;
use super::conform::conform;
use super::function::{Call, Types, each};
use crate::types;

/// `regexp_replace` by what a lambda says, as that without one has the name.
pub(super) const REPLACE: &str = "lake_regexp_replace";

pub(super) fn parameters(_: &Types) -> Result<LambdaParametersProgress> {
    each(vec![vec![types::list(DataType::Utf8)]])
}

pub(super) fn run(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = conform(&call.array(0)?, &DataType::Utf8)?;
    let patterns = conform(&call.array(1)?, &DataType::Utf8)?;
    let (texts, patterns) = (texts.as_string::<i32>(), patterns.as_string::<i32>());
    let mut pattern = Pattern::default();
    let mut groups = ListBuilder::new(StringBuilder::new());
    // The rows of all matches, and where they are in their texts.
    let (mut rows, mut places): (Vec<usize>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    for (row, pair) in texts.iter().zip(patterns).enumerate() {
        let (Some(text), Some(source)) = pair else { continue };
        for captures in pattern.get(source)?.captures_iter(text) {
            for group in captures.iter().skip(1) {
                groups.values().append_option(group.map(|group| group.as_str()));
            }
            groups.append(true);
            rows.push(row);
            places.push(captures.get_match().range());
        }
    }
    let groups: ArrayRef =
        conform(&(Arc::new(groups.finish()) as _), &types::list(DataType::Utf8))?;
    let given = conform(&call.call(0, &[&groups], &rows)?, &DataType::Utf8)?;
    let given = given.as_string::<i32>();
    let (mut made, mut next) = (StringBuilder::new(), 0);
    for (row, pair) in texts.iter().zip(patterns).enumerate() {
        let (Some(text), Some(_)) = pair else {
            made.append_null();
            continue;
        };
        let (mut replaced, mut end) = (Some(String::with_capacity(text.len())), 0);
        while rows.get(next) == Some(&row) {
            let place = places[next].clone();
            let value = given.is_valid(next).then(|| given.value(next));
            // NULL where the lambda gives NULL for a match.
            replaced = replaced.zip(value).map(|(mut replaced, value)| {
                replaced.push_str(&text[end..place.start]);
                replaced.push_str(value);
                replaced
            });
            end = place.end;
            next += 1;
        }
        made.append_option(replaced.map(|replaced| replaced + &text[end..]));
    }
    Ok(Arc::new(made.finish()))
}
