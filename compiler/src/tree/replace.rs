//! Expressions with parts of them replaced.

use super::{Call, Expr, ExprKind, Frame, FrameBound, Json, Lambda, SortKey, SortTarget, Window};

impl Expr {
    /// The expression with what `f` gives in the place of it or of its operands, the
    /// outermost first; subqueries stay as they are (see [`Expr::subquery`]).
    pub(crate) fn replaced(&self, f: &dyn Fn(&Expr) -> Option<Expr>) -> Expr {
        if let Some(replacement) = f(self) {
            return replacement;
        }
        let one = |expr: &Expr| Box::new(expr.replaced(f));
        let all = |exprs: &[Expr]| exprs.iter().map(|expr| expr.replaced(f)).collect();
        let kind = match &self.kind {
            ExprKind::Column(_)
            | ExprKind::Literal(_)
            | ExprKind::Parameter(_)
            | ExprKind::Variable(_)
            | ExprKind::Exists { .. }
            | ExprKind::Subquery(_)
            | ExprKind::Error => return self.clone(),
            ExprKind::Coerce(expr) => ExprKind::Coerce(one(expr)),
            ExprKind::Cast { expr, fallible } => {
                ExprKind::Cast { expr: one(expr), fallible: *fallible }
            }
            ExprKind::Negate(expr) => ExprKind::Negate(one(expr)),
            ExprKind::Not(expr) => ExprKind::Not(one(expr)),
            ExprKind::Grouping(expr) => ExprKind::Grouping(one(expr)),
            ExprKind::Extract { field, expr } => {
                ExprKind::Extract { field: *field, expr: one(expr) }
            }
            ExprKind::IsNull { expr, negated } => {
                ExprKind::IsNull { expr: one(expr), negated: *negated }
            }
            ExprKind::InParameter { expr, parameter, negated } => {
                ExprKind::InParameter { expr: one(expr), parameter: *parameter, negated: *negated }
            }
            ExprKind::InSubquery { expr, query, ty, negated } => ExprKind::InSubquery {
                expr: one(expr),
                query: query.clone(),
                ty: ty.clone(),
                negated: *negated,
            },
            ExprKind::Quantified { operator, all, expr, query, ty } => ExprKind::Quantified {
                operator: *operator,
                all: *all,
                expr: one(expr),
                query: query.clone(),
                ty: ty.clone(),
            },
            ExprKind::Binary { operator, left, right } => {
                ExprKind::Binary { operator: *operator, left: one(left), right: one(right) }
            }
            ExprKind::And(operands) => ExprKind::And(all(operands)),
            ExprKind::Or(operands) => ExprKind::Or(all(operands)),
            ExprKind::Between { expr, low, high, negated } => ExprKind::Between {
                expr: one(expr),
                low: one(low),
                high: one(high),
                negated: *negated,
            },
            ExprKind::Like { expr, pattern, escape, negated } => ExprKind::Like {
                expr: one(expr),
                pattern: one(pattern),
                escape: escape.as_deref().map(one),
                negated: *negated,
            },
            ExprKind::InList { expr, list, negated } => {
                ExprKind::InList { expr: one(expr), list: all(list), negated: *negated }
            }
            ExprKind::Case { operand, branches, otherwise } => ExprKind::Case {
                operand: operand.as_deref().map(one),
                branches: branches
                    .iter()
                    .map(|(when, then)| (when.replaced(f), then.replaced(f)))
                    .collect(),
                otherwise: otherwise.as_deref().map(one),
            },
            ExprKind::Array(elements) => ExprKind::Array(all(elements)),
            ExprKind::Row(fields) => ExprKind::Row(all(fields)),
            ExprKind::Subscript { expr, index } => {
                ExprKind::Subscript { expr: one(expr), index: one(index) }
            }
            ExprKind::Field { expr, index } => ExprKind::Field { expr: one(expr), index: *index },
            ExprKind::Lambda(lambda) => ExprKind::Lambda(Box::new(Lambda {
                parameters: lambda.parameters.clone(),
                body: lambda.body.replaced(f),
            })),
            ExprKind::Json(json) => {
                ExprKind::Json(Box::new(Json { operands: all(&json.operands), ..(**json).clone() }))
            }
            ExprKind::Call(call) => ExprKind::Call(Box::new(call.replaced(f))),
        };
        Expr { kind, ..self.clone() }
    }
}

impl Call {
    fn replaced(&self, f: &dyn Fn(&Expr) -> Option<Expr>) -> Call {
        Call {
            function: self.function,
            args: self.args.iter().map(|arg| arg.replaced(f)).collect(),
            distinct: self.distinct,
            order_by: keys_replaced(&self.order_by, f),
            filter: self.filter.as_ref().map(|filter| filter.replaced(f)),
            ignore_nulls: self.ignore_nulls,
            truncation: self.truncation.clone(),
            over: self.over.as_ref().map(|window| window.replaced(f)),
        }
    }
}

impl Window {
    fn replaced(&self, f: &dyn Fn(&Expr) -> Option<Expr>) -> Window {
        let bound = |bound: &FrameBound| match bound {
            FrameBound::Preceding(expr) => FrameBound::Preceding(Box::new(expr.replaced(f))),
            FrameBound::Following(expr) => FrameBound::Following(Box::new(expr.replaced(f))),
            other => other.clone(),
        };
        let frame = |frame: &Frame| Frame {
            units: frame.units,
            start: bound(&frame.start),
            end: bound(&frame.end),
        };
        Window {
            partition_by: self.partition_by.iter().map(|key| key.replaced(f)).collect(),
            order_by: keys_replaced(&self.order_by, f),
            frame: self.frame.as_ref().map(frame),
        }
    }
}

fn keys_replaced(keys: &[SortKey], f: &dyn Fn(&Expr) -> Option<Expr>) -> Vec<SortKey> {
    let key = |key: &SortKey| {
        let target = match &key.target {
            SortTarget::Expr(expr) => SortTarget::Expr(expr.replaced(f)),
            SortTarget::Output(index) => SortTarget::Output(*index),
        };
        SortKey { target, ..key.clone() }
    };
    keys.iter().map(key).collect()
}
