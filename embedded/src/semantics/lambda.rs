//! The functions that call lambdas, for each element of an array or entry of a map.
//!
//! A lambda is called once for all elements that there are in a batch of rows: never for
//! those that an array which is NULL still has in memory, as they might be refused. What
//! the lambda uses of the row around it is repeated for each element (`compiled`).

mod attempt;
mod compiled;
mod conform;
mod lists;
mod replace;

use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature,
    HigherOrderUDF, HigherOrderUDFImpl, LambdaParametersProgress, ValueOrLambda, Volatility,
};

pub(super) use compiled::CompileLambdas;

use super::function::refuse;
use super::nested::{Ends, Keys, Maps, identities};
use crate::types;
use compiled::Compiled;
use conform::{conform, element, meet};
use lists::Lists;

/// `array_sort` by what a lambda says, as that without one has the name.
const SORT: &str = "lake_array_sort";

/// The functions that call lambdas.
pub(super) fn functions() -> Vec<Arc<HigherOrderUDF>> {
    const ARRAY: Parameters = |types| each(vec![vec![element("it", types.value(0)?)?]]);
    const PAIR: Parameters = |types| {
        let element = element(SORT, types.value(0)?)?;
        each(vec![vec![element.clone(), element]])
    };
    const MAP: Parameters = |types| {
        let (key, value) = pair(types.value(0)?)?;
        each(vec![vec![key, value]])
    };
    const BOOLEAN: Gives = |_| Ok(DataType::Boolean);
    const SAME: Gives = |types| types.value(0).cloned();
    let all = [
        Function::new("transform", 1, ARRAY, |types| Ok(types::list(types.lambda(1)?)), transform),
        Function::new("filter", 1, ARRAY, SAME, filter),
        Function::new(SORT, 1, PAIR, SAME, sort),
        Function::new("any_match", 1, ARRAY, BOOLEAN, |call| matches(call, true, false)),
        Function::new("none_match", 1, ARRAY, BOOLEAN, |call| matches(call, true, true)),
        Function::new("all_match", 1, ARRAY, BOOLEAN, |call| matches(call, false, true)),
        Function::new("reduce", 2, reduced, |types| types.lambda(3), reduce),
        Function::new("zip_with", 2, zipped, |types| Ok(types::list(types.lambda(2)?)), zip_with),
        Function::new("map_filter", 1, MAP, SAME, map_filter),
        Function::new("transform_keys", 1, MAP, with_keys, transform_keys),
        Function::new("transform_values", 1, MAP, with_values, transform_values),
        Function::new(
            replace::REPLACE,
            2,
            replace::parameters,
            |_| Ok(DataType::Utf8),
            replace::run,
        ),
        Function::new(attempt::TRY, 1, attempt::parameters, |types| types.lambda(1), attempt::run),
        Function::new("map_zip_with", 2, map_zipped, zipped_map, map_zip_with),
    ];
    all.into_iter().map(|function| Arc::new(HigherOrderUDF::new_from_impl(function))).collect()
}

/// Whether a function of this name can fail for what its lambda gives.
pub(super) fn may_fail(name: &str) -> bool {
    matches!(name, SORT | replace::REPLACE | "transform_keys")
}

/// The types of a call's arguments, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Types(Vec<ValueOrLambda<DataType, Option<DataType>>>);

impl Types {
    /// The type of an argument that is a value.
    fn value(&self, index: usize) -> Result<&DataType> {
        match self.0.get(index) {
            Some(ValueOrLambda::Value(ty)) => Ok(ty),
            _ => plan_err!("a value is missing"),
        }
    }

    /// The type that a lambda gives.
    fn lambda(&self, index: usize) -> Result<DataType> {
        match self.0.get(index) {
            Some(ValueOrLambda::Lambda(Some(ty))) => Ok(ty.clone()),
            _ => plan_err!("a lambda is missing"),
        }
    }
}

/// What lambdas are called with, given the types that are known.
type Parameters = fn(&Types) -> Result<LambdaParametersProgress>;

/// The type that a function gives.
type Gives = fn(&Types) -> Result<DataType>;

fn field(ty: DataType) -> FieldRef {
    Arc::new(Field::new("", ty, true))
}

