//! `skewness`, `kurtosis` and `geometric_mean`.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{ArrayRef, Float64Array};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};

use crate::types;

pub(super) fn aggregates() -> Vec<AggregateUDF> {
    [
        ("skewness", Moments::skewness as fn(&Moments) -> Option<f64>),
        ("kurtosis", Moments::kurtosis),
        ("geometric_mean", Moments::geometric_mean),
    ]
    .map(|(name, finish)| {
        let signature = Signature::user_defined(Volatility::Immutable);
        AggregateUDF::new_from_impl(Shape { name, finish, signature })
    })
    .into()
}

#[derive(Debug)]
struct Shape {
    name: &'static str,
    finish: fn(&Moments) -> Option<f64>,
    signature: Signature,
}

// The name says which one it is.
impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Shape {}

impl std::hash::Hash for Shape {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl AggregateUDFImpl for Shape {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        match found {
            [DataType::Null] => Ok(vec![DataType::Float64]),
            [ty] if types::is_number(&types::canonical(ty)) => Ok(vec![DataType::Float64]),
            _ => plan_err!("{} takes a number, not ({})", self.name, types::names(found)),
        }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let names = ["count", "mean", "m2", "m3", "m4", "logarithms"];
        let field = |name| {
            Arc::new(Field::new(format_state_name(args.name, name), DataType::Float64, true))
        };
        Ok(names.into_iter().map(field).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if args.is_distinct {
            return plan_err!("{} of DISTINCT values is not supported", self.name);
        }
        Ok(Box::new(Accumulated { finish: self.finish, moments: Moments::default() }))
    }
}

/// How many values there are, their mean, the sums of powers of their
/// distances from it, and the sum of their logarithms.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: f64,
    mean: f64,
    m2: f64,
    m3: f64,
    m4: f64,
    logarithms: f64,
}

impl Moments {
    fn of(value: f64) -> Moments {
        Moments { count: 1.0, mean: value, logarithms: value.ln(), ..Moments::default() }
    }

    /// The moments of two sets of values together, by Pébay's formulas.
    fn merge(self, other: Moments) -> Moments {
        if self.count == 0.0 {
            return other;
        }
        if other.count == 0.0 {
            return self;
        }
        let (a, b) = (self.count, other.count);
        let n = a + b;
        let delta = other.mean - self.mean;
        let part = delta / n;
        let square = part * part;
        Moments {
            count: n,
            mean: self.mean + part * b,
            m2: self.m2 + other.m2 + delta * part * a * b,
            m3: self.m3
                + other.m3
                + delta * square * a * b * (a - b)
                + 3.0 * part * (a * other.m2 - b * self.m2),
            m4: self.m4
                + other.m4
                + delta * part * square * a * b * (a * a - a * b + b * b)
                + 6.0 * square * (a * a * other.m2 + b * b * self.m2)
                + 4.0 * part * (a * other.m3 - b * self.m3),
            logarithms: self.logarithms + other.logarithms,
        }
    }

    /// NULL below three values.
    fn skewness(&self) -> Option<f64> {
        (self.count >= 3.0).then(|| self.count.sqrt() * self.m3 / self.m2.powf(1.5))
    }

    /// That of a sample, less the normal distribution's; NULL below four values.
    fn kurtosis(&self) -> Option<f64> {
        let n = self.count;
        if n < 4.0 {
            return None;
        }
        let variance = self.m2 / (n - 1.0);
        let scale = n * (n + 1.0) / ((n - 1.0) * (n - 2.0) * (n - 3.0));
        let normal = 3.0 * (n - 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0));
        Some(scale * self.m4 / (variance * variance) - normal)
    }

    fn geometric_mean(&self) -> Option<f64> {
        (self.count > 0.0).then(|| (self.logarithms / self.count).exp())
    }
}

#[derive(Debug)]
struct Accumulated {
    finish: fn(&Moments) -> Option<f64>,
    moments: Moments,
}

impl Accumulator for Accumulated {
    fn update_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        let values = arrays.first().and_then(|array| array.as_primitive_opt::<Float64Type>());
        let Some(values) = values else { return internal_err!("moments of other than doubles") };
        for value in values.iter().flatten() {
            self.moments = self.moments.merge(Moments::of(value));
        }
        Ok(())
    }

    fn merge_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        let columns: Vec<&Float64Array> =
            arrays.iter().filter_map(|array| array.as_primitive_opt()).collect();
        let [counts, means, m2s, m3s, m4s, logarithms] = columns[..] else {
            return internal_err!("a state of other than six doubles");
        };
        for row in 0..counts.len() {
            self.moments = self.moments.merge(Moments {
                count: counts.value(row),
                mean: means.value(row),
                m2: m2s.value(row),
                m3: m3s.value(row),
                m4: m4s.value(row),
                logarithms: logarithms.value(row),
            });
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let Moments { count, mean, m2, m3, m4, logarithms } = self.moments;
        let values = [count, mean, m2, m3, m4, logarithms];
        Ok(values.map(|value| ScalarValue::Float64(Some(value))).into())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64((self.finish)(&self.moments)))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_do_not_depend_on_how_values_are_split() {
        let values = [2.0, 4.0, -1.0, 7.5, 0.25];
        let all = values.map(Moments::of).into_iter().fold(Moments::default(), Moments::merge);
        let mean = values.iter().sum::<f64>() / 5.0;
        let sum = |power: i32| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>();
        for split in 0..5 {
            let fold = |part: &[f64]| {
                part.iter().map(|v| Moments::of(*v)).fold(Moments::default(), Moments::merge)
            };
            let merged = fold(&values[..split]).merge(fold(&values[split..]));
            for (found, expected) in
                [(merged.m2, sum(2)), (merged.m3, sum(3)), (merged.m4, sum(4)), (all.m4, sum(4))]
            {
                assert!((found - expected).abs() < 1e-9, "{found} {expected}");
            }
        }
    }
}
