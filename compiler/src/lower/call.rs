//! Calls of functions.

use lakequery_types::Type;

use super::column::list;
use super::modifiers::Modifiers;
use super::parameter::{is_constant, parameter_type, roomy, waits_for_type};
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::function::{self, Argument, Foreign, Function, FunctionKind, Mismatch, Nulls, Resolved};
use crate::token::Span;
use crate::tree::{Call, Expr, ExprKind, FrameBound, Literal, Window};

impl Lowerer<'_> {
    pub(super) fn call(&mut self, call: &ast::Call, whole: Span) -> Expr {
        let ast::Call { name, arguments, within_group, filter, nulls, over, span } = call;
        let ast::Path { parts, span: name_span } = name;
        let (name_span, mut span) = (*name_span, *span);
        let [ast::Name { text: name, quoted: _, span: _ }] = &parts[..] else {
            return self.unsupported(name_span, "a function with a schema");
        };
        if name.eq_ignore_ascii_case("grouping") {
            return self.grouping(call, whole);
        }
        if let Some(now) = self.precise_now(call) {
            return now;
        }
        let Some(function) = function::lookup(name) else {
            let diagnostic = unknown_function(name, name_span);
            self.report(diagnostic);
            // The arguments may have mistakes of their own, but they may also
            // be meant for another function: one error is enough.
            self.only_refers(|this| this.arguments_of_unknown(arguments));
            return Expr::error(span);
        };
        self.refers_to_function(name_span, function);
        let ast::Arguments { quantifier, args, order_by, nulls: nulls_inside, overflow } =
            arguments;
        self.check_stars(function, *quantifier, args, span);
        self.check_nulls_inside(*nulls_inside);
        let truncation = self.truncation(function, overflow.as_ref());
        let distinct = quantifier.filter(|ast::Quantifier { distinct, span: _ }| *distinct);
        let order_by = self.within_group(function, order_by.as_ref(), within_group.as_ref());
        let modifiers = Modifiers { distinct, order_by, filter: filter.as_ref(), nulls: *nulls };
        if over.is_some() {
            span = whole;
        }

        if self.is_of_rows_in_lambda(function, over.is_some(), name_span) {
            self.only_refers(|this| this.arguments_of_unknown(arguments));
            return Expr::error(span);
        }
        self.check_place(function, over.is_some(), name_span);
        let is_window = over.is_some();
        let is_aggregate = function.kind == FunctionKind::Aggregate && !is_window;
        let compute = |this: &mut Self| {
            let filter = filter.as_ref().map(|ast::Filter { condition, span: _ }| {
                this.in_clause(Clause::Filter, |this| {
                    let filter = this.expr(condition);
                    this.require(filter, &Type::Boolean, "FILTER")
                })
            });
            let arguments = this.where_true(filter.as_ref(), |this| {
                this.within(
                    |context| {
                        context.in_aggregate |= is_aggregate;
                        context.in_window |= is_window;
                        // A value for NULL may itself come from outside.
                        context.null_welcome = function.nulls == Nulls::IfAll;
                    },
                    |this| {
                        let mut arguments = this.arguments(function, args);
                        this.lambdas(function, args, &mut arguments, name_span, span);
                        arguments
                    },
                )
            });
            let order_by = order_by.map_or(&[][..], |ast::OrderBy { keys, span: _ }| keys);
            let order_by =
                this.within(|context| context.in_aggregate = true, |this| this.sort_keys(order_by));
            (arguments, filter, order_by)
        };
        let (mut arguments, filter, order_by) = if is_window {
            self.of_other_rows(compute)
        } else if is_aggregate {
            self.without_outputs(compute)
        } else {
            compute(self)
        };
        self.check_modifiers(function, &modifiers, arguments.is_empty());
        let distinct = distinct.is_some();
        let over = over.as_ref().map(|over| {
            self.within(|context| context.in_window = true, |this| this.window(function, over))
        });

        if let (Nulls::IfAll, Some(last)) = (function.nulls, arguments.last_mut())
            && let ExprKind::Parameter(index) = last.kind
            && !self.context.clause.is_filter()
        {
            // The last resort must be there.
            self.parameters[index].nullable = false;
            last.nullable = false;
        }
        let resolved = self.resolve(function, arguments, name_span, span);
        let Some((args, ty)) = resolved else { return Expr::error(span) };
        self.check_least(function, &args);
        if !self.check_zone_of(function, &args) {
            return Expr::error(span);
        }
        if let ("sequence", [Expr { ty: Type::Date, .. }, _, step]) = (function.name, &args[..])
            && !self.moves_dates(step, step.span)
        {
            return Expr::error(span);
        }
        if let Some(ast::Quantifier { distinct: _, span }) = modifiers.distinct
            && args.iter().any(|arg| matches!(arg.kind, ExprKind::Lambda(_)))
        {
            let message = format!("`{}` can't have DISTINCT", function.name);
            self.report(
                Diagnostic::new(Code::TypeMismatch, span, message)
                    .label("DISTINCT compares arguments, and a lambda is not a value")
                    .help("take DISTINCT out, and select from `(SELECT DISTINCT …)`"),
            );
        } else if distinct && args.iter().any(|arg| !arg.ty.is_comparable()) {
            let message = format!("values of type `{}` can't be compared", args[0].ty);
            self.error(Code::TypeMismatch, args[0].span, message);
        }
        if distinct {
            self.check_distinct_order(function, &args, &order_by);
        }
        let nullable = self.call_nullable(function, &args, filter.is_some(), over.as_ref());
        if function.nulls == Nulls::IfBranches {
            return if_as_case(args, ty, nullable, span);
        }
        Expr {
            kind: ExprKind::Call(Box::new(Call {
                function,
                args,
                distinct,
                order_by,
                filter,
                ignore_nulls: nulls.is_some_and(|ast::NullTreatment { ignore, span: _ }| ignore),
                truncation,
                over,
            })),
            ty,
            nullable,
            span,
        }
    }

    /// A call that SQL spells in its own way: `SUBSTRING(x FROM 2)`.
    pub(super) fn named_call(&mut self, name: &str, args: Vec<&ast::Expr>, span: Span) -> Expr {
        let Some(function) = function::lookup(name) else {
            return self.unsupported(span, &name.to_uppercase());
        };
        self.refers_to_function(Span::token(span.start), function);
        let args = args.into_iter().map(|arg| self.expr(arg)).collect();
        self.lowered_call(function.name, args, span)
    }

    /// The same of arguments that are lowered.
    pub(super) fn lowered_call(&mut self, name: &str, args: Vec<Expr>, span: Span) -> Expr {
        let Some(function) = function::lookup(name) else {
            return self.unsupported(span, &name.to_uppercase());
        };
        let Some((args, ty)) = self.resolve(function, args, span, span) else {
            return Expr::error(span);
        };
        if !self.check_zone_of(function, &args) {
            return Expr::error(span);
        }
        let nullable = self.call_nullable(function, &args, false, None);
        Expr { kind: ExprKind::Call(Box::new(Call::plain(function, args))), ty, nullable, span }
    }

    fn arguments_of_unknown(&mut self, arguments: &ast::Arguments) {
        let ast::Arguments { quantifier: _, args, order_by, nulls: _, overflow: _ } = arguments;
        for arg in args {
            match arg {
                ast::Argument::Expr(arg) => drop(self.expr(arg)),
                ast::Argument::Star(_) => {}
            }
        }
        if let Some(ast::OrderBy { keys, span: _ }) = order_by {
            self.sort_keys(keys);
        }
    }

    fn arguments(&mut self, function: &Function, args: &[ast::Argument]) -> Vec<Expr> {
        let last = args.len().saturating_sub(1);
        let mut lowered = Vec::with_capacity(args.len());
        for (i, arg) in args.iter().enumerate() {
            match arg {
                ast::Argument::Expr(arg) => {
                    if let ast::Expr { kind: ast::ExprKind::Lambda(_), span } = arg {
                        // Those wait for the types of the others.
                        lowered.push(Expr::error(*span));
                        continue;
                    }
                    let welcome = self.context.null_welcome && i != last;
                    let arg = self
                        .within(|context| context.null_welcome = welcome, |this| this.expr(arg));
                    lowered.push(arg);
                }
                // `count(*)`; any other has an error of its own.
                ast::Argument::Star(span) => {
                    if function.name != "count" || args.len() > 1 {
                        lowered.push(Expr::error(*span));
                    }
                }
            }
        }
        lowered
    }

    /// Whether this is a call of a lambda's that sees more than one row, an error.
    fn is_of_rows_in_lambda(&mut self, function: &Function, over: bool, span: Span) -> bool {
        if self.context.lambdas == 0 || !over && function.kind == FunctionKind::Scalar {
            return false;
        }
        let (code, what) = match over || function.kind == FunctionKind::Window {
            true => (Code::MisplacedWindow, "window function"),
            false => (Code::MisplacedAggregate, "aggregate"),
        };
        let message = format!("a lambda can't contain the {what} `{}`", function.name);
        let diagnostic = Diagnostic::new(code, span, message);
        self.report(diagnostic.help("compute it in a subquery, and use its result"));
        true
    }

    /// Whether an aggregate or window function may stand here.
    fn check_place(&mut self, function: &Function, over: bool, span: Span) {
        let name = function.name;
        let clause = self.context.clause;
        match function.kind {
            FunctionKind::Aggregate if !over => {
                if self.context.in_aggregate {
                    let message = format!("`{name}` stands within another aggregate function");
                    self.report(
                        Diagnostic::new(Code::MisplacedAggregate, span, message)
                            .help("aggregate in a subquery first, then over its result"),
                    );
                } else if !clause.takes_aggregates() {
                    let message = format!("{} can't contain the aggregate `{name}`", clause.name());
                    let diagnostic = Diagnostic::new(Code::MisplacedAggregate, span, message);
                    self.report(match clause {
                        Clause::Where => diagnostic.help("conditions on groups go in HAVING"),
                        Clause::GroupBy => diagnostic.help("group by what it aggregates over"),
                        _ => diagnostic,
                    });
                }
            }
            FunctionKind::Window if !over => {
                let message = format!("`{name}` is a window function: it needs OVER");
                self.report(
                    Diagnostic::new(Code::MisplacedWindow, span, message)
                        .help(format!("such as `{name}(…) OVER (ORDER BY …)`")),
                );
            }
            FunctionKind::Scalar if over => {
                let message = format!("`{name}` is not a window function: it can't have OVER");
                self.error(Code::MisplacedWindow, span, message);
            }
            FunctionKind::Scalar => {}
            FunctionKind::Aggregate | FunctionKind::Window => {
                if self.context.in_window || self.context.in_aggregate {
                    let message =
                        format!("the window function `{name}` stands within another function");
                    self.report(
                        Diagnostic::new(Code::MisplacedWindow, span, message)
                            .help("compute the inner one in a subquery"),
                    );
                } else if !clause.takes_windows() {
                    let message =
                        format!("{} can't contain the window function `{name}`", clause.name());
                    self.report(
                        Diagnostic::new(Code::MisplacedWindow, span, message)
                            .help("compute it in a subquery and filter its result"),
                    );
                }
            }
        }
    }

    /// Finds the signature: the arguments in its types, and the result's type.
    fn resolve(
        &mut self,
        function: &'static Function,
        args: Vec<Expr>,
        name_span: Span,
        span: Span,
    ) -> Option<(Vec<Expr>, Type)> {
        if args.iter().any(Expr::is_error) {
            self.excuse(&args);
            return None;
        }
        let types: Vec<Type> = args.iter().map(|arg| arg.ty.clone()).collect();
        match signature(function, &args, &types) {
            Ok(resolved) => {
                let resolved = self.with_room(function, &args, resolved)?;
                let mut pairs = args.iter().zip(&resolved.params);
                let untyped = pairs.find(|(arg, ty)| waits_for_type(arg) && !ty.is_known());
                // Where all of a type is still open, what is around the call may tell it.
                if let Some((arg, _)) = untyped.filter(|(_, ty)| **ty != Type::Unknown) {
                    self.untyped(arg);
                    return None;
                }
                let result = match beside_parameters(&args, &resolved.params) {
                    Some(types) => signature(function, &args, &types).ok()?.result,
                    None => resolved.result,
                };
                let args: Vec<Expr> = args
                    .into_iter()
                    .zip(&resolved.params)
                    .map(|(arg, ty)| match arg.kind {
                        ExprKind::Lambda(lambda) => super::lambda::giving(*lambda, ty, arg.span),
                        _ => self.coerce(arg, ty),
                    })
                    .collect();
                let result = super::lambda::filtered(function, &args, result);
                Some((args, result))
            }
            Err(mismatch) => {
                self.mismatched(function, &args, mismatch, name_span, span);
                None
            }
        }
    }

    /// Reports that no signature fits the arguments.
    pub(super) fn mismatched(
        &mut self,
        function: &Function,
        args: &[Expr],
        mismatch: Mismatch,
        name_span: Span,
        span: Span,
    ) {
        let name = function.name;
        self.excuse(args);
        let diagnostic = match mismatch {
            Mismatch::Count { expected } => Diagnostic::new(
                Code::ArgumentCount,
                if args.is_empty() { name_span.to(span) } else { span },
                format!("`{name}` takes {expected}, found {}", args.len()),
            )
            .help(list("it is called as", signatures(function).iter().map(|s| &**s))),
            Mismatch::Type { index, expected } => {
                let arg = &args[index];
                let found = match arg.kind {
                    ExprKind::Lambda(_) => "a lambda".to_owned(),
                    _ => format!("`{}`", arg.ty),
                };
                let message = format!("`{name}` takes {expected} here, found {found}");
                let mut diagnostic = Diagnostic::new(Code::TypeMismatch, arg.span, message)
                    .label(format!("expected {expected}, found {found}"));
                if let (Type::Map(..), Some(help)) = (&arg.ty, of_maps(name)) {
                    diagnostic = diagnostic.help(help);
                } else if arg.ty.is_text() && expected.contains("number") {
                    diagnostic = diagnostic.help("convert it: `CAST(… AS double)`");
                } else if !arg.ty.is_text() && expected.contains("varchar") {
                    diagnostic = diagnostic.help("convert it: `CAST(… AS varchar)`");
                }
                diagnostic
            }
            Mismatch::Body { index, expected } => {
                let arg = &args[index];
                let at = match &arg.kind {
                    ExprKind::Lambda(lambda) => lambda.body.span,
                    _ => arg.span,
                };
                let message = format!(
                    "the lambda of `{name}` gives {expected}, and this one gives `{}`",
                    arg.ty
                );
                Diagnostic::new(Code::TypeMismatch, at, message)
                    .label(format!("expected {expected}, found `{}`", arg.ty))
            }
            Mismatch::Parameters { index, expected } => {
                let count = |n: usize| format!("{n} argument{}", if n == 1 { "" } else { "s" });
                let found = match &args[index].kind {
                    ExprKind::Lambda(lambda) => lambda.parameters.len(),
                    _ => 0,
                };
                let message = format!(
                    "`{name}` calls this lambda with {}, and it takes {found}",
                    count(expected)
                );
                let names: Vec<&str> = ["x", "y", "z"].into_iter().take(expected).collect();
                let written = match expected {
                    1 => "x -> …".to_owned(),
                    _ => format!("({}) -> …", names.join(", ")),
                };
                Diagnostic::new(Code::ArgumentCount, args[index].span, message)
                    .help(format!("write `{written}`"))
            }
            Mismatch::Word { index, expected } => {
                let message = format!("`{name}` does not know this word");
                let diagnostic = Diagnostic::new(Code::BadLiteral, args[index].span, message);
                let near = arguments_word(&args[index])
                    .and_then(|word| nearest(word, expected.iter().copied()));
                match near {
                    Some(near) => diagnostic.help(format!("did you mean '{near}'?")),
                    None => diagnostic.help(format!("it takes one of '{}'", expected.join("', '"))),
                }
            }
            Mismatch::Ambiguous { index, types } => {
                self.untyped_among(&args[index], &types);
                return;
            }
        };
        self.report(diagnostic);
    }

    /// The signature for open arguments that only literals gave a type: of that
    /// type, but with room for more. `None`, after a diagnostic, where there is none.
    fn with_room(
        &mut self,
        function: &'static Function,
        args: &[Expr],
        resolved: Resolved,
    ) -> Option<Resolved> {
        let of_literals = |ty: &Type| {
            !args.iter().any(|arg| arg.ty == *ty && !is_constant(arg))
                && args.iter().any(|arg| is_constant(arg) && function::coercible(&arg.ty, ty))
        };
        let narrow = args.iter().zip(&resolved.params).position(|(arg, ty)| {
            let wide = matches!(ty, Type::Decimal { .. }) || roomy(ty.clone()) != *ty;
            waits_for_type(arg) && wide && of_literals(ty)
        });
        let Some(narrow) = narrow else { return Some(resolved) };
        let (open, ty) = (&args[narrow], &resolved.params[narrow]);
        if let Type::Decimal { scale, .. } = ty {
            self.unknown_digits(open, *scale);
            return None;
        }
        // The literals keep their types, which may be that of the result.
        let types: Vec<Type> = args
            .iter()
            .zip(&resolved.params)
            .map(|(arg, param)| match waits_for_type(arg) && param == ty {
                true => roomy(ty.clone()),
                false => arg.ty.clone(),
            })
            .collect();
        // Where it takes that type alone, whatever the literals are, they stay as they are.
        let roomier = signature(function, args, &types).ok();
        Some(roomier.filter(|roomier| roomier.params[narrow] != *ty).unwrap_or(resolved))
    }

    /// Checks the time zone that a function is told, if it is.
    fn check_zone_of(&mut self, function: &Function, args: &[Expr]) -> bool {
        match (function.name, args) {
            ("at_timezone" | "with_timezone" | "from_unixtime", [_, zone]) => {
                self.check_time_zone(zone)
            }
            _ => true,
        }
    }

    /// Reports a literal that is less than what the function counts from.
    fn check_least(&mut self, function: &Function, args: &[Expr]) {
        let Some((index, least)) = function.least_argument() else { return };
        let Some(arg) = args.get(index) else { return };
        let is_less = match &arg.written().kind {
            ExprKind::Literal(Literal::Integer(value)) => *value < least,
            ExprKind::Negate(operand) => {
                matches!(operand.written().kind, ExprKind::Literal(Literal::Integer(1..)))
            }
            ExprKind::Literal(Literal::Null) => true,
            _ => false,
        };
        if is_less {
            let message = format!("`{}` takes a whole number from {least} on here", function.name);
            self.error(Code::BadLiteral, arg.span, message);
        }
    }

    /// Parameters next to a mistake need no complaint of their own.
    pub(super) fn excuse(&mut self, args: &[Expr]) {
        for arg in args {
            if let ExprKind::Parameter(index) = arg.kind {
                self.parameters[index].excused = true;
            }
        }
    }

    fn call_nullable(
        &self,
        function: &Function,
        args: &[Expr],
        filter: bool,
        over: Option<&Window>,
    ) -> bool {
        let any = args.iter().any(|arg| arg.nullable);
        let may_be_empty = match over {
            Some(window) => filter || frame_may_be_empty(window),
            None => filter || !self.context.grouped,
        };
        match function.nulls {
            Nulls::Never => false,
            Nulls::Nullable => true,
            Nulls::Strict => any,
            Nulls::AnyOf(those) => {
                those.iter().any(|index| args.get(*index).is_some_and(|arg| arg.nullable))
            }
            // The texts that it joins may be NULL, the array of them not.
            Nulls::OnlyOf(_) if args.iter().any(|arg| is_array_of_texts(function, arg)) => any,
            Nulls::OnlyOf(index) => args.get(index).is_some_and(|arg| arg.nullable),
            Nulls::IfAll => args.iter().all(|arg| arg.nullable),
            Nulls::IfBranches => args.len() < 3 || args[1..].iter().any(|arg| arg.nullable),
            Nulls::NoRows => any || may_be_empty,
            Nulls::OnlyNoRows => may_be_empty,
        }
    }
}

