//! Expressions of the syntax tree.

use super::data_type::DataType;
use super::{Json, Name, OrderBy, Path, Query, SortKey};
use crate::token::Span;

/// An expression.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub(crate) enum ExprKind {
    /// A column, or an output column.
    Name(Name),
    /// `table.column`: at least two parts.
    Path(Path),
    Null,
    Boolean(bool),
    /// Without a sign.
    Number(String),
    Text(String),
    Binary(Vec<u8>),
    /// The parameter of this index, from 0 in the order of the source.
    Parameter(usize),
    TypedLiteral(Box<TypedLiteral>),
    Interval(Box<Interval>),
    /// An expression in parentheses.
    Nested(Box<Expr>),
    /// `-expr`
    Negate(Box<Expr>),
    /// `+expr`
    Plus(Box<Expr>),
    Not(Box<Expr>),
    Operation(Box<Binary>),
    /// At least two operands.
    And(Vec<Expr>),
    /// At least two operands.
    Or(Vec<Expr>),
    IsNull(Box<IsNull>),
    IsTruth(Box<IsTruth>),
    DistinctFrom(Box<DistinctFrom>),
    Quantified(Box<Quantified>),
    Between(Box<Between>),
    Like(Box<Like>),
    InList(Box<InList>),
    InParameter(Box<InParameter>),
    InSubquery(Box<InSubquery>),
    Exists(Box<Query>),
    /// A query in parentheses that stands for a value.
    Subquery(Box<Query>),
    Case(Box<Case>),
    Cast(Box<Cast>),
    Extract(Box<Extract>),
    AtTimeZone(Box<AtTimeZone>),
    Position(Box<Position>),
    Substring(Box<Substring>),
    Trim(Box<Trim>),
    Call(Box<Call>),
    /// `ARRAY[a, b]`
    Array(Vec<Expr>),
    /// `ROW(a, b)`, or `(a, b)`; never empty.
    Row(Vec<Expr>),
    Subscript(Box<Subscript>),
    Field(Box<FieldOf>),
    Lambda(Box<Lambda>),
    /// `JSON_VALUE(…)` and its like.
    Json(Box<Json>),
    /// Has a diagnostic.
    Error,
}

impl Expr {
    pub(crate) const fn new(kind: ExprKind, span: Span) -> Expr {
        Expr { kind, span }
    }

    pub(crate) const fn error(span: Span) -> Expr {
        Expr { kind: ExprKind::Error, span }
    }
}

/// `DATE '2024-01-31'`
#[derive(Clone, Debug)]
pub(crate) struct TypedLiteral {
    pub(crate) ty: DataType,
    pub(crate) text: String,
    pub(crate) text_span: Span,
}

/// `INTERVAL - '1-2' YEAR TO MONTH`
#[derive(Clone, Debug)]
pub(crate) struct Interval {
    pub(crate) negative: bool,
    pub(crate) text: String,
    pub(crate) text_span: Span,
    pub(crate) units: IntervalUnits,
}

/// `DAY`, or `DAY TO SECOND`
#[derive(Clone, Debug)]
pub(crate) struct IntervalUnits {
    pub(crate) first: IntervalUnit,
    pub(crate) last: Option<IntervalUnit>,
    pub(crate) span: Span,
}

/// A unit of intervals, the largest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum IntervalUnit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// `left + right`
#[derive(Clone, Debug)]
pub(crate) struct Binary {
    pub(crate) operator: BinaryOperator,
    pub(crate) left: Expr,
    pub(crate) right: Expr,
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Concat,
    Eq,
    NotEq,
    Lt,
    LtEq,
    Gt,
    GtEq,
}

/// `expr IS NOT NULL`
#[derive(Clone, Debug)]
pub(crate) struct IsNull {
    pub(crate) operand: Expr,
    pub(crate) negated: bool,
}

/// `expr IS NOT TRUE`
#[derive(Clone, Debug)]
pub(crate) struct IsTruth {
    pub(crate) operand: Expr,
    /// `None` for UNKNOWN.
    pub(crate) value: Option<bool>,
    pub(crate) negated: bool,
}

