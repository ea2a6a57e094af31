//! A Dremio that follows a script: a Flight SQL server that signs in, keeps sessions, plans and
//! runs as the source of release 25.2 does (`services/arrow-flight`), and counts what it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::flight_service_server::{FlightService, FlightServiceServer};
use arrow_flight::sql::{
    Any, Command, CommandStatementQuery, ProstMessageExt, TicketStatementQuery,
};
use arrow_flight::{
    Action, ActionType, Criteria, Empty, FlightData, FlightDescriptor, FlightEndpoint, FlightInfo,
    HandshakeRequest, HandshakeResponse, PollInfo, PutResult, SchemaResult, Ticket,
};
use futures::{Stream, StreamExt, stream};
use lakequery::arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use lakequery::arrow_schema::SchemaRef;
use prost::Message;
use tokio::net::TcpListener;
use tonic::metadata::MetadataMap;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, Streaming};

pub(crate) const USER: &str = "me";
pub(crate) const PASSWORD: &str = "pa55word!";
pub(crate) const PAT: &str = "p+a/t==";

/// What a statement is answered with.
#[derive(Clone)]
pub(crate) enum Answer {
    /// These columns, and what comes of them.
    Rows(SchemaRef, Vec<Step>),
    /// The plan is refused.
    Refused(Status),
    /// The plan says one thing and the stream another.
    Drifted(SchemaRef, SchemaRef, Vec<Step>),
}

/// What happens in a stream.
#[derive(Clone)]
pub(crate) enum Step {
    Batch(RecordBatch),
    /// A message as it is.
    Raw(FlightData),
    Wait(Duration),
    Fail(Status),
}

/// Some rows of one column of numbers, in batches of so many.
pub(crate) fn numbers(sizes: &[i64]) -> Answer {
    let mut next = 0;
    let batches = sizes.iter().map(|size| {
        let column = Int64Array::from_iter_values(next..next + size);
        next += size;
        batch(&[("n", Arc::new(column))])
    });
    rows(batches.collect())
}

pub(crate) fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    RecordBatch::try_from_iter(columns.iter().cloned()).unwrap()
}

pub(crate) fn rows(batches: Vec<RecordBatch>) -> Answer {
    Answer::Rows(batches[0].schema(), batches.into_iter().map(Step::Batch).collect())
}

pub(crate) fn texts(columns: &[&str], values: &[&[&str]]) -> Answer {
    let column = |i: usize| {
        let values = values.iter().map(|row| row[i]);
        (columns[i], Arc::new(StringArray::from_iter_values(values)) as ArrayRef)
    };
    rows(vec![batch(&(0..columns.len()).map(column).collect::<Vec<_>>())])
}

/// A call that came.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) name: &'static str,
    pub(crate) sql: String,
    pub(crate) headers: BTreeMap<String, String>,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What the server says of a statement: `count` says how often it was asked to plan it before.
type Script = dyn Fn(&str, usize) -> Option<Answer> + Send + Sync;

/// How long the server waits for who does not read.
const PATIENCE: Duration = Duration::from_secs(50);

pub(crate) struct State {
    script: Box<Script>,
    calls: Mutex<Vec<Call>>,
    sessions: Mutex<BTreeSet<String>>,
    tokens: Mutex<BTreeSet<String>>,
    issued: Mutex<usize>,
    plans: AtomicUsize,
    runs: Mutex<BTreeMap<String, usize>>,
    patience: Mutex<Duration>,
    /// What happens after the next plan.
    after_plan: Mutex<Option<fn(&State)>>,
    /// Streams that ended before their end was sent.
    cancelled: Mutex<usize>,
    finished: Mutex<usize>,
}

impl State {
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// How often a call came with a statement that has this text.
    pub(crate) fn came(&self, name: &str, sql: &str) -> usize {
        self.calls().iter().filter(|call| call.name == name && call.sql.contains(sql)).count()
    }

    /// The most often that a ticket ran, and how many runs there were.
    pub(crate) fn runs(&self) -> (usize, usize) {
        let runs = self.runs.lock().unwrap();
        (runs.values().copied().max().unwrap_or(0), runs.values().sum())
    }

    pub(crate) fn cancelled(&self) -> usize {
        *self.cancelled.lock().unwrap()
    }

    pub(crate) fn finished(&self) -> usize {
        *self.finished.lock().unwrap()
    }

