//! Trino's analyzer.

use anyhow::Result;
use lakequery_engines::{Analyzer, Verdict};
use lakequery_types::{Engine, Type};

use super::{Judge, Opinion, Site, analyzer, is, judged};
use crate::promise::compile::Emitted;
use crate::promise::report::general;

pub(super) struct Trino(Analyzer);

impl Trino {
    pub(super) fn start(site: &Site<'_>) -> Result<Trino> {
        Ok(Trino(analyzer(Engine::Trino, site, |ty| Some(ty.to_string()))?))
    }
}

impl Judge for Trino {
    fn engine(&self) -> Engine {
        Engine::Trino
    }

    fn judge(&mut self, queries: &[&Emitted]) -> Result<Vec<Opinion>> {
        judged(&mut self.0, queries, same, |code, message| format!("{code}: {}", general(message)))
    }

    fn accepts(&mut self, queries: &[String]) -> Result<Option<Vec<bool>>> {
        let verdicts = self.0.ask(queries)?.into_iter();
        Ok(Some(verdicts.map(|verdict| matches!(verdict, Verdict::Accepted(_))).collect()))
    }
}

/// Whether a name of Trino's is that of a type.
fn same(name: &str, ty: &Type) -> bool {
    Type::parse(name).is_ok_and(|found| is(&found, ty))
}
