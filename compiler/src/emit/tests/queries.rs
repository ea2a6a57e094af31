//! Whole queries and single expressions, with the texts of both engines.

use lakequery_types::{Engine, Type};

use super::build::*;
use super::{sql, sql_of};
use crate::tree::{
    Alias, BinaryOperator, Body, Cte, DateField, Expr, ExprKind, Frame, FrameBound, FrameUnits,
    GroupKey, JoinKind, Literal, Query, Relation, SetOperator,
};

fn check(query: &Query, trino: &str, datafusion: &str) {
    assert_eq!(sql(Engine::Trino, query, &config()), trino);
    assert_eq!(sql(Engine::DataFusion, query, &config()), datafusion);
}

fn check_expr(expr: &Expr, trino: &str, datafusion: &str) {
    assert_eq!(sql_of(Engine::Trino, expr), trino);
    assert_eq!(sql_of(Engine::DataFusion, expr), datafusion);
}

#[test]
fn names_are_quoted_where_they_must_be() {
    let columns = ["a", "Mixed", "odd name", "qu\"ote", "order", "user", "1st", "status"];
    let projection = columns.iter().map(|name| item(column(0, "t", name, Type::BigInt), ""));
    let query = query(select(projection.collect(), vec![table(0, "mapped", "Orders", "t")]));
    check(
        &query,
        "SELECT t.a, t.Mixed, t.\"odd name\", t.\"qu\"\"ote\", t.\"order\", t.user, t.\"1st\", \
         t.status FROM hive.tpch.Orders AS t",
        "SELECT t.a, t.\"Mixed\", t.\"odd name\", t.\"qu\"\"ote\", t.\"order\", t.\"user\", \
         t.\"1st\", t.status FROM \"Orders\" AS t",
    );
}

#[test]
fn joins_read_from_the_left() {
    let on =
        |l, r| Some(equal(column(l, "x", "a", Type::BigInt), column(r, "y", "a", Type::BigInt)));
    let span = PLACE;
    let join = |left, right, kind, on| Relation::Join { left, right, kind, on, span };
    let [a, b, c] = ["a", "b", "c"].map(|name| Box::new(table(0, "s", name, "")));
    let nested = join(b, c, JoinKind::Inner, on(1, 2)).into();
    let from = join(a, nested, JoinKind::Left, on(0, 1));
    let other = table(3, "s", "d", "");
    let text = "SELECT 1 FROM s.a LEFT JOIN (s.b JOIN s.c ON x.a = y.a) ON x.a = y.a, s.d";
    check(&query(select(vec![item(integer(1), "")], vec![from, other])), text, text);
}

#[test]
fn a_grouped_query_with_everything() {
    let name = column(0, "c", "name", Type::VARCHAR);
    let year = expr(
        ExprKind::Extract {
            field: DateField::Year,
            expr: column(0, "c", "day", Type::Date).into(),
        },
        Type::BigInt,
    );
    let sum = called(call(&SUM, vec![column(0, "c", "price", Type::decimal(12, 2))]), Type::Double);
    let mut select = select(
        vec![item(name.clone(), ""), item(year.clone(), "y"), item(sum.clone(), "total")],
        vec![table(0, "tpch", "customer", "c")],
    );
    select.filter = Some(equal(name.clone(), parameter(0, Type::VARCHAR)));
    select.group_by = keyed(vec![
        GroupKey { expr: name, output: Some(0), span: PLACE },
        GroupKey { expr: year, output: Some(1), span: PLACE },
        GroupKey { expr: column(0, "c", "b", Type::BigInt), output: None, span: PLACE },
    ]);
    select.having = Some(binary(BinaryOperator::Gt, sum, integer(10)));
    let mut query = query(select);
    query.order_by = vec![by_output(2), by_output(0)];
    query.order_by[1].nulls_first = true;
    query.limit = Some(parameter(1, Type::BigInt));
    query.offset = Some(coerce(integer(5), Type::BigInt));
    check(
        &query,
        "SELECT c.name, EXTRACT(YEAR FROM c.day) AS y, sum(c.price) AS total \
         FROM tpch.customer AS c WHERE c.name = $1 GROUP BY c.name, 2, c.b \
         HAVING sum(c.price) > 10 ORDER BY total DESC, c.name DESC NULLS FIRST OFFSET 5 LIMIT $2",
        "SELECT c.name, year(c.day) AS y, sum(c.price) AS total \
         FROM tpch.customer AS c WHERE c.name = $1 GROUP BY c.name, 2, c.b \
         HAVING sum(c.price) > 10 ORDER BY total DESC NULLS LAST, c.name DESC NULLS FIRST \
         OFFSET 5 LIMIT $2",
    );
}

