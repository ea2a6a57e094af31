//! Every query of `tests/cases` that compiles for an engine, as it is emitted for it, is
//! accepted by a real server: names, types and syntax. Asked through the server's own
//! protocol, not through the client.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use lakequery_compiler::config::Config;
use lakequery_compiler::emit::Piece;
use lakequery_types::{Engine, Type};
use tokio::task::block_in_place;

use crate::compile::compile_text;
use crate::suite::parity;
use crate::suite::{Case, Checks, SERVERS, Site, case};

pub(crate) const CASES: &[Case] =
    &[case!("cases: the server accepts what is emitted", SERVERS, accepted)];

/// What queries are compiled for. Of Trino's catalogs one takes columns of all types.
fn config(engine: Engine, schema: Option<&str>) -> Result<Config> {
    let schema = schema.map_or_else(String::new, |name| format!("default_schema = \"{name}\"\n"));
    let text =
        format!("targets = [\"{engine}\"]\n{schema}[schema.parity]\ntrino = \"memory.parity\"\n");
    Config::parse(&text).map_err(|error| anyhow!("{error}"))
}

/// What servers say of a table that keeps no versions. Of such a query they have checked the
/// grammar, and not much more.
const WITHOUT_VERSIONS: [&str; 3] = [
    "does not support versioned tables",
    "does not support table version AS OF",
    "UNSUPPORTED_FEATURE.TIME_TRAVEL",
];

async fn accepted(site: Arc<Site>) -> Result<Checks> {
    let server = site.server()?;
    parity::lake(server).await.context("the tables of tests/parity")?;
    // The tables of the others are on no server.
    let cases = lakequery_cases::all().into_iter().filter(|case| !case.settings.own_tables);
    block_in_place(|| {
        let mut checks = Checks::default();
        let (mut refused, mut without_versions) = (0, 0);
        for case in cases {
            let config = config(site.engine, case.settings.schema.as_deref())?;
            // What is refused for an engine is asserted by the case.
            let Ok(compiled) = compile_text(&case.sql, &config, false) else {
                refused += 1;
                continue;
            };
            let types: Vec<Type> =
                compiled.parameters.iter().map(|parameter| parameter.ty.clone()).collect();
            let emitted = render(&compiled.templates[0].pieces, &types);
            let answer = match site.engine {
                Engine::Spark => server.execute(&format!("DESCRIBE QUERY {emitted}")),
                _ => server.execute(&format!("EXPLAIN (TYPE VALIDATE) {emitted}")),
            };
            let is_without_versions = answer.as_ref().is_err_and(|error| {
                let said = format!("{error:#}");
                WITHOUT_VERSIONS.iter().any(|words| said.contains(words))
            });
            without_versions += usize::from(is_without_versions);
            checks.check(answer.is_ok() || is_without_versions, || {
                format!("{}: {:#}", case.place, answer.expect_err("it is none"))
            });
        }
        if refused > 0 {
            checks.notes.push(format!("{refused} are refused by the compiler"));
        }
        if without_versions > 0 {
            let note = format!(
                "of {without_versions} only the grammar: they ask for versions, and no table here has any"
            );
            checks.notes.push(note);
        }
        Ok(checks)
    })
}

/// The text with a literal at each parameter's place.
fn render(pieces: &[Piece], types: &[Type]) -> String {
    let literal = |index: usize| types.get(index).map_or("NULL", literal);
    let mut before = "";
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => {
                before = text;
                text.clone()
            }
            // Presto takes no shorter number there.
            Piece::Parameter(_) if before.ends_with("FOR VERSION AS OF ") => {
                "CAST(1 AS bigint)".to_owned()
            }
            Piece::Parameter(index) => literal(*index).to_owned(),
            Piece::InList { operand, parameter, negated } => {
                let not = if *negated { "NOT " } else { "" };
                format!("{} {not}IN ({})", render(operand, types), literal(*parameter))
            }
        })
        .collect()
}

fn literal(ty: &Type) -> &'static str {
    match ty {
        Type::Varchar(_) | Type::Char(_) => "'x'",
        Type::Date => "DATE '2020-02-29'",
        Type::Timestamp(_) => "TIMESTAMP '2020-02-29 01:02:03'",
        Type::TimestampTz(_) => "TIMESTAMP '2020-02-29 01:02:03 UTC'",
        Type::Decimal { .. } => "CAST(1 AS decimal(3,2))",
        Type::Boolean => "true",
        Type::Varbinary => "X'78'",
        _ => "1",
    }
}
