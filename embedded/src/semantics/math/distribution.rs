//! Distributions: how likely a value below another one is, and back.

use std::f64::consts::SQRT_2;

use arrow_array::ArrayRef;
use arrow_array::types::{Float64Type, Int64Type};
use datafusion::common::Result;
use libm::erf;

use super::super::arithmetic::one_nan;
use super::super::function::{Call, Function, Param, Takes, refuse};
use super::DOUBLE;
use super::special::{incomplete_beta, inverse_erf, inverse_incomplete_beta, log_beta};

pub(super) fn functions() -> Vec<Function> {
    use Param::{Bigint, Double};
    const THREE: Takes = Takes::Lists(&[&[Double, Double, Double]]);
    const TWO: Takes = Takes::Lists(&[&[Double, Double]]);
    const TRIALS: Takes = Takes::Lists(&[&[Bigint, Bigint, Double]]);
    vec![
        Function::new("normal_cdf", THREE, DOUBLE, |call| of_doubles(call, normal_cdf)).strict(),
        Function::new("inverse_normal_cdf", THREE, DOUBLE, |call| {
            of_doubles(call, inverse_normal_cdf)
        })
        .strict(),
        Function::new("beta_cdf", THREE, DOUBLE, |call| of_doubles(call, beta_cdf)).strict(),
        Function::new("inverse_beta_cdf", THREE, DOUBLE, |call| of_doubles(call, inverse_beta_cdf))
            .strict(),
        Function::new("t_cdf", TWO, DOUBLE, |call| of_doubles(call, t_cdf)).strict(),
        Function::new("t_pdf", TWO, DOUBLE, |call| of_doubles(call, t_pdf)).strict(),
        Function::new("wilson_interval_lower", TRIALS, DOUBLE, |call| wilson(call, -1.0)).strict(),
        Function::new("wilson_interval_upper", TRIALS, DOUBLE, |call| wilson(call, 1.0)).strict(),
    ]
}

fn of_doubles<const N: usize>(
    call: &Call<'_>,
    value: fn([f64; N]) -> Result<f64>,
) -> Result<ArrayRef> {
    let columns = (0..N).map(|index| call.numbers::<Float64Type>(index));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    call.make_numbers::<Float64Type>(|row| {
        let mut numbers = [0.0; N];
        for (number, column) in numbers.iter_mut().zip(&columns) {
            match column.get(row) {
                Some(given) => *number = given,
                None => return Ok(None),
            }
        }
        value(numbers).map(|value| Some(one_nan(value)))
    })
}

/// NaN is not positive either.
fn is_positive(number: f64) -> bool {
    number > 0.0
}

fn normal_cdf([mean, deviation, value]: [f64; 3]) -> Result<f64> {
    if !is_positive(deviation) {
        return refuse(format!("the standard deviation is {deviation}, and not positive"));
    }
    Ok(0.5 * (1.0 + erf((value - mean) / (deviation * SQRT_2))))
}

fn inverse_normal_cdf([mean, deviation, share]: [f64; 3]) -> Result<f64> {
    if !(share > 0.0 && share < 1.0) {
        return refuse(format!("a probability between 0 and 1 is expected, not {share}"));
    }
    if !is_positive(deviation) {
        return refuse(format!("the standard deviation is {deviation}, and not positive"));
    }
    Ok(mean + deviation * SQRT_2 * inverse_erf(2.0 * share - 1.0))
}

fn beta_cdf([a, b, value]: [f64; 3]) -> Result<f64> {
    check_beta(a, b, "the value", value)?;
    Ok(incomplete_beta(a, b, value, 1.0 - value))
}

fn inverse_beta_cdf([a, b, share]: [f64; 3]) -> Result<f64> {
    check_beta(a, b, "the probability", share)?;
    Ok(inverse_incomplete_beta(a, b, share))
}

fn check_beta(a: f64, b: f64, what: &str, number: f64) -> Result<()> {
    if !(0.0..=1.0).contains(&number) {
        return refuse(format!("{what} is {number}, and not from 0 to 1"));
    }
    if !is_positive(a) || !is_positive(b) {
        return refuse(format!("the parameters {a} and {b} are not both positive"));
    }
    Ok(())
}

fn check_freedom(freedom: f64) -> Result<()> {
    if freedom < 1.0 {
        return refuse(format!("the degrees of freedom are {freedom}, and not at least 1"));
    }
    Ok(())
}

fn t_cdf([value, freedom]: [f64; 2]) -> Result<f64> {
    check_freedom(freedom)?;
    if value.is_nan() || !freedom.is_finite() {
        return Ok(f64::NAN);
    }
    let square = value * value;
    let (x, y) = if square.is_finite() {
        (freedom / (freedom + square), square / (freedom + square))
    } else {
        (0.0, 1.0)
    };
    let beyond = incomplete_beta(freedom / 2.0, 0.5, x, y) / 2.0;
    Ok(if value < 0.0 { beyond } else { 1.0 - beyond })
}

fn t_pdf([value, freedom]: [f64; 2]) -> Result<f64> {
    check_freedom(freedom)?;
    if !freedom.is_finite() {
        return Ok(f64::NAN);
    }
    let exponent = (freedom + 1.0) / 2.0 * (value * value / freedom).ln_1p();
    Ok((-log_beta(freedom / 2.0, 0.5) - 0.5 * freedom.ln() - exponent).exp())
}

/// The bound of Wilson's score interval on one side of the share of successes.
fn wilson(call: &Call<'_>, side: f64) -> Result<ArrayRef> {
    let (successes, trials) = (call.numbers::<Int64Type>(0)?, call.numbers::<Int64Type>(1)?);
    let scores = call.numbers::<Float64Type>(2)?;
    call.make_numbers::<Float64Type>(|row| {
        let (Some(successes), Some(trials), Some(z)) =
            (successes.get(row), trials.get(row), scores.get(row))
        else {
            return Ok(None);
        };
        if successes < 0 {
            return refuse(format!("the number of successes is negative: {successes}"));
        }
        if trials <= 0 {
            return refuse(format!("the number of trials is {trials}, and not positive"));
        }
        if successes > trials {
            return refuse(format!("there are {successes} successes, but only {trials} trials"));
        }
        if z.is_nan() || z < 0.0 {
            return refuse(format!("the z-score is {z}, and not at least 0"));
        }
        let n = trials as f64;
        let share = successes as f64 / n;
        let square = z * z / n;
        let spread = z * (share * (1.0 - share) / n + square / (4.0 * n)).sqrt();
        Ok(Some((share + square / 2.0 + side * spread) / (1.0 + square)))
    })
}
