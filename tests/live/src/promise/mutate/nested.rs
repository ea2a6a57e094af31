//! Subqueries of every shape in every place, most of them correlated.
//!
//! Engines make joins of correlated subqueries, each of those that it has rules for:
//! what the conditions are, what is done with the rows, and how often it is done.

use super::Mutant;
use crate::random::Random;

/// A query with a subquery. The table around it is `o`, its own is `u`.
pub(super) fn one(random: &mut Random) -> Mutant {
    let mut condition = pick(CONDITIONS, random).to_owned();
    if random.below(4) == 0 {
        let word = pick(&["AND", "OR"], random);
        condition = format!("({condition} {word} {})", pick(CONDITIONS, random));
    }
    let mut query = pick(CORES, random).replace("{c}", &condition);
    for _ in 0..random.below(MOST_LAYERS + 1) {
        query = pick(LAYERS, random).replace("{q}", &query);
    }
    for (name, columns) in [("{a}", INNER), ("{b}", INNER)] {
        query = query.replace(name, pick(columns, random));
    }
    let sql = pick(PLACES, random).replace("{q}", &query);
    let (o, p) = (pick(OUTER, random), pick(OUTER, random));
    let sql = sql.replace("{o}", o).replace("{p}", p);
    Mutant { sql, changes: vec!["a subquery has any shape"] }
}

fn pick<'t>(texts: &[&'t str], random: &mut Random) -> &'t str {
    texts[random.below(texts.len())]
}

/// How many layers there are around what uses the columns, at most.
const MOST_LAYERS: usize = 2;

/// Columns of `parity.kinds`.
const OUTER: &[&str] = &[
    "o.id",
    "o.id",
    "o.id",
    "o.small",
    "o.big",
    "o.x",
    "o.r",
    "o.d18",
    "o.s",
    "o.day",
    "o.at",
    "o.flag",
    "o.id + 1",
    "length(o.s)",
];

/// Columns of `parity.sales`.
const INNER: &[&str] =
    &["u.id", "u.id", "u.id", "u.quantity", "u.amount", "u.weight", "u.sold", "u.id + 1"];

/// Conditions, most of them on a column of the table around.
const CONDITIONS: &[&str] = &[
    "{a} = {o}",
    "{a} = {o}",
    "{o} = {a}",
    "{a} = {o} AND {b} = {p}",
    "{a} = {o} AND {b} > {p}",
    "{a} > {o}",
    "{a} <> {o}",
    "{a} IS NOT DISTINCT FROM {o}",
    "{a} BETWEEN {o} AND {p}",
    "{a} IN ({o}, {p})",
    "NOT ({a} = {o})",
    "{a} = {o} + {b}",
    "coalesce({a}, 1) = {o}",
    "{o} > 1",
    "{o} IS NULL",
    "{a} > 1",
    "{o} IN (SELECT k.id FROM parity.kinds AS k)",
    "{a} IN (SELECT k.id FROM parity.kinds AS k WHERE k.id = u.id) AND {b} = {o}",
    "EXISTS (SELECT 1 FROM parity.kinds AS k WHERE k.id = u.id AND k.id = {o})",
    "{a} = (SELECT max(k.id) FROM parity.kinds AS k WHERE k.id = {o})",
];

/// Queries of one column.
const CORES: &[&str] = &[
    "SELECT {a} AS a FROM parity.sales AS u WHERE {c}",
    "SELECT 1 AS a FROM parity.sales AS u WHERE {c}",
    "SELECT DISTINCT {a} AS a FROM parity.sales AS u WHERE {c}",
    "SELECT {a} AS a FROM parity.sales AS u WHERE {c} GROUP BY {a}",
    "SELECT {a} AS a FROM parity.sales AS u WHERE {c} GROUP BY {a}, {b} HAVING count(*) > 1",
    "SELECT max({b}) AS a FROM parity.sales AS u WHERE {c} GROUP BY {a}",
    "SELECT max({a}) AS a FROM parity.sales AS u WHERE {c}",
    "SELECT count(*) AS a FROM parity.sales AS u WHERE {c}",
    "SELECT count(DISTINCT {a}) + 1 AS a FROM parity.sales AS u WHERE {c}",
    "SELECT sum({o}) AS a FROM parity.sales AS u WHERE {c}",
    "SELECT max({a}) AS a FROM parity.sales AS u WHERE {c} HAVING count(*) > 1",
    "SELECT {a} AS a FROM parity.sales AS u WHERE {c} LIMIT 1",
    "SELECT {a} AS a FROM parity.sales AS u WHERE {c} ORDER BY {b} LIMIT 1",
    "SELECT {a} AS a FROM parity.sales AS u WHERE {c} ORDER BY {o}",
    "SELECT {a} AS a FROM parity.sales AS u WHERE {c} ORDER BY {b} OFFSET 1 LIMIT 1",
    "SELECT row_number() OVER (ORDER BY {a}) AS a FROM parity.sales AS u WHERE {c}",
    "SELECT max({a}) OVER (PARTITION BY {b}) AS a FROM parity.sales AS u WHERE {c}",
    "SELECT {o} AS a FROM parity.sales AS u WHERE {c}",
    "SELECT {a} AS a FROM parity.sales AS u JOIN parity.kinds AS k ON k.id = u.id AND {c}",
    "SELECT {a} AS a FROM parity.sales AS u LEFT JOIN parity.kinds AS k ON k.id = u.id AND {c}",
    "SELECT {a} AS a FROM parity.sales AS u LEFT JOIN parity.kinds AS k ON k.id = u.id WHERE {c}",
    "SELECT {a} AS a FROM parity.sales AS u, parity.kinds AS k WHERE {c} AND k.id = u.id",
    "SELECT {o}",
    "VALUES {o}",
];

