//! Calls of functions.

use lakequery_types::Type;

use crate::function::FunctionKind;
use crate::token::Span;
use crate::tree::{Call, Expr, ExprKind, Literal, SortKey, Truncation};

use super::ident::is_word;
use super::query::telling;
use super::{Cast, Clause, FunctionSql, Support, Writer};

impl Writer<'_> {
    pub(super) fn call(&mut self, call: &Call, span: Span) {
        let name = call.function.name;
        if call.over.is_some() && !call.order_by.is_empty() {
            let reason = "no engine orders the rows of a window aggregate twice";
            self.refuse(span, &format!("`{name}` with both ORDER BY and OVER"), reason);
        }
        let outer = self.place;
        if call.function.is_volatile()
            && let Some(reason) = self.dialect.refuses_volatile(outer.clause)
        {
            self.refuse(span, &format!("`{name}` here"), reason);
        }
        if call.over.is_some() {
            self.place.clause = Clause::Window;
        } else if call.function.kind != FunctionKind::Scalar {
            self.place.clause = Clause::Aggregate;
        }
        self.place.beside_lambda |= call.args.iter().any(is_lambda);
        let sql = self.dialect.functions.sql(call.function, &call.args);
        if !matches!(sql, FunctionSql::Unsupported(_))
            && let Some(reason) = self.dialect.refuses_call(call)
        {
            let what = match (call.distinct, &call.over) {
                (true, Some(_)) => format!("`{name}` with both DISTINCT and OVER"),
                _ => format!("this call of `{name}`"),
            };
            self.refuse(span, &what, reason);
        }
        match sql {
            FunctionSql::Same => self.plain_call(name, call, span),
            FunctionSql::Name(name) => self.plain_call(name, call, span),
            FunctionSql::Template(template) | FunctionSql::Typed(template, _) => {
                self.template(template, &call.args.iter().collect::<Vec<_>>());
                let extras = call.distinct || !call.order_by.is_empty() || call.ignore_nulls;
                let follows = call.filter.is_some() || call.over.is_some();
                if extras || (follows && !is_operand(template)) {
                    let reason = "it is spelled as an expression there";
                    self.refuse(span, &format!("this form of `{name}`"), reason);
                }
                self.behind(call, call.filter.as_ref(), span);
            }
            FunctionSql::Unsupported(reason) => {
                self.refuse(span, &format!("`{name}`"), reason);
                // The arguments may be refused too.
                call.args.iter().for_each(|arg| self.value(arg));
            }
        }
        self.place = outer;
    }

    fn plain_call(&mut self, name: &str, call: &Call, span: Span) {
        let filter = self.filter_in_argument(call, span);
        let within_group = call.function.is_ordered_set() && self.dialect.listagg_within_group;
        self.push(name);
        self.push("(");
        if call.distinct {
            self.push("DISTINCT ");
        }
        match (filter, &call.args[..]) {
            (Some(filter), args) => self.filtered(filter, args.first()),
            (None, []) if call.function.name == "count" => self.push("*"),
            (None, args) => self.list(args, Writer::value),
        }
        if !within_group {
            self.inner_order(&call.order_by, span);
        }
        if let Some(truncation) = &call.truncation {
            self.truncation(truncation, span);
        }
        self.push(")");
        if within_group {
            self.push(" WITHIN GROUP (ORDER BY ");
            match (&call.order_by[..], &call.args[..]) {
                // No order was asked for, but one must be given.
                ([], [first, ..]) => self.value(first),
                (keys, _) => self.sort_keys(keys),
            }
            self.push(")");
        }
        self.behind(call, if filter.is_some() { None } else { call.filter.as_ref() }, span);
    }

    /// Writes `ON OVERFLOW TRUNCATE '…' WITH COUNT`, or refuses it.
    fn truncation(&mut self, truncation: &Truncation, span: Span) {
        let Truncation { filler, counts } = truncation;
        if let Support::No(reason) = self.dialect.listagg_truncates {
            self.refuse(span, "ON OVERFLOW TRUNCATE", reason);
        }
        self.push(" ON OVERFLOW TRUNCATE ");
        if let Some(filler) = filler {
            let text = self.dialect.quoted(filler);
            self.push(&text);
            self.push(" ");
        }
        self.push(if *counts { "WITH COUNT" } else { "WITHOUT COUNT" });
    }

    /// Writes the ORDER BY within the parentheses of an aggregate.
    fn inner_order(&mut self, keys: &[SortKey], span: Span) {
        let keys: Vec<SortKey> = telling(keys).into_iter().cloned().collect();
        if !keys.is_empty() {
            if let Support::No(reason) = self.dialect.aggregate_order_by {
                self.refuse(span, "ORDER BY in an aggregate", reason);
            }
            self.push(" ORDER BY ");
            self.sort_keys(&keys);
        }
    }

    /// The FILTER, where it has to become part of the argument.
    fn filter_in_argument<'c>(&mut self, call: &'c Call, span: Span) -> Option<&'c Expr> {
        let filter = call.filter.as_ref()?;
        if call.over.is_none() || self.dialect.supports_filter_with_over {
            return None;
        }
        if call.args.len() > 1 || !call.function.skips_nulls() {
            let what = format!("`{}` with both FILTER and OVER", call.function.name);
            self.refuse(span, &what, "it has no FILTER for windows");
            return None;
        }
        Some(filter)
    }

    /// Writes an argument that is NULL where the filter does not hold.
    fn filtered(&mut self, filter: &Expr, arg: Option<&Expr>) {
        self.push("CASE WHEN ");
        self.filter(filter);
        self.push(" THEN ");
        match arg {
            Some(arg) => self.value(arg),
            None => self.push("1"),
        }
        self.push(" END");
    }

    /// Writes what stands behind the parentheses.
    fn behind(&mut self, call: &Call, filter: Option<&Expr>, span: Span) {
        if let Some(filter) = filter {
            self.push(" FILTER (WHERE ");
            self.filter(filter);
            self.push(")");
        }
        if call.ignore_nulls {
            self.push(" IGNORE NULLS");
        }
        if let Some(window) = &call.over {
            self.over(window, call.function.kind == FunctionKind::Window, span);
        }
    }

    /// Writes a template, its arguments in the places of `{0}`, `{1}` and so on.
    pub(super) fn template(&mut self, template: &str, args: &[&Expr]) {
        let span = args.iter().fold(Span::default(), |span, arg| span.to(arg.span));
        if self.overflows(span) {
            return;
        }
        self.check_written_once(template, args);
        if template.contains("->") {
            self.beside_lambda(|writer| writer.filled(template, args));
        } else {
            self.filled(template, args);
        }
    }

    /// Writes what a lambda is given to.
    pub(crate) fn beside_lambda(&mut self, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.place.beside_lambda, true);
        write(self);
        self.place.beside_lambda = outer;
    }

    fn filled(&mut self, template: &str, args: &[&Expr]) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            self.push(before);
            let place = after.split_once('}').and_then(|(index, after)| {
                let (index, ty) = index.split_once(':').unwrap_or((index, ""));
                Some((args.get(index.parse::<usize>().ok()?)?, ty, after))
            });
            match place {
                Some((arg, "int", after)) => {
                    self.int_argument(arg, before, after);
                    rest = after;
                }
                Some((arg, _, after)) => {
                    self.template_argument(arg, before, after);
                    rest = after;
                }
                None => {
                    self.push("{");
                    rest = after;
                }
            }
        }
        self.push(rest);
    }

    /// Refuses an argument that a template repeats and that is another value each time.
    fn check_written_once(&mut self, template: &str, args: &[&Expr]) {
        for (index, arg) in args.iter().enumerate() {
            let [open, typed] = [format!("{{{index}}}"), format!("{{{index}:")];
            let times = template.matches(&open).count() + template.matches(&typed).count();
            if times > 1 {
                self.check_drawn_once(arg);
            }
        }
    }

    /// Refuses an expression that is written more than once and is another value each time.
    pub(super) fn check_drawn_once(&mut self, expr: &Expr) {
        let mut is_volatile = false;
        expr.for_each_part(0, &mut |part, _| is_volatile |= part.is_volatile());
        if is_volatile {
            let reason = "it is written more than once there; draw it in a subquery";
            self.refuse(expr.span, "this random value", reason);
        }
    }

    /// Writes an argument where a number of 32 bits is asked for.
    fn int_argument(&mut self, arg: &Expr, before: &str, after: &str) {
        match &arg.written().kind {
            ExprKind::Literal(Literal::Integer(value)) if i32::try_from(*value).is_ok() => {
                let literal = Expr { ty: Type::Integer, ..arg.written().clone() };
                self.template_argument(&literal, before, after);
            }
            ExprKind::Literal(Literal::Integer(_)) => {
                self.refuse(arg.span, "this number", "it takes only 32 bits there");
            }
            _ if arg.written().ty != Type::Integer => {
                let ty = &Type::Integer;
                self.cast(Cast { expr: arg, ty, fallible: false, span: arg.span });
            }
            _ => self.template_argument(arg.written(), before, after),
        }
    }

    /// Between commas and parentheses an argument needs no parentheses of its own.
    fn template_argument(&mut self, arg: &Expr, before: &str, after: &str) {
        let opened = before.is_empty() || before.ends_with(['(', ',']) || before.ends_with(", ");
        let closed = after.is_empty() || after.starts_with([')', ',']);
        if opened && closed && !(before.is_empty() && after.is_empty()) {
            self.value(arg);
        } else {
            self.primary(arg);
        }
    }
}

fn is_lambda(arg: &Expr) -> bool {
    matches!(arg.kind, ExprKind::Lambda(_))
}

/// Whether a template is a word or a call, so that it can stand as an operand
/// of anything.
pub(super) fn is_operand(template: &str) -> bool {
    if template.strip_prefix("{0}").is_some_and(is_access) {
        return true;
    }
    let Some((name, arguments)) = template.split_once('(') else { return is_word(template) };
    let mut depth = 1_usize;
    let closed_at = arguments.bytes().position(|b| {
        depth = match b {
            b'(' => depth + 1,
            b')' => depth - 1,
            _ => depth,
        };
        depth == 0
    });
    is_word(name) && closed_at == Some(arguments.len() - 1)
}

/// Whether this stands behind an operand and makes one: `[0]`, `.name`.
fn is_access(suffix: &str) -> bool {
    match suffix.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(index) => !index.contains([']', '[']),
        None => suffix.strip_prefix('.').is_some_and(is_word),
    }
}
