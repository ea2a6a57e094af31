//! Local times of time zones. Spark keeps no zone with a timestamp: what computes with the
//! local time of `x AT TIME ZONE z` is given the timestamp whose fields in UTC, the zone of its
//! sessions, are those.

use std::borrow::Cow;

use lakequery_types::Type;

use crate::emit::{Dialect, FunctionSql, Rewrite};
use crate::engine::argument;
use crate::tree::{Call, Expr, ExprKind};

/// The functions that look at the local time of their first argument alone.
const LOCAL: &[&str] = &[
    "date",
    "date_format",
    "day",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "dow",
    "doy",
    "format_datetime",
    "hour",
    "last_day_of_month",
    "millisecond",
    "minute",
    "month",
    "quarter",
    "second",
    "week",
    "week_of_year",
    "year",
    "year_of_week",
    "yow",
];

/// A template with its arguments.
struct Spelled<'e> {
    text: String,
    args: Vec<&'e Expr>,
}

impl<'e> Spelled<'e> {
    fn rewrite(self) -> Rewrite<'e> {
        let args = self.args.into_iter().map(Cow::Borrowed).collect();
        Rewrite { template: self.text.into(), args }
    }

    /// `{n}` for another argument.
    fn place(&mut self, arg: &'e Expr) -> String {
        self.args.push(arg);
        format!("{{{}}}", self.args.len() - 1)
    }
}

/// The local time of a timestamp that is shown in a zone; `None` for any other.
fn local(expr: &Expr) -> Option<Spelled<'_>> {
    let ExprKind::Call(call) = &expr.written().kind else { return None };
    match (call.function.name, &call.args[..]) {
        ("at_timezone", [instant, zone]) => {
            let text = "from_utc_timestamp({0}, {1})".to_owned();
            Some(Spelled { text, args: vec![instant, zone] })
        }
        ("with_timezone", [time, _]) => {
            Some(Spelled { text: "CAST({0} AS TIMESTAMP)".to_owned(), args: vec![time] })
        }
        ("date_trunc", [unit, value]) => {
            let mut local = local(value)?;
            let unit = local.place(unit);
            local.text = format!("date_trunc({unit}, {})", local.text);
            Some(local)
        }
        _ => None,
    }
}

/// The zone that a timestamp is shown in.
fn zone(expr: &Expr) -> Option<&Expr> {
    let ExprKind::Call(call) = &expr.written().kind else { return None };
    match (call.function.name, &call.args[..]) {
        ("at_timezone" | "with_timezone", [_, zone]) => Some(zone),
        ("date_trunc", [_, value]) => zone(value),
        _ => None,
    }
}

/// A timestamp that is shown in a zone, as the instant that it is.
pub(super) fn instant(expr: &Expr) -> Option<Rewrite<'_>> {
    let ExprKind::Call(call) = &expr.written().kind else { return None };
    match (call.function.name, &call.args[..]) {
        ("at_timezone", [instant, _]) => {
            Some(Spelled { text: "{0}".to_owned(), args: vec![instant] }.rewrite())
        }
        // An hour that clocks show twice is two.
        ("date_trunc", [unit, shown])
            if argument::text(Some(unit)).is_some_and(|unit| !is_days(unit)) =>
        {
            let mut local = local(shown)?;
            let (moment, unit) = (local.place(unpeeled(shown)?), local.place(unit));
            local.text =
                format!("{moment} - ({} - date_trunc({unit}, {}))", local.text, local.text);
            Some(local.rewrite())
        }
        ("with_timezone" | "date_trunc", _) => {
            let mut local = local(expr)?;
            let zone = local.place(zone(expr)?);
            local.text = format!("to_utc_timestamp({}, {zone})", local.text);
            Some(local.rewrite())
        }
        _ => None,
    }
}

/// The timestamp that is shown in another zone.
fn unpeeled(expr: &Expr) -> Option<&Expr> {
    match &expr.written().kind {
        ExprKind::Call(call) if call.function.name == "at_timezone" => call.args.first(),
        _ => None,
    }
}

/// Whether a unit is a day or more.
fn is_days(unit: &str) -> bool {
    !["millisecond", "second", "minute", "hour"].iter().any(|own| own.eq_ignore_ascii_case(unit))
}

/// What is written in the place of an expression that looks at the local time of a zone.
pub(super) fn rewrite<'e>(dialect: &Dialect, expr: &'e Expr) -> Option<Rewrite<'e>> {
    match &expr.kind {
        ExprKind::Call(call) if LOCAL.contains(&call.function.name) => {
            let [shown, rest @ ..] = &call.args[..] else { return None };
            let mut local = local(shown)?;
            let mut text = template(dialect, call)?;
            for (index, arg) in rest.iter().enumerate() {
                let place = local.place(arg);
                text = text.replace(&format!("{{{}}}", index + 1), &format!("\u{0}{place}"));
            }
            local.text = text.replace("{0}", &local.text).replace('\u{0}', "");
            Some(local.rewrite())
        }
        ExprKind::Cast { expr: inner, fallible: _ } => {
            let mut local = local(inner)?;
            let ty = match (&inner.ty, &expr.ty) {
                (_, Type::Date) => "DATE",
                (Type::TimestampTz(from), Type::Timestamp(to)) if from <= to => "TIMESTAMP_NTZ",
                _ => return None,
            };
            local.text = format!("CAST({} AS {ty})", local.text);
            Some(local.rewrite())
        }
        _ => None,
    }
}

/// The call as a template.
fn template(dialect: &Dialect, call: &Call) -> Option<String> {
    let named = |name: &str| {
        let places: Vec<String> = (0..call.args.len()).map(|i| format!("{{{i}}}")).collect();
        format!("{name}({})", places.join(", "))
    };
    match dialect.functions.sql(call.function, &call.args) {
        FunctionSql::Template(text) | FunctionSql::Typed(text, _) => Some(text.to_owned()),
        FunctionSql::Name(name) => Some(named(name)),
        FunctionSql::Same => Some(named(call.function.name)),
        FunctionSql::Unsupported(_) => None,
    }
}
