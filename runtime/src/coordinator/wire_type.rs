//! [`WireType`]: what kind of values a column has, read from the name of its type.

use lakequery_types::{Field, Type};

/// How deep arrays, maps and rows may nest.
const MAX_DEPTH: usize = 64;

/// The kind of a column's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WireType {
    /// Of a type of lake SQL that is not nested.
    Scalar(Type),
    Array(Box<WireType>),
    Map(Box<WireType>, Box<WireType>),
    Row(Vec<(Option<String>, WireType)>),
    /// Sketches (HyperLogLog, quantile digests …): their bytes.
    Sketch,
    /// Whatever else there is, and times with more digits than nanoseconds: as
    /// the server writes them.
    Text,
}

/// The types whose values the servers send as base64.
const SKETCHES: [&str; 9] = [
    "hyperloglog",
    "p4hyperloglog",
    "khyperloglog",
    "qdigest",
    "tdigest",
    "setdigest",
    "kllsketch",
    "sfmsketch",
    "model",
];

impl WireType {
    /// Reads a type's name; `None` for one that has no end or is too deep.
    pub(crate) fn parse(name: &str) -> Option<WireType> {
        parse(name, 0)
    }

    /// The type of lake SQL that holds the values.
    pub(crate) fn ty(&self) -> Type {
        match self {
            WireType::Scalar(ty) => ty.clone(),
            WireType::Array(element) => Type::array(element.ty()),
            WireType::Map(key, value) => Type::map(key.ty(), value.ty()),
            WireType::Row(fields) => {
                let field = |(name, kind): &(_, WireType)| Field {
                    name: Clone::clone(name),
                    ty: kind.ty(),
                    nullable: true,
                };
                Type::Row(fields.iter().map(field).collect())
            }
            WireType::Sketch => Type::Varbinary,
            WireType::Text => Type::VARCHAR,
        }
    }
}

fn parse(name: &str, depth: usize) -> Option<WireType> {
    if depth > MAX_DEPTH {
        return None;
    }
    let name = name.trim();
    let lower = name.to_ascii_lowercase();
    let inner = |prefix: &str| {
        let rest = lower.strip_prefix(prefix)?.trim_start().strip_prefix('(')?;
        name.get(name.len() - rest.len()..)?.strip_suffix(')')
    };
    if let Some(element) = inner("array") {
        return Some(WireType::Array(Box::new(parse(element, depth + 1)?)));
    }
    if let Some(members) = inner("map") {
        let [key, value] = parts(members)?[..] else { return None };
        return Some(WireType::Map(
            Box::new(parse(key, depth + 1)?),
            Box::new(parse(value, depth + 1)?),
        ));
    }
    if let Some(fields) = inner("row") {
        let fields = parts(fields)?.into_iter().map(|text| field(text, depth + 1));
        return Some(WireType::Row(fields.collect::<Option<_>>()?));
    }
    let base = lower.split(['(', '<']).next().unwrap_or_default();
    Some(match Type::parse(name) {
        Ok(Type::Time(p) | Type::Timestamp(p) | Type::TimestampTz(p)) if p > 9 => WireType::Text,
        Ok(Type::TimeTz(_)) => WireType::Text,
        Ok(ty) => WireType::Scalar(ty),
        Err(_) if name.is_empty() => return None,
        Err(_) if SKETCHES.contains(&base) => WireType::Sketch,
        Err(_) => WireType::Text,
    })
}

/// `type`, `name type` or `"name" type`.
fn field(text: &str, depth: usize) -> Option<(Option<String>, WireType)> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('"') {
        // Quotes are doubled inside a name.
        let mut end = 0;
        loop {
            end += rest.get(end..)?.find('"')?;
            match rest.get(end + 1..) {
                Some(more) if more.starts_with('"') => end += 2,
                Some(more) => {
                    let name = rest.get(..end)?.replace("\"\"", "\"");
                    return Some((Some(name), parse(more, depth)?));
                }
                None => return None,
            }
        }
    }
    // `interval day to second` is a type with no name before it.
    if Type::parse(text).is_ok() {
        return Some((None, parse(text, depth)?));
    }
    match text.find([' ', '(']) {
        Some(space) if text.get(space..)?.starts_with(' ') => {
            let (name, ty) = text.split_at(space);
            Some((Some(name.to_owned()), parse(ty, depth)?))
        }
        _ => Some((None, parse(text, depth)?)),
    }
}

/// Splits at the commas that stand in no brackets and no quotes.
fn parts(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                parts.push(text.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    (depth == 0 && !quoted).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(name: &str) -> WireType {
        WireType::Scalar(Type::parse(name).unwrap())
    }

    #[test]
    fn names_of_the_servers_are_read() {
        for (name, kind) in [
            ("decimal(38, 0)", scalar("decimal(38,0)")),
            ("INTERVAL DAY TO SECOND", scalar("interval day to second")),
            ("timestamp(3) with time zone", scalar("timestamp(3) with time zone")),
            ("timestamp(10)", WireType::Text),
            ("time(3) with time zone", WireType::Text),
            ("HyperLogLog", WireType::Sketch),
            ("qdigest(bigint)", WireType::Sketch),
            ("Geometry", WireType::Text),
            ("color", WireType::Text),
            ("array(HyperLogLog)", WireType::Array(Box::new(WireType::Sketch))),
            (
                "map(varchar(3), map(double, date))",
                WireType::Map(
                    Box::new(scalar("varchar(3)")),
                    Box::new(WireType::Map(Box::new(scalar("double")), Box::new(scalar("date")))),
                ),
            ),
            (
                "row(\"a\"\"b, (\" integer, X row(INTERVAL DAY TO SECOND), timestamp timestamp(3), \
                 decimal(3, 1), c color)",
                WireType::Row(vec![
                    (Some("a\"b, (".into()), scalar("integer")),
                    (
                        Some("X".into()),
                        WireType::Row(vec![(None, scalar("interval day to second"))]),
                    ),
                    (Some("timestamp".into()), scalar("timestamp(3)")),
                    (None, scalar("decimal(3,1)")),
                    (Some("c".into()), WireType::Text),
                ]),
            ),
        ] {
            assert_eq!(WireType::parse(name), Some(kind), "{name}");
        }
        for name in ["", "array(", "array()", "map(integer)", "row(a integer))", "row(\"a integer)"]
        {
            assert_ne!(WireType::parse(name), Some(scalar("integer")), "{name}");
        }
        assert_eq!(
            WireType::parse(&format!("{}integer{}", "array(".repeat(99), ")".repeat(99))),
            None
        );
    }
}
