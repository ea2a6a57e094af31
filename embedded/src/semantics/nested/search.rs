//! What looks for an element: by its equality, which a NULL leaves open.

use arrow_array::ArrayRef;
use arrow_array::types::Int64Type;
use arrow_schema::DataType;
use datafusion::common::Result;

use super::super::function::{Call, Function, Gives, Takes, refuse};
use super::equal::{Equal, equal};
use super::picked::Picked;
use super::shape::Shape;

pub(super) fn functions() -> Vec<Function> {
    const ONE: Takes = Takes::Shapes(&[&[Shape::Array, Shape::Element]]);
    const FIRST: Gives = Gives::Types(|taken| Ok(taken[0].clone()));
    vec![
        Function::new("contains", ONE, Gives::Fixed(&DataType::Boolean), contains),
        Function::new("array_position", ONE, Gives::BIGINT, position),
        Function::new("array_remove", ONE, FIRST, remove),
    ]
}

/// The arguments: arrays, and an element for each.
struct Search {
    name: &'static str,
    lists: super::super::function::Column<arrow_array::ListArray>,
    wanted: super::super::function::Column<ArrayRef>,
    equal: Equal,
}

impl Search {
    fn of(name: &'static str, call: &Call<'_>) -> Result<Search> {
        let (lists, wanted) = (call.lists(0)?, call.any(1)?);
        let equal = equal(lists.values().values(), wanted.values())?;
        Ok(Search { name, lists, wanted, equal })
    }

    /// Whether an element is the one that is looked for; `None` for NULL.
    fn is(&self, element: usize, wanted: usize) -> Result<Option<bool>> {
        let found = (self.equal)(element, wanted);
        if found.is_none() && arrow_array::Array::is_valid(self.lists.values().values(), element) {
            return refuse(format!("{} cannot tell elements with a NULL inside apart", self.name));
        }
        Ok(found)
    }
}

fn contains(call: &Call<'_>) -> Result<ArrayRef> {
    let search = Search::of("contains", call)?;
    call.make_booleans(|row| {
        let (Some(list), Some(wanted)) = (search.lists.get(row), search.wanted.at(row)) else {
            return Ok(None);
        };
        let mut answer = Some(false);
        for element in list {
            match search.is(element, wanted)? {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => answer = None,
            }
        }
        Ok(answer)
    })
}

fn position(call: &Call<'_>) -> Result<ArrayRef> {
    let search = Search::of("array_position", call)?;
    call.make_numbers::<Int64Type>(|row| {
        let (Some(list), Some(wanted)) = (search.lists.get(row), search.wanted.at(row)) else {
            return Ok(None);
        };
        for (number, element) in (1..).zip(list) {
            if search.is(element, wanted)? == Some(true) {
                return Ok(Some(number));
            }
        }
        Ok(Some(0))
    })
}

fn remove(call: &Call<'_>) -> Result<ArrayRef> {
    let search = Search::of("array_remove", call)?;
    let mut picked = Picked::new();
    for row in 0..call.rows() {
        let (Some(list), Some(wanted)) = (search.lists.get(row), search.wanted.at(row)) else {
            picked.null()?;
            continue;
        };
        for element in list {
            if search.is(element, wanted)? != Some(true) {
                picked.push(Some(element));
            }
        }
        picked.end()?;
    }
    picked.finish(search.lists.values().values(), call.gives())
}
