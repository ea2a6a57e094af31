//! Walking over the expressions of a typed tree.

use crate::function::Function;

use super::{
    Body, Call, Expr, ExprKind, FrameBound, Projection, Query, Relation, Select, SortKey,
    SortTarget, Window,
};

impl Expr {
    /// Calls `f` with each direct operand; those of a subquery are not among
    /// them (see [`Expr::subquery`]).
    pub fn for_each_operand<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        match &self.kind {
            ExprKind::Column(_)
            | ExprKind::Literal(_)
            | ExprKind::Variable(_)
            | ExprKind::Parameter(_)
            | ExprKind::Exists { .. }
            | ExprKind::Subquery(_)
            | ExprKind::Error => {}
            ExprKind::Coerce(expr)
            | ExprKind::Cast { expr, .. }
            | ExprKind::Negate(expr)
            | ExprKind::Not(expr)
            | ExprKind::IsNull { expr, .. }
            | ExprKind::InParameter { expr, .. }
            | ExprKind::InSubquery { expr, .. }
            | ExprKind::Quantified { expr, .. }
            | ExprKind::Field { expr, .. }
            | ExprKind::Extract { expr, .. }
            | ExprKind::Grouping(expr) => f(expr),
            ExprKind::Binary { left, right, .. } => {
                f(left);
                f(right);
            }
            ExprKind::Lambda(lambda) => f(&lambda.body),
            ExprKind::Subscript { expr, index } => {
                f(expr);
                f(index);
            }
            ExprKind::And(operands)
            | ExprKind::Or(operands)
            | ExprKind::Array(operands)
            | ExprKind::Row(operands) => operands.iter().for_each(f),
            ExprKind::Json(json) => json.operands.iter().for_each(f),
            ExprKind::Between { expr, low, high, .. } => {
                f(expr);
                f(low);
                f(high);
            }
            ExprKind::Like { expr, pattern, escape, .. } => {
                f(expr);
                f(pattern);
                escape.iter().for_each(|escape| f(escape));
            }
            ExprKind::InList { expr, list, .. } => {
                f(expr);
                list.iter().for_each(f);
            }
            ExprKind::Case { operand, branches, otherwise } => {
                operand.iter().for_each(|operand| f(operand));
                for (when, then) in branches {
                    f(when);
                    f(then);
                }
                otherwise.iter().for_each(|otherwise| f(otherwise));
            }
            ExprKind::Call(call) => call.for_each_operand(f),
        }
    }

    /// The subquery of this expression itself, if it has one.
    pub fn subquery(&self) -> Option<&Query> {
        match &self.kind {
            ExprKind::Subquery(query)
            | ExprKind::Exists { query, .. }
            | ExprKind::InSubquery { query, .. }
            | ExprKind::Quantified { query, .. } => Some(query),
            _ => None,
        }
    }

    /// Whether it, or an operand at any depth (subqueries aside), is one that `test` accepts.
    pub fn any(&self, test: &dyn Fn(&Expr) -> bool) -> bool {
        if test(self) {
            return true;
        }
        let mut found = false;
        self.for_each_operand(&mut |operand| found = found || operand.any(test));
        found
    }

    /// Whether it is a call that gives another value each time.
    pub fn is_volatile(&self) -> bool {
        matches!(&self.kind, ExprKind::Call(call) if call.function.is_volatile())
    }

    /// Whether it contains an aggregate over the rows of its own select.
    pub fn has_aggregate(&self) -> bool {
        self.any(&Expr::is_aggregate)
    }

    /// Whether it is an aggregate over the rows of its own select: one without OVER.
    pub fn is_aggregate(&self) -> bool {
        match &self.kind {
            ExprKind::Call(call) => {
                call.over.is_none()
                    && call.function.kind == crate::function::FunctionKind::Aggregate
            }
            _ => false,
        }
    }
}

impl Call {
    /// A call with nothing but arguments.
    pub(crate) const fn plain(function: &'static Function, args: Vec<Expr>) -> Call {
        Call {
            function,
            args,
            distinct: false,
            order_by: Vec::new(),
            filter: None,
            ignore_nulls: false,
            truncation: None,
            over: None,
        }
    }

    fn for_each_operand<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        self.args.iter().for_each(&mut *f);
        self.filter.iter().for_each(&mut *f);
        sort_operands(&self.order_by, f);
        if let Some(window) = &self.over {
            window.for_each_operand(f);
        }
    }
}

impl Window {
    pub(crate) fn for_each_operand<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        self.partition_by.iter().for_each(&mut *f);
        sort_operands(&self.order_by, f);
        if let Some(frame) = &self.frame {
            for bound in [&frame.start, &frame.end] {
                if let FrameBound::Preceding(expr) | FrameBound::Following(expr) = bound {
                    f(expr);
                }
            }
        }
    }
}

fn sort_operands<'e>(keys: &'e [SortKey], f: &mut dyn FnMut(&'e Expr)) {
    for key in keys {
        if let SortTarget::Expr(expr) = &key.target {
            f(expr);
        }
    }
}

impl Query {
    /// Calls `f` with each expression of this query and of the queries in its
    /// WITH, FROM and set operations, and with its level: `level` is that of the query
    /// itself, and a LATERAL is one deeper. Their operands are not among them, and
    /// neither are those of subqueries in expressions (see [`Expr::subquery`]).
    pub fn for_each_expr<'q>(&'q self, level: usize, f: &mut dyn FnMut(&'q Expr, usize)) {
        for cte in &self.ctes {
            cte.query.for_each_expr(level, f);
        }
        self.body.for_each_expr(level, f);
        sort_operands(&self.order_by, &mut |key| f(key, level));
        self.limit.iter().chain(self.offset.iter()).for_each(|count| f(count, level));
    }
}

impl Body {
    fn for_each_expr<'q>(&'q self, level: usize, f: &mut dyn FnMut(&'q Expr, usize)) {
        match self {
            Body::Select(select) => select.for_each_expr(level, f),
            Body::Query(query) => query.for_each_expr(level, f),
            Body::SetOperation { left, right, .. } => {
                left.for_each_expr(level, f);
                right.for_each_expr(level, f);
            }
            Body::Values(rows) => rows.iter().flatten().for_each(|value| f(value, level)),
        }
    }
}

impl Select {
    fn for_each_expr<'q>(&'q self, level: usize, f: &mut dyn FnMut(&'q Expr, usize)) {
        for Projection { expr, .. } in &self.projection {
            f(expr, level);
        }
        for relation in &self.from {
            relation.for_each_expr(level, f);
        }
        self.filter.iter().for_each(|filter| f(filter, level));
        self.group_keys().for_each(|key| f(&key.expr, level));
        self.having.iter().for_each(|having| f(having, level));
    }
}

impl Relation {
    pub(super) fn for_each_expr<'q>(&'q self, level: usize, f: &mut dyn FnMut(&'q Expr, usize)) {
        match self {
            Relation::Table { .. } | Relation::Cte { .. } => {}
            Relation::Derived { query, .. } => query.for_each_expr(level, f),
            Relation::Lateral { query, .. } => query.for_each_expr(level + 1, f),
            Relation::Unnest { values, .. } => values.iter().for_each(|value| f(value, level)),
            Relation::Sample { relation, percentage, .. } => {
                relation.for_each_expr(level, f);
                f(percentage, level);
            }
            Relation::Join { left, right, on, .. } => {
                left.for_each_expr(level, f);
                right.for_each_expr(level, f);
                on.iter().for_each(|on| f(on, level));
            }
        }
    }
}