/// Whether this is what `concat_ws` joins in the place of several texts.
fn is_array_of_texts(function: &Function, arg: &Expr) -> bool {
    function.name == "concat_ws" && matches!(arg.ty, Type::Array(_))
}

/// The signature that fits arguments, taken as being of these types.
fn signature(
    function: &'static Function,
    args: &[Expr],
    types: &[Type],
) -> Result<Resolved, Mismatch> {
    let arguments: Vec<Argument<'_>> =
        args.iter().zip(types).map(|(arg, ty)| argument(arg, ty)).collect();
    function::resolve(function, &arguments)
}

/// The types of arguments whose parameters have theirs: what the others say of NULL inside of
/// them is not true of a parameter. `None` where that says nothing new.
fn beside_parameters(args: &[Expr], params: &[Type]) -> Option<Vec<Type>> {
    let given = |(arg, ty): (&Expr, &Type)| waits_for_type(arg).then(|| parameter_type(ty));
    let is_nested = |ty: &Type| matches!(ty, Type::Array(_) | Type::Map(..) | Type::Row(_));
    let given: Vec<Option<Type>> = args.iter().zip(params).map(given).collect();
    if !given.iter().flatten().any(is_nested) {
        return None;
    }
    let pairs = args.iter().zip(given);
    Some(pairs.map(|(arg, given)| given.unwrap_or_else(|| arg.ty.clone())).collect())
}

