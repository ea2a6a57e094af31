//! A scalar function of lake SQL: its name, what it takes and gives, and how
//! it runs over Arrow arrays.
//!
//! The tables of functions in the files beside this one are lists of
//! [`Function`]s; everything that DataFusion wants to know of a function is
//! answered here, once.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, BooleanBuilder, PrimitiveBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, BinaryArray, ListArray, MapArray, PrimitiveArray,
    StringArray,
};
use arrow_schema::{ArrowError, DataType, Field, FieldRef};
use datafusion::arrow::compute::{self, kernels::arity};
use datafusion::common::{DataFusionError, Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::preimage::PreimageResult;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::identity::identified_by_name;
use super::nested::shape::{self, Shape};
use crate::types;

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Param {
    /// varchar
    Text,
    /// varbinary
    Bytes,
    /// any integer, as bigint
    Bigint,
    /// an integer of at most 32 bits, as integer
    Int,
    /// any integer, at its own width
    Integer,
    /// any number, as real
    Real,
    /// any number, as double
    Double,
    /// any number, as it is
    Number,
    /// a date
    Date,
    /// a timestamp with or without zone
    Timestamp,
    /// a time of day
    Time,
    /// an interval, day to second
    DayToSecond,
    /// an interval, year to month
    YearToMonth,
}

impl Param {
    /// The type that an argument of type `found` is converted to; `None`
    /// where it may not stand here.
    pub(super) fn accept(self, found: &DataType) -> Option<DataType> {
        let found = types::canonical(found);
        let null = found == DataType::Null;
        let is = |ty: DataType| (null || found == ty).then_some(ty);
        match self {
            Param::Text => is(DataType::Utf8),
            Param::Bytes => is(DataType::Binary),
            Param::Bigint => (null || types::is_integer(&found)).then_some(DataType::Int64),
            Param::Integer if null => Some(DataType::Int32),
            Param::Integer => types::is_integer(&found).then_some(found),
            Param::Int if found == DataType::Int64 => None,
            Param::Int => (null || types::is_integer(&found)).then_some(DataType::Int32),
            Param::Real => (null || types::is_number(&found)).then_some(DataType::Float32),
            Param::Double => (null || types::is_number(&found)).then_some(DataType::Float64),
            Param::Number if null => Some(DataType::Int32),
            Param::Number => types::is_number(&found).then_some(found),
            Param::Date => is(DataType::Date32),
            Param::Timestamp if null => Some(types::TIMESTAMP_MILLIS),
            Param::Timestamp => matches!(found, DataType::Timestamp(..)).then_some(found),
            Param::Time => matches!(found, DataType::Time64(_)).then_some(found),
            Param::DayToSecond => is(types::DAY_TO_SECOND),
            Param::YearToMonth => is(types::YEAR_TO_MONTH),
        }
    }

    pub(super) const fn words(self) -> &'static str {
        match self {
            Param::Text => "varchar",
            Param::Bytes => "varbinary",
            Param::Bigint => "bigint",
            Param::Int => "integer",
            Param::Integer => "an integer type",
            Param::Real => "real",
            Param::Double => "double",
            Param::Number => "a number",
            Param::Date => "date",
            Param::Timestamp => "timestamp",
            Param::Time => "time",
            Param::DayToSecond => "interval day to second",
            Param::YearToMonth => "interval year to month",
        }
    }
}

/// What a function takes.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// The first of these lists that fits.
    Lists(&'static [&'static [Param]]),
    /// The same, where types are within one another.
    Shapes(&'static [&'static [Shape]]),
    /// Whatever this says: the types to convert the arguments to.
    Rule(fn(&[DataType]) -> Result<Vec<DataType>>),
}