/// `expr > ALL (SELECT …)`
#[derive(Clone, Debug)]
pub(crate) struct Quantified {
    pub(crate) operand: Expr,
    pub(crate) operator: BinaryOperator,
    /// ALL, and not ANY or SOME.
    pub(crate) all: bool,
    pub(crate) query: Query,
    /// From parenthesis to parenthesis.
    pub(crate) query_span: Span,
}

/// `left IS NOT DISTINCT FROM right`
#[derive(Clone, Debug)]
pub(crate) struct DistinctFrom {
    pub(crate) left: Expr,
    pub(crate) right: Expr,
    pub(crate) negated: bool,
}

/// `expr NOT BETWEEN low AND high`
#[derive(Clone, Debug)]
pub(crate) struct Between {
    pub(crate) operand: Expr,
    pub(crate) low: Expr,
    pub(crate) high: Expr,
    pub(crate) negated: bool,
}

/// `expr NOT LIKE pattern ESCAPE escape`
#[derive(Clone, Debug)]
pub(crate) struct Like {
    pub(crate) operand: Expr,
    pub(crate) pattern: Expr,
    pub(crate) escape: Option<Expr>,
    /// `ILIKE`
    pub(crate) ignores_case: bool,
    pub(crate) negated: bool,
}

/// `expr NOT IN (a, b)`
#[derive(Clone, Debug)]
pub(crate) struct InList {
    pub(crate) operand: Expr,
    /// Never empty.
    pub(crate) items: Vec<Expr>,
    pub(crate) negated: bool,
}

/// `expr NOT IN {list}`
#[derive(Clone, Debug)]
pub(crate) struct InParameter {
    pub(crate) operand: Expr,
    /// The list's index among the parameters.
    pub(crate) parameter: usize,
    pub(crate) negated: bool,
}

/// `expr NOT IN (SELECT …)`
#[derive(Clone, Debug)]
pub(crate) struct InSubquery {
    pub(crate) operand: Expr,
    pub(crate) query: Query,
    /// From parenthesis to parenthesis.
    pub(crate) query_span: Span,
    pub(crate) negated: bool,
}

/// `CASE operand WHEN … THEN … ELSE … END`
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) operand: Option<Expr>,
    /// Never empty.
    pub(crate) branches: Vec<When>,
    pub(crate) otherwise: Option<Expr>,
}

/// `WHEN condition THEN result`
#[derive(Clone, Debug)]
pub(crate) struct When {
    pub(crate) condition: Expr,
    pub(crate) result: Expr,
    pub(crate) span: Span,
}

/// `CAST(expr AS type)`
#[derive(Clone, Debug)]
pub(crate) struct Cast {
    pub(crate) operand: Expr,
    pub(crate) ty: DataType,
    /// `TRY_CAST`
    pub(crate) fallible: bool,
}

/// `EXTRACT(field FROM expr)`
#[derive(Clone, Debug)]
pub(crate) struct Extract {
    pub(crate) field: Name,
    pub(crate) operand: Expr,
}

/// `expr AT TIME ZONE zone`
#[derive(Clone, Debug)]
pub(crate) struct AtTimeZone {
    pub(crate) operand: Expr,
    pub(crate) zone: Expr,
}

/// `POSITION(needle IN text)`
#[derive(Clone, Debug)]
pub(crate) struct Position {
    pub(crate) needle: Expr,
    pub(crate) text: Expr,
}

/// `SUBSTRING(text FROM start FOR length)`, also with commas.
#[derive(Clone, Debug)]
pub(crate) struct Substring {
    pub(crate) text: Expr,
    pub(crate) start: Option<Expr>,
    pub(crate) length: Option<Expr>,
}

/// `TRIM(LEADING characters FROM text)`
#[derive(Clone, Debug)]
pub(crate) struct Trim {
    pub(crate) side: TrimSide,
    pub(crate) characters: Option<Expr>,
    pub(crate) text: Expr,
}

/// The side that TRIM trims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrimSide {
    Leading,
    Trailing,
    Both,
}

