//! Clauses, operators and functions over operands of every type.
//!
//! Most changes to a query come to an operand of a type that is already there; what
//! engines do with the others shows where each place meets each type.

use std::collections::BTreeMap;

use lakequery_compiler::function;

use super::Mutant;
use super::words::{Word, cut, join};
use crate::random::Random;

/// How many calls of a function with so many arguments are kept.
const EXAMPLES: usize = 3;

/// What can be made of the originals' calls.
pub(super) struct Typed {
    calls: Vec<Call>,
}

/// A call, as an original has it.
struct Call {
    name: String,
    arguments: Vec<String>,
    is_window: bool,
}

impl Typed {
    pub(super) fn of(originals: &[String]) -> Typed {
        let mut calls: BTreeMap<(String, usize), Vec<Call>> = BTreeMap::new();
        for words in originals.iter().filter_map(|sql| cut(sql)) {
            for at in 0..words.len() {
                let Some(call) = call(&words, at) else { continue };
                let known = calls.entry((call.name.clone(), call.arguments.len())).or_default();
                if known.len() < EXAMPLES {
                    known.push(call);
                }
            }
        }
        Typed { calls: calls.into_values().flatten().collect() }
    }

    /// A query with operands of any types.
    pub(super) fn one(&self, random: &mut Random) -> Mutant {
        let mut operand = || OPERANDS[random.below(OPERANDS.len())];
        let (first, second) = (operand(), operand());
        let (sql, change) = match random.below(2) {
            0 => {
                let place = PLACES[random.below(PLACES.len())];
                (place.replace("{e}", first).replace("{f}", second), "a place has any operands")
            }
            _ => {
                let call = &self.calls[random.below(self.calls.len())];
                (of_call(call, first, random), "an argument is of any type")
            }
        };
        Mutant { sql, changes: vec![change] }
    }
}

/// The call with one argument, or all of them, being another.
fn of_call(call: &Call, operand: &str, random: &mut Random) -> String {
    let Call { name, arguments, is_window } = call;
    let chosen = random.below(arguments.len() + 1);
    let arguments: Vec<&str> = arguments
        .iter()
        .enumerate()
        .map(|(at, own)| if at == chosen || chosen == arguments.len() { operand } else { own })
        .collect();
    let over = if *is_window { " OVER (ORDER BY id)" } else { "" };
    format!("SELECT {name}({}){over} AS v FROM parity.kinds", arguments.join(", "))
}

/// The call of a function that begins here, where nothing but arguments is in it.
fn call(words: &[Word], at: usize) -> Option<Call> {
    let name = words[at].text.to_lowercase();
    function::lookup(&name)?;
    if !words.get(at + 1)?.is("(") {
        return None;
    }
    let (mut arguments, mut argument, mut depth) = (Vec::new(), Vec::new(), 1_usize);
    let mut end = at + 2;
    loop {
        let word = words.get(end)?;
        match word {
            _ if word.is("order") || word.is("distinct") || word.is("from") || word.is("*") => {
                return None;
            }
            _ if word.is("(") => depth += 1,
            _ if word.is(")") => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && word.is(",")) {
            arguments.push(join(&std::mem::take(&mut argument)));
        } else {
            argument.push(word.clone());
        }
        if depth == 0 {
            break;
        }
        end += 1;
    }
    if arguments.iter().any(String::is_empty) {
        return None;
    }
    let is_window = words.get(end + 1).is_some_and(|word| word.is("over"));
    Some(Call { name, arguments, is_window })
}

/// Expressions of every type that tables have, and some whose type an engine knows better.
const OPERANDS: &[&str] = &[
    "flag",
    "tiny",
    "small",
    "whole",
    "big",
    "d5",
    "d18",
    "d38",
    "r",
    "x",
    "s",
    "b",
    "day",
    "at",
    "instant",
    "s||'x'",
    "length(s)",
    "1",
    "1.50",
    "1e0",
    "'a'",
    "NULL",
    "3000000000",
    "id",
    "big+1",
    "d5*2",
    "d5+d18",
    "sign(d5)",
    "r*2",
    "CAST(s AS char(3))",
    "DATE '2024-02-29'",
    "TIME '01:02:03'",
    "TIMESTAMP '2024-01-01 00:00:00.123456'",
    "INTERVAL '1' DAY",
    "INTERVAL '1' MONTH",
    "day+INTERVAL '1' DAY",
    "split(s,',')",
    "sequence(1,3)",
    "repeat(whole,2)",
    "repeat(d5,2)",
    "at+INTERVAL '1' HOUR",
    "sequence(tiny,small)",
    "coalesce(tiny,small)",
    "coalesce(d5,1)",
    "-(d38)",
    "date_diff('day',day,day)",
    "json_parse('1')",
    "to_utf8(s)",
    "substr(s,1,2)",
    "round(d18,2)",
    "floor(d18)",
    "truncate(d5)",
    "mod(d5,3)",
    "nullif(d5,1)",
    "greatest(tiny,whole)",
    "extract(YEAR FROM day)",
    "x/3",
    "whole/2",
    "d5/3",
    "(SELECT max(id) FROM parity.sales)",
    "{p}",
    "length(s) > 3",
    "CASE WHEN flag THEN d5 END",
    "random()",
    "nan()",
    "CAST(NULL AS bigint)",
    "sequence(tiny, small)",
];

