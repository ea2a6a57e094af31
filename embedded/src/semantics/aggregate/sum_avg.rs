//! `sum` and `avg`: sums that do not fit are errors, averages of decimals keep
//! their type and are rounded half up.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, DurationMillisecondType, Float32Type, Float64Type, Int64Type,
    IntervalYearMonthType,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

use super::super::decimal::{LIMIT, divide};
use super::super::function::refuse;
use super::distinct::Distinct;
use crate::types::{self, DAY_TO_SECOND, YEAR_TO_MONTH};

pub(super) fn aggregates() -> Vec<AggregateUDF> {
    [("sum", false), ("avg", true)]
        .map(|(name, average)| {
            let signature = Signature::user_defined(Volatility::Immutable);
            AggregateUDF::new_from_impl(Total { name, average, signature })
        })
        .into()
}

/// `sum` or `avg`.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Total {
    name: &'static str,
    average: bool,
    signature: Signature,
}

impl AggregateUDFImpl for Total {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let [found] = found else {
            return plan_err!("{} takes one argument", self.name);
        };
        let found = types::canonical(found);
        let taken = match found {
            // Trino averages integers as doubles.
            ref ty if types::is_integer(ty) && self.average => DataType::Float64,
            ref ty if types::is_integer(ty) => DataType::Int64,
            DataType::Float32 | DataType::Float64 | DataType::Decimal128(..) => found,
            ref ty if *ty == DAY_TO_SECOND || *ty == YEAR_TO_MONTH => found,
            DataType::Null => DataType::Float64,
            other => return plan_err!("{} of {} is not possible", self.name, types::name(&other)),
        };
        Ok(vec![taken])
    }

    fn return_type(&self, taken: &[DataType]) -> Result<DataType> {
        Ok(match &taken[0] {
            DataType::Decimal128(_, scale) if !self.average => DataType::Decimal128(38, *scale),
            other => other.clone(),
        })
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let taken = args.input_fields[0].data_type();
        let field = |name: &str, ty: DataType| {
            Arc::new(Field::new(format_state_name(args.name, name), ty, true))
        };
        if args.is_distinct {
            let item = Field::new_list_field(taken.clone(), true);
            return Ok(vec![field("values", DataType::List(Arc::new(item)))]);
        }
        let sum = match taken {
            DataType::Decimal128(_, scale) => DataType::Decimal128(38, *scale),
            DataType::Float32 | DataType::Float64 => DataType::Float64,
            _ => DataType::Decimal128(38, 0),
        };
        Ok(vec![field("sum", sum), field("count", DataType::Int64)])
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.build(&args, Shape::Row(args.is_distinct))?.row()
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        self.build(&args, Shape::Groups)?.groups()
    }
}

/// The accumulator that is wanted.
enum Shape {
    /// For one group; of distinct values only.
    Row(bool),
    /// For all groups.
    Groups,
}

/// The accumulator that was built.
enum Built {
    Row(Box<dyn Accumulator>),
    Groups(Box<dyn GroupsAccumulator>),
}

impl Built {
    fn row(self) -> Result<Box<dyn Accumulator>> {
        match self {
            Built::Row(row) => Ok(row),
            Built::Groups(_) => internal_err!("an accumulator for groups"),
        }
    }

    fn groups(self) -> Result<Box<dyn GroupsAccumulator>> {
        match self {
            Built::Groups(groups) => Ok(groups),
            Built::Row(_) => internal_err!("an accumulator for one group"),
        }
    }
}

