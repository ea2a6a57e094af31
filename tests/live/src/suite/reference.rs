//! Each example of `docs/lake-sql.md` gives on every engine that takes it what the page says.

use std::sync::Arc;

use anyhow::{Context, Result};
use lakequery_types::Engine;

use crate::examples::{DEPENDS, examples, page, shown};
use crate::judge::{Outcome, ask};
use crate::suite::{ALL, Case, Checks, Site, case};

pub(crate) const CASES: &[Case] = &[case!("reference: every example", ALL, every_example)];

async fn every_example(site: Arc<Site>) -> Result<Checks> {
    let text = std::fs::read_to_string(page()).context("docs/lake-sql.md")?;
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    for example in examples(&text) {
        let refused = is_refused(&example.not_on, site.engine);
        if refused || example.gives == DEPENDS {
            continue;
        }
        let (_, outcome) = ask(&lake, &example.sql()).await;
        let right = matches!(&outcome, Outcome::Rows(rows) if shown(rows) == example.gives);
        checks.check(right, || {
            let Outcome::Rows(rows) = &outcome else {
                return format!("{}\n{}", example.sql(), outcome.long());
            };
            format!("{}\nexpected {}\nfound    {}", example.sql(), example.gives, shown(rows))
        });
    }
    Ok(checks)
}

/// Whether an engine is among these names.
fn is_refused(names: &str, engine: Engine) -> bool {
    names.split(", ").any(|name| name == engine.name())
}
