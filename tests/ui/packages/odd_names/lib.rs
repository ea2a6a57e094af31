pub fn names() {
    let _ = lakequery::query!(
        r#"SELECT a.x, b.x AS b, c.x AS c, d.x AS d, e.x AS e, f.x AS f
        FROM nul.aux AS a
        JOIN nul."100%" AS b ON a.x = b.x
        JOIN "a:b"."a/b" AS c ON a.x = c.x
        JOIN "a:b".".hidden" AS d ON a.x = d.x
        JOIN "a:b"."end." AS e ON a.x = e.x
        JOIN "A:B"."GRÖßE" AS f ON a.x = f.x"#
    );
}
