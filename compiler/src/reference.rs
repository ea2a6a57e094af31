//! What the names in a query refer to: for editors, and for whoever wants to know what
//! a query uses.

use std::sync::Arc;

use lakequery_types::Type;

use crate::function::Function;
use crate::snapshot::Table;
use crate::token::Span;

/// A name in a query that refers to something, or that is given to something.
///
/// Lowering records it where it finds out what the name means. A name that means
/// nothing has a diagnostic instead. Numbers and `*`, which stand for columns without
/// naming them, are not among the references.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The name, without what qualifies it.
    pub span: Span,
    /// What it refers to.
    pub target: Target,
    /// How far out that was found: 0 in the query that the name stands in, 1 in the query
    /// around the subquery in an expression that it stands in, and so on. What is not
    /// looked for in queries around has 0.
    pub depth: usize,
    /// Whether the name is given here, `AS name`, rather than used.
    pub declares: bool,
}

/// What a name refers to.
///
/// What a query itself names is told by the place where it does so.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// The logical schema of a table.
    Schema(String),
    /// A table of the lake.
    Table(Arc<Table>),
    /// A common table expression.
    Cte {
        /// Its name in WITH.
        declared: Span,
    },
    /// A relation of FROM, by its alias or, without one, by its own name: its number
    /// ([`RelationInfo::id`]).
    Relation(usize),
    /// A column of a relation of FROM. A column that USING has merged is those that it
    /// is computed from.
    Column {
        /// The relation's number.
        relation: usize,
        /// Which of its columns (from 0).
        index: usize,
    },
    /// An output column of a select or of a common table expression.
    Output {
        /// Which (from 0).
        index: usize,
        /// Its name.
        declared: Span,
    },
    /// A window of the WINDOW clause.
    Window {
        /// Its name there.
        declared: Span,
    },
    /// A function.
    Function(&'static Function),
    /// The parameter of this index (from 0, in the order of the source).
    Parameter(usize),
}

/// A relation of FROM: what its name and the names of its columns refer to. It is known
/// also where what it stands in has a diagnostic, so that the typed tree lacks it.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationInfo {
    /// Its number, unique in the whole query, and the same in the typed tree
    /// ([`ColumnRef::relation`](crate::tree::ColumnRef::relation)).
    pub id: usize,
    /// Its alias or name; `None` for a subquery without alias.
    pub name: Option<String>,
    /// Where its alias or, without one, the relation itself stands.
    pub span: Span,
    /// The table, where it is one.
    pub table: Option<Arc<Table>>,
    /// Its columns; none where it has a diagnostic.
    pub columns: Vec<ColumnInfo>,
}

/// A column of a relation of FROM.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnInfo {
    /// Its name; `None` for an expression without one, which can't be referred to.
    pub name: Option<String>,
    /// Its type.
    pub ty: Type,
    /// Whether it can be NULL in the relation itself.
    pub nullable: bool,
}
