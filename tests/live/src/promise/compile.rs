//! Compiling the queries for each engine, as `query_scalar!` does.

use std::fmt;
use std::thread;

use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::{Code, Diagnostic};
use lakequery_compiler::emit::Piece;
use lakequery_compiler::token::{Span, Token, tokenize};
use lakequery_compiler::{Request, compile};
use lakequery_types::{Engine, Type};

use super::mutate::Mutant;
use super::report::general;
use crate::schemas::{DEFAULT_SCHEMA, Schemas};

/// A query as one engine is sent it.
#[derive(Clone, Debug)]
pub(super) struct Emitted {
    pub(super) sql: String,
    /// The types that were inferred.
    pub(super) types: Vec<Type>,
}

/// Why a query does not compile: its first error.
#[derive(Clone, Debug)]
pub(super) struct Cause {
    code: Code,
    message: String,
}

impl Cause {
    /// What causes of this kind have in common: what there is not keeps its name.
    pub(super) fn kind(&self) -> String {
        match self.code {
            Code::NotSupported | Code::Refused | Code::UnknownFunction => self.to_string(),
            code => format!("[{code}] {}", general(&self.message)),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.code, self.message)
    }
}

/// What came of a query, in the order of the engines.
pub(super) type Compiled = Vec<Result<Emitted, Cause>>;

/// Compiles all queries for these engines.
pub(super) fn all(mutants: &[Mutant], engines: &[Engine], schemas: &Schemas) -> Vec<Compiled> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let part = mutants.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let work: Vec<_> = mutants
            .chunks(part)
            .map(|part| {
                scope.spawn(move || {
                    let compiler = Compiler::new(engines, schemas);
                    part.iter().map(|mutant| compiler.compile(&mutant.sql)).collect::<Vec<_>>()
                })
            })
            .collect();
        let results = work.into_iter().map(|part| part.join());
        let results =
            results.map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        results.flatten().collect()
    })
}

struct Compiler<'a> {
    /// A configuration with all engines, and one for each.
    together: Config,
    apart: Vec<Config>,
    schemas: &'a Schemas,
}

impl Compiler<'_> {
    fn new<'a>(engines: &[Engine], schemas: &'a Schemas) -> Compiler<'a> {
        let config = |engines: &[Engine]| Config {
            targets: engines.to_vec(),
            schemas: "schemas".to_owned(),
            default_schema: Some(DEFAULT_SCHEMA.to_owned()),
            sources: Default::default(),
            schema_names: Default::default(),
            tables: Default::default(),
        };
        Compiler {
            together: config(engines),
            apart: engines.iter().map(|engine| config(&[*engine])).collect(),
            schemas,
        }
    }

    fn compile(&self, sql: &str) -> Compiled {
        let tokens: Vec<Token> = match tokenize(sql) {
            Ok(tokens) => tokens.into_iter().map(|token| token.token).collect(),
            Err(error) => {
                let error = Diagnostic::new(Code::Syntax, Span::default(), error.message);
                return self
                    .apart
                    .iter()
                    .map(|_| Err(cause(std::slice::from_ref(&error))))
                    .collect();
            }
        };
        let request = |config| {
            compile(Request {
                tokens: &tokens,
                config,
                snapshots: self.schemas,
                named_columns: false,
            })
        };
        let emitted = |compiled: &lakequery_compiler::Compiled, at: usize| {
            let parameters = compiled.parameters.iter().map(|p| p.ty.clone()).collect::<Vec<_>>();
            Emitted {
                sql: self.render(
                    at,
                    &compiled.templates[at.min(compiled.templates.len() - 1)].pieces,
                    &parameters,
                ),
                // That what is inside can't be NULL is nothing that engines say.
                types: compiled
                    .columns
                    .iter()
                    .map(|column| column.ty.clone().with_nulls())
                    .collect(),
            }
        };
        match request(&self.together) {
            Ok(compiled) => (0..self.apart.len()).map(|at| Ok(emitted(&compiled, at))).collect(),
            // One of the engines can't, others may.
            Err(errors) if errors.iter().all(|error| error.code == Code::Refused) => {
                let one = |(at, config)| match request(config) {
                    Ok(compiled) => Ok(emitted(&compiled, at)),
                    Err(errors) => Err(cause(&errors)),
                };
                self.apart.iter().enumerate().map(one).collect()
            }
            Err(errors) => self.apart.iter().map(|_| Err(cause(&errors))).collect(),
        }
    }

    /// The text with values at the parameters' places.
    fn render(&self, engine: usize, pieces: &[Piece], types: &[Type]) -> String {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                // Engines take nothing but a number there.
                Piece::Parameter(_) if text.ends_with("LIMIT ") || text.ends_with("OFFSET ") => {
                    text.push('1');
                }
                Piece::Parameter(at) => text.push_str(&self.value(engine, types.get(*at))),
                Piece::InList { operand, parameter, negated } => {
                    let not = if *negated { "NOT " } else { "" };
                    let operand = self.render(engine, operand, types);
                    let value = self.value(engine, types.get(*parameter));
                    text.push_str(&format!("{operand} {not}IN ({value})"));
                }
            }
        }
        text
    }

    /// A value of a type as an engine writes it.
    fn value(&self, engine: usize, ty: Option<&Type>) -> String {
        let Some(ty) = ty else { return "NULL".to_owned() };
        // Lake SQL writes no arrays yet.
        if let Type::Array(element) = ty {
            let element = self.value(engine, Some(&element.ty));
            return match self.apart[engine].targets[0] {
                Engine::Spark | Engine::Databricks => format!("array({element})"),
                _ => format!("ARRAY[{element}]"),
            };
        }
        // Some engines convert nothing but NULL to some types.
        let cast = [value(ty), "NULL"].into_iter().find_map(|value| {
            let select = format!("SELECT CAST({value} AS {})", ty.clone().with_nulls());
            let tokens = tokenize(&select).into_iter().flatten().map(|token| token.token);
            let tokens: Vec<Token> = tokens.collect();
            let config = &self.apart[engine];
            let request =
                Request { tokens: &tokens, config, snapshots: self.schemas, named_columns: false };
            let compiled = compile(request).ok()?;
            match &compiled.templates[0].pieces[..] {
                [Piece::Text(text)] => Some(text.trim_start_matches("SELECT ").to_owned()),
                _ => None,
            }
        });
        cast.unwrap_or_else(|| "NULL".to_owned())
    }
}

/// A value that can be cast to a type.
fn value(ty: &Type) -> &'static str {
    match ty {
        Type::Boolean => "TRUE",
        Type::Date | Type::Timestamp(_) | Type::TimestampTz(_) => "'2020-02-29'",
        Type::Time(_) | Type::TimeTz(_) => "'01:02:03'",
        Type::Varbinary => "X'01'",
        _ if ty.is_numeric() => "1",
        _ if ty.is_text() => "'x'",
        _ => "NULL",
    }
}

fn cause(errors: &[Diagnostic]) -> Cause {
    let Diagnostic { code, message, .. } = &errors[0];
    Cause { code: *code, message: message.clone() }
}
