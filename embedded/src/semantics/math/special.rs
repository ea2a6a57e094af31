//! The functions that distributions are computed with.

use std::f64::consts::PI;

use libm::{erf, erfc, lgamma};

/// The number whose error function is `y`, from -1 to 1.
pub(super) fn inverse_erf(y: f64) -> f64 {
    if y.is_nan() || y.abs() >= 1.0 {
        return if y.abs() == 1.0 { y * f64::INFINITY } else { f64::NAN };
    }
    // Winitzki's approximation, and then Newton's steps: near one by what is missing to it, as
    // its digits are lost in the function itself.
    let missing = 1.0 - y.abs();
    let logarithm = (missing * (1.0 + y.abs())).ln();
    let a = 2.0 / (PI * 0.147) + logarithm / 2.0;
    let mut x = ((a * a - logarithm / 0.147).sqrt() - a).sqrt();
    for _ in 0..4 {
        let over = if missing < 0.5 { missing - erfc(x) } else { erf(x) - y.abs() };
        let step = over / (2.0 / PI.sqrt() * (-x * x).exp());
        x -= step / (1.0 + x * step);
    }
    x.copysign(y)
}

/// What lies between the logarithm of the gamma function and Stirling's formula, from 10 on.
fn stirling_rest(x: f64) -> f64 {
    let square = 1.0 / (x * x);
    let series = 1.0 / 1680.0 - square / 1188.0;
    let series = 1.0 / 360.0 - square * (1.0 / 1260.0 - square * series);
    (1.0 / 12.0 - square * series) / x
}

/// The logarithm of the beta function. Those of gamma functions would lose its digits where they
/// are large.
pub(super) fn log_beta(a: f64, b: f64) -> f64 {
    const LARGE: f64 = 10.0;
    let (small, large) = (a.min(b), a.max(b));
    let sum = small + large;
    if large < LARGE {
        return lgamma(small) + lgamma(large) - lgamma(sum);
    }
    let rests = stirling_rest(large) - stirling_rest(sum);
    let share = (large - 0.5) * (-small / sum).ln_1p();
    if small < LARGE {
        return lgamma(small) + share - small * sum.ln() + small + rests;
    }
    let rests = rests + stirling_rest(small);
    share + small * (small / sum).ln() + 0.5 * (2.0 * PI / small).ln() + rests
}

/// The share of the beta function of `a` and `b` that lies below `x`, from 0 to 1; `y` is what is
/// missing to 1.
pub(super) fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x.is_nan() || x <= 0.0 || y <= 0.0 {
        return if y <= 0.0 { 1.0 } else { x.max(0.0) };
    }
    // The fraction converges on one side.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta_below(b, a, y, x);
    }
    incomplete_beta_below(a, b, x, y)
}

fn incomplete_beta_below(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let logarithm = powers(a, b, x, y) - log_beta(a, b);
    logarithm.exp() / a * beta_fraction(a, b, x)
}

/// The logarithm of the powers of `x` and `y`, which are 1 together.
fn powers(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let of = |number: f64, other: f64| {
        if number > 0.5 { (-other).ln_1p() } else { number.ln() }
    };
    a * of(x, y) + b * of(y, x)
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const STEPS: u32 = 100_000;
    let away = |number: f64| if number.abs() < TINY { TINY } else { number };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for part in [even, odd] {
            d = 1.0 / away(1.0 + part * d);
            c = away(1.0 + part / c);
            change = c * d;
            value *= change;
        }
        if (change - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

/// The `x` below which a share of the beta function of `a` and `b` lies.
pub(super) fn inverse_incomplete_beta(a: f64, b: f64, share: f64) -> f64 {
    if share <= 0.0 || share >= 1.0 {
        return share.clamp(0.0, 1.0);
    }
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let mut x = a / (a + b);
    for _ in 0..2_000 {
        let over = incomplete_beta(a, b, x, 1.0 - x) - share;
        if over == 0.0 {
            return x;
        }
        if over > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let slope = (powers(a - 1.0, b - 1.0, x, 1.0 - x) - log_beta(a, b)).exp();
        let next = x - over / slope;
        // Between bounds that are far apart by their geometric mean: it may be very small.
        let middle = if low > 0.0 && high > 4.0 * low {
            (low * high).sqrt()
        } else if low == 0.0 && high < 0.25 {
            high * high
        } else {
            f64::midpoint(low, high)
        };
        let next = if next > low && next < high { next } else { middle };
        if (next - x).abs() <= f64::EPSILON * x || next <= 0.0 {
            return next.max(0.0);
        }
        x = next;
    }
    x
}
