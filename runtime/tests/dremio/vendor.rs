//! Software of others, on either side: their client reads the scripted Dremio as ours does, so that
//! it is not only what our client expects; and our client reads from their server.
//!
//! `LAKEQUERY_DREMIO_PYTHON` names a Python that has the packages `adbc-driver-flightsql` and
//! `pyarrow`. `LAKEQUERY_FLIGHT_SQL_SERVER` names the program `sqlite_flightsql_server` of
//! `github.com/apache/arrow-go/v18/arrow/flight/flightsql/example/cmd`.

use std::process::{Command, Stdio};

use crate::conversation::eventually;
use crate::server::{PASSWORD, USER, connect, fetch, numbers, serve};

/// Prints the numbers of a query, all in one line.
const SCRIPT: &str = r#"
import sys
import adbc_driver_flightsql.dbapi as flight_sql
from adbc_driver_flightsql import DatabaseOptions

address, user, password = sys.argv[1:]
options = {
    "username": user,
    "password": password,
    DatabaseOptions.WITH_COOKIE_MIDDLEWARE.value: "true",
}
with flight_sql.connect(f"grpc://{address}", db_kwargs=options, autocommit=True) as connection:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM t")
        print(*cursor.fetch_arrow_table().column(0).to_pylist())
"#;

#[tokio::test]
async fn arrows_own_client_reads_the_same() {
    let Some(python) = std::env::var_os("LAKEQUERY_DREMIO_PYTHON") else {
        eprintln!(
            "NOT RUN: ADBC's Flight SQL driver; `LAKEQUERY_DREMIO_PYTHON` names a Python that has \
             it"
        );
        return;
    };
    for sizes in [&[1][..], &[10, 1, 700], &[5; 30]] {
        let server = serve(numbers(sizes)).await;
        let ours = fetch(&connect(&server).await, "SELECT n FROM t").await.unwrap();
        let output = tokio::task::spawn_blocking({
            let (python, address) = (python.clone(), server.address.clone());
            move || {
                let mut command = Command::new(python);
                command.args(["-c", SCRIPT, &address, USER, PASSWORD]).output().unwrap()
            }
        });
        let output = output.await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let calls: Vec<&str> = server.calls().iter().map(|call| call.name).collect();
        assert!(output.status.success(), "{sizes:?}: {said} {calls:?}");
        let theirs: Vec<i64> = String::from_utf8_lossy(&output.stdout)
            .split_whitespace()
            .map(|number| number.parse().unwrap())
            .collect();
        assert_eq!(ours, theirs, "{sizes:?}: {said}");
        assert_eq!(server.runs(), (1, 2), "{calls:?}");
        // Their client, too, finds its session by the cookies.
        let last = server.calls().pop().unwrap();
        assert_eq!(last.name, "run");
        assert!(last.header("cookie").contains("SESSION_ID="), "{last:?}");
    }
}

/// A server that ends with this.
struct Ends(std::process::Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_server_of_others_is_read() {
    let Some(program) = std::env::var_os("LAKEQUERY_FLIGHT_SQL_SERVER") else {
        eprintln!(
            "NOT RUN: arrow-go's server of SQLite; `LAKEQUERY_FLIGHT_SQL_SERVER` names the program"
        );
        return;
    };
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let mut command = Command::new(program);
    command.args(["-host", "127.0.0.1", "-port", &port.to_string()]);
    let _server = Ends(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let there = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    eventually("the server", there).await;
    let url = format!("dremio+flight://127.0.0.1:{port}?UseEncryption=false&Token=t");
    let lake = lakequery::connect(&url).await.unwrap();
    let sql = "SELECT id, keyName, value FROM intTable WHERE keyName <> ? ORDER BY id";
    let rows = lakequery::sql(sql).bind("it's").fetch_all(&lake).await.unwrap();
    let read: Vec<(i64, Option<String>, Option<i64>)> = rows
        .iter()
        .map(|row| (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap()))
        .collect();
    let expected = [(1, "one", 1), (2, "zero", 0), (3, "negative one", -1)];
    assert_eq!(read, expected.map(|(id, name, value)| (id, Some(name.to_owned()), Some(value))));
    let many = "WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 99999) \
                SELECT n FROM r";
    assert_eq!(fetch(&lake, many).await.unwrap(), (0..100_000).collect::<Vec<i64>>());
    // It tells no columns of a plan, as Dremio does.
    let described = lakequery::sql("SELECT id FROM intTable").describe(&lake).await;
    assert!(described.unwrap_err().is_unsupported());
    let error = fetch(&lake, "SELECT nowhere FROM intTable").await.unwrap_err();
    assert!(error.to_string().contains("no such column: nowhere"), "{error}");
}
