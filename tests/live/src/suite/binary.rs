//! Presto's binary pages hold the same rows that it sends as text: every type,
//! with extremes and NULLs, in plain, packed and checked pages.

use std::sync::Arc;

use anyhow::Result;
use lakequery::{Engine, Value, sql};

use crate::suite::{Case, Checks, Site, case};

pub(crate) const CASES: &[Case] =
    &[case!("binary: pages hold the rows that text holds", &[Engine::Presto], same_rows)];

/// Statements with few and with many pages.
const STATEMENTS: &[&str] = &[
    // Every type, its extremes, and NULL.
    "SELECT * FROM (VALUES (true, TINYINT '-128', SMALLINT '-32768', INTEGER '-2147483648', \
     BIGINT '-9223372036854775808', REAL '3.4028235e38', 1.7976931348623157e308, \
     DECIMAL '99999999999999999999999999999999999999', DECIMAL '-999999999999999999', \
     VARCHAR 'é😀\"\\', CAST('ö' AS char(4)), X'00FF', DATE '-0044-03-15', TIME '23:59:59.999', \
     TIMESTAMP '0001-01-01 00:00:00.000', TIMESTAMP '2024-07-01 02:00:00.000 Europe/Berlin', \
     INTERVAL '-178956970-7' YEAR TO MONTH, INTERVAL '1 02:03:04.500' DAY TO SECOND, \
     JSON '{\"a\":[1,null]}', UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59', IPADDRESS '2001:db8::1'), \
     (false, TINYINT '127', SMALLINT '32767', INTEGER '2147483647', BIGINT '9223372036854775807', \
     REAL '1.4e-45', 5e-324, DECIMAL '-99999999999999999999999999999999999999', \
     DECIMAL '999999999999999999', '', '', X'', DATE '9999-12-31', TIME '00:00:00.000', \
     TIMESTAMP '9999-12-31 23:59:59.999', TIMESTAMP '1969-12-31 23:59:59.999 -00:30', \
     INTERVAL '178956970-7' YEAR TO MONTH, INTERVAL '0' SECOND, JSON 'null', \
     UUID '00000000-0000-0000-0000-000000000001', IPADDRESS '::1.2.3.4'), \
     (null, null, null, null, null, CAST(-infinity() AS real), nan(), null, null, null, null, null, \
     null, null, null, null, null, null, null, null, IPADDRESS '10.1.2.3'))",
    // Nested values, NULL at every depth, in blocks of every form.
    "SELECT n, if(n % 3 <> 1, transform(sequence(1, n % 4), x -> nullif(x, 2))) AS a, \
     if(n % 3 <> 2, ARRAY[CAST(ROW(n, if(n % 2 = 0, 'even')) AS ROW(a bigint, b varchar)), null]) AS rows, \
     if(n % 4 <> 2, CAST(ROW(nullif(n % 2, 0), MAP(ARRAY[word], ARRAY[ARRAY[n]])) \
     AS ROW(x bigint, m map(varchar, array(decimal(25, 2)))))) AS r, \
     ARRAY[ARRAY[MAP(ARRAY[1.5e0], ARRAY[DATE '2024-01-02']), null], null, ARRAY[]] AS deep, \
     'always' AS run, CAST(null AS bigint) AS never, word FROM UNNEST(sequence(1, 500)) AS t(n) \
     CROSS JOIN UNNEST(ARRAY['one', 'two', 'three']) AS w(word)",
    // Some fifty pages.
    "SELECT l_orderkey, l_extendedprice, CAST(l_discount AS decimal(20, 2)), l_comment, l_shipdate, \
     nullif(l_linestatus, 'O') FROM tpch.tiny.lineitem ORDER BY l_orderkey, l_linenumber",
    // Types that only the server can write come as text, then as before.
    "SELECT n, TIME '01:02:03.004 +05:30', approx_set(n) FROM UNNEST(sequence(1, 3)) AS t(n) \
     GROUP BY n ORDER BY n",
    "SELECT 1 WHERE 1 = 0",
];

async fn same_rows(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let url = site.url()?;
    let packed =
        "session_properties={\"exchange_compression\":\"true\",\"exchange_checksum\":\"true\"}";
    for text in STATEMENTS {
        let expected = rows(&format!("{url}?binary_results=false"), text).await?;
        for parameters in ["", "?binary_results=true", &format!("?binary_results=true&{packed}")] {
            let found = rows(&format!("{url}{parameters}"), text).await;
            match found {
                Ok(found) => {
                    let same = found.iter().zip(&expected).all(|(a, b)| a == b);
                    checks.check(same && found.len() == expected.len(), || {
                        let differing = found.iter().zip(&expected).find(|(a, b)| a != b);
                        format!("{parameters} {text}\n{differing:?}")
                    });
                }
                // Where it is insisted on, what can't be read is an error by name.
                Err(error) => checks.check(
                    !parameters.is_empty()
                        && text.contains("approx_set")
                        && error.is_unsupported()
                        && error.to_string().contains("time with time zone"),
                    || format!("{parameters} {text}\n{error}"),
                ),
            }
        }
    }
    Ok(checks)
}

/// The rows, written out: NaN is NaN then, and -0 is not 0.
async fn rows(url: &str, text: &str) -> lakequery::Result<Vec<String>> {
    let lake = lakequery::connect(url).await?;
    let rows = sql(text).fetch_all(&lake).await?;
    rows.iter()
        .map(|row| {
            let values = (0..row.len()).map(|i| row.get::<Value>(i));
            Ok(format!("{:?}", values.collect::<lakequery::Result<Vec<_>>>()?))
        })
        .collect()
}
