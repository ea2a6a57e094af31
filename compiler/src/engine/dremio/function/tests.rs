//! What is written for functions, held against Dremio's own registry of them.

use std::collections::BTreeSet;

use lakequery_types::Type;

use super::FUNCTIONS;
use crate::emit::FunctionSql::{Name, Same, Template, Typed, Unsupported};
use crate::engine::dremio::DREMIO;
use crate::engine::dremio::registry::{Signature, holds, signatures};
use crate::function::{Argument, Function, all, lookup, resolve};
use crate::token::Span;
use crate::tree::{Call, Expr, ExprKind, Literal};

/// The type of an argument, and the literal that it is.
type Given = (Type, Option<String>);

/// A value of a type: a literal, as many functions ask for one, or not.
fn value(ty: &Type, literal: Option<&str>, are_literals: bool) -> Expr {
    let kind = match (ty, literal) {
        (_, Some(text)) => ExprKind::Literal(Literal::Text(text.to_owned())),
        (Type::Varchar(_), None) if are_literals => ExprKind::Literal(Literal::Text("x".into())),
        (Type::Integer | Type::BigInt, None) if are_literals => {
            ExprKind::Literal(Literal::Integer(1))
        }
        _ => ExprKind::Parameter(0),
    };
    Expr { kind, ty: ty.clone(), nullable: true, span: Span::default() }
}

/// Calls of functions that `resolve.tests` has none of.
const BESIDES: [&str; 18] = [
    "radians(double) -> double",
    "asin(double) -> double",
    "acos(double) -> double",
    "atan(double) -> double",
    "cosh(double) -> double",
    "tanh(double) -> double",
    "rand() -> double",
    "character_length(varchar) -> bigint",
    "substring(varchar, bigint) -> varchar",
    "substring(varchar, bigint, bigint) -> varchar",
    "week_of_year(date) -> bigint",
    "day_of_month(date) -> bigint",
    "dow(date) -> bigint",
    "doy(date) -> bigint",
    "minute(timestamp(3)) -> bigint",
    "second(timestamp(3)) -> bigint",
    "count_if(boolean) -> bigint",
    "hour(timestamp(3)) -> bigint",
];

/// The calls of `resolve.tests` that resolve, of functions without lambdas.
fn calls() -> Vec<(&'static Function, Vec<Given>)> {
    let lines = include_str!("../../../function/resolve.tests").lines().chain(BESIDES);
    let calls = lines.filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (call, _) = line.split_once(" -> ")?;
        let (name, args) = call.split_once('(')?;
        let args = split(args.strip_suffix(')')?).into_iter().map(|arg| {
            let arg = arg.trim().trim_end_matches(" not null");
            match arg.strip_prefix('\'').and_then(|arg| arg.strip_suffix('\'')) {
                Some(text) => Some((Type::Varchar(None), Some(text.to_owned()))),
                None => Some((Type::parse(arg).ok()?, None)),
            }
        });
        Some((lookup(name)?, args.collect::<Option<Vec<_>>>()?))
    });
    calls.collect()
}

