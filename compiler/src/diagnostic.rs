//! What is wrong with a query: made here only, rendered by the front ends.

use std::fmt;

use crate::token::Span;

mod render;

pub use lakequery_types::nearest;
pub use render::{Origin, message, render, render_text_error};

/// One error of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of error; also its anchor in `docs/errors.md`.
    pub code: Code,
    /// One sentence, lower case, no full stop: names the thing, and what was
    /// expected and found.
    pub message: String,
    /// The culprit.
    pub span: Span,
    /// A few words for the underline itself, where the message alone is not enough.
    pub label: Option<String>,
    /// Further places that explain it ("this one is a date").
    pub related: Vec<(Span, String)>,
    /// What to do, a sentence each; the nearest name, or the names there are.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic with a message at a span.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            span,
            label: None,
            related: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Sets the words under the underline.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    /// Adds a sentence of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.related.push((span, label.into()));
        self
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The kinds of error. The names are stable, so that they can be searched for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The code as it is written in messages and in `docs/errors.md`.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }
        }
    };
}

codes! {
    /// The text is not SQL: a token stands where another was expected.
    Syntax = "syntax",
    /// It parses, but lake SQL does not have it (yet).
    NotSupported = "not-supported",
    /// An engine the query is compiled for can't do it.
    Refused = "refused",
    /// No such schema.
    UnknownSchema = "unknown-schema",
    /// No such table.
    UnknownTable = "unknown-table",
    /// No such column.
    UnknownColumn = "unknown-column",
    /// No relation of this name or alias in scope.
    UnknownRelation = "unknown-relation",
    /// No such function.
    UnknownFunction = "unknown-function",
    /// No such type.
    UnknownType = "unknown-type",
    /// No window of this name.
    UnknownWindow = "unknown-window",
    /// A name that could mean several columns.
    AmbiguousColumn = "ambiguous-column",
    /// Two relations, columns or windows of one name.
    DuplicateName = "duplicate-name",
    /// An output column needs a name that Rust can use.
    ColumnName = "column-name",
    /// The types of an operator, a function's arguments or a clause do not fit.
    TypeMismatch = "type-mismatch",
    /// A comparison with the word NULL.
    NullComparison = "null-comparison",
    /// The type of a parameter or of NULL can't be told from where it stands.
    UntypedParameter = "untyped-parameter",
    /// A function is given too many or too few arguments.
    ArgumentCount = "argument-count",
    /// A column is neither grouped nor aggregated.
    NotGrouped = "not-grouped",
    /// An aggregate function where none may stand.
    MisplacedAggregate = "misplaced-aggregate",
    /// A window function where none may stand.
    MisplacedWindow = "misplaced-window",
    /// A subquery, a VALUES list or a set operation has the wrong number of columns.
    ColumnCount = "column-count",
    /// A literal can't be a value of its type.
    BadLiteral = "bad-literal",
    /// An ordinal points at no output column.
    BadOrdinal = "bad-ordinal",
    /// A limit of the compiler is exceeded (nesting, length).
    TooLarge = "too-large",
    /// A snapshot file is missing a part, broken, or of another version.
    BadSnapshot = "bad-snapshot",
    /// `lake.toml` is missing or broken.
    BadConfig = "bad-config",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
