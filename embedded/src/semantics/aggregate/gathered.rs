//! Aggregates that keep the values of their rows, and make the result of all of them at the end.
//!
//! So DISTINCT and ORDER BY need nothing of an aggregate: it is given the rows that are left, in
//! their order.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, StructArray, UInt32Array};
use arrow_schema::{DataType, Field, FieldRef, SortOptions};
use datafusion::arrow::compute::{self, SortColumn};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};

use super::super::identity::identified_by_name;
use super::super::nested::identities;
use crate::types;

/// The types that arguments of these types are converted to.
type Takes = fn(&[DataType]) -> Result<Vec<DataType>>;

/// The type of the result.
type Gives = fn(&[DataType]) -> Result<DataType>;

/// What is made of the rows that count: of their arguments, and the type that is wanted, one
/// value. There is at least one row.
type Finish = fn(&[ArrayRef], &DataType) -> Result<ArrayRef>;

/// An aggregate over all rows whose `needed` arguments are not NULL. Without rows, it is NULL, or
/// what [`without_rows`](Gathered::without_rows) says.
pub(super) struct Gathered {
    name: &'static str,
    takes: Takes,
    gives: Gives,
    needed: &'static [usize],
    finish: Finish,
    without_rows: Option<ScalarValue>,
    signature: Signature,
}

impl Gathered {
    pub(super) fn new(
        name: &'static str,
        takes: Takes,
        gives: Gives,
        needed: &'static [usize],
        finish: Finish,
    ) -> Gathered {
        let signature = Signature::user_defined(Volatility::Immutable);
        Gathered { name, takes, gives, needed, finish, without_rows: None, signature }
    }

    /// The aggregate of no rows.
    pub(super) fn without_rows(mut self, value: ScalarValue) -> Gathered {
        self.without_rows = Some(value);
        self
    }

    fn nothing(&self, gives: &DataType) -> Result<ScalarValue> {
        match &self.without_rows {
            Some(value) => Ok(value.clone()),
            None => ScalarValue::try_from(gives),
        }
    }
}

identified_by_name!(Gathered);

impl AggregateUDFImpl for Gathered {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let found: Vec<_> = found.iter().map(types::canonical).collect();
        (self.takes)(&found)
    }

    fn return_type(&self, taken: &[DataType]) -> Result<DataType> {
        (self.gives)(taken)
    }

    fn default_value(&self, ty: &DataType) -> Result<ScalarValue> {
        self.nothing(ty)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let kept = args.input_fields.iter().chain(args.ordering_fields).enumerate();
        let fields = kept.map(|(index, field)| {
            let name = format_state_name(args.name, &index.to_string());
            Arc::new(Field::new(name, types::list(field.data_type().clone()), true))
        });
        Ok(fields.collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let mut types: Vec<DataType> =
            args.expr_fields.iter().map(|field| field.data_type().clone()).collect();
        let arguments = types.len();
        let mut order = Vec::with_capacity(args.order_bys.len());
        for key in args.order_bys {
            types.push(key.expr.data_type(args.schema)?);
            order.push(key.options);
        }
        Ok(Box::new(Rows {
            needed: self.needed,
            finish: self.finish,
            is_distinct: args.is_distinct,
            arguments,
            types,
            order,
            gives: args.return_type().clone(),
            nothing: self.nothing(args.return_type())?,
            batches: Vec::new(),
        }))
    }
}

/// The rows that count.
struct Rows {
    needed: &'static [usize],
    finish: Finish,
    is_distinct: bool,
    /// How many of the columns are arguments; the others are keys of ORDER BY.
    arguments: usize,
    /// The types of the columns.
    types: Vec<DataType>,
    order: Vec<SortOptions>,
    gives: DataType,
    /// The result of no rows.
    nothing: ScalarValue,
    batches: Vec<Vec<ArrayRef>>,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows({} batches)", self.batches.len())
    }
}

impl Rows {
    fn include(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        let Some(arrays) = arrays.get(..self.types.len()) else {
            return internal_err!("{} columns of {}", arrays.len(), self.types.len());
        };
        let Some(first) = arrays.first() else { return Ok(()) };
        let mut counts = BooleanArray::from(vec![true; first.len()]);
        for index in self.needed.iter().filter(|index| **index < self.arguments) {
            counts = compute::and(&counts, &compute::is_not_null(&arrays[*index])?)?;
        }
        let kept = arrays.iter().map(|array| compute::filter(array, &counts));
        self.batches.push(kept.collect::<std::result::Result<_, _>>()?);
        Ok(())
    }

    /// All values of a column.
    fn column(&self, index: usize) -> Result<ArrayRef> {
        let arrays: Vec<&dyn Array> = self.batches.iter().map(|batch| &*batch[index]).collect();
        match &arrays[..] {
            [] => Ok(arrow_array::new_empty_array(&self.types[index])),
            arrays => Ok(compute::concat(arrays)?),
        }
    }

    /// The arguments of the rows that are left, in their order.
    fn rows(&self) -> Result<Vec<ArrayRef>> {
        let columns = (0..self.types.len()).map(|index| self.column(index));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let (arguments, keys) = columns.split_at(self.arguments);
        let count = columns.first().map_or(0, |column| column.len());
        let mut places: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        if !keys.is_empty() {
            let keys = keys.iter().zip(&self.order);
            let mut keys: Vec<SortColumn> = keys
                .map(|(values, options)| SortColumn {
                    values: Arc::clone(values),
                    options: Some(*options),
                })
                .collect();
            // Rows with the same keys stay as they came.
            let came: ArrayRef = Arc::new(UInt32Array::from(places));
            keys.push(SortColumn { values: came, options: None });
            places = compute::lexsort_to_indices(&keys, None)?.values().to_vec();
        }
        if self.is_distinct {
            let fields = arguments.iter().enumerate().map(|(index, column)| {
                let ty = column.data_type().clone();
                (Arc::new(Field::new(index.to_string(), ty, true)), Arc::clone(column))
            });
            let rows: ArrayRef = Arc::new(StructArray::from(fields.collect::<Vec<_>>()));
            let identities = identities(&rows)?;
            let mut seen = HashSet::new();
            places.retain(|place| seen.insert(identities.row(*place as usize)));
        }
        let places = UInt32Array::from(places);
        let taken = arguments.iter().map(|column| Ok(compute::take(column, &places, None)?));
        taken.collect()
    }
}

impl Accumulator for Rows {
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
        let rows = self.rows()?;
        match rows.first() {
            Some(first) if !first.is_empty() => {
                ScalarValue::try_from_array(&(self.finish)(&rows, &self.gives)?, 0)
            }
            _ => Ok(self.nothing.clone()),
        }
    }

    fn size(&self) -> usize {
        let arrays = self.batches.iter().flatten();
        size_of_val(self) + arrays.map(|array| array.get_array_memory_size()).sum::<usize>()
    }
}

/// Says that an aggregate does not take arguments of these types.
pub(super) fn refuse_types<T>(name: &str, found: &[DataType]) -> Result<T> {
    plan_err!("{name} does not take ({})", types::names(found))
}
