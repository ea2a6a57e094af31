//! Expressions.

use lakequery_types::Type;

use crate::function::Function;
use crate::token::Span;

use super::{Json, Query, SortKey};

/// An expression, with its type.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// Where it stands.
    pub span: Span,
}

impl Expr {
    /// The expression as it was written, without implicit conversions.
    pub fn written(&self) -> &Expr {
        match &self.kind {
            ExprKind::Coerce(inner) => inner.written(),
            _ => self,
        }
    }

    /// Whether a comparison with it can be NULL.
    pub(crate) fn may_compare_as_null(&self) -> bool {
        self.nullable || self.written().ty.has_nulls_inside()
    }

    /// The expression as CAST gives it this type.
    pub(crate) fn cast(self, ty: &Type) -> Expr {
        Expr {
            ty: ty.clone(),
            nullable: self.nullable,
            span: self.span,
            kind: ExprKind::Cast { expr: Box::new(self), fallible: false },
        }
    }

    /// The expression as a value of a type that it is converted to by itself.
    pub(crate) fn coerced(self, ty: &Type) -> Expr {
        // The length of a varchar is a promise, not a representation.
        let is_same =
            self.ty == *ty || matches!((&self.ty, ty), (Type::Varchar(_), Type::Varchar(_)));
        if is_same {
            return self;
        }
        Expr {
            ty: ty.clone(),
            nullable: self.nullable,
            span: self.span,
            kind: ExprKind::Coerce(Box::new(self)),
        }
    }
}

