//! Expressions and queries of lake SQL mean what they mean on Trino, value by
//! value and type by type, after the compiler has put them into the engine's own
//! SQL: see [`judge`](crate::judge).

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Result, ensure};
use lakequery::Lake;

use crate::judge::{self, Outcome, Question, ask};
use crate::suite::{Case, Checks, SERVERS, Site, case};

pub(crate) const CASES: &[Case] =
    &[case!("answers: expressions mean what Trino's mean", SERVERS, answers)];

/// Fewer than these compared say that something went wrong on the way.
const AT_LEAST: u64 = 300;

async fn answers(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    let mut known = judge::differences("tests/answers", site.engine);
    compare(&lake, &judge::answers(), &mut known, &mut checks).await;
    ensure!(checks.checked >= AT_LEAST, "only {} answers were compared", checks.checked);
    for sql in known.keys() {
        checks.check(false, || format!("noted as differing, but not compared: {sql}"));
    }
    Ok(checks)
}

/// Asks the questions and holds the outcomes against Trino's answers and the
/// known differences, which are taken out.
pub(super) async fn compare(
    lake: &Lake,
    questions: &[Question],
    known: &mut BTreeMap<String, String>,
    checks: &mut Checks,
) {
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
}
