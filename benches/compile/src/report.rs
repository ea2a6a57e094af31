//! What was measured, as tables, and the bounds it is held against.

use std::fmt;

use crate::cargo::Cost;
use crate::project::SCHEMAS;
use crate::system::System;

/// What a query may cost at most, of what it costs with sqlx offline.
const OF_SQLX: f64 = 0.5;

/// How long the clean build of the macros may take, in seconds.
const CLEAN: f64 = 20.0;

/// What a query against the largest schema may cost at most, of what it costs
/// against the smallest. Two builds of the same differ by less; reading each of
/// 10,000 files would cost several times as much.
const FLAT: f64 = 1.2;

/// The costs of each system's crates, without and with queries.
type Run = [[Cost; 2]; System::ALL.len()];

/// A way of building, with a run a line.
pub(crate) struct Series {
    pub(crate) title: &'static str,
    pub(crate) runs: Vec<Run>,
}

impl Series {
    /// The median over the runs.
    fn median(&self, value: impl Fn(&Run) -> f64) -> f64 {
        median(self.runs.iter().map(value))
    }

    /// What a system's queries cost, in seconds.
    fn queries(&self, system: usize, part: Part) -> f64 {
        self.median(|run| part(&run[system][1]) - part(&run[system][0]))
    }

    /// What our queries cost, of what another system's do. Each run is compared
    /// with itself: what else the machine does weighs on both alike.
    fn ratio(&self, system: usize, part: Part) -> f64 {
        self.median(|run| {
            let [ours, theirs] =
                [0, system].map(|system| part(&run[system][1]) - part(&run[system][0]));
            ours / theirs
        })
    }
}

/// A clean build.
pub(crate) struct Clean {
    /// What of.
    pub(crate) title: &'static str,
    pub(crate) cost: Cost,
    /// The seconds that each crate took.
    pub(crate) crates: Vec<(String, f64)>,
}

/// A part of a cost.
type Part = fn(&Cost) -> f64;

/// All that was measured.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) queries: usize,
    pub(crate) clean: Vec<Clean>,
    pub(crate) series: Vec<Series>,
    /// What one query against each of the schemas cost, a run a line.
    pub(crate) schemas: Vec<[Cost; SCHEMAS.len()]>,
}

impl Report {
    /// The bounds that are broken, in words.
    pub(crate) fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut hold = |what: &str, value: f64, bound: f64| {
            if value > bound {
                broken.push(format!("{what} is {value:.2}, and at most {bound:.2} is allowed"));
            }
        };
        for series in self.series.iter().filter(|series| series.title.starts_with("build")) {
            hold(&format!("{}: of sqlx", series.title), series.ratio(1, |cost| cost.wall), OF_SQLX);
        }
        if let Some(Clean { title, cost, .. }) = self.clean.first() {
            hold(&format!("seconds of the clean build of {title}"), cost.wall, CLEAN);
        }
        hold("one query against the largest schema, of the smallest", self.growth(), FLAT);
        broken
    }

    fn growth(&self) -> f64 {
        median(self.schemas.iter().map(|costs| costs[SCHEMAS.len() - 1].wall / costs[0].wall))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wall: Part = |cost| cost.wall;
        for (time, part) in [("elapsed", wall), ("of processors", |cost| cost.cpu)] {
            writeln!(f, "\nMilliseconds a query ({time}; median of {} runs)\n", self.runs())?;
            let heads = ["lakequery", "sqlx", "diesel", "of sqlx", "of diesel"];
            row(f, &format!("{} queries", self.queries), heads.map(str::to_owned))?;
            for series in &self.series {
                let a_query = [0, 1, 2].map(|system| {
                    format!("{:.2}", 1e3 * series.queries(system, part) / self.queries as f64)
                });
                let ratios = [1, 2].map(|system| format!("{:.2}", series.ratio(system, part)));
                row(f, series.title, a_query.into_iter().chain(ratios))?;
            }
        }
        writeln!(f, "\nMilliseconds of the crate without queries (elapsed)\n")?;
        for series in &self.series {
            let empty = [0, 1, 2].map(|system| 1e3 * series.median(|run| run[system][0].wall));
            row(f, series.title, empty.map(|value| format!("{value:.0}")))?;
        }
        writeln!(f, "\nMilliseconds of a crate with one query (elapsed)\n")?;
        row(f, "tables in the schema", SCHEMAS.map(|count| count.to_string()))?;
        let all = [0, 1, 2].map(|i| 1e3 * median(self.schemas.iter().map(|costs| costs[i].wall)));
        row(f, "build", all.map(|value| format!("{value:.0}")))?;
        if !self.clean.is_empty() {
            writeln!(f, "\nSeconds of a clean build with 2 jobs\n")?;
            row(f, "", ["elapsed", "processors"].map(str::to_owned))?;
        }
        for Clean { title, cost, .. } in &self.clean {
            row(f, title, [cost.wall, cost.cpu].map(|value| format!("{value:.1}")))?;
        }
        for Clean { title, crates, .. } in &self.clean {
            let slowest = crates.iter().take(8);
            let slowest: Vec<_> =
                slowest.map(|(name, seconds)| format!("{name} {seconds:.1}")).collect();
            writeln!(f, "\nSlowest crates, {title}: {}", slowest.join(", "))?;
        }
        Ok(())
    }
}

impl Report {
    fn runs(&self) -> usize {
        self.schemas.len()
    }
}

fn row(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    cells: impl IntoIterator<Item = String>,
) -> fmt::Result {
    write!(f, "{title:<26}")?;
    for cell in cells {
        write!(f, "{cell:>11}")?;
    }
    writeln!(f)
}

/// The middle one of some values; zero where there are none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_value() {
        for (values, middle) in
            [(vec![], 0.0), (vec![3.0, 1.0, 2.0], 2.0), (vec![4.0, 1.0, 2.0, 3.0], 2.5)]
        {
            assert_eq!(median(values.into_iter()), middle);
        }
    }
}
