//! Queries put together at random out of rules, as data.

use std::collections::BTreeMap;

use crate::suite::Random;

/// What can stand for a name: `{Name}` is something of that name in its turn,
/// `{Name@table}` with that table's columns, `{Name#x}` can be repeated by `{#x}`.
///
/// An expression holds others that are less deep, and at last a leaf.
const RULES: &[(&str, &[&str])] = &[
    (
        "Query",
        &[
            "{Kinds}",
            "{Kinds}",
            "{Sales}",
            "{Sales}",
            "{Both}",
            "SELECT id FROM parity.sales WHERE {Int@sales} {Not}IN \
             (SELECT {Int@kinds} FROM parity.kinds{Where@kinds}) ORDER BY id",
            "SELECT id FROM parity.kinds WHERE {Text@kinds} {Not}IN \
             (SELECT {Text@sales} FROM parity.sales{Where@sales}) ORDER BY id",
            "SELECT id, (SELECT {Aggregate@kinds} FROM parity.kinds{Where@kinds}) AS v \
             FROM parity.sales{Where@sales} ORDER BY id",
            "SELECT {Int@kinds} AS v FROM parity.kinds{Where@kinds} {Set} \
             SELECT {Int@sales} FROM parity.sales{Where@sales} ORDER BY v",
            "SELECT {Decimal@kinds} AS v FROM parity.kinds{Where@kinds} {Set} \
             SELECT {Decimal@sales} FROM parity.sales{Where@sales} ORDER BY v",
            "SELECT {Date@kinds} AS v FROM parity.kinds{Where@kinds} {Set} \
             SELECT {Date@sales} FROM parity.sales{Where@sales} ORDER BY v",
        ],
    ),
    ("Kinds", &["SELECT {Select@kinds}"]),
    ("Sales", &["SELECT {Select@sales}"]),
    (
        "Both",
        &[
            "SELECT id, {Any@both} AS v FROM {Join}{Where@both} ORDER BY id",
            "SELECT {Group@both#g} AS g, {Aggregate@both} AS v FROM {Join}{Where@both} \
             GROUP BY {#g} ORDER BY g",
        ],
    ),
    (
        "Join",
        &[
            "parity.kinds JOIN parity.sales USING (id)",
            "parity.kinds LEFT JOIN parity.sales USING (id)",
            "parity.kinds RIGHT JOIN parity.sales USING (id)",
            "parity.kinds FULL JOIN parity.sales USING (id)",
        ],
    ),
    (
        "Select",
        &[
            "id, {Any} AS v FROM {Table}{Where} ORDER BY id",
            "id, {Any} AS v FROM {Table}{Where} ORDER BY id",
            "id, {Any} AS v, {Any} AS w FROM {Table}{Where} ORDER BY id",
            "id, {Any} AS v FROM {Table}{Where} ORDER BY v{Order}, id",
            "id, {Window} AS v FROM {Table}{Where} ORDER BY id",
            "DISTINCT {Group} AS v FROM {Table}{Where} ORDER BY v",
            "{Aggregate} AS v, {Aggregate} AS w FROM {Table}{Where}",
            "{Group#g} AS g, {Aggregate} AS v, {Aggregate} AS w FROM {Table}{Where} \
             GROUP BY {#g}{Having} ORDER BY g",
            "v, count(*) AS n, min(id) AS m FROM (SELECT id, {Group} AS v FROM {Table}{Where}) \
             AS q GROUP BY v ORDER BY v",
        ],
    ),
    ("Where", &["", "", " WHERE {Boolean}"]),
    ("Having", &["", "", " HAVING count(*) > 1", " HAVING max(id) > 3"]),
    ("Order", &["", " DESC", " NULLS FIRST", " DESC NULLS LAST"]),
    ("Set", &["UNION", "UNION ALL", "INTERSECT", "EXCEPT"]),
    ("Not", &["", "NOT "]),
    ("Compare", &["=", "<>", "<", "<=", ">", ">="]),
    (
        "Any",
        &["{Int}", "{Int}", "{Decimal}", "{Double}", "{Text}", "{Date}", "{Time}", "{Boolean}"],
    ),
    ("Number", &["{Int}", "{Decimal}", "{Double}"]),
    ("Group", &["{Int}", "{Text}", "{Date}", "{Boolean}"]),
    (
        "Aggregate",
        &[
            "count(*)",
            "count({Any}){Filter}",
            "count(DISTINCT {Group})",
            "sum({Int}){Filter}",
            "sum({Decimal}){Filter}",
            "avg({Int})",
            "avg({Decimal}){Filter}",
            "min({Any}){Filter}",
            "max({Any})",
            "bool_or({Boolean})",
            "count_if({Boolean})",
            "max_by({Int}, id)",
        ],
    ),
    ("Filter", &["", "", " FILTER (WHERE {Boolean})"]),
    (
        "Window",
        &[
            "{Ranked} OVER ({Partition}ORDER BY {Group}{Order}, id)",
            "lag({Any}) OVER ({Partition}ORDER BY id)",
            "lead({Int}, 2) OVER ({Partition}ORDER BY id)",
            "first_value({Any}) OVER ({Partition}ORDER BY id)",
            "sum({Decimal}) OVER ({Partition}ORDER BY id{Frame})",
            "count({Any}) OVER ({Partition}ORDER BY id{Frame})",
            "max({Int}) OVER ({Partition}ORDER BY id{Frame})",
        ],
    ),
    ("Ranked", &["row_number()", "rank()", "dense_rank()", "ntile(3)", "cume_dist()"]),
    ("Partition", &["", "PARTITION BY {Group} "]),
    (
        "Frame",
        &[
            "",
            " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
            " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
        ],
    ),
    (
        "Int",
        &[
            "({Int} + {Int})",
            "({Int} - {Int})",
            "({Int} * {Int})",
            "({Int} / {Int})",
            "({Int} % {Int})",
            "abs({Int})",
            "-({Int})",
            "mod({Int}, {Int})",
            "sign({Int})",
            "length({Text})",
            "strpos({Text}, {Text})",
            "year({Date})",
            "month({Time})",
            "week({Date})",
            "day_of_week({Date})",
            "EXTRACT(DOY FROM {Date})",
            "hour({Time})",
            "millisecond({Time})",
            "date_diff('day', {Date}, {Date})",
            "date_diff('hour', {Time}, {Time})",
            "TRY_CAST({Number} AS bigint)",
            "TRY_CAST({Text} AS integer)",
            "bitwise_and({Int}, {Int})",
            "greatest({Int}, {Int})",
            "coalesce({Int}, {Int})",
            "nullif({Int}, {Int})",
            "if({Boolean}, {Int}, {Int})",
            "CASE WHEN {Boolean} THEN {Int} END",
        ],
    ),
    (
        "Decimal",
        &[
            "({Decimal} + {Decimal})",
            "({Decimal} - {Int})",
            "({Decimal} * {Decimal})",
            "({Decimal} / {Decimal})",
            "({Decimal} % {Decimal})",
            "round({Decimal}, 1)",
            "round({Decimal})",
            "floor({Decimal})",
            "ceil({Decimal})",
            "abs({Decimal})",
            "-({Decimal})",
            "TRY_CAST({Number} AS decimal(18,6))",
            "TRY_CAST({Text} AS decimal(10,2))",
            "least({Decimal}, {Decimal})",
            "coalesce({Decimal}, {Decimal})",
            "nullif({Decimal}, {Number})",
            "CASE WHEN {Boolean} THEN {Decimal} ELSE {Decimal} END",
        ],
    ),
    (
        "Double",
        &[
            "({Double} + {Number})",
            "({Double} * {Number})",
            "({Double} / {Number})",
            "sqrt(abs({Number}))",
            "floor({Double})",
            "ceil({Double})",
            "round({Double})",
            "round({Double}, 2)",
            "power({Double}, 2)",
            "CAST({Decimal} AS double)",
            "TRY_CAST({Text} AS double)",
            "greatest({Double}, {Double})",
            "coalesce({Double}, {Number})",
            "if({Boolean}, {Double}, {Double})",
        ],
    ),
    (
        "Text",
        &[
            "({Text} || {Text})",
            "concat({Text}, {Text})",
            "upper({Text})",
            "lower({Text})",
            "trim({Text})",
            "reverse({Text})",
            "substr({Text}, 2, 3)",
            "substr({Text}, -2)",
            "replace({Text}, {Text}, {Text})",
            "lpad({Text}, 5, 'ab')",
            "split_part({Text}, ' ', 1)",
            "CAST({Int} AS varchar)",
            "CAST({Decimal} AS varchar)",
            "CAST({Date} AS varchar)",
            "CAST({Time} AS varchar)",
            "CAST({Text} AS varchar(3))",
            "date_format({Time}, '%Y-%m-%d %H:%i')",
            "greatest({Text}, {Text})",
            "coalesce({Text}, {Text})",
            "CASE WHEN {Boolean} THEN {Text} ELSE {Text} END",
        ],
    ),
    (
        "Date",
        &[
            "date_add('month', {Int}, {Date})",
            "date_add('day', -13, {Date})",
            "date_trunc('month', {Date})",
            "date_trunc('week', {Date})",
            "({Date} + INTERVAL '1' MONTH)",
            "({Date} - INTERVAL '13' DAY)",
            "last_day_of_month({Date})",
            "CAST({Time} AS date)",
            "least({Date}, {Date})",
            "coalesce({Date}, {Date})",
        ],
    ),
    (
        "Time",
        &[
            "date_add('hour', 3, {Time})",
            "date_add('month', -1, {Time})",
            "date_trunc('hour', {Time})",
            "({Time} + INTERVAL '2' SECOND)",
            "({Time} - INTERVAL '1' YEAR)",
            "CAST({Date} AS timestamp(3))",
            "greatest({Time}, {Time})",
            "if({Boolean}, {Time}, {Time})",
        ],
    ),
    (
        "Boolean",
        &[
            "{Int} {Compare} {Number}",
            "{Decimal} {Compare} {Number}",
            "{Text} {Compare} {Text}",
            "{Date} {Compare} {Date}",
            "{Time} {Compare} {Time}",
            "({Boolean} AND {Boolean})",
            "({Boolean} OR {Boolean})",
            "(NOT {Boolean})",
            "{Any} IS {Not}NULL",
            "{Decimal} {Not}BETWEEN {Number} AND {Number}",
            "{Int} {Not}IN ({Int}, {Int}, {Int})",
            "{Text} {Not}IN ({Text}, {Text})",
            "{Text} {Not}LIKE '%a%'",
            "{Text} LIKE '_ne'",
            "{Number} IS {Not}DISTINCT FROM {Number}",
            "{Text} IS {Not}DISTINCT FROM {Text}",
            "starts_with({Text}, {Text})",
        ],
    ),
];