/// What each lambda is called with.
fn each(lambdas: Vec<Vec<DataType>>) -> Result<LambdaParametersProgress> {
    let fields = lambdas.into_iter().map(|types| types.into_iter().map(field).collect());
    Ok(LambdaParametersProgress::Complete(fields.collect()))
}

fn pair(map: &DataType) -> Result<(DataType, DataType)> {
    match types::entry(map) {
        Some((key, value)) => Ok((key.clone(), value.clone())),
        None => plan_err!("{} is not a map", types::name(map)),
    }
}

/// The state of `reduce` is what meets of the initial value and what the lambda gives.
fn reduced(types: &Types) -> Result<LambdaParametersProgress> {
    let (element, initial) = (element("reduce", types.value(0)?)?, types.value(1)?.clone());
    match types.0.get(2) {
        Some(ValueOrLambda::Lambda(Some(_))) => {
            let state = state(types)?;
            each(vec![vec![state.clone(), element], vec![state]])
        }
        _ => {
            let known = [initial, element].map(field).to_vec();
            Ok(LambdaParametersProgress::Partial(vec![Some(known), None]))
        }
    }
}

fn state(types: &Types) -> Result<DataType> {
    meet("the states of reduce", &[types.value(1)?.clone(), types.lambda(2)?])
}

fn zipped(types: &Types) -> Result<LambdaParametersProgress> {
    each(vec![vec![element("zip_with", types.value(0)?)?, element("zip_with", types.value(1)?)?]])
}

fn with_keys(types: &Types) -> Result<DataType> {
    Ok(types::map(types.lambda(1)?, pair(types.value(0)?)?.1))
}

fn with_values(types: &Types) -> Result<DataType> {
    Ok(types::map(pair(types.value(0)?)?.0, types.lambda(1)?))
}

fn map_zipped(types: &Types) -> Result<LambdaParametersProgress> {
    let ((key, left), (other, right)) = (pair(types.value(0)?)?, pair(types.value(1)?)?);
    each(vec![vec![meet("the keys", &[key, other])?, left, right]])
}

fn zipped_map(types: &Types) -> Result<DataType> {
    let (key, other) = (pair(types.value(0)?)?.0, pair(types.value(1)?)?.0);
    Ok(types::map(meet("the keys", &[key, other])?, types.lambda(2)?))
}

/// A function that calls lambdas.
#[derive(Clone)]
struct Function {
    name: &'static str,
    values: usize,
    parameters: Parameters,
    gives: Gives,
    run: fn(&Call<'_>) -> Result<ArrayRef>,
    signature: HigherOrderSignature,
}

impl Function {
    fn new(
        name: &'static str,
        values: usize,
        parameters: Parameters,
        gives: Gives,
        run: fn(&Call<'_>) -> Result<ArrayRef>,
    ) -> Self {
        let signature = HigherOrderSignature::user_defined(Volatility::Immutable);
        Function { name, values, parameters, gives, run, signature }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({})", self.name)
    }
}

// A session has one function of a name, so the name is the identity.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl HigherOrderUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &HigherOrderSignature {
        &self.signature
    }

    fn coerce_value_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        if found.len() != self.values {
            return plan_err!("{} takes {} values and lambdas after them", self.name, self.values);
        }
        Ok(found.iter().map(types::canonical).collect())
    }

    fn lambda_parameters(
        &self,
        _: usize,
        fields: &[ValueOrLambda<FieldRef, Option<FieldRef>>],
    ) -> Result<LambdaParametersProgress> {
        let types = fields.iter().map(|field| match field {
            ValueOrLambda::Value(field) => ValueOrLambda::Value(field.data_type().clone()),
            ValueOrLambda::Lambda(field) => {
                ValueOrLambda::Lambda(field.as_ref().map(|field| field.data_type().clone()))
            }
        });
        (self.parameters)(&Types(types.collect()))
    }

    fn return_field_from_args(&self, args: HigherOrderReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types = args.arg_fields.iter().map(|field| match field {
            ValueOrLambda::Value(field) => ValueOrLambda::Value(field.data_type().clone()),
            ValueOrLambda::Lambda(field) => ValueOrLambda::Lambda(Some(field.data_type().clone())),
        });
        Ok(field((self.gives)(&Types(types.collect()))?))
    }

    fn invoke_with_args(&self, _: HigherOrderFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("{} is called with lambdas that are not compiled", self.name)
    }
}