/// The type that a function gives.
#[derive(Clone, Copy)]
pub(super) enum Gives {
    /// Always this one.
    Fixed(&'static DataType),
    /// One that follows from the types of the arguments.
    Types(fn(&[DataType]) -> Result<DataType>),
    /// One that follows from types and literal arguments.
    Literals(fn(&[DataType], &[Option<&ScalarValue>]) -> Result<DataType>),
}

impl Gives {
    pub(super) const BIGINT: Gives = Gives::Fixed(&DataType::Int64);
    pub(super) const DATE: Gives = Gives::Fixed(&DataType::Date32);
}

type Simplify = fn(Vec<Expr>, &SimplifyContext) -> Result<ExprSimplifyResult>;

/// Given the arguments of a call, the types they have and a value: the argument
/// for which the function gives the value, from the first bound up to the second.
type Preimage = fn(&[Expr], &[DataType], &ScalarValue) -> Option<(Expr, ScalarValue, ScalarValue)>;

/// A scalar function.
pub(super) struct Function {
    name: &'static str,
    takes: Takes,
    gives: Gives,
    run: fn(&Call<'_>) -> Result<ArrayRef>,
    simplify: Option<Simplify>,
    preimage: Option<Preimage>,
    strict: bool,
    tells_casts: bool,
    signature: Signature,
}

impl Function {
    pub(super) fn new(
        name: &'static str,
        takes: Takes,
        gives: Gives,
        run: fn(&Call<'_>) -> Result<ArrayRef>,
    ) -> Self {
        let signature = Signature::user_defined(Volatility::Immutable);
        Function {
            name,
            takes,
            gives,
            run,
            simplify: None,
            preimage: None,
            strict: false,
            tells_casts: false,
            signature,
        }
    }

    /// The function answers anew each time: never folded.
    pub(super) fn volatile(mut self) -> Self {
        self.signature = Signature::user_defined(Volatility::Volatile);
        self
    }

    /// The function answers the same all through a query.
    pub(super) fn stable(mut self) -> Self {
        self.signature = Signature::user_defined(Volatility::Stable);
        self
    }

    /// A rule that writes calls of the function more simply where it can.
    pub(super) fn simplified(mut self, simplify: Simplify) -> Self {
        self.simplify = Some(simplify);
        self
    }

    /// For which arguments the function gives a value, so that a filter on its
    /// result becomes one on a column.
    pub(super) fn inverted(mut self, preimage: Preimage) -> Self {
        self.preimage = Some(preimage);
        self
    }

    /// The function gives NULL where an argument is NULL, and nowhere else.
    pub(super) fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// A column of the function's values is called by the arguments as they stand. Otherwise
    /// the name leaves conversions out, and those of two conversions of a value are one.
    pub(super) fn named_with_casts(mut self) -> Self {
        self.tells_casts = true;
        self
    }

    pub(super) fn into_udf(self) -> Arc<ScalarUDF> {
        Arc::new(ScalarUDF::new_from_impl(self))
    }
}

identified_by_name!(Function);

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let lists = match self.takes {
            Takes::Rule(rule) => return rule(found),
            Takes::Shapes(lists) => return shape::fit(self.name, lists, found),
            Takes::Lists(lists) => lists,
        };
        for list in lists.iter().filter(|list| list.len() == found.len()) {
            let taken = list.iter().zip(found).map(|(kind, found)| kind.accept(found));
            if let Some(taken) = taken.collect::<Option<Vec<_>>>() {
                return Ok(taken);
            }
        }
        let expected: Vec<_> = lists
            .iter()
            .map(|list| {
                let kinds: Vec<_> = list.iter().map(|kind| kind.words()).collect();
                format!("({})", kinds.join(", "))
            })
            .collect();
        plan_err!("{} takes {}, not ({})", self.name, expected.join(" or "), types::names(found))
    }

