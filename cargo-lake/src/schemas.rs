//! Which logical schema a schema of an engine is.

use lakequery_compiler::config::Config;
use lakequery_types::Engine;

/// What a logical schema is called on an engine.
pub(crate) fn on_engine<'a>(config: &'a Config, logical: &'a str, engine: Engine) -> &'a str {
    config
        .schema_names
        .get(logical)
        .and_then(|names| names.get(&engine))
        .map_or(logical, String::as_str)
}

/// The logical schema that a schema of an engine is; `None` where its name
/// belongs to a logical schema that is another one on this engine.
pub(crate) fn logical(config: &Config, schema: &str, engine: Engine) -> Option<String> {
    let schema = schema.to_lowercase();
    let listed = config.schema_names.iter().find(|(_, names)| {
        names.get(&engine).filter(|name| !name.is_empty()).is_some_and(|name| {
            let name = name.to_lowercase();
            // Within its catalog a schema goes by its last part.
            name == schema || name.rsplit_once('.').is_some_and(|(_, last)| last == schema)
        })
    });
    match listed {
        Some((logical, _)) => Some(logical.clone()),
        None if on_engine(config, &schema, engine) == schema => Some(schema),
        None => None,
    }
}

/// The logical schemas that have no name on an engine: the connection's own serves.
pub(crate) fn unnamed(config: &Config, engine: Engine) -> impl Iterator<Item = &str> {
    let names = config.schema_names.iter();
    names
        .filter(move |(logical, _)| on_engine(config, logical, engine).is_empty())
        .map(|(l, _)| l.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let config = Config::parse(
            "targets = ['trino']\n[schema.sales]\ntrino = 'hive.Prod'\ndremio = 'a.b.c'\n\
             [schema.own]\ntrino = ''",
        )
        .unwrap();
        use Engine::{DataFusion, Dremio, Trino};
        for (logical_name, engine, expected) in [
            ("sales", Trino, "hive.Prod"),
            ("sales", Dremio, "a.b.c"),
            ("sales", DataFusion, "sales"),
            ("other", Trino, "other"),
            ("own", Trino, ""),
        ] {
            assert_eq!(on_engine(&config, logical_name, engine), expected);
        }
        for (schema, engine, expected) in [
            ("prod", Trino, Some("sales")),
            ("HIVE.PROD", Trino, Some("sales")),
            ("sales", Trino, None),
            ("Sales", DataFusion, Some("sales")),
            ("c", Dremio, Some("sales")),
            ("Other", Trino, Some("other")),
            ("own", Trino, None),
        ] {
            assert_eq!(logical(&config, schema, engine).as_deref(), expected, "{schema} {engine}");
        }
        assert_eq!(unnamed(&config, Trino).collect::<Vec<_>>(), ["own"]);
        assert_eq!(unnamed(&config, Dremio).count(), 0);
    }
}
