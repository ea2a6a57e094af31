//! `cargo lake check`: engines look at every query of a package, and at the
//! types of its columns, without running it.

use std::io::Write;

use futures::{StreamExt, stream};
use lakequery::__private::{Query, Value};
use lakequery::chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};
use lakequery::{Decimal, Lake, Months};
use lakequery_project::Project;
use lakequery_types::{Piece, Statement, Type};

use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::{queries, sources};

/// How many queries an engine looks at at the same time.
const PARALLEL: usize = 8;

/// Builds the package and has each engine look at its queries.
pub(crate) fn run(
    project: &Project,
    live: &[String],
    cargo: &[String],
) -> Result<Outcome, Failure> {
    let urls = live
        .iter()
        .map(|name| {
            if name.contains(':') {
                return Ok((name.split(':').next().unwrap_or_default().to_owned(), name.clone()));
            }
            let sources = sources::named(project, std::slice::from_ref(name))?;
            let source = sources.first().ok_or_else(|| Failure::new("there is no such source"))?;
            Ok((name.clone(), sources::url(project, name, source.1)?))
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let Some(queries) = queries::collect(&project.root, cargo)? else {
        return Ok(Outcome::Incomplete);
    };
    let queries: Vec<&'static str> =
        queries.into_iter().map(|text| &*Box::leak(text.into_boxed_str())).collect();
    // Relative paths in URLs are relative to lake.toml.
    std::env::set_current_dir(&project.root)
        .map_err(|error| Failure::file("go to", &project.root, &error))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("could not start: {error}")))?;
    let mut outcome = Outcome::Fine;
    for (name, url) in urls {
        let report = runtime.block_on(async {
            let lake = lakequery::connect(&url)
                .await
                .map_err(|error| Failure::new(format!("{name}: {error}")))?;
            Ok::<_, Failure>(Report::make(&lake, &queries).await)
        })?;
        if report.refused > 0 {
            outcome = Outcome::Different;
        }
        // A reader that has gone away (`| head`) does not undo the work.
        let _ = std::io::stdout().write_all(report.tell(&name).as_bytes());
    }
    Ok(outcome)
}

/// What an engine thinks of the queries.
#[derive(Debug, Default, PartialEq, Eq)]
struct Report {
    text: String,
    accepted: usize,
    refused: usize,
    /// Those that were not compiled for it.
    others: usize,
}

impl Report {
    async fn make(lake: &Lake, queries: &[&'static str]) -> Report {
        let mut report = Report::default();
        let checks = queries.iter().map(|text| async move {
            let statement = Statement::read(text)?;
            let pieces = statement.pieces(lake.engine())?;
            let query = sampled(Query::<()>::new(text, |_| Ok(())), pieces, &statement);
            Some(query.describe(lake).await.err())
        });
        let mut checks = stream::iter(checks).buffered(PARALLEL);
        while let Some(checked) = checks.next().await {
            match checked {
                None => report.others += 1,
                Some(None) => report.accepted += 1,
                Some(Some(error)) => {
                    report.refused += 1;
                    report.text.push_str(&format!("refused: {error}\n"));
                }
            }
        }
        report
    }

    fn tell(&self, name: &str) -> String {
        let Report { text, accepted, refused, others } = self;
        let mut told = format!("{text}{name}: {accepted} queries accepted, {refused} refused");
        if *others > 0 {
            told.push_str(&format!(", {others} not compiled for this engine"));
        }
        told.push('\n');
        told
    }
}

/// The query with a value for each parameter: which one does not matter to a
/// query that is not run.
fn sampled(query: Query<()>, pieces: &[Piece<'_>], statement: &Statement<'_>) -> Query<()> {
    let mut lists = Vec::new();
    collect_lists(pieces, &mut lists);
    let parameters = statement.parameters.iter().enumerate();
    parameters.fold(query, |query, (index, parameter)| match lists.contains(&index) {
        true => query.__bind_list(vec![sample(&parameter.ty)]),
        false => query.__bind(sample(&parameter.ty)),
    })
}

fn collect_lists(pieces: &[Piece<'_>], lists: &mut Vec<usize>) {
    for piece in pieces {
        if let Piece::InList { operand, parameter, .. } = piece {
            lists.push(*parameter);
            collect_lists(operand, lists);
        }
    }
}

/// A value of the type.
fn sample(ty: &Type) -> Value {
    let midnight = NaiveDate::default().and_time(NaiveTime::MIN);
    match ty {
        Type::Boolean => Value::Boolean(true),
        Type::TinyInt => Value::TinyInt(1),
        Type::SmallInt => Value::SmallInt(1),
        Type::Integer => Value::Integer(1),
        Type::BigInt => Value::BigInt(1),
        Type::Real => Value::Real(1.0),
        Type::Double => Value::Double(1.0),
        Type::Decimal { .. } => Value::Decimal(Decimal::default()),
        Type::Varchar(_) | Type::Char(_) => Value::Varchar(String::new()),
        Type::Json => Value::Varchar("null".to_owned()),
        Type::Uuid => Value::Varchar("00000000-0000-0000-0000-000000000000".to_owned()),
        Type::IpAddress => Value::Varchar("::".to_owned()),
        Type::Varbinary => Value::Varbinary(Vec::new()),
        Type::Date => Value::Date(NaiveDate::default()),
        Type::Time(_) => Value::Time(NaiveTime::MIN),
        Type::Timestamp(_) => Value::Timestamp(midnight),
        Type::TimestampTz(_) => Value::TimestampTz(DateTime::UNIX_EPOCH.fixed_offset()),
        Type::IntervalYearToMonth => Value::IntervalYearToMonth(Months(1)),
        Type::IntervalDayToSecond => Value::IntervalDayToSecond(TimeDelta::zero()),
        Type::Array(element) => Value::Array(vec![sample(&element.ty)]),
        Type::Map(key, value) => Value::Map(vec![(sample(key), sample(&value.ty))]),
        Type::Row(fields) => Value::Row(fields.iter().map(|field| sample(&field.ty)).collect()),
        // No parameter is of another type.
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_parameters_have_has_a_value() {
        for ty in Type::examples() {
            let none = matches!(ty, Type::Unknown | Type::TimeTz(_));
            assert_eq!(sample(&ty) == Value::Null, none, "{ty}");
        }
    }
}
