//! What stands where in a query: as much of its grammar as changes need.

use std::ops::Range;

use super::words::{Kind, Word};

/// What a word is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// An expression.
    Expression,
    /// A table behind FROM or JOIN, or its alias.
    Table,
    /// A type within CAST.
    Type,
    /// A name that is given with AS, or one that stands in USING.
    Name,
}

struct Frame {
    place: Place,
    /// The word before the parenthesis.
    head: String,
}

/// What each word is part of.
pub(super) fn places(words: &[Word]) -> Vec<Place> {
    let mut frames = vec![Frame { place: Place::Expression, head: String::new() }];
    let mut places = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate() {
        let before = i.checked_sub(1).map_or("", |i| &words[i].text).to_lowercase();
        if word.is("(") {
            let top = frames.last().map_or(Place::Expression, |frame| frame.place);
            places.push(top);
            let place = match &*before {
                "using" => Place::Name,
                // An argument of a table function, of VALUES: expressions.
                "unnest" | "values" | "lateral" => Place::Expression,
                _ => top,
            };
            frames.push(Frame { place, head: before });
            continue;
        }
        if word.is(")") && frames.len() > 1 {
            frames.pop();
        }
        let Some(frame) = frames.last_mut() else { break };
        let cast = matches!(&*frame.head, "cast" | "try_cast");
        let within = matches!(&*frame.head, "extract" | "trim" | "substring");
        match &*word.text.to_lowercase() {
            "select" | "where" | "on" | "having" | "group" | "order" | "limit" | "values"
            | "by" | "partition" => frame.place = Place::Expression,
            "from" | "join" if !within && word.kind == Kind::Word => frame.place = Place::Table,
            "as" if cast => frame.place = Place::Type,
            _ => {}
        }
        let place = if before == "as" && !cast { Place::Name } else { frame.place };
        places.push(place);
    }
    places
}

/// Where the parenthesis that opens at `at` closes.
pub(super) fn closing(words: &[Word], at: usize) -> Option<usize> {
    let mut depth = 0;
    for (i, word) in words.iter().enumerate().skip(at) {
        depth += i32::from(word.is("(")) - i32::from(word.is(")"));
        if depth == 0 {
            return Some(i);
        }
    }
    None
}

/// The operand that begins at `at`: a literal, a name, a call, CASE, or what
/// stands in parentheses.
pub(super) fn operand(words: &[Word], at: usize) -> Option<Range<usize>> {
    let word = words.get(at)?;
    let is = |i: usize, text: &str| words.get(i).is_some_and(|word: &Word| word.is(text));
    let literal = |i: usize| words.get(i).is_some_and(|word| word.kind == Kind::Literal);
    if word.kind == Kind::Literal || word.kind == Kind::Parameter {
        return Some(at..at + 1);
    }
    if word.is("(") {
        return Some(at..closing(words, at)? + 1);
    }
    if word.is("interval") && literal(at + 1) {
        return Some(at..if is(at + 3, "to") { at + 5 } else { at + 3 });
    }
    if word.kind == Kind::Word && literal(at + 1) {
        return Some(at..at + 2);
    }
    if word.is("case") {
        let mut depth = 0;
        for (i, word) in words.iter().enumerate().skip(at) {
            depth += i32::from(word.is("case")) - i32::from(word.is("end"));
            if depth == 0 {
                return Some(at..i + 1);
            }
        }
        return None;
    }
    let call = word.is_name() || ["cast", "try_cast", "extract"].iter().any(|name| word.is(name));
    if call && is(at + 1, "(") {
        let mut end = closing(words, at + 1)? + 1;
        for follower in ["filter", "over"] {
            if is(end, follower) && is(end + 1, "(") {
                end = closing(words, end + 1)? + 1;
            }
        }
        return Some(at..end);
    }
    if !word.is_name() {
        return None;
    }
    let mut end = at + 1;
    while is(end, ".") && words.get(end + 1).is_some_and(|word| word.is_name()) {
        end += 2;
    }
    Some(at..end)
}

/// The parts between the commas of a range that are in no parentheses in it.
pub(super) fn items(words: &[Word], range: Range<usize>) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let (mut start, mut depth) = (range.start, 0);
    for i in range.clone() {
        depth += i32::from(words[i].is("(")) - i32::from(words[i].is(")"));
        if depth == 0 && words[i].is(",") {
            items.push(start..i);
            start = i + 1;
        }
    }
    if start < range.end {
        items.push(start..range.end);
    }
    items
}

/// The clauses of queries, as their first words say.
const CLAUSES: [&str; 11] = [
    "select", "from", "where", "group", "having", "order", "limit", "offset", "fetch", "union",
    "window",
];

/// The clauses that begin with one of these words, each to where the next one
/// begins or its query ends.
pub(super) fn clauses(words: &[Word], heads: &[&str]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (start, _) in words.iter().enumerate().filter(|(_, word)| heads.iter().any(|h| word.is(h)))
    {
        let mut depth = 0;
        let mut end = words.len();
        for (i, word) in words.iter().enumerate().skip(start + 1) {
            depth += i32::from(word.is("(")) - i32::from(word.is(")"));
            let next = CLAUSES.iter().any(|clause| word.is(clause))
                || word.is("except")
                || word.is("intersect");
            if depth < 0 || (depth == 0 && next) {
                end = i;
                break;
            }
        }
        found.push(start..end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::words::{cut, join};
    use super::*;

    #[test]
    fn operands_are_found_whole() {
        for (text, operand_text) in [
            ("a.b + 1", "a.b"),
            ("sum ( x ) FILTER ( WHERE y ) OVER ( ) , 1", "sum ( x ) FILTER ( WHERE y ) OVER ( )"),
            (
                "CASE WHEN a THEN CASE b WHEN 1 THEN 2 END END , 1",
                "CASE WHEN a THEN CASE b WHEN 1 THEN 2 END END",
            ),
            ("DATE '2020-01-01' + 1", "DATE '2020-01-01'"),
            ("INTERVAL '1' DAY + 1", "INTERVAL '1' DAY"),
            ("( a + 1 ) * 2", "( a + 1 )"),
        ] {
            let words = cut(text).expect("it can be cut");
            let range = operand(&words, 0).expect("there is one");
            assert_eq!(join(&words[range]), operand_text);
        }
    }

    #[test]
    fn words_are_told_apart_by_where_they_stand() {
        let words = cut(
            "SELECT CAST(a AS varchar) AS b FROM t JOIN u USING (c) WHERE d IN (SELECT e FROM f)",
        );
        let words = words.expect("it can be cut");
        let places = places(&words);
        for (text, place) in [
            ("a", Place::Expression),
            ("varchar", Place::Type),
            ("b", Place::Name),
            ("t", Place::Table),
            ("u", Place::Table),
            ("c", Place::Name),
            ("d", Place::Expression),
            ("e", Place::Expression),
            ("f", Place::Table),
        ] {
            let at = words.iter().position(|word| word.text == text).expect("it is there");
            assert_eq!(places[at], place, "{text}");
        }
    }
}
