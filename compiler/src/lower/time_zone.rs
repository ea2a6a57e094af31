//! `AT TIME ZONE`, and the time zones that functions are told.

use lakequery_types::Type;

use super::Lowerer;
use super::moment::zone_name;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{Expr, ExprKind, Literal};

impl Lowerer<'_> {
    /// `operand AT TIME ZONE zone`: the function `at_timezone`, the zone of which may also be an
    /// interval.
    pub(super) fn at_time_zone(&mut self, at: &ast::AtTimeZone, span: Span) -> Expr {
        let ast::AtTimeZone { operand, zone } = at;
        let operand = self.expr(operand);
        // A timestamp without a zone is in UTC.
        let operand = match operand.ty {
            Type::Timestamp(precision) => operand.cast(&Type::TimestampTz(precision)),
            _ => operand,
        };
        let zone = self.expr(zone);
        let zone = match &zone.kind {
            ExprKind::Literal(Literal::Milliseconds(millis)) => match offset_of(*millis) {
                Some(offset) => super::literal::literal_text(&offset, zone.span),
                None => {
                    let message = "an offset from UTC is whole minutes, from -14 to 14 hours";
                    self.error(Code::BadLiteral, zone.span, message);
                    return Expr::error(span);
                }
            },
            _ => zone,
        };
        self.lowered_call("at_timezone", vec![operand, zone], span)
    }

    /// Refuses a time zone that is a literal, and not one that every engine knows.
    pub(super) fn check_time_zone(&mut self, zone: &Expr) -> bool {
        let ExprKind::Literal(Literal::Text(name)) = &zone.written().kind else { return true };
        match zone_name(name) {
            Ok(known) if known == *name || known == "UTC" => true,
            Ok(known) => {
                let message = format!("`{name}` is not how the time zone `{known}` is written");
                self.report(
                    Diagnostic::new(Code::BadLiteral, zone.span, message)
                        .help(format!("write '{known}'")),
                );
                false
            }
            Err(message) => {
                self.error(Code::BadLiteral, zone.span, message);
                false
            }
        }
    }
}

/// `+02:00`
fn offset_of(millis: i64) -> Option<String> {
    let minutes = millis.checked_div(60_000).filter(|_| millis % 60_000 == 0)?;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    ((hours, minutes) <= (14, 0)).then(|| format!("{sign}{hours:02}:{minutes:02}"))
}
