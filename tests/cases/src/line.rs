//! What a line of a case is: a part of the query, or an expectation.

use lakequery_types::Engine;

/// What a line of a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line of the query.
    Query,
    /// `columns: …`
    Columns,
    /// `parameters: …`
    Parameters,
    /// `spark: …`, the SQL that the engine is sent.
    Sql(Engine),
    /// `^^^ code: …`, or `^^^ spark: code: …` where only that engine refuses.
    Error(Option<Engine>),
    /// What belongs to the error above: carets under the further lines of its place, a note, help.
    Detail,
}

/// Reads a line.
pub(crate) fn read(line: &str) -> Line {
    let trimmed = line.trim_start();
    if trimmed.starts_with('^') {
        let said = trimmed.trim_start_matches('^').trim_start();
        if said.is_empty() {
            return Line::Detail;
        }
        return Line::Error(said.split_once(": ").and_then(|(word, _)| engine(word)));
    }
    if trimmed.starts_with("help: ")
        || trimmed.starts_with("note: ")
        || trimmed.starts_with("label: ")
    {
        return Line::Detail;
    }
    // Nothing stands behind the colon where it is still to be written.
    match line.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with(' ')) {
        Some(("columns", _)) => Line::Columns,
        Some(("parameters", _)) => Line::Parameters,
        Some((word, _)) => engine(word).map_or(Line::Query, Line::Sql),
        None => Line::Query,
    }
}

fn engine(word: &str) -> Option<Engine> {
    Engine::ALL.iter().copied().find(|engine| engine.to_string() == word)
}