/// What stands between the commas of the outermost parentheses.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// The calls in a text, the outermost first, with the types of their arguments.
fn written(text: &str, args: &[Expr], found: &mut Vec<(String, Vec<Option<Type>>)>) {
    let mut rest = text;
    while let Some(open) = rest.find('(') {
        let (before, inside) = (&rest[..open], &rest[open + 1..]);
        let mut depth = 1;
        let close = inside.find(|c| {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        let (inside, after) = inside.split_at(close.expect("parentheses that close"));
        let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let name = &before[start.map_or(0, |at| at + 1)..];
        if !name.is_empty() && !["CAST", "WHEN", "THEN", "ELSE", "IN"].contains(&name) {
            let given = split(inside).into_iter().map(|arg| {
                let arg = arg.rsplit(" FROM ").next().unwrap_or(arg).trim();
                let place = arg.strip_prefix('{')?.strip_suffix('}')?;
                match place.split_once(':') {
                    Some(_) => Some(Type::Integer),
                    None => Some(args[place.parse::<usize>().ok()?].ty.clone()),
                }
            });
            found.push((name.to_owned(), given.collect()));
        }
        written(inside, args, found);
        rest = &after[1..];
    }
}

#[test]
fn what_is_written_is_in_the_registry() {
    let registry = signatures();
    let (mut checked, mut wrong) = (BTreeSet::new(), Vec::new());
    for (function, args) in calls() {
        for are_literals in [false, true] {
            let given: Vec<_> = args
                .iter()
                .map(|(ty, literal)| Argument {
                    lambda: None,
                    ty,
                    nullable: true,
                    literal: literal.as_deref(),
                })
                .collect();
            let Ok(resolved) = resolve(function, &given) else { continue };
            let args: Vec<Expr> = resolved
                .params
                .iter()
                .zip(&args)
                .map(|(ty, (_, literal))| value(ty, literal.as_deref(), are_literals))
                .collect();
            // Arrays are columns there, and nothing is converted to one.
            let is_had = |ty: &Type| matches!(ty, Type::Array(_)) || DREMIO.type_name(ty).is_ok();
            if !args.iter().all(|arg| is_had(&arg.ty)) {
                continue;
            }
            let text = match FUNCTIONS.sql(function, &args) {
                Unsupported(_) => continue,
                Same => called(function.name, args.len()),
                Name(name) => called(name, args.len()),
                Template(text) | Typed(text, _) => text.to_owned(),
            };
            let call = ExprKind::Call(Call::plain(function, args.clone()).into());
            let (ty, span) = (resolved.result, Span::default());
            let result = DREMIO.engine_type(&Expr { kind: call, ty, nullable: true, span });
            checked.insert(function.name);
            if let Err(error) = check(&registry, &text, &args, &result) {
                wrong.push(format!("{}: {error}", function.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let written = |function: &&Function| !matches!(FUNCTIONS.sql(function, &[]), Unsupported(_));
    let missing: Vec<_> = all().filter(written).map(|function| function.name).collect();
    let missing: Vec<_> = missing.into_iter().filter(|name| !checked.contains(name)).collect();
    assert!(missing.is_empty(), "no call in resolve.tests: {missing:?}");
}

fn called(name: &str, count: usize) -> String {
    let places: Vec<String> = (0..count).map(|i| format!("{{{i}}}")).collect();
    format!("{name}({})", places.join(", "))
}

fn check(registry: &[Signature], text: &str, args: &[Expr], result: &Type) -> Result<(), String> {
    let mut found = Vec::new();
    written(text, args, &mut found);
    for (place, (name, types)) in found.iter().enumerate() {
        let mut fitting = registry.iter().filter(|one| one.name == *name && one.takes(types));
        let is_whole = place == 0 && text.starts_with(&format!("{name}(")) && text.ends_with(')');
        let gives = |one: &Signature| match result {
            // It is cast.
            Type::Unknown => true,
            result => !is_whole || one.result == "ANY" || holds(one.result, result),
        };
        if !fitting.any(gives) {
            return Err(format!(
                "no signature of {name} takes {types:?} and gives {result}: {text}"
            ));
        }
    }
    Ok(())
}

#[test]
fn a_signature_takes_what_it_says() {
    let registry = signatures();
    let fits = |name: &str, types: &[Type]| {
        let types: Vec<_> = types.iter().cloned().map(Some).collect();
        registry.iter().any(|one| one.name == name && one.takes(&types))
    };
    assert!(fits("ABS", &[Type::Integer]) && !fits("ABS", &[Type::VARCHAR]));
    assert!(!fits("ABS", &[]) && !fits("ABS", &[Type::Integer, Type::Integer]));
    assert!(fits("ROUND", &[Type::Double]) && fits("ROUND", &[Type::Double, Type::Integer]));
    assert!(fits("COALESCE", &[Type::Date, Type::Date, Type::Date]));
    assert!(!fits("COALESCE", &[Type::Date, Type::VARCHAR]));
    assert!(!fits("NO_SUCH_FUNCTION", &[]));
}
