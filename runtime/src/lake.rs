//! [`connect`] and [`Lake`]: a connection to an engine.

use std::fmt;
use std::sync::Arc;

use lakequery_types::Engine;

use crate::backend::Backend;
use crate::error::Result;
use crate::reflect::{ReflectOptions, Reflection};
use crate::url::open;

/// A connection to an engine. Clones share it, and can be sent to other threads.
///
/// They share its session, too, as all statements of a console do: after `USE`, `SET
/// ROLE`, `SET SESSION`, `PREPARE` or `START TRANSACTION` through one of them, the
/// statements of all others run so. A server that runs such statements for its users
/// should give each a [`new_session`](Lake::new_session); the embedded engine has no
/// such statements.
#[derive(Clone)]
pub struct Lake {
    backend: Arc<dyn Backend>,
}

/// Connects to the engine that the URL names.
///
/// | URL | engine |
/// |---|---|
/// | `datafusion:data/`, `datafusion:/srv/data`, `datafusion:` | the embedded one, over the Parquet, ORC, Avro, CSV and JSON files of a folder (feature `datafusion`) |
/// | `trino://user@host:8080/catalog/schema`, `trinos://user:password@host` | Trino, without and with TLS (feature `trino`) |
/// | `presto://user@host:8080/catalog/schema`, `prestos://user:password@host` | Presto, without and with TLS (feature `presto`) |
/// | `spark://user@host:10000/database`, `spark://user:password@host/?ssl=true`, `hive://…` | Spark's Thrift Server (feature `spark`) |
/// | `databricks://token:dapi…@host?http_path=/sql/1.0/warehouses/ID` | a SQL warehouse of Databricks (feature `databricks`) |
/// | `hive+http://user@host:10000/database`, `hive+https://user:password@host` | the same over HTTP, without and with TLS |
///
/// `docs/urls.md` of the repository has the parameters of each.
///
/// In the folder of the embedded engine, `tpch/orders.parquet` or
/// `tpch/orders/*.parquet` is the table `tpch.orders`; a file directly in the
/// folder is a table of the schema `default`, which needs not be written;
/// `datafusion:data/?schema=tpch` makes another schema the one that needs not
/// be written.
///
/// # Errors
///
/// When the URL can't be used, names an engine that this build does not have,
/// or what it names isn't there.
pub async fn connect(url: &str) -> Result<Lake> {
    Ok(Lake { backend: open(url).await? })
}

impl Lake {
    /// The engine.
    pub fn engine(&self) -> Engine {
        self.backend.engine()
    }

    /// The lake of an engine that is open.
    #[cfg(feature = "datafusion")]
    pub(crate) fn over(backend: Arc<dyn Backend>) -> Lake {
        Lake { backend }
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        &*self.backend
    }

    /// A connection to the same engine, as the same user, with a session of its own,
    /// which begins as the URL says. What was set in this one does not hold there,
    /// and the other way round. Spark opens it now, Trino and Presto with its first
    /// query; the embedded engine has no sessions and gives the same connection.
    ///
    /// # Errors
    ///
    /// When the engine opens no other session.
    pub async fn new_session(&self) -> Result<Lake> {
        let engine = self.engine();
        let backend = self.backend.anew().await.map_err(|error| error.at_engine(engine))?;
        Ok(Lake { backend: backend.unwrap_or_else(|| Arc::clone(&self.backend)) })
    }

    /// Waits until the engine has been told the end of each query of this connection
    /// that was dropped before its last row; and, where this is the last clone and
    /// nothing of it is read any more, the end of its session. Other clones can be
    /// used as before.
    ///
    /// Without it, that happens in the background while the tokio runtime runs: a
    /// program that ends at once, with queries it gave up, should wait for it.
    ///
    /// ```no_run
    /// # async fn example(lake: lakequery::Lake) {
    /// let query = lakequery::sql("SELECT count(*) FROM tpch.lineitem").fetch_one(&lake);
    /// let limited = tokio::time::timeout(std::time::Duration::from_secs(5), query);
    /// if limited.await.is_err() {
    ///     eprintln!("too slow");
    /// }
    /// lake.close().await;
    /// # }
    /// ```
    pub async fn close(self) {
        let ended = self.backend.ended();
        drop(self);
        ended.await;
    }

    /// Reads which tables there are and what columns they have.
    ///
    /// # Errors
    ///
    /// When the list of tables can't be had, or a schema that was asked for
    /// isn't there. A table that can't be read is an error of its own in the
    /// [`Reflection`].
    pub async fn reflect(&self, options: ReflectOptions) -> Result<Reflection> {
        let engine = self.engine();
        let tables =
            self.backend.reflect(options).await.map_err(|error| error.at_engine(engine))?;
        Ok(Reflection::new(tables, engine))
    }
}

impl fmt::Debug for Lake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lake").field(&self.backend).finish()
    }
}
