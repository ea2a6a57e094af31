//! What dialects write for calls of functions: a table of rows each.

use std::sync::OnceLock;

use lakequery_types::Type;

use crate::function::Function;
use crate::tree::Expr;

/// What is written for a call of a function.
#[derive(Clone, Debug)]
pub(crate) enum FunctionSql {
    /// The function under its own name, with the same arguments.
    Same,
    /// A function of another name, with the same arguments.
    Name(&'static str),
    /// This text, where `{0}` stands for the first argument, and so on, each
    /// written so that it can stand as an operand of anything. `{1:int}` is the
    /// second argument as an integer.
    Template(&'static str),
    /// This text, which has this type there: it is converted where that matters.
    Typed(&'static str, Type),
    /// Nothing, for this reason.
    Unsupported(&'static str),
}

/// A row of a dialect's table of functions.
#[derive(Debug)]
pub(crate) struct FunctionRow {
    /// The canonical names of the functions that it is about.
    pub(crate) names: &'static [&'static str],
    /// What is written for them.
    pub(crate) rule: Rule,
}

/// What a [`FunctionRow`] says.
#[derive(Debug)]
pub(crate) enum Rule {
    /// This, whatever the arguments are.
    Always(FunctionSql),
    /// What the arguments ask for. Where no arguments are given, this says why some are
    /// refused, if some are: the page of functions shows it.
    By(fn(&[Expr]) -> FunctionSql),
}

type Names = &'static [&'static str];

/// Functions that are written as they are.
pub(crate) const fn same(names: Names) -> FunctionRow {
    always(names, FunctionSql::Same)
}

/// Functions that have another name.
pub(crate) const fn named(names: Names, name: &'static str) -> FunctionRow {
    always(names, FunctionSql::Name(name))
}

/// Functions for which a text is written.
pub(crate) const fn template(names: Names, text: &'static str) -> FunctionRow {
    always(names, FunctionSql::Template(text))
}

/// Functions for which a text of another type is written.
pub(crate) const fn typed(names: Names, text: &'static str, ty: Type) -> FunctionRow {
    always(names, FunctionSql::Typed(text, ty))
}

/// Functions that do not exist there.
pub(crate) const fn unsupported(names: Names, reason: &'static str) -> FunctionRow {
    always(names, FunctionSql::Unsupported(reason))
}

/// Functions whose arguments choose what is written.
pub(crate) const fn by(names: Names, choose: fn(&[Expr]) -> FunctionSql) -> FunctionRow {
    FunctionRow { names, rule: Rule::By(choose) }
}

const fn always(names: Names, sql: FunctionSql) -> FunctionRow {
    FunctionRow { names, rule: Rule::Always(sql) }
}

/// A dialect's table of functions.
pub(crate) struct FunctionTable {
    /// The rows, by family.
    pub(crate) families: &'static [&'static [FunctionRow]],
    without_row: WithoutRow,
    /// The rows by the names of their functions, in order.
    by_name: OnceLock<Vec<(&'static str, &'static FunctionRow)>>,
}

/// What is written for functions that have no row.
pub(crate) enum WithoutRow {
    /// The functions as they are.
    Same,
    /// Nothing, for this reason.
    Unsupported(&'static str),
    /// What another dialect writes.
    As(&'static FunctionTable),
}

impl FunctionTable {
    pub(crate) const fn new(
        families: &'static [&'static [FunctionRow]],
        without_row: WithoutRow,
    ) -> FunctionTable {
        FunctionTable { families, without_row, by_name: OnceLock::new() }
    }

    /// What is written for a call of a function with these arguments.
    pub(crate) fn sql(&self, function: &Function, args: &[Expr]) -> FunctionSql {
        match (self.row(function.name), &self.without_row) {
            (Some(FunctionRow { rule: Rule::Always(sql), .. }), _) => sql.clone(),
            (Some(FunctionRow { rule: Rule::By(choose), .. }), _) => choose(args),
            (None, WithoutRow::Same) => FunctionSql::Same,
            (None, WithoutRow::Unsupported(reason)) => FunctionSql::Unsupported(reason),
            (None, WithoutRow::As(base)) => base.sql(function, args),
        }
    }

    fn row(&self, name: &str) -> Option<&'static FunctionRow> {
        let by_name = self.by_name.get_or_init(|| {
            let rows = self.families.iter().copied().flatten();
            let names = rows.flat_map(|row| row.names.iter().map(move |name| (*name, row)));
            let mut by_name: Vec<_> = names.collect();
            by_name.sort_unstable_by_key(|(name, _)| *name);
            by_name
        });
        let at = by_name.binary_search_by_key(&name, |(name, _)| name).ok()?;
        Some(by_name[at].1)
    }
}
