//! What engines can't do.

use lakequery_types::{Engine, Type};

use super::build::*;
use super::{dialect, emit};
use crate::diagnostic::Code;
use crate::token::Span;
use crate::tree::{
    BinaryOperator, DateField, Expr, ExprKind, Frame, FrameBound, FrameUnits, GroupKey, JoinKind,
    Literal, Query, Relation, Select,
};

fn refusals(engine: Engine, query: &Query) -> Vec<String> {
    match emit(dialect(engine), query, &config()) {
        Ok(_) => Vec::new(),
        Err(refusals) => refusals
            .into_iter()
            .map(|refusal| {
                assert_eq!(refusal.code, Code::Refused);
                refusal.message
            })
            .collect(),
    }
}

/// Whether each of the engines takes the query: Trino, DataFusion.
fn taken(query: &Query) -> (bool, bool) {
    let by = |engine| refusals(engine, query).is_empty();
    (by(Engine::Trino), by(Engine::DataFusion))
}

#[test]
fn all_refusals_come_at_once_in_order() {
    let far = |token| {
        let arg = literal(Literal::Timestamp("x".into()), Type::Timestamp(12));
        let arg = Expr { span: Span::token(token + 1), ..arg };
        Expr { span: Span::token(token), ..called(call(&FAR, vec![arg]), Type::BigInt) }
    };
    let query = query(select(vec![item(far(5), "a"), item(far(2), "b")], vec![]));
    let far = "`far` can't be compiled for datafusion: it has no map";
    let literal = "this literal can't be compiled for datafusion: the embedded engine has at most nanoseconds";
    assert_eq!(refusals(Engine::DataFusion, &query), [far, literal, far, literal]);
    assert_eq!(taken(&query), (true, false));
}

#[test]
fn a_part_of_a_time_is_refused_as_its_function_is() {
    let of = |field| {
        let at = column(0, "", "at", Type::TimestampTz(3));
        query_of(expr(ExprKind::Extract { field, expr: at.into() }, Type::BigInt))
    };
    assert_eq!(taken(&of(DateField::Year)), (true, true));
    assert_eq!(taken(&of(DateField::TimezoneHour)), (true, false));
}

#[test]
fn windows() {
    let x = || column(0, "", "x", Type::BigInt);
    let over = |start| {
        let mut call = call(&SUM, vec![x()]);
        let frame = Frame { units: FrameUnits::Rows, start, end: FrameBound::CurrentRow };
        call.over = Some(window(vec![], vec![by(x())]));
        if let Some(window) = &mut call.over {
            window.frame = Some(frame);
        }
        call
    };
    let one = || FrameBound::Preceding(integer(1).into());
    let mut ordered = over(one());
    ordered.order_by = vec![by(x())];
    let mut distinct = over(one());
    distinct.distinct = true;
    let mut growing = over(FrameBound::UnboundedPreceding);
    growing.distinct = true;
    let mut filtered = over(one());
    filtered.function = &MAX_BY;
    filtered.args.push(x());
    filtered.filter = Some(equal(x(), x()));
    let bound = over(FrameBound::Preceding(parameter(0, Type::BigInt).into()));
    for (call, expected) in [
        (over(one()), (true, true)),
        (ordered, (false, false)),
        (distinct, (true, false)),
        (growing, (true, true)),
        (filtered, (false, false)),
        (bound, (true, false)),
    ] {
        let name = format!("{call:?}");
        assert_eq!(taken(&query_of(called(call, Type::BigInt))), expected, "{name}");
    }
}

// Subqueries: `o` is the table around (relation 0), `i` the one inside (1).

/// A column of the table around, in the query around.
fn own(name: &str) -> Expr {
    column(0, "o", name, Type::BigInt)
}

/// The same in the subquery.
fn outer(name: &str) -> Expr {
    deeper(own(name))
}

