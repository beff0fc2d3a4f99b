//! `declarest serve`

use std::io::{Write, stdout};

use super::demo;
use super::prepare::{Demo, Prepared};
use crate::api;
use crate::config::Config;
use crate::failure::Failure;
use crate::ops::shutdown;
use crate::server::Server;

/// Serves until the process is told to stop.
///
/// # Errors
/// With a sentence for the person who started it.
pub(crate) fn run(config: Config) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served: Result<(), Failure> = runtime.block_on(async {
        let stop = shutdown::signalled()?;
        let server = Server::bind(config).await?;
        // Nobody reads it where the standard output is closed: no reason not to serve.
        let _ = stdout()
            .write_all(greeting(&server).as_bytes())
            .and_then(|()| stdout().flush());
        server.run(stop).await;
        Ok(())
    });
    // Whatever still runs after the deadline is broken off.
    runtime.shutdown_background();
    served
}

fn greeting(server: &Server) -> String {
    let url = format!("http://{}", server.addr());
    let mut text = format!(
        "declarest {}\n  API         {url}{}\n",
        env!("CARGO_PKG_VERSION"),
        api::BASE
    );
    text += &format!("  Swagger UI  {url}/docs\n");
    for prepared in server.prepared() {
        text += &database(prepared);
    }
    text
}

fn database(prepared: &Prepared) -> String {
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
        Demo::Loaded(records) => text += &format!("              {records} demo records loaded\n"),
        Demo::Kept => text += "              has data already: --demo left it as it is\n",
        Demo::NotAsked if *users == 0 => {
            text += "              nobody can log in yet: make a user with `declarest user create LOGIN`, or start with \
                     --demo\n";
        }
        Demo::NotAsked => {}
    }
    if *demo_login {
        text += &format!("  demo login  {} / {}\n", demo::LOGIN, demo::PASSWORD);
    }
    text
}
