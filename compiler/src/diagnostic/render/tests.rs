//! What is printed, to the letter.

use super::*;
use crate::token::tokenize;

fn origin() -> Origin {
    Origin { name: "queries/top.sql".into(), first_line: 1, first_column: 1 }
}

/// The span of the tokens that stand in `part` of `text`.
fn span(text: &str, tokens: &[TextToken], part: &str) -> Span {
    let start = text.find(part).unwrap();
    let within =
        |token: &&TextToken| token.bytes.start >= start && token.bytes.end <= start + part.len();
    let first = tokens.iter().position(|token| within(&token)).unwrap();
    let count = tokens.iter().filter(within).count();
    Span { start: first as u32, end: (first + count) as u32 }
}

fn check(found: &str, expected: &str) {
    assert!(found == expected, "\n{found}\n\nshould be\n\n{expected}");
}

fn unknown(text: &str, part: &str) -> (Vec<TextToken>, Diagnostic) {
    let tokens = tokenize(text).unwrap();
    let span = span(text, &tokens, part);
    (tokens, Diagnostic::new(Code::UnknownColumn, span, format!("no column `{part}`")))
}

#[test]
fn an_error_with_all_its_parts() {
    let text = "SELECT c.c_name,\n       o_orderdate + o_comment\nFROM customer AS c";
    let tokens = tokenize(text).unwrap();
    let of = |part| span(text, &tokens, part);
    let diagnostics = [
        Diagnostic::new(Code::TypeMismatch, of("+"), "no operator `+` for a date and a varchar")
            .label("neither adds to the other")
            .related(of("o_orderdate"), "this is a date")
            .related(of("o_comment"), "this is a varchar")
            .help("write date_add('day', n, o_orderdate)"),
        Diagnostic::new(Code::UnknownTable, of("customer"), "no table `customer`")
            .help("did you mean `customers`?")
            .help("the schema is tpch"),
    ];
    check(
        &render(text, &origin(), &tokens, &diagnostics),
        "\
error[type-mismatch]: no operator `+` for a date and a varchar
 --> queries/top.sql:2:20
  |
2 |        o_orderdate + o_comment
  |        ----------- ^ --------- this is a varchar
  |        |           |
  |        |           neither adds to the other
  |        this is a date
  |
  = help: write date_add('day', n, o_orderdate)

error[unknown-table]: no table `customer`
 --> queries/top.sql:3:6
  |
3 | FROM customer AS c
  |      ^^^^^^^^
  |
  = help: did you mean `customers`?
  = help: the schema is tpch",
    );
}

#[test]
fn a_text_inside_a_file() {
    let text = "SELECT abc\nFROM def";
    let inside = Origin { name: "src/main.rs".into(), first_line: 99, first_column: 25 };
    for (part, expected) in [
        ("abc", {
            "\
error[unknown-column]: no column `abc`
  --> src/main.rs:99:32
   |
99 |                         SELECT abc
   |                                ^^^"
        }),
        ("def", {
            "\
error[unknown-column]: no column `def`
   --> src/main.rs:100:6
    |
100 | FROM def
    |      ^^^"
        }),
    ] {
        let (tokens, diagnostic) = unknown(text, part);
        check(&render(text, &inside, &tokens, &[diagnostic]), expected);
    }
}