/// A call on a batch of rows.
struct Call<'a> {
    lambdas: &'a [Compiled],
    /// The values that the function takes, and after them those that lambdas use of the row.
    args: &'a [ColumnarValue],
    types: &'a Types,
    rows: usize,
    gives: &'a DataType,
}

impl Call<'_> {
    fn rows(&self) -> usize {
        self.rows
    }

    fn gives(&self) -> &DataType {
        self.gives
    }

    /// The values of an argument, one a row.
    fn array(&self, index: usize) -> Result<ArrayRef> {
        self.args[index].to_array(self.rows)
    }

    /// What a lambda gives for values that belong to these rows. Lambdas are counted from 0.
    fn call(&self, lambda: usize, values: &[&ArrayRef], rows: &[usize]) -> Result<ArrayRef> {
        self.lambdas[lambda].call(self.args, values, rows)
    }

    /// What a lambda says of values that belong to these rows.
    fn conditions(
        &self,
        lambda: usize,
        values: &[&ArrayRef],
        rows: &[usize],
    ) -> Result<BooleanArray> {
        let given = self.call(lambda, values, rows)?;
        Ok(conform(&given, &DataType::Boolean)?.as_boolean().clone())
    }

    /// The elements of the arrays, or the entries of the maps, of an argument.
    fn elements(&self, index: usize) -> Result<Elements> {
        let lists = Lists::from(&self.array(index)?)?;
        let mut shape = Shape::default();
        let mut places = Vec::new();
        for row in 0..self.rows() {
            let range = lists.get(row);
            shape.push(row, range.as_ref().map(ExactSizeIterator::len));
            places.extend(range.unwrap_or_default().map(Some));
        }
        Ok(Elements { values: lists::take(&lists.values, &places)?, shape })
    }
}

/// How many elements each row has, which lie one row after the other.
#[derive(Default)]
struct Shape {
    lengths: Vec<usize>,
    valid: Vec<bool>,
    /// The row of each element.
    rows: Vec<usize>,
}

impl Shape {
    /// Adds a row; `None` for NULL.
    fn push(&mut self, row: usize, length: Option<usize>) {
        self.valid.push(length.is_some());
        let length = length.unwrap_or_default();
        self.lengths.push(length);
        self.rows.extend(std::iter::repeat_n(row, length));
    }

    /// For each row where its elements are; `None` for NULL.
    fn ranges(&self) -> impl Iterator<Item = Option<std::ops::Range<usize>>> {
        let mut start = 0;
        self.lengths.iter().zip(&self.valid).map(move |(length, valid)| {
            let range = start..start + length;
            start = range.end;
            valid.then_some(range)
        })
    }

    /// Arrays of such elements.
    fn list(&self, ty: &DataType, values: &ArrayRef) -> Result<ArrayRef> {
        let DataType::List(item) = ty else { return internal_err!("{ty} is not an array") };
        let (mut ends, mut count) = (Ends::new(), 0);
        for range in self.ranges() {
            match range {
                Some(range) => {
                    count = range.end;
                    ends.end(count)?;
                }
                None => ends.null(count)?,
            }
        }
        ends.finish(conform(values, item.data_type())?, ty)
    }

    /// Maps of such entries, whose keys are ones, and each there once.
    fn map(&self, ty: &DataType, keys: &ArrayRef, values: &ArrayRef) -> Result<ArrayRef> {
        let (key, value) = pair(ty)?;
        let (keys, values) = (conform(keys, &key)?, conform(values, &value)?);
        let check = Keys::of(&keys)?;
        let mut maps = Maps::new();
        for range in self.ranges() {
            let Some(range) = range else {
                maps.null()?;
                continue;
            };
            check.check(range.clone())?;
            range.for_each(|place| maps.push(place, place));
            maps.end()?;
        }
        maps.finish(&keys, &values, ty)
    }

    /// Of the elements those for which a lambda says so: where they are, and their shape.
    fn filtered(&self, conditions: &BooleanArray) -> (Vec<Option<usize>>, Shape) {
        let is_kept = |index: &usize| conditions.is_valid(*index) && conditions.value(*index);
        let (mut places, mut shape) = (Vec::new(), Shape::default());
        for (row, range) in self.ranges().enumerate() {
            let before = places.len();
            let valid = range.is_some();
            places.extend(range.unwrap_or_default().filter(is_kept).map(Some));
            shape.push(row, valid.then_some(places.len() - before));
        }
        (places, shape)
    }
}