#[test]
fn columns_have_names_of_their_own_where_they_must() {
    let a = || column(0, "", "a", Type::BigInt);
    let inner = query(select(
        vec![
            item(a(), ""),
            item(cast(a(), Type::Double), ""),
            item(a(), ""),
            item(integer(1), "_COL2"),
        ],
        vec![table(0, "s", "t", "")],
    ));
    let alias = Alias { name: "d".into(), columns: Vec::new() };
    let from = vec![Relation::Derived { id: 1, query: inner.into(), alias, span: PLACE }];
    let mut query = query(select(vec![item(column(1, "", "a", Type::BigInt), "")], from));
    query.order_by = vec![by(column(1, "", "b", Type::BigInt)), by(text("constant"))];
    check(
        &query,
        "SELECT a FROM (SELECT a, CAST(a AS DOUBLE), a, 1 AS _COL2 FROM s.t) AS d ORDER BY b",
        "SELECT a FROM (SELECT a, CAST(a AS DOUBLE) AS _col1, a AS _col2_, 1 AS \"_COL2\" \
         FROM s.t) AS d ORDER BY b NULLS LAST",
    );
}

#[test]
fn an_alias_does_not_hide_a_column_from_order_by() {
    let name = || column(7, "", "name", Type::VARCHAR);
    let mut query = query(select(
        vec![item(called(call(&COALESCE, vec![name(), text("-")]), Type::VARCHAR), "NAME")],
        vec![table(7, "s", "people", "")],
    ));
    query.order_by = vec![by(binary(BinaryOperator::Concat, name(), text("!"))), by_output(0)];
    check(
        &query,
        "SELECT coalesce(name, '-') AS NAME FROM s.people ORDER BY people.name || '!', NAME DESC",
        "SELECT \"NAME\" FROM (SELECT coalesce(name, '-') AS \"NAME\", name || '!' AS _key0 \
         FROM s.people) AS with_keys ORDER BY _key0 NULLS LAST, \"NAME\" DESC NULLS LAST",
    );
}

#[test]
fn set_operations_keep_their_order_and_types() {
    let side =
        |value: Expr, alias: &str| Body::Select(select(vec![item(value, alias)], vec![]).into());
    let operation = |operator, left, right, ty| Body::SetOperation {
        operator,
        all: false,
        left: Box::new(left),
        right: Box::new(right),
        types: vec![ty],
    };
    let inner =
        operation(SetOperator::Union, side(integer(1), "n"), side(integer(2), ""), Type::Integer);
    let body = operation(
        SetOperator::Intersect,
        inner,
        operation(
            SetOperator::Intersect,
            side(literal(Literal::Decimal("1.5".into()), Type::decimal(2, 1)), ""),
            Body::Values(vec![vec![integer(3)], vec![literal(Literal::Null, Type::Unknown)]]),
            Type::decimal(11, 1),
        ),
        Type::decimal(11, 1),
    );
    let columns = query_of(integer(1)).columns;
    let mut query = query_with(body, columns);
    query.order_by = vec![by_output(0)];
    check(
        &query,
        "(SELECT 1 AS n UNION SELECT 2) INTERSECT (SELECT 1.5 INTERSECT VALUES (3), (NULL)) \
         ORDER BY n DESC",
        "SELECT CAST(n AS DECIMAL(11,1)) AS n FROM (SELECT 1 AS n UNION SELECT 2) AS side(n) \
         INTERSECT (SELECT CAST(1.5 AS DECIMAL(11,1)) \
         INTERSECT VALUES (CAST(3 AS DECIMAL(11,1))), (CAST(NULL AS DECIMAL(11,1)))) \
         ORDER BY n DESC NULLS LAST",
    );
}

