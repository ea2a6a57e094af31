//! What is known of a parameter while the query is lowered.

use lakequery_types::Type;

use crate::parse::ParameterToken;
use crate::token::Span;
use crate::tree::Parameter;

/// A parameter while its type is being found.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) span: Span,
    pub(super) list: bool,
    pub(super) ty: Option<Type>,
    pub(super) nullable: bool,
    /// Whether it is only compared: see [`Parameter::compared`].
    pub(super) compared: bool,
    /// Whether a diagnostic already says what is wrong around it.
    pub(super) excused: bool,
    /// Whether later ones of the same words and type are this one.
    pub(super) stands_for_others: bool,
}

impl Slot {
    pub(super) const fn new(token: ParameterToken) -> Slot {
        let ParameterToken { span, list } = token;
        Slot {
            span,
            list,
            ty: None,
            nullable: false,
            compared: false,
            excused: false,
            stands_for_others: false,
        }
    }

    pub(super) fn finish(self) -> Parameter {
        Parameter {
            ty: self.ty.unwrap_or(Type::Unknown),
            nullable: self.nullable,
            list: self.list,
            compared: self.compared,
            span: self.span,
        }
    }
}
