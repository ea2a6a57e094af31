//! `max_by` and `min_by`: the value in the row whose key is greatest or least.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, FieldRef, SortOptions};
use datafusion::arrow::array::make_comparator;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};

use crate::types;

pub(super) fn aggregates() -> Vec<AggregateUDF> {
    [("max_by", Ordering::Greater), ("min_by", Ordering::Less)]
        .map(|(name, wanted)| {
            let signature = Signature::user_defined(Volatility::Immutable);
            AggregateUDF::new_from_impl(By { name, wanted, signature })
        })
        .into()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct By {
    name: &'static str,
    wanted: Ordering,
    signature: Signature,
}

impl AggregateUDFImpl for By {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        match found {
            [value, key] => Ok(vec![types::canonical(value), types::canonical(key)]),
            _ => plan_err!("{} takes a value and a key", self.name),
        }
    }

    fn return_type(&self, taken: &[DataType]) -> Result<DataType> {
        Ok(taken[0].clone())
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let field = |name: &str, index: usize| {
            let ty = args.input_fields[index].data_type().clone();
            Arc::new(Field::new(format_state_name(args.name, name), ty, true))
        };
        Ok(vec![field("value", 0), field("key", 1)])
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let null = |index: usize| ScalarValue::try_from(args.expr_fields[index].data_type());
        Ok(Box::new(Best { wanted: self.wanted, value: null(0)?, key: null(1)? }))
    }
}

/// The best key so far, and its value.
#[derive(Debug)]
struct Best {
    wanted: Ordering,
    value: ScalarValue,
    key: ScalarValue,
}

impl Accumulator for Best {
    fn update_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        let [values, keys] = arrays else { return internal_err!("a key is missing") };
        let compare = make_comparator(keys, keys, SortOptions::default())?;
        let present = (0..keys.len()).filter(|row| keys.is_valid(*row));
        let best =
            present.reduce(|best, row| if compare(row, best) == self.wanted { row } else { best });
        let Some(row) = best else { return Ok(()) };
        let key = ScalarValue::try_from_array(keys, row)?;
        if self.key.is_null() || key.partial_cmp(&self.key) == Some(self.wanted) {
            self.key = key.compacted();
            self.value = ScalarValue::try_from_array(values, row)?.compacted();
        }
        Ok(())
    }

    fn merge_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        self.update_batch(arrays)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.value.clone(), self.key.clone()])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.value.clone())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.value.size() + self.key.size()
    }
}
