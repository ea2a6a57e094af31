//! [`Error`]: everything that can go wrong at run time, in plain words.

use std::fmt;

use lakequery_types::Engine;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong: with which engine, at which query, and what to do about it.
///
/// The text never holds a password or a token. To act on an error, ask the
/// predicates ([`is_row_not_found`](Error::is_row_not_found) …); its text is for
/// people.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    message: String,
    help: Option<String>,
    engine: Option<Engine>,
    location: Option<&'static str>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of error, one for each predicate of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Url,
    Connection,
    SignIn,
    Unsupported,
    NotFound,
    BrokenData,
    Query,
    SchemaDrift,
    UnexpectedNull,
    Decode,
    Parameter,
    RowNotFound,
    TooManyRows,
    Timeout,
    NoRuntime,
    Internal,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error(Box::new(Inner {
            kind,
            message: printable(message.into()),
            help: None,
            engine: None,
            location: None,
            source: None,
        }))
    }

    /// Says what to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Error {
        self.0.help = Some(help.into());
        self
    }

    /// Says that a statement may have run although its answer is missing, where that
    /// is not said yet. Other errors come from the engine, or from before it was sent.
    #[cfg(feature = "_http")]
    pub(crate) fn unsure(mut self) -> Error {
        const UNSURE: &str = "the statement may have run all the same";
        let help = self.0.help.take();
        let missing = matches!(self.0.kind, Kind::Connection | Kind::Timeout);
        self.0.help = match help {
            Some(help) if !missing || help.contains("may have run") => Some(help),
            Some(help) => Some(format!("{UNSURE}; {help}")),
            None => missing.then(|| UNSURE.to_owned()),
        };
        self
    }

    /// Names the engine, where none is named yet.
    pub(crate) fn at_engine(mut self, engine: Engine) -> Error {
        self.0.engine.get_or_insert(engine);
        self
    }

    /// Names the query, where none is named yet; the empty text is no location.
    pub(crate) fn at_location(mut self, location: &'static str) -> Error {
        if !location.is_empty() {
            self.0.location.get_or_insert(location);
        }
        self
    }

    /// Keeps the error that this one comes from.
    pub(crate) fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        self.0.source = Some(source.into());
        self
    }

    /// The engine that the error came from, where it came from one.
    pub fn engine(&self) -> Option<Engine> {
        self.0.engine
    }

    /// Where the query stands in the Rust source: `file:line:column`.
    pub fn location(&self) -> Option<&str> {
        self.0.location
    }

    /// What to do about it, where that is known.
    pub fn suggestion(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Whether the URL given to [`connect`](crate::connect) can't be used.
    pub fn is_url(&self) -> bool {
        self.0.kind == Kind::Url
    }

    /// Whether the server could not be reached, the connection to it broke, or
    /// what answers there is no such server.
    pub fn is_connection(&self) -> bool {
        self.0.kind == Kind::Connection
    }

    /// Whether the server refused the user: a wrong password, or a missing right.
    pub fn is_sign_in(&self) -> bool {
        self.0.kind == Kind::SignIn
    }

    /// Whether this version, these Cargo features or this engine can't do what was asked.
    pub fn is_unsupported(&self) -> bool {
        self.0.kind == Kind::Unsupported
    }

    /// Whether a table, schema, file or folder isn't there.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == Kind::NotFound
    }

    /// Whether data could not be read: a file cut short, text that is not
    /// UTF-8, a value that is not of its column's type.
    pub fn is_broken_data(&self) -> bool {
        self.0.kind == Kind::BrokenData
    }

    /// Whether the engine refused the query or failed while running it.
    pub fn is_query(&self) -> bool {
        self.0.kind == Kind::Query
    }

    /// Whether the columns of the result are not those that the query was compiled for.
    pub fn is_schema_drift(&self) -> bool {
        self.0.kind == Kind::SchemaDrift
    }

    /// Whether a NULL came in a place that was declared to have none.
    pub fn is_unexpected_null(&self) -> bool {
        self.0.kind == Kind::UnexpectedNull
    }

    /// Whether a value could not be turned into the Rust type that was asked for.
    pub fn is_decode(&self) -> bool {
        self.0.kind == Kind::Decode
    }

    /// Whether a parameter's value can't be what the query needs there.
    pub fn is_parameter(&self) -> bool {
        self.0.kind == Kind::Parameter
    }

    /// Whether `fetch_one` found no row.
    pub fn is_row_not_found(&self) -> bool {
        self.0.kind == Kind::RowNotFound
    }

    /// Whether `fetch_one` or `fetch_optional` found more than one row.
    pub fn is_too_many_rows(&self) -> bool {
        self.0.kind == Kind::TooManyRows
    }

    /// Whether the time that was allowed ran out.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == Kind::Timeout
    }

    /// Whether a query was polled where no tokio runtime runs.
    pub fn is_no_runtime(&self) -> bool {
        self.0.kind == Kind::NoRuntime
    }

    /// Whether it is a fault of lakequery or of the engine itself, to be reported.
    pub fn is_internal(&self) -> bool {
        self.0.kind == Kind::Internal
    }
}

/// The most characters of a message: a server may say a lot.
const LONGEST: usize = 10_000;

/// The text as a terminal can show it: of what a server says, control characters
/// other than line breaks are written out, and all beyond a length is left away.
fn printable(text: String) -> String {
    let odd = |c: char| c.is_control() && c != '\n';
    if text.len() <= LONGEST && !text.contains(odd) {
        return text;
    }
    let mut shown = String::new();
    for c in text.chars().take(LONGEST) {
        match odd(c) {
            true => shown.extend(c.escape_debug()),
            false => shown.push(c),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { message, help, engine, location, .. } = &*self.0;
        f.write_str(message)?;
        match (engine, location) {
            (Some(engine), Some(location)) => write!(f, " ({engine}, query at {location})")?,
            (Some(engine), None) => write!(f, " ({engine})")?,
            (None, Some(location)) => write!(f, " (query at {location})")?,
            (None, None) => {}
        }
        match help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    /// As [`Display`](fmt::Display), with the kind: `main` and `unwrap` print this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_says_where_and_what_to_do() {
        let engine = Engine::ALL[0];
        let error = Error::new(Kind::NotFound, "table `a.b` does not exist")
            .help("schema `a` has c, d")
            .at_engine(engine)
            .at_location("src/main.rs:3:5")
            .at_location("elsewhere");
        assert_eq!(
            error.to_string(),
            format!(
                "table `a.b` does not exist ({engine}, query at src/main.rs:3:5); schema `a` has c, d"
            )
        );
        assert!(error.is_not_found() && !error.is_timeout());
        assert_eq!(Error::new(Kind::Url, "no").at_location("").to_string(), "no");
    }

    #[test]
    fn what_a_server_says_is_printable() {
        for (said, shown) in [
            ("a\nb", "a\nb".to_owned()),
            ("\u{1b}]0;title\u{7}\0é\r", "\\u{1b}]0;title\\u{7}\\0é\\r".to_owned()),
            (&"é".repeat(LONGEST), "é".repeat(LONGEST)),
            (&"é".repeat(LONGEST + 1), "é".repeat(LONGEST) + "…"),
        ] {
            assert_eq!(Error::new(Kind::Query, said).to_string(), shown);
        }
    }
}
