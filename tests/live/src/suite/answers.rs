//! Expressions and queries of lake SQL mean what they mean on Trino, value by
//! value and type by type, after the compiler has put them into the engine's own
//! SQL: see [`judge`](crate::judge).

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use lakequery::{Engine, Lake};

use crate::judge::{self, Outcome, Question, ask};
use crate::suite::{Case, Checks, SERVERS, Site, case};

pub(crate) const CASES: &[Case] =
    &[case!("answers: expressions mean what Trino's mean", SERVERS, answers)];

async fn answers(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    let mut known = judge::differences("tests/answers", site.engine);
    compare(&lake, "answers", &judge::answers(), &mut known, &mut checks).await?;
    for sql in known.keys() {
        checks.check(false, || format!("noted as differing, but not compared: {sql}"));
    }
    Ok(checks)
}

/// Asks the questions and holds the outcomes against Trino's answers and the
/// known differences, which are taken out.
///
/// # Errors
///
/// When the compiler refuses more or fewer of them by name than are written down.
pub(super) async fn compare(
    lake: &Lake,
    topic: &str,
    questions: &[Question],
    known: &mut BTreeMap<String, String>,
    checks: &mut Checks,
) -> Result<()> {
    let (mut refused, mut differing) = (0, 0);
    for question in questions {
        let (_, outcome) = ask(lake, &question.sql).await;
        let noted = known.remove(&question.sql);
        // By name, where it is written: that is the promise kept.
        if noted.is_none() && matches!(outcome, Outcome::Refused(_)) {
            refused += 1;
            continue;
        }
        differing += u64::from(noted.is_some());
        let judgement = judge::judge(question, &outcome, noted.as_deref());
        checks.check(judgement.is_ok(), || judgement.err().unwrap_or_default());
    }
    checks.notes.push(format!("{refused} refused by name, {differing} otherwise with a reason"));
    let expected = refused_of(topic, lake.engine())?;
    ensure!(refused == expected, "{refused} are refused by name, and {expected} are written down");
    Ok(())
}

/// How many questions of a topic the compiler refuses for a server by name, as it is
/// written down.
fn refused_of(topic: &str, engine: Engine) -> Result<u64> {
    let table = include_str!("../../../parity/differences/refused.tsv");
    let mut rows = table.lines().map(|row| row.split('\t').collect::<Vec<_>>());
    let row = rows.find(|row| row[0] == topic).with_context(|| format!("{topic} has no row"))?;
    let [_, trino, presto, spark] = row[..] else { bail!("{topic} has not three counts") };
    let count = match engine {
        Engine::Trino => trino,
        Engine::Presto => presto,
        Engine::Spark => spark,
        other => bail!("{other} is not a server"),
    };
    Ok(count.parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{compile_text, config_for};

    #[test]
    fn as_many_are_refused_as_are_written_down() -> Result<()> {
        let parity = judge::parity();
        let folder = "tests/parity/differences";
        let topics = parity.iter().map(|(topic, questions)| (&**topic, questions, folder));
        let answers = judge::answers();
        for (topic, questions, folder) in topics.chain([("answers", &answers, "tests/answers")]) {
            for engine in SERVERS {
                let known = judge::differences(folder, *engine);
                let config = config_for(&format!("\"{engine}\""));
                let is_refused = |question: &&Question| {
                    !known.contains_key(&question.sql)
                        && compile_text(&question.sql, &config, false).is_err()
                };
                let refused = questions.iter().filter(is_refused).count() as u64;
                assert_eq!(refused, refused_of(topic, *engine)?, "{topic} on {engine}");
            }
        }
        Ok(())
    }
}
