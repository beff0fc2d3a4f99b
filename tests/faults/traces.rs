//! Traces for OpenTelemetry, with the program in a process of its own and a collector in the test.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use rustix::process::Signal;
use tests::{Body, Database, TempDir, request};

use super::program::{Running, program};

/// A collector, which keeps what it gets.
struct Collector {
    addr: SocketAddr,
    got: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (addr, got) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let kept = got.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                kept.lock().unwrap().push(take(stream.unwrap()));
            }
        });
        Collector { addr, got }
    }

    fn endpoint(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// All spans.
    fn spans(&self) -> Vec<Span> {
        let got = self.got.lock().unwrap();
        let scopes = got
            .iter()
            .flat_map(|sent| &sent.resource_spans)
            .flat_map(|spans| &spans.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }

    /// The name of the service in everything that was sent.
    fn services(&self) -> Vec<String> {
        let got = self.got.lock().unwrap();
        let resources = got.iter().flat_map(|sent| &sent.resource_spans);
        resources
            .map(|spans| text(&spans.resource.as_ref().unwrap().attributes, "service.name"))
            .collect()
    }
}

/// Reads one request, answers it and closes the connection.
fn take(stream: TcpStream) -> ExportTraceServiceRequest {
    let mut stream = BufReader::new(stream);
    let (mut length, mut head) = (0, String::new());
    while !head.ends_with("\r\n\r\n") {
        let begun = head.len();
        assert_ne!(stream.read_line(&mut head).unwrap(), 0);
        let line = head[begun..].to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    assert!(
        head.to_lowercase().contains("content-type: application/x-protobuf\r\n"),
        "{head}"
    );
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    stream
        .get_mut()
        .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
    ExportTraceServiceRequest::decode(&*body).unwrap()
}

/// An attribute as text; empty if it is missing.
fn text(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|found| found.value.clone()) {
        Some(AnyValue {
            value: Some(Value::StringValue(text)),
        }) => text,
        Some(AnyValue {
            value: Some(Value::IntValue(number)),
        }) => number.to_string(),
        _ => String::new(),
    }
}

/// Starts the program with these variables, and none of the machine's about traces.
fn start(database: &Database, variables: &[(&str, &str)], log: Option<&File>) -> Running {
    Running::start_as(&database.url(), |command| {
        command.envs(variables.iter().copied()).args(["--log", "info"]);
        if let Some(log) = log {
            command.stderr(log.try_clone().unwrap());
        }
    })
}

#[test]
fn a_request_has_a_span_with_those_of_its_transactions() {
    let (collector, database, folder) = (Collector::start(), Database::empty(), TempDir::new());
    let path = folder.path().join("log");
    let log = File::create(&path).unwrap();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.endpoint()),
        ("OTEL_SERVICE_NAME", "shop"),
    ];
    let mut running = start(&database, &variables, Some(&log));
    let send = |method: &str, path: &str, body: Body<'_>, more: &[(&str, &str)]| {
        let headers = [&[("access-token", running.token.as_str())], more].concat();
        request(running.addr, method, path, &headers, body).unwrap().status
    };
    let trace = ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let read = "/restful/api/v1/res.partner?fields=name&name=s3cret";
    assert_eq!(send("GET", read, Body::None, &[trace, ("x-request-id", "mine")]), 200);
    assert_eq!(
        send(
            "POST",
            "/restful/api/v1/res.partner",
            Body::Json(b"{\"name\": \"s3cret\"}"),
            &[]
        ),
        200
    );
    assert_eq!(send("GET", "/s3cret/path", Body::None, &[]), 404);
    assert_eq!(send("S3CRET", "/livez", Body::None, &[]), 405);
    assert_eq!(send("GET", "/livez", Body::None, &[("traceparent", "s3cret")]), 200);
    running.signal(Signal::TERM);
    assert_eq!(running.code(), Some(0));

    let spans = collector.spans();
    let shown = format!("{spans:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("S3CRET"), "{shown}");
    assert!(
        !shown.contains("admin@123") && !shown.contains("access_token_"),
        "{shown}"
    );
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    for name in [
        "GET",
        "_OTHER /livez",
        "GET /livez",
        "POST /restful/api/v1/{model}",
        "GET /rest/api/login/token",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let read = named("GET /restful/api/v1/{model}");
    let attribute = |span: &Span, key: &str| text(&span.attributes, key);
    assert_eq!(hex(&read.trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(hex(&read.parent_span_id), "00f067aa0ba902b7");
    assert_eq!(read.kind, 2, "a server");
    for (key, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/restful/api/v1/{model}"),
        ("http.response.status_code", "200"),
        ("request.id", "mine"),
    ] {
        assert_eq!(attribute(read, key), value, "{key}");
    }
    assert_eq!(attribute(named("GET"), "http.response.status_code"), "404");
    let children = |parent: &Span| -> Vec<String> {
        let own = spans
            .iter()
            .filter(|span| span.parent_span_id == parent.span_id && span.trace_id == parent.trace_id);
        own.map(|span| span.name.clone()).collect()
    };
    assert_eq!(children(read), ["database read"]);
    assert!(children(named("POST /restful/api/v1/{model}")).contains(&"database write".to_owned()));
    assert_eq!(children(named("GET /livez")), [""; 0]);
    assert_eq!(named("GET /livez").parent_span_id, [0; 0]);
    assert!(
        collector.services().iter().all(|name| name == "shop"),
        "{:?}",
        collector.services()
    );

    // The log is what it is without traces.
    let log = std::fs::read_to_string(&path).unwrap();
    let line = log
        .lines()
        .find(|line| line.contains("id=\"mine\"") || line.contains("id=mine"))
        .expect(&log);
    assert!(
        line.contains("declarest::request: method=GET") || line.contains("declarest::request: "),
        "{line}"
    );
    assert!(!line.contains("request{") && !log.contains("otel."), "{log}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn without_the_variables_or_when_they_say_so_there_are_no_spans() {
    let collector = Collector::start();
    let endpoint = collector.endpoint();
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str());
    for variables in [
        &[][..],
        &[endpoint, ("OTEL_SDK_DISABLED", "true")],
        &[endpoint, ("OTEL_TRACES_EXPORTER", "none")],
        &[endpoint, ("OTEL_TRACES_SAMPLER", "always_off")],
    ] {
        let database = Database::empty();
        let mut running = start(&database, variables, None);
        running.get("res.partner?limit=1");
        running.signal(Signal::TERM);
        assert_eq!(running.code(), Some(0));
        assert_eq!(collector.spans().len(), 0, "{variables:?}");
    }
}

#[test]
fn a_collector_that_is_away_or_silent_holds_up_no_request() {
    let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap(); // takes connections, and answers nothing
    for addr in [away, silent.local_addr().unwrap()] {
        let (database, folder) = (Database::empty(), TempDir::new());
        let path = folder.path().join("log");
        let log = File::create(&path).unwrap();
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*format!("http://{addr}")),
            ("OTEL_BSP_SCHEDULE_DELAY", "10"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "16"),
        ];
        let mut running = start(&database, &variables, Some(&log));
        for _ in 0..200 {
            running.get("res.partner?limit=1&fields=name");
        }
        running.signal(Signal::TERM);
        assert_eq!(running.code(), Some(0));
        let log = std::fs::read_to_string(&path).unwrap();
        assert_eq!(log.matches("spans cannot be sent to the collector").count(), 1, "{log}");
    }
}

#[test]
fn another_protocol_is_refused() {
    let database = Database::empty();
    // In a process of its own: the variables of this one are those of all tests.
    let mut command = std::process::Command::new(program());
    command.args(["serve", "--listen", "127.0.0.1:0", "--database", &database.url()]);
    command.envs([
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ]);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(1) && text.contains("OTEL_EXPORTER_OTLP_PROTOCOL=grpc"),
        "{text}"
    );
}
