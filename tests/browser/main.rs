//! Uses Swagger UI as a person does, in a real browser against a real server.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::error::CmdError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tests::{Server, TempDir, skip};

/// The time limit of a session, longer than any machine needs.
const PATIENCE: Duration = Duration::from_secs(150);
/// The selector of an operation. It matches the end of the element's id, because Swagger UI escapes the dot of the tag.
const OPERATION: &str = r#".opblock[id$="sale_order_list"]"#;

/// What the page shows after the request: its URL, and the status and body in the box "Server response".
#[derive(Debug)]
struct Shown {
    url: String,
    status: String,
    body: String,
    /// What the page's Content-Security-Policy kept it from.
    forbidden: Value,
}

#[test]
fn a_person_reads_sale_orders_in_swagger_ui() {
    let Some(browser) = program(&["chromium", "chromium-browser", "google-chrome"]) else {
        return skip("no chromium");
    };
    let Some(driver) = program(&["chromedriver"]) else {
        return skip("no chromedriver");
    };
    let server = Server::demo();
    let profile = TempDir::new();
    let driver = Driver::start(&driver);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let shown = runtime.block_on(async {
        let client = driver.session(&browser, profile.path()).await;
        let shown = tokio::time::timeout(PATIENCE, read_orders(&client, &server)).await;
        let picture = screenshot(&client).await;
        client.close().await.expect("the browser closes");
        picture.expect("a screenshot");
        shown.expect("an end").expect("every element")
    });
    assert!(shown.url.ends_with("/restful/api/v1/sale.order?limit=2"), "{shown:?}");
    assert_eq!(shown.status, "200", "{shown:?}");
    assert_eq!(shown.forbidden, json!([]), "{shown:?}");
    assert!(shown.body.contains("Gemini Furniture"), "{shown:?}");
    let body: Value = serde_json::from_str(&shown.body).expect("JSON");
    assert_eq!(body.as_array().map(Vec::len), Some(2), "{shown:?}");
}

async fn read_orders(client: &Client, server: &Server) -> Result<Shown, CmdError> {
    client.goto(&format!("http://{}/docs/", server.addr)).await?;

    click(client, ".auth-wrapper .btn.authorize").await?;
    let token = client.wait().for_element(Locator::Id("api_key_value")).await?;
    token.send_keys(&server.token).await?;
    click(client, ".modal-ux .auth-btn-wrapper button[type=submit]").await?;
    click(client, ".modal-ux .auth-btn-wrapper .btn-done").await?;

    click(client, r#".opblock-tag[data-tag="sale.order"]"#).await?;
    click(client, &format!("{OPERATION} .opblock-summary-control")).await?;
    let limit = format!(r#"{OPERATION} tr[data-param-name="limit"] input"#);
    let limit = client.wait().for_element(Locator::Css(&limit)).await?;
    limit.clear().await?;
    limit.send_keys("2").await?;
    click(client, &format!("{OPERATION} .btn.execute")).await?;

    let reports = "const done = arguments[0]; setTimeout(() => done([]), 2000); \
                   new ReportingObserver(all => done(all.map(one => one.body)), \
                   {types: ['csp-violation'], buffered: true}).observe()";
    Ok(Shown {
        forbidden: client.execute_async(reports, Vec::new()).await?,
        url: text(client, ".request-url pre").await?,
        status: text(client, ".live-responses-table tbody .response-col_status").await?,
        body: text(client, ".live-responses-table tbody .highlight-code code").await?,
    })
}

async fn click(client: &Client, css: &str) -> Result<(), CmdError> {
    client.wait().for_element(Locator::Css(css)).await?.click().await
}

/// The text of an element inside the operation.
async fn text(client: &Client, css: &str) -> Result<String, CmdError> {
    let css = format!("{OPERATION} {css}");
    let element = client.wait().for_element(Locator::Css(&css)).await?;
    Ok(element.text().await?.trim().to_owned())
}

/// Saves a screenshot of the whole page as `swagger-ui.png` in the target directory.
async fn screenshot(client: &Client) -> Result<(), CmdError> {
    let height = client.execute("return document.body.scrollHeight", Vec::new()).await?;
    let height = height.as_u64().and_then(|height| u32::try_from(height).ok());
    let height = height.unwrap_or_default().clamp(900, 12_000);
    client.set_window_size(1400, height).await?;
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("swagger-ui.png");
    std::fs::write(&file, client.screenshot().await?).expect("a file for the screenshot");
    eprintln!("{}", file.display());
    Ok(())
}

/// The first of these programs that is installed.
fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut files = names.iter().flat_map(|name| dirs.iter().map(move |dir| dir.join(name)));
    files.find(|file| file.is_file())
}

/// A running chromedriver.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start(program: &Path) -> Self {
        let process = Command::new(program)
            .arg("--port=0") // chromedriver takes a free port and prints it
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver starts");
        let mut driver = Driver { process, port: 0 };
        let mut said = String::new();
        let stdout = driver.process.stdout.as_mut().expect("its output");
        for line in BufReader::new(stdout).lines() {
            let line = line.expect("a line of chromedriver");
            said = said + &line + "\n";
            let port = line.split_once("successfully on port ");
            if let Some(port) = port.and_then(|(_, port)| port.trim_end_matches('.').parse().ok()) {
                driver.port = port;
                return driver;
            }
        }
        panic!("chromedriver names no port: {said}");
    }

    /// A new browser with a profile of its own.
    async fn session(&self, browser: &Path, profile: &Path) -> Client {
        let mut arguments: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1400,900",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let mut capabilities = Capabilities::new();
        capabilities.insert("browserName".to_owned(), json!("chrome"));
        let options = json!({"binary": browser, "args": arguments});
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let session = builder.capabilities(capabilities);
        let session = session.connect(&format!("http://127.0.0.1:{}", self.port)).await;
        session.unwrap_or_else(|error| panic!("no session: {error:?}"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill(); // fails if it has ended already
        let _ = self.process.wait(); // collects the ended process
    }
}
