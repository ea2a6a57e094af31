//! `FETCH FIRST n ROWS WITH TIES`: the rows whose rank is at most n. Few engines have it, and all
//! have `rank`.

use lakequery_types::Type;

use super::Lowerer;
use super::group::is_window;
use super::select::Selected;
use crate::diagnostic::{Code, Diagnostic};
use crate::function;
use crate::token::Span;
use crate::tree::{
    Alias, BinaryOperator, Body, Call, Column, ColumnRef, Expr, ExprKind, Projection, Query,
    Relation, Select, SortKey, SortTarget, Window, unique_names,
};

impl Lowerer<'_> {
    /// The body and the keys of a query, to which rows that tie with the last of `count` belong.
    /// Rows that OFFSET skips are counted, too. `ties` is where WITH TIES stands.
    pub(super) fn with_ties(
        &mut self,
        body: Body,
        columns: &[Column],
        order_by: Vec<SortKey>,
        count: Expr,
        offset: Option<&Expr>,
        ties: Span,
    ) -> (Body, Vec<SortKey>) {
        if columns.is_empty() || count.is_error() || offset.is_some_and(Expr::is_error) {
            return (body, order_by);
        }
        let select = match body {
            Body::Select(select) if !select.distinct => *select,
            body => self.rows_of(body, columns),
        };
        let target = |key: &SortKey| match &key.target {
            SortTarget::Output(index) => select.projection[*index].expr.clone(),
            SortTarget::Expr(expr) => expr.clone(),
        };
        let keys: Vec<SortKey> = order_by
            .iter()
            .map(|key| SortKey { target: SortTarget::Expr(target(key)), ..key.clone() })
            .collect();
        let is_drawn = |part: &Expr| part.is_volatile() || is_window(part);
        let drawn = keys.iter().find_map(|key| match &key.target {
            SortTarget::Expr(expr) if expr.any(&is_drawn) => Some(expr.span),
            _ => None,
        });
        if let Some(span) = drawn {
            let message = "WITH TIES can't order by a window function or a random value";
            let diagnostic = Diagnostic::new(Code::NotSupported, span, message);
            self.report(diagnostic.help("compute it in a subquery"));
            return (Body::Select(select.into()), order_by);
        }
        let rank = rank(keys, ties);
        let rank = match offset {
            Some(offset) => {
                let offset = self.coerce(offset.clone(), &Type::BigInt);
                self.binary_of(BinaryOperator::Subtract, rank, offset, ties)
            }
            None => rank,
        };
        let count = self.coerce(count, &Type::BigInt);
        let condition = self.binary_of(BinaryOperator::LtEq, rank, count, ties);
        let selected = Selected { select, columns: columns.to_vec(), order_by };
        let Selected { select, columns: _, order_by } = self.qualified_rows(selected, condition);
        (Body::Select(select.into()), order_by)
    }

    /// A select of all columns of a body.
    pub(super) fn rows_of(&mut self, body: Body, columns: &[Column]) -> Select {
        let id = self.fresh_id();
        let names: Vec<Option<&str>> =
            columns.iter().map(|column| column.name.as_deref()).collect();
        let unique = unique_names(&names, |_| false);
        let projection = columns.iter().zip(&unique).enumerate();
        let projection = projection
            .map(|(index, (Column { name, ty, nullable, span }, unique))| {
                let column = ColumnRef {
                    relation: id,
                    index,
                    depth: 0,
                    qualifier: None,
                    name: unique.clone(),
                };
                let kind = ExprKind::Column(column);
                Projection {
                    expr: Expr { kind, ty: ty.clone(), nullable: *nullable, span: *span },
                    alias: name.clone().filter(|name| name != unique),
                }
            })
            .collect();
        let span = columns.iter().map(|column| column.span).reduce(Span::to).unwrap_or_default();
        let query = Query { columns: columns.to_vec(), ..Query::bare(body) };
        let alias = Alias { name: "all_rows".to_owned(), columns: unique };
        let relation = Relation::Derived { id, query: query.into(), alias, span };
        Select {
            distinct: false,
            projection,
            from: vec![relation],
            filter: None,
            group_by: None,
            having: None,
        }
    }
}

/// `rank() OVER (ORDER BY keys)`
fn rank(keys: Vec<SortKey>, span: Span) -> Expr {
    let Some(function) = function::lookup("rank") else { return Expr::error(span) };
    let window = Window { partition_by: Vec::new(), order_by: keys, frame: None };
    let call = Call { over: Some(window), ..Call::plain(function, Vec::new()) };
    Expr { kind: ExprKind::Call(Box::new(call)), ty: Type::BigInt, nullable: false, span }
}
