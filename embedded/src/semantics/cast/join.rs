//! `array_join`: the elements of an array as one text, each as a cast writes it.

use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::DataType;
use datafusion::common::{Result, internal_err};
use lakequery_types::Type;

use super::super::function::{Call, Function, Gives, Param, Takes};
use super::super::nested::shape::Shape;
use super::convert::values;

pub(super) fn function() -> Function {
    const TEXT: Shape = Shape::Of(Param::Text);
    const JOINED: Takes = Takes::Shapes(&[&[Shape::Array, TEXT], &[Shape::Array, TEXT, TEXT]]);
    Function::new("array_join", JOINED, Gives::Fixed(&DataType::Utf8), join).strict()
}

fn join(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let elements = values(lists.values().values(), &Type::VARCHAR)?;
    let Some(elements) = elements.as_any().downcast_ref::<StringArray>() else {
        return internal_err!("elements are texts");
    };
    let delimiters = call.texts(1)?;
    let missing = if call.count() == 3 { Some(call.texts(2)?) } else { None };
    call.make_texts(|row, out| {
        let missing = match &missing {
            Some(missing) => missing.get(row),
            None => Some(""),
        };
        let (Some(list), Some(delimiter), Some(text)) =
            (lists.get(row), delimiters.get(row), missing)
        else {
            return Ok(None);
        };
        let is_joined = |place: &usize| call.count() == 3 || elements.is_valid(*place);
        for (index, place) in list.filter(is_joined).enumerate() {
            if index > 0 {
                out.push_str(delimiter);
            }
            out.push_str(if elements.is_valid(place) { elements.value(place) } else { text });
        }
        Ok(Some(()))
    })
}
