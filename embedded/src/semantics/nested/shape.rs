//! What functions on arrays and maps take: arguments whose types are within one another.

use arrow_schema::DataType;
use datafusion::common::{Result, plan_err};

use super::super::function::Param;
use crate::types;

/// What an argument may be, where the types in one argument have to meet those in another.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Shape {
    /// What any other function may take.
    Of(Param),
    /// An array.
    Array,
    /// An array of arrays.
    Arrays,
    /// What may be an element of the arrays.
    Element,
    /// A map.
    Map,
    /// What may be a key of the maps.
    Key,
    /// Keys of the maps, in an array.
    Keys,
    /// Values of the maps, in an array.
    Values,
}

/// The types that elements, keys and values have.
struct Inner {
    element: DataType,
    key: DataType,
    value: DataType,
}

impl Shape {
    const fn words(self) -> &'static str {
        match self {
            Shape::Of(param) => param.words(),
            Shape::Array => "array",
            Shape::Arrays => "array of arrays",
            Shape::Element => "element",
            Shape::Map => "map",
            Shape::Key => "key",
            Shape::Keys => "array of keys",
            Shape::Values => "array of values",
        }
    }

    /// What an argument of type `found` says of the types within.
    fn learn(self, found: &DataType, inner: &mut Inner) -> Option<()> {
        if let Shape::Of(param) = self {
            return param.accept(found).map(drop);
        }
        let known = |ty: &DataType, known: &mut DataType| {
            *known = types::common(known, ty)?;
            Some(())
        };
        match (self, found) {
            (Shape::Element, ty) => known(ty, &mut inner.element),
            (Shape::Key, ty) => known(ty, &mut inner.key),
            // NULL.
            (_, DataType::Null) => Some(()),
            (Shape::Array, DataType::List(item)) => known(item.data_type(), &mut inner.element),
            (Shape::Arrays, DataType::List(item)) => match item.data_type() {
                DataType::List(item) => known(item.data_type(), &mut inner.element),
                DataType::Null => Some(()),
                _ => None,
            },
            (Shape::Keys, DataType::List(item)) => known(item.data_type(), &mut inner.key),
            (Shape::Values, DataType::List(item)) => known(item.data_type(), &mut inner.value),
            (Shape::Map, map) => {
                let (key, value) = types::entry(map)?;
                known(key, &mut inner.key)?;
                known(value, &mut inner.value)
            }
            _ => None,
        }
    }

    /// The type that the argument is converted to.
    fn taken(self, found: &DataType, inner: &Inner) -> Option<DataType> {
        Some(match self {
            Shape::Of(param) => return param.accept(found),
            Shape::Array => types::list(inner.element.clone()),
            Shape::Arrays => types::list(types::list(inner.element.clone())),
            Shape::Element => inner.element.clone(),
            Shape::Map => types::map(inner.key.clone(), inner.value.clone()),
            Shape::Key => inner.key.clone(),
            Shape::Keys => types::list(inner.key.clone()),
            Shape::Values => types::list(inner.value.clone()),
        })
    }
}

/// The types that the arguments of a function are converted to: those of the first of the
/// lists that they fit.
pub(in super::super) fn fit(
    name: &str,
    lists: &[&[Shape]],
    found: &[DataType],
) -> Result<Vec<DataType>> {
    let found: Vec<_> = found.iter().map(types::canonical).collect();
    let fitting = lists.iter().filter(|list| list.len() == found.len());
    if let Some(taken) = fitting.filter_map(|list| fit_one(list, &found)).next() {
        return Ok(taken);
    }
    let expected: Vec<_> = lists
        .iter()
        .map(|list| {
            let words: Vec<_> = list.iter().map(|shape| shape.words()).collect();
            format!("({})", words.join(", "))
        })
        .collect();
    plan_err!("{name} takes {}, not ({})", expected.join(" or "), types::names(&found))
}

fn fit_one(list: &[Shape], found: &[DataType]) -> Option<Vec<DataType>> {
    let mut inner = Inner { element: DataType::Null, key: DataType::Null, value: DataType::Null };
    for (shape, found) in list.iter().zip(found) {
        shape.learn(found, &mut inner)?;
    }
    list.iter().zip(found).map(|(shape, found)| shape.taken(found, &inner)).collect()
}
