//! `map_agg`, `multimap_agg` and `histogram`: maps of what comes with each key.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Int64Array};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::arrow::compute;
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};

use super::super::nested::{Maps, Picked, groups, identities};
use crate::types;

pub(super) fn aggregates() -> Vec<AggregateUDF> {
    [("map_agg", Gathers::First), ("multimap_agg", Gathers::All), ("histogram", Gathers::Count)]
        .map(|(name, gathers)| {
            let signature = Signature::user_defined(Volatility::Immutable);
            AggregateUDF::new_from_impl(ByKey { name, gathers, signature })
        })
        .into()
}

/// What a map has for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Gathers {
    /// The first value that came with it.
    First,
    /// All values that came with it.
    All,
    /// How often it came.
    Count,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ByKey {
    name: &'static str,
    gathers: Gathers,
    signature: Signature,
}

impl AggregateUDFImpl for ByKey {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        match (self.gathers, found) {
            (Gathers::Count, [_]) | (Gathers::First | Gathers::All, [_, _]) => {
                Ok(found.iter().map(types::canonical).collect())
            }
            _ => plan_err!("{} does not take ({})", self.name, types::names(found)),
        }
    }

    fn return_type(&self, taken: &[DataType]) -> Result<DataType> {
        Ok(match (self.gathers, taken) {
            (Gathers::First, [key, value]) => types::map(key.clone(), value.clone()),
            (Gathers::All, [key, value]) => types::map(key.clone(), types::list(value.clone())),
            (_, [key, ..]) => types::map(key.clone(), DataType::Int64),
            _ => return internal_err!("{} of nothing", self.name),
        })
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let fields = args.input_fields.iter().enumerate().map(|(index, field)| {
            let name = format_state_name(args.name, if index == 0 { "keys" } else { "values" });
            Arc::new(Field::new(name, types::list(field.data_type().clone()), true))
        });
        Ok(fields.collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if !args.order_bys.is_empty() {
            return plan_err!("{} takes no ORDER BY on this engine", self.name);
        }
        let types = args.expr_fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(Box::new(Entries {
            gathers: self.gathers,
            is_distinct: args.is_distinct,
            types,
            gives: args.return_type().clone(),
            batches: Vec::new(),
        }))
    }
}

/// The keys that came, with their values where there are some.
#[derive(Debug)]
struct Entries {
    gathers: Gathers,
    is_distinct: bool,
    /// The types of the arguments.
    types: Vec<DataType>,
    gives: DataType,
    batches: Vec<Vec<ArrayRef>>,
}

impl Entries {
    /// Keeps what has a key.
    fn include(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        let [keys, ..] = arrays else { return internal_err!("keys are missing") };
        let is_there = compute::is_not_null(keys)?;
        let kept = arrays[..self.types.len()].iter().map(|array| compute::filter(array, &is_there));
        self.batches.push(kept.collect::<std::result::Result<_, _>>()?);
        Ok(())
    }

    /// All values of an argument.
    fn column(&self, index: usize) -> Result<ArrayRef> {
        let arrays: Vec<&dyn Array> = self.batches.iter().map(|batch| &*batch[index]).collect();
        match &arrays[..] {
            [] => Ok(arrow_array::new_empty_array(&self.types[index])),
            arrays => Ok(compute::concat(arrays)?),
        }
    }
}

impl Accumulator for Entries {
    fn update_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        self.include(arrays)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let columns = states.iter().map(|state| match state.as_list_opt::<i32>() {
            // Lists without gaps are their elements, one after another.
            Some(lists) => {
                let bounds = lists.value_offsets();
                let (from, to) = (bounds[0] as usize, bounds[bounds.len() - 1] as usize);
                Ok(lists.values().slice(from, to - from))
            }
            None => internal_err!("a state without lists"),
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        self.include(&columns)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let list = |index| {
            let column = self.column(index)?;
            Ok(SingleRowListArrayBuilder::new(column).with_nullable(true).build_list_scalar())
        };
        (0..self.types.len()).map(list).collect()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let (keys, values) = (self.column(0)?, self.column(self.types.len() - 1)?);
        if keys.is_empty() {
            return ScalarValue::try_from(&self.gives);
        }
        let (key_identities, value_identities) = (identities(&keys)?, identities(&values)?);
        let mut seen = HashSet::new();
        let places = (0..keys.len()).map(|place| (key_identities.row(place), place));
        let groups = groups(places.filter(|(key, place)| {
            !self.is_distinct || seen.insert((*key, value_identities.row(*place)))
        }));
        let mut maps = Maps::new();
        for (group, places) in groups.iter().enumerate() {
            maps.push(places[0], if self.gathers == Gathers::First { places[0] } else { group });
        }
        maps.end()?;
        let values: ArrayRef = match self.gathers {
            Gathers::First => values,
            Gathers::All => {
                let mut picked = Picked::new();
                for places in groups {
                    picked.extend(places);
                    picked.end()?;
                }
                picked.finish(&values, &types::list(values.data_type().clone()))?
            }
            Gathers::Count => {
                let counts = groups.iter().map(|places| places.len() as i64);
                Arc::new(Int64Array::from_iter_values(counts))
            }
        };
        ScalarValue::try_from_array(&maps.finish(&keys, &values, &self.gives)?, 0)
    }

    fn size(&self) -> usize {
        let arrays = self.batches.iter().flatten();
        size_of_val(self) + arrays.map(|array| array.get_array_memory_size()).sum::<usize>()
    }
}