/// A column where it stands one subquery deeper.
fn deeper(mut expr: Expr) -> Expr {
    if let ExprKind::Column(column) = &mut expr.kind {
        column.depth += 1;
    }
    expr
}

fn inner(name: &str) -> Expr {
    column(1, "i", name, Type::BigInt)
}

/// Columns of one relation are told apart by their index.
fn other_inner() -> Expr {
    let mut other = inner("g");
    if let ExprKind::Column(column) = &mut other.kind {
        column.index = 1;
    }
    other
}

fn not_null(expr: Expr) -> Expr {
    Expr { nullable: false, ..expr }
}

fn inside(value: Expr, filter: Option<Expr>) -> Select {
    let mut select = select(vec![item(value, "")], vec![table(1, "s", "inside", "i")]);
    select.filter = filter;
    select
}

fn max() -> Expr {
    called(call(&SUM, vec![inner("x")]), Type::BigInt)
}

fn correlated() -> Option<Expr> {
    Some(and(vec![equal(inner("k"), outer("k")), equal(inner("y"), integer(1))]))
}

fn unequal() -> Option<Expr> {
    Some(binary(BinaryOperator::Lt, inner("k"), outer("k")))
}

fn around() -> Vec<Relation> {
    vec![table(0, "s", "outside", "o")]
}

fn in_where(condition: Expr) -> Query {
    let mut select = select(vec![item(own("k"), "")], around());
    select.filter = Some(condition);
    query(select)
}

fn in_select(value: Expr) -> Query {
    query(select(vec![item(value, "v")], around()))
}

fn limited(mut query: Query) -> Query {
    query.limit = Some(integer(1));
    query
}

/// The first row of a query.
fn first(query: Query) -> Query {
    Query { order_by: vec![by(inner("x"))], ..limited(query) }
}

#[test]
fn subqueries_in_conditions() {
    let plain = || query(inside(inner("x"), None));
    let with = |filter| query(inside(inner("x"), filter));
    let strict = || query(inside(not_null(inner("x")), None));
    let is_one = || equal(own("k"), integer(1));
    let rows = [
        ("IN", in_where(is_in(own("k"), plain(), false)), (true, true)),
        ("NOT IN", in_where(is_in(own("k"), plain(), true)), (true, true)),
        ("NOT (IN)", in_where(not(is_in(own("k"), plain(), false))), (true, true)),
        ("1 NOT IN", in_where(is_in(integer(1), plain(), true)), (true, false)),
        ("correlated IN", in_where(is_in(own("k"), with(correlated()), false)), (true, true)),
        ("correlated NOT IN", in_where(is_in(own("k"), with(correlated()), true)), (true, false)),
        (
            "NOT (correlated IN)",
            in_where(not(is_in(own("k"), with(correlated()), false))),
            (true, false),
        ),
        ("IN OR", in_where(or(vec![is_one(), is_in(own("k"), plain(), false)])), (true, true)),
        ("NOT IN OR", in_where(or(vec![is_one(), is_in(own("k"), plain(), true)])), (true, false)),
        (
            "NOT IN OR, never NULL",
            in_where(or(vec![is_one(), is_in(not_null(own("k")), strict(), true)])),
            (true, true),
        ),
        (
            "NOT (IN AND)",
            in_where(not(and(vec![is_one(), is_in(own("k"), plain(), false)]))),
            (true, false),
        ),
        (
            "NOT (EXISTS OR)",
            in_where(not(or(vec![is_one(), exists(with(unequal()))]))),
            (true, true),
        ),
        ("EXISTS in SELECT", in_select(exists(plain())), (true, false)),
        ("EXISTS LIMIT", in_where(exists(limited(with(correlated())))), (true, true)),
        ("EXISTS LIMIT unequal", in_where(exists(limited(with(unequal())))), (true, true)),
        ("IN LIMIT", in_where(is_in(own("k"), limited(plain()), false)), (true, true)),
        (
            "correlated IN LIMIT",
            in_where(is_in(own("k"), limited(with(correlated())), false)),
            (false, false),
        ),
        (
            "EXISTS of an outer column",
            in_where(exists(query(inside(outer("x"), None)))),
            (false, false),
        ),
    ];
    for (name, query, expected) in rows {
        assert_eq!(taken(&query), expected, "{name}: {:?}", refusals(Engine::DataFusion, &query));
    }
}

