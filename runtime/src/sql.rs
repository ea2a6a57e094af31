//! [`sql`]: SQL that is known at run time only.

use std::fmt;

use arrow_schema::SchemaRef;
use lakequery_types::Type;

use crate::engine::Request;
use crate::error::{Error, Kind, Result};
use crate::fit::{fit_arguments, natural};
use crate::progress::{Progress, Watch};
use crate::rows::{Row, Rows, dynamic};
use crate::run::{self, ArrowStream, Run};
use crate::statement::{Argument, Piece};
use crate::{Lake, Value};

/// SQL that is known at run time only, in the engine's own dialect, with `?`
/// where values go.
///
/// A `?` inside quotes or a comment is left alone. Values are never pasted into
/// the text.
///
/// ```no_run
/// # async fn example(lake: &lakequery::Lake) -> lakequery::Result<()> {
/// let rows = lakequery::sql("SELECT c_name, c_acctbal FROM tpch.customer WHERE c_custkey = ?")
///     .bind(7)
///     .fetch_all(lake)
///     .await?;
/// for row in &rows {
///     let name: String = row.get("c_name")?;
///     let balance: lakequery::Decimal = row.get(1)?;
///     println!("{name} {balance}");
/// }
/// # Ok(())
/// # }
/// ```
pub fn sql(text: impl Into<String>) -> RawQuery {
    RawQuery { text: text.into(), values: Vec::new(), watch: Watch::default() }
}

/// SQL that is known at run time only; [`sql`] makes it.
#[derive(Clone)]
#[must_use = "a query does nothing unless it is fetched or executed"]
pub struct RawQuery {
    text: String,
    values: Vec<Value>,
    watch: Watch,
}

impl RawQuery {
    /// Binds the next `?` to a value, which is sent as the SQL type that its
    /// Rust type stands for: an `i32` as integer, a `&str` as varchar.
    pub fn bind(mut self, value: impl Into<Value>) -> RawQuery {
        self.values.push(value.into());
        self
    }

    /// Has a function called whenever the engine says how far it is, and once
    /// more after the last row. It runs where the query does: it must be quick.
    pub fn on_progress(mut self, observer: impl Fn(&Progress) + Send + Sync + 'static) -> RawQuery {
        self.watch = Watch::new(observer);
        self
    }

