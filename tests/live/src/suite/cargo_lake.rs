//! `cargo lake` against each server: the snapshots it writes of tables and views,
//! how it tells what has changed, and that engines check the suite's own queries.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use lakequery_types::Engine;
use tokio::process::Command;
use tokio::task::block_in_place;

use crate::compile::root;
use crate::fleet::target_folder;
use crate::suite::{ALL, Case, Checks, SERVERS, Site, case};

pub(crate) const CASES: &[Case] = &[
    case!("cargo lake: refresh and diff", SERVERS, refresh),
    case!("cargo lake: engines check the suite's queries", &[Engine::Trino], check),
];

/// The variable that holds the URL of the server.
const URL: &str = "LIVE_URL";

/// What a server is told, and what `cargo lake` is to make of it.
struct Story {
    engine: Engine,
    /// What stands in `lake.toml` behind the source.
    config: &'static str,
    before: &'static [&'static str],
    /// The snapshots, each below the line that all of them begin with.
    snapshots: &'static [(&'static str, &'static str)],
    then: &'static [&'static str],
    /// What `diff` tells of that.
    told: &'static str,
}

const STORIES: [Story; 3] = [
    Story {
        engine: Engine::Trino,
        config: "schemas = ['shop', 'log']\n[schema.log]\ntrino = 'iceberg.log'",
        before: &[
            "CREATE SCHEMA IF NOT EXISTS hive.shop",
            "CREATE SCHEMA IF NOT EXISTS iceberg.log",
            "DROP VIEW IF EXISTS hive.shop.large",
            "DROP TABLE IF EXISTS hive.shop.sales",
            "DROP TABLE IF EXISTS hive.shop.more",
            "DROP TABLE IF EXISTS iceberg.log.events",
            "CREATE TABLE hive.shop.sales (id bigint COMMENT 'which', amount decimal(12,2), \
             tags array(varchar), day date) COMMENT 'what was sold' \
             WITH (partitioned_by = ARRAY['day'])",
            "CREATE VIEW hive.shop.large COMMENT 'of much' AS \
             SELECT id, amount FROM hive.shop.sales WHERE amount > 1000",
            "CREATE TABLE iceberg.log.events (id bigint NOT NULL, at timestamp(6) NOT NULL, \
             what row(name varchar, size integer)) \
             WITH (partitioning = ARRAY['day(at)', 'bucket(id, 4)'])",
        ],
        snapshots: &[
            (
                "shop/sales",
                "name = \"sales\"\ncomment = \"what was sold\"\npartitioned_by = [\"day\"]\n\n\
                 [columns]\nid = \"bigint\"\namount = \"decimal(12,2)\"\n\
                 tags = \"array(varchar)\"\nday = \"date\"\n\n[comments]\nid = \"which\"\n",
            ),
            (
                "shop/large",
                "name = \"large\"\ncomment = \"of much\"\n\n\
                 [columns]\nid = \"bigint\"\namount = \"decimal(12,2)\"\n",
            ),
            (
                "log/events",
                "name = \"events\"\npartitioned_by = [\"at\", \"id\"]\n\n\
                 [columns]\nid = \"bigint not null\"\nat = \"timestamp(6) not null\"\n\
                 what = 'row(\"name\" varchar, \"size\" integer)'\n",
            ),
        ],
        then: &[
            "ALTER TABLE iceberg.log.events ADD COLUMN who varchar",
            "ALTER TABLE iceberg.log.events DROP COLUMN what",
            "DROP VIEW hive.shop.large",
            "COMMENT ON COLUMN hive.shop.sales.amount IS 'in euros'",
            "CREATE TABLE hive.shop.more (x real)",
        ],
        told: "\
! log.events has changed
  ! column what is gone (row(\"name\" varchar, \"size\" integer))
    column who is new (varchar)
! shop.large is gone
  shop.more is new (1 column)
  shop.sales has changed
    the comment of column amount
",
    },
    // Its memory catalog keeps neither comments nor NOT NULL.
    Story {
        engine: Engine::Presto,
        config: "schemas = ['shop']",
        before: &[
            "CREATE SCHEMA IF NOT EXISTS memory.shop",
            "DROP VIEW IF EXISTS memory.shop.large",
            "DROP TABLE IF EXISTS memory.shop.sales",
            "CREATE TABLE memory.shop.sales \
             (id bigint, amount decimal(12,2), tags array(varchar), day date)",
            "CREATE VIEW memory.shop.large AS \
             SELECT id, amount FROM memory.shop.sales WHERE amount > 1000",
        ],
        snapshots: &[
            (
                "shop/sales",
                "name = \"sales\"\n\n[columns]\nid = \"bigint\"\namount = \"decimal(12,2)\"\n\
                 tags = \"array(varchar)\"\nday = \"date\"\n",
            ),
            (
                "shop/large",
                "name = \"large\"\n\n[columns]\nid = \"bigint\"\namount = \"decimal(12,2)\"\n",
            ),
        ],
        then: &[
            "DROP VIEW memory.shop.large",
            "DROP TABLE memory.shop.sales",
            "CREATE TABLE memory.shop.sales (id varchar, amount decimal(14,2), day date)",
        ],
        told: "\
! shop.large is gone
! shop.sales has changed
  ! column tags is gone (array(varchar))
  ! column id is now varchar (was bigint)
    column amount is now decimal(14,2) (was decimal(12,2))
",
    },
    Story {
        engine: Engine::Spark,
        config: "schemas = ['shop']",
        before: &[
            "DROP DATABASE IF EXISTS shop CASCADE",
            "CREATE DATABASE shop",
            "CREATE TABLE shop.sales (id BIGINT NOT NULL COMMENT 'which', \
             amount DECIMAL(12,2), tags ARRAY<STRING>, at TIMESTAMP, day DATE) \
             USING delta PARTITIONED BY (day) COMMENT 'what was sold' \
             TBLPROPERTIES ('delta.columnMapping.mode' = 'name')",
            "CREATE TABLE shop.files (id INT, what STRUCT<name: STRING, size: INT>, \
             p STRING) USING parquet PARTITIONED BY (p)",
            "CREATE VIEW shop.large COMMENT 'of much' AS \
             SELECT id, amount FROM shop.sales WHERE amount > 1000",
        ],
        snapshots: &[
            (
                "shop/sales",
                "name = \"sales\"\ncomment = \"what was sold\"\npartitioned_by = [\"day\"]\n\n\
                 [columns]\nid = \"bigint not null\"\namount = \"decimal(12,2)\"\n\
                 tags = \"array(varchar)\"\nat = \"timestamp(6) with time zone\"\n\
                 day = \"date\"\n\n[comments]\nid = \"which\"\n",
            ),
            (
                "shop/files",
                "name = \"files\"\npartitioned_by = [\"p\"]\n\n[columns]\nid = \"integer\"\n\
                 what = 'row(\"name\" varchar, \"size\" integer)'\np = \"varchar\"\n",
            ),
            (
                "shop/large",
                "name = \"large\"\ncomment = \"of much\"\n\n\
                 [columns]\nid = \"bigint not null\"\namount = \"decimal(12,2)\"\n\n\
                 [comments]\nid = \"which\"\n",
            ),
        ],
        then: &[
            "ALTER TABLE shop.sales ADD COLUMN who STRING",
            "ALTER TABLE shop.sales DROP COLUMN tags",
            "DROP VIEW shop.large",
            "DROP TABLE shop.files",
            "CREATE TABLE shop.more (x FLOAT) USING parquet",
        ],
        told: "\
! shop.files is gone
! shop.large is gone
  shop.more is new (1 column)
! shop.sales has changed
  ! column tags is gone (array(varchar))
    column who is new (varchar)
",
    },
];

/// A run of `cargo lake`.
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

async fn cargo_lake(site: &Site, folder: &Path, url: Option<&str>, words: &[&str]) -> Result<Run> {
    let mut command = Command::new(program().await?);
    command.args(words).current_dir(folder).env_remove(URL);
    if let Some(url) = url {
        command.env(URL, url);
    }
    let output = command.kill_on_drop(true).output().await?;
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let run = Run {
        code: output.status.code(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    };
    site.transcript.note(&run.stdout);
    site.transcript.note(&run.stderr);
    Ok(run)
}

/// The program, built where it is not yet.
async fn program() -> Result<PathBuf> {
    let target = target_folder()?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    // As its own test needs it: with the features that `cargo test --workspace`
    // builds with, so that nothing is built twice.
    build.args(["test", "--quiet", "--workspace", "--no-run", "--test", "command", "--target-dir"]);
    let output = build.arg(&target).current_dir(root()).kill_on_drop(true).output().await?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo-lake does not build: {said}");
    Ok(target.join("debug/cargo-lake"))
}

async fn refresh(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let server = site.server()?;
    let story = STORIES.iter().find(|story| story.engine == site.engine).context("no story")?;
    let folder = server.folder.join("cargo-lake");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let config = format!(
        "targets = ['{}']\n[source.server]\nurl = '${{{URL}}}'\n{}\n",
        site.engine, story.config
    );
    std::fs::write(folder.join("lake.toml"), config)?;
    let url = site.url()?;
    let tell = |statements: &[&str]| {
        block_in_place(|| statements.iter().try_for_each(|statement| server.execute(statement)))
    };

    let unset = cargo_lake(&site, &folder, None, &["refresh"]).await?;
    checks.check(unset.code == Some(2) && unset.stderr.contains(URL), || {
        format!("without the variable: {}", unset.stderr)
    });

    tell(story.before)?;
    let run = cargo_lake(&site, &folder, Some(&url), &["refresh"]).await?;
    checks.check(run.code == Some(0), || format!("refresh: {}{}", run.stdout, run.stderr));
    for (table, expected) in story.snapshots {
        let file = folder.join(format!("schemas/{table}.toml"));
        let found = std::fs::read_to_string(&file).unwrap_or_default();
        checks
            .check(found.split_once("version = 1\n").is_some_and(|(_, f)| f == *expected), || {
                format!("{table}: expected\n{expected}found\n{found}")
            });
    }
    let run = cargo_lake(&site, &folder, Some(&url), &["diff"]).await?;
    checks.check(run.code == Some(0), || format!("diff of nothing: {}", run.stdout));

    tell(story.then)?;
    let run = cargo_lake(&site, &folder, Some(&url), &["diff"]).await?;
    let told = run.stdout.split("\n\n").next().unwrap_or_default();
    checks.check(run.code == Some(1) && told == story.told.trim_end(), || {
        format!("diff: expected\n{}found\n{}{}", story.told, run.stdout, run.stderr)
    });
    Ok(checks)
}

/// All engines look at all queries of this package, and accept them; where there
/// are no tables, they refuse them.
async fn check(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let folder = root().join("tests/live");
    let mut words: Vec<String> = vec!["check".into()];
    let mut engines = Vec::new();
    for engine in ALL {
        let site = Site {
            engine: *engine,
            fleet: site.fleet.clone(),
            transcript: site.transcript.clone(),
        };
        if let Ok(url) = site.url() {
            engines.push(engine.name());
            words.extend(["--live".into(), url]);
        }
    }
    let cargo = ["--", "--quiet", "--package", "lakequery-live", "--no-default-features"];
    let run_with = async |words: &[String]| {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(cargo).collect();
        cargo_lake(&site, &folder, None, &words).await
    };
    let run = run_with(&words).await?;
    checks.check(run.code == Some(0), || format!("check: {}{}", run.stdout, run.stderr));
    for engine in &engines {
        let line = run.stdout.lines().find(|line| line.starts_with(&format!("{engine}: ")));
        let queries = line.and_then(|line| line.split(' ').nth(1)?.parse::<u32>().ok());
        let all = line.is_some_and(|line| line.ends_with(" queries accepted, 0 refused"));
        checks.check(all && queries.is_some_and(|count| count >= 22), || {
            format!("{engine}: {}", run.stdout)
        });
    }
    checks.notes.push(run.stdout.trim().replace('\n', ", "));

    // A catalog that has no schema `tpch`.
    let elsewhere = site.url()?.replace("/hive", "/tpch");
    let run = run_with(&["check".into(), "--live".into(), elsewhere]).await?;
    let refused = run.stdout.lines().find(|line| line.starts_with("refused: "));
    let named = refused.is_some_and(|line| line.contains("tests/live/src/"));
    checks.check(run.code == Some(1) && named, || {
        format!("check without tables: {:?} {}{}", run.code, run.stdout, run.stderr)
    });
    Ok(checks)
}