#[test]
fn scalar_subqueries() {
    let of = |value: Expr, filter: Option<Expr>| scalar(query(inside(value, filter)));
    let mut grouped = inside(max(), correlated());
    grouped.group_by = keyed(vec![GroupKey { expr: inner("g"), output: None, span: PLACE }]);
    let mut by_key = inside(max(), unequal());
    by_key.group_by = keyed(vec![GroupKey { expr: inner("k"), output: None, span: PLACE }]);
    let mut by_other = inside(max(), unequal());
    by_other.group_by = keyed(vec![GroupKey { expr: other_inner(), output: None, span: PLACE }]);
    let nested = equal(inner("k"), scalar(query_of(deeper(outer("k")))));
    let mut sorted = in_select(own("k"));
    sorted.order_by = vec![by(of(max(), correlated()))];
    let on = Relation::Join {
        left: table(0, "s", "outside", "o").into(),
        right: table(2, "s", "third", "t").into(),
        kind: JoinKind::Inner,
        on: Some(equal(own("k"), of(max(), correlated()))),
        span: PLACE,
    };
    let summed = called(call(&SUM, vec![of(max(), correlated())]), Type::BigInt);
    let rows = [
        ("uncorrelated", in_select(of(inner("x"), None)), (true, true)),
        ("aggregated", in_select(of(max(), correlated())), (true, true)),
        ("in WHERE", in_where(equal(own("k"), of(max(), correlated()))), (true, true)),
        ("unequal", in_select(of(max(), unequal())), (true, false)),
        ("not aggregated", in_select(of(inner("x"), correlated())), (true, false)),
        ("grouped", in_select(scalar(query(grouped))), (true, false)),
        ("grouped by what is compared", in_select(scalar(query(by_key))), (true, false)),
        ("grouped by something else", in_select(scalar(query(by_other))), (false, false)),
        (
            "limited",
            in_select(scalar(limited(query(inside(inner("x"), correlated()))))),
            (false, false),
        ),
        (
            "sorted and limited",
            in_select(scalar(first(query(inside(inner("x"), correlated()))))),
            (true, false),
        ),
        (
            "limited, unequal",
            in_select(scalar(limited(query(inside(inner("x"), unequal()))))),
            (false, false),
        ),
        ("two levels deep", in_select(of(max(), Some(nested))), (false, false)),
        ("in ORDER BY", sorted, (true, true)),
        ("in ON", query(select(vec![item(own("k"), "")], vec![on])), (true, false)),
        ("in an aggregate", in_select(summed), (true, false)),
    ];
    for (name, query, expected) in rows {
        assert_eq!(taken(&query), expected, "{name}: {:?}", refusals(Engine::DataFusion, &query));
    }
}

#[test]
fn a_text_that_doubles_with_each_level_is_refused_in_time() {
    let x = || column(0, "", "x", Type::Double);
    let quotient =
        |left, right| Expr { ty: Type::Double, ..binary(BinaryOperator::Divide, left, right) };
    let chain = |length| query_of((0..length).fold(x(), |left, _| quotient(left, x())));
    assert_eq!(refusals(Engine::Spark, &chain(3)), [""; 0]);
    let long = "this query can't be compiled for spark: it becomes too long there; compute parts of \
                it in subqueries";
    assert_eq!(refusals(Engine::Spark, &chain(60)), [long]);
    assert_eq!(refusals(Engine::Trino, &chain(60)), [""; 0]);
}
