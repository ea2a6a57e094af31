//! What a command that did its work has found: the exit code.

/// The outcome of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing that a script has to know of.
    Fine,
    /// `diff`: the snapshots are not what the sources have. `check`: an engine
    /// refuses a query.
    Different,
    /// A part of the work could not be done, and that was told.
    Incomplete,
}