#[test]
fn queries_in_parentheses_and_with() {
    let a = || query(select(vec![item(column(0, "c", "x", Type::BigInt), "")], vec![cte()]));
    fn cte() -> Relation {
        Relation::Cte { id: 0, name: "c".into(), alias: None, span: PLACE }
    }
    let mut limited = a();
    limited.ctes = vec![Cte {
        name: "c".into(),
        span: PLACE,
        column_names: vec!["x".into()],
        query: query_of(integer(1)),
    }];
    limited.limit = Some(integer(3));
    let body = Body::SetOperation {
        operator: SetOperator::Union,
        all: true,
        left: Box::new(Body::Query(limited.clone().into())),
        right: Box::new(Body::Query(query_of(integer(2)).into())),
        types: vec![Type::BigInt],
    };
    let columns = limited.columns.clone();
    // Parentheses around the whole say nothing.
    let whole = Body::Query(query_with(body, columns.clone()).into());
    check(
        &query_with(whole, columns),
        "SELECT * FROM (WITH c(x) AS (SELECT 1) SELECT c.x FROM c LIMIT 3) AS side \
         UNION ALL (SELECT 2)",
        "SELECT * FROM (WITH c(x) AS (SELECT 1) SELECT c.x FROM c LIMIT 3) AS side \
         UNION ALL SELECT CAST(_col0 AS BIGINT) AS _col0 FROM (SELECT 2) AS side(_col0)",
    );
}

#[test]
fn literals() {
    let tz = Type::TimestampTz(1);
    for (literal_, ty, trino, datafusion) in [
        (Literal::Boolean(true), Type::Boolean, "TRUE", "TRUE"),
        (Literal::Integer(-7), Type::Integer, "-7", "-7"),
        (Literal::Integer(7), Type::BigInt, "BIGINT '7'", "BIGINT '7'"),
        (Literal::Integer(7), Type::TinyInt, "TINYINT '7'", "TINYINT '7'"),
        (Literal::Integer(1 << 40), Type::BigInt, "1099511627776", "1099511627776"),
        (
            Literal::Integer(i64::MIN),
            Type::BigInt,
            "BIGINT '-9223372036854775808'",
            "BIGINT '-9223372036854775808'",
        ),
        (Literal::Decimal("0.05".into()), Type::decimal(2, 2), "0.05", "0.05"),
        (Literal::Decimal("-01.50".into()), Type::decimal(3, 2), "-01.50", "-01.50"),
        (
            Literal::Decimal("12".into()),
            Type::decimal(2, 0),
            "DECIMAL '12'",
            "CAST('12' AS DECIMAL(2,0))",
        ),
        (Literal::Double(1.0), Type::Double, "1E0", "DOUBLE '1E0'"),
        (Literal::Double(-1.5e-7), Type::Double, "-1.5E-7", "DOUBLE '-1.5E-7'"),
        (
            Literal::Double(f64::NEG_INFINITY),
            Type::Double,
            "DOUBLE '-Infinity'",
            "DOUBLE '-Infinity'",
        ),
        (Literal::Double(0.5), Type::Real, "REAL '5E-1'", "REAL '5E-1'"),
        (
            Literal::Text("it's \\ \"so\"".into()),
            Type::VARCHAR,
            r#"'it''s \ "so"'"#,
            r#"'it''s \ "so"'"#,
        ),
        (Literal::Binary(vec![0, 255]), Type::Varbinary, "X'00FF'", "X'00FF'"),
        (Literal::Date("2024-01-31".into()), Type::Date, "DATE '2024-01-31'", "DATE '2024-01-31'"),
        (
            Literal::Time("01:02:03.5".into()),
            Type::Time(1),
            "TIME '01:02:03.5'",
            "TIME '01:02:03.5'",
        ),
        (
            Literal::Timestamp("2024-01-31 01:02:03.5".into()),
            Type::Timestamp(1),
            "TIMESTAMP '2024-01-31 01:02:03.5'",
            "TIMESTAMP(3) '2024-01-31 01:02:03.5'",
        ),
        (
            Literal::TimestampTz("2024-01-31 01:02:03.5 +02:00".into()),
            tz,
            "TIMESTAMP '2024-01-31 01:02:03.5 +02:00'",
            "lake_cast('2024-01-31 01:02:03.5 +02:00', 'timestamp(1) with time zone')",
        ),
        (Literal::Months(24), Type::IntervalYearToMonth, "INTERVAL '2' YEAR", "INTERVAL '2' YEAR"),
        (
            Literal::Months(-14),
            Type::IntervalYearToMonth,
            "INTERVAL '-14' MONTH",
            "INTERVAL '-14' MONTH",
        ),
        (
            Literal::Milliseconds(90 * 60_000),
            Type::IntervalDayToSecond,
            "INTERVAL '90' MINUTE",
            "INTERVAL '90' MINUTE",
        ),
        (
            Literal::Milliseconds(-93_784_500),
            Type::IntervalDayToSecond,
            "INTERVAL '-1 02:03:04.500' DAY TO SECOND",
            "INTERVAL '-1 02:03:04.500' DAY TO SECOND",
        ),
    ] {
        check_expr(&literal(literal_, ty), trino, datafusion);
    }
}

