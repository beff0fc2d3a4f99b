//! `declarest serve`: runs the server.

use std::io::{Write, stdout};

use super::prepare::{DemoOutcome, Prepared};
use crate::api;
use crate::application::Application;
use crate::config::Config;
use crate::failure::Failure;
use crate::ops::shutdown;
use crate::ops::tls::reload_on_hangup;
use crate::service::Server;

/// Serves until the process gets SIGTERM or SIGINT.
///
/// # Errors
/// When the server cannot start.
pub(crate) fn run(application: &'static Application, config: Config) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served: Result<(), Failure> = runtime.block_on(async {
        let stop = shutdown::signalled()?;
        let server = Server::bind(application, config).await?;
        reload_on_hangup(server.tls().cloned())?;
        // An error is ignored: the server also runs if its standard output is closed.
        let _ = stdout()
            .write_all(greeting(&server).as_bytes())
            .and_then(|()| stdout().flush());
        server.run(stop).await;
        Ok(())
    });
    // Requests that are still running after the deadline are aborted.
    runtime.shutdown_background();
    served
}

fn greeting(server: &Server) -> String {
    let application = server.application();
    let scheme = if server.tls().is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", server.addr());
    let mut text = format!(
        "{} {}\n  API         {url}{}\n",
        application.name,
        application.version,
        api::BASE
    );
    text += &format!("  Swagger UI  {url}/docs\n");
    if let Ok(Some(admin)) = server.admin_addr() {
        text += &format!("  metrics     http://{admin}/metrics\n");
    }
    for prepared in server.prepared() {
        text += &database(application, prepared);
    }
    text
}

fn database(application: &Application, prepared: &Prepared) -> String {
    let Prepared {
        database,
        applied,
        demo,
        users,
        demo_login,
    } = prepared;
    let mut text = format!("  database    {database}\n");
    if *applied > 0 {
        text += &format!("              {applied} migrations applied\n");
    }
    match demo {
        DemoOutcome::Loaded(records) => text += &format!("              {records} demo records loaded\n"),
        DemoOutcome::Kept => text += "              has data already: --demo left it as it is\n",
        DemoOutcome::NotAsked if *users == 0 => {
            let or = application.demo.map_or("", |_| ", or start with --demo");
            let name = application.name;
            text += &format!("              nobody can log in yet: make a user with `{name} user create LOGIN`{or}\n");
        }
        DemoOutcome::NotAsked => {}
    }
    if let Some(demo) = application.demo.filter(|_| *demo_login) {
        text += &format!("  demo login  {} / {}\n", demo.login, demo.password);
    }
    text
}
