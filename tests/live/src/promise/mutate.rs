//! Queries made of other queries by small changes, the same ones for the same
//! seed.

mod draft;
mod kinds;
mod nested;
mod places;
mod pools;
mod typed;
mod words;

use std::collections::HashSet;

use crate::random::Random;
pub(super) use draft::Draft;
pub(super) use pools::Pools;

/// How many changes a query gets at most.
const CHANGES: usize = 3;

/// Of so many, two are made of operands of any types, one has a subquery of any shape,
/// and the others are made by changes.
const SORTS: usize = 6;

/// After so many tries in a row that gave nothing new, no more are made.
const FRUITLESS: usize = 10_000;

/// A query, and how it came to be.
#[derive(Clone, Debug)]
pub(super) struct Mutant {
    pub(super) sql: String,
    /// What was changed: nothing in the originals.
    pub(super) changes: Vec<&'static str>,
}

impl Mutant {
    /// A query as it was written.
    pub(super) fn unchanged(sql: &str) -> Mutant {
        Mutant { sql: sql.to_owned(), changes: Vec::new() }
    }
}

/// The originals and mutants of them, `count` in all, no two alike.
pub(super) fn mutants(originals: &[String], pools: &Pools, seed: u64, count: usize) -> Vec<Mutant> {
    // A generator of its kind never leaves zero.
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut seen = HashSet::new();
    let as_they_are = originals.iter().map(|sql| Mutant::unchanged(sql));
    let mut all: Vec<Mutant> =
        as_they_are.filter(|original| seen.insert(original.sql.clone())).take(count).collect();
    let typed = typed::Typed::of(originals);
    // So that this ends where nothing new can be made.
    let mut fruitless = 0;
    while all.len() < count && fruitless < FRUITLESS + originals.len() {
        let mutant = match random.below(SORTS) {
            0 | 1 => Some(typed.one(&mut random)),
            2 => Some(nested::one(&mut random)),
            _ => mutate(&originals[random.below(originals.len())], pools, &mut random),
        };
        match mutant {
            Some(mutant) if seen.insert(mutant.sql.clone()) => {
                all.push(mutant);
                fruitless = 0;
            }
            _ => fruitless += 1,
        }
    }
    all
}

fn mutate(original: &str, pools: &Pools, random: &mut Random) -> Option<Mutant> {
    let changes = 1 + random.below(CHANGES);
    let mut draft = Draft::new(original, pools, random)?;
    let mut applied = Vec::new();
    for _ in 0..changes {
        let (name, change) = kinds::ALL[draft.below(kinds::ALL.len())];
        if change(&mut draft).is_some() {
            applied.push(name);
        }
    }
    (!applied.is_empty()).then(|| Mutant { sql: draft.text(), changes: applied })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_queries_and_every_kind_of_change() {
        let pools = Pools::of(&crate::schemas::Schemas::of_repository().expect("snapshots"));
        let originals = [
            "SELECT c_name AS n, sum(c_acctbal + 1) FROM tpch.customer AS c JOIN tpch.nation n \
             ON c_nationkey = n_nationkey WHERE c_acctbal > 1.5 AND c_name LIKE 'a%' GROUP BY 1 \
             ORDER BY 2 DESC LIMIT 3",
            "SELECT CAST(o_orderkey AS varchar) FROM tpch.orders",
            "SELECT rank() OVER (PARTITION BY o_custkey ORDER BY o_totalprice) AS r FROM tpch.orders",
        ]
        .map(str::to_owned);
        let all = mutants(&originals, &pools, 7, 6_000);
        assert_eq!(all.len(), 6_000);
        let texts = |all: &[Mutant]| all.iter().map(|one| one.sql.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&all), texts(&mutants(&originals, &pools, 7, 6_000)));
        assert_ne!(texts(&all), texts(&mutants(&originals, &pools, 8, 6_000)));
        assert!(all.iter().any(|one| one.changes == ["a subquery has any shape"]));
        for (name, _) in kinds::ALL {
            assert!(all.iter().any(|one| one.changes.contains(name)), "nothing got: {name}");
        }
    }
}