    fn return_type(&self, taken: &[DataType]) -> Result<DataType> {
        match self.gives {
            Gives::Fixed(ty) => Ok(ty.clone()),
            Gives::Types(rule) => rule(taken),
            Gives::Literals(_) => {
                internal_err!("the type of {} depends on its literal arguments", self.name)
            }
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let taken: Vec<_> = args.arg_fields.iter().map(|f| f.data_type().clone()).collect();
        let gives = match self.gives {
            Gives::Literals(rule) => rule(&taken, args.scalar_arguments)?,
            _ => self.return_type(&taken)?,
        };
        let nullable = !self.strict || args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.name, gives, nullable)))
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let name = |arg: &Expr| match self.tells_casts {
            true => arg.to_string(),
            false => arg.schema_name().to_string(),
        };
        let names: Vec<String> = args.iter().map(name).collect();
        Ok(format!("{}({})", self.name, names.join(",")))
    }

    fn is_strict(&self) -> bool {
        self.strict
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        match self.simplify {
            Some(simplify) => simplify(args, info),
            None => Ok(ExprSimplifyResult::Original(args)),
        }
    }

    fn preimage(
        &self,
        args: &[Expr],
        value: &Expr,
        info: &SimplifyContext,
    ) -> Result<PreimageResult> {
        let (Some(preimage), Expr::Literal(value, _)) = (self.preimage, value) else {
            return Ok(PreimageResult::None);
        };
        let types = args.iter().map(|arg| info.get_data_type(arg)).collect::<Result<Vec<_>>>()?;
        Ok(match preimage(args, &types, value) {
            Some((expr, from, to)) => {
                PreimageResult::Range { expr, interval: Box::new(Interval::try_new(from, to)?) }
            }
            None => PreimageResult::None,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let fold = self.signature.volatility != Volatility::Volatile
            && args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let call = Call {
            name: self.name,
            args: &args.args,
            rows: if fold { 1 } else { args.number_rows },
            gives: args.return_field.data_type(),
        };
        let result = (self.run)(&call).map_err(plain)?;
        if fold {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }
}

/// A call of a function on a batch of rows.
pub(super) struct Call<'a> {
    name: &'static str,
    args: &'a [ColumnarValue],
    rows: usize,
    gives: &'a DataType,
}

impl<'a> Call<'a> {
    /// A call that makes so many values of a type from what is not its arguments.
    pub(super) fn without_arguments(name: &'static str, rows: usize, gives: &'a DataType) -> Self {
        Call { name, args: &[], rows, gives }
    }

    /// How many rows the result has.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The type that the result has.
    pub(super) fn gives(&self) -> &'a DataType {
        self.gives
    }

    /// How many arguments there are.
    pub(super) fn count(&self) -> usize {
        self.args.len()
    }

    /// The type of an argument.
    pub(super) fn ty(&self, index: usize) -> DataType {
        self.args[index].data_type()
    }

    /// An argument's values, one a row.
    pub(super) fn array(&self, index: usize) -> Result<ArrayRef> {
        self.args[index].to_array(self.rows)
    }

    /// An argument's values: one for all rows, or one a row.
    fn values(&self, index: usize) -> Result<(ArrayRef, bool)> {
        Ok(match &self.args[index] {
            ColumnarValue::Array(array) => (Arc::clone(array), false),
            ColumnarValue::Scalar(value) => (value.to_array()?, true),
        })
    }

    /// An argument of any type.
    pub(super) fn any(&self, index: usize) -> Result<Column<ArrayRef>> {
        let (array, constant) = self.values(index)?;
        Ok(Column { array, constant })
    }

    /// An array argument.
    pub(super) fn lists(&self, index: usize) -> Result<Column<ListArray>> {
        let (array, constant) = self.values(index)?;
        match array.as_list_opt() {
            Some(array) => Ok(Column { array: array.clone(), constant }),
            None => self.wrong(index),
        }
    }

    /// A map argument.
    pub(super) fn maps(&self, index: usize) -> Result<Column<MapArray>> {
        let (array, constant) = self.values(index)?;
        match array.as_map_opt() {
            Some(array) => Ok(Column { array: array.clone(), constant }),
            None => self.wrong(index),
        }
    }

    fn wrong<T>(&self, index: usize) -> Result<T> {
        internal_err!("argument {index} of {} came as {}", self.name, self.ty(index))
    }

    /// A varchar argument.
    pub(super) fn texts(&self, index: usize) -> Result<Column<StringArray>> {
        let (array, constant) = self.values(index)?;
        match array.as_string_opt() {
            Some(array) => Ok(Column { array: array.clone(), constant }),
            None => self.wrong(index),
        }
    }

    /// A varbinary argument.
    pub(super) fn bytes(&self, index: usize) -> Result<Column<BinaryArray>> {
        let (array, constant) = self.values(index)?;
        match array.as_binary_opt() {
            Some(array) => Ok(Column { array: array.clone(), constant }),
            None => self.wrong(index),
        }
    }

    /// A varchar or varbinary argument, as bytes.
    pub(super) fn octets(&self, index: usize) -> Result<Column<BinaryArray>> {
        let (array, constant) = self.values(index)?;
        match compute::cast(&array, &DataType::Binary)?.as_binary_opt() {
            Some(array) => Ok(Column { array: array.clone(), constant }),
            None => self.wrong(index),
        }
    }

    /// An argument of a primitive type.
    pub(super) fn numbers<T: ArrowPrimitiveType>(
        &self,
        index: usize,
    ) -> Result<Column<PrimitiveArray<T>>> {
        let (array, constant) = self.values(index)?;
        match array.as_primitive_opt() {
            Some(array) => Ok(Column { array: array.clone(), constant }),
            None => self.wrong(index),
        }
    }

    /// A varchar result, made row by row: `write` appends to an empty buffer
    /// and says whether there is a value.
    pub(super) fn make_texts(
        &self,
        mut write: impl FnMut(usize, &mut String) -> Result<Option<()>>,
    ) -> Result<ArrayRef> {
        let mut builder = StringBuilder::with_capacity(self.rows, self.rows * 8);
        let mut buffer = String::new();
        for row in 0..self.rows {
            buffer.clear();
            match write(row, &mut buffer)? {
                Some(()) => builder.append_value(&buffer),
                None => builder.append_null(),
            }
        }
        Ok(Arc::new(builder.finish()))
    }

    /// A varbinary result, made row by row as [`Call::make_texts`].
    pub(super) fn make_bytes(
        &self,
        mut write: impl FnMut(usize, &mut Vec<u8>) -> Result<Option<()>>,
    ) -> Result<ArrayRef> {
        let mut builder = BinaryBuilder::with_capacity(self.rows, self.rows * 8);
        let mut buffer = Vec::new();
        for row in 0..self.rows {
            buffer.clear();
            match write(row, &mut buffer)? {
                Some(()) => builder.append_value(&buffer),
                None => builder.append_null(),
            }
        }
        Ok(Arc::new(builder.finish()))
    }

    /// A boolean result, made row by row.
    pub(super) fn make_booleans(
        &self,
        mut value: impl FnMut(usize) -> Result<Option<bool>>,
    ) -> Result<ArrayRef> {
        let mut builder = BooleanBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(value(row)?);
        }
        Ok(Arc::new(builder.finish()))
    }

    /// A result of a primitive type, made row by row, with the call's type.
    pub(super) fn make_numbers<T: ArrowPrimitiveType>(
        &self,
        mut value: impl FnMut(usize) -> Result<Option<T::Native>>,
    ) -> Result<ArrayRef> {
        let mut builder = PrimitiveBuilder::<T>::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(value(row)?);
        }
        Ok(Arc::new(builder.finish().with_data_type(self.gives.clone())))
    }

    /// A result of a primitive type from one argument, by the vectorised kernel.
    pub(super) fn map<A: ArrowPrimitiveType, R: ArrowPrimitiveType>(
        &self,
        index: usize,
        value: impl Fn(A::Native) -> R::Native,
    ) -> Result<ArrayRef> {
        let array = self.array(index)?;
        let Some(array) = array.as_primitive_opt::<A>() else { return self.wrong(index) };
        Ok(Arc::new(array.unary::<_, R>(value).with_data_type(self.gives.clone())))
    }

    /// As [`Call::map`], where a value may be out of range.
    pub(super) fn try_map<A: ArrowPrimitiveType, R: ArrowPrimitiveType>(
        &self,
        index: usize,
        value: impl Fn(A::Native) -> Result<R::Native, ArrowError>,
    ) -> Result<ArrayRef> {
        let array = self.array(index)?;
        let Some(array) = array.as_primitive_opt::<A>() else { return self.wrong(index) };
        Ok(Arc::new(array.try_unary::<_, R, _>(value)?.with_data_type(self.gives.clone())))
    }

    /// A result of a primitive type from the first two arguments, by the
    /// kernel for arrays or that for an array and a constant.
    pub(super) fn try_zip<A, B, R>(
        &self,
        value: impl Fn(A::Native, B::Native) -> Result<R::Native, ArrowError>,
    ) -> Result<ArrayRef>
    where
        A: ArrowPrimitiveType,
        B: ArrowPrimitiveType,
        R: ArrowPrimitiveType,
    {
        let (left, right) = (self.numbers::<A>(0)?, self.numbers::<B>(1)?);
        let array: PrimitiveArray<R> = match (left.constant, right.constant) {
            (false, false) | (true, true) => arity::try_binary(&left.array, &right.array, value)?,
            (false, true) => match right.get(0) {
                Some(b) => left.array.try_unary(|a| value(a, b))?,
                None => PrimitiveArray::new_null(self.rows),
            },
            (true, false) => match left.get(0) {
                Some(a) => right.array.try_unary(|b| value(a, b))?,
                None => PrimitiveArray::new_null(self.rows),
            },
        };
        Ok(Arc::new(array.with_data_type(self.gives.clone())))
    }

    /// As [`Call::try_zip`], where no value can be out of range.
    pub(super) fn zip<A, B, R>(
        &self,
        value: impl Fn(A::Native, B::Native) -> R::Native,
    ) -> Result<ArrayRef>
    where
        A: ArrowPrimitiveType,
        B: ArrowPrimitiveType,
        R: ArrowPrimitiveType,
    {
        let (left, right) = (self.numbers::<A>(0)?, self.numbers::<B>(1)?);
        let array: PrimitiveArray<R> = match (left.constant, right.constant) {
            (false, false) | (true, true) => arity::binary(&left.array, &right.array, value)?,
            (false, true) => match right.get(0) {
                Some(b) => left.array.unary(|a| value(a, b)),
                None => PrimitiveArray::new_null(self.rows),
            },
            (true, false) => match left.get(0) {
                Some(a) => right.array.unary(|b| value(a, b)),
                None => PrimitiveArray::new_null(self.rows),
            },
        };
        Ok(Arc::new(array.with_data_type(self.gives.clone())))
    }
}