impl Total {
    fn build(&self, args: &AccumulatorArgs<'_>, shape: Shape) -> Result<Built> {
        fn shaped<S: Sums>(terms: Terms, shape: &Shape) -> Built {
            match shape {
                Shape::Row(false) => Built::Row(Box::new(Row::<S>::new(terms))),
                Shape::Row(true) => {
                    Built::Row(Box::new(Distinct::<S::In>::new(Box::new(Row::<S>::new(terms)))))
                }
                Shape::Groups => Built::Groups(Box::new(Groups::<S> { terms, totals: Vec::new() })),
            }
        }
        let ty = args.expr_fields[0].data_type();
        let scale = if let DataType::Decimal128(_, scale) = ty { *scale } else { 0 };
        let terms = Terms { average: self.average, scale, gives: args.return_type().clone() };
        Ok(match ty {
            DataType::Int64 => shaped::<Whole<Int64Type>>(terms, &shape),
            DataType::Float32 => shaped::<Floats<Float32Type>>(terms, &shape),
            DataType::Float64 => shaped::<Floats<Float64Type>>(terms, &shape),
            DataType::Decimal128(..) => shaped::<Decimals>(terms, &shape),
            ty if *ty == DAY_TO_SECOND => shaped::<Whole<DurationMillisecondType>>(terms, &shape),
            ty if *ty == YEAR_TO_MONTH => shaped::<Whole<IntervalYearMonthType>>(terms, &shape),
            other => return internal_err!("{} of {other}", self.name),
        })
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
struct Terms {
    average: bool,
    /// The scale of decimals.
    scale: i8,
    /// The type of the result.
    gives: DataType,
}

/// How values of a type are summed up.
trait Sums: 'static {
    /// The values.
    type In: ArrowPrimitiveType;
    /// Running sums.
    type Sum: ArrowPrimitiveType;
    /// The result.
    type Out: ArrowPrimitiveType;

    /// The type of running sums between the stages of an aggregation.
    fn sum_type(terms: &Terms) -> DataType;
    /// A value as a sum.
    fn widen(value: <Self::In as ArrowPrimitiveType>::Native) -> Native<Self>;
    /// A sum and a value; whether it overflowed.
    fn add(a: Native<Self>, b: Native<Self>) -> (Native<Self>, bool);
    /// A sum without a value that went into it.
    fn subtract(a: Native<Self>, b: Native<Self>) -> Native<Self>;
    /// The result of a sum of so many values, one at least.
    fn finish(
        terms: &Terms,
        sum: Native<Self>,
        count: i64,
    ) -> Result<<Self::Out as ArrowPrimitiveType>::Native>;
}

type Native<S> = <<S as Sums>::Sum as ArrowPrimitiveType>::Native;

/// Integers and intervals: in 128 bits, so that only the result can be too
/// large, whatever the order of the rows.
struct Whole<T>(PhantomData<T>);

impl<T: ArrowPrimitiveType> Sums for Whole<T>
where
    T::Native: Into<i128> + TryFrom<i128>,
{
    type In = T;
    type Sum = Decimal128Type;
    type Out = T;

    fn sum_type(_: &Terms) -> DataType {
        DataType::Decimal128(38, 0)
    }

    fn widen(value: T::Native) -> i128 {
        value.into()
    }

    fn add(a: i128, b: i128) -> (i128, bool) {
        (a.wrapping_add(b), false)
    }

    fn subtract(a: i128, b: i128) -> i128 {
        a.wrapping_sub(b)
    }

    fn finish(terms: &Terms, sum: i128, count: i64) -> Result<T::Native> {
        let sum = if terms.average { divide(sum, count.into())? } else { sum };
        match T::Native::try_from(sum) {
            Ok(sum) => Ok(sum),
            Err(_) => refuse(format!("{} overflow in sum: {sum}", types::name(&T::DATA_TYPE))),
        }
    }
}

/// Reals and doubles, summed up as doubles.
struct Floats<T>(PhantomData<T>);

/// A floating-point number as a double and back.
trait Floating: ArrowPrimitiveType {
    fn double(value: Self::Native) -> f64;
    fn of(value: f64) -> Self::Native;
}

impl Floating for Float32Type {
    fn double(value: f32) -> f64 {
        value.into()
    }

    fn of(value: f64) -> f32 {
        value as f32
    }
}

impl Floating for Float64Type {
    fn double(value: f64) -> f64 {
        value
    }

