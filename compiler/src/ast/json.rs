//! The functions of SQL/JSON, which have a grammar of their own.

use crate::token::Span;

use super::{DataType, Expr, Name};

/// A function of SQL/JSON.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    /// `JSON_EXISTS(…)`, `JSON_VALUE(…)`, `JSON_QUERY(…)`
    Path(Box<JsonPath>),
    /// `JSON_ARRAY(…)`
    Array(JsonArray),
    /// `JSON_OBJECT(…)`
    Object(JsonObject),
}

/// Which function looks into JSON by a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonPathFunction {
    Exists,
    Value,
    Query,
}

/// `JSON_QUERY(input, 'path' PASSING … RETURNING … WITH WRAPPER … ON EMPTY … ON ERROR)`
#[derive(Clone, Debug)]
pub(crate) struct JsonPath {
    pub(crate) function: JsonPathFunction,
    pub(crate) input: JsonInput,
    pub(crate) path: String,
    pub(crate) path_span: Span,
    pub(crate) passing: Vec<JsonArgument>,
    pub(crate) returning: Option<JsonReturning>,
    pub(crate) wrapper: Option<JsonWrapper>,
    /// `KEEP QUOTES`, or `OMIT QUOTES`, and where that stands.
    pub(crate) keeps_quotes: Option<(bool, Span)>,
    pub(crate) on_empty: Option<JsonBehavior>,
    pub(crate) on_error: Option<JsonBehavior>,
}

/// `expr FORMAT JSON`
#[derive(Clone, Debug)]
pub(crate) struct JsonInput {
    pub(crate) expr: Expr,
    pub(crate) format: Option<JsonFormat>,
}

/// `FORMAT JSON ENCODING UTF8`, and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonFormat {
    /// Without an encoding.
    Plain,
    Utf8,
    Utf16,
    Utf32,
}

/// `RETURNING type FORMAT JSON`
#[derive(Clone, Debug)]
pub(crate) struct JsonReturning {
    pub(crate) ty: DataType,
    pub(crate) format: Option<JsonFormat>,
}

/// `expr AS name` of PASSING.
#[derive(Clone, Debug)]
pub(crate) struct JsonArgument {
    pub(crate) value: JsonInput,
    pub(crate) name: Name,
}

/// `WITH CONDITIONAL ARRAY WRAPPER`, and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonWrapper {
    Without,
    Conditional,
    Unconditional,
}

/// `NULL ON EMPTY`, and its like: what is given where there is nothing, or an error.
#[derive(Clone, Debug)]
pub(crate) struct JsonBehavior {
    pub(crate) kind: JsonBehaviorKind,
    pub(crate) span: Span,
}

/// What a [`JsonBehavior`] gives.
#[derive(Clone, Debug)]
pub(crate) enum JsonBehaviorKind {
    Error,
    Null,
    True,
    False,
    Unknown,
    EmptyArray,
    EmptyObject,
    Default(Expr),
}

/// `JSON_ARRAY(a, b FORMAT JSON NULL ON NULL RETURNING varchar)`
#[derive(Clone, Debug)]
pub(crate) struct JsonArray {
    pub(crate) elements: Vec<JsonInput>,
    pub(crate) nulls: Option<JsonNulls>,
    pub(crate) returning: Option<JsonReturning>,
}

/// `JSON_OBJECT(KEY a VALUE b, c : d ABSENT ON NULL WITH UNIQUE KEYS)`
#[derive(Clone, Debug)]
pub(crate) struct JsonObject {
    pub(crate) members: Vec<(Expr, JsonInput)>,
    pub(crate) nulls: Option<JsonNulls>,
    pub(crate) unique: bool,
    pub(crate) returning: Option<JsonReturning>,
}

/// `NULL ON NULL`, `ABSENT ON NULL`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonNulls {
    Null,
    Absent,
}