    /// Calls `then` with what the engine needs to know.
    fn with_request<T>(self, then: impl FnOnce(Result<Request<'_>>) -> T) -> T {
        let pieces = split(&self.text);
        then(arguments(&pieces, self.values).map(|(arguments, types)| Request {
            pieces: &pieces,
            arguments,
            types,
            expected: None,
            watch: self.watch,
        }))
    }

    fn run(self, lake: &Lake) -> Run {
        self.with_request(|request| Run::new(lake, "", Vec::new(), request))
    }

    /// The rows, as they come. Dropping the stream cancels the query.
    pub fn fetch(self, lake: &Lake) -> Rows<Row> {
        Rows::new(self.run(lake), dynamic)
    }

    /// All rows.
    ///
    /// # Errors
    ///
    /// When the query fails at any point: a result is whole or an error.
    pub fn fetch_all(self, lake: &Lake) -> impl Future<Output = Result<Vec<Row>>> + Send + use<> {
        self.fetch(lake).all()
    }

    /// The only row.
    ///
    /// # Errors
    ///
    /// When the query fails, has no row, or more than one.
    pub fn fetch_one(self, lake: &Lake) -> impl Future<Output = Result<Row>> + Send + use<> {
        self.fetch(lake).one()
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    ///
    /// When the query fails, or has more than one row.
    pub fn fetch_optional(
        self,
        lake: &Lake,
    ) -> impl Future<Output = Result<Option<Row>>> + Send + use<> {
        self.fetch(lake).optional()
    }

    /// The result as Arrow batches.
    ///
    /// # Errors
    ///
    /// When the query can't be started; later errors come through the stream.
    pub fn fetch_arrow(
        self,
        lake: &Lake,
    ) -> impl Future<Output = Result<ArrowStream>> + Send + use<> {
        self.run(lake).arrow()
    }

    /// Has the engine check the query without running it, and says what columns
    /// it has.
    ///
    /// # Errors
    ///
    /// When the engine refuses the query.
    pub fn describe(self, lake: &Lake) -> impl Future<Output = Result<SchemaRef>> + Send + use<> {
        self.with_request(|request| run::describe(lake, "", request))
    }

    /// Runs the query to its end and says how many rows it wrote.
    ///
    /// # Errors
    ///
    /// When the query fails.
    pub fn execute(self, lake: &Lake) -> impl Future<Output = Result<u64>> + Send + use<> {
        self.run(lake).execute()
    }
}

impl fmt::Debug for RawQuery {
    /// Shows the text; the values may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawQuery").field("text", &self.text).finish_non_exhaustive()
    }
}

/// The values with their types, where there is one for each `?`.
fn arguments(pieces: &[Piece<'_>], values: Vec<Value>) -> Result<(Vec<Argument>, Vec<Type>)> {
    let places = pieces.iter().filter(|piece| matches!(piece, Piece::Parameter(_))).count();
    if places != values.len() {
        return Err(Error::new(
            Kind::Parameter,
            format!("the SQL has {places} `?`, and {} values are bound", values.len()),
        )
        .help("call `bind` once for each `?`"));
    }
    let types = values
        .iter()
        .enumerate()
        .map(|(i, value)| {
            natural(value).map_err(|reason| {
                Error::new(Kind::Parameter, format!("parameter {}: {reason}", i + 1))
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let arguments = values.into_iter().map(Argument::One).collect();
    // Brings the elements of an array to their common type.
    Ok((fit_arguments(arguments, &types)?, types))
}

/// Cuts the text at each `?` that is neither in quotes nor in a comment.
fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut parameters = 0;
    let mut start = 0;
    let mut rest = text;
    // Quotes are doubled inside quotes; read as two quoted texts, that needs no care.
    while let Some(at) = rest.find(['?', '\'', '"', '`', '-', '/']) {
        let from = text.len() - rest.len() + at;
        let tail = &text[from..];
        let end = match tail.as_bytes()[0] {
            b'?' => {
                if start < from {
                    pieces.push(Piece::Text(&text[start..from]));
                }
                pieces.push(Piece::Parameter(parameters));
                parameters += 1;
                start = from + 1;
                Some(1)
            }
            b'-' if tail.starts_with("--") => tail.find('\n'),
            b'-' => Some(1),
            b'/' if tail.starts_with("/*") => tail[2..].find("*/").map(|end| end + 4),
            b'/' => Some(1),
            quote => tail[1..].find(char::from(quote)).map(|end| end + 2),
        };
        rest = end.map_or("", |end| &tail[end..]);
    }
    if start < text.len() || pieces.is_empty() {
        pieces.push(Piece::Text(&text[start..]));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_free_question_marks_are_parameters() {
        for (text, shown) in [
            ("SELECT 1", "SELECT 1"),
            ("", ""),
            ("?", "<0>"),
            ("SELECT ?, ?+?", "SELECT <0>, <1>+<2>"),
            ("'?' ? 'it''s ?' ?", "'?' <0> 'it''s ?' <1>"),
            ("\"a?\" ? `b?` ?", "\"a?\" <0> `b?` <1>"),
            ("a -- ? '\n? - ? -? /?", "a -- ? '\n<0> - <1> -<2> /<3>"),
            ("/* ? ' */ ? /*/ ? */ ?", "/* ? ' */ <0> /*/ ? */ <1>"),
            ("? -- ?", "<0> -- ?"),
            ("? '?", "<0> '?"),
            ("? /* ?", "<0> /* ?"),
            ("'é?' é?é", "'é?' é<0>é"),
        ] {
            let mut out = String::new();
            for piece in split(text) {
                match piece {
                    Piece::Text(text) => out.push_str(text),
                    Piece::Parameter(i) => out.push_str(&format!("<{i}>")),
                    Piece::InList { .. } => panic!("raw SQL has no lists"),
                }
            }
            assert_eq!(out, shown);
        }
    }

    #[test]
    fn every_place_needs_a_value() {
        let pieces = split("? ?");
        let error = arguments(&pieces, vec![1.into()]).unwrap_err();
        assert!(error.is_parameter());
        assert_eq!(
            error.to_string(),
            "the SQL has 2 `?`, and 1 values are bound; call `bind` once for each `?`"
        );
    }
}