/// What an [`Expr`] computes.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A column of a relation in scope.
    Column(ColumnRef),
    /// A literal.
    Literal(Literal),
    /// The parameter of this index (from 0, in the order of the source).
    Parameter(usize),
    /// An implicit conversion to `Expr::ty`. Engines that convert as lake SQL
    /// does need not write it.
    Coerce(Box<Expr>),
    /// `CAST(expr AS Expr::ty)`
    Cast {
        /// What is cast.
        expr: Box<Expr>,
        /// `TRY_CAST`: NULL where the value has no place in the type.
        fallible: bool,
    },
    /// `-expr`
    Negate(Box<Expr>),
    /// `NOT expr`
    Not(Box<Expr>),
    /// An operator between two operands.
    Binary {
        /// Which.
        operator: BinaryOperator,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `a AND b AND …`: at least two operands.
    And(Vec<Expr>),
    /// `a OR b OR …`: at least two operands.
    Or(Vec<Expr>),
    /// `expr IS NULL`
    IsNull {
        /// The operand.
        expr: Box<Expr>,
        /// `IS NOT NULL`
        negated: bool,
    },
    /// `expr BETWEEN low AND high`
    Between {
        /// The operand.
        expr: Box<Expr>,
        /// The lower bound.
        low: Box<Expr>,
        /// The upper bound.
        high: Box<Expr>,
        /// `NOT BETWEEN`
        negated: bool,
    },
    /// `expr LIKE pattern ESCAPE escape`
    Like {
        /// The operand.
        expr: Box<Expr>,
        /// The pattern. A literal pattern was checked against the escape.
        pattern: Box<Expr>,
        /// The escape character; without one there is none.
        escape: Option<Box<Expr>>,
        /// `NOT LIKE`
        negated: bool,
    },
    /// `expr IN (a, b, …)`
    InList {
        /// The operand.
        expr: Box<Expr>,
        /// The list; never empty.
        list: Vec<Expr>,
        /// `NOT IN`
        negated: bool,
    },
    /// `expr IN {list}`: a bound list, possibly empty, none of its values NULL.
    InParameter {
        /// The operand.
        expr: Box<Expr>,
        /// The list parameter's index.
        parameter: usize,
        /// `NOT IN`
        negated: bool,
    },
    /// `expr IN (SELECT …)`
    InSubquery {
        /// The operand, or a row of operands.
        expr: Box<Expr>,
        /// The subquery, of one column; of a row, of one for each of its fields.
        query: Box<Query>,
        /// The type that the operand has, and to which a column of another type is
        /// converted to be compared.
        ty: Type,
        /// `NOT IN`
        negated: bool,
    },
    /// `expr > ALL (SELECT …)`; `= ANY` and `<> ALL` are IN and NOT IN.
    Quantified {
        /// `=`, `<>`, `<`, `<=`, `>` or `>=`.
        operator: BinaryOperator,
        /// ALL, and not ANY.
        all: bool,
        /// The operand.
        expr: Box<Expr>,
        /// The subquery, of one column.
        query: Box<Query>,
        /// The type that the operand has, and to which a column of another type is
        /// converted to be compared.
        ty: Type,
    },
    /// `EXISTS (SELECT …)`
    Exists {
        /// The subquery.
        query: Box<Query>,
        /// `NOT EXISTS`
        negated: bool,
    },
    /// `(SELECT …)`: one column and at most one row; NULL where there is none.
    Subquery(Box<Query>),
    /// `CASE operand WHEN … THEN … ELSE … END`
    Case {
        /// The operand of a simple CASE.
        operand: Option<Box<Expr>>,
        /// WHEN and THEN; never empty.
        branches: Vec<(Expr, Expr)>,
        /// ELSE.
        otherwise: Option<Box<Expr>>,
    },
    /// `EXTRACT(field FROM expr)`
    Extract {
        /// Which part.
        field: DateField,
        /// The date, time, timestamp or interval.
        expr: Box<Expr>,
    },
    /// `grouping(key)`: 1 in the rows of grouping sets that leave the key out, else 0. Some
    /// set does.
    Grouping(Box<Expr>),
    /// A call of a scalar, aggregate or window function.
    Call(Box<Call>),
    /// `x -> body`: an argument of a call. Its type, and whether it can be NULL, are those of
    /// the body.
    Lambda(Box<Lambda>),
    /// A parameter of a lambda around.
    Variable(Variable),
    /// `ARRAY[a, b, …]`: the elements, of one type; there may be none.
    Array(Vec<Expr>),
    /// `ROW(a, b, …)`: the fields; never empty.
    Row(Vec<Expr>),
    /// `expr[index]`: an element of an array, from 1 on, or the value of a map for a key. It
    /// is an error where there is none.
    Subscript {
        /// The array or map.
        expr: Box<Expr>,
        /// The bigint, or the key, in the type of the map's keys.
        index: Box<Expr>,
    },
    /// `expr.name` or, of a row, `expr[number]`.
    Field {
        /// The row.
        expr: Box<Expr>,
        /// Which of its fields (from 0).
        index: usize,
    },
    /// `JSON_VALUE(…)` and its like.
    Json(Box<Json>),
    /// Something that already has a diagnostic. Never reaches an emitter.
    Error,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its type, from where it stands; for a list, that of its elements.
    pub ty: Type,
    /// Whether NULL (a Rust `Option`) makes sense where it stands.
    pub nullable: bool,
    /// Whether it is the list of `IN {list}`.
    pub list: bool,
    /// Whether it is only compared. Then `ty` is the type of what it is compared
    /// with, and a value of more digits (of a decimal, of a second) may come.
    pub compared: bool,
    /// Its token.
    pub span: Span,
}

/// A column of a relation in scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnRef {
    /// Which relation of the query this is, unique in the whole query.
    pub relation: usize,
    /// Which of the relation's columns (from 0).
    pub index: usize,
    /// How far out the relation is: 0 in the query that the column stands in, 1 in
    /// the query around the subquery in an expression that it stands in, and so on.
    /// A query in FROM or WITH is no further in than the query that has it.
    pub depth: usize,
    /// The relation's name to write before the column: its alias or, without
    /// one, its table's name. `None` where the user wrote none and none is needed.
    pub qualifier: Option<String>,
    /// The column's name.
    pub name: String,
}

