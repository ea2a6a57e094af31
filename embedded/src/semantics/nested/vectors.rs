//! Arrays and maps of doubles as vectors: products and distances.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array, ListArray, MapArray};
use arrow_schema::DataType;
use datafusion::common::{Result, plan_err};

use super::super::function::{Call, Column, Function, Gives, Takes, refuse};
use crate::types;

pub(super) fn functions() -> Vec<Function> {
    const DOUBLE: Gives = Gives::Fixed(&DataType::Float64);
    const ARRAYS: Takes = Takes::Rule(arrays);
    vec![
        Function::new("dot_product", ARRAYS, DOUBLE, dot_product).strict(),
        Function::new("euclidean_distance", ARRAYS, DOUBLE, distance).strict(),
        Function::new("cosine_distance", ARRAYS, DOUBLE, |call| cosine(call, |x| 1.0 - x)),
        Function::new("cosine_similarity", Takes::Rule(arrays_or_maps), DOUBLE, similarity),
    ]
}

fn arrays(found: &[DataType]) -> Result<Vec<DataType>> {
    let is_vector = |ty: &DataType| match types::canonical(ty) {
        DataType::Null => true,
        DataType::List(item) => is_number(item.data_type()),
        _ => false,
    };
    if found.len() == 2 && found.iter().all(is_vector) {
        return Ok(vec![types::list(DataType::Float64); 2]);
    }
    plan_err!("two arrays of numbers are expected, not ({})", types::names(found))
}

fn arrays_or_maps(found: &[DataType]) -> Result<Vec<DataType>> {
    let is_vector = |ty: &DataType| match types::entry(&types::canonical(ty)) {
        Some((key, value)) => matches!(key, DataType::Utf8 | DataType::Null) && is_number(value),
        None => *ty == DataType::Null,
    };
    if found.len() == 2
        && found.iter().all(is_vector)
        && found.iter().any(|ty| *ty != DataType::Null)
    {
        return Ok(vec![types::map(DataType::Utf8, DataType::Float64); 2]);
    }
    arrays(found)
}

fn is_number(ty: &DataType) -> bool {
    *ty == DataType::Null || types::is_number(ty)
}

/// Two vectors a row.
struct Vectors {
    lists: [Column<ListArray>; 2],
}

/// The elements of a vector.
struct Elements<'a> {
    values: &'a Float64Array,
    places: std::ops::Range<usize>,
}

impl Elements<'_> {
    fn has_nulls(&self) -> bool {
        self.places.clone().any(|place| self.values.is_null(place))
    }

    /// The elements, 0 for NULL.
    fn iter(&self) -> impl Iterator<Item = f64> {
        let value = |place| if self.values.is_null(place) { 0.0 } else { self.values.value(place) };
        self.places.clone().map(value)
    }
}

impl Vectors {
    fn of(call: &Call<'_>) -> Result<Vectors> {
        Ok(Vectors { lists: [call.lists(0)?, call.lists(1)?] })
    }

    /// The vectors of a row, which are of one length; `None` where one is NULL.
    fn get(&self, row: usize) -> Result<Option<[Elements<'_>; 2]>> {
        let [Some(a), Some(b)] = [0, 1].map(|side| self.lists[side].get(row)) else {
            return Ok(None);
        };
        if a.len() != b.len() {
            return refuse(format!(
                "the vectors have {} and {} elements, and not as many",
                a.len(),
                b.len()
            ));
        }
        let elements = |side: usize, places| {
            let values = self.lists[side].values().values().as_primitive::<Float64Type>();
            Elements { values, places }
        };
        Ok(Some([elements(0, a), elements(1, b)]))
    }
}

fn product<'a>(a: impl Iterator<Item = f64> + 'a, b: impl Iterator<Item = f64> + 'a) -> f64 {
    a.zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}

fn dot_product(call: &Call<'_>) -> Result<ArrayRef> {
    let vectors = Vectors::of(call)?;
    call.make_numbers::<Float64Type>(|row| {
        Ok(vectors.get(row)?.map(|[a, b]| product(a.iter(), b.iter())))
    })
}

fn distance(call: &Call<'_>) -> Result<ArrayRef> {
    let vectors = Vectors::of(call)?;
    call.make_numbers::<Float64Type>(|row| {
        let Some([a, b]) = vectors.get(row)? else { return Ok(None) };
        let squares = a.iter().zip(b.iter()).map(|(a, b)| (a - b) * (a - b));
        Ok(Some(squares.fold(0.0, |sum, square| sum + square).sqrt()))
    })
}

fn similarity(call: &Call<'_>) -> Result<ArrayRef> {
    match call.ty(0) {
        DataType::Map(..) => of_maps(call),
        _ => cosine(call, |similarity| similarity),
    }
}

/// What is made of the cosine of the angle between two arrays; NULL where one of the elements is.
fn cosine(call: &Call<'_>, made: fn(f64) -> f64) -> Result<ArrayRef> {
    let vectors = Vectors::of(call)?;
    call.make_numbers::<Float64Type>(|row| {
        let Some([a, b]) = vectors.get(row)? else { return Ok(None) };
        if a.has_nulls() || b.has_nulls() {
            return Ok(None);
        }
        let (first, second) = (product(a.iter(), a.iter()), product(b.iter(), b.iter()));
        if first == 0.0 || second == 0.0 {
            return refuse("a vector of length 0 has no angle to another one");
        }
        Ok(Some(made(product(a.iter(), b.iter()) / (first.sqrt() * second.sqrt()))))
    })
}

/// The values of a map by their keys; `None` where one is NULL.
fn by_key(maps: &Column<MapArray>, places: std::ops::Range<usize>) -> Option<HashMap<&str, f64>> {
    let (keys, values) = (maps.values().keys(), maps.values().values());
    let (keys, values) = (keys.as_string::<i32>(), values.as_primitive::<Float64Type>());
    places.map(|at| values.is_valid(at).then(|| (keys.value(at), values.value(at)))).collect()
}

/// Maps are vectors, too, whose keys say what is to be multiplied with what. An empty one has
/// no direction: NaN.
fn of_maps(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.maps(0)?, call.maps(1)?);
    call.make_numbers::<Float64Type>(|row| {
        let (Some(a), Some(b)) = (left.get(row), right.get(row)) else { return Ok(None) };
        let (Some(a), Some(b)) = (by_key(&left, a), by_key(&right, b)) else { return Ok(None) };
        let mut keys: Vec<&&str> = a.keys().collect();
        keys.sort_unstable();
        let products = keys.iter().filter_map(|key| Some(a.get(**key)? * b.get(**key)?));
        let dot = products.fold(0.0, |sum, product| sum + product);
        let length = |map: &HashMap<&str, f64>| {
            let mut squares: Vec<f64> = map.values().map(|value| value * value).collect();
            squares.sort_unstable_by(f64::total_cmp);
            squares.into_iter().fold(0.0, |sum, square| sum + square).sqrt()
        };
        Ok(Some(dot / (length(&a) * length(&b))))
    })
}
