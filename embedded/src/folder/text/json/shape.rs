//! What the values of a key look like in all objects, and what that makes of its column.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field};
use lakequery_types::json::{Malformed, Next, Reader};
use lakequery_types::{self as types, Type};

use super::super::broken::shown;
use super::super::candidates::{Candidates, Scalar};
use super::super::scalar::Number;
use super::wrong::Wrong;

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 64;

/// How many different keys the objects of one place may have.
const MAX_KEYS: usize = 10_000;

/// What kind of column the values of a key make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Scalar(Scalar),
    /// Values of several kinds, as text.
    Text,
    Array(Box<Kind>),
    /// The fields by name: objects have no order.
    Row(Vec<(String, Kind)>),
}

impl Kind {
    /// The one for values of a type; `None` where no JSON is read as such.
    pub(in super::super) fn of(ty: &Type) -> Option<Kind> {
        Some(match ty {
            // Whatever is written for it.
            Type::Varchar(_) => Kind::Text,
            Type::Array(element) => Kind::Array(Box::new(Kind::of(&element.ty)?)),
            Type::Row(fields) => {
                let field =
                    |field: &types::Field| Some((field.name.clone()?, Kind::of(&field.ty)?));
                Kind::Row(fields.iter().map(field).collect::<Option<_>>()?)
            }
            ty => Kind::Scalar(Scalar::of(ty)?),
        })
    }

    /// The type of its arrays.
    pub(in super::super) fn arrow(&self) -> DataType {
        match self {
            Kind::Scalar(scalar) => scalar.arrow(),
            Kind::Text => DataType::Utf8,
            Kind::Array(element) => DataType::List(Arc::new(Field::new(
                Field::LIST_FIELD_DEFAULT_NAME,
                element.arrow(),
                true,
            ))),
            Kind::Row(fields) => DataType::Struct(
                fields.iter().map(|(name, kind)| Field::new(name, kind.arrow(), true)).collect(),
            ),
        }
    }
}

/// All that was seen in one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Shape {
    booleans: bool,
    numbers: Option<Candidates>,
    strings: bool,
    elements: Option<Box<Shape>>,
    members: Option<BTreeMap<String, Member>>,
    /// How many objects there were.
    objects: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Member {
    shape: Shape,
    /// The number of the last object that has it.
    last: u64,
}

impl Shape {
    /// The keys of the objects.
    pub(in super::super) fn names(&self) -> impl Iterator<Item = &String> {
        self.members.iter().flat_map(BTreeMap::keys)
    }

