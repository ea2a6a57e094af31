//! The fields of rows.

use lakequery_types::{Field, Type, same_name};

use super::Lowerer;
use super::column::list;
use super::parameter::waits_for_type;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::token::Span;
use crate::tree::{Expr, ExprKind};

impl Lowerer<'_> {
    /// `base.field`
    pub(super) fn field_of(&mut self, access: &ast::FieldOf, span: Span) -> Expr {
        let ast::FieldOf { base, field } = access;
        // `(address).city` is `address.city`, and so is `(t.address).city`.
        if let Some(path) = path_of(base, field) {
            return Expr { span, ..self.qualified(&path) };
        }
        let base = self.expr(base);
        self.named_field(base, field, span)
    }

    /// The fields that these names mean, one in the other.
    pub(super) fn fields(&mut self, base: Expr, names: &[ast::Name]) -> Expr {
        names.iter().fold(base, |base, name| {
            let span = base.span.to(name.span);
            self.named_field(base, name, span)
        })
    }

    fn named_field(&mut self, base: Expr, name: &ast::Name, span: Span) -> Expr {
        let ast::Name { text: name, quoted: _, span: name_span } = name;
        if base.is_error() {
            return Expr::error(span);
        }
        if base.is_open() {
            // The type of a column may be missing because of another mistake.
            if waits_for_type(&base) || self.diagnostics.is_empty() {
                self.untyped(&base);
            }
            return Expr::error(span);
        }
        let Type::Row(fields) = &base.ty else {
            let diagnostic = self.no_row(&base, *name_span);
            self.report(diagnostic);
            return Expr::error(span);
        };
        let named = |field: &Field| field.name.as_deref().is_some_and(|own| same_name(own, name));
        let found: Vec<usize> = (0..fields.len()).filter(|&i| named(&fields[i])).collect();
        let diagnostic = match found[..] {
            [index] => return field(base, index, span),
            [] => self.unknown_field(&base, fields, name, *name_span),
            _ => {
                let message = format!("the row has several fields `{name}`");
                let row = self.written(base.span).unwrap_or_else(|| "…".to_owned());
                Diagnostic::new(Code::AmbiguousColumn, *name_span, message)
                    .help(format!("say which by its number: `{row}[{}]`", found[0] + 1))
            }
        };
        self.report(diagnostic);
        Expr::error(span)
    }

    fn no_row(&self, base: &Expr, span: Span) -> Diagnostic {
        let message = match (&base.kind, self.written(base.span)) {
            (ExprKind::Column(column), _) => {
                let name = &column.name;
                format!("`{name}` is a column of type `{}`, which has no fields", base.ty)
            }
            (_, Some(base_text)) => {
                format!("`{base_text}` is of type `{}`, which has no fields", base.ty)
            }
            (_, None) => format!("a value of type `{}` has no fields", base.ty),
        };
        let diagnostic = Diagnostic::new(Code::TypeMismatch, span, message);
        let base_text = || self.written(base.span).unwrap_or_else(|| "…".to_owned());
        match &base.ty {
            Type::Array(item) if matches!(item.ty, Type::Row(_)) => {
                diagnostic.help(format!("its first element is `{}[1]`, a row", base_text()))
            }
            Type::Map(..) => diagnostic.help(format!("a value of a map is `{}[key]`", base_text())),
            Type::Json => diagnostic.help("write `json_extract(x, '$.name')`"),
            _ => diagnostic,
        }
    }

    fn unknown_field(&self, base: &Expr, fields: &[Field], name: &str, span: Span) -> Diagnostic {
        let row = self.written(base.span);
        let message = match &row {
            Some(row) => format!("`{row}` has no field `{name}`"),
            None => format!("the row has no field `{name}`"),
        };
        let diagnostic = Diagnostic::new(Code::UnknownColumn, span, message).label("unknown field");
        let names = || fields.iter().filter_map(|field| field.name.as_deref());
        if names().next().is_none() {
            let row = row.unwrap_or_else(|| "…".to_owned());
            let help = format!("its fields have no names; the first one is `{row}[1]`");
            return diagnostic.help(help);
        }
        let diagnostic = match nearest(name, names()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        };
        diagnostic.help(list("the fields are", names()))
    }
}

/// The field of this number of a row.
pub(super) fn field(base: Expr, index: usize, span: Span) -> Expr {
    let (ty, nullable) = match &base.ty {
        Type::Row(fields) => (fields[index].ty.clone(), base.nullable || fields[index].nullable),
        _ => return Expr::error(span),
    };
    Expr { kind: ExprKind::Field { expr: base.into(), index }, ty, nullable, span }
}

/// The names of a base in parentheses, with the field behind them.
fn path_of(base: &ast::Expr, field: &ast::Name) -> Option<ast::Path> {
    let mut base = base;
    while let ast::ExprKind::Nested(inner) = &base.kind {
        base = inner;
    }
    let mut parts = match &base.kind {
        ast::ExprKind::Name(name) => vec![name.clone()],
        ast::ExprKind::Path(ast::Path { parts, span: _ }) => parts.clone(),
        _ => return None,
    };
    let span = parts.first()?.span.to(field.span);
    parts.push(field.clone());
    Some(ast::Path { parts, span })
}
