fn main() {
    let _ = lakequery::query!(WITH t AS (SELECT 1 AS a), SELECT a FROM t);
    let _ = lakequery::query!(WITH t (SELECT 1 AS a) SELECT a FROM t);
    let _ = lakequery::query!(WITH t AS SELECT 1 AS a SELECT a FROM t);
    let _ = lakequery::query!(WITH t AS (SELECT 1 AS a), WITH u AS (SELECT 2 AS b) SELECT a FROM t);
}