/// Where expressions end: the columns of a table, and what has none.
const LEAVES: &[(&str, &str, &[&str])] = &[
    ("Int", "kinds", &["id", "tiny", "small", "whole", "big"]),
    ("Int", "sales", &["id", "quantity"]),
    ("Int", "", &["0", "1", "-1", "3", "10", "BIGINT '5'", "CAST(NULL AS integer)"]),
    ("Decimal", "kinds", &["d5", "d18", "d38"]),
    ("Decimal", "sales", &["amount"]),
    ("Decimal", "", &["0.5", "-2.25", "10.01", "CAST(NULL AS decimal(5,2))"]),
    ("Double", "kinds", &["r", "x"]),
    ("Double", "sales", &["weight"]),
    ("Double", "", &["0e0", "-2.5e0", "1e3"]),
    ("Text", "kinds", &["s"]),
    ("Text", "sales", &["shop", "product"]),
    ("Text", "", &["''", "'a'", "'one'", "' x '", "'25'", "'é'"]),
    ("Date", "kinds", &["day"]),
    ("Date", "sales", &["sold"]),
    ("Date", "", &["DATE '2024-02-29'", "DATE '1970-01-01'"]),
    ("Time", "kinds", &["at"]),
    ("Time", "sales", &["rung"]),
    ("Time", "", &["TIMESTAMP '2024-02-29 12:30:00.000'", "TIMESTAMP '1969-12-31 23:59:59.500'"]),
    ("Boolean", "kinds", &["flag", "id < 7"]),
    ("Boolean", "sales", &["id < 9", "quantity > 1"]),
    ("Boolean", "", &["TRUE"]),
];