    /// Forgets all sessions.
    pub(crate) fn forget_sessions(&self) {
        self.sessions.lock().unwrap().clear();
    }

    /// Ends all tokens.
    pub(crate) fn expire_tokens(&self) {
        self.tokens.lock().unwrap().clear();
    }

    pub(crate) fn allow(&self, token: &str) {
        self.tokens.lock().unwrap().insert(token.to_owned());
    }

    /// Has sessions or tokens end once the next statement is planned.
    pub(crate) fn expire_with_next_plan(&self, ends: fn(&State)) {
        *self.after_plan.lock().unwrap() = Some(ends);
    }

    pub(crate) fn set_patience(&self, patience: Duration) {
        *self.patience.lock().unwrap() = patience;
    }

    fn note(&self, name: &'static str, sql: &str, headers: &MetadataMap) {
        let headers = headers.as_ref().iter();
        let headers = headers.map(|(name, value)| {
            (name.as_str().to_owned(), value.to_str().unwrap_or("?").to_owned())
        });
        let call = Call { name, sql: sql.to_owned(), headers: headers.collect() };
        self.calls.lock().unwrap().push(call);
    }

    /// Holds the token and the session of a call; gives what the answer sets.
    fn enter(&self, headers: &MetadataMap) -> Result<MetadataMap, Status> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let token = text("authorization").and_then(|value| value.strip_prefix("Bearer "));
        if !token.is_some_and(|token| self.tokens.lock().unwrap().contains(token)) {
            return Err(Status::unauthenticated("Unauthenticated"));
        }
        let pairs = text("cookie").unwrap_or_default().split("; ");
        let session = pairs.filter_map(|pair| pair.strip_prefix("SESSION_ID=")).next();
        let mut answer = MetadataMap::new();
        match session {
            Some(session) if self.sessions.lock().unwrap().contains(session) => {}
            Some(_) => {
                return Err(Status::unauthenticated("UserSession is not available in the cache"));
            }
            None => {
                let mut issued = self.issued.lock().unwrap();
                *issued += 1;
                let session = format!("5e55-{issued}");
                // The cookies are joined, and not apart as RFC 6265 has them.
                let cookies = format!("SESSION_ID={session};project=p{issued}");
                answer.insert("set-cookie", cookies.parse().unwrap());
                self.sessions.lock().unwrap().insert(session);
            }
        }
        Ok(answer)
    }
}

