//! Arrays and rows, made of values, and their subscripts.

use lakequery_types::{Field, Item, Type};

use super::Lowerer;
use super::parameter::{Use, waits_for_type};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::function::common_type;
use crate::token::Span;
use crate::tree::{Expr, ExprKind, Literal};

impl Lowerer<'_> {
    /// `ARRAY[…]`
    pub(super) fn array(&mut self, values: &[ast::Expr], span: Span) -> Expr {
        let values: Vec<Expr> = values.iter().map(|value| self.expr(value)).collect();
        if values.iter().any(Expr::is_error) {
            self.excuse(&values);
            return Expr::error(span);
        }
        let (values, ty) = self.unify(values, Use::Value, "the elements of an array");
        if ty == Type::Unknown && values.iter().any(|value| !value.is_open()) {
            return Expr::error(span);
        }
        if let Some(open) = values.iter().find(|value| waits_for_type(value)) {
            self.untyped(open);
            return Expr::error(span);
        }
        let nullable = values.iter().any(|value| value.nullable);
        let ty = Type::Array(Item { ty, nullable }.into());
        Expr { kind: ExprKind::Array(values), ty, nullable: false, span }
    }

    /// `ROW(…)`
    pub(super) fn row(&mut self, values: &[ast::Expr], span: Span) -> Expr {
        let values: Vec<Expr> = values.iter().map(|value| self.expr(value)).collect();
        if values.iter().any(Expr::is_error) {
            self.excuse(&values);
            return Expr::error(span);
        }
        if let Some(open) = values.iter().find(|value| waits_for_type(value)) {
            self.untyped(open);
            return Expr::error(span);
        }
        let field =
            |value: &Expr| Field { name: None, ty: value.ty.clone(), nullable: value.nullable };
        let ty = Type::Row(values.iter().map(field).collect());
        Expr { kind: ExprKind::Row(values), ty, nullable: false, span }
    }

    /// `base[index]`
    pub(super) fn subscript(&mut self, subscript: &ast::Subscript, span: Span) -> Expr {
        let ast::Subscript { base, index } = subscript;
        let base = self.expr(base);
        let index = self.expr(index);
        if base.is_error() || index.is_error() {
            self.excuse(&[base, index]);
            return Expr::error(span);
        }
        if base.is_open() {
            // The type of a column may be missing because of another mistake.
            if waits_for_type(&base) || self.diagnostics.is_empty() {
                self.untyped(&base);
            }
            return Expr::error(span);
        }
        match base.ty.clone() {
            Type::Array(element) => self.element(base, *element, index, span),
            Type::Map(key, value) => self.map_value(base, *key, *value, index, span),
            Type::Row(fields) => self.field_at(base, &fields, &index, span),
            ty => {
                let message =
                    format!("only arrays, maps and rows have subscripts, and this is `{ty}`");
                let mut diagnostic = Diagnostic::new(Code::TypeMismatch, base.span, message)
                    .label(format!("expected an array, a map or a row, found `{ty}`"));
                if ty.is_text() {
                    diagnostic = diagnostic.help("a part of a text is `substr(x, start, length)`");
                } else if ty == Type::Json {
                    diagnostic = diagnostic.help("write `json_extract(x, '$[0]')`");
                }
                self.report(diagnostic);
                self.excuse(&[index]);
                Expr::error(span)
            }
        }
    }

    fn element(&mut self, base: Expr, element: Item, index: Expr, span: Span) -> Expr {
        if !index.is_open() && !index.ty.is_integer() {
            let message =
                format!("the subscript of an array is a whole number, found `{}`", index.ty);
            let diagnostic = Diagnostic::new(Code::TypeMismatch, index.span, message)
                .label(format!("expected a whole number, found `{}`", index.ty));
            self.report(diagnostic);
            return Expr::error(span);
        }
        if let Some(at) = whole_number(&index)
            && at < 1
        {
            let message = format!("the elements of an array are counted from 1, and this is {at}");
            let mut diagnostic = Diagnostic::new(Code::BadLiteral, index.span, message);
            diagnostic = match (at, self.written(base.span)) {
                (0, Some(array)) => diagnostic.help(format!("the first one is `{array}[1]`")),
                (0, None) => diagnostic.help("the first one is `[1]`"),
                (_, array) => {
                    let array = array.unwrap_or_else(|| "…".to_owned());
                    let help = format!("from the end, it is `element_at({array}, {at})`");
                    diagnostic.help(help)
                }
            };
            self.report(diagnostic);
            return Expr::error(span);
        }
        let index = self.coerce(index, &Type::BigInt);
        let nullable = base.nullable || index.nullable || element.nullable;
        subscript(base, index, Item { nullable, ..element }, span)
    }

    fn map_value(&mut self, base: Expr, key: Type, value: Item, index: Expr, span: Span) -> Expr {
        let Some(common) = common_type(&key, &index.ty) else {
            let message = format!("the keys of this map are `{key}`, found `{}`", index.ty);
            let mut diagnostic = Diagnostic::new(Code::TypeMismatch, index.span, message)
                .label(format!("expected `{key}`, found `{}`", index.ty));
            if let Some(help) = super::coerce::conversion_help(&index.ty, &key, &index) {
                diagnostic = diagnostic.help(help);
            }
            self.report(diagnostic);
            return Expr::error(span);
        };
        // Texts of other lengths are the same keys.
        let is_same =
            common == key || matches!((&common, &key), (Type::Varchar(_), Type::Varchar(_)));
        let base = match is_same || common == Type::Unknown {
            true => base,
            false => {
                let ty = Type::Map(common.clone().into(), value.clone().into());
                base.coerced(&ty)
            }
        };
        let index = self.coerce(index, &common);
        let nullable = base.nullable || index.nullable || value.nullable;
        subscript(base, index, Item { nullable, ..value }, span)
    }

    /// A field of a row by its number.
    fn field_at(&mut self, base: Expr, fields: &[Field], index: &Expr, span: Span) -> Expr {
        let message = match whole_number(index) {
            Some(at) => match usize::try_from(at).ok().and_then(|at| at.checked_sub(1)) {
                Some(at) if at < fields.len() => return super::field::field(base, at, span),
                _ => format!("the row has the fields 1 to {}, and no field {at}", fields.len()),
            },
            None => {
                self.excuse(std::slice::from_ref(index));
                "the subscript of a row is a literal whole number, as each field has its own type"
                    .to_owned()
            }
        };
        self.error(Code::BadLiteral, index.span, message);
        Expr::error(span)
    }
}

