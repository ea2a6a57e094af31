//! The sources that `lake.toml` names, and their URLs.

use lakequery_compiler::config::Source;
use lakequery_compiler::diagnostic::nearest;
use lakequery_project::Project;

use crate::failure::Failure;

/// The URL of a source, its environment variables put in.
pub(crate) fn url(project: &Project, name: &str, source: &Source) -> Result<String, Failure> {
    source.expand(|variable| std::env::var(variable).ok()).map_err(|variable| {
        let state = match std::env::var(&variable) {
            Err(std::env::VarError::NotUnicode(_)) => "is not valid Unicode",
            _ => "is not set",
        };
        Failure::new(format!(
            "source `{name}` of {} needs the environment variable {variable}, which {state}",
            project.file
        ))
        .help("set it, or name the sources that you want")
    })
}

/// The sources of these names; all of them where none is named.
pub(crate) fn named<'p>(
    project: &'p Project,
    names: &[String],
) -> Result<Vec<(&'p str, &'p Source)>, Failure> {
    let known = &project.config.sources;
    if known.is_empty() {
        return Err(Failure::new(format!("{} names no source", project.file))
            .help("add one:\n\n[source.local]\nurl = \"datafusion:data/\"\n"));
    }
    for name in names {
        if !known.contains_key(name) {
            let failure = Failure::new(format!("{} names no source `{name}`", project.file));
            let sources = known.keys().map(String::as_str);
            return Err(match nearest(name, sources.clone()) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure
                    .help(format!("its sources are {}", sources.collect::<Vec<_>>().join(", "))),
            });
        }
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let sources = known.iter().map(|(name, source)| (name.as_str(), source));
    Ok(sources.filter(|(name, _)| wanted(name)).collect())
}