/// Places of one operand, `{e}`, or of two.
const PLACES: &[&str] = &[
    "SELECT {e} AS v, count(*) FROM parity.kinds GROUP BY {e}",
    "SELECT DISTINCT {e} AS v FROM parity.kinds",
    "SELECT id FROM parity.kinds ORDER BY {e}",
    "SELECT {e} AS v FROM parity.kinds ORDER BY v DESC NULLS FIRST",
    "SELECT row_number() OVER (PARTITION BY {e} ORDER BY {e}) FROM parity.kinds",
    "SELECT sum(id) OVER (ORDER BY {e}) FROM parity.kinds",
    "SELECT count(*) OVER (ORDER BY {e} RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM parity.kinds",
    "SELECT lag({e}) OVER (ORDER BY {e}), first_value({e}) OVER (ORDER BY {e} DESC), rank() OVER (ORDER BY {e}, id) FROM parity.kinds",
    "SELECT {e} FROM parity.kinds UNION SELECT {f} FROM parity.kinds",
    "SELECT {e} FROM parity.kinds UNION ALL SELECT {f} FROM parity.kinds",
    "SELECT {e} FROM parity.kinds INTERSECT SELECT {f} FROM parity.kinds",
    "SELECT {e} IN ({f}, {e}) FROM parity.kinds",
    "SELECT id FROM parity.kinds WHERE {e} IN (SELECT {f} FROM parity.kinds)",
    "SELECT {e} = {f} FROM parity.kinds",
    "SELECT {e} < {f} FROM parity.kinds",
    "SELECT {e} IS DISTINCT FROM {f} FROM parity.kinds",
    "SELECT CASE WHEN id = 1 THEN {e} ELSE {f} END FROM parity.kinds",
    "SELECT CASE {e} WHEN {f} THEN 1 END FROM parity.kinds",
    "SELECT coalesce({e}, {f}), nullif({e}, {f}) FROM parity.kinds",
    "SELECT a.id FROM (SELECT {e} AS e, id FROM parity.kinds) AS a JOIN (SELECT {f} AS f FROM parity.kinds) AS b ON a.e = b.f",
    "SELECT count(DISTINCT {e}), min({e}), max({e}), approx_distinct({e}) FROM parity.kinds",
    "SELECT {e} BETWEEN {f} AND {e} FROM parity.kinds",
    "SELECT v FROM (SELECT {e} AS v FROM parity.kinds UNION ALL VALUES 1, NULL) AS t",
    "SELECT {e} + {f} FROM parity.kinds",
    "SELECT {e} - {f} FROM parity.kinds",
    "SELECT {e} * {f} FROM parity.kinds",
    "SELECT {e} / {f} FROM parity.kinds",
    "SELECT {e} % {f} FROM parity.kinds",
    "SELECT ({e} + {f}) * 2 - {e} FROM parity.kinds",
    "SELECT -{e}, {e} || {f} FROM parity.kinds",
    "SELECT sum({e} * {f}), avg({e} + {f}) FROM parity.kinds",
    "SELECT (SELECT max({e}) FROM parity.kinds) AS v FROM parity.shops",
    "SELECT lead({e}, 1, {f}) OVER (ORDER BY id) FROM parity.kinds",
    "SELECT greatest({e}, {f}, {e}) FROM parity.kinds",
    "SELECT if({e} = {f}, {e}, {f}) FROM parity.kinds",
    "SELECT CAST({e} AS varchar), TRY_CAST({e} AS bigint), TRY_CAST({e} AS double) FROM parity.kinds",
    "SELECT CAST({e} AS decimal(10,2)) FROM parity.kinds",
    "SELECT CAST({e} AS date) FROM parity.kinds",
    "SELECT CAST({e} AS timestamp) FROM parity.kinds",
    "SELECT CAST({e} AS boolean) FROM parity.kinds",
    "SELECT CAST({e} AS real) + 1 FROM parity.kinds",
    "SELECT CAST({e} AS char(5)) FROM parity.kinds",
    "SELECT CAST({e} AS varchar(2)) FROM parity.kinds",
    "SELECT row_number() OVER (ORDER BY {e} > {f}, id) FROM parity.kinds",
    "SELECT count(*) FROM parity.kinds GROUP BY {e} = {f} ORDER BY {e} = {f}",
    "SELECT array_agg({e} ORDER BY {f}) FROM parity.kinds",
    "SELECT max_by({e}, {f}), min_by({f}, {e}) FROM parity.kinds",
    "SELECT sum(id) FILTER (WHERE {e} = {f}) FROM parity.kinds",
    "SELECT id FROM parity.kinds ORDER BY CASE WHEN {e} < {f} THEN 1 ELSE 2 END, id",
];