/// The values of one argument.
pub(super) struct Column<A> {
    array: A,
    constant: bool,
}

impl<A: Array> Column<A> {
    /// Where the value of a row is among [`values`](Column::values); `None` for NULL.
    pub(super) fn at(&self, row: usize) -> Option<usize> {
        let index = self.place(row);
        self.array.is_valid(index).then_some(index)
    }

    /// Where the value of a row is, be it NULL or not.
    pub(super) fn place(&self, row: usize) -> usize {
        if self.constant { 0 } else { row }
    }

    /// The values: one for all rows, or one a row.
    pub(super) fn values(&self) -> &A {
        &self.array
    }

    /// Whether one value stands for all rows.
    pub(super) fn is_constant(&self) -> bool {
        self.constant
    }
}

impl Column<StringArray> {
    /// The value of a row; `None` for NULL.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        self.at(row).map(|index| self.array.value(index))
    }
}

impl Column<BinaryArray> {
    /// The value of a row; `None` for NULL.
    pub(super) fn get(&self, row: usize) -> Option<&[u8]> {
        self.at(row).map(|index| self.array.value(index))
    }
}

impl<T: ArrowPrimitiveType> Column<PrimitiveArray<T>> {
    /// The value of a row; `None` for NULL.
    pub(super) fn get(&self, row: usize) -> Option<T::Native> {
        self.at(row).map(|index| self.array.value(index))
    }
}