#[test]
fn conversions() {
    let of = |ty: Type| column(0, "", "x", ty);
    for (from, to, trino, datafusion) in [
        (Type::Integer, Type::BigInt, "BIGINT", true),
        (Type::BigInt, Type::Integer, "INTEGER", false),
        (Type::BigInt, Type::Double, "DOUBLE", true),
        (Type::Integer, Type::decimal(12, 2), "DECIMAL(12,2)", true),
        (Type::Integer, Type::decimal(11, 2), "DECIMAL(11,2)", false),
        (Type::decimal(12, 2), Type::decimal(13, 3), "DECIMAL(13,3)", true),
        (Type::decimal(12, 2), Type::decimal(12, 3), "DECIMAL(12,3)", false),
        (Type::decimal(12, 2), Type::BigInt, "BIGINT", false),
        (Type::decimal(16, 2), Type::Double, "DOUBLE", false),
        (Type::Real, Type::Double, "DOUBLE", true),
        (Type::Double, Type::VARCHAR, "VARCHAR", false),
        (Type::VARCHAR, Type::Date, "DATE", false),
        (Type::Varchar(Some(3)), Type::VARCHAR, "VARCHAR", true),
        (Type::VARCHAR, Type::Varchar(Some(3)), "VARCHAR(3)", false),
        (Type::Boolean, Type::Boolean, "BOOLEAN", true),
        (Type::Boolean, Type::Integer, "INTEGER", false),
        (Type::Date, Type::Timestamp(3), "TIMESTAMP(3)", true),
        (Type::Timestamp(6), Type::Timestamp(4), "TIMESTAMP(4)", false),
        (Type::Timestamp(6), Type::Date, "DATE", false),
        (Type::VARCHAR, Type::TimestampTz(3), "TIMESTAMP(3) WITH TIME ZONE", false),
    ] {
        let expected = if datafusion {
            format!("CAST(x AS {trino})")
        } else {
            format!("lake_cast(x, '{to}')")
        };
        check_expr(&cast(of(from), to), &format!("CAST(x AS {trino})"), &expected);
    }
    let row = Type::parse("row(\"a\" bigint, \"b c\" map(varchar, date))").expect("a type");
    assert_eq!(
        sql_of(Engine::Trino, &cast(of(Type::Json), row)),
        "CAST(x AS ROW(a BIGINT, \"b c\" MAP(VARCHAR, DATE)))",
    );
    let fallible = ExprKind::Cast { expr: of(Type::VARCHAR).into(), fallible: true };
    check_expr(
        &expr(fallible, Type::BigInt),
        "TRY_CAST(x AS BIGINT)",
        "lake_try_cast(x, 'bigint')",
    );
}

#[test]
fn implicit_conversions_are_written_where_the_engine_has_others() {
    let decimal = || column(0, "", "d", Type::decimal(12, 2));
    let widened = || coerce(column(0, "", "i", Type::Integer), Type::decimal(12, 2));
    check_expr(&equal(decimal(), widened()), "d = i", "d = i");
    let coalesced = call(&COALESCE, vec![decimal(), widened()]);
    check_expr(
        &called(coalesced, Type::decimal(12, 2)),
        "coalesce(d, i)",
        "coalesce(d, CAST(i AS DECIMAL(12,2)))",
    );
    let day = coerce(column(0, "", "day", Type::Date), Type::Timestamp(3));
    let when = (equal(decimal(), widened()), day);
    let case = ExprKind::Case {
        operand: None,
        branches: vec![when],
        otherwise: Some(column(0, "", "at", Type::Timestamp(3)).into()),
    };
    check_expr(
        &expr(case, Type::Timestamp(3)),
        "CASE WHEN d = i THEN day ELSE at END",
        "CASE WHEN d = i THEN CAST(day AS TIMESTAMP(3)) ELSE at END",
    );
}

