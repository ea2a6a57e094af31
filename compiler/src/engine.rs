//! What differs per engine: one file each, with the name it has in the runtime.
//!
//! This is the one place that tells engines apart; everything else asks the
//! [`Dialect`].

use lakequery_types::Engine;

use crate::emit::Dialect;

mod datafusion;
mod presto;
mod spark;
mod trino;

#[cfg(test)]
pub(crate) use trino::TRINO;

/// How an engine wants its SQL; `None` while queries can't be compiled for it.
pub(crate) fn dialect(engine: Engine) -> Option<&'static Dialect> {
    match engine {
        Engine::DataFusion => Some(&datafusion::DATAFUSION),
        Engine::Trino => Some(&trino::TRINO),
        Engine::Presto => Some(&presto::PRESTO),
        Engine::Spark => Some(&spark::SPARK),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_targets_are_the_engines_with_a_dialect() {
        for engine in Engine::ALL {
            assert_eq!(Engine::TARGETS.contains(&engine), dialect(engine).is_some(), "{engine}");
        }
    }
}
