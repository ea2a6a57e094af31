//! Parameters, and how each gets its type.
//!
//! A parameter takes the type that its place asks for. One whose place asks for
//! none (`{status} IS NULL`) takes that of another of the same words: when a query
//! has been lowered, such types are known, and it is lowered once more with them.

use lakequery_types::Type;

use super::Lowerer;
use super::temporal::temporal_type;
use crate::diagnostic::{Code, Diagnostic};
use crate::reference::Target;
use crate::token::{Expression, Span, TokenKind};
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

/// What the value of an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// To be computed with, or to be shown: its type is that of the place.
    Value,
    /// To be compared: a value with more digits compares as well.
    Comparison,
}

impl Lowerer<'_> {
    /// A parameter where it stands.
    pub(super) fn parameter(&mut self, index: usize, span: Span) -> Expr {
        self.refers(span, Target::Parameter(index));
        let nullable = self.context.clause.is_filter() || self.context.null_welcome;
        let slot = &mut self.parameters[index];
        slot.nullable = nullable;
        let ty = self.known_types.get(index).cloned().flatten();
        slot.ty.clone_from(&ty);
        let ty = ty.unwrap_or(Type::Unknown);
        Expr { kind: ExprKind::Parameter(index), ty, nullable, span }
    }

    /// Gives an open expression the type that its place asks for, as far as
    /// parameters in it wait for one.
    pub(super) fn give_type(&mut self, expr: Expr, ty: &Type, purpose: Use) -> Expr {
        let Expr { kind, ty: open, nullable, span } = expr;
        let kind = match kind {
            ExprKind::Parameter(index) => {
                if let (Type::Char(_), Use::Value) = (ty, purpose) {
                    self.longer_text(index, ty, span);
                    return Expr::error(span);
                }
                let ty = parameter_type(ty);
                let index = self.type_parameter(index, &ty, purpose);
                return Expr { kind: ExprKind::Parameter(index), ty, nullable, span };
            }
            ExprKind::Literal(Literal::Null) => {
                return Expr {
                    kind: ExprKind::Literal(Literal::Null),
                    ty: ty.clone(),
                    nullable,
                    span,
                };
            }
            ExprKind::Case { operand, branches, otherwise } => ExprKind::Case {
                operand,
                branches: branches
                    .into_iter()
                    .map(|(when, then)| (when, self.coerce(then, ty)))
                    .collect(),
                otherwise: otherwise.map(|otherwise| self.coerce(*otherwise, ty).into()),
            },
            ExprKind::Call(mut call) => {
                let give = |arg| match Expr::is_open(&arg) {
                    true => self.coerce(arg, ty),
                    false => arg,
                };
                call.args = std::mem::take(&mut call.args).into_iter().map(give).collect();
                ExprKind::Call(call)
            }
            ExprKind::Negate(operand) if ty.is_numeric() || ty.is_interval() => {
                ExprKind::Negate(self.coerce(*operand, ty).into())
            }
            ExprKind::Binary { operator, left, right } => {
                let other = if left.is_open() { &right } else { &left };
                let gives = match temporal_type(operator, ty, &other.ty) {
                    Some(result) => result == *ty,
                    // What decimals give has more digits than they have.
                    None => ty.is_integer() || ty.is_floating(),
                };
                if !gives {
                    let binary = ExprKind::Binary { operator, left, right };
                    let expr = Expr { kind: binary, ty: open, nullable, span };
                    self.untyped(&expr);
                    return Expr::error(span);
                }
                let mut give = |operand: Expr| match operand.is_open() {
                    true => self.coerce(operand, ty),
                    false => operand,
                };
                let (left, right) = (give(*left), give(*right));
                return self.binary_of(operator, left, right, span);
            }
            kind => ExprKind::Coerce(Expr { kind, ty: open, nullable, span }.into()),
        };
        Expr { kind, ty: ty.clone(), nullable, span }
    }

    /// Types a parameter; the index of the one that it is, which may be another of
    /// the same words: engines take two for different values, where a key of GROUP
    /// BY and an output column have to be one expression.
    fn type_parameter(&mut self, index: usize, ty: &Type, purpose: Use) -> usize {
        let compared = purpose == Use::Comparison;
        let slot = &mut self.parameters[index];
        slot.ty = Some(ty.clone());
        slot.compared = compared;
        if !self.expression(index).is_some_and(Expression::is_place) {
            return index;
        }
        let earlier = self.parameters.iter().enumerate().position(|(other, slot)| {
            slot.stands_for_others
                && slot.ty.as_ref() == Some(ty)
                && slot.compared == compared
                && self.expression(other) == self.expression(index)
        });
        self.parameters[index].stands_for_others = earlier.is_none();
        earlier.unwrap_or(index)
    }

    /// The Rust expression of a parameter.
    fn expression(&self, index: usize) -> Option<&Expression> {
        let slot = self.parameters.get(index)?;
        match &self.tokens.get(slot.span.start as usize)?.kind {
            TokenKind::Parameter(expression) => Some(expression),
            _ => None,
        }
    }

    /// Whether an earlier pass found the parameter's type out.
    pub(super) fn is_known(&self, index: usize) -> bool {
        self.known_types.get(index).is_some_and(Option::is_some)
    }

    /// The types known so far, and those that parameters without one take from
    /// others of the same words; `None` where there are none to take.
    pub(super) fn types_of_twins(&self) -> Option<Vec<Option<Type>>> {
        let mut known = self.known_types.clone();
        known.resize(self.parameters.len(), None);
        let mut found = false;
        for (index, slot) in self.parameters.iter().enumerate() {
            if slot.ty.is_some() || slot.list {
                continue;
            }
            let written = self.expression(index);
            let twin = self.parameters.iter().enumerate().find(|(other, slot)| {
                slot.ty.is_some() && !slot.list && self.expression(*other) == written
            });
            if let Some((_, twin)) = twin {
                known[index].clone_from(&twin.ty);
                found = true;
            }
        }
        found.then_some(known)
    }

    pub(super) fn check_parameters_are_typed(&mut self) {
        // A parameter next to a mistake often has no type because of it.
        if !self.diagnostics.is_empty() {
            return;
        }
        for index in 0..self.parameters.len() {
            let slot = &self.parameters[index];
            if slot.ty.is_none() && !slot.excused {
                let span = slot.span;
                self.report_untyped(index, span, &[]);
            }
        }
    }

    /// Reports what is open in an expression: a parameter or NULL whose type can't
    /// be told. `types` are those that would do, as far as they are known whole.
    pub(super) fn untyped_among(&mut self, expr: &Expr, types: &[Type]) {
        let types: Vec<Type> = types.iter().filter(|ty| ty.is_known()).cloned().collect();
        let mut open = Vec::new();
        open_parameters(expr, &mut open);
        if let Some(&(index, span)) = open.first() {
            for (index, _) in open {
                self.parameters[index].excused = true;
            }
            self.report_untyped(index, span, &types);
            return;
        }
        let ty = types.first().map_or("<type>".to_owned(), Type::to_string);
        self.report(
            Diagnostic::new(
                Code::UntypedParameter,
                expr.span,
                "nothing here tells the type of this NULL",
            )
            .help(format!("say it: `CAST(NULL AS {ty})`")),
        );
    }

    pub(super) fn untyped(&mut self, expr: &Expr) {
        self.untyped_among(expr, &[]);
    }

    fn report_untyped(&mut self, index: usize, span: Span, types: &[Type]) {
        const MOST: usize = 2;
        self.parameters[index].excused = true;
        let shown = self.expression(index).map_or("{…}".to_owned(), Expression::shown);
        let help = match types {
            [] => format!("say it: `CAST({shown} AS <type>)`"),
            types => {
                let cast = |ty| format!("`CAST({shown} AS {ty})`");
                let casts: Vec<String> = types.iter().take(MOST).map(cast).collect();
                format!("say it: {}", casts.join(" or "))
            }
        };
        self.report(
            Diagnostic::new(
                Code::UntypedParameter,
                span,
                "nothing here tells the type of this parameter",
            )
            .help(help),
        );
    }

    /// The type that open parameters take beside expressions whose common type is
    /// `ty`: literals say what kind of value is meant, but not how large or how
    /// exact it may be. `None`, after a diagnostic, where digits have to be said.
    pub(super) fn type_beside<'e>(
        &mut self,
        exprs: impl Iterator<Item = &'e Expr> + Clone,
        ty: Type,
        purpose: Use,
    ) -> Option<Type> {
        let open = exprs.clone().find(|expr| waits_for_type(expr));
        let (Some(open), true) =
            (open, exprs.clone().all(|expr| expr.is_open() || is_constant(expr)))
        else {
            return Some(ty);
        };
        if let (Type::Decimal { scale, .. }, Use::Value) = (&ty, purpose) {
            self.unknown_digits(open, *scale);
            return None;
        }
        Some(roomy(ty))
    }

    /// Reports a parameter beside a text of fixed length: the result has the length of the
    /// longer one, and what is bound may be any.
    fn longer_text(&mut self, index: usize, ty: &Type, span: Span) {
        self.parameters[index].excused = true;
        let shown = self.expression(index).map_or("{…}".to_owned(), Expression::shown);
        self.report(
            Diagnostic::new(
                Code::UntypedParameter,
                span,
                format!("the text of this parameter may be longer than `{ty}`"),
            )
            .help(format!("say it: `CAST({shown} AS {ty})`, or cast the other text to `varchar`")),
        );
    }

    pub(super) fn unknown_digits(&mut self, open: &Expr, scale: u8) {
        let mut parameters = Vec::new();
        open_parameters(open, &mut parameters);
        let Some(&(index, span)) = parameters.first() else { return };
        for (index, _) in parameters {
            self.parameters[index].excused = true;
        }
        let shown = self.expression(index).map_or("{…}".to_owned(), Expression::shown);
        let decimal = Type::decimal(18, scale.max(2));
        self.report(
            Diagnostic::new(
                Code::UntypedParameter,
                span,
                "a literal does not tell how many digits this parameter has",
            )
            .help(format!("say it: `CAST({shown} AS {decimal})` or `CAST({shown} AS double)`")),
        );
    }
}

