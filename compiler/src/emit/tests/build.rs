//! Makers of trees.

use std::collections::BTreeMap;
use std::sync::Arc;

use lakequery_types::{Engine, Type};

use crate::config::Config;
use crate::function::{Function, FunctionKind, Nulls};
use crate::snapshot::{Column as TableColumn, Table};
use crate::token::Span;
use crate::tree::{
    Alias, BinaryOperator, Body, Call, Column, ColumnRef, Expr, ExprKind, GroupBy, GroupKey,
    Literal, Projection, Query, Relation, Select, SortKey, SortTarget, Window,
};

pub(super) fn config() -> Config {
    let names = BTreeMap::from([
        (Engine::Trino, "hive.tpch".to_owned()),
        (Engine::DataFusion, String::new()),
    ]);
    Config {
        targets: vec![Engine::Trino, Engine::DataFusion],
        schemas: "schemas".into(),
        default_schema: None,
        sources: BTreeMap::new(),
        schema_names: BTreeMap::from([("mapped".to_owned(), names)]),
        tables: BTreeMap::new(),
    }
}

/// Where everything stands.
pub(super) const PLACE: Span = Span::token(0);

pub(super) fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind, ty, nullable: true, span: PLACE }
}

pub(super) fn column(relation: usize, qualifier: &str, name: &str, ty: Type) -> Expr {
    let qualifier = (!qualifier.is_empty()).then(|| qualifier.to_owned());
    let column = ColumnRef { relation, index: 0, depth: 0, qualifier, name: name.into() };
    expr(ExprKind::Column(column), ty)
}

pub(super) fn literal(literal: Literal, ty: Type) -> Expr {
    expr(ExprKind::Literal(literal), ty)
}

pub(super) fn integer(value: i64) -> Expr {
    literal(Literal::Integer(value), Type::Integer)
}

pub(super) fn text(value: &str) -> Expr {
    literal(Literal::Text(value.into()), Type::Varchar(Some(value.chars().count() as u32)))
}

/// GROUP BY keys, without sets.
pub(super) fn keyed(keys: Vec<GroupKey>) -> Option<GroupBy> {
    Some(GroupBy { keys, sets: None, of_nothing: true })
}

pub(super) fn parameter(index: usize, ty: Type) -> Expr {
    expr(ExprKind::Parameter(index), ty)
}

pub(super) fn cast(inner: Expr, ty: Type) -> Expr {
    expr(ExprKind::Cast { expr: inner.into(), fallible: false }, ty)
}

pub(super) fn coerce(inner: Expr, ty: Type) -> Expr {
    expr(ExprKind::Coerce(inner.into()), ty)
}

pub(super) fn binary(operator: BinaryOperator, left: Expr, right: Expr) -> Expr {
    let ty = match operator {
        BinaryOperator::Concat => Type::VARCHAR,
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo => left.ty.clone(),
        _ => Type::Boolean,
    };
    expr(ExprKind::Binary { operator, left: left.into(), right: right.into() }, ty)
}

pub(super) fn equal(left: Expr, right: Expr) -> Expr {
    binary(BinaryOperator::Eq, left, right)
}

pub(super) fn and(operands: Vec<Expr>) -> Expr {
    expr(ExprKind::And(operands), Type::Boolean)
}

pub(super) fn or(operands: Vec<Expr>) -> Expr {
    expr(ExprKind::Or(operands), Type::Boolean)
}

pub(super) fn not(operand: Expr) -> Expr {
    expr(ExprKind::Not(operand.into()), Type::Boolean)
}

pub(super) fn is_in(operand: Expr, query: Query, negated: bool) -> Expr {
    let ty = operand.ty.clone();
    let kind = ExprKind::InSubquery { expr: operand.into(), query: query.into(), ty, negated };
    expr(kind, Type::Boolean)
}

pub(super) fn exists(query: Query) -> Expr {
    expr(ExprKind::Exists { query: query.into(), negated: false }, Type::Boolean)
}

pub(super) fn scalar(query: Query) -> Expr {
    let ty = query.columns[0].ty.clone();
    expr(ExprKind::Subquery(query.into()), ty)
}

const fn function(name: &'static str, kind: FunctionKind) -> Function {
    Function { name, kind, signatures: &[], nulls: Nulls::Nullable }
}

pub(super) static SUM: Function = function("sum", FunctionKind::Aggregate);
pub(super) static COUNT: Function = function("count", FunctionKind::Aggregate);
pub(super) static LISTAGG: Function = function("listagg", FunctionKind::Aggregate);
pub(super) static MAX_BY: Function = function("max_by", FunctionKind::Aggregate);
pub(super) static LAG: Function = function("lag", FunctionKind::Window);
pub(super) static COALESCE: Function = function("coalesce", FunctionKind::Scalar);
pub(super) static TODAY: Function = function("current_date", FunctionKind::Scalar);
pub(super) static TWICE: Function = function("twice", FunctionKind::Scalar);
pub(super) static FAR: Function = function("far", FunctionKind::Scalar);

pub(super) fn call(function: &'static Function, args: Vec<Expr>) -> Call {
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

pub(super) fn called(call: Call, ty: Type) -> Expr {
    expr(ExprKind::Call(call.into()), ty)
}

pub(super) fn window(partition_by: Vec<Expr>, order_by: Vec<SortKey>) -> Window {
    Window { partition_by, order_by, frame: None }
}

pub(super) fn by(expr: Expr) -> SortKey {
    SortKey { target: SortTarget::Expr(expr), descending: false, nulls_first: false }
}

pub(super) fn by_output(index: usize) -> SortKey {
    SortKey { target: SortTarget::Output(index), descending: true, nulls_first: false }
}

pub(super) fn table(id: usize, schema: &str, name: &str, alias: &str) -> Relation {
    let column = TableColumn { name: "a".into(), ty: Type::BigInt, nullable: true, comment: None };
    let table = Table {
        schema: schema.into(),
        name: name.into(),
        comment: None,
        columns: vec![column],
        partitioned_by: Vec::new(),
    };
    let alias = (!alias.is_empty()).then(|| Alias { name: alias.into(), columns: Vec::new() });
    Relation::Table { id, table: Arc::new(table), version: None, alias, span: PLACE }
}

pub(super) fn item(expr: Expr, alias: &str) -> Projection {
    Projection { expr, alias: (!alias.is_empty()).then(|| alias.to_owned()) }
}

pub(super) fn select(projection: Vec<Projection>, from: Vec<Relation>) -> Select {
    Select { distinct: false, projection, from, filter: None, group_by: None, having: None }
}

pub(super) fn query(select: Select) -> Query {
    let columns = select
        .projection
        .iter()
        .map(|item| Column {
            name: item.name().map(str::to_owned),
            ty: item.expr.ty.clone(),
            nullable: item.expr.nullable,
            span: item.expr.span,
        })
        .collect();
    query_with(Body::Select(select.into()), columns)
}

pub(super) fn query_with(body: Body, columns: Vec<Column>) -> Query {
    Query { ctes: Vec::new(), body, order_by: Vec::new(), limit: None, offset: None, columns }
}

/// `SELECT expr`
pub(super) fn query_of(expr: Expr) -> Query {
    query(select(vec![item(expr, "")], Vec::new()))
}