    /// Looks at the next value.
    pub(super) fn see(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<(), Wrong> {
        if depth > MAX_DEPTH {
            let what = format!("nests arrays and objects more than {MAX_DEPTH} deep");
            return Err(Wrong::Other(reader.at(), what, "write what is that deep as a string"));
        }
        let mut first = true;
        match reader.next()? {
            Next::Null => {
                reader.null()?;
            }
            Next::Boolean => {
                reader.boolean()?;
                self.booleans = true;
            }
            Next::String => {
                reader.string()?;
                self.strings = true;
            }
            Next::Number => {
                let (at, text) = (reader.at(), reader.number()?);
                let number = Number::parse_json(text)
                    .ok_or(Wrong::Syntax(Malformed { at, expected: "a number" }))?;
                self.numbers.get_or_insert_with(Candidates::new).see_number(&number);
            }
            Next::Array => {
                reader.array()?;
                let elements = self.elements.get_or_insert_default();
                while reader.element(&mut first)? {
                    elements.see(reader, depth + 1)?;
                }
            }
            Next::Object => {
                reader.object()?;
                self.objects += 1;
                let members = self.members.get_or_insert_default();
                while let Some(key) = reader.key(&mut first)? {
                    if key.is_empty() {
                        let what = "has a key that is empty".to_owned();
                        return Err(Wrong::Other(reader.at(), what, "name every value"));
                    }
                    if !members.contains_key(&*key) {
                        if members.len() == MAX_KEYS {
                            let what = format!("has the key number {}", MAX_KEYS + 1);
                            let help = "write keys that are data as values, in an array of objects";
                            return Err(Wrong::Other(reader.at(), what, help));
                        }
                        members.insert(key.clone().into_owned(), Member::default());
                    }
                    let Some(member) = members.get_mut(&*key) else { continue };
                    if std::mem::replace(&mut member.last, self.objects) == self.objects {
                        return Err(twice(reader.at(), &key));
                    }
                    member.shape.see(reader, depth + 1)?;
                }
            }
        }
        Ok(())
    }

    /// Adds what was seen in another file.
    pub(in super::super) fn merge(&mut self, other: Shape) {
        self.booleans |= other.booleans;
        self.strings |= other.strings;
        match (&mut self.numbers, other.numbers) {
            (Some(numbers), Some(others)) => numbers.merge(&others),
            (numbers @ None, others) => *numbers = others,
            (Some(_), None) => {}
        }
        match (&mut self.elements, other.elements) {
            (Some(elements), Some(others)) => elements.merge(*others),
            (elements @ None, others) => *elements = others,
            (Some(_), None) => {}
        }
        if let Some(others) = other.members {
            let members = self.members.get_or_insert_default();
            for (name, member) in others {
                members.entry(name).or_default().shape.merge(member.shape);
            }
        }
    }

    /// The keys of the objects, by name, and what their columns are.
    pub(in super::super) fn columns(&self) -> Vec<(String, Kind)> {
        let members = self.members.iter().flatten();
        members.map(|(name, member)| (name.clone(), member.shape.kind())).collect()
    }

    fn kind(&self) -> Kind {
        match (self.booleans, &self.numbers, self.strings, &self.elements, &self.members) {
            // Text is what fits later values.
            (false, None, false, None, None) => Kind::Scalar(Scalar::Varchar),
            (true, None, false, None, None) => Kind::Scalar(Scalar::Boolean),
            (false, Some(numbers), false, None, None) => match numbers.resolve() {
                // Numbers that no type has are written as they are.
                Scalar::Varchar => Kind::Text,
                scalar => Kind::Scalar(scalar),
            },
            (false, None, true, None, None) => Kind::Scalar(Scalar::Varchar),
            (false, None, false, Some(elements), None) => Kind::Array(Box::new(elements.kind())),
            (false, None, false, None, Some(_)) => Kind::Row(self.columns()),
            _ => Kind::Text,
        }
    }
}

/// A key comes twice in an object.
#[cold]
pub(super) fn twice(at: usize, key: &str) -> Wrong {
    let what = format!("has the key `{}` twice in one object", shown(key));
    Wrong::Other(at, what, "give every value of an object a key of its own")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types;

    fn shape(objects: &[&str]) -> Result<Shape, Wrong> {
        let mut shape = Shape::default();
        for object in objects {
            shape.see(&mut Reader::new(object), 0)?;
        }
        Ok(shape)
    }

    fn shown(kind: &Kind) -> String {
        types::column_name(&kind.arrow())
    }

    #[test]
    fn a_kind_fits_all_values() {
        for (values, expected) in [
            (&["null"][..], "varchar"),
            (&["true", "null"], "boolean"),
            (&["1", "2.5"], "double"),
            (&["9223372036854775808"], "decimal(38,0)"),
            (&["1e400"], "varchar"),
            (&["\"x\"", "\"2024-01-01\""], "varchar"),
            (&["\"x\"", "1"], "varchar"),
            (&["true", "\"x\""], "varchar"),
            (&["{\"a\":1}", "1"], "varchar"),
            (&["{\"a\":1}", "[1]"], "varchar"),
            (&["[]"], "array(varchar)"),
            (&["[]", "[1,null]", "[2.5]"], "array(double)"),
            (&["[1,\"x\"]"], "array(varchar)"),
            (&["[[1],[]]", "[[2]]"], "array(array(bigint))"),
            (&["{\"b\":1}", "{\"a\":\"x\",\"b\":null}"], "row(\"a\" varchar, \"b\" bigint)"),
            (&["[{\"a\":1},{\"b\":true}]"], "array(row(\"a\" bigint, \"b\" boolean))"),
        ] {
            let all = shape(values).unwrap();
            assert_eq!(shown(&all.kind()), expected, "{values:?}");
            for cut in 0..values.len() {
                let mut both = shape(&values[cut..]).unwrap();
                both.merge(shape(&values[..cut]).unwrap());
                assert_eq!(both.kind(), all.kind(), "{values:?} at {cut}");
            }
        }
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let deep = format!("{}{}", "[".repeat(MAX_DEPTH + 2), "]".repeat(MAX_DEPTH + 2));
        assert!(matches!(shape(&[&deep]), Err(Wrong::Other(..))));
        let keys: Vec<String> = (0..=MAX_KEYS).map(|i| format!("\"k{i}\":1")).collect();
        assert!(shape(&[&format!("{{{}}}", keys[1..].join(","))]).is_ok());
        assert!(matches!(shape(&[&format!("{{{}}}", keys.join(","))]), Err(Wrong::Other(..))));
        assert!(matches!(shape(&["{\"a\":1,\"a\":1}"]), Err(Wrong::Other(..))));
        assert!(shape(&["{\"a\":1}", "{\"a\":1}"]).is_ok());
        assert!(matches!(shape(&["{\"a\":[{\"b\":1,\"b\":1}]}"]), Err(Wrong::Other(..))));
    }
}
