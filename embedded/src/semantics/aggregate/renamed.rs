//! DataFusion's aggregates under Trino's names and with Trino's types.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{DataType, FieldRef};
use datafusion::arrow::compute;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::functions_aggregate::{approx_distinct, bit_and_or_xor, string_agg};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};

use crate::types;

pub(super) fn aggregates() -> Vec<AggregateUDF> {
    let renamed = |name, inner, takes, feeds, gives| {
        let signature = Signature::user_defined(Volatility::Immutable);
        AggregateUDF::new_from_impl(Renamed { name, inner, takes, feeds, gives, signature })
    };
    const BIGINT: &[DataType] = &[DataType::Int64];
    vec![
        renamed(
            "approx_distinct",
            approx_distinct::approx_distinct_udaf(),
            Takes::Anything,
            &[],
            Some(DataType::Int64),
        ),
        renamed("listagg", string_agg::string_agg_udaf(), Takes::Texts, &[], Some(DataType::Utf8)),
        renamed(
            "bitwise_and_agg",
            bit_and_or_xor::bit_and_udaf(),
            Takes::Integer,
            BIGINT,
            Some(DataType::Int64),
        ),
        renamed(
            "bitwise_or_agg",
            bit_and_or_xor::bit_or_udaf(),
            Takes::Integer,
            BIGINT,
            Some(DataType::Int64),
        ),
        renamed(
            "bitwise_xor_agg",
            bit_and_or_xor::bit_xor_udaf(),
            Takes::Integer,
            BIGINT,
            Some(DataType::Int64),
        ),
    ]
}

/// What a renamed aggregate takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Takes {
    /// One value of any type.
    Anything,
    /// Text and a separator.
    Texts,
    /// An integer, as bigint.
    Integer,
}

/// An aggregate of DataFusion's with other types around it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Renamed {
    name: &'static str,
    inner: Arc<AggregateUDF>,
    takes: Takes,
    /// What the inner aggregate is fed, where that is not what this one takes.
    feeds: &'static [DataType],
    /// The result's type; that of the first argument where there is none.
    gives: Option<DataType>,
    signature: Signature,
}

impl Renamed {
    fn fed(&self, fields: &[FieldRef]) -> Vec<FieldRef> {
        if self.feeds.is_empty() {
            return fields.to_vec();
        }
        let feeds = fields.iter().zip(self.feeds);
        feeds.map(|(f, ty)| Arc::new(f.as_ref().clone().with_data_type(ty.clone()))).collect()
    }
}

impl AggregateUDFImpl for Renamed {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let found: Vec<_> = found.iter().map(types::canonical).collect();
        let text = |ty: &DataType| matches!(ty, DataType::Utf8 | DataType::Null);
        match (self.takes, &found[..]) {
            (Takes::Anything, [_]) => Ok(found),
            (Takes::Integer, [ty]) if types::is_integer(ty) || *ty == DataType::Null => {
                Ok(vec![DataType::Int64])
            }
            (Takes::Texts, [a, b]) if text(a) && text(b) => Ok(vec![DataType::Utf8; 2]),
            _ => plan_err!("{} does not take ({})", self.name, types::names(&found)),
        }
    }

    fn return_type(&self, taken: &[DataType]) -> Result<DataType> {
        Ok(self.gives.clone().unwrap_or_else(|| taken[0].clone()))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.inner.order_sensitivity()
    }

    fn default_value(&self, ty: &DataType) -> Result<ScalarValue> {
        // approx_distinct of nothing is 0, the others' is NULL.
        match self.takes {
            Takes::Anything => Ok(ScalarValue::Int64(Some(0))),
            _ => ScalarValue::try_from(ty),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let fed = self.fed(args.input_fields);
        let return_field = self.inner.return_field(&fed)?;
        self.inner.state_fields(StateFieldsArgs {
            name: args.name,
            input_fields: &fed,
            return_field,
            ordering_fields: args.ordering_fields,
            is_distinct: args.is_distinct,
        })
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let fed = self.fed(args.expr_fields);
        let gives = args.return_type().clone();
        let inner = AccumulatorArgs {
            return_field: self.inner.return_field(&fed)?,
            expr_fields: &fed,
            ..args
        };
        Ok(Box::new(Adapter { inner: self.inner.accumulator(inner)?, feeds: self.feeds, gives }))
    }
}

/// Casts what goes into an accumulator and what comes out.
#[derive(Debug)]
struct Adapter {
    inner: Box<dyn Accumulator>,
    feeds: &'static [DataType],
    gives: DataType,
}

impl Accumulator for Adapter {
    fn update_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        if self.feeds.is_empty() {
            return self.inner.update_batch(arrays);
        }
        // What comes after the arguments is the ordering.
        let fed = arrays.iter().enumerate().map(|(index, array)| match self.feeds.get(index) {
            Some(ty) if array.data_type() != ty => compute::cast(array, ty),
            _ => Ok(Arc::clone(array)),
        });
        let fed = fed.collect::<std::result::Result<Vec<_>, _>>()?;
        self.inner.update_batch(&fed)
    }

    fn merge_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(arrays)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        match (self.inner.evaluate()?, &self.gives) {
            // Percentiles of integers are integers.
            (ScalarValue::Float64(Some(value)), DataType::Int64) => {
                Ok(ScalarValue::Int64(Some(value.round() as i64)))
            }
            (value, gives) => value.cast_to(gives),
        }
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.inner.size()
    }
}
