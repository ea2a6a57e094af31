//! The types that a query names.

use lakequery_types::{Field, Type};

use super::Lowerer;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;

impl Lowerer<'_> {
    /// The type of this name, or a diagnostic.
    pub(super) fn data_type(&mut self, ty: &ast::DataType) -> Option<Type> {
        use ast::DataTypeKind as Kind;
        let ast::DataType { kind, span } = ty;
        match kind {
            Kind::Plain(name) => self.plain_type(name, *span),
            Kind::Array(element) => Some(Type::array(self.data_type(element)?)),
            Kind::Map(key, value) => {
                let (of_keys, value) = (self.data_type(key), self.data_type(value));
                let (of_keys, value) = (of_keys?, value?);
                if !of_keys.is_comparable() {
                    let message =
                        format!("values of type `{of_keys}` can't be compared, as keys are");
                    self.error(Code::TypeMismatch, key.span, message);
                    return None;
                }
                Some(Type::map(of_keys, value))
            }
            Kind::Row(fields) => {
                let fields: Vec<Option<Field>> = fields
                    .iter()
                    .map(|ast::RowField { name, ty }| {
                        let ty = self.data_type(ty)?;
                        let name = name.as_ref().map(|ast::Name { text, quoted, span: _ }| {
                            if *quoted { text.clone() } else { text.to_lowercase() }
                        });
                        Some(Field { name, ty, nullable: true })
                    })
                    .collect();
                fields.into_iter().collect::<Option<_>>().map(Type::Row)
            }
            Kind::Error => None,
        }
    }

    fn plain_type(&mut self, name: &str, span: Span) -> Option<Type> {
        match Type::parse(name) {
            Ok(ty) => Some(ty),
            Err(error) => {
                let diagnostic = Diagnostic::new(Code::UnknownType, span, error.to_string());
                let near = error.suggestions().join("` or `");
                let diagnostic = match error.unknown() {
                    Some(_) if near.is_empty() => {
                        diagnostic.help(format!("the types are `{}`", Type::names().join("`, `")))
                    }
                    Some(_) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic,
                };
                self.report(diagnostic);
                None
            }
        }
    }
}
