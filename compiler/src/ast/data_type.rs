//! Types as they are written, which nest.

use super::name::Name;
use crate::token::Span;

/// A type.
#[derive(Clone, Debug)]
pub(crate) struct DataType {
    pub(crate) kind: DataTypeKind,
    pub(crate) span: Span,
}

/// What a type is.
#[derive(Clone, Debug)]
pub(crate) enum DataTypeKind {
    /// A type that has no other in it, as it is written but for space and comments.
    Plain(String),
    /// `array(element)`
    Array(Box<DataType>),
    /// `map(key, value)`
    Map(Box<DataType>, Box<DataType>),
    /// `row(name type, …)`; never empty.
    Row(Vec<RowField>),
    /// Has a diagnostic.
    Error,
}

/// A field of a row type.
#[derive(Clone, Debug)]
pub(crate) struct RowField {
    pub(crate) name: Option<Name>,
    pub(crate) ty: DataType,
}

impl DataType {
    /// A type that has no other in it.
    pub(crate) const fn plain(text: String, span: Span) -> DataType {
        DataType { kind: DataTypeKind::Plain(text), span }
    }

    /// The type as lake SQL writes it.
    pub(crate) fn text(&self) -> String {
        match &self.kind {
            DataTypeKind::Plain(text) => text.clone(),
            DataTypeKind::Array(element) => format!("array({})", element.text()),
            DataTypeKind::Map(key, value) => format!("map({}, {})", key.text(), value.text()),
            DataTypeKind::Row(fields) => {
                let field = |RowField { name, ty }: &RowField| match name {
                    Some(Name { text, quoted: true, span: _ }) => {
                        format!("\"{}\" {}", text.replace('"', "\"\""), ty.text())
                    }
                    Some(Name { text, quoted: false, span: _ }) => format!("{text} {}", ty.text()),
                    None => ty.text(),
                };
                let fields: Vec<String> = fields.iter().map(field).collect();
                format!("row({})", fields.join(", "))
            }
            DataTypeKind::Error => "…".to_owned(),
        }
    }
}