/// A server, which ends with this.
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) state: Arc<State>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::ops::Deref for Server {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

/// A server that answers each statement so.
pub(crate) async fn serve(answer: Answer) -> Server {
    serve_by(move |_, _| Some(answer.clone())).await
}

/// A server that answers by a script; what it does not know is a table that does not exist.
pub(crate) async fn serve_by(
    script: impl Fn(&str, usize) -> Option<Answer> + Send + Sync + 'static,
) -> Server {
    let state = Arc::new(State {
        script: Box::new(script),
        calls: Mutex::default(),
        sessions: Mutex::default(),
        tokens: Mutex::new(BTreeSet::from([PAT.to_owned()])),
        issued: Mutex::default(),
        plans: AtomicUsize::default(),
        runs: Mutex::default(),
        patience: Mutex::new(PATIENCE),
        after_plan: Mutex::default(),
        cancelled: Mutex::default(),
        finished: Mutex::default(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let service = FlightServiceServer::new(Dremio(Arc::clone(&state)));
    let service = service.max_encoding_message_size(usize::MAX);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let serving = tonic::transport::Server::builder().add_service(service);
    let task = tokio::spawn(async move { serving.serve_with_incoming(incoming).await.unwrap() });
    Server { address, state, task }
}

pub(crate) fn url_at(address: &str, more: &str) -> String {
    let password = PASSWORD.replace('!', "%21");
    format!("dremio+flight://{USER}:{password}@{address}?UseEncryption=false{more}")
}

pub(crate) async fn connect(server: &Server) -> lakequery::Lake {
    lakequery::connect(&url_at(&server.address, "")).await.unwrap()
}

/// The numbers of the only column.
pub(crate) async fn fetch(lake: &lakequery::Lake, sql: &str) -> Result<Vec<i64>, lakequery::Error> {
    let rows = lakequery::sql(sql).fetch_all(lake).await?;
    rows.iter().map(|row| row.get::<i64>(0)).collect()
}

struct Dremio(Arc<State>);

type Boxed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// A stream that notes whether it came to its end, and fails where nobody reads it.
struct Noted {
    stream: Boxed<FlightData>,
    state: Arc<State>,
    last: Option<Instant>,
    ended: bool,
}

impl Stream for Noted {
    type Item = Result<FlightData, Status>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        // Who does not take what is there does not ask for more.
        let patience = *self.state.patience.lock().unwrap();
        if self.last.take().is_some_and(|last| last.elapsed() > patience) {
            self.ended = true;
            *self.state.finished.lock().unwrap() += 1;
            let text = "Timeout while waiting for client to be in ready state.";
            return std::task::Poll::Ready(Some(Err(Status::internal(text))));
        }
        let polled = self.stream.poll_next_unpin(cx);
        match &polled {
            std::task::Poll::Ready(Some(Ok(_))) => self.last = Some(Instant::now()),
            std::task::Poll::Ready(_) => {
                self.ended = true;
                *self.state.finished.lock().unwrap() += 1;
            }
            std::task::Poll::Pending => {}
        }
        polled
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        if !self.ended {
            *self.state.cancelled.lock().unwrap() += 1;
        }
    }
}

fn encoded(schema: SchemaRef, steps: Vec<Step>) -> Boxed<FlightData> {
    use arrow_flight::encode::DictionaryHandling::Resend;
    let encoder = |batches: Vec<RecordBatch>| {
        let encoder = FlightDataEncoderBuilder::new()
            .with_schema(Arc::clone(&schema))
            .with_dictionary_handling(Resend)
            .with_max_flight_data_size(usize::MAX);
        let batches = stream::iter(batches.into_iter().map(Ok));
        encoder.build(batches).map(|message| message.map_err(Status::from))
    };
    let head = encoder(Vec::new());
    let rest: Vec<Boxed<FlightData>> = steps
        .into_iter()
        .map(|step| -> Boxed<FlightData> {
            match step {
                // The first message has the columns, which came before.
                Step::Batch(batch) => Box::pin(encoder(vec![batch]).skip(1)),
                Step::Raw(data) => Box::pin(stream::iter([Ok(data)])),
                Step::Fail(status) => Box::pin(stream::iter([Err(status)])),
                Step::Wait(time) => Box::pin(
                    stream::once(async move { tokio::time::sleep(time).await })
                        .filter_map(|()| async { None }),
                ),
            }
        })
        .collect();
    Box::pin(head.chain(stream::iter(rest).flatten()))
}

#[tonic::async_trait]
impl FlightService for Dremio {
    type HandshakeStream = Boxed<HandshakeResponse>;
    type ListFlightsStream = Boxed<FlightInfo>;
    type DoGetStream = Noted;
    type DoPutStream = Boxed<PutResult>;
    type DoExchangeStream = Boxed<FlightData>;
    type DoActionStream = Boxed<arrow_flight::Result>;
    type ListActionsStream = Boxed<ActionType>;

    async fn handshake(
        &self,
        request: Request<Streaming<HandshakeRequest>>,
    ) -> Result<Response<Self::HandshakeStream>, Status> {
        use base64::Engine as _;
        self.0.note("handshake", "", request.metadata());
        let engine = base64::engine::general_purpose::STANDARD;
        let [password, pat] = [PASSWORD, PAT]
            .map(|secret| format!("Basic {}", engine.encode(format!("{USER}:{secret}"))));
        let basic = request.metadata().get("authorization").and_then(|value| value.to_str().ok());
        if basic != Some(&password) && basic != Some(&pat) {
            return Err(Status::unauthenticated(format!(
                "Unable to authenticate user {USER}, {}",
                basic.unwrap_or("nobody")
            )));
        }
        let token = {
            let mut issued = self.0.issued.lock().unwrap();
            *issued += 1;
            format!("t0ken-{issued}")
        };
        self.0.allow(&token);
        let mut response = Response::new(Box::pin(stream::empty()) as Self::HandshakeStream);
        let bearer = format!("Bearer {token}").parse().unwrap();
        response.metadata_mut().insert("authorization", bearer);
        Ok(response)
    }

    async fn get_flight_info(
        &self,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let any = Any::decode(request.get_ref().cmd.clone()).unwrap();
        let Command::CommandStatementQuery(CommandStatementQuery { query, .. }) =
            Command::try_from(any).unwrap()
        else {
            return Err(Status::unimplemented("Statement not supported."));
        };
        let before = self.0.came("plan", &query);
        self.0.note("plan", &query, request.metadata());
        let metadata = self.0.enter(request.metadata())?;
        let answer = match &*query {
            "SELECT 1" => Some(numbers(&[1])),
            sql => (self.0.script)(sql, before),
        };
        let schema = match answer {
            Some(Answer::Refused(status)) => return Err(status),
            Some(Answer::Rows(schema, _) | Answer::Drifted(schema, ..)) => schema,
            None => return Err(not_found(&query)),
        };
        let plan = self.0.plans.fetch_add(1, Ordering::SeqCst);
        let handle = format!("{plan}\n{query}").into_bytes().into();
        let ticket = TicketStatementQuery { statement_handle: handle }.as_any().encode_to_vec();
        // Where rows are is not said, and how many there are is not known.
        let info = FlightInfo::new()
            .try_with_schema(&schema)
            .unwrap()
            .with_endpoint(FlightEndpoint::new().with_ticket(Ticket::new(ticket)))
            .with_total_records(-1)
            .with_total_bytes(-1);
        if let Some(ends) = self.0.after_plan.lock().unwrap().take() {
            ends(&self.0);
        }
        let mut response = Response::new(info);
        *response.metadata_mut() = metadata;
        Ok(response)
    }

    async fn do_get(
        &self,
        request: Request<Ticket>,
    ) -> Result<Response<Self::DoGetStream>, Status> {
        let any = Any::decode(request.get_ref().ticket.clone()).unwrap();
        let ticket: TicketStatementQuery = any.unpack().unwrap().unwrap();
        let handle = String::from_utf8(ticket.statement_handle.to_vec()).unwrap();
        let (_, query) = handle.split_once('\n').unwrap();
        self.0.note("run", query, request.metadata());
        let metadata = self.0.enter(request.metadata())?;
        *self.0.runs.lock().unwrap().entry(handle.clone()).or_default() += 1;
        let before = self.0.came("plan", query).saturating_sub(1);
        let (schema, steps) = match (self.0.script)(query, before) {
            Some(Answer::Rows(schema, steps) | Answer::Drifted(_, schema, steps)) => {
                (schema, steps)
            }
            Some(Answer::Refused(status)) => return Err(status),
            None => return Err(not_found(query)),
        };
        let stream = encoded(schema, steps);
        let state = Arc::clone(&self.0);
        let mut response = Response::new(Noted { stream, state, last: None, ended: false });
        *response.metadata_mut() = metadata;
        Ok(response)
    }

    async fn list_flights(
        &self,
        _: Request<Criteria>,
    ) -> Result<Response<Self::ListFlightsStream>, Status> {
        Err(Status::unimplemented("listFlights"))
    }

    async fn poll_flight_info(
        &self,
        _: Request<FlightDescriptor>,
    ) -> Result<Response<PollInfo>, Status> {
        Err(Status::unimplemented("pollFlightInfo"))
    }

    async fn get_schema(
        &self,
        _: Request<FlightDescriptor>,
    ) -> Result<Response<SchemaResult>, Status> {
        Err(Status::unimplemented("the tests have no need of it"))
    }

    async fn do_put(
        &self,
        _: Request<Streaming<FlightData>>,
    ) -> Result<Response<Self::DoPutStream>, Status> {
        Err(Status::unimplemented("Statement not supported."))
    }

    async fn do_exchange(
        &self,
        _: Request<Streaming<FlightData>>,
    ) -> Result<Response<Self::DoExchangeStream>, Status> {
        Err(Status::unimplemented("doExchange"))
    }

    async fn do_action(
        &self,
        _: Request<Action>,
    ) -> Result<Response<Self::DoActionStream>, Status> {
        Err(Status::unimplemented("doAction"))
    }

    async fn list_actions(
        &self,
        _: Request<Empty>,
    ) -> Result<Response<Self::ListActionsStream>, Status> {
        Err(Status::unimplemented("listActions"))
    }
}

/// What is said of a table that is not there, as `SqlExceptionHelper` writes it.
fn not_found(sql: &str) -> Status {
    let line = sql.lines().position(|line| line.contains("nosuch")).map_or(1, |at| at + 1);
    let column = sql.lines().nth(line - 1).and_then(|text| text.find("nosuch")).unwrap_or(0) + 1;
    Status::invalid_argument(format!(
        "Object 'nosuch' not found\nSQL Query {sql}\nstartLine {line}\nendLine {line}\n\
         startColumn {column}\nendColumn {}",
        column + 5
    ))
}
