//! [`sql`]: SQL that is known at run time only.

use std::fmt;

use arrow_schema::SchemaRef;
use lakequery_types::{Parameter, Type};

use crate::backend::{LexicalRules, Request};
use crate::error::{Error, Kind, Result};
use crate::fit::{fit_arguments, natural};
use crate::lake::Lake;
use crate::progress::{Progress, Watch};
use crate::rows::{Row, Rows, dynamic};
use crate::run::{self, ArrowStream, Run};
use crate::statement::{Argument, Piece};
use crate::value::Value;

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
    fn with_request<T>(self, lake: &Lake, then: impl FnOnce(Result<Request<'_>>) -> T) -> T {
        let pieces = split(&self.text, lake.backend().lexical_rules());
        then(arguments(&pieces, self.values).map(|(arguments, types)| Request {
            pieces: &pieces,
            arguments,
            types,
            expected: None,
            tables: Vec::new(),
            watch: self.watch,
        }))
    }

    fn run(self, lake: &Lake) -> Run {
        self.with_request(lake, |request| Run::new(lake, "", Vec::new(), request))
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
        self.with_request(lake, |request| run::describe(lake, "", request))
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
    let parameters = values
        .iter()
        .enumerate()
        .map(|(i, value)| {
            let ty = natural(value).map_err(|reason| {
                Error::new(Kind::Parameter, format!("parameter {}: {reason}", i + 1))
            })?;
            Ok(Parameter { ty, compared: false })
        })
        .collect::<Result<Vec<_>>>()?;
    let arguments = values.into_iter().map(Argument::One).collect();
    // Brings the elements of an array to their common type.
    fit_arguments(arguments, &parameters)
}

/// Cuts the text at each `?` that is neither in quotes nor in a comment.
pub(crate) fn split(text: &str, rules: LexicalRules) -> Vec<Piece<'_>> {
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
            b'-' if tail.starts_with("--") => line(tail, rules),
            b'-' => Some(1),
            b'/' if tail.starts_with("/*") => comment(tail, rules),
            b'/' if rules.slash_comments && tail.starts_with("//") => line(tail, rules),
            b'/' => Some(1),
            quote @ (b'\'' | b'"') if rules.backslashes && !raw(&text[..from]) => {
                escaped(tail, quote)
            }
            quote => tail[1..].find(char::from(quote)).map(|end| end + 2),
        };
        rest = end.map_or("", |end| &tail[end..]);
    }
    if start < text.len() || pieces.is_empty() {
        pieces.push(Piece::Text(&text[start..]));
    }
    pieces
}

/// The length of the comment to the end of the line that the text begins with.
fn line(text: &str, rules: LexicalRules) -> Option<usize> {
    let mut ends = text.match_indices('\n').map(|(at, _)| at);
    ends.find(|at| !(rules.backslashes && text[..*at].ends_with('\\')))
}

/// The length of the comment that the text begins with.
fn comment(text: &str, rules: LexicalRules) -> Option<usize> {
    let mut depth = 1;
    let mut at = 2;
    while depth > 0 {
        let next = text[at..].find(['*', '/'])? + at;
        at = next + 2;
        match text.as_bytes().get(next..at)? {
            b"*/" => depth -= 1,
            b"/*" if rules.nested_comments => depth += 1,
            _ => at = next + 1,
        }
    }
    Some(at)
}

/// The length of the quoted text, with backslashes in it, that the text begins with.
fn escaped(text: &str, quote: u8) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        if byte == quote {
            return Some(at + 1);
        }
        if byte == b'\\' {
            bytes.next();
        }
    }
    None
}

/// Whether a quote after this text is that of `r'…'`.
fn raw(before: &str) -> bool {
    before
        .strip_suffix(['r', 'R'])
        .is_some_and(|word| !word.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
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
            assert_eq!(marked(text, LexicalRules::default()), shown);
        }
    }

    #[test]
    fn backslashes_and_nested_comments_hide_question_marks_where_engines_have_them() {
        let rules =
            LexicalRules { backslashes: true, nested_comments: true, slash_comments: false };
        for (text, shown) in [
            (r"'it\'s ?' ?", r"'it\'s ?' <0>"),
            (r"'\\' ? '?'", r"'\\' <0> '?'"),
            (r#""a\"?" ?"#, r#""a\"?" <0>"#),
            (r"r'a\' ? '?'", r"r'a\' <0> '?'"),
            (r"bar'a\' ?' ?", r"bar'a\' ?' <0>"),
            (r"(R'\') ?", r"(R'\') <0>"),
            (r"`a\` ?", r"`a\` <0>"),
            (r"'a\", r"'a\"),
            (r"? 'é\é?' ?", r"<0> 'é\é?' <1>"),
            ("-- ? \\\n ? \n ?", "-- ? \\\n ? \n <0>"),
            ("/* /* ? */ ? */ ?", "/* /* ? */ ? */ <0>"),
            ("/*/ ? */ ? /**/ ?", "/*/ ? */ <0> /**/ <1>"),
            ("? /* /* */ ?", "<0> /* /* */ ?"),
        ] {
            assert_eq!(marked(text, rules), shown);
        }
    }

    #[test]
    fn slashes_hide_question_marks_where_engines_have_such_comments() {
        let rules = LexicalRules { slash_comments: true, ..LexicalRules::default() };
        for (text, shown) in [
            ("? // it's ?\n ?", "<0> // it's ?\n <1>"),
            ("'//' ? /?", "'//' <0> /<1>"),
            ("? // ?", "<0> // ?"),
            ("/* // */ ?", "/* // */ <0>"),
        ] {
            assert_eq!(marked(text, rules), shown);
        }
    }

    fn marked(text: &str, rules: LexicalRules) -> String {
        let mut out = String::new();
        for piece in split(text, rules) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Parameter(i) => out.push_str(&format!("<{i}>")),
                Piece::InList { .. } => panic!("raw SQL has no lists"),
            }
        }
        out
    }

    #[test]
    fn every_place_needs_a_value() {
        let pieces = split("? ?", LexicalRules::default());
        let error = arguments(&pieces, vec![1.into()]).unwrap_err();
        assert!(error.is_parameter());
        assert_eq!(
            error.to_string(),
            "the SQL has 2 `?`, and 1 values are bound; call `bind` once for each `?`"
        );
    }
}
