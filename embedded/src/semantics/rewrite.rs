//! Rewrites a parsed statement where lake SQL means something that
//! DataFusion's planner would not ask anybody about.
//!
//! An integer literal is an `integer` where it fits, `1e0` is a double, a
//! timestamp literal has the precision it is written with, intervals are
//! whole months or milliseconds, CAST rounds, LIKE has no escape character
//! unless it names one, and unary minus is checked.

use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, Result, plan_datafusion_err, plan_err};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    self, BinaryOperator, CaseWhen, CastKind, DataType, ExactNumberInfo, Expr, Fetch, Function,
    FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArgumentList, FunctionArguments,
    GroupByExpr, Ident, LimitClause, NamedWindowExpr, ObjectName, OrderByKind, Query, Select,
    TableFactor, TimezoneInfo, TypedString, UnaryOperator, Value, ValueWithSpan, VisitMut,
    VisitorMut, WindowFrame, WindowType,
};
use datafusion::sql::sqlparser::tokenizer::Span;
use lakequery_types::Type;

use super::interval::{self, Amount};
use super::{cast, like, multiset, nested};

/// Rewrites a statement.
pub fn rewrite(statement: &mut Statement) -> Result<()> {
    let statement = match statement {
        Statement::Statement(statement) => statement,
        Statement::Explain(explain) => return rewrite(&mut explain.statement),
        _ => return Ok(()),
    };
    match statement.visit(&mut Rewriter::default()) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// What is kept aside of queries, selects and calls while their other parts
/// are rewritten: the planner wants plain literals there.
#[derive(Default)]
struct Rewriter {
    limits: Vec<(Option<LimitClause>, Option<Fetch>)>,
    frames: Vec<Option<WindowFrame>>,
    named_frames: Vec<Vec<Option<WindowFrame>>>,
}

type Flow = ControlFlow<DataFusionError>;

impl VisitorMut for Rewriter {
    type Break = DataFusionError;

    fn pre_visit_query(&mut self, query: &mut Query) -> Flow {
        self.limits.push((query.limit_clause.take(), query.fetch.take()));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> Flow {
        if let Some((limit, fetch)) = self.limits.pop() {
            (query.limit_clause, query.fetch) = one_limit(limit, fetch);
        }
        if let Err(error) = multiset::rewrite(&mut query.body) {
            return ControlFlow::Break(error);
        }
        if let Some(order_by) = &mut query.order_by
            && let OrderByKind::Expressions(keys) = &mut order_by.kind
        {
            keys.iter_mut().for_each(|key| restore_ordinal(&mut key.expr));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> Flow {
        let frames = named_specs(select).map(|spec| spec.window_frame.take()).collect();
        self.named_frames.push(frames);
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> Flow {
        if let Some(frames) = self.named_frames.pop() {
            for (spec, frame) in named_specs(select).zip(frames) {
                spec.window_frame = frame;
            }
        }
        if let GroupByExpr::Expressions(keys, _) = &mut select.group_by {
            keys.iter_mut().for_each(restore_ordinal);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &mut TableFactor) -> Flow {
        match table {
            // Otherwise it would be read and forgotten.
            TableFactor::Table { sample: Some(_), .. }
            | TableFactor::Derived { sample: Some(_), .. } => ControlFlow::Break(
                plan_datafusion_err!("TABLESAMPLE is not supported on this engine"),
            ),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> Flow {
        let rewritten = match expr {
            Expr::Interval(interval) => interval_call(interval),
            Expr::Function(Function { over: Some(WindowType::WindowSpec(spec)), .. }) => {
                self.frames.push(spec.window_frame.take());
                return ControlFlow::Continue(());
            }
            _ => return ControlFlow::Continue(()),
        };
        match rewritten {
            Ok(rewritten) => {
                *expr = rewritten;
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> Flow {
        if let Expr::Function(Function { over: Some(WindowType::WindowSpec(spec)), .. }) = expr
            && let Some(frame) = self.frames.pop()
        {
            spec.window_frame = frame;
        }
        match rewritten(expr) {
            Ok(Some(rewritten)) => {
                *expr = rewritten;
                ControlFlow::Continue(())
            }
            Ok(None) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

/// `FETCH FIRST n ROWS ONLY` is LIMIT in other words.
fn one_limit(
    limit: Option<LimitClause>,
    fetch: Option<Fetch>,
) -> (Option<LimitClause>, Option<Fetch>) {
    match (limit, fetch) {
        (None, Some(Fetch { with_ties: false, percent: false, quantity })) => {
            let limit = LimitClause::LimitOffset {
                limit: Some(quantity.unwrap_or_else(one)),
                offset: None,
                limit_by: vec![],
            };
            (Some(limit), None)
        }
        (
            Some(LimitClause::LimitOffset { limit: None, offset, limit_by }),
            Some(Fetch { with_ties: false, percent: false, quantity }),
        ) => {
            let limit = Some(quantity.unwrap_or_else(one));
            (Some(LimitClause::LimitOffset { limit, offset, limit_by }), None)
        }
        other => other,
    }
}

fn one() -> Expr {
    value(Value::Number("1".into(), false))
}

fn named_specs(select: &mut Select) -> impl Iterator<Item = &mut ast::WindowSpec> {
    select.named_window.iter_mut().filter_map(|window| match &mut window.1 {
        NamedWindowExpr::WindowSpec(spec) => Some(spec),
        NamedWindowExpr::NamedWindow(_) => None,
    })
}

/// `ORDER BY 2` and `GROUP BY 2` mean the second column.
fn restore_ordinal(expr: &mut Expr) {
    match expr {
        Expr::Cast {
            expr: number, data_type: DataType::Int(None), kind: CastKind::Cast, ..
        } if matches!(**number, Expr::Value(_)) => {
            *expr = (**number).clone();
        }
        Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) => {
            sets.iter_mut().flatten().for_each(restore_ordinal);
        }
        _ => {}
    }
}

/// The new spelling of an expression whose parts are rewritten.
fn rewritten(expr: &mut Expr) -> Result<Option<Expr>> {
    Ok(match expr {
        Expr::Value(ValueWithSpan { value: Value::Number(number, _), .. }) => literal(number)?,
        Expr::UnaryOp { op: UnaryOperator::Minus, expr: operand } => Some(minus(operand)),
        Expr::Cast { kind, expr: value, data_type, format: None, array: false } => {
            let function = match kind {
                CastKind::Cast | CastKind::DoubleColon => cast::CAST,
                CastKind::TryCast | CastKind::SafeCast => cast::TRY_CAST,
            };
            // The type that a parameter is cast to is the parameter's own.
            let placeholder =
                matches!(&**value, Expr::Value(ValueWithSpan { value: Value::Placeholder(_), .. }));
            match Type::parse(&data_type.to_string()) {
                Ok(ty) if !placeholder => {
                    let source = source_type(value);
                    let mut args = vec![take(value), text(ty.to_string())];
                    args.extend(source.map(text));
                    Some(call(function, args))
                }
                _ => None,
            }
        }
        Expr::TypedString(TypedString { data_type, value, .. }) => match &value.value {
            Value::SingleQuotedString(text) => typed_literal(data_type, text)?,
            _ => None,
        },
        Expr::AtTimeZone { timestamp, time_zone } => {
            Some(call("at_timezone", vec![take(timestamp), take(time_zone)]))
        }
        Expr::Like { pattern, escape_char, .. } => {
            let escape = match escape_char.take().map(|escape| escape.value) {
                None => None,
                Some(Value::SingleQuotedString(escape)) => Some(escape),
                Some(other) => return plan_err!("{other} is not an escape character"),
            };
            like_pattern(pattern, escape)?;
            None
        }
        // So that each side meets the value on its own.
        Expr::Between { expr: value, negated, low, high } => {
            let (value, low, high) = (take(value), take(low), take(high));
            let low = binary(value.clone(), BinaryOperator::GtEq, low);
            let high = binary(value, BinaryOperator::LtEq, high);
            let between = parenthesized(binary(low, BinaryOperator::And, high));
            // Not the other way round: NaN is neither above nor below.
            Some(if *negated { parenthesized(not(between)) } else { between })
        }
        Expr::BinaryOp { left, op, right } => match (&mut **left, &mut **right) {
            (Expr::Tuple(left), Expr::Tuple(right)) => Some(compare_rows(left, op, right)?),
            _ => None,
        },
        Expr::Function(function) => function_call(function)?,
        _ => None,
    })
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) }
}

fn parenthesized(expr: Expr) -> Expr {
    Expr::Nested(Box::new(expr))
}

/// `(a, b) = (c, d)`, field by field.
fn compare_rows(left: &mut [Expr], op: &BinaryOperator, right: &mut [Expr]) -> Result<Expr> {
    let (each, all) = match op {
        BinaryOperator::Eq => (BinaryOperator::Eq, BinaryOperator::And),
        BinaryOperator::NotEq => (BinaryOperator::NotEq, BinaryOperator::Or),
        other => return plan_err!("`{other}` of rows is not supported on this engine"),
    };
    if left.len() != right.len() {
        return plan_err!("rows of {} and {} fields are compared", left.len(), right.len());
    }
    let pairs = left.iter_mut().zip(right).map(|(a, b)| binary(take(a), each.clone(), take(b)));
    match pairs.reduce(|a, b| binary(a, all.clone(), b)) {
        Some(all) => Ok(parenthesized(all)),
        None => plan_err!("there is nothing to compare in empty rows"),
    }
}

fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, value(Value::Null))
}

fn value(value: Value) -> Expr {
    Expr::Value(ValueWithSpan { value, span: Span::empty() })
}

fn text(text: impl Into<String>) -> Expr {
    value(Value::SingleQuotedString(text.into()))
}

fn call(name: &str, args: Vec<Expr>) -> Expr {
    let args = args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)));
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.collect(),
            clauses: vec![],
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

fn native_cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(expr), data_type, format: None, array: false }
}

/// The type that a cast gave, where the Arrow type does not tell all of it.
fn source_type(value: &Expr) -> Option<String> {
    let Expr::Function(function) = value else { return None };
    let mut args = arguments(function).ok()?.into_iter();
    let named = match function.name.to_string().as_str() {
        cast::CAST | cast::TRY_CAST => args.nth(1)?,
        // The same type in another zone.
        "at_timezone" => return source_type(&args.next()?),
        _ => return None,
    };
    let Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(name), .. }) = named else {
        return None;
    };
    match Type::parse(&name) {
        Ok(Type::Time(_) | Type::Timestamp(_) | Type::TimestampTz(_)) => Some(name),
        _ => None,
    }
}

fn cast_call(function: &str, value: Expr, ty: &Type) -> Expr {
    call(function, vec![value, text(ty.to_string())])
}

/// A number: an integer where it fits, else a bigint; a decimal; a double.
fn literal(number: &str) -> Result<Option<Expr>> {
    let written = value(Value::Number(number.to_owned(), false));
    if number.contains(['e', 'E']) {
        return Ok(Some(native_cast(text(number), DataType::DoublePrecision)));
    }
    if number.contains('.') {
        return Ok(None);
    }
    Ok(match number.parse::<u64>() {
        Ok(whole) if i32::try_from(whole).is_ok() => {
            Some(native_cast(written, DataType::Int(None)))
        }
        // The least integer and bigint: the minus before them makes them fit.
        Ok(whole) if whole <= 1 << 63 => None,
        _ => return plan_err!("{number} is out of range for bigint"),
    })
}

/// `-x`, where `x` is rewritten.
fn minus(operand: &mut Expr) -> Expr {
    let negative = |number: &mut Expr| Expr::UnaryOp {
        op: UnaryOperator::Minus,
        expr: Box::new(take(number)),
    };
    match operand {
        Expr::Cast { expr: number, data_type: DataType::Int(None), .. }
            if matches!(**number, Expr::Value(_)) =>
        {
            native_cast(negative(number), DataType::Int(None))
        }
        Expr::Value(ValueWithSpan { value: Value::Number(number, _), .. }) => {
            let least = number == "2147483648";
            let number = negative(operand);
            if least { native_cast(number, DataType::Int(None)) } else { number }
        }
        other => call("lake_negate", vec![take(other)]),
    }
}

/// `TIMESTAMP '2024-01-02 03:04:05.120'`: the type follows from the text.
fn typed_literal(data_type: &DataType, written: &str) -> Result<Option<Expr>> {
    let ty = match data_type {
        DataType::Timestamp(None, zone) => return timestamp_literal(zone, written).map(Some),
        DataType::Time(None, TimezoneInfo::None) => Type::Time(fraction_digits(written)),
        DataType::Decimal(ExactNumberInfo::None) | DataType::Numeric(ExactNumberInfo::None) => {
            match decimal_type(written) {
                Some(ty) => ty,
                None => return plan_err!("'{written}' is not a decimal"),
            }
        }
        DataType::Char(None) | DataType::Character(None) => {
            Type::Char(u32::try_from(written.chars().count()).unwrap_or(u32::MAX))
        }
        other => match Type::parse(&other.to_string()) {
            Ok(ty) => ty,
            Err(_) => return Ok(None),
        },
    };
    Ok(Some(cast_call(cast::CAST, text(written), &ty)))
}

fn timestamp_literal(zone: &TimezoneInfo, written: &str) -> Result<Expr> {
    let digits = fraction_digits(written);
    // `2024-01-02 03:04:05 Europe/Paris`: what comes after the time names a zone.
    let name = written.trim().splitn(3, ' ').nth(2).map(str::trim);
    let Some(name) = name.filter(|_| *zone == TimezoneInfo::None) else {
        let ty = match zone {
            TimezoneInfo::None | TimezoneInfo::WithoutTimeZone => Type::Timestamp(digits),
            _ => Type::TimestampTz(digits),
        };
        return Ok(cast_call(cast::CAST, text(written), &ty));
    };
    let instant = cast_call(cast::CAST, text(written), &Type::TimestampTz(digits));
    Ok(call("at_timezone", vec![instant, text(name)]))
}

/// How many digits of a second are written.
fn fraction_digits(written: &str) -> u8 {
    let fraction = written.split_once('.').map_or("", |(_, rest)| rest);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    u8::try_from(digits).unwrap_or(u8::MAX)
}

fn decimal_type(written: &str) -> Option<Type> {
    let digits = written.trim_start_matches(['+', '-']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let scale = u8::try_from(fraction.len()).ok()?;
    let precision = u8::try_from(whole.len()).ok()?.checked_add(scale)?.max(1);
    (precision <= lakequery_types::MAX_PRECISION).then(|| Type::decimal(precision, scale))
}

fn interval_call(interval: &ast::Interval) -> Result<Expr> {
    fn written(value: &Expr) -> Option<String> {
        match value {
            Expr::Value(ValueWithSpan {
                value: Value::SingleQuotedString(text) | Value::Number(text, _),
                ..
            }) => Some(text.clone()),
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
                let text = written(expr)?;
                Some(match text.strip_prefix('-') {
                    Some(positive) => positive.to_owned(),
                    None => format!("-{text}"),
                })
            }
            _ => None,
        }
    }
    let Some(written) = written(&interval.value) else {
        return plan_err!("the value of an interval has to be a literal");
    };
    let (amount, ty) = match interval::parse(&written, interval)? {
        Amount::Months(months) => (months, Type::IntervalYearToMonth),
        Amount::Millis(millis) => (millis, Type::IntervalDayToSecond),
    };
    // As text: the call's own arguments are rewritten next, and a number would
    // become an integer.
    Ok(call(interval::INTERVAL, vec![text(amount.to_string()), text(ty.to_string())]))
}

/// A pattern for DataFusion's LIKE, whose escape character is always `\`.
fn like_pattern(pattern: &mut Expr, escape: Option<String>) -> Result<()> {
    if let Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(written), .. }) = pattern {
        let mut translated = String::new();
        like::translate(written, escape.as_deref(), &mut translated)
            .or_else(|reason| plan_err!("{reason}"))?;
        *written = translated;
        return Ok(());
    }
    let mut args = vec![take(pattern)];
    args.extend(escape.map(text));
    *pattern = call(like::PATTERN, args);
    Ok(())
}

/// Calls that are forms of their own.
fn function_call(function: &mut Function) -> Result<Option<Expr>> {
    let name = match &function.name.0[..] {
        [part] => part.as_ident().map(|ident| ident.value.to_ascii_lowercase()),
        _ => None,
    };
    let Some(name) = name else { return Ok(None) };
    match name.as_str() {
        "if" => {
            let mut args = arguments(function)?.into_iter();
            let (Some(condition), Some(result)) = (args.next(), args.next()) else {
                return plan_err!("if takes two or three arguments");
            };
            Ok(Some(case(condition, result, args.next())))
        }
        "nullif" => {
            let [left, right] = arguments(function)?
                .try_into()
                .or_else(|_| plan_err!("nullif takes two arguments"))?;
            let equal = binary(left.clone(), BinaryOperator::Eq, right);
            Ok(Some(case(equal, value(Value::Null), Some(left))))
        }
        "try" => plan_err!("try is not supported on this engine"),
        "count_if" => {
            let [condition] = arguments(function)?
                .try_into()
                .or_else(|_| plan_err!("count_if takes one argument"))?;
            function.name = ObjectName::from(vec![Ident::new("count")]);
            set_arguments(
                function,
                vec![case(condition, native_cast(one(), DataType::Int(None)), None)],
            );
            Ok(None)
        }
        // A bigint, as all counts are.
        "grouping" => {
            let grouping = Expr::Function(function.clone());
            Ok(Some(cast_call(cast::CAST, grouping, &Type::BigInt)))
        }
        // The planner takes it for one of its own that lacks arguments.
        "map" if arguments(function)?.is_empty() => rename(function, nested::EMPTY_MAP),
        "every" => rename(function, "bool_and"),
        "arbitrary" => rename(function, "any_value"),
        "variance" => rename(function, "var_samp"),
        // The order of listagg belongs into its argument list here.
        "listagg" => {
            let mut args = arguments(function)?;
            if args.len() == 1 {
                args.push(text(""));
                set_arguments(function, args);
            }
            let order = std::mem::take(&mut function.within_group);
            if let FunctionArguments::List(list) = &mut function.args
                && !order.is_empty()
            {
                list.clauses.push(FunctionArgumentClause::OrderBy(order));
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// The same call of a function that has another name here.
fn rename(function: &mut Function, name: &str) -> Result<Option<Expr>> {
    function.name = ObjectName::from(vec![Ident::new(name)]);
    Ok(None)
}

fn set_arguments(function: &mut Function, args: Vec<Expr>) {
    if let FunctionArguments::List(list) = &mut function.args {
        let args = args.into_iter();
        list.args = args.map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect();
    }
}

fn arguments(function: &Function) -> Result<Vec<Expr>> {
    let FunctionArguments::List(list) = &function.args else { return Ok(vec![]) };
    list.args
        .iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok(expr.clone()),
            other => plan_err!("`{other}` cannot be an argument of {}", function.name),
        })
        .collect()
}

fn case(condition: Expr, result: Expr, otherwise: Option<Expr>) -> Expr {
    use ast::helpers::attached_token::AttachedToken;
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result }],
        else_result: otherwise.map(Box::new),
    }
}
