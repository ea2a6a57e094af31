//! The words that mean something in the grammar.
//!
//! A reserved one can't stand for a name unless it is quoted. That follows
//! Trino's grammar, but for words that nothing in a query is begun or continued
//! by (`delete`, `skip`, `table`), which stay free, and LIMIT, which does not.

macro_rules! keywords {
    ($($variant:ident = $text:literal $($reserved:ident)?,)*) => {
        /// A keyword.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Keyword { $($variant,)* }

        impl Keyword {
            const ALL: &'static [(&'static str, Keyword)] =
                &[$(($text, Keyword::$variant),)*];

            /// The keyword as it is written.
            pub(super) const fn text(self) -> &'static str {
                match self { $(Keyword::$variant => $text,)* }
            }

            /// Whether the word can't stand for a name.
            pub(super) const fn is_reserved(self) -> bool {
                match self { $(Keyword::$variant => keywords!(@ $($reserved)?),)* }
            }
        }
    };
    (@ reserved) => { true };
    (@) => { false };
}

keywords! {
    All = "ALL",
    And = "AND" reserved,
    Anti = "ANTI",
    Any = "ANY",
    Apply = "APPLY",
    Array = "ARRAY",
    As = "AS" reserved,
    Asc = "ASC",
    Asof = "ASOF",
    Asymmetric = "ASYMMETRIC",
    At = "AT",
    Bernoulli = "BERNOULLI",
    Between = "BETWEEN" reserved,
    Both = "BOTH",
    By = "BY" reserved,
    Case = "CASE" reserved,
    Cast = "CAST",
    Cluster = "CLUSTER",
    Collate = "COLLATE",
    Connect = "CONNECT",
    Convert = "CONVERT",
    Cross = "CROSS" reserved,
    Cube = "CUBE",
    Current = "CURRENT",
    CurrentDate = "CURRENT_DATE",
    CurrentTime = "CURRENT_TIME",
    CurrentTimestamp = "CURRENT_TIMESTAMP",
    Day = "DAY",
    Days = "DAYS",
    Desc = "DESC",
    Distinct = "DISTINCT" reserved,
    Distribute = "DISTRIBUTE",
    Div = "DIV",
    Double = "DOUBLE",
    Else = "ELSE" reserved,
    End = "END" reserved,
    Escape = "ESCAPE",
    Except = "EXCEPT" reserved,
    Exclude = "EXCLUDE",
    Exists = "EXISTS" reserved,
    Explode = "EXPLODE",
    Extract = "EXTRACT",
    False = "FALSE" reserved,
    Fetch = "FETCH",
    Filter = "FILTER",
    First = "FIRST",
    Following = "FOLLOWING",
    For = "FOR" reserved,
    Format = "FORMAT",
    From = "FROM" reserved,
    Full = "FULL" reserved,
    Glob = "GLOB",
    Group = "GROUP" reserved,
    Grouping = "GROUPING",
    Groups = "GROUPS",
    Having = "HAVING" reserved,
    Hour = "HOUR",
    Hours = "HOURS",
    Ignore = "IGNORE",
    Ilike = "ILIKE",
    In = "IN" reserved,
    Inner = "INNER" reserved,
    Intersect = "INTERSECT" reserved,
    Interval = "INTERVAL",
    Into = "INTO" reserved,
    Is = "IS" reserved,
    Isnull = "ISNULL",
    Join = "JOIN" reserved,
    JsonTable = "JSON_TABLE",
    Last = "LAST",
    Lateral = "LATERAL",
    Leading = "LEADING",
    Left = "LEFT" reserved,
    Like = "LIKE" reserved,
    Limit = "LIMIT" reserved,
    Localtime = "LOCALTIME",
    Localtimestamp = "LOCALTIMESTAMP",
    Map = "MAP",
    MatchRecognize = "MATCH_RECOGNIZE",
    Materialized = "MATERIALIZED",
    Member = "MEMBER",
    Minus = "MINUS",
    Minute = "MINUTE",
    Minutes = "MINUTES",
    Mod = "MOD",
    Month = "MONTH",
    Months = "MONTHS",
    Natural = "NATURAL" reserved,
    Next = "NEXT",
    Not = "NOT" reserved,
    Notnull = "NOTNULL",
    Null = "NULL" reserved,
    Nulls = "NULLS",
    Of = "OF",
    Offset = "OFFSET",
    On = "ON" reserved,
    Only = "ONLY",
    Or = "OR" reserved,
    Order = "ORDER" reserved,
    Ordinality = "ORDINALITY",
    Outer = "OUTER" reserved,
    Output = "OUTPUT",
    Over = "OVER",
    Overflow = "OVERFLOW",
    Overlay = "OVERLAY",
    Partition = "PARTITION",
    Percent = "PERCENT",
    Pivot = "PIVOT",
    Position = "POSITION",
    Preceding = "PRECEDING",
    Precision = "PRECISION",
    Prewhere = "PREWHERE",
    Qualify = "QUALIFY",
    Quarter = "QUARTER",
    Range = "RANGE",
    Recursive = "RECURSIVE",
    Regexp = "REGEXP",
    Rename = "RENAME",
    Replace = "REPLACE",
    Respect = "RESPECT",
    Returning = "RETURNING",
    Right = "RIGHT" reserved,
    Rlike = "RLIKE",
    Rollup = "ROLLUP",
    Row = "ROW",
    Rows = "ROWS",
    SafeCast = "SAFE_CAST",
    Sample = "SAMPLE",
    Second = "SECOND",
    Seconds = "SECONDS",
    Select = "SELECT" reserved,
    Semi = "SEMI",
    Sets = "SETS",
    Share = "SHARE",
    Similar = "SIMILAR",
    Some = "SOME",
    Sort = "SORT",
    Start = "START",
    Struct = "STRUCT",
    Substr = "SUBSTR",
    Substring = "SUBSTRING",
    Symmetric = "SYMMETRIC",
    System = "SYSTEM",
    Table = "TABLE",
    Tablesample = "TABLESAMPLE",
    Then = "THEN" reserved,
    Ties = "TIES",
    Time = "TIME",
    Timestamp = "TIMESTAMP",
    To = "TO",
    Top = "TOP",
    Trailing = "TRAILING",
    Trim = "TRIM",
    True = "TRUE" reserved,
    TryCast = "TRY_CAST",
    Unbounded = "UNBOUNDED",
    Union = "UNION" reserved,
    Unknown = "UNKNOWN",
    Unnest = "UNNEST",
    Unpivot = "UNPIVOT",
    Update = "UPDATE",
    Using = "USING" reserved,
    Values = "VALUES" reserved,
    Version = "VERSION",
    View = "VIEW",
    When = "WHEN" reserved,
    Where = "WHERE" reserved,
    Window = "WINDOW",
    With = "WITH" reserved,
    Within = "WITHIN",
    Without = "WITHOUT",
    Year = "YEAR",
    Years = "YEARS",
    Zone = "ZONE",
}

impl Keyword {
    /// The keyword that a word is, in any case.
    pub(super) fn of(word: &str) -> Option<Keyword> {
        let cmp = |text: &str| {
            let upper = word.bytes().map(|byte| byte.to_ascii_uppercase());
            text.bytes().cmp(upper)
        };
        let found = Keyword::ALL.binary_search_by(|(text, _)| cmp(text));
        found.ok().map(|i| Keyword::ALL[i].1)
    }
}

#[cfg(test)]
mod tests {
    use super::Keyword;

    #[test]
    fn every_word_is_found_in_any_case() {
        for (text, keyword) in Keyword::ALL {
            assert_eq!(Keyword::of(text), Some(*keyword));
            assert_eq!(Keyword::of(&text.to_lowercase()), Some(*keyword));
            assert_eq!(keyword.text(), *text);
        }
        assert_eq!(Keyword::of("o_orderkey"), None);
        assert_eq!(Keyword::of(""), None);
    }
}