fn subscript(base: Expr, index: Expr, item: Item, span: Span) -> Expr {
    let Item { ty, nullable } = item;
    let kind = ExprKind::Subscript { expr: base.into(), index: index.into() };
    Expr { kind, ty, nullable, span }
}

/// The value of a literal whole number.
fn whole_number(expr: &Expr) -> Option<i64> {
    match expr.kind {
        ExprKind::Literal(Literal::Integer(value)) => Some(value),
        _ => None,
    }
}

impl Lowerer<'_> {
    /// `||` where an operand is an array: the operands, and the type of the result.
    pub(super) fn joined_arrays(
        &mut self,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Result<(Expr, Expr, Type), ()> {
        if let Some(open) = [&left, &right].into_iter().find(|operand| operand.is_open()) {
            let array = if left.is_open() { &right.ty } else { &left.ty };
            let mut types = vec![array.clone().with_nulls()];
            types.extend(element_of(array).map(|item| item.ty.clone()));
            self.untyped_among(open, &types);
            return Err(());
        }
        if let (Some(a), Some(b), Some(common)) =
            (element_of(&left.ty), element_of(&right.ty), common_type(&left.ty, &right.ty))
        {
            // An array of nothing could also be an element of the other.
            let known = |operand: Expr, item: &Item| match item.ty.is_known() {
                true => operand.coerced(&common),
                false => operand.cast(&common),
            };
            let (a, b) = (a.clone(), b.clone());
            return Ok((known(left, &a), known(right, &b), common));
        }
        let added = |array: &Expr, one: &Expr| {
            let item = element_of(&array.ty)?;
            let ty = common_type(&item.ty, &one.ty)?;
            // NULL is not added: it makes the result NULL.
            let array = Type::Array(Item { ty: ty.clone(), nullable: item.nullable }.into());
            Some((array, ty))
        };
        if let Some((array, element)) = added(&left, &right) {
            return Ok((left.coerced(&array), right.coerced(&element), array));
        }
        if let Some((array, element)) = added(&right, &left) {
            return Ok((left.coerced(&element), right.coerced(&array), array));
        }
        let message = format!("`||` does not join `{}` and `{}`", left.ty, right.ty);
        self.report(
            Diagnostic::new(Code::TypeMismatch, span, message)
                .related(left.span, format!("this is `{}`", left.ty))
                .related(right.span, format!("this is `{}`", right.ty))
                .help("it joins two arrays, or an array and an element of its type"),
        );
        Err(())
    }
}

fn element_of(ty: &Type) -> Option<&Item> {
    match ty {
        Type::Array(item) => Some(item),
        _ => None,
    }
}