/// A literal value. Its type is in [`Expr::ty`].
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `NULL`
    Null,
    /// `TRUE`, `FALSE`
    Boolean(bool),
    /// A whole number; the type is `integer` or `bigint`.
    Integer(i64),
    /// An exact number as written, `-12.50`; the type is a decimal.
    Decimal(String),
    /// A number with an exponent; the type is `double` (or `real`, when typed).
    Double(f64),
    /// A string; the type is `varchar(n)`.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// `DATE '2024-01-31'`: checked, in ISO form.
    Date(String),
    /// `TIME '01:02:03.5'`: checked.
    Time(String),
    /// `TIMESTAMP '2024-01-31 01:02:03.5'`: checked, in the form `date time`,
    /// its fraction as long as the type's precision.
    Timestamp(String),
    /// The same with a zone, an offset (`+02:00`) or a name after a space.
    TimestampTz(String),
    /// An interval of months: the type is `interval year to month`.
    Months(i64),
    /// An interval of milliseconds: the type is `interval day to second`.
    Milliseconds(i64),
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `||`
    Concat,
    /// `=`
    Eq,
    /// `<>`
    NotEq,
    /// `<`
    Lt,
    /// `<=`
    LtEq,
    /// `>`
    Gt,
    /// `>=`
    GtEq,
    /// `IS DISTINCT FROM`
    IsDistinctFrom,
    /// `IS NOT DISTINCT FROM`
    IsNotDistinctFrom,
}

/// A part of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateField {
    /// `YEAR`
    Year,
    /// `QUARTER`
    Quarter,
    /// `MONTH`
    Month,
    /// `WEEK`: of the ISO year
    Week,
    /// `DAY`: of the month
    Day,
    /// `DAY_OF_WEEK`, `DOW`: Monday is 1, Sunday 7
    DayOfWeek,
    /// `DAY_OF_YEAR`, `DOY`
    DayOfYear,
    /// `YEAR_OF_WEEK`, `YOW`: the ISO year
    YearOfWeek,
    /// `HOUR`
    Hour,
    /// `MINUTE`
    Minute,
    /// `SECOND`: whole seconds
    Second,
    /// `TIMEZONE_HOUR`
    TimezoneHour,
    /// `TIMEZONE_MINUTE`
    TimezoneMinute,
}

/// A lambda.
#[derive(Clone, Debug)]
pub struct Lambda {
    /// Its parameters.
    pub parameters: Vec<Variable>,
    /// What it gives.
    pub body: Expr,
}

/// A parameter of a lambda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The lambda's number, unique in the whole query, and no relation's.
    pub lambda: usize,
    /// Which of its parameters (from 0).
    pub index: usize,
    /// Its name.
    pub name: String,
}

/// A call of a function.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its row in the table of functions.
    pub function: &'static Function,
    /// The arguments, coerced to the chosen signature; `count(*)` has none.
    pub args: Vec<Expr>,
    /// `f(DISTINCT …)`: aggregates only.
    pub distinct: bool,
    /// `f(… ORDER BY …)` or `WITHIN GROUP (ORDER BY …)`: aggregates only.
    pub order_by: Vec<SortKey>,
    /// `FILTER (WHERE …)`: aggregates only.
    pub filter: Option<Expr>,
    /// `IGNORE NULLS`: window functions only.
    pub ignore_nulls: bool,
    /// `ON OVERFLOW TRUNCATE …`: `listagg` only.
    pub truncation: Option<Truncation>,
    /// `OVER (…)`
    pub over: Option<Window>,
}

/// How a text that becomes too long is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truncation {
    /// What stands at its end; `None`: three points.
    pub filler: Option<String>,
    /// Whether it says there how many values are left out.
    pub counts: bool,
}

/// A window: `PARTITION BY … ORDER BY … frame`.
#[derive(Clone, Debug)]
pub struct Window {
    /// The keys of the partitions.
    pub partition_by: Vec<Expr>,
    /// The order within a partition; its targets are always expressions.
    pub order_by: Vec<SortKey>,
    /// The frame; `None` for the default one.
    pub frame: Option<Frame>,
}

/// A window frame.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What the bounds count.
    pub units: FrameUnits,
    /// The first row.
    pub start: FrameBound,
    /// The last row; always written out (`CURRENT ROW` where the user left it out).
    pub end: FrameBound,
}

/// What the bounds of a frame count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameUnits {
    /// `ROWS`
    Rows,
    /// `RANGE`
    Range,
    /// `GROUPS`
    Groups,
}

/// A bound of a frame.
#[derive(Clone, Debug)]
pub enum FrameBound {
    /// `UNBOUNDED PRECEDING`
    UnboundedPreceding,
    /// `n PRECEDING`
    Preceding(Box<Expr>),
    /// `CURRENT ROW`
    CurrentRow,
    /// `n FOLLOWING`
    Following(Box<Expr>),
    /// `UNBOUNDED FOLLOWING`
    UnboundedFollowing,
}