impl Column<ListArray> {
    /// Where the elements of a row are among all elements; `None` for NULL.
    pub(super) fn get(&self, row: usize) -> Option<Range<usize>> {
        let offsets = self.array.value_offsets();
        self.at(row).map(|index| offsets[index] as usize..offsets[index + 1] as usize)
    }
}

impl Column<MapArray> {
    /// The entries of the maps, as rows in arrays.
    pub(super) fn into_lists(self) -> Column<ListArray> {
        let entries: ArrayRef = Arc::new(self.array.entries().clone());
        let item = Arc::new(Field::new_list_field(entries.data_type().clone(), true));
        let (offsets, nulls) = (self.array.offsets().clone(), self.array.nulls().cloned());
        Column { array: ListArray::new(item, offsets, entries, nulls), constant: self.constant }
    }

    /// Where the entries of a row are among all entries; `None` for NULL.
    pub(super) fn get(&self, row: usize) -> Option<Range<usize>> {
        let offsets = self.array.value_offsets();
        self.at(row).map(|index| offsets[index] as usize..offsets[index + 1] as usize)
    }
}

/// An error in plain words for a value that a function cannot take.
pub(super) fn refuse<T>(message: impl Into<String>) -> Result<T> {
    Err(DataFusionError::Execution(message.into()))
}

/// As [`refuse`], from inside an Arrow kernel.
pub(super) fn stop<T>(message: impl Into<String>) -> Result<T, ArrowError> {
    Err(ArrowError::ComputeError(message.into()))
}

/// Takes the kernel's wrapping off an error that [`stop`] made.
fn plain(error: DataFusionError) -> DataFusionError {
    match error {
        DataFusionError::ArrowError(inner, backtrace) => match *inner {
            ArrowError::ComputeError(message) => DataFusionError::Execution(message),
            other => DataFusionError::ArrowError(Box::new(other), backtrace),
        },
        other => other,
    }
}