/// What does with a map what a function does with an array.
fn of_maps(name: &str) -> Option<&'static str> {
    match name {
        "transform" => Some("for a map, write `transform_values(m, (k, v) -> …)`"),
        "filter" => Some("for a map, write `map_filter(m, (k, v) -> …)`"),
        "contains" => Some("for the keys of a map, write `contains(map_keys(m), key)`"),
        _ => None,
    }
}

/// An argument, taken as being of this type.
pub(super) fn argument<'a>(arg: &'a Expr, ty: &'a Type) -> Argument<'a> {
    let lambda = match &arg.kind {
        ExprKind::Lambda(lambda) => Some(lambda.parameters.len()),
        _ => None,
    };
    Argument { ty, nullable: arg.nullable, lambda, literal: arguments_word(arg) }
}

/// `if(a, b, c)` is short for a CASE, which every engine has.
fn if_as_case(args: Vec<Expr>, ty: Type, nullable: bool, span: Span) -> Expr {
    let mut args = args.into_iter();
    let branches = args.next().zip(args.next()).into_iter().collect();
    let otherwise = args.next().map(Box::new);
    Expr { kind: ExprKind::Case { operand: None, branches, otherwise }, ty, nullable, span }
}

/// Whether a frame can hold no row: it surely holds the current one where it
/// starts at or before it and ends at or after it.
fn frame_may_be_empty(window: &Window) -> bool {
    let Some(frame) = &window.frame else { return false };
    let starts = matches!(
        frame.start,
        FrameBound::UnboundedPreceding | FrameBound::Preceding(_) | FrameBound::CurrentRow
    );
    let ends = matches!(
        frame.end,
        FrameBound::CurrentRow | FrameBound::Following(_) | FrameBound::UnboundedFollowing
    );
    !(starts && ends)
}

fn arguments_word(arg: &Expr) -> Option<&str> {
    match &arg.kind {
        ExprKind::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    }
}

/// The signatures as calls: `round(double, bigint)`.
fn signatures(function: &Function) -> Vec<String> {
    function
        .signatures
        .iter()
        .map(|signature| {
            let args = signature.split("->").next().unwrap_or(signature).trim();
            format!("{}{args}", function.name)
        })
        .collect()
}

fn unknown_function(name: &str, span: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::UnknownFunction, span, format!("function `{name}` does not exist"))
            .label("unknown function");
    match function::foreign(name) {
        Some(Foreign::Write(examples)) => {
            let examples: Vec<String> = examples.iter().map(|one| format!("`{one}`")).collect();
            diagnostic.help(format!("write {}", examples.join(" or ")))
        }
        Some(Foreign::Nothing(reason)) => diagnostic.help(reason),
        None => match nearest(name, function::all().map(|function| function.name)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("the functions are listed in {PAGE}")),
        },
    }
}

/// The page that lists the functions.
const PAGE: &str = "https://github.com/lakequery/lakequery/blob/main/docs/functions.md";