#[test]
fn null_takes_its_type_along_where_nothing_else_tells_it() {
    let null = || literal(Literal::Null, Type::VARCHAR);
    check_expr(&null(), "CAST(NULL AS VARCHAR)", "CAST(NULL AS VARCHAR)");
    let json = literal(Literal::Null, Type::Json);
    assert_eq!(sql_of(Engine::Trino, &json), "CAST(NULL AS JSON)");
    check_expr(&equal(null(), text("a")), "NULL = 'a'", "NULL = 'a'");
    for (otherwise, shown) in
        [(text("a"), "NULL ELSE 'a'"), (null(), "CAST(NULL AS VARCHAR) ELSE CAST(NULL AS VARCHAR)")]
    {
        let kind = ExprKind::Case {
            operand: None,
            branches: vec![(equal(null(), null()), null())],
            otherwise: Some(otherwise.into()),
        };
        let text = format!("CASE WHEN NULL = NULL THEN {shown} END");
        check_expr(&expr(kind, Type::VARCHAR), &text, &text);
    }
    let rows = |first| Body::Values(vec![vec![first], vec![null()]]);
    let columns = || query_of(null()).columns;
    let text_ = "VALUES ('a'), (NULL)";
    check(&query_with(rows(text("a")), columns()), text_, text_);
    let text_ = "VALUES (CAST(NULL AS VARCHAR)), (CAST(NULL AS VARCHAR))";
    check(&query_with(rows(null()), columns()), text_, text_);
}

#[test]
fn exists_asks_for_rows_alone() {
    let column = |name| item(column(1, "", name, Type::BigInt), "");
    let all = query(select(vec![column("a"), column("b")], vec![table(1, "s", "t", "")]));
    let text = "EXISTS (SELECT 1 FROM s.t)";
    let of = |text: &str| format!("SELECT 1 FROM s.t WHERE {text}");
    let mut around = select(vec![item(integer(1), "")], vec![table(0, "s", "t", "")]);
    around.filter = Some(exists(all));
    check(&query(around), &of(text), &of(text));
}

