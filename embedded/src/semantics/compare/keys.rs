//! Calls of the functions that make keys, and of those that compare what has others inside.

use std::sync::Arc;

use datafusion::common::{DFSchema, Result, internal_err};
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Expr, ExprSchemable, ScalarUDF};

use super::super::function::Function;
use super::super::{floats, nested};
use super::key;

/// Calls of the functions that make keys and compare.
#[derive(Debug)]
pub(super) struct Keys(Vec<Arc<ScalarUDF>>);

impl Keys {
    pub(super) fn new() -> Keys {
        let functions = key::functions().into_iter().chain(nested::comparisons());
        Keys(functions.map(Function::into_udf).collect())
    }

    pub(super) fn call(&self, name: &str, value: Expr) -> Result<Expr> {
        self.call_with(name, vec![value])
    }

    /// The comparison of two values with others inside, by the function of this name.
    pub(super) fn compare(&self, name: &str, left: Expr, right: Expr) -> Result<Expr> {
        self.call_with(name, vec![left, right])
    }

    fn call_with(&self, name: &str, args: Vec<Expr>) -> Result<Expr> {
        match self.0.iter().find(|function| function.name() == name) {
            Some(function) => Ok(function.call(args)),
            None => internal_err!("there is no key {name}"),
        }
    }

    /// The key of a value whose type asks for one; any other as it is.
    pub(super) fn of(&self, name: &str, value: Expr, schema: &DFSchema) -> Result<Expr> {
        let ty = value.get_type(schema)?;
        let differs = if name == key::SAME { key::has_alike(&ty) } else { floats::has_floats(&ty) };
        if differs { self.call(name, value) } else { Ok(value) }
    }

    /// The same for each of many.
    pub(super) fn of_all(
        &self,
        name: &str,
        values: Vec<Expr>,
        schema: &DFSchema,
    ) -> Result<Vec<Expr>> {
        values.into_iter().map(|value| self.of(name, value, schema)).collect()
    }

    /// Keys of what rows are sorted by: NaN is below all numbers where NULLs come first.
    pub(super) fn of_sort(&self, sort: Vec<Sort>, schema: &DFSchema) -> Result<Vec<Sort>> {
        let key = |sort: Sort| {
            let name = if sort.nulls_first { key::LOW } else { key::HIGH };
            Ok(Sort { expr: self.of(name, sort.expr, schema)?, ..sort })
        };
        sort.into_iter().map(key).collect()
    }

    /// What rows are sorted by, with one zero and one NaN.
    pub(super) fn same_sort(&self, sort: Vec<Sort>, schema: &DFSchema) -> Result<Vec<Sort>> {
        let same = |sort: Sort| Ok(Sort { expr: self.of(key::SAME, sort.expr, schema)?, ..sort });
        sort.into_iter().map(same).collect()
    }
}
