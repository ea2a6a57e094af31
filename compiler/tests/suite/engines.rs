//! The engines that queries are compiled for, and those that they are not yet.

use lakequery_types::Engine;

use crate::common::{compile_text, config_for};

#[test]
fn an_engine_without_a_dialect_refuses_all() {
    let mut config = config_for("\"trino\"");
    let mut refused = Vec::new();
    for engine in Engine::ALL {
        config.targets = vec![engine];
        match compile_text("SELECT 1 AS x", &config, true) {
            Ok(_) => assert!(Engine::TARGETS.contains(&engine), "{engine}"),
            Err(errors) => refused.extend(errors.into_iter().map(|error| error.message)),
        }
    }
    assert_eq!(refused, ["queries can't be compiled for dremio yet"],);
}