/// How deep expressions are at most.
const DEPTH: usize = 3;

/// One query.
pub(super) fn query(random: &mut Random) -> String {
    let depth = 1 + random.below(DEPTH);
    Maker { random, said: BTreeMap::new() }.one("Query", "", depth)
}

struct Maker<'r> {
    random: &'r mut Random,
    /// What is to be repeated, by its name.
    said: BTreeMap<String, String>,
}

impl Maker<'_> {
    /// Something of a name.
    fn one(&mut self, name: &str, table: &str, depth: usize) -> String {
        if name == "Table" {
            return format!("parity.{table}");
        }
        let leaves = leaves(name, table);
        if !leaves.is_empty() && depth == 0 {
            // A column three times of four.
            let (columns, others): (Vec<_>, Vec<_>) =
                leaves.into_iter().partition(|(of, _)| !of.is_empty());
            let all =
                if self.random.below(4) > 0 && !columns.is_empty() { columns } else { others };
            return all[self.random.below(all.len())].1.to_owned();
        }
        let depth = if leaves.is_empty() { depth } else { depth - 1 };
        let rules = RULES.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, rules)| rules);
        let rule = rules[self.random.below(rules.len())];
        self.filled(rule, table, depth)
    }

    /// A rule with something in its places.
    fn filled(&mut self, rule: &str, table: &str, depth: usize) -> String {
        let mut text = String::new();
        let mut rest = rule;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (place, after) = after.split_once('}').expect("a place has an end");
            rest = after;
            let (place, said) = place.split_once('#').unwrap_or((place, ""));
            if place.is_empty() {
                text.push_str(&self.said[said]);
                continue;
            }
            let (name, table) = place.split_once('@').unwrap_or((place, table));
            let one = self.one(name, table, depth);
            text.push_str(&one);
            if !said.is_empty() {
                self.said.insert(said.to_owned(), one);
            }
        }
        text + rest
    }
}

/// The leaves of a name: those of a table, or of both that there are, and those
/// of none.
fn leaves(name: &str, table: &str) -> Vec<(&'static str, &'static str)> {
    LEAVES
        .iter()
        .filter(|(of, from, _)| {
            *of == name && (from.is_empty() || *from == table || table == "both")
        })
        .flat_map(|(_, from, leaves)| leaves.iter().map(|leaf| (*from, *leaf)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{compile_text, config_for};

    /// Every place of a rule names a rule, and nearly all that comes of them is
    /// lake SQL: what is not, such as a sum of decimals of 39 digits, is rare.
    #[test]
    fn queries_compile() {
        let config = config_for("\"trino\"");
        let mut random = Random(1);
        let queries: Vec<String> = (0..300).map(|_| query(&mut random)).collect();
        let compile = |sql: &&String| compile_text(sql, &config, false).is_ok();
        let compiled = queries.iter().filter(compile).count();
        assert!(compiled > 290, "{compiled} of {}", queries.len());
    }
}