/// The elements of arrays, or the entries of maps.
struct Elements {
    values: ArrayRef,
    shape: Shape,
}

impl Elements {
    /// The keys and the values of entries.
    fn pairs(&self) -> (&ArrayRef, &ArrayRef) {
        let entries = self.values.as_struct();
        (entries.column(0), entries.column(1))
    }
}

fn transform(call: &Call<'_>) -> Result<ArrayRef> {
    let Elements { values, shape } = call.elements(0)?;
    shape.list(call.gives(), &call.call(0, &[&values], &shape.rows)?)
}

fn filter(call: &Call<'_>) -> Result<ArrayRef> {
    let Elements { values, shape } = call.elements(0)?;
    let (places, shape) = shape.filtered(&call.conditions(0, &[&values], &shape.rows)?);
    shape.list(call.gives(), &lists::take(&values, &places)?)
}

/// Puts each element behind the last one that the lambda does not put behind it. It may say
/// anything: no sort that relies on an order will do.
fn sort(call: &Call<'_>) -> Result<ArrayRef> {
    let Elements { values, shape } = call.elements(0)?;
    let mut places: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (row, range) in shape.ranges().enumerate() {
        let start = places.len();
        for index in range.unwrap_or_default() {
            let (mut low, mut high) = (start, places.len());
            while low < high {
                let middle = usize::midpoint(low, high);
                if is_before(call, &values, (places[middle], index), row)? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            places.insert(low, Some(index));
        }
    }
    shape.list(call.gives(), &lists::take(&values, &places)?)
}

/// Whether the lambda puts an element before another one.
fn is_before(
    call: &Call<'_>,
    values: &ArrayRef,
    (other, index): (Option<usize>, usize),
    row: usize,
) -> Result<bool> {
    let (a, b) = (lists::take(values, &[Some(index)])?, lists::take(values, &[other])?);
    let said = conform(&call.call(0, &[&a, &b], &[row])?, &DataType::Int64)?;
    let said = said.as_primitive::<Int64Type>();
    match said.is_valid(0).then(|| said.value(0)) {
        Some(said @ -1..=1) => Ok(said < 0),
        _ => refuse("the lambda of array_sort gives -1, 0 or 1, and nothing else"),
    }
}

/// Whether there is an element for which the lambda says this, or the opposite of it; NULL
/// where there is none, but the lambda says NULL for one.
fn matches(call: &Call<'_>, sought: bool, negated: bool) -> Result<ArrayRef> {
    let Elements { values, shape } = call.elements(0)?;
    let conditions = call.conditions(0, &[&values], &shape.rows)?;
    let found = shape.ranges().map(|range| {
        let mut range = range?;
        let is_found =
            |index: usize| conditions.is_valid(index) && conditions.value(index) == sought;
        if range.clone().any(is_found) {
            return Some(!negated);
        }
        (!range.any(|index| conditions.is_null(index))).then_some(negated)
    });
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

/// Computes the states of all rows with their first elements, then with the second ones, and
/// so on.
fn reduce(call: &Call<'_>) -> Result<ArrayRef> {
    let state = state(call.types)?;
    let Elements { values, shape } = call.elements(0)?;
    let mut states = conform(&call.array(1)?, &state)?;
    let longest = shape.lengths.iter().copied().max().unwrap_or_default();
    for step in 0..longest {
        let ranges = shape.ranges().enumerate();
        let places: (Vec<usize>, Vec<Option<usize>>) =
            ranges.filter_map(|(row, range)| Some((row, Some(range?.nth(step)?)))).unzip();
        let (rows, places) = places;
        let of_rows: Vec<Option<usize>> = rows.iter().copied().map(Some).collect();
        let (before, next) = (lists::take(&states, &of_rows)?, lists::take(&values, &places)?);
        let after = conform(&call.call(0, &[&before, &next], &rows)?, &state)?;
        let mut sources: Vec<(usize, usize)> = (0..call.rows()).map(|row| (0, row)).collect();
        for (index, row) in rows.into_iter().enumerate() {
            sources[row] = (1, index);
        }
        states = compute::interleave(&[&*states, &*after], &sources)?;
    }
    // What there is for rows whose array is not NULL.
    let there = (0..call.rows()).filter(|row| shape.valid[*row]);
    let rows: Vec<usize> = there.collect();
    let of_rows: Vec<Option<usize>> = rows.iter().copied().map(Some).collect();
    let given = call.call(1, &[&lists::take(&states, &of_rows)?], &rows)?;
    let mut places = vec![None; call.rows()];
    for (index, row) in rows.into_iter().enumerate() {
        places[row] = Some(index);
    }
    conform(&lists::take(&given, &places)?, call.gives())
}

fn zip_with(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (Lists::from(&call.array(0)?)?, Lists::from(&call.array(1)?)?);
    let (mut shape, mut of_left, mut of_right) = (Shape::default(), Vec::new(), Vec::new());
    for row in 0..call.rows() {
        let (Some(a), Some(b)) = (left.get(row), right.get(row)) else {
            shape.push(row, None);
            continue;
        };
        let longest = a.len().max(b.len());
        shape.push(row, Some(longest));
        for (range, places) in [(a, &mut of_left), (b, &mut of_right)] {
            let missing = longest - range.len();
            places.extend(range.map(Some).chain(std::iter::repeat_n(None, missing)));
        }
    }
    let a = lists::take(&left.values, &of_left)?;
    let b = lists::take(&right.values, &of_right)?;
    shape.list(call.gives(), &call.call(0, &[&a, &b], &shape.rows)?)
}

fn map_filter(call: &Call<'_>) -> Result<ArrayRef> {
    let entries = call.elements(0)?;
    let (keys, values) = entries.pairs();
    let conditions = call.conditions(0, &[keys, values], &entries.shape.rows)?;
    let (places, shape) = entries.shape.filtered(&conditions);
    shape.map(call.gives(), &lists::take(keys, &places)?, &lists::take(values, &places)?)
}

fn transform_keys(call: &Call<'_>) -> Result<ArrayRef> {
    let entries = call.elements(0)?;
    let (keys, values) = entries.pairs();
    let made = call.call(0, &[keys, values], &entries.shape.rows)?;
    entries.shape.map(call.gives(), &made, values)
}

fn transform_values(call: &Call<'_>) -> Result<ArrayRef> {
    let entries = call.elements(0)?;
    let (keys, values) = entries.pairs();
    let made = call.call(0, &[keys, values], &entries.shape.rows)?;
    entries.shape.map(call.gives(), keys, &made)
}

/// The keys of both maps, those of the first one before the others.
fn map_zip_with(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::Map(..) = call.gives() else { return internal_err!("not a map") };
    let (key, _) = pair(call.gives())?;
    let (left, right) = (call.elements(0)?, call.elements(1)?);
    let ((keys, values), (others, other_values)) = (left.pairs(), right.pairs());
    let (keys, others) = (conform(keys, &key)?, conform(others, &key)?);
    let all = compute::concat(&[&*keys, &*others])?;
    let same = identities(&all)?;
    let theirs_from = keys.len();
    let (mut shape, mut of_keys) = (Shape::default(), Vec::new());
    let (mut of_left, mut of_right) = (Vec::new(), Vec::new());
    for (row, pair) in left.shape.ranges().zip(right.shape.ranges()).enumerate() {
        let (Some(mine), Some(theirs)) = pair else {
            shape.push(row, None);
            continue;
        };
        let before = of_keys.len();
        for index in mine.clone() {
            of_keys.push(Some(index));
            of_left.push(Some(index));
            of_right.push(theirs.clone().find(|at| same.row(index) == same.row(theirs_from + at)));
        }
        let known: HashSet<_> = mine.map(|index| same.row(index)).collect();
        for at in theirs.filter(|at| !known.contains(&same.row(theirs_from + at))) {
            of_keys.push(Some(theirs_from + at));
            of_left.push(None);
            of_right.push(Some(at));
        }
        shape.push(row, Some(of_keys.len() - before));
    }
    let keys = lists::take(&all, &of_keys)?;
    let (a, b) = (lists::take(values, &of_left)?, lists::take(other_values, &of_right)?);
    let made = call.call(0, &[&keys, &a, &b], &shape.rows)?;
    shape.map(call.gives(), &keys, &made)
}
