//! The vendor's own client reads what the scripted warehouse says as ours does: so the warehouse
//! of these tests is not only what our client expects.
//!
//! `LAKEQUERY_DATABRICKS_PYTHON` names a Python that has the packages `databricks-sql-kernel`
//! and `pyarrow`.

use crate::http::{Reply, Seen, Server};
use crate::warehouse::{Answer, TOKEN, connect, numbers, runs};

/// Prints the numbers of a query, all in one line.
const SCRIPT: &str = r#"
import sys
from databricks_sql_kernel import Session

address, token = sys.argv[1:]
session = Session(
    f"http://{address}", "/sql/1.0/warehouses/w1", auth_type="pat", access_token=token
)
statement = session.statement()
statement.set_sql("SELECT n FROM t")
result = statement.execute()
numbers = []
while (batch := result.fetch_next_batch()) is not None:
    numbers += batch.column(0).to_pylist()
print(*numbers)
"#;

/// A warehouse that answers a question for a chunk with the links to all that follow, too: where
/// it gets one link at a time, version 1.3.0 of the client loses a chunk now and then.
async fn with_all_links(answer: Answer) -> Server {
    let links = answer.clone();
    let of = move |seen: &Seen, _: usize| {
        let (_, index) = seen.path.split_once("/result/chunks/")?;
        let index: usize = index.split('?').next()?.parse().ok()?;
        let link = |index| links.link(index, "2999-01-01T00:00:00.000Z", "{base}");
        let all: Vec<String> = (index..links.chunks.len()).map(link).collect();
        Some(Reply::json(format!(r#"{{"external_links":[{}]}}"#, all.join(","))))
    };
    answer.serve_but(of).await
}

#[tokio::test]
async fn the_vendors_client_reads_the_same() {
    let Some(python) = std::env::var_os("LAKEQUERY_DATABRICKS_PYTHON") else {
        eprintln!(
            "NOT RUN: the vendor's client; `LAKEQUERY_DATABRICKS_PYTHON` names a Python that has it"
        );
        return;
    };
    for chunks in [&[][..], &[1], &[10, 1, 700], &[5; 30]] {
        let server = with_all_links(Answer::numbers(chunks)).await;
        let ours = numbers(&connect(&server).await).await.unwrap();
        let output = tokio::task::spawn_blocking({
            let (python, address) = (python.clone(), server.address.clone());
            move || {
                let mut command = std::process::Command::new(python);
                command.args(["-c", SCRIPT, &address, TOKEN]).output().unwrap()
            }
        });
        let output = output.await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let theirs: Vec<i64> = String::from_utf8_lossy(&output.stdout)
            .split_whitespace()
            .map(|number| number.parse().unwrap())
            .collect();
        assert!(output.status.success(), "{chunks:?}: {said} {:#?}", server.asked());
        assert_eq!(ours, theirs, "{chunks:?}: {said}");
        assert_eq!(ours.len(), chunks.iter().sum::<usize>());
        assert_eq!(runs(&server), 2);
    }
}
