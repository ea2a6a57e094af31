//! The columns of the result: their names, and what the author said of them.

use lakequery_types::{Field, Type};

use super::{OutputColumn, Override};
use crate::diagnostic::{Code, Diagnostic};
use crate::parse::{Nullability, OverrideTokens};
use crate::tree::Query;

/// The result's columns, overrides applied, and what is wrong with them.
pub(super) fn columns(
    query: &Query,
    overrides: &[OverrideTokens],
    named: bool,
) -> (Vec<OutputColumn>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut columns: Vec<OutputColumn> = Vec::with_capacity(query.columns.len());
    for column in &query.columns {
        let name = column.name.as_ref().map(|name| name.to_lowercase());
        match &name {
            None if named => diagnostics.push(
                Diagnostic::new(Code::ColumnName, column.span, "this output column has no name")
                    .help("name it: `… AS name`"),
            ),
            Some(name)
                if named && columns.iter().any(|other| other.name.as_ref() == Some(name)) =>
            {
                diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateName,
                        column.span,
                        format!("two output columns are called `{name}`"),
                    )
                    .label("the name is taken")
                    .help(format!("give it another name: `… AS other_{name}`")),
                );
            }
            Some(name) if named && !is_identifier(name) => diagnostics.push(
                Diagnostic::new(
                    Code::ColumnName,
                    column.span,
                    format!("`{name}` can't be the name of a Rust field"),
                )
                .help("name it otherwise: `… AS name`"),
            ),
            _ => {}
        }
        if column.ty == Type::Unknown {
            diagnostics.push(
                Diagnostic::new(
                    Code::UntypedParameter,
                    column.span,
                    "this column is only ever NULL",
                )
                .help("say its type: `CAST(NULL AS varchar)`"),
            );
        } else if !column.ty.is_known() {
            let message =
                format!("nothing tells the type of the values in this column: `{}`", column.ty);
            diagnostics.push(
                Diagnostic::new(Code::UntypedParameter, column.span, message)
                    .help("say its type: `CAST(… AS <type>)`"),
            );
        }
        let coarser = in_nanoseconds(column.ty.clone());
        if coarser != column.ty {
            let message =
                format!("no value of `{}` can be read: it has more than nanoseconds", column.ty);
            diagnostics.push(
                Diagnostic::new(Code::TypeMismatch, column.span, message)
                    .help(format!("cast it: `CAST(… AS {coarser})`")),
            );
        }
        let said = overrides.iter().find(|said| said.alias == column.span);
        columns.push(OutputColumn {
            name,
            ty: column.ty.clone(),
            nullable: match said.and_then(|said| said.nullability) {
                Some(Nullability::NotNull) => false,
                Some(Nullability::Nullable) => true,
                None => column.nullable,
            },
            span: column.span,
            rust_type: said.and_then(|said| said.rust_type).map(|span| Override { span }),
        });
    }
    for said in overrides {
        if !query.columns.iter().any(|column| column.span == said.alias) {
            diagnostics.push(
                Diagnostic::new(
                    Code::Syntax,
                    said.alias,
                    "only a column of the result can have a Rust type, `!` or `?`",
                )
                .help("write it behind the alias in the outermost SELECT"),
            );
        }
    }
    (columns, diagnostics)
}

/// Whether a name can be a Rust identifier, raw if need be.
fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    starts
        && chars.all(|c| c == '_' || c.is_alphanumeric())
        && !matches!(name, "_" | "self" | "super" | "crate")
}

/// The type with nanoseconds in the place of what is finer: no Rust value is.
fn in_nanoseconds(ty: Type) -> Type {
    const NANOSECONDS: u8 = 9;
    match ty {
        Type::Time(p) => Type::Time(p.min(NANOSECONDS)),
        Type::TimeTz(p) => Type::TimeTz(p.min(NANOSECONDS)),
        Type::Timestamp(p) => Type::Timestamp(p.min(NANOSECONDS)),
        Type::TimestampTz(p) => Type::TimestampTz(p.min(NANOSECONDS)),
        Type::Array(element) => Type::array(in_nanoseconds(element.ty)),
        Type::Map(key, value) => Type::map(in_nanoseconds(*key), in_nanoseconds(value.ty)),
        Type::Row(fields) => {
            let coarser =
                |field: Field| Field { ty: in_nanoseconds(field.ty), nullable: true, ..field };
            Type::Row(fields.into_iter().map(coarser).collect())
        }
        ty => ty,
    }
}
