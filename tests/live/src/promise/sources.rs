//! The queries that others are made of: every query of this repository, and of TPC-DS.

use lakequery_cases::Case;

use crate::judge;
use crate::tpcds::texts::Text;

/// All of them.
pub(super) fn all(tpcds: Vec<Text>) -> Vec<String> {
    // The others need settings that a query is not asked with here.
    let cases = lakequery_cases::all().into_iter().filter(Case::has_plain_settings);
    let mut queries: Vec<String> = cases.map(|case| case.sql).collect();
    queries.extend(judge::parity().into_values().flatten().map(|question| question.sql));
    queries.extend(judge::answers().into_iter().map(|question| question.sql));
    queries.extend(tpcds.into_iter().map(|text| text.sql));
    queries
}
