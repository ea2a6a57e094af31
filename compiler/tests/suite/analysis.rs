//! What `analyze` gives: the same as `compile` of right queries, and a model of wrong ones.

use crate::common::{config_for, root};
use lakequery_compiler::config::Config;
use lakequery_compiler::reference::Target;
use lakequery_compiler::token::{Span, TextToken, Token, tokenize};
use lakequery_compiler::tree::{Body, Relation, Statement};
use lakequery_compiler::{Analysis, Request, analyze, compile, emit};
use lakequery_project::Store;
use lakequery_types::Engine;

fn config() -> Config {
    config_for("\"datafusion\", \"presto\", \"spark\", \"trino\"")
}

fn tokens(sql: &str) -> Vec<Token> {
    tokenize(sql).expect("tokens").into_iter().map(|token| token.token).collect()
}

/// The queries whose SQL is written down for an engine.
fn queries() -> Vec<String> {
    let cases = lakequery_cases::all().into_iter();
    let emitted = cases.filter(|case| Engine::ALL.into_iter().any(|e| case.is_emitted_for(e)));
    emitted.map(|case| case.sql).collect()
}

/// Analyzes, and checks what holds of every outcome, `compile` being the judge.
fn check(tokens: &[Token], config: &Config) -> Analysis {
    let snapshots = Store::new(root().join("schemas"));
    let request = Request { tokens, config, snapshots: &snapshots, named_columns: false };
    let analysis = analyze(request);
    let emitted = emit(&analysis, config);
    match compile(request) {
        Ok(compiled) => {
            assert_eq!(analysis.diagnostics, []);
            assert_eq!(format!("{emitted:?}"), format!("Ok({:?})", compiled.templates));
            assert_eq!(analysis.columns, compiled.columns);
            assert_eq!(analysis.parameters, compiled.parameters);
            assert_eq!(analysis.tables, compiled.tables);
        }
        Err(diagnostics) => {
            assert_eq!(emitted.err(), Some(diagnostics.clone()));
            if !analysis.diagnostics.is_empty() {
                assert_eq!(analysis.diagnostics, diagnostics);
            }
        }
    }
    for reference in &analysis.references {
        let Span { start, end } = reference.span;
        assert!(start < end && end as usize <= tokens.len(), "{reference:?}");
        match reference.target {
            Target::Relation(id) => assert!(analysis.relation(id).is_some(), "{reference:?}"),
            Target::Column { relation, index } => {
                let relation = analysis.relation(relation).expect("a relation of the query");
                // The names given to a relation with an error may be too many.
                assert!(reference.declares || index < relation.columns.len(), "{reference:?}");
            }
            Target::Parameter(index) => assert!(index < analysis.parameters.len()),
            _ => {}
        }
    }
    analysis
}

#[test]
fn right_queries_are_emitted_from_their_analysis() {
    let mut analyzed = 0;
    for query in queries() {
        check(&tokens(&query), &config());
        analyzed += 1;
    }
    assert_eq!(analyzed, queries().len());
}

/// While a query is being written, a word is missing, or one is there twice.
#[test]
fn wrong_queries_have_a_model_too() {
    let (mut wrong, mut with_references) = (0, 0);
    let config = config_for("\"trino\"");
    for query in queries() {
        let all = tokens(&query);
        for at in (0..all.len()).step_by(3) {
            let mut tokens = all.clone();
            match at % 2 {
                0 => drop(tokens.remove(at)),
                _ => tokens.insert(at, all[at].clone()),
            }
            let analysis = check(&tokens, &config);
            wrong += usize::from(!analysis.diagnostics.is_empty());
            with_references += usize::from(analysis.references.len() > 1);
        }
    }
    assert!(wrong > 1_000, "{wrong}");
    assert!(with_references * 10 > wrong * 7, "{with_references} of {wrong}");
}

/// The deepest trees that there are can be kept, written and dropped on the stack that
/// `compile` promises to do with.
#[test]
fn deep_trees_need_little_stack() {
    let deep = || {
        let nested = |open: &str, close: &str, depth| {
            format!("SELECT {}1{} AS x", open.repeat(depth), close.repeat(depth))
        };
        for sql in [
            format!("SELECT 1{} AS x", " + 1".repeat(900)),
            format!("SELECT 1 AS x{}", " UNION ALL SELECT 1".repeat(900)),
            format!("SELECT 'a'{} AS x", " || 'a'".repeat(900)),
            nested("abs(", ")", 95),
            nested("(SELECT ", ")", 45),
            nested("CASE WHEN EXISTS (SELECT 1) THEN (", ") END", 45),
            nested("- (", ")", 45),
        ] {
            let analysis = check(&tokens(&sql), &config_for("\"trino\""));
            assert_eq!(analysis.diagnostics, [], "{}", &sql[..40]);
            drop(analysis);
        }
    };
    let thread = std::thread::Builder::new().stack_size(5 << 18).spawn(deep);
    thread.expect("a thread").join().expect("no panic");
}

/// The text of a run of tokens.
fn written<'s>(sql: &'s str, tokens: &[TextToken], span: Span) -> &'s str {
    let (first, last) = (&tokens[span.start as usize], &tokens[span.end as usize - 1]);
    &sql[first.bytes.start..last.bytes.end]
}

#[test]
fn relations_and_keys_know_where_they_stand() {
    let sql = "WITH w AS (SELECT 1 AS one) \
               SELECT o.status AS s, count(*) AS n FROM shop.orders AS o \
               JOIN (SELECT id FROM shop.customers) AS c ON c.id = o.customer_id \
               CROSS JOIN w, shop.customers GROUP BY s, 1, o.placed";
    let text_tokens = tokenize(sql).expect("tokens");
    let analysis = check(&tokens(sql), &config_for("\"trino\""));
    let Some(Statement::Query(query)) = &analysis.statement else { panic!("no query") };
    let Body::Select(select) = &query.body else { panic!("no select") };
    let mut found = vec![query.ctes[0].span];
    fn add(relation: &Relation, found: &mut Vec<Span>) {
        found.push(relation.span());
        if let Relation::Join { left, right, .. } = relation {
            add(left, found);
            add(right, found);
        }
    }
    select.from.iter().for_each(|relation| add(relation, &mut found));
    found.extend(select.group_keys().map(|key| key.span));
    let found: Vec<&str> = found.into_iter().map(|span| written(sql, &text_tokens, span)).collect();
    let join = "shop.orders AS o JOIN (SELECT id FROM shop.customers) AS c ON c.id = o.customer_id";
    assert_eq!(
        found,
        [
            "w",
            &format!("{join} CROSS JOIN w"),
            join,
            "shop.orders",
            "(SELECT id FROM shop.customers)",
            "w",
            "shop.customers",
            "s",
            "1",
            "o.placed",
        ]
    );
}
