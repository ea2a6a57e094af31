//! `lag`, `lead`, `nth_value` and `ntile` with a number that may be another one in each row,
//! where DataFusion's take only constants.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::arrow::compute;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    PartitionEvaluator, Signature, Volatility, WindowUDF, WindowUDFImpl,
};

use super::super::function::refuse;
use crate::types;

pub(super) fn windows() -> Vec<Arc<WindowUDF>> {
    let all = [
        ("lake_lag", Kind::Shift { is_lag: true }),
        ("lake_lead", Kind::Shift { is_lag: false }),
        ("lake_nth_value", Kind::Nth),
        ("lake_ntile", Kind::Tile),
    ];
    let window = |(name, kind)| {
        let signature = Signature::user_defined(Volatility::Immutable);
        Arc::new(WindowUDF::new_from_impl(Place { name, kind, signature }))
    };
    all.into_iter().map(window).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// The value so many rows before or after.
    Shift { is_lag: bool },
    /// The value of that number in the frame.
    Nth,
    /// The number of one of so many parts of the partition.
    Tile,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Place {
    name: &'static str,
    kind: Kind,
    signature: Signature,
}

impl WindowUDFImpl for Place {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let found: Vec<_> = found.iter().map(types::canonical).collect();
        let is_number = |ty: &DataType| types::is_integer(ty) || *ty == DataType::Null;
        match (self.kind, &found[..]) {
            (Kind::Tile, [number]) if is_number(number) => Ok(vec![DataType::Int64]),
            (Kind::Nth | Kind::Shift { .. }, [value, number]) if is_number(number) => {
                Ok(vec![value.clone(), DataType::Int64])
            }
            (Kind::Shift { .. }, [value, number, other]) if is_number(number) => {
                match types::common(value, other) {
                    Some(common) => Ok(vec![common.clone(), DataType::Int64, common]),
                    None => plan_err!("{} does not take ({})", self.name, types::names(&found)),
                }
            }
            _ => plan_err!("{} does not take ({})", self.name, types::names(&found)),
        }
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        let ty = match (self.kind, args.input_fields().first()) {
            (Kind::Tile, _) => DataType::Int64,
            (_, Some(value)) => value.data_type().clone(),
            (_, None) => return internal_err!("{} of nothing", self.name),
        };
        Ok(Arc::new(Field::new(args.name(), ty, true)))
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Evaluator { kind: self.kind, skips_nulls: args.ignore_nulls(), row: 0 }))
    }
}

#[derive(Debug)]
struct Evaluator {
    kind: Kind,
    skips_nulls: bool,
    /// The next row of the partition, where rows are asked for one by one.
    row: usize,
}

impl PartitionEvaluator for Evaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        match (self.kind, values) {
            (Kind::Shift { is_lag }, [values, numbers, others @ ..]) => {
                self.shifted(is_lag, values, numbers.as_primitive(), others.first())
            }
            (Kind::Tile, [numbers]) => tiles(numbers.as_primitive(), rows),
            _ => internal_err!("a window function without its arguments"),
        }
    }

    /// Rows are asked for one by one, in their order.
    fn evaluate(&mut self, values: &[ArrayRef], range: &Range<usize>) -> Result<ScalarValue> {
        // After the arguments come the keys of the order.
        let [values, numbers, ..] = values else { return internal_err!("an argument is missing") };
        let numbers = numbers.as_primitive::<Int64Type>();
        let row = self.row;
        self.row += 1;
        if numbers.is_null(row) {
            return ScalarValue::try_from(values.data_type());
        }
        let number = numbers.value(row);
        let Some(before) = usize::try_from(number).ok().and_then(|number| number.checked_sub(1))
        else {
            return refuse(format!("the number of a value is {number}, and not at least 1"));
        };
        let found = match self.skips_nulls {
            true => range.clone().filter(|place| values.is_valid(*place)).nth(before),
            false => range.clone().nth(before),
        };
        match found {
            Some(place) => ScalarValue::try_from_array(values, place),
            None => ScalarValue::try_from(values.data_type()),
        }
    }

    fn uses_window_frame(&self) -> bool {
        self.kind == Kind::Nth
    }
}

impl Evaluator {
    fn shifted(
        &self,
        is_lag: bool,
        values: &ArrayRef,
        numbers: &Int64Array,
        others: Option<&ArrayRef>,
    ) -> Result<ArrayRef> {
        let nothing = arrow_array::new_null_array(values.data_type(), values.len());
        let others = others.unwrap_or(&nothing);
        let mut sources = Vec::with_capacity(values.len());
        for row in 0..values.len() {
            if numbers.is_null(row) {
                return refuse("the offset of a row is NULL");
            }
            let number = numbers.value(row);
            let Ok(number) = usize::try_from(number) else {
                return refuse(format!("the offset of a row is {number}, and not at least 0"));
            };
            let found = self.place(is_lag, values, row, number);
            sources.push(found.map_or((1, row), |place| (0, place)));
        }
        Ok(compute::interleave(&[&**values, &**others], &sources)?)
    }

    /// The row so many rows away; `None` beyond the partition.
    fn place(&self, is_lag: bool, values: &ArrayRef, row: usize, number: usize) -> Option<usize> {
        let Some(before) = number.checked_sub(1) else { return Some(row) };
        let counts = |place: &usize| !self.skips_nulls || values.is_valid(*place);
        match (is_lag, self.skips_nulls) {
            (true, false) => row.checked_sub(number),
            (false, false) => row.checked_add(number).filter(|place| *place < values.len()),
            (true, true) => (0..row).rev().filter(counts).nth(before),
            (false, true) => (row + 1..values.len()).filter(counts).nth(before),
        }
    }
}

/// Of so many parts, the first ones have a row more where they cannot be equal.
fn tiles(numbers: &Int64Array, rows: usize) -> Result<ArrayRef> {
    let tile = |row: usize| {
        if numbers.is_null(row) {
            return Ok(None);
        }
        let Some(parts) = usize::try_from(numbers.value(row)).ok().filter(|parts| *parts > 0)
        else {
            let found = numbers.value(row);
            return refuse(format!("the number of parts is {found}, and not positive"));
        };
        let (size, longer) = (rows / parts, rows % parts);
        let part = match row {
            row if row < (size + 1) * longer => row / (size + 1),
            row => longer + (row - (size + 1) * longer) / size,
        };
        Ok(Some(part as i64 + 1))
    };
    let tiles = (0..rows).map(tile).collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(Int64Array::from(tiles)))
}
