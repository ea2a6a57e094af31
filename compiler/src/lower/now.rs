//! `current_timestamp(6)` and its like: the time of the query with a precision.

use lakequery_types::Type;

use super::Lowerer;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::tree::Expr;

/// The functions that take a precision.
const NAMES: [&str; 3] = ["current_timestamp", "localtimestamp", "localtime"];

/// The most digits of a second.
const MOST: u8 = 12;

impl Lowerer<'_> {
    /// The time with as many digits as the call asks for; `None` for any other call. Engines tell
    /// it to the millisecond, and further digits are 0.
    pub(super) fn precise_now(&mut self, call: &ast::Call) -> Option<Expr> {
        let ast::Call { name, arguments, within_group, filter, nulls, over, span } = call;
        let ast::Path { parts, span: _ } = name;
        let [ast::Name { text, quoted: _, span: _ }] = &parts[..] else { return None };
        let name = NAMES.into_iter().find(|name| text.eq_ignore_ascii_case(name))?;
        let ast::Arguments { quantifier, args, order_by, nulls: inside, overflow } = arguments;
        let [ast::Argument::Expr(ast::Expr { kind, span: precision_span })] = &args[..] else {
            return None;
        };
        let is_plain = quantifier.is_none() && order_by.is_none() && inside.is_none();
        let has_more = within_group.is_some() || filter.is_some() || nulls.is_some();
        if !is_plain || has_more || overflow.is_some() || over.is_some() {
            return None;
        }
        let precision = match kind {
            ast::ExprKind::Number(number) => number.parse().ok().filter(|digits| *digits <= MOST),
            _ => None,
        };
        let Some(precision) = precision else {
            let message = format!("the precision of `{name}` is a number from 0 to {MOST}");
            let diagnostic = Diagnostic::new(Code::BadLiteral, *precision_span, message);
            self.report(diagnostic.help(format!("such as `{name}(3)`")));
            return Some(Expr::error(*span));
        };
        let now = self.lowered_call(name, Vec::new(), *span);
        let ty = match now.ty {
            Type::TimestampTz(_) => Type::TimestampTz(precision),
            Type::Timestamp(_) => Type::Timestamp(precision),
            _ => Type::Time(precision),
        };
        Some(if now.ty == ty || now.is_error() { now } else { now.cast(&ty) })
    }
}
