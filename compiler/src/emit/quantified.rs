//! Comparisons with all rows of a query, `x > ALL (SELECT …)`. Where an engine does not have
//! them, the greatest and the least value tell as much.

use lakequery_types::Type;

use crate::function;
use crate::token::Span;
use crate::tree::{
    Alias, BinaryOperator, Body, Call, ColumnRef, Expr, ExprKind, Literal, Projection, Query,
    Relation, Select,
};

use super::precedence::Level;
use super::{Conversion, SubqueryKind, Writer};

/// `operand operator ALL (query)`, or ANY.
pub(super) struct Quantified<'t> {
    pub(super) operator: BinaryOperator,
    pub(super) all: bool,
    pub(super) operand: &'t Expr,
    pub(super) query: &'t Query,
    /// The type to compare in.
    pub(super) ty: &'t Type,
    pub(super) span: Span,
}

/// The number of the relation that the query becomes.
const RELATION: usize = usize::MAX - 3;

impl Writer<'_> {
    pub(super) fn quantified(&mut self, quantified: Quantified<'_>) {
        let Quantified { operator, all, operand, query, ty, span } = quantified;
        if query.is_correlated() {
            let what = if all { "ALL with this subquery" } else { "ANY with this subquery" };
            return self.refuse(span, what, "it uses columns of the query around it; write EXISTS");
        }
        self.check_comparison(&operand.ty, span);
        if self.dialect.has_quantified(self.place.clause) {
            let kind = SubqueryKind::In { operand, negated: all, quantified: Some(all) };
            self.check_subquery(kind, query, span);
            self.comparand(operand);
            self.push(" ");
            self.push(operator.symbol());
            self.push(if all { " ALL " } else { " ANY " });
            return match self.converts_member(query, ty) {
                true => self.converted_set(query, ty),
                false => self.subquery(query),
            };
        }
        self.check_drawn_once(operand);
        let told = quantified.told();
        self.expr(&told, Level::Or, Conversion::Operand);
    }

    /// Whether the only column of a query is converted to be compared.
    pub(super) fn converts_member(&self, query: &Query, ty: &Type) -> bool {
        let column = query.columns.first().map_or(&Type::Unknown, |column| &column.ty);
        self.dialect.writes_conversion(column, ty, Conversion::Member)
    }
}

impl Quantified<'_> {
    /// The same by the number of values, the least and the greatest of them.
    fn told(&self) -> Expr {
        use BinaryOperator::{Eq, Gt, GtEq, NotEq};
        let counted = |count: Vec<Expr>| self.aggregate("count", count, &Type::BigInt);
        let column = self.column();
        let extreme =
            |name| self.aggregate(name, vec![column.clone()], &column.ty).coerced(self.ty);
        let than = |operator, extreme: Expr| compared(operator, self.operand.clone(), extreme);
        let compares = match (self.operator, self.all) {
            (Eq | NotEq, _) => {
                let both = vec![than(Eq, extreme("min")), than(Eq, extreme("max"))];
                let all_equal = condition(ExprKind::And(both));
                match self.operator {
                    Eq => all_equal,
                    _ => condition(ExprKind::Not(all_equal.into())),
                }
            }
            (Gt | GtEq, true) => than(self.operator, extreme("max")),
            (Gt | GtEq, false) => than(self.operator, extreme("min")),
            (_, true) => than(self.operator, extreme("min")),
            (_, false) => than(self.operator, extreme("max")),
        };
        // Of no values all are so, and none is; a NULL among them leaves that open.
        let compares = match column.nullable {
            false => compares,
            true => {
                let whole = compared(Eq, counted(Vec::new()), counted(vec![column.clone()]));
                let open = case(whole, boolean(self.all), None);
                let both = vec![compares, open];
                condition(if self.all { ExprKind::And(both) } else { ExprKind::Or(both) })
            }
        };
        let zero = Expr {
            kind: ExprKind::Literal(Literal::Integer(0)),
            ty: Type::BigInt,
            nullable: false,
            span: self.span,
        };
        let is_empty = compared(Eq, counted(Vec::new()), zero);
        case(is_empty, boolean(self.all), Some(compares))
    }

    /// The column of the query, as one of the relation that it becomes.
    fn column(&self) -> Expr {
        let (ty, nullable) = match self.query.columns.first() {
            Some(column) => (column.ty.clone(), column.nullable),
            None => (Type::Unknown, true),
        };
        let name = "_value".to_owned();
        let kind = ExprKind::Column(ColumnRef {
            relation: RELATION,
            index: 0,
            depth: 0,
            qualifier: None,
            name,
        });
        Expr { kind, ty, nullable, span: self.span }
    }

    /// `(SELECT function(…) FROM (query))`
    fn aggregate(&self, name: &str, args: Vec<Expr>, ty: &Type) -> Expr {
        let made = |kind| Expr { kind, ty: ty.clone(), nullable: true, span: self.span };
        let call = match function::lookup(name) {
            Some(function) => ExprKind::Call(Box::new(Call::plain(function, args))),
            None => ExprKind::Error,
        };
        let alias = Alias { name: "compared".to_owned(), columns: vec!["_value".to_owned()] };
        let relation = Relation::Derived {
            id: RELATION,
            query: self.query.clone().into(),
            alias,
            span: self.span,
        };
        let select = Select {
            distinct: false,
            projection: vec![Projection { expr: made(call), alias: None }],
            from: vec![relation],
            filter: None,
            group_by: None,
            having: None,
        };
        made(ExprKind::Subquery(Query::bare(Body::Select(select.into())).into()))
    }
}

fn compared(operator: BinaryOperator, left: Expr, right: Expr) -> Expr {
    condition(ExprKind::Binary { operator, left: left.into(), right: right.into() })
}

fn case(when: Expr, then: Expr, otherwise: Option<Expr>) -> Expr {
    let otherwise = otherwise.map(Box::new);
    condition(ExprKind::Case { operand: None, branches: vec![(when, then)], otherwise })
}

fn boolean(value: bool) -> Expr {
    condition(ExprKind::Literal(Literal::Boolean(value)))
}

fn condition(kind: ExprKind) -> Expr {
    Expr { kind, ty: Type::Boolean, nullable: true, span: Span::default() }
}
