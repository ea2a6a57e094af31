//! Strings made to break out of wherever a value is put.

use crate::random::Random;

/// Pieces that mean something to some SQL, some protocol or some decoder.
const FRAGMENTS: [&str; 64] = [
    "'",
    "''",
    "'''",
    "\"",
    "\"\"",
    "`",
    "``",
    "\\",
    "\\\\",
    "\\'",
    "'\\",
    "\\\"",
    "\\n",
    "\\0",
    "\\u0041",
    "\\x41",
    "\\U0001F600",
    "--",
    "-- x\n",
    "#",
    "/*",
    "*/",
    "/* ' */",
    "/*+ HINT */",
    "\0",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\u{b}",
    "\u{1a}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    ";",
    "; ",
    "?",
    "??",
    ":name",
    "::int",
    "@x",
    "$1",
    "$$",
    "${x}",
    "${hiveconf:x}",
    "${env:HOME}",
    "${system:user.home}",
    "{0}",
    "{}",
    "%",
    "_",
    "%s",
    "%00",
    "+",
    "&a=b",
    "NULL",
    "' OR '1'='1",
    "'); DROP TABLE t; --",
    "é",
    "ß",
    "e\u{301}",
    "😀",
    "\u{10ffff}",
    "\u{feff}",
];

/// `count` different strings, always the same ones: the empty one, each
/// fragment, then mixtures.
pub(crate) fn strings(count: usize) -> Vec<String> {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut all: Vec<String> = vec![String::new(), " ".into(), "x".repeat(2_000)];
    all.extend(FRAGMENTS.iter().map(ToString::to_string));
    let mut seen: std::collections::HashSet<String> = all.iter().cloned().collect();
    while all.len() < count {
        let text: String = (0..2 + random.below(5))
            .map(|_| match random.below(8) {
                0 => "a",
                1 => " ",
                _ => FRAGMENTS[random.below(FRAGMENTS.len())],
            })
            .collect();
        if seen.insert(text.clone()) {
            all.push(text);
        }
    }
    all.truncate(count);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_differ_and_stay() {
        let all = strings(10_000);
        let different: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), 10_000);
        assert_eq!(all, strings(10_000));
        assert!(all.iter().filter(|text| text.contains('\0')).count() > 100);
    }
}
