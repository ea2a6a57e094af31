//! The three systems, and the code that a user of each would write.

mod diesel;
mod lakequery;
mod sqlx;

use std::path::Path;

use crate::lake::{Lake, Table, Type};
use crate::query::{Parameter, Query};

/// A system whose compile time is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Lakequery,
    Sqlx,
    Diesel,
}

impl System {
    /// All of them, ours first.
    pub(crate) const ALL: [System; 3] = [System::Lakequery, System::Sqlx, System::Diesel];

    /// Its name, and its crate's.
    pub(crate) fn name(self) -> &'static str {
        match self {
            System::Lakequery => "lakequery",
            System::Sqlx => "sqlx",
            System::Diesel => "diesel",
        }
    }

    /// The dependencies of a crate that uses it; `repository` is the folder of
    /// lakequery's source.
    pub(crate) fn dependencies(self, repository: &Path) -> String {
        match self {
            System::Lakequery => lakequery::dependencies(repository),
            System::Sqlx => sqlx::DEPENDENCIES.into(),
            System::Diesel => diesel::DEPENDENCIES.into(),
        }
    }

    /// What stands at the top of each module with queries.
    pub(crate) fn header(self) -> &'static str {
        match self {
            System::Lakequery => lakequery::HEADER,
            System::Sqlx => sqlx::HEADER,
            System::Diesel => diesel::HEADER,
        }
    }

    /// A function that runs a query.
    pub(crate) fn function(self, name: &str, query: &Query<'_>) -> String {
        match self {
            System::Lakequery => lakequery::function(name, query),
            System::Sqlx => sqlx::function(name, query),
            System::Diesel => diesel::function(name, query),
        }
    }

    /// What a crate says of the tables in Rust.
    pub(crate) fn tables(self, tables: &[Table]) -> String {
        match self {
            System::Lakequery | System::Sqlx => String::new(),
            System::Diesel => diesel::tables(tables),
        }
    }

    /// The files beside the crates that queries are checked against, each with
    /// its path; `schemas` is the folder of lakequery's snapshots.
    pub(crate) fn files(self, lake: &Lake, queries: &[Query<'_>]) -> Vec<(String, String)> {
        match self {
            System::Lakequery => lakequery::files(lake),
            System::Sqlx => queries.iter().map(sqlx::cached).collect(),
            System::Diesel => Vec::new(),
        }
    }

    /// The environment of its builds.
    pub(crate) fn environment(self) -> &'static [(&'static str, &'static str)] {
        match self {
            System::Lakequery => &[],
            System::Sqlx => &[("SQLX_OFFLINE", "true")],
            // Where to look for libpq, which a library does not link.
            System::Diesel => &[("PQ_LIB_DIR", "/")],
        }
    }
}

/// The parameters of a function, each after a comma; `decimal` is the name of
/// the system's decimal type.
fn signature(query: &Query<'_>, decimal: &str) -> String {
    let parameters = query.parameters().into_iter().enumerate();
    let ty = |parameter: Parameter| match (parameter.list, rust_type(parameter.ty, decimal)) {
        (false, "String") => "&str".to_owned(),
        (false, ty) => ty.to_owned(),
        (true, ty) => format!("&[{ty}]"),
    };
    parameters.map(|(i, parameter)| format!(", p{i}: {}", ty(parameter))).collect()
}

/// The Rust type of values of a type.
fn rust_type(ty: Type, decimal: &str) -> &str {
    match ty {
        Type::Integer => "i32",
        Type::BigInt => "i64",
        Type::Decimal => decimal,
        Type::Varchar => "String",
        Type::Date => "NaiveDate",
    }
}
