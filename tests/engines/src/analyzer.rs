//! [`Analyzer`]: what an engine says of queries before it runs them, from its own
//! libraries, in a process that needs no server.
//!
//! The programs are in `java/`; how we talk to them is told there, in
//! `Conversation.java`.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use lakequery_types::Engine;

use crate::cache::Cache;
use crate::recipe::Installed;
use crate::server::recipe;
use crate::{dremio, java, spark, trino};

mod build;
mod line;

/// A program that analyzes queries with an engine's libraries.
pub(crate) struct Analysis {
    /// Its class and the text of that.
    pub(crate) source: (&'static str, &'static str),
    /// The version of Java that it is written for.
    pub(crate) release: &'static str,
    /// Options of the Java that it runs on.
    pub(crate) options: Vec<String>,
    /// The folder of the engine's libraries.
    pub(crate) libraries: PathBuf,
    /// Settings of its session, as `name=value`.
    pub(crate) settings: Vec<String>,
}

/// What an engine is analyzed with. Databricks has no libraries that are published: its SQL is
/// analyzed by Spark's, with the settings of a warehouse.
fn analysis(engine: Engine, cache: &Cache) -> Result<(Installed, Analysis)> {
    let installed = match engine {
        Engine::Dremio => dremio::install(cache),
        Engine::Databricks => recipe(Engine::Spark)?.install(cache),
        _ => recipe(engine)?.install(cache),
    };
    let installed =
        installed.with_context(|| format!("what {engine} is analyzed with can't be installed"))?;
    let analysis = match engine {
        Engine::Trino => trino::analysis(&installed),
        Engine::Spark => spark::analysis(&installed, true),
        Engine::Dremio => dremio::analysis(&installed),
        Engine::Databricks => spark::analysis(&installed, false),
        _ => bail!("there is no analyzer of {engine}"),
    };
    Ok((installed, analysis))
}

/// A column: its name and what the engine calls its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: String,
}

/// What an engine says of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It would run the query, with these columns.
    Accepted(Vec<Column>),
    /// It refuses the query.
    Refused {
        /// The engine's code of the error.
        code: String,
        /// Its message.
        message: String,
    },
    /// Only running the query would tell, for this reason.
    Undecided(String),
}

/// An engine's analyzer, ended when this is dropped.
#[derive(Debug)]
pub struct Analyzer {
    engine: Engine,
    child: Child,
    questions: BufWriter<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
    log: PathBuf,
}

impl Analyzer {
    /// Starts the analyzer of an engine, in a folder of its own. `schema` is where
    /// tables without one are.
    ///
    /// # Errors
    ///
    /// When there is none, it can't be installed or it does not start.
    pub fn start(engine: Engine, schema: &str, folder: &Path) -> Result<Analyzer> {
        let cache = Cache::open()?;
        let (installed, analysis) = analysis(engine, &cache)?;
        let classes = build::classes(&cache, engine, &installed.java, &analysis)
            .with_context(|| format!("the analyzer of {engine} can't be built"))?;
        std::fs::create_dir_all(folder)?;
        let log = folder.join("analyzer.log");
        let class_path = format!("{}:{}/*", classes.display(), analysis.libraries.display());
        let mut child = Command::new(java::program(&installed.java))
            .args(&analysis.options)
            // It lives for minutes: what the second compiler gains comes too late.
            .args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"])
            .args(["-XX:+ExitOnOutOfMemoryError", "-cp", &class_path])
            .args([analysis.source.0, schema])
            .arg(folder.join("warehouse"))
            .args(&analysis.settings)
            .current_dir(folder)
            .env("SPARK_LOCAL_IP", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("can't run the analyzer of {engine}"))?;
        let questions = child.stdin.take().context("no input")?;
        let answers = child.stdout.take().context("no output")?;
        let (questions, answers) = (BufWriter::new(questions), BufReader::new(answers).lines());
        let mut analyzer = Analyzer { engine, child, questions, answers, log };
        while analyzer.answer()?[0] != "ready" {}
        Ok(analyzer)
    }

    /// Declares a table.
    ///
    /// # Errors
    ///
    /// When the engine can't have such a table.
    pub fn declare(&mut self, schema: &str, name: &str, columns: &[Column]) -> Result<()> {
        let mut fields = vec!["table", schema, name];
        fields.extend(columns.iter().flat_map(|Column { name, ty }| [&**name, ty]));
        writeln!(self.questions, "{}", line::of(&fields))?;
        self.questions.flush()?;
        match &self.answer()?[..] {
            [word] if word == "declared" => Ok(()),
            other => bail!("{} can't have the table {schema}.{name}: {other:?}", self.engine),
        }
    }

    /// Asks what the engine says of queries: a verdict for each, in their order.
    ///
    /// # Errors
    ///
    /// When the analyzer fails; what the engine refuses is not an error.
    pub fn ask(&mut self, queries: &[String]) -> Result<Vec<Verdict>> {
        let Analyzer { questions, answers, .. } = self;
        // Neither side waits for the other.
        let (asked, verdicts) = thread::scope(|scope| {
            let asking = scope.spawn(move || {
                for query in queries {
                    writeln!(questions, "{}", line::of(&["query", query]))?;
                }
                questions.flush()
            });
            let verdicts = queries.iter().map(|query| verdict(query, answers));
            let verdicts = verdicts.collect::<Result<Vec<Verdict>>>();
            (asking.join(), verdicts)
        });
        // What was answered says more about what went wrong.
        let verdicts = verdicts.with_context(|| self.failed())?;
        asked.map_err(|_| anyhow!("asking panicked"))?.with_context(|| self.failed())?;
        Ok(verdicts)
    }

    fn answer(&mut self) -> Result<Vec<String>> {
        next(&mut self.answers).with_context(|| self.failed())
    }

    fn failed(&self) -> String {
        format!("the analyzer of {} failed; see {}", self.engine, self.log.display())
    }
}

impl Drop for Analyzer {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

type Answers = Lines<BufReader<ChildStdout>>;

fn next(answers: &mut Answers) -> Result<Vec<String>> {
    Ok(line::fields(&answers.next().context("it has ended")??))
}

fn verdict(query: &str, answers: &mut Answers) -> Result<Verdict> {
    let mut fields = next(answers)?.into_iter();
    let word = fields.next().unwrap_or_default();
    Ok(match &*word {
        "refused" => Verdict::Refused {
            code: fields.next().unwrap_or_default(),
            message: fields.next().unwrap_or_default(),
        },
        "undecided" => Verdict::Undecided(fields.next().unwrap_or_default()),
        "accepted" => {
            let rest: Vec<String> = fields.collect();
            let columns = rest.chunks(2).map(|pair| match pair {
                [name, ty] => Ok(Column { name: name.clone(), ty: ty.clone() }),
                _ => bail!("a column has no type: {query}"),
            });
            Verdict::Accepted(columns.collect::<Result<_>>()?)
        }
        _ => bail!("it answered {word}: {query}"),
    })
}
