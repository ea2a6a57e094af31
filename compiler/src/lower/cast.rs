//! CAST and TRY_CAST, and the types they name.

use lakequery_types::Type;

use super::Lowerer;
use super::column::list;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::token::Span;
use crate::tree::{Expr, ExprKind, Literal};

impl Lowerer<'_> {
    pub(super) fn cast(&mut self, cast: &ast::Cast, span: Span) -> Expr {
        let ast::Cast { operand, ty, fallible } = cast;
        let fallible = *fallible;
        let operand = self.expr(operand);
        let Some(ty) = self.data_type(ty) else { return Expr::error(span) };
        if operand.is_error() {
            return Expr::error(span);
        }
        if operand.is_open() {
            // CAST is how a parameter or NULL is given a type. That of NULL stays
            // written: engines guess another one, and with it another result's.
            if matches!(operand.kind, ExprKind::Literal(Literal::Null)) {
                return wrap_cast(operand, ty, fallible, span);
            }
            let typed = self.coerce(operand, &ty);
            let exact = typed.ty == ty;
            return if exact {
                Expr { span, ..typed }
            } else {
                wrap_cast(typed, ty, fallible, span)
            };
        }
        if !castable(&operand.ty, &ty) {
            let message = format!("`{}` can't be cast to `{ty}`", operand.ty);
            let diagnostic = Diagnostic::new(Code::TypeMismatch, span, message);
            let by_varchar = matches!(operand.ty, Type::Char(_)) && castable(&Type::VARCHAR, &ty);
            self.report(match by_varchar {
                true => {
                    diagnostic.help(format!("cast it twice: `CAST(CAST(… AS varchar) AS {ty})`"))
                }
                false => diagnostic,
            });
            return Expr::error(span);
        }
        wrap_cast(operand, ty, fallible, span)
    }

    /// The type of this name, or a diagnostic.
    pub(super) fn data_type(&mut self, ty: &ast::DataType) -> Option<Type> {
        let ast::DataType { text: name, span } = ty;
        match Type::parse(name) {
            Ok(ty) => Some(ty),
            Err(error) => {
                const NAMES: [&str; 16] = [
                    "boolean",
                    "tinyint",
                    "smallint",
                    "integer",
                    "bigint",
                    "real",
                    "double",
                    "decimal",
                    "varchar",
                    "char",
                    "varbinary",
                    "date",
                    "time",
                    "timestamp",
                    "json",
                    "uuid",
                ];
                let base: String =
                    name.to_lowercase().chars().take_while(|c| c.is_alphanumeric()).collect();
                let near = match base.as_str() {
                    "text" | "string" | "nvarchar" | "clob" => Some("varchar"),
                    "float" | "float4" | "float8" => Some("double` or `real"),
                    "datetime" => Some("timestamp"),
                    "binary" | "blob" | "bytea" | "bytes" => Some("varbinary"),
                    "long" | "int8" => Some("bigint"),
                    base => nearest(base, NAMES),
                };
                let mut diagnostic = Diagnostic::new(Code::UnknownType, *span, error.to_string());
                diagnostic = match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help(list("the types are", NAMES)),
                };
                self.report(diagnostic);
                None
            }
        }
    }
}

fn wrap_cast(operand: Expr, ty: Type, fallible: bool, span: Span) -> Expr {
    // JSON has a null of its own, which is NULL in every other type.
    let has_null = operand.ty == Type::Json && ty != Type::Json;
    Expr {
        nullable: operand.nullable || fallible || has_null,
        kind: ExprKind::Cast { expr: operand.into(), fallible },
        ty,
        span,
    }
}

/// Whether Trino has a cast from one type to the other.
fn castable(from: &Type, to: &Type) -> bool {
    use Type::{
        Array, Boolean, Char, Date, IntervalDayToSecond, IntervalYearToMonth, Json, Map, Row, Time,
        TimeTz, Timestamp, TimestampTz, Unknown, Uuid, Varbinary, Varchar,
    };
    if from == to {
        return true;
    }
    match (from, to) {
        (Unknown, _) => true,
        (Varchar(_) | Char(_), Varchar(_) | Char(_)) => true,
        (Varchar(_), to) => {
            to.is_numeric()
                || to.is_date_or_timestamp()
                || matches!(to, Boolean | Time(_) | TimeTz(_) | Json | Uuid | Type::IpAddress)
        }
        (Char(_), _) => false,
        (IntervalYearToMonth | IntervalDayToSecond, to) => matches!(to, Varchar(_)),
        (Varbinary, _) => false,
        (from, Varchar(_)) => !matches!(from, Array(_) | Map(..) | Row(_)),
        (Boolean, to) => to.is_numeric(),
        (from, Boolean) => from.is_numeric(),
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (Date, Timestamp(_) | TimestampTz(_)) => true,
        (Timestamp(_) | TimestampTz(_), to) => {
            to.is_date_or_timestamp() || matches!(to, Time(_) | TimeTz(_))
        }
        (Time(_) | TimeTz(_), to) => {
            matches!(to, Time(_) | TimeTz(_) | Timestamp(_) | TimestampTz(_))
        }
        (Array(a), Array(b)) => castable(a, b),
        (Map(a, b), Map(c, d)) => castable(a, c) && castable(b, d),
        (Row(a), Row(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| castable(&a.ty, &b.ty))
        }
        _ => false,
    }
}
