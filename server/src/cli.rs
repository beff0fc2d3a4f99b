//! The command line. Every setting of `serve` has its environment variable.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand};

use crate::commands::{export, load, migration, seed, serve, user};
use crate::config::{Config, DATABASE, DatabaseConfig, LISTEN, LimitsConfig, LoginConfig};
use crate::docs;
use crate::failure::Failure;
use crate::ops::log::{self, LogFormat};
use crate::server::registry;

/// Declare a model; get its table, REST API, documents and typed clients.
#[derive(Debug, Parser)]
#[command(name = "declarest", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// Serve the API, after bringing the databases up to date.
    Serve(Box<ServeArgs>),
    /// Users and their passwords.
    #[command(subcommand)]
    User(UserCommand),
    /// Add generated orders over the customers and products that are there.
    Seed(SeedArgs),
    /// Load rows with their ids, all or nothing.
    Load {
        /// `{model: {"fields": […], "rows": [[…]]}}`, as `export` writes it.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Write rows with their ids; passwords, tokens and secret fields are left out.
    Export {
        /// Which models; all of them unless named.
        #[arg(long, value_name = "MODEL,…", value_delimiter = ',')]
        models: Vec<String>,
        /// Where to.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Write the migration of models that are new in the catalogue, for both databases.
    Migration {
        /// What it is called; the time is put in front.
        name: String,
        /// The new models; all of them, and the runtime's own tables, when none is named.
        #[arg(long, value_name = "MODEL,…", value_delimiter = ',')]
        models: Vec<String>,
        /// Where the migrations are.
        #[arg(long, value_name = "DIR", default_value = "migrations")]
        folder: PathBuf,
    },
    /// Print the OpenAPI document.
    Openapi {
        /// Compare with this file instead, and fail when it differs.
        #[arg(long, value_name = "FILE")]
        check: Option<PathBuf>,
        /// Write the document and the table of operations into this directory instead.
        #[arg(long, value_name = "DIR", conflicts_with = "check")]
        write: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Address and port to listen on.
    #[arg(long, env = "DECLAREST_LISTEN", value_name = "ADDR:PORT", default_value = LISTEN)]
    listen: SocketAddr,
    /// A database: `sqlite://PATH` or `postgres://…`, with a name of its own before it where the file's or database's
    /// name does not do. May be given several times.
    #[arg(long = "database", env = "DECLAREST_DATABASE", hide_env_values = true, value_name = "[NAME=]URL", default_value = DATABASE)]
    databases: Vec<DatabaseConfig>,
    /// Fill an empty database with the demo data.
    #[arg(long, env = "DECLAREST_DEMO", value_parser = BoolishValueParser::new())]
    demo: bool,
    /// Most bytes of a request's body.
    #[arg(long, env = "DECLAREST_MAX_BODY", value_name = "BYTES", default_value_t = LimitsConfig::MAX_BODY)]
    max_body: usize,
    /// Most rows of a list.
    #[arg(long, env = "DECLAREST_MAX_LIMIT", value_name = "ROWS", default_value_t = LimitsConfig::MAX_LIMIT)]
    max_limit: usize,
    /// Most relations inside each other, in `fields` and in bodies.
    #[arg(long, env = "DECLAREST_MAX_DEPTH", value_name = "LEVELS", default_value_t = LimitsConfig::MAX_DEPTH)]
    max_depth: usize,
    /// Hours after which an unused access token ends.
    #[arg(long, env = "DECLAREST_TOKEN_IDLE_HOURS", value_name = "HOURS", default_value_t = LoginConfig::IDLE_HOURS)]
    token_idle_hours: u32,
    /// Days after which an access token ends, used or not.
    #[arg(long, env = "DECLAREST_TOKEN_MAX_DAYS", value_name = "DAYS", default_value_t = LoginConfig::MAX_DAYS)]
    token_max_days: u32,
    /// Refuse logins by GET, whose URL holds the password.
    #[arg(long, env = "DECLAREST_NO_LOGIN_GET", value_parser = BoolishValueParser::new())]
    no_login_get: bool,
    /// Form of the log lines.
    #[arg(long, env = "DECLAREST_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
    /// What is logged: a level, or levels by module; `warn` leaves the line of each request out.
    #[arg(long, env = "DECLAREST_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Make a user who can log in; the password is read from the standard input.
    Create {
        /// What the user logs in with.
        login: String,
        /// What the user is called; the login unless given.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Set a user's password, which is read from the standard input.
    SetPassword {
        /// What the user logs in with.
        login: String,
        #[command(flatten)]
        database: DatabaseArg,
    },
}

#[derive(Debug, Args)]
struct SeedArgs {
    /// How many orders.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    orders: u64,
    #[command(flatten)]
    database: DatabaseArg,
}

#[derive(Debug, Args)]
struct DatabaseArg {
    /// The database: `sqlite://PATH` or `postgres://…`.
    #[arg(long, env = "DECLAREST_DATABASE", hide_env_values = true, value_name = "[NAME=]URL", default_value = DATABASE)]
    database: DatabaseConfig,
}

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    run_from(std::env::args_os())
}

/// Does what these words of a command line say; the first is the program's name.
pub fn run_from(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    match dispatch(Cli::parse_from(words).command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("declarest: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Subcommands) -> Result<(), Failure> {
    match command {
        Subcommands::Serve(args) => {
            log::start(args.log_format, &args.log)?;
            serve::run(args.config())
        }
        Subcommands::User(UserCommand::Create { login, name, database }) => user::create(
            &database.database,
            registry()?,
            &login,
            name.as_deref().unwrap_or(&login),
        ),
        Subcommands::User(UserCommand::SetPassword { login, database }) => {
            user::set_password(&database.database, registry()?, &login)
        }
        Subcommands::Seed(args) => seed::run(&args.database.database, registry()?, args.orders),
        Subcommands::Load { file, database } => load::run(&database.database, registry()?, &file),
        Subcommands::Export { models, file, database } => export::run(&database.database, registry()?, &models, &file),
        Subcommands::Migration { name, models, folder } => migration::write(registry()?, &folder, &name, &models),
        Subcommands::Openapi { write: Some(dir), .. } => docs::write(registry()?, &dir),
        Subcommands::Openapi { check, write: None } => docs::command(registry()?, check.as_deref()),
    }
}

impl ServeArgs {
    fn config(self) -> Config {
        Config {
            listen: self.listen,
            databases: self.databases,
            demo: self.demo,
            limits: LimitsConfig {
                max_body: self.max_body,
                max_limit: self.max_limit,
                max_depth: self.max_depth,
            },
            login: LoginConfig::new(self.token_idle_hours, self.token_max_days, !self.no_login_get),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_passwords_of_databases_are_not_repeated() {
        for words in [&["serve"][..], &["seed", "--orders", "1"]] {
            let words = ["declarest"]
                .iter()
                .chain(words)
                .chain(&["--database", "postgres://u:s3cret@h/x?pool_size=0"]);
            let refused = Cli::try_parse_from(words).unwrap_err().to_string();
            assert!(
                refused.contains("`pool_size`") && !refused.contains("s3cret"),
                "{refused}"
            );
        }
        let mut commands = vec![Cli::command()];
        let mut named = 0;
        while let Some(command) = commands.pop() {
            let database = |arg: &&clap::Arg| arg.get_env() == Some("DECLAREST_DATABASE".as_ref());
            for arg in command.get_arguments().filter(database) {
                assert!(
                    arg.is_hide_env_values_set(),
                    "the help of {} shows it",
                    command.get_name()
                );
                named += 1;
            }
            commands.extend(command.get_subcommands().cloned());
        }
        assert!(named > 3);
    }
}
