//! What real warehouses were recorded to say, served again: rows and columns are held against
//! what each exchange declares.
//!
//! The recordings are the vendor's, and not a part of this repository: `LAKEQUERY_DATABRICKS`
//! names the folder that has them, `src/test/resources` of its JDBC driver.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lakequery_types::json::{Next, Reader};

use crate::http::{Reply, Seen, Server};
use crate::warehouse::{refusal, url};

/// The folders of the recordings of this protocol, and of the files in the storage.
const FOLDERS: [&str; 2] = ["sqlexecapi", "cloudfetchapi"];

/// A recorded exchange.
#[derive(Clone, Debug, Default)]
struct Exchange {
    method: String,
    url: String,
    /// The body of the request, where it has one.
    asked: String,
    status: u16,
    body: Vec<u8>,
    /// Whether the body is not among the recordings.
    lost: bool,
}

#[tokio::test]
async fn recorded_results_are_read_whole() {
    let Some(root) = std::env::var_os("LAKEQUERY_DATABRICKS").map(PathBuf::from) else {
        eprintln!(
            "NOT RUN: the recordings of Databricks' warehouses; `LAKEQUERY_DATABRICKS` names \
             their folder"
        );
        return;
    };
    let (mut whole, mut failed, mut lost, mut wrong) = (0, 0, 0, Vec::new());
    for folder in tests(&root) {
        let exchanges = Arc::new(exchanges(&root, &folder));
        for asked in exchanges.iter().filter(|asked| is_ours(asked)) {
            match replay(&exchanges, asked).await {
                Ok(Outcome::Whole) => whole += 1,
                Ok(Outcome::Failed) => failed += 1,
                Ok(Outcome::Lost) => lost += 1,
                Err(error) => {
                    wrong.push(format!("{}: {error}\n  {}", folder.display(), asked.asked))
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    println!("{whole} results read whole, {failed} failed as recorded, {lost} without their rows");
    assert_eq!((whole, failed, lost), COUNTS, "read whole, failed, without their rows");
}

/// How many statements are read whole, fail as recorded, and have rows that are not recorded.
const COUNTS: (usize, usize, usize) = (172, 1, 1);

enum Outcome {
    Whole,
    Failed,
    Lost,
}

/// Whether it runs a statement as we do: for rows as Arrow, and without parameters.
fn is_ours(exchange: &Exchange) -> bool {
    exchange.method == "POST"
        && exchange.url.trim_end_matches('/').ends_with("/sql/statements")
        && member(&exchange.asked, "format").as_deref() == Some("ARROW_STREAM")
        && statement(exchange).is_some_and(|sql| !sql.contains('?'))
}

fn statement(exchange: &Exchange) -> Option<String> {
    member(&exchange.asked, "statement")
}

/// Has the client run a statement on a server that answers as recorded.
async fn replay(exchanges: &Arc<Vec<Exchange>>, asked: &Exchange) -> Result<Outcome, String> {
    let (shared, first) = (Arc::clone(exchanges), asked.clone());
    let polls = std::sync::Mutex::new(HashMap::<String, usize>::new());
    let server = Server::start(move |seen| answer(&shared, &first, &polls, seen)).await;
    let lake = lakequery::connect(&url(&server, "")).await.map_err(|error| error.to_string())?;
    let sql = statement(asked).unwrap_or_default();
    let found = lakequery::sql(sql).fetch_all(&lake).await;
    let told = last_word(exchanges, asked);
    let declared: Option<usize> = text_between(&told, r#""total_row_count":"#, &[',', '}'])
        .and_then(|text| text.parse().ok());
    match (found, declared) {
        (Ok(rows), Some(count)) if rows.len() == count => {
            let names = texts_after(&told, r#"{"name":""#);
            match rows.first() {
                Some(row) if row.columns().len() != names.len() => {
                    Err(format!("{} columns, and not {names:?}", row.columns().len()))
                }
                _ => Ok(Outcome::Whole),
            }
        }
        (Ok(rows), count) => Err(format!("{} rows, and not {count:?}", rows.len())),
        (Err(error), None) if error.is_query() => Ok(Outcome::Failed),
        (Err(error), _) if exchanges.iter().any(|other| other.lost) => {
            assert!(error.is_connection(), "{error}");
            Ok(Outcome::Lost)
        }
        (Err(error), _) => Err(error.to_string()),
    }
}

/// What the server said of a statement in the end.
fn last_word(exchanges: &[Exchange], asked: &Exchange) -> String {
    let body = String::from_utf8_lossy(&asked.body).into_owned();
    let id = member(&body, "statement_id").unwrap_or_default();
    let polls = exchanges.iter().filter(|other| other.method == "GET" && other.url.ends_with(&id));
    let last = polls.map(|poll| String::from_utf8_lossy(&poll.body).into_owned());
    last.filter(|body| body.contains("SUCCEEDED")).next_back().unwrap_or(body)
}

fn answer(
    exchanges: &[Exchange],
    first: &Exchange,
    polls: &std::sync::Mutex<HashMap<String, usize>>,
    seen: &Seen,
) -> Reply {
    let path = seen.path.trim_end_matches('/');
    if seen.method == "POST" && path.ends_with("/sql/sessions") {
        return Reply::json(r#"{"session_id":"s"}"#);
    }
    if seen.method == "POST" && path.ends_with("/sql/statements") {
        return replied(first);
    }
    if seen.method == "DELETE" {
        return Reply::json("{}");
    }
    let same = |other: &&Exchange| other.method == seen.method && is_same(&other.url, path);
    let all: Vec<&Exchange> = exchanges.iter().filter(same).collect();
    let mut polls = polls.lock().unwrap();
    let before = polls.entry(path.to_owned()).or_default();
    let exchange = all.get(*before).or(all.last());
    *before += 1;
    match exchange {
        Some(exchange) if !exchange.lost => replied(exchange),
        _ => Reply::status(501, "not recorded"),
    }
}

/// Whether a recorded URL is one that is asked for; the recordings have no whole signatures.
fn is_same(recorded: &str, asked: &str) -> bool {
    recorded.split('?').next() == asked.split('?').next()
}

/// A recorded answer, with links that lead here and do not end.
fn replied(exchange: &Exchange) -> Reply {
    let Ok(mut text) = String::from_utf8(exchange.body.clone()) else {
        return Reply::status(exchange.status, exchange.body.clone());
    };
    for host in texts_after(&text, r#""external_link":"https://"#) {
        let host = host.split('/').next().unwrap_or_default().to_owned();
        text = text.replace(&format!("https://{host}/"), "{base}/");
    }
    for time in texts_after(&text, r#""expiration":""#) {
        text = text.replace(&time, "2999-01-01T00:00:00.000Z");
    }
    refusal(exchange.status, text)
}

/// The folders of the recorded tests.
fn tests(root: &Path) -> Vec<PathBuf> {
    let children = |folder: &Path| -> Vec<PathBuf> {
        let entries = folder.read_dir().into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
    };
    let mut tests = Vec::new();
    for class in children(&root.join(FOLDERS[0])) {
        tests.extend(children(&class));
    }
    tests.sort();
    assert!(!tests.is_empty(), "no recordings in {}", root.display());
    tests
}

/// The exchanges of a test: with the warehouse, and with the storage.
fn exchanges(root: &Path, test: &Path) -> Vec<Exchange> {
    let name = test.strip_prefix(root.join(FOLDERS[0])).unwrap();
    let mut all = Vec::new();
    for folder in FOLDERS {
        let mappings = root.join(folder).join(name).join("mappings");
        let entries = mappings.read_dir().into_iter().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        all.extend(paths.iter().filter_map(|path| exchange(root, path)));
    }
    all
}

/// Reads a recorded exchange; nothing where it is not JSON.
fn exchange(root: &Path, path: &Path) -> Option<Exchange> {
    use base64::Engine as _;
    let text = std::fs::read_to_string(path).ok()?;
    let (request, response) = (raw(&text, "request")?, raw(&text, "response")?);
    let mut exchange = Exchange {
        method: member(&request, "method")?,
        url: member(&request, "url").or_else(|| member(&request, "urlPath"))?,
        status: member(&response, "status")?.parse().ok()?,
        ..Exchange::default()
    };
    if let Some(patterns) = raw(&request, "bodyPatterns") {
        exchange.asked =
            member(patterns.trim_start_matches('['), "equalToJson").unwrap_or_default();
    }
    if let Some(body) = member(&response, "body") {
        exchange.body = body.into_bytes();
    } else if let Some(body) = member(&response, "base64Body") {
        exchange.body = base64::engine::general_purpose::STANDARD.decode(body).ok()?;
    } else if let Some(name) = member(&response, "bodyFileName") {
        match std::fs::read(root.join("__files").join(name)) {
            Ok(body) => exchange.body = body,
            Err(_) => exchange.lost = true,
        }
    }
    Some(exchange)
}

/// The value of a member of an object, as JSON.
fn raw(text: &str, name: &str) -> Option<String> {
    let mut json = Reader::new(text);
    json.object().ok()?;
    let mut first = true;
    while let Some(key) = json.key(&mut first).ok()? {
        let value = json.skip().ok()?;
        if key == name {
            return Some(value.to_owned());
        }
    }
    None
}

/// The value of a member of an object, as text.
fn member(text: &str, name: &str) -> Option<String> {
    let value = raw(text, name)?;
    let mut json = Reader::new(&value);
    match json.next().ok()? {
        Next::String => Some(json.string().ok()?.into_owned()),
        _ => Some(value),
    }
}

/// What stands between a text and the first of some characters.
fn text_between(text: &str, begin: &str, ends: &[char]) -> Option<String> {
    let (_, rest) = text.split_once(begin)?;
    rest.split(ends).next().map(str::to_owned)
}

/// All that stand between a text and the next quote.
fn texts_after(text: &str, begin: &str) -> Vec<String> {
    text.split(begin).skip(1).filter_map(|rest| Some(rest.split('"').next()?.to_owned())).collect()
}