    fn of(value: f64) -> f64 {
        value
    }
}

impl<T: Floating> Sums for Floats<T> {
    type In = T;
    type Sum = Float64Type;
    type Out = T;

    fn sum_type(_: &Terms) -> DataType {
        DataType::Float64
    }

    fn widen(value: T::Native) -> f64 {
        T::double(value)
    }

    fn add(a: f64, b: f64) -> (f64, bool) {
        (a + b, false)
    }

    fn subtract(a: f64, b: f64) -> f64 {
        a - b
    }

    fn finish(terms: &Terms, sum: f64, count: i64) -> Result<T::Native> {
        Ok(T::of(if terms.average { sum / count as f64 } else { sum }))
    }
}

/// Decimals, at their own scale.
struct Decimals;

impl Sums for Decimals {
    type In = Decimal128Type;
    type Sum = Decimal128Type;
    type Out = Decimal128Type;

    fn sum_type(terms: &Terms) -> DataType {
        DataType::Decimal128(38, terms.scale)
    }

    fn widen(value: i128) -> i128 {
        value
    }

    fn add(a: i128, b: i128) -> (i128, bool) {
        a.overflowing_add(b)
    }

    fn subtract(a: i128, b: i128) -> i128 {
        a.wrapping_sub(b)
    }

    fn finish(terms: &Terms, sum: i128, count: i64) -> Result<i128> {
        if terms.average {
            return Ok(divide(sum, count.into())?);
        }
        if sum.unsigned_abs() < LIMIT.unsigned_abs() { Ok(sum) } else { overflow() }
    }
}

fn overflow<T>() -> Result<T> {
    refuse("decimal overflow in sum: more than 38 digits")
}

/// A sum and how many values went into it.
type Entry<S> = (Native<S>, i64);

fn nothing<S: Sums>() -> Entry<S> {
    (Native::<S>::default(), 0)
}

/// Adds a sum of so many values.
#[inline]
fn include<S: Sums>(entry: &mut Entry<S>, sum: Native<S>, count: i64) -> bool {
    let (total, overflowed) = S::add(entry.0, sum);
    *entry = (total, entry.1 + count);
    overflowed
}

fn values<T: ArrowPrimitiveType>(arrays: &[ArrayRef]) -> Result<&PrimitiveArray<T>> {
    match arrays.first().and_then(|array| array.as_primitive_opt::<T>()) {
        Some(values) => Ok(values),
        None => internal_err!("values to sum up are not of {}", T::DATA_TYPE),
    }
}

/// The columns of a state: sums and counts.
fn states<S: Sums>(
    arrays: &[ArrayRef],
) -> Result<(&PrimitiveArray<S::Sum>, &PrimitiveArray<Int64Type>)> {
    let counts = arrays.get(1).and_then(|array| array.as_primitive_opt::<Int64Type>());
    match counts {
        Some(counts) => Ok((values::<S::Sum>(arrays)?, counts)),
        None => internal_err!("a state without counts"),
    }
}

/// The totals of all groups.
struct Groups<S: Sums> {
    terms: Terms,
    totals: Vec<Entry<S>>,
}

impl<S: Sums> Groups<S> {
    fn state_of(&self, entries: &[Entry<S>]) -> Vec<ArrayRef> {
        let sums = entries.iter().map(|(sum, _)| *sum);
        let sums = PrimitiveArray::<S::Sum>::from_iter_values(sums);
        let counts = entries.iter().map(|(_, count)| *count);
        vec![
            Arc::new(sums.with_data_type(S::sum_type(&self.terms))),
            Arc::new(PrimitiveArray::<Int64Type>::from_iter_values(counts)),
        ]
    }
}

impl<S: Sums> GroupsAccumulator for Groups<S> {
    fn update_batch(
        &mut self,
        arrays: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        count: usize,
    ) -> Result<()> {
        let values = values::<S::In>(arrays)?;
        self.totals.resize(count, nothing::<S>());
        let mut overflowed = false;
        let mut add = |group: usize, value| {
            overflowed |= include::<S>(&mut self.totals[group], S::widen(value), 1);
        };
        if values.null_count() == 0 && filter.is_none() {
            for (group, value) in groups.iter().zip(values.values()) {
                add(*group, *value);
            }
        } else {
            for (row, group) in groups.iter().enumerate() {
                let taken = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
                if taken && values.is_valid(row) {
                    add(*group, values.value(row));
                }
            }
        }
        if overflowed { overflow() } else { Ok(()) }
    }