/// A call, with all that may stand in one. Which of it fits the function, and
/// what contradicts what, lowering says.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) name: Path,
    pub(crate) arguments: Arguments,
    /// `WITHIN GROUP (ORDER BY …)`, all of it.
    pub(crate) within_group: Option<OrderBy>,
    pub(crate) filter: Option<Filter>,
    /// IGNORE NULLS or RESPECT NULLS behind the parentheses.
    pub(crate) nulls: Option<NullTreatment>,
    pub(crate) over: Option<Over>,
    /// Name and arguments, without FILTER, OVER and what else may follow them.
    pub(crate) span: Span,
}

/// What stands in the parentheses of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) quantifier: Option<Quantifier>,
    pub(crate) args: Vec<Argument>,
    pub(crate) order_by: Option<OrderBy>,
    pub(crate) nulls: Option<NullTreatment>,
    pub(crate) overflow: Option<Overflow>,
}

/// `ON OVERFLOW ERROR`, or `ON OVERFLOW TRUNCATE '…' WITH COUNT`
#[derive(Clone, Debug)]
pub(crate) struct Overflow {
    /// `None`: an error.
    pub(crate) truncate: Option<Truncate>,
    pub(crate) span: Span,
}

/// What stands at the end of a text that is cut.
#[derive(Clone, Debug)]
pub(crate) struct Truncate {
    /// `None`: three points.
    pub(crate) filler: Option<String>,
    /// WITH COUNT: how many values are left out.
    pub(crate) counts: bool,
}

/// DISTINCT or ALL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantifier {
    pub(crate) distinct: bool,
    pub(crate) span: Span,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub(crate) enum Argument {
    Expr(Expr),
    /// `*`
    Star(Span),
}

/// `FILTER (WHERE condition)`
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) condition: Expr,
    pub(crate) span: Span,
}

/// `IGNORE NULLS` or `RESPECT NULLS`
#[derive(Clone, Copy, Debug)]
pub(crate) struct NullTreatment {
    pub(crate) ignore: bool,
    pub(crate) span: Span,
}

/// `OVER name` or `OVER (…)`
#[derive(Clone, Debug)]
pub(crate) struct Over {
    pub(crate) kind: OverKind,
    pub(crate) span: Span,
}

/// The window of OVER.
#[derive(Clone, Debug)]
pub(crate) enum OverKind {
    Name(Name),
    Spec(WindowSpec),
}

/// `WINDOW name AS (…)`
#[derive(Clone, Debug)]
pub(crate) struct NamedWindow {
    pub(crate) name: Name,
    pub(crate) window: OverKind,
    pub(crate) span: Span,
}

/// `(base PARTITION BY … ORDER BY … frame)`
#[derive(Clone, Debug)]
pub(crate) struct WindowSpec {
    /// The named window that it extends.
    pub(crate) base: Option<Name>,
    pub(crate) partition_by: Vec<Expr>,
    pub(crate) order_by: Vec<SortKey>,
    pub(crate) frame: Option<Frame>,
    pub(crate) span: Span,
}

/// `ROWS BETWEEN start AND end`
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) units: FrameUnits,
    pub(crate) start: FrameBound,
    pub(crate) end: Option<FrameBound>,
    pub(crate) span: Span,
}

/// What the bounds of a frame count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameUnits {
    Rows,
    Range,
    Groups,
}

/// A bound of a frame.
#[derive(Clone, Debug)]
pub(crate) struct FrameBound {
    pub(crate) kind: FrameBoundKind,
    pub(crate) span: Span,
}

/// Which bound of a frame.
#[derive(Clone, Debug)]
pub(crate) enum FrameBoundKind {
    UnboundedPreceding,
    Preceding(Expr),
    CurrentRow,
    Following(Expr),
    UnboundedFollowing,
}

/// `base[index]`
#[derive(Clone, Debug)]
pub(crate) struct Subscript {
    pub(crate) base: Expr,
    pub(crate) index: Expr,
}

/// `base.field`, where the base is not itself a name: names with points are a `Path`.
#[derive(Clone, Debug)]
pub(crate) struct FieldOf {
    pub(crate) base: Expr,
    pub(crate) field: Name,
}

/// `x -> body`, or `(x, y) -> body`
#[derive(Clone, Debug)]
pub(crate) struct Lambda {
    pub(crate) parameters: Vec<Name>,
    /// Of the parameters, with their parentheses.
    pub(crate) head: Span,
    pub(crate) body: Expr,
}
