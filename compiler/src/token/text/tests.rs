//! Tables of texts with the tokens, or the error, that they give.

use super::{TextTokenError, tokenize};
use crate::token::TokenKind;

/// The tokens of a text in one line: `w` word, `q` quoted, `n` number, `t` text,
/// `b` binary, `P` parameter; punctuation as it is, joint with `~` after it.
fn show(text: &str) -> String {
    let tokens = match tokenize(text) {
        Ok(tokens) => tokens,
        Err(error) => panic!("{text}: {}", error.message),
    };
    let shown: Vec<String> = tokens
        .iter()
        .map(|token| match &token.token.kind {
            TokenKind::Word(word) => format!("w:{word}"),
            TokenKind::Quoted(name) => format!("q:{name}"),
            TokenKind::Number(number) => format!("n:{number}"),
            TokenKind::Text(text) => format!("t:{text}"),
            TokenKind::Binary(bytes) => format!("b:{bytes:?}"),
            TokenKind::Parameter(_) => format!("P:{}", &text[token.bytes.clone()]),
            TokenKind::Punct(c) => format!("{c}{}", if token.token.joint { "~" } else { "" }),
        })
        .collect();
    shown.join(" ")
}

#[test]
fn texts_and_their_tokens() {
    for (text, tokens) in [
        ("", ""),
        ("  \n\t ", ""),
        ("\u{feff}SELECT", "w:SELECT"),
        ("SELECT a_1, b$c", "w:SELECT w:a_1 , w:b$c"),
        ("größe Größe naïve e\u{301}t", "w:größe w:Größe w:naïve w:e\u{301}t"),
        ("名前.値", "w:名前 . w:値"),
        // Quotes.
        (r#""a b" "a""b" `a``b` `"`"#, r#"q:a b q:a"b q:a`b q:""#),
        ("'it''s' '' ''''", "t:it's t: t:'"),
        (r"'a\' 'b\n'", r"t:a\ t:b\n"),
        ("'größe\nzwei'", "t:größe\nzwei"),
        ("date '2024-01-01'", "w:date t:2024-01-01"),
        ("X'00fF' x'' X'0 1\n0 2'", "b:[0, 255] b:[] b:[1, 2]"),
        ("x '00'", "w:x t:00"),
        (r"U&'gr\00f6\00DFe \+01F600 \\' u&'a!0041' uescape '!'", r"t:größe 😀 \ t:aA"),
        (r"U & 'a' U&a", "w:U & t:a w:U & w:a"),
        // Numbers.
        ("7 1.5 .5 1. 1e3 1.5E-3 1E+3 .5e1 1.e2", {
            "n:7 n:1.5 n:.5 n:1. n:1e3 n:1.5E-3 n:1E+3 n:.5e1 n:1.e2"
        }),
        ("1_000 1_0.2_5 1_0e1_0 0x1F 0b101 0O17", "n:1000 n:10.25 n:10e10 n:31 n:5 n:15"),
        ("a.5 \"a\".5 a .5 1 .5", "w:a . n:5 q:a . n:5 w:a n:.5 n:1 n:.5"),
        ("-7 1-2 1+e", "- n:7 n:1 - n:2 n:1 + w:e"),
        ("t1.e2", "w:t1 . w:e2"),
        ("(1),(2)", "( n:1 ) , ( n:2 )"),
        // Comments.
        ("a--b\nc", "w:a w:c"),
        ("a - - b", "w:a - - w:b"),
        ("a --b", "w:a"),
        ("a/* /* */b", "w:a w:b"),
        ("/**/a/***/", "w:a"),
        ("a<--\n=b", "w:a < = w:b"),
        // Punctuation.
        ("a<=b", "w:a <~ = w:b"),
        ("a < = b", "w:a < = w:b"),
        ("a<>-b", "w:a <~ >~ - w:b"),
        ("a||'b'", "w:a |~ | t:b"),
        ("a::b", "w:a :~ : w:b"),
        ("count(*)", "w:count ( * )"),
        ("a[1]", "w:a [ n:1 ]"),
        ("t.*", "w:t .~ *"),
        ("(a)=-(b)", "( w:a ) =~ - ( w:b )"),
        ("a</**/=b", "w:a < = w:b"),
        ("$1 ? @x #", "$ n:1 ? @ w:x #"),
        // Parameters.
        ("{a}", "P:{a}"),
        ("a={ a . b }-1", "w:a = P:{ a . b } - n:1"),
        ("{{a}}", "P:{{a}}"),
        ("{match x { _ => {} }}", "P:{match x { _ => {} }}"),
        (r#"{f("}")}"#, r#"P:{f("}")}"#),
        (r#"{f("\"}")}"#, r#"P:{f("\"}")}"#),
        (r##"{f(r#"}"}"#)}"##, r##"P:{f(r#"}"}"#)}"##),
        (r#"{f(br"\")}"#, r#"P:{f(br"\")}"#),
        (r##"{r#type}"##, r##"P:{r#type}"##),
        (r#"{bar["}"]}"#, r#"P:{bar["}"]}"#),
        ("{f('}')}", "P:{f('}')}"),
        (r"{f('\'', '}')}", r"P:{f('\'', '}')}"),
        (r"{'\u{7d}'}", r"P:{'\u{7d}'}"),
        ("{b'}'}", "P:{b'}'}"),
        ("{f::<&'static str>()}", "P:{f::<&'static str>()}"),
        ("{'a: loop { break 'a }}", "P:{'a: loop { break 'a }}"),
        ("{/* } */ a // }\n}", "P:{/* } */ a // }\n}"),
        ("{/* /* } */ } */ a}", "P:{/* /* } */ } */ a}"),
        ("{a --b}", "P:{a --b}"),
        ("{größe}'{x}'", "P:{größe} t:{x}"),
    ] {
        assert_eq!(show(text), tokens, "{text}");
    }
}

#[test]
fn bytes_are_those_of_the_text() {
    let text = "größe = X'00' + 'ä' -- ü\n  {ü} <= \"ö\"";
    let tokens = tokenize(text).unwrap();
    let cut: Vec<&str> = tokens.iter().map(|token| &text[token.bytes.clone()]).collect();
    assert_eq!(cut, ["größe", "=", "X'00'", "+", "'ä'", "{ü}", "<", "=", "\"ö\""]);
}

#[test]
fn errors_say_what_and_where() {
    // What is expected to be underlined stands between « and ».
    for (text, message) in [
        ("a «'»b", "this string has no closing `'`"),
        ("a «'»b''", "this string has no closing `'`"),
        ("a «\"»b", "this name has no closing `\"`"),
        ("a «`»b", "this name has no closing backtick"),
        ("X«'»00", "this binary string has no closing `'`"),
        ("«X'0g'»", "`g` is not a hexadecimal digit"),
        ("«X'000'»", "a binary string needs two hexadecimal digits for each byte"),
        ("a «\"\"» b", "a quoted name needs at least one character"),
        ("a «/*» b", "this comment has no closing `*/`"),
        ("a «/*»/", "this comment has no closing `*/`"),
        ("ä «{»b", "this parameter has no closing `}`"),
        ("ä «{»{b}", "this parameter has no closing `}`"),
        ("{f(«\"»)}", "this Rust string inside a parameter has no closing `\"`"),
        ("{f(«r»#\"\")}", "this raw Rust string inside a parameter is never closed"),
        ("{f(«/*»)}", "this comment inside a parameter has no closing `*/`"),
        ("a «}»", "this `}` closes no parameter"),
        ("a = «{}»", "a parameter needs a Rust expression between its braces"),
        ("a = «{ /* b */ }»", "a parameter needs a Rust expression between its braces"),
        ("«1__000»", "`1__000` is not a number: a `_` stands between two digits"),
        ("«1_»", "`1_` is not a number: a `_` stands between two digits"),
        ("«1_».5", "`1_` is not a number: a `_` stands between two digits"),
        ("«U&'\\00'»", {
            "`\\` begins a code point of four hexadecimal digits, or of six after `\\+`; \
             write `\\\\` for the character itself"
        }),
        ("«U&'\\d800'»", "U+d800 is not a character of Unicode"),
        ("U&'a' UESCAPE «'ab'»", {
            "UESCAPE takes one character that is neither a hexadecimal digit, a sign, a quote \
             nor a space"
        }),
        ("«1e»", "`1e` is not a number: its exponent has no digits"),
        ("«1e»+", "`1e` is not a number: its exponent has no digits"),
        ("«1.2.3»", "`1.2.3` is not a number: it has two points"),
        ("«2024_orders»", {
            "`2024_orders` is neither a number nor a name; \
             a name that starts with a digit needs quotes: `\"2024_orders\"`"
        }),
        ("«0x1G»", "`0x1G` is not a number: `G` is not a hexadecimal digit"),
        ("a «\u{0}»b", "the invisible character U+0000 has no meaning in SQL outside quotes"),
        ("a «\u{200b}»b", "the invisible character U+200B has no meaning in SQL outside quotes"),
        ("a «€»", "`€` has no meaning in SQL outside quotes"),
        ("a «\\» b", "`\\` has no meaning in SQL outside a string"),
        ("«“»a”", "`“` is a typographic quote; SQL has `'` for strings and `\"` for names"),
        ("a «–» b", "`–` is not a minus sign; SQL's is `-`"),
    ] {
        let (before, rest) = text.split_once('«').unwrap();
        let (culprit, after) = rest.split_once('»').unwrap();
        let plain = format!("{before}{culprit}{after}");
        let bytes = before.len()..before.len() + culprit.len();
        let expected = TextTokenError { message: message.to_owned(), bytes };
        assert_eq!(tokenize(&plain), Err(expected), "{plain}");
    }
}

#[test]
fn every_truncation_gives_tokens_or_an_error() {
    let text = r####"
        WITH größe AS (SELECT "a""b", `c``d`, 'it''s \', X'00fF', 1.5e-3, .5 FROM t1.t2 -- äöü
        WHERE a <= {f(r##"}"#"##, '\'', '\u{7d}', "\"}", 'x', b'}')} /* ü **/ AND b IN {&ids[..]}
          AND 名前 <> {match x { A { b, .. } => { b } /* } /* } */ */ _ => 0 // }
          }} AND c || 'é' :: varchar [1]) SELECT * FROM größe LIMIT 10
    "####;
    assert!(tokenize(text).is_ok());
    let mut failed = 0;
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        for start in [0, end / 2, end.saturating_sub(3)] {
            if text.is_char_boundary(start) {
                let part = &text[start..end];
                match tokenize(part) {
                    Ok(tokens) => tokens.iter().for_each(|token| {
                        assert!(part.get(token.bytes.clone()).is_some_and(|text| !text.is_empty()));
                    }),
                    Err(error) => {
                        failed += 1;
                        assert!(part.get(error.bytes).is_some_and(|text| !text.is_empty()));
                    }
                }
            }
        }
    }
    assert!(failed > 100, "the truncations should have broken more: {failed}");
}

#[test]
fn deep_nesting_is_no_recursion() {
    assert!(tokenize(&"{".repeat(1_000_000)).is_err());
    let deep = "{".repeat(100_000) + "a" + &"}".repeat(100_000);
    assert_eq!(tokenize(&deep).map(|tokens| tokens.len()), Ok(1));
}
