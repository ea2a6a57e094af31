//! Calls of functions.

use lakequery_types::Type;

use super::column::list;
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::function::{self, Argument, Function, FunctionKind, Mismatch, Nulls};
use crate::token::Span;
use crate::tree::{Call, Expr, ExprKind, FrameBound, Literal, Window};

impl Lowerer<'_> {
    pub(super) fn call(&mut self, call: &ast::Call, whole: Span) -> Expr {
        let ast::Call {
            name,
            distinct,
            stars: _,
            args,
            order_by,
            nulls_inside,
            within_group,
            filter,
            nulls,
            over,
            span,
        } = call;
        let ast::Path { parts, span: name_span } = name;
        let (name_span, mut span) = (*name_span, *span);
        let [ast::Name { text: name, quoted: _, span: _ }] = &parts[..] else {
            return self.unsupported(name_span, "a function with a schema");
        };
        let Some(function) = function::lookup(name) else {
            let diagnostic = unknown_function(name, name_span);
            self.report(diagnostic);
            // The arguments may have mistakes of their own, but they may also
            // be meant for another function: one error is enough.
            return Expr::error(span);
        };
        if over.is_some() {
            span = whole;
        }

        self.check_place(function, over.is_some(), name_span);
        let is_window = over.is_some();
        let is_aggregate = function.kind == FunctionKind::Aggregate && !is_window;
        let arguments = self.within(
            |context| {
                context.in_aggregate |= is_aggregate;
                context.in_window |= is_window;
                // A value for NULL may itself come from outside.
                context.null_welcome = function.nulls == Nulls::IfAll;
            },
            |this| this.arguments(args),
        );
        let distinct = distinct.is_some();
        let filter = filter.as_ref().map(|filter| {
            self.in_clause(Clause::Filter, |this| {
                let filter = this.expr(filter);
                this.require(filter, &Type::Boolean, "FILTER")
            })
        });
        let order_by = if order_by.is_empty() { within_group } else { order_by };
        let order_by =
            self.within(|context| context.in_aggregate = true, |this| this.sort_keys(order_by));
        let over = over.as_ref().map(|over| {
            self.within(|context| context.in_window = true, |this| this.window(over, name_span))
        });
        let treatment =
            nulls.or(*nulls_inside).map(|ast::NullTreatment { ignore, span: _ }| ignore);
        self.check_modifiers(function, distinct, filter.is_some(), &order_by, treatment, span);

        let mut arguments = arguments;
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
        if distinct && args.iter().any(|arg| !arg.ty.is_comparable()) {
            let message = format!("values of type `{}` can't be compared", args[0].ty);
            self.error(Code::TypeMismatch, args[0].span, message);
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
                ignore_nulls: treatment == Some(true),
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
        let args: Vec<Expr> = args.into_iter().map(|arg| self.expr(arg)).collect();
        let Some((args, ty)) = self.resolve(function, args, span, span) else {
            return Expr::error(span);
        };
        let nullable = self.call_nullable(function, &args, false, None);
        Expr { kind: ExprKind::Call(Box::new(plain_call(function, args))), ty, nullable, span }
    }

    fn arguments(&mut self, args: &[ast::Expr]) -> Vec<Expr> {
        let last = args.len().saturating_sub(1);
        let mut lowered = Vec::with_capacity(args.len());
        for (i, arg) in args.iter().enumerate() {
            let welcome = self.context.null_welcome && i != last;
            let arg = self.within(|context| context.null_welcome = welcome, |this| this.expr(arg));
            lowered.push(arg);
        }
        lowered
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
                let message = format!("`{name}` is no window function: it can't have OVER");
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

    fn check_modifiers(
        &mut self,
        function: &Function,
        distinct: bool,
        filter: bool,
        order_by: &[crate::tree::SortKey],
        treatment: Option<bool>,
        span: Span,
    ) {
        let name = function.name;
        if function.kind != FunctionKind::Aggregate {
            for (there, what) in
                [(distinct, "DISTINCT"), (filter, "FILTER"), (!order_by.is_empty(), "ORDER BY")]
            {
                if there {
                    let message = format!("`{name}` is no aggregate: it can't have {what}");
                    self.error(Code::MisplacedAggregate, span, message);
                }
            }
        }
        if treatment.is_some() && function.kind != FunctionKind::Window {
            let message = format!("`{name}` can't have IGNORE NULLS or RESPECT NULLS");
            self.error(Code::MisplacedWindow, span, message);
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
        let arguments: Vec<Argument<'_>> = args
            .iter()
            .map(|arg| Argument {
                ty: &arg.ty,
                literal: match &arg.kind {
                    ExprKind::Literal(Literal::Text(text)) => Some(text),
                    _ => None,
                },
            })
            .collect();
        let name = function.name;
        match function::resolve(function, &arguments) {
            Ok(resolved) => {
                let args = args
                    .into_iter()
                    .zip(&resolved.params)
                    .map(|(arg, ty)| self.coerce(arg, ty))
                    .collect();
                Some((args, resolved.result))
            }
            Err(mismatch) => {
                self.excuse(&args);
                let diagnostic = match mismatch {
                    Mismatch::Count { expected } => Diagnostic::new(
                        Code::ArgumentCount,
                        if args.is_empty() { name_span.to(span) } else { span },
                        format!("`{name}` takes {expected}, found {}", args.len()),
                    )
                    .help(list("it is called as", signatures(function).iter().map(|s| &**s))),
                    Mismatch::Type { index, expected } => {
                        let arg = &args[index];
                        let message = format!("`{name}` takes {expected} here, found `{}`", arg.ty);
                        let mut diagnostic = Diagnostic::new(Code::TypeMismatch, arg.span, message)
                            .label(format!("expected {expected}, found `{}`", arg.ty));
                        if arg.ty.is_text() && expected.contains("number") {
                            diagnostic = diagnostic.help("convert it: `CAST(… AS double)`");
                        } else if !arg.ty.is_text() && expected.contains("varchar") {
                            diagnostic = diagnostic.help("convert it: `CAST(… AS varchar)`");
                        }
                        diagnostic
                    }
                    Mismatch::Word { index, expected } => {
                        let message = format!("`{name}` does not know this word");
                        let diagnostic =
                            Diagnostic::new(Code::BadLiteral, args[index].span, message);
                        let near = arguments_word(&args[index])
                            .and_then(|word| nearest(word, expected.iter().copied()));
                        match near {
                            Some(near) => diagnostic.help(format!("did you mean '{near}'?")),
                            None => diagnostic
                                .help(format!("it takes one of '{}'", expected.join("', '"))),
                        }
                    }
                    Mismatch::Ambiguous { index } => {
                        let arg = args[index].clone();
                        self.untyped(&arg);
                        return None;
                    }
                };
                self.report(diagnostic);
                None
            }
        }
    }

    /// Parameters next to a mistake need no complaint of their own.
    fn excuse(&mut self, args: &[Expr]) {
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
        match function.nulls {
            Nulls::Never => false,
            Nulls::Nullable => true,
            Nulls::Strict => any,
            Nulls::IfAll => args.iter().all(|arg| arg.nullable),
            Nulls::IfBranches => args.len() < 3 || args[1..].iter().any(|arg| arg.nullable),
            Nulls::NoRows => {
                let may_be_empty = match over {
                    Some(window) => filter || frame_may_be_empty(window),
                    None => filter || !self.context.grouped,
                };
                any || may_be_empty
            }
        }
    }
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

/// A call with nothing but arguments.
pub(super) const fn plain_call(function: &'static function::Function, args: Vec<Expr>) -> Call {
    Call {
        function,
        args,
        distinct: false,
        order_by: Vec::new(),
        filter: None,
        ignore_nulls: false,
        over: None,
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
        Diagnostic::new(Code::UnknownFunction, span, format!("there is no function `{name}`"))
            .label("unknown function");
    // What other databases call it.
    let known = match name.to_ascii_lowercase().as_str() {
        "ifnull" | "nvl" | "isnull" => Some("coalesce"),
        "len" | "char_length" | "character_length" => Some("length"),
        "substring_index" => Some("split_part"),
        "instr" | "charindex" | "locate" => Some("strpos"),
        "getdate" | "sysdate" | "today" | "curdate" => Some("current_date"),
        "datediff" => Some("date_diff"),
        "dateadd" | "adddate" => Some("date_add"),
        "to_char" => Some("date_format"),
        "to_date" => Some("date_parse"),
        "string_agg" | "group_concat" => Some("listagg"),
        "approx_count_distinct" => Some("approx_distinct"),
        "first" => Some("first_value"),
        "ucase" => Some("upper"),
        "lcase" => Some("lower"),
        "mean" => Some("avg"),
        _ => None,
    };
    let near = known.or_else(|| nearest(name, function::all().map(|function| function.name)));
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("the functions are listed in docs/lake-sql.md"),
    }
}