#[test]
fn like_has_one_meaning() {
    let like = |pattern: Expr, escape: Option<&str>| {
        let kind = ExprKind::Like {
            expr: column(0, "", "s", Type::VARCHAR).into(),
            pattern: pattern.into(),
            escape: escape.map(|escape| text(escape).into()),
            negated: true,
        };
        expr(kind, Type::Boolean)
    };
    let pattern = || column(0, "", "p", Type::VARCHAR);
    check_expr(&like(text("a%"), None), "s NOT LIKE 'a%'", "s NOT LIKE 'a%'");
    check_expr(&like(text(r"a\_'"), None), r"s NOT LIKE 'a\_'''", r"s NOT LIKE 'a\_'''");
    check_expr(
        &like(text(r"a\_"), Some(r"\")),
        r"s NOT LIKE 'a\_' ESCAPE '\'",
        r"s NOT LIKE 'a\_' ESCAPE '\'",
    );
    check_expr(
        &like(text(r"a#_\"), Some("#")),
        r"s NOT LIKE 'a#_\' ESCAPE '#'",
        r"s NOT LIKE 'a#_\' ESCAPE '#'",
    );
    check_expr(&like(pattern(), None), "s NOT LIKE p", "s NOT LIKE p");
}

#[test]
fn calls() {
    let x = || column(0, "", "x", Type::BigInt);
    let s = || column(0, "", "s", Type::VARCHAR);
    let count = || call(&COUNT, vec![]);
    check_expr(&called(count(), Type::BigInt), "count(*)", "count(*)");

    let mut filtered = call(&SUM, vec![x()]);
    filtered.distinct = true;
    filtered.filter = Some(equal(x(), integer(1)));
    let text_ = "sum(DISTINCT x) FILTER (WHERE x = 1)";
    check_expr(&called(filtered, Type::BigInt), text_, text_);

    let mut windowed = count();
    windowed.filter = Some(equal(x(), integer(1)));
    windowed.over = Some(window(vec![s()], vec![by(x())]));
    check_expr(
        &called(windowed, Type::BigInt),
        "count(CASE WHEN x = 1 THEN 1 END) OVER (PARTITION BY s ORDER BY x)",
        "count(*) FILTER (WHERE x = 1) OVER (PARTITION BY s ORDER BY x NULLS LAST)",
    );

    let mut joined = call(&LISTAGG, vec![s(), text(",")]);
    check_expr(
        &called(joined.clone(), Type::VARCHAR),
        "listagg(s, ',') WITHIN GROUP (ORDER BY s)",
        "listagg(s, ',')",
    );
    joined.order_by = vec![by(x())];
    joined.filter = Some(equal(x(), integer(1)));
    check_expr(
        &called(joined, Type::VARCHAR),
        "listagg(s, ',') WITHIN GROUP (ORDER BY x) FILTER (WHERE x = 1)",
        "listagg(s, ',' ORDER BY x NULLS LAST) FILTER (WHERE x = 1)",
    );

    let mut lagged = call(&LAG, vec![x(), integer(2)]);
    lagged.ignore_nulls = true;
    lagged.over = Some(window(vec![], vec![by(x())]));
    check_expr(
        &called(lagged, Type::BigInt),
        "lag(x, 2) IGNORE NULLS OVER (ORDER BY x)",
        "lag(x, 2) IGNORE NULLS OVER (ORDER BY x NULLS LAST)",
    );

    let day = literal(Literal::Milliseconds(86_400_000), Type::IntervalDayToSecond);
    for (units, start, end, trino) in [
        (
            FrameUnits::Rows,
            FrameBound::Preceding(coerce(integer(2), Type::BigInt).into()),
            FrameBound::CurrentRow,
            "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW",
        ),
        (
            FrameUnits::Range,
            FrameBound::UnboundedPreceding,
            FrameBound::Following(day.into()),
            "RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL '1' DAY FOLLOWING",
        ),
        (
            FrameUnits::Groups,
            FrameBound::CurrentRow,
            FrameBound::UnboundedFollowing,
            "GROUPS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
        ),
    ] {
        let mut framed = call(&SUM, vec![x()]);
        framed.over = Some(window(vec![], vec![by(x())]));
        if let Some(window) = &mut framed.over {
            window.frame = Some(Frame { units, start, end });
        }
        check_expr(
            &called(framed, Type::BigInt),
            &format!("sum(x) OVER (ORDER BY x {trino})"),
            &format!("sum(x) OVER (ORDER BY x NULLS LAST {trino})"),
        );
    }
}

#[test]
fn templates_take_parentheses_where_they_must() {
    let sum = binary(BinaryOperator::Add, column(0, "", "x", Type::BigInt), integer(1));
    let twice = called(call(&TWICE, vec![sum]), Type::BigInt);
    check_expr(&twice, "(x + 1) + (x + 1)", "double_of(x + 1, '{')");
    check_expr(
        &binary(BinaryOperator::Multiply, twice, integer(3)),
        "((x + 1) + (x + 1)) * 3",
        "double_of(x + 1, '{') * 3",
    );
    let today = called(call(&TODAY, vec![]), Type::Date);
    check_expr(
        &equal(today, column(0, "", "d", Type::Date)),
        "current_date = d",
        "current_date() = d",
    );
}

#[test]
fn list_parameters_leave_a_gap() {
    let listed = expr(
        ExprKind::InParameter {
            expr: binary(
                BinaryOperator::Add,
                column(0, "", "x", Type::BigInt),
                parameter(1, Type::BigInt),
            )
            .into(),
            parameter: 0,
            negated: true,
        },
        Type::Boolean,
    );
    let negated =
        not(equal(listed, expr(ExprKind::Negate(parameter(2, Type::BigInt).into()), Type::BigInt)));
    check_expr(&negated, "NOT (x + $2 NOT IN ($1)) = -($3)", "NOT (x + $2 NOT IN ($1)) = -($3)");
}
