//! The command line. Every setting of `serve` has its environment variable.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use axum::http::Uri;
use clap::builder::BoolishValueParser;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::application::{Application, Program};
use crate::commands::{backup, export, healthcheck, load, migrate, seed, serve, user, verify};
use crate::config::{Config, DATABASE, DatabaseConfig, DatabaseFile, LISTEN, LimitsConfig, LoginConfig};
use crate::docs;
use crate::failure::Failure;
use crate::ops::log::{self, LogFormat};

/// Declare a model; get its table, REST API, documents and typed clients.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// Serve the API. An empty database gets its tables.
    Serve(Box<ServeArgs>),
    /// Users and their passwords.
    #[command(subcommand)]
    User(UserCommand),
    /// Add generated records to try things on: orders over the customers and products that are there.
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
    /// Copy an SQLite database into a new file, also while it is served.
    Backup {
        /// Where to.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Put a backup in place of an SQLite database, which nobody uses meanwhile.
    Restore {
        /// What `backup` wrote.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Replace the database that is there; it is kept as FILE.before-restore beside it.
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Say what in a database is not as the models say: the exit code is 0 where nothing is, 1 where something is, else 2.
    Verify {
        /// Only the records of these models; of all of them unless named.
        #[arg(long, value_name = "MODEL,…", value_delimiter = ',')]
        models: Vec<String>,
        /// Mend what can be mended without guessing, also while the database is served; what is left is told.
        #[arg(long)]
        repair: bool,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Ask a running server whether it is ready, its databases too; the exit code is 0 when it is, else 1.
    Healthcheck {
        /// Where it is; here, on the port of `--listen`, unless given.
        #[arg(long, value_name = "http://HOST:PORT")]
        url: Option<Uri>,
        /// What it was told to listen on.
        #[arg(long, env = "DECLAREST_LISTEN", value_name = "ADDR:PORT", default_value = LISTEN)]
        listen: SocketAddr,
    },
    /// Migrations: written from the models, applied, taken back.
    #[command(subcommand)]
    Migrate(MigrateCommand),
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
    #[command(flatten)]
    database: DatabaseArg,
    /// Fill an empty database with the demo data.
    #[arg(long, env = "DECLAREST_DEMO", value_parser = BoolishValueParser::new())]
    demo: bool,
    /// Bring databases that are behind up to date first, instead of refusing them.
    #[arg(long, env = "DECLAREST_MIGRATE", value_parser = BoolishValueParser::new())]
    migrate: bool,
    /// Most bytes of a request's body.
    #[arg(long, env = "DECLAREST_MAX_BODY", value_name = "BYTES", default_value_t = LimitsConfig::MAX_BODY)]
    max_body: usize,
    /// Most bytes of an answer.
    #[arg(long, env = "DECLAREST_MAX_ANSWER", value_name = "BYTES", default_value_t = LimitsConfig::MAX_ANSWER)]
    max_answer: usize,
    /// Most rows of a list, and ids of a call.
    #[arg(long, env = "DECLAREST_MAX_LIMIT", value_name = "ROWS", default_value_t = LimitsConfig::MAX_LIMIT)]
    max_limit: usize,
    /// Most relations inside each other, in `fields` and in bodies.
    #[arg(long, env = "DECLAREST_MAX_DEPTH", value_name = "LEVELS", default_value_t = LimitsConfig::MAX_DEPTH)]
    max_depth: usize,
    /// Most connections of clients at a time.
    #[arg(long, env = "DECLAREST_MAX_CONNECTIONS", value_name = "NUMBER", default_value_t = LimitsConfig::MAX_CONNECTIONS)]
    max_connections: usize,
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
enum MigrateCommand {
    /// Write the migration from what the migrations give to what the models ask for, for both databases.
    Diff {
        /// What it is called; the time is put in front.
        name: String,
        /// Write it although it loses data.
        #[arg(long)]
        allow_destructive: bool,
        /// Where the migrations are.
        #[arg(long, value_name = "DIR", default_value = "migrations")]
        folder: PathBuf,
    },
    /// Apply the migrations that a database has not.
    Up {
        /// Also those that lose data that are there, or write every row of a large table anew.
        #[arg(long)]
        allow_destructive: bool,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Take the last migrations back.
    Down {
        /// How many.
        #[arg(long, value_name = "N", default_value_t = 1)]
        steps: usize,
        /// Also where that loses data.
        #[arg(long)]
        allow_destructive: bool,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Say which migrations a database has.
    Status {
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Fail when models and migrations differ.
    Check,
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
        /// May change other users and the groups, as the first user may.
        #[arg(long)]
        administrator: bool,
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
    /// The database: `sqlite://PATH` or `postgres://…`, with a name of its own before it where the file's or database's
    /// name does not do. `serve` takes several.
    #[arg(long = "database", env = "DECLAREST_DATABASE", hide_env_values = true, value_name = "[NAME=]URL", default_value = DATABASE)]
    databases: Vec<DatabaseConfig>,
    /// A file that holds what `--database` would say, one on each line, so that a password in it is not on the command line.
    #[arg(
        long,
        env = "DECLAREST_DATABASE_FILE",
        value_name = "FILE",
        conflicts_with = "databases"
    )]
    database_file: Option<DatabaseFile>,
}

impl DatabaseArg {
    fn all(self) -> Vec<DatabaseConfig> {
        self.database_file
            .map_or(self.databases, |DatabaseFile(databases)| databases)
    }

    /// The database of a command that works on one.
    fn one(self) -> Result<DatabaseConfig, Failure> {
        let mut all = self.all();
        match (all.pop(), all.len()) {
            (Some(database), 0) => Ok(database),
            (_, others) => Err(Failure::new(format!(
                "{} databases are given, and this command works on one",
                others + 1
            ))),
        }
    }
}

/// The command line of an application, for whoever holds documents against it.
pub fn command(application: &'static Application) -> clap::Command {
    let command = Cli::command().name(application.name);
    command.version(application.version).propagate_version(true)
}

/// Reads the command line and does what it says.
pub fn run(application: &'static Application) -> ExitCode {
    run_from(application, std::env::args_os())
}

/// Does what these words of a command line say; the first is the program's name.
pub fn run_from(application: &'static Application, words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = command(application).get_matches_from(words);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match dispatch(application, cli.command) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{}: {failure}", application.name);
            failure.exit_code()
        }
    }
}

fn dispatch(application: &'static Application, command: Subcommands) -> Result<ExitCode, Failure> {
    let program = || Program::of(application);
    let done = match command {
        Subcommands::Verify {
            models,
            repair,
            database,
        } => {
            let verified = database
                .one()
                .and_then(|database| verify::run(&database, program()?, &models, repair));
            return verified.map_err(|failure| failure.exiting(verify::FAILED));
        }
        Subcommands::Serve(args) => {
            log::start(args.log_format, &args.log)?;
            serve::run(application, args.config())
        }
        Subcommands::User(UserCommand::Create {
            login,
            name,
            administrator,
            database,
        }) => {
            let name = name.as_deref().unwrap_or(&login);
            user::create(&database.one()?, program()?, &login, name, administrator)
        }
        Subcommands::User(UserCommand::SetPassword { login, database }) => {
            user::set_password(&database.one()?, program()?, &login)
        }
        Subcommands::Seed(args) => seed::run(&args.database.one()?, program()?, args.orders),
        Subcommands::Load { file, database } => load::run(&database.one()?, program()?, &file),
        Subcommands::Export { models, file, database } => export::run(&database.one()?, program()?, &models, &file),
        Subcommands::Backup { file, database } => backup::backup(application, &database.one()?, &file),
        Subcommands::Restore {
            file,
            replace,
            database,
        } => backup::restore(application, &database.one()?, &file, replace),
        Subcommands::Healthcheck { url, listen } => healthcheck::run(url.as_ref(), listen),
        Subcommands::Migrate(command) => run_migrate(application, command),
        Subcommands::Openapi { write: Some(dir), .. } => docs::write(program()?, &dir),
        Subcommands::Openapi { check, write: None } => docs::command(program()?, check.as_deref()),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn run_migrate(application: &'static Application, command: MigrateCommand) -> Result<(), Failure> {
    let program = || Program::of(application);
    match command {
        MigrateCommand::Diff {
            name,
            allow_destructive,
            folder,
        } => migrate::diff(program()?, &folder, &name, allow_destructive),
        MigrateCommand::Up {
            allow_destructive,
            database,
        } => migrate::up(&database.one()?, program()?, allow_destructive),
        MigrateCommand::Down {
            steps,
            allow_destructive,
            database,
        } => migrate::down(&database.one()?, application, steps, allow_destructive),
        MigrateCommand::Status { database } => migrate::status(&database.one()?, application),
        MigrateCommand::Check => migrate::check(program()?),
    }
}

impl ServeArgs {
    fn config(self) -> Config {
        Config {
            listen: self.listen,
            databases: self.database.all(),
            demo: self.demo,
            migrate: self.migrate,
            limits: LimitsConfig {
                max_body: self.max_body,
                max_answer: self.max_answer,
                max_limit: self.max_limit,
                max_depth: self.max_depth,
                max_connections: self.max_connections,
            },
            login: LoginConfig::new(self.token_idle_hours, self.token_max_days, !self.no_login_get),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::program;

    #[test]
    fn the_command_line_is_sound() {
        command(program().application).debug_assert();
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
        let mut commands = vec![command(program().application)];
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