/// What stands around a query of one column and is one.
const LAYERS: &[&str] = &[
    "SELECT v.a FROM ({q}) AS v (a)",
    "SELECT v.a FROM ({q}) AS v (a) WHERE v.a IS NOT NULL",
    "SELECT DISTINCT v.a FROM ({q}) AS v (a)",
    "SELECT max(v.a) AS a FROM ({q}) AS v (a)",
    "SELECT v.a FROM ({q}) AS v (a) ORDER BY v.a LIMIT 1",
    "SELECT v.a FROM ({q}) AS v (a) JOIN parity.shops AS h ON true",
    "SELECT v.a FROM parity.shops AS h LEFT JOIN ({q}) AS v (a) ON true",
    "({q}) LIMIT 1",
    "({q}) ORDER BY 1",
    "({q})",
    "{q} UNION ALL {q}",
    "{q} UNION SELECT NULL",
    "{q} EXCEPT SELECT NULL",
    "SELECT 1 AS a FROM parity.shops AS h WHERE EXISTS ({q})",
    "SELECT 1 AS a FROM parity.shops AS h WHERE ({q}) IS NOT NULL",
    "SELECT ({q}) AS a FROM parity.shops AS h",
    "WITH w AS (SELECT * FROM parity.shops) SELECT ({q}) AS a FROM w",
];

/// Queries with a place for another.
const PLACES: &[&str] = &[
    "SELECT o.id FROM parity.kinds AS o WHERE EXISTS ({q})",
    "SELECT o.id FROM parity.kinds AS o WHERE NOT EXISTS ({q})",
    "SELECT o.id FROM parity.kinds AS o WHERE {p} IN ({q})",
    "SELECT o.id FROM parity.kinds AS o WHERE {p} NOT IN ({q})",
    "SELECT o.id FROM parity.kinds AS o WHERE {p} = ({q})",
    "SELECT o.id FROM parity.kinds AS o WHERE o.id = 1 OR EXISTS ({q})",
    "SELECT o.id FROM parity.kinds AS o WHERE o.id = 1 OR {p} IN ({q})",
    "SELECT o.id FROM parity.kinds AS o WHERE CASE WHEN EXISTS ({q}) THEN o.flag END",
    "SELECT o.id, EXISTS ({q}) AS e FROM parity.kinds AS o",
    "SELECT o.id, {p} IN ({q}) AS e FROM parity.kinds AS o",
    "SELECT o.id, ({q}) AS e FROM parity.kinds AS o",
    "SELECT o.id, coalesce(({q}), NULL) AS e FROM parity.kinds AS o",
    "SELECT o.id FROM parity.kinds AS o ORDER BY ({q})",
    "SELECT o.id FROM parity.kinds AS o ORDER BY EXISTS ({q})",
    "SELECT count(*) AS n FROM parity.kinds AS o GROUP BY o.id, ({q})",
    "SELECT o.id, max(o.x) AS n FROM parity.kinds AS o GROUP BY o.id HAVING EXISTS ({q})",
    "SELECT o.id, ({q}) AS n FROM parity.kinds AS o GROUP BY o.id, o.big, o.s",
    "SELECT max(({q})) AS n FROM parity.kinds AS o",
    "SELECT count(*) FILTER (WHERE EXISTS ({q})) AS n FROM parity.kinds AS o",
    "SELECT o.id FROM parity.kinds AS o JOIN parity.shops AS j ON EXISTS ({q})",
    "SELECT o.id FROM parity.kinds AS o LEFT JOIN parity.shops AS j ON {p} IN ({q})",
    "SELECT o.id FROM parity.kinds AS o LEFT JOIN parity.shops AS j ON true WHERE ({q}) IS NULL",
    "SELECT row_number() OVER (ORDER BY ({q})) AS n FROM parity.kinds AS o",
    "SELECT o.id FROM parity.kinds AS o, (SELECT 1 AS one) AS i WHERE i.one = ({q})",
];
