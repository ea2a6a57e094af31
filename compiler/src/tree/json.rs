//! The functions of SQL/JSON.

use lakequery_types::Type;

use super::Expr;

/// A function of SQL/JSON.
#[derive(Clone, Debug)]
pub struct Json {
    /// What it is made of, in the order in which it is written.
    pub operands: Vec<Expr>,
    /// What the operands are.
    pub form: JsonForm,
    /// The type of RETURNING, where one is written.
    pub returning: Option<Type>,
    /// How the result is written, where that is written.
    pub format: Option<JsonFormat>,
}

impl Json {
    /// Whether it gives JSON, as a text or as bytes.
    pub const fn makes_json(&self) -> bool {
        match &self.form {
            JsonForm::Path(path) => matches!(path.function, JsonPathFunction::Query),
            JsonForm::Array { .. } | JsonForm::Object { .. } => true,
        }
    }
}

/// How JSON is read from a text or from bytes, or written to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonFormat {
    /// `FORMAT JSON`
    Plain,
    /// `FORMAT JSON ENCODING UTF8`
    Utf8,
    /// `FORMAT JSON ENCODING UTF16`
    Utf16,
    /// `FORMAT JSON ENCODING UTF32`
    Utf32,
}

/// What the operands of a function of SQL/JSON are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonForm {
    /// The input, the values that are passed, the default on empty and the one on error.
    Path(JsonPath),
    /// The elements.
    Array {
        /// How each is read as JSON, if it is.
        formats: Vec<Option<JsonFormat>>,
        /// What becomes of NULLs.
        nulls: Option<JsonNulls>,
    },
    /// Keys and values in turns.
    Object {
        /// How each of the values is read as JSON, if it is.
        formats: Vec<Option<JsonFormat>>,
        /// What becomes of members that are NULL.
        nulls: Option<JsonNulls>,
        /// Whether a key that is there twice is an error.
        unique: bool,
    },
}

/// What looks into JSON by a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPath {
    /// Which function.
    pub function: JsonPathFunction,
    /// How the input is read, where that is written.
    pub format: Option<JsonFormat>,
    /// The path: checked.
    pub path: String,
    /// The names of the values that are passed, and how each is read as JSON, if it is.
    pub passing: Vec<(String, Option<JsonFormat>)>,
    /// Whether the result is put into an array.
    pub wrapper: Option<JsonWrapper>,
    /// Whether a text keeps its quotes.
    pub keeps_quotes: Option<bool>,
    /// What is given where the path finds nothing.
    pub on_empty: Option<JsonBehavior>,
    /// What is given where the path fails.
    pub on_error: Option<JsonBehavior>,
}

/// Which function looks into JSON by a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonPathFunction {
    /// `JSON_EXISTS`
    Exists,
    /// `JSON_VALUE`
    Value,
    /// `JSON_QUERY`
    Query,
}

/// Whether what a path finds is put into an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonWrapper {
    /// Never.
    Without,
    /// Where it is not one array or object.
    Conditional,
    /// Always.
    Unconditional,
}

/// What is given where a path finds nothing, or fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonBehavior {
    /// An error.
    Error,
    /// NULL
    Null,
    /// TRUE
    True,
    /// FALSE
    False,
    /// UNKNOWN
    Unknown,
    /// `[]`
    EmptyArray,
    /// `{}`
    EmptyObject,
    /// An operand.
    Default,
}

/// What becomes of NULLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonNulls {
    /// They are JSON's `null`.
    Null,
    /// They are left out.
    Absent,
}
