//! Expressions: each written for the place where it stands, with the conversions and
//! parentheses that it needs there.

use lakequery_types::Type;

use crate::tree::{ColumnRef, Expr, ExprKind, Literal};

use super::function::is_operand;
use super::precedence::Level;
use super::quantified::Quantified;
use super::subquery::outer_value;
use super::{Cast, Clause, Conversion, Like, Position, Rewrite, Writer};

impl Writer<'_> {
    /// Writes an expression where any may stand: an argument, an output column.
    /// NULL takes its type along, for nothing else tells it there.
    pub(crate) fn value(&mut self, expr: &Expr) {
        if is_null(expr) && expr.ty != Type::Unknown {
            let null = Expr { ty: Type::Unknown, ..expr.clone() };
            self.cast(Cast { expr: &null, ty: &expr.ty, fallible: false, span: expr.span });
        } else {
            self.expr(expr, Level::Or, Conversion::Argument);
        }
    }

    /// Writes an output column, in the very type it has in lake SQL.
    pub(super) fn output(&mut self, expr: &Expr) {
        if is_null(expr) {
            self.value(expr)
        } else {
            self.expr(expr, Level::Or, Conversion::Column)
        }
    }

    /// Writes one of several expressions of one type: a branch of CASE, a row of VALUES.
    pub(super) fn alternative<'e>(&mut self, expr: &Expr, all: impl IntoIterator<Item = &'e Expr>) {
        if all.into_iter().all(is_null) {
            self.value(expr);
        } else {
            self.expr(expr, Level::Or, Conversion::Argument);
        }
    }

    /// Writes a condition that keeps rows or chooses a branch: a bare NULL, which
    /// has no type there, is as good as FALSE.
    pub(super) fn filter(&mut self, expr: &Expr) {
        if is_null(expr.written()) {
            self.push("FALSE");
        } else {
            self.condition(expr);
        }
    }

    /// Writes a condition.
    pub(super) fn condition(&mut self, expr: &Expr) {
        self.expr(expr, Level::Or, Conversion::Operand);
    }

    /// Writes an operand of LIKE, `=` and their like.
    pub(crate) fn comparand(&mut self, expr: &Expr) {
        self.expr(expr, Level::Concat, Conversion::Operand);
    }

    /// Writes an argument so that it can stand as an operand of anything.
    pub(super) fn primary(&mut self, expr: &Expr) {
        if is_null(expr) {
            self.value(expr);
        } else {
            self.expr(expr, Level::Primary, Conversion::Argument);
        }
    }

    /// Writes an expression that binds at least so tightly.
    pub(super) fn expr(&mut self, expr: &Expr, least: Level, place: Conversion) {
        let expr = self.peel(expr, place);
        if let ExprKind::Subquery(query) = &expr.kind
            && let Some(value) = outer_value(query)
        {
            return self.expr(value, least, place);
        }
        // Compared, or in the result, a timestamp is the same whatever its zone.
        let is_zoneless = match place {
            Conversion::Operand => true,
            Conversion::Column => self.nesting == 0,
            _ => false,
        };
        if is_zoneless && let Some(Rewrite { template, args }) = self.dialect.instant(expr, place) {
            let args: Vec<&Expr> = args.iter().map(AsRef::as_ref).collect();
            let is_operand = template == "{0}" || is_operand(&template);
            self.push(if is_operand { "" } else { "(" });
            self.template(&template, &args);
            return self.push(if is_operand { "" } else { ")" });
        }
        let place = if self.is_grouped(expr) { Conversion::Column } else { place };
        if self.retypes(expr, place) {
            self.push("CAST(");
            self.bare(expr);
            self.push(" AS ");
            self.type_name(&expr.ty, expr.span);
            self.push(")");
            return;
        }
        let parentheses = self.level(expr) < least;
        if parentheses {
            self.push("(");
        }
        self.bare(expr);
        if parentheses {
            self.push(")");
        }
    }

    fn bare(&mut self, expr: &Expr) {
        let outer = self.place;
        self.check_nulls_inside(expr);
        if let Some(reason) = self.dialect.refuses_value(expr) {
            self.refuse(expr.span, &format!("this value of type `{}`", expr.ty), reason);
        }
        // Within these a subquery can still be a condition of its own.
        let is_condition = matches!(
            expr.kind,
            ExprKind::And(_)
                | ExprKind::Or(_)
                | ExprKind::Not(_)
                | ExprKind::InSubquery { .. }
                | ExprKind::Exists { .. }
        );
        if !is_condition {
            self.place.position = Position::Inside;
        }
        match self.dialect.rewrite(expr) {
            Some(Rewrite { template, args }) => {
                if expr.is_aggregate() {
                    self.place.clause = Clause::Aggregate;
                }
                let args: Vec<&Expr> = args.iter().map(AsRef::as_ref).collect();
                self.template(&template, &args);
            }
            None => self.kind(expr),
        }
        self.place = outer;
    }

    fn kind(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Column(column) => self.column(column),
            ExprKind::Literal(literal) => match self.dialect.literal(literal, &expr.ty) {
                Ok(text) => self.push(&text),
                Err(reason) => self.refuse(expr.span, "this literal", reason),
            },
            ExprKind::Parameter(index) => {
                if let Some(reason) = self.dialect.refuses_parameter(&expr.ty) {
                    self.refuse(expr.span, &format!("a parameter of type `{}`", expr.ty), reason);
                }
                self.parameter(*index);
            }
            ExprKind::Coerce(inner) => {
                self.cast(Cast { expr: inner, ty: &expr.ty, fallible: false, span: expr.span });
            }
            ExprKind::Cast { expr: inner, fallible } => {
                let fallible = *fallible;
                self.cast(Cast { expr: inner, ty: &expr.ty, fallible, span: expr.span });
            }
            ExprKind::Negate(operand) => {
                self.push("-");
                self.expr(operand, Level::Primary, Conversion::Term);
            }
            ExprKind::Binary { operator, left, right } => {
                self.binary(*operator, left, right, expr.span);
            }
            ExprKind::And(operands) => self.and(operands),
            ExprKind::Or(operands) => self.or(operands),
            ExprKind::Not(operand) => self.not(operand),
            ExprKind::IsNull { expr, negated } => {
                self.comparand(expr);
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            ExprKind::Between { expr: operand, low, high, negated } => match self.splits(expr) {
                true => self.two_comparisons(operand, low, high, *negated),
                false => self.between(operand, low, high, *negated),
            },
            ExprKind::Like { expr, pattern, escape, negated } => {
                let escape = escape.as_deref();
                (self.dialect.like)(self, Like { expr, pattern, escape, negated: *negated });
            }
            ExprKind::InList { expr: operand, list, negated } => {
                self.in_list(operand, list, *negated, expr.span);
            }
            ExprKind::InParameter { expr, parameter, negated } => {
                self.in_parameter(*parameter, *negated, |writer| writer.comparand(expr));
            }
            ExprKind::InSubquery { expr: operand, query, ty, negated } => {
                self.in_subquery(operand, query, ty, *negated, expr.span);
            }
            ExprKind::Quantified { operator, all, expr: operand, query, ty } => {
                self.quantified(Quantified {
                    operator: *operator,
                    all: *all,
                    operand,
                    query,
                    ty,
                    span: expr.span,
                });
            }
            ExprKind::Exists { query, negated } => self.exists(query, *negated, expr.span),
            ExprKind::Subquery(query) => self.scalar_subquery(query, expr.span),
            ExprKind::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref(), expr.span);
            }
            ExprKind::Extract { field, expr: operand } => {
                self.extract(*field, operand, expr.span);
            }
            ExprKind::Grouping(key) => self.grouping(key),
            ExprKind::Call(call) => self.call(call, expr.span),
            ExprKind::Lambda(lambda) => self.lambda(lambda, expr.span),
            ExprKind::Variable(variable) => self.ident(&variable.name),
            ExprKind::Array(values) => self.array(values, expr.span),
            ExprKind::Row(values) => self.row(values, expr.span),
            ExprKind::Subscript { expr: base, index } => self.subscript(base, index, expr.span),
            ExprKind::Field { expr: base, index } => self.field(base, *index, expr.span),
            ExprKind::Json(json) => self.json(json, expr.span),
            // An error has its diagnostic; were there none, this must not become SQL.
            ExprKind::Error => {
                self.refuse(
                    expr.span,
                    "this expression",
                    "it was not understood; please report it",
                );
            }
        }
    }

    pub(super) fn cast(&mut self, cast: Cast<'_>) {
        (self.dialect.cast)(self, cast);
    }

    fn column(&mut self, column: &ColumnRef) {
        if let Some(qualifier) = &column.qualifier {
            self.ident(qualifier);
            self.push(".");
        } else if let Some(qualifier) = self.qualifier_needed(column) {
            self.ident(&qualifier);
            self.push(".");
        }
        self.ident(&column.name);
    }

    /// The relation of a column whose name alone would mean another column here.
    fn qualifier_needed(&self, column: &ColumnRef) -> Option<String> {
        let in_aggregate = matches!(self.place.clause, Clause::Aggregate | Clause::Window);
        let shadowed = self.shadows.relation_of(column, in_aggregate);
        shadowed.or_else(|| self.qualifiers.get(&column.relation).cloned())
    }
}

pub(super) const fn is_null(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Literal::Null))
}