#[test]
fn the_caret_stands_under_the_culprit() {
    for (text, part, expected) in [
        // A tab is shown as four spaces.
        ("\tSELECT\tabc", "abc", {
            "\
error[unknown-column]: no column `abc`
 --> queries/top.sql:1:9
  |
1 |     SELECT    abc
  |               ^^^"
        }),
        // Wide characters take two columns of a terminal.
        ("SELECT 名前, größe", "größe", {
            "\
error[unknown-column]: no column `größe`
 --> queries/top.sql:1:12
  |
1 | SELECT 名前, größe
  |              ^^^^^"
        }),
        ("SELECT (a +\n  b)\nFROM t", "(a +\n  b)", {
            "\
error[unknown-column]: no column `(a +
                         b)`
 --> queries/top.sql:1:8
  |
1 |   SELECT (a +
  |  ________^
2 | |   b)
  | |____^"
        }),
        // As a checkout on Windows has it.
        ("SELECT a,\r\n  b\r\nFROM t", "b", {
            "\
error[unknown-column]: no column `b`
 --> queries/top.sql:2:3
  |
2 |   b
  |   ^"
        }),
    ] {
        let (tokens, diagnostic) = unknown(text, part);
        check(&render(text, &origin(), &tokens, &[diagnostic]), expected);
    }
}

#[test]
fn a_long_line_is_cut_around_the_culprit() {
    let text = format!("SELECT {} culprit, {} z", "a, ".repeat(500), "b, ".repeat(500));
    let (tokens, diagnostic) = unknown(&text, "culprit");
    let rendered = render(&text, &origin(), &tokens, &[diagnostic]);
    let lines: Vec<&str> = rendered.lines().collect();
    assert_eq!(lines[1], " --> queries/top.sql:1:1509");
    assert!(lines.iter().all(|line| line.chars().count() <= WIDTH + 10), "{rendered}");
    let caret = lines[4].find('^').unwrap();
    assert!(lines[3][caret..].starts_with("culprit"), "{rendered}");
}

#[test]
fn an_empty_span_points_behind_the_last_token() {
    let text = "SELECT a FROM  \n";
    let tokens = tokenize(text).unwrap();
    let at_end = Span { start: 3, end: 3 };
    let diagnostic = Diagnostic::new(Code::Syntax, at_end, "expected a table").label("here");
    check(
        &render(text, &origin(), &tokens, &[diagnostic]),
        "\
error[syntax]: expected a table
 --> queries/top.sql:1:14
  |
1 | SELECT a FROM  
  |              ^ here",
    );
    let nothing = Diagnostic::new(Code::Syntax, Span::default(), "there is no query");
    check(
        &render("", &origin(), &[], &[nothing]),
        "\
error[syntax]: there is no query
 --> queries/top.sql:1:1
  |
1 |
  | ^",
    );
}

#[test]
fn a_text_that_is_no_tokens() {
    let text = "SELECT 'a";
    let error = tokenize(text).unwrap_err();
    check(
        &render_text_error(text, &origin(), &error),
        "\
error[syntax]: this string has no closing `'`
 --> queries/top.sql:1:8
  |
1 | SELECT 'a
  |        ^",
    );
}

/// Whatever the spans and bytes, there is a text and no panic.
#[test]
fn spans_that_fit_nothing_are_held_to_the_text() {
    for text in ["", "ä", "größe\n名前 'x", "\t\r\n\u{0}"] {
        let tokens = tokenize("größe 名前 x").unwrap();
        for start in [0, 1, 3, 4, 100] {
            for end in [0, 1, 2, 3, 5, 100] {
                let diagnostic = Diagnostic::new(Code::Syntax, Span { start, end }, "wrong")
                    .related(Span { start: end, end: start }, "also");
                assert!(render(text, &origin(), &tokens, &[diagnostic]).contains("wrong"));
                let error =
                    TextTokenError { message: "wrong".into(), bytes: start as usize..end as usize };
                assert!(render_text_error(text, &origin(), &error).contains("wrong"));
            }
        }
    }
}

#[test]
fn the_message_for_rustc() {
    let span = Span::token(0);
    for (diagnostic, expected) in [
        (Diagnostic::new(Code::Syntax, span, "expected a table"), "expected a table [syntax]"),
        (
            Diagnostic::new(Code::UnknownColumn, span, "no column `c_nme` in `customer`")
                .help("did you mean `c_name`?"),
            "no column `c_nme` in `customer` [unknown-column]\nhelp: did you mean `c_name`?",
        ),
        (
            Diagnostic::new(Code::TypeMismatch, span, "no operator `+`")
                .label("neither adds to the other")
                .related(span, "`o_orderdate` is a date")
                .help("a")
                .help("b"),
            "no operator `+` [type-mismatch]\nnote: neither adds to the other\n\
             note: `o_orderdate` is a date\nhelp: a\nhelp: b",
        ),
    ] {
        check(&message(&diagnostic), expected);
    }
}