    fn merge_batch(&mut self, arrays: &[ArrayRef], groups: &[usize], count: usize) -> Result<()> {
        let (sums, counts) = states::<S>(arrays)?;
        self.totals.resize(count, nothing::<S>());
        let mut overflowed = false;
        for ((group, sum), count) in groups.iter().zip(sums.values()).zip(counts.values()) {
            overflowed |= include::<S>(&mut self.totals[*group], *sum, *count);
        }
        if overflowed { overflow() } else { Ok(()) }
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let totals = emit_to.take_needed(&mut self.totals);
        let results = totals.into_iter().map(|(sum, count)| match count {
            0 => Ok(None),
            count => S::finish(&self.terms, sum, count).map(Some),
        });
        let array = results.collect::<Result<PrimitiveArray<S::Out>>>()?;
        Ok(Arc::new(array.with_data_type(self.terms.gives.clone())))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let totals = emit_to.take_needed(&mut self.totals);
        Ok(self.state_of(&totals))
    }

    fn convert_to_state(
        &self,
        arrays: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let values = values::<S::In>(arrays)?;
        let entries: Vec<Entry<S>> = (0..values.len())
            .map(|row| {
                let taken = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
                if taken && values.is_valid(row) {
                    (S::widen(values.value(row)), 1)
                } else {
                    nothing::<S>()
                }
            })
            .collect();
        Ok(self.state_of(&entries))
    }

    fn size(&self) -> usize {
        self.totals.capacity() * size_of::<Entry<S>>()
    }
}

/// The total of one group, or of a window.
struct Row<S: Sums> {
    terms: Terms,
    total: Entry<S>,
}

impl<S: Sums> fmt::Debug for Row<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({:?}, {:?})", self.terms, self.total)
    }
}

impl<S: Sums> Row<S> {
    fn new(terms: Terms) -> Self {
        Row { terms, total: nothing::<S>() }
    }
}

impl<S: Sums> Accumulator for Row<S> {
    fn update_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        let values = values::<S::In>(arrays)?;
        let mut overflowed = false;
        for value in values.iter().flatten() {
            overflowed |= include::<S>(&mut self.total, S::widen(value), 1);
        }
        if overflowed { overflow() } else { Ok(()) }
    }

    fn retract_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        for value in values::<S::In>(arrays)?.iter().flatten() {
            let rest = S::subtract(self.total.0, S::widen(value));
            self.total = (rest, self.total.1 - 1);
        }
        if self.total.1 == 0 {
            // What rounding left behind of values that are gone.
            self.total = nothing::<S>();
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        let (sums, counts) = states::<S>(arrays)?;
        let mut overflowed = false;
        for (sum, count) in sums.values().iter().zip(counts.values()) {
            overflowed |= include::<S>(&mut self.total, *sum, *count);
        }
        if overflowed { overflow() } else { Ok(()) }
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let sum = PrimitiveArray::<S::Sum>::from_iter_values([self.total.0]);
        let sum = sum.with_data_type(S::sum_type(&self.terms));
        Ok(vec![ScalarValue::try_from_array(&sum, 0)?, ScalarValue::Int64(Some(self.total.1))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let (sum, count) = self.total;
        if count == 0 {
            return ScalarValue::try_from(&self.terms.gives);
        }
        let result = S::finish(&self.terms, sum, count)?;
        let array = PrimitiveArray::<S::Out>::from_iter_values([result]);
        ScalarValue::try_from_array(&array.with_data_type(self.terms.gives.clone()), 0)
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}
