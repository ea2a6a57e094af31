//! What traces hold: the query's id, and never a secret.

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
    inside: Arc<Mutex<Vec<Id>>>,
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
        self.inside.lock().unwrap().push(id.clone());
    }

    fn exit(&self, _: &Id) {
        self.inside.lock().unwrap().pop();
    }

    fn current_span(&self) -> Current {
        match self.inside.lock().unwrap().last() {
            Some(id) => {
                let span = self.spans.lock().unwrap()[id.into_u64() as usize - 1];
                Current::new(id.clone(), span)
            }
            None => Current::none(),
        }
    }
}

#[tokio::test]
async fn spans_have_the_id_of_the_query_and_no_secret() {
    let notes = Notes::default();
    let guard = tracing::subscriber::set_default(notes.clone());
    let server = Server::start(|seen| match seen.method.as_str() {
        "DELETE" => Reply::status(204, ""),
        _ => Reply::json(page(Some(1), "[[1]]")),
    })
    .await;
    let parameters = "?http_headers={\"authorization\":\"Bearer s3cret-token\"}\
                      &extra_credential=[[\"key\",\"s3cret-credential\"]]\
                      &session_properties={\"hive.key\":\"s3cret-property\"}";
    let lake = lakequery::connect(&server.url(parameters)).await.unwrap();
    let mut rows = lakequery::sql("SELECT ?").bind("s3cret-value").fetch(&lake);
    rows.next().await.unwrap().unwrap();
    drop(rows);
    server.wait_for("DELETE /next/1").await;
    drop(guard);
    let text = notes.text.lock().unwrap();
    assert!(text.contains("query engine=\"trino\""), "{text}");
    assert!(text.contains("recorded query_id=\"q1\""), "{text}");
    assert!(text.contains("cancelling the query"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
}
