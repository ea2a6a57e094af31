//! Every word that sqlparser knows, as a name.

use lakequery_types::{Engine, Type};
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::ALL_KEYWORDS;
use sqlparser::parser::Parser;

use super::build::*;
use super::sql;
use crate::tree::{Alias, BinaryOperator, Cte, Expr, GroupKey, Query, Relation, Select};

fn make(name: &str) -> Query {
    let table = |id| Relation::Cte { id, name: name.to_owned(), alias: None, span: PLACE };
    let bare = || column(0, "", name, Type::BigInt);
    let qualified = || column(0, name, name, Type::BigInt);
    let sum = |arg: Expr| called(call(&SUM, vec![arg]), Type::BigInt);
    let mut windowed = call(&SUM, vec![bare()]);
    windowed.over = Some(window(vec![bare()], vec![by(bare())]));
    let mut inner: Select = select(
        vec![
            item(bare(), ""),
            item(qualified(), "a"),
            item(sum(bare()), "b"),
            item(called(windowed, Type::BigInt), name),
        ],
        vec![table(0)],
    );
    inner.filter = Some(and(vec![
        equal(bare(), binary(BinaryOperator::Subtract, bare(), qualified())),
        not(equal(qualified(), bare())),
    ]));
    inner.group_by = keyed(vec![GroupKey { expr: bare(), output: None, span: PLACE }]);
    let mut inner = query(inner);
    inner.order_by = vec![by(bare()), by(qualified())];
    let alias = Alias { name: name.to_owned(), columns: vec![name.to_owned(), "c".to_owned()] };
    let derived = Relation::Derived { id: 1, query: inner.into(), alias, span: PLACE };
    let mut whole = query(select(vec![item(bare(), "")], vec![derived, table(2)]));
    whole.ctes = vec![Cte {
        name: name.to_owned(),
        span: PLACE,
        column_names: vec![name.to_owned()],
        query: query_of(integer(1)),
    }];
    whole
}

/// A word in place of a name reads as a plain name in its place, whatever the word.
#[test]
fn any_word_can_be_a_name() {
    let read = |text: &str| {
        Parser::parse_sql(&GenericDialect {}, text).map(|statements| format!("{statements:?}"))
    };
    let plain = read(&sql(Engine::DataFusion, &make("zebra"), &config())).expect("a query");
    let mut wrong = Vec::new();
    // `sum` is called in the query too.
    for word in ALL_KEYWORDS.iter().filter(|word| **word != "SUM") {
        let word = word.to_lowercase();
        let text = sql(Engine::DataFusion, &make(&word), &config());
        let quoted = text.contains(&format!("\"{word}\""));
        match read(&text) {
            Ok(tree) => {
                let same =
                    without_spans(&tree, &word, quoted) == without_spans(&plain, "zebra", false);
                if !same {
                    wrong.push(format!("{word}: read as something else"));
                }
            }
            Err(error) => wrong.push(format!("{word}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The tree as text, without where things stand and how names are quoted.
fn without_spans(tree: &str, word: &str, quoted: bool) -> String {
    let name = |word: &str, quote: &str| format!("value: \"{word}\", quote_style: {quote}");
    let plain = name("zebra", "None");
    let named = tree.replace(&name(word, if quoted { "Some('\"')" } else { "None" }), &plain);
    let mut out = String::new();
    let mut rest = named.as_str();
    while let Some((before, after)) = rest.split_once("Location(") {
        out.push_str(before);
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}