/// The type with room for the values that stand beside a literal of type `ty`.
pub(super) fn roomy(ty: Type) -> Type {
    // As many digits of a second as every engine has.
    const MICROSECONDS: u8 = 6;
    match ty {
        ty if ty.is_integer() => Type::BigInt,
        Type::Timestamp(p) => Type::Timestamp(p.max(MICROSECONDS)),
        Type::TimestampTz(p) => Type::TimestampTz(p.max(MICROSECONDS)),
        Type::Time(p) => Type::Time(p.max(MICROSECONDS)),
        ty => ty,
    }
}

/// The type a parameter takes where `ty` is asked for: texts have no length there,
/// and what is in an array can be NULL.
pub(super) fn parameter_type(ty: &Type) -> Type {
    match ty {
        Type::Varchar(_) | Type::Char(_) => Type::VARCHAR,
        ty => ty.clone().with_nulls(),
    }
}

/// Whether an expression has no type yet because of a parameter in it.
pub(super) fn waits_for_type(expr: &Expr) -> bool {
    let mut open = Vec::new();
    open_parameters(expr, &mut open);
    !open.is_empty()
}

/// The parameters that an open expression would hand its type to, and where each stands.
fn open_parameters(expr: &Expr, found: &mut Vec<(usize, Span)>) {
    if !expr.is_open() {
        return;
    }
    match &expr.kind {
        ExprKind::Parameter(index) => found.push((*index, expr.span)),
        ExprKind::Case { operand: _, branches, otherwise } => {
            let results = branches.iter().map(|(_, then)| then).chain(otherwise.as_deref());
            results.for_each(|result| open_parameters(result, found));
        }
        ExprKind::Call(call) => call.args.iter().for_each(|arg| open_parameters(arg, found)),
        ExprKind::Negate(operand) => open_parameters(operand, found),
        ExprKind::Binary { left, right, .. } => {
            open_parameters(left, found);
            open_parameters(right, found);
        }
        _ => {}
    }
}

/// Whether an expression is made of literals alone, so that its type says little
/// about the values beside it.
pub(super) fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) => true,
        ExprKind::Coerce(operand) | ExprKind::Negate(operand) => is_constant(operand),
        ExprKind::Binary { operator, left, right } => {
            use BinaryOperator::{Add, Divide, Modulo, Multiply, Subtract};
            matches!(operator, Add | Subtract | Multiply | Divide | Modulo)
                && is_constant(left)
                && is_constant(right)
        }
        ExprKind::Case { operand: _, branches, otherwise } => {
            branches.iter().map(|(_, then)| then).chain(otherwise.as_deref()).all(is_constant)
        }
        _ => false,
    }
}
