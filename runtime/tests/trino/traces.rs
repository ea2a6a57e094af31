//! What traces hold: the query's id, and never a secret.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

use crate::server::{Reply, Server, page};

/// Writes down all that is traced, at every level.
#[derive(Clone, Default)]
struct Notes {
    text: Arc<Mutex<String>>,
    spans: Arc<Mutex<Vec<&'static Metadata<'static>>>>,
}

thread_local! {
    /// The spans that the thread is in.
    static INSIDE: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
}

impl Notes {
    fn add(&self, what: &str, values: impl FnOnce(&mut Line<'_>)) {
        let mut text = self.text.lock().unwrap();
        text.push_str(what);
        values(&mut Line(&mut text));
        text.push('\n');
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Notes {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.add(span.metadata().name(), |line| span.record(line));
        let mut spans = self.spans.lock().unwrap();
        spans.push(span.metadata());
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.add("recorded", |line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.add("event", |line| event.record(line));
    }

    fn enter(&self, id: &Id) {
        INSIDE.with_borrow_mut(|inside| inside.push(id.clone()));
    }

    fn exit(&self, _: &Id) {
        INSIDE.with_borrow_mut(Vec::pop);
    }

    fn current_span(&self) -> Current {
        match INSIDE.with_borrow(|inside| inside.last().cloned()) {
            Some(id) => {
                let span = self.spans.lock().unwrap()[id.into_u64() as usize - 1];
                Current::new(id, span)
            }
            None => Current::none(),
        }
    }
}

#[tokio::test]
async fn spans_have_the_id_of_the_query_and_no_secret() {
    let notes = Notes::default();
    // Of all tests: whether something is traced is remembered by place, not by
    // thread.
    tracing::subscriber::set_global_default(notes.clone()).unwrap();
    let server = Server::start(|seen| match seen.method.as_str() {
        "DELETE" => Reply::status(204, ""),
        _ => Reply::json(page(Some(1), "[[1]]")),
    })
    .await;
    let parameters = "?http_headers={\"authorization\":\"Bearer tr4ced-secret-token\"}\
                      &extra_credential=[[\"key\",\"tr4ced-secret-credential\"]]\
                      &session_properties={\"hive.key\":\"tr4ced-secret-property\"}";
    let lake = lakequery::connect(&server.url(parameters)).await.unwrap();
    let mut rows = lakequery::sql("SELECT ?").bind("tr4ced-secret-value").fetch(&lake);
    rows.next().await.unwrap().unwrap();
    drop(rows);
    server.wait_for("DELETE /next/1").await;
    let text = notes.text.lock().unwrap().clone();
    assert!(text.contains("query engine=\"trino\""), "{text}");
    assert!(text.contains("recorded query_id=\"q1\""), "{text}");
    assert!(text.contains("cancelling the query"), "{text}");
    assert!(!text.contains("tr4ced-secret"), "{text}");
}
