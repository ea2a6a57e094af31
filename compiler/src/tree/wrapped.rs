//! A select as a query in the FROM of another one, which computes on with its columns.

use crate::token::Span;

use super::{
    Alias, Body, Column, ColumnRef, Expr, ExprKind, Projection, Query, Relation, Select,
    unique_names,
};

/// What the outer select is made of.
pub(crate) struct Wrapped {
    /// The inner select.
    pub(crate) relation: Relation,
    /// The columns of the select that was wrapped, under their names.
    pub(crate) projection: Vec<Projection>,
    /// The expressions that were selected besides, as columns.
    pub(crate) besides: Vec<Expr>,
}

impl Projection {
    /// The name of the output column: its alias, or that of the column it is.
    pub(crate) fn name(&self) -> Option<&str> {
        match (&self.alias, &self.expr.kind) {
            (Some(alias), _) => Some(alias),
            (None, ExprKind::Column(column)) => Some(&column.name),
            _ => None,
        }
    }
}

impl Wrapped {
    /// Wraps a select, which selects other expressions `besides`, each under a name like the
    /// one given. `id` is the number of its relation, `name` its alias.
    pub(crate) fn new(
        select: &Select,
        besides: Vec<(String, Expr)>,
        id: usize,
        name: &str,
    ) -> Self {
        let names: Vec<Option<&str>> = select.projection.iter().map(Projection::name).collect();
        let mut taken = unique_names(&names, |_| false);
        let mut inner = select.clone();
        for (item, unique) in inner.projection.iter_mut().zip(&taken) {
            if item.name() != Some(unique) {
                item.alias = Some(unique.clone());
            }
        }
        let column = |index, name: &str, expr: &Expr| Expr {
            kind: ExprKind::Column(ColumnRef {
                relation: id,
                index,
                depth: 0,
                qualifier: None,
                name: name.to_owned(),
            }),
            ..expr.clone()
        };
        let outer = |(index, (item, unique)): (usize, (&Projection, &String))| Projection {
            expr: column(index, unique, &item.expr),
            alias: item.name().filter(|name| name != unique).map(str::to_owned),
        };
        let projection = select.projection.iter().zip(&taken).enumerate().map(outer).collect();
        let mut columns = Vec::with_capacity(besides.len());
        for (mut name, expr) in besides {
            while taken.iter().any(|taken| taken.eq_ignore_ascii_case(&name)) {
                name.push('_');
            }
            columns.push(column(inner.projection.len(), &name, &expr));
            taken.push(name.clone());
            inner.projection.push(Projection { expr, alias: Some(name) });
        }
        let span = select.from.iter().map(Relation::span).reduce(Span::to).unwrap_or_default();
        let alias = Alias { name: name.to_owned(), columns: Vec::new() };
        let query = Query::bare(Body::Select(inner.into()));
        let relation = Relation::Derived { id, query: query.into(), alias, span };
        Wrapped { relation, projection, besides: columns }
    }

    /// A select of the columns of the one that was wrapped.
    pub(crate) fn select(self) -> Select {
        Select {
            distinct: false,
            projection: self.projection,
            from: vec![self.relation],
            filter: None,
            group_by: None,
            having: None,
        }
    }
}

impl Query {
    /// A body and nothing around it.
    pub(crate) fn bare(body: Body) -> Query {
        let columns = match &body {
            Body::Select(select) => select.projection.iter().map(Column::of).collect(),
            Body::Query(query) => query.columns.clone(),
            Body::SetOperation { .. } | Body::Values(_) => Vec::new(),
        };
        let (order_by, limit, offset) = (Vec::new(), None, None);
        Query { ctes: Vec::new(), body, order_by, limit, offset, columns }
    }
}

impl Column {
    /// What an item of SELECT gives.
    fn of(item: &Projection) -> Column {
        Column {
            name: item.name().map(str::to_owned),
            ty: item.expr.ty.clone(),
            nullable: item.expr.nullable,
            span: item.expr.span,
        }
    }
}
