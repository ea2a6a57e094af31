//! A function that calls lambdas: what it takes, what it gives, and a call of it.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, BooleanArray};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature,
    HigherOrderUDFImpl, LambdaParametersProgress, ValueOrLambda, Volatility,
};

use super::super::identity::identified_by_name;
use super::compiled::Compiled;
use super::conform::conform;
use super::lists::{self, Lists};
use super::shape::{Elements, Shape};
use crate::types;

/// The types of a call's arguments, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Types(pub(super) Vec<ValueOrLambda<DataType, Option<DataType>>>);

impl Types {
    /// The type of an argument that is a value.
    pub(super) fn value(&self, index: usize) -> Result<&DataType> {
        match self.0.get(index) {
            Some(ValueOrLambda::Value(ty)) => Ok(ty),
            _ => plan_err!("a value is missing"),
        }
    }

    /// The type that a lambda gives.
    pub(super) fn lambda(&self, index: usize) -> Result<DataType> {
        match self.0.get(index) {
            Some(ValueOrLambda::Lambda(Some(ty))) => Ok(ty.clone()),
            _ => plan_err!("a lambda is missing"),
        }
    }
}

/// What lambdas are called with, given the types that are known.
pub(super) type Parameters = fn(&Types) -> Result<LambdaParametersProgress>;

/// The type that a function gives.
pub(super) type Gives = fn(&Types) -> Result<DataType>;

pub(super) fn field(ty: DataType) -> FieldRef {
    Arc::new(Field::new("", ty, true))
}

/// What each lambda is called with.
pub(super) fn each(lambdas: Vec<Vec<DataType>>) -> Result<LambdaParametersProgress> {
    let fields = lambdas.into_iter().map(|types| types.into_iter().map(field).collect());
    Ok(LambdaParametersProgress::Complete(fields.collect()))
}

/// A function that calls lambdas.
#[derive(Clone)]
pub(super) struct Function {
    pub(super) name: &'static str,
    values: usize,
    pub(super) parameters: Parameters,
    pub(super) gives: Gives,
    pub(super) run: fn(&Call<'_>) -> Result<ArrayRef>,
    signature: HigherOrderSignature,
}

impl Function {
    pub(super) fn new(
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

identified_by_name!(Function);

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
pub(super) struct Call<'a> {
    pub(super) lambdas: &'a [Compiled],
    /// The values that the function takes, and after them those that lambdas use of the row.
    pub(super) args: &'a [ColumnarValue],
    pub(super) types: &'a Types,
    pub(super) rows: usize,
    pub(super) gives: &'a DataType,
}

impl Call<'_> {
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn gives(&self) -> &DataType {
        self.gives
    }

    /// The values of an argument, one a row.
    pub(super) fn array(&self, index: usize) -> Result<ArrayRef> {
        self.args[index].to_array(self.rows)
    }

    /// What a lambda gives for values that belong to these rows. Lambdas are counted from 0.
    pub(super) fn call(
        &self,
        lambda: usize,
        values: &[&ArrayRef],
        rows: &[usize],
    ) -> Result<ArrayRef> {
        self.lambdas[lambda].call(self.args, values, rows)
    }

    /// What a lambda says of values that belong to these rows.
    pub(super) fn conditions(
        &self,
        lambda: usize,
        values: &[&ArrayRef],
        rows: &[usize],
    ) -> Result<BooleanArray> {
        let given = self.call(lambda, values, rows)?;
        Ok(conform(&given, &DataType::Boolean)?.as_boolean().clone())
    }

    /// The elements of the arrays, or the entries of the maps, of an argument.
    pub(super) fn elements(&self, index: usize) -> Result<Elements> {
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
