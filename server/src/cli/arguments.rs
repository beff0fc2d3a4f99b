//! The subcommands and their arguments.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::http::Uri;
use clap::{Args, Parser, Subcommand};

use super::database_arg::DatabaseArg;
use super::serve_args::ServeArgs;
use crate::config::LISTEN;

/// Declare a model; get its table, REST API, documents and typed clients.
#[derive(Debug, Parser)]
pub(super) struct Cli {
    /// A TOML file of settings. Its keys are the options of `serve` that have a variable, without the dashes, for
    /// example `max-body = 1048576`. Variables override the file, and options both.
    #[arg(long, global = true, env = "DECLAREST_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Subcommands,
}

#[derive(Debug, Subcommand)]
pub(super) enum Subcommands {
    /// Serve the API. An empty database gets its tables.
    Serve(Box<ServeArgs>),
    /// Create, list and archive users, set their passwords, and print what happened to them.
    #[command(subcommand)]
    User(UserCommand),
    /// Tell who may do what.
    #[command(subcommand)]
    Access(AccessCommand),
    /// Shorten the audit trail.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// List and revoke access tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Add generated records to try things on: orders of the existing customers and products.
    Seed(SeedArgs),
    /// Load rows with their ids, all or nothing.
    Load {
        /// A file `{model: {"fields": […], "rows": [[…]]}}`, as `export` writes it.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Write rows with their ids; passwords, tokens and secret fields are left out.
    Export {
        /// The models to export; all of them by default.
        #[arg(long, value_name = "MODEL,…", value_delimiter = ',')]
        models: Vec<String>,
        /// The file to write.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Copy an SQLite database into a new file, also while it is served.
    Backup {
        /// The file to write; it must not exist.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Put a backup in the place of an SQLite database; refused while anything uses the database.
    Restore {
        /// A file that `backup` wrote.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Replace the existing database, which is kept beside it under its name with `.before-restore` added.
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Check whether a database agrees with the models. Exit code 0: it does, or everything was repaired; 1: findings
    /// are left; 2: the check failed.
    Verify {
        /// Check only the records of these models; all of them by default.
        #[arg(long, value_name = "MODEL,…", value_delimiter = ',')]
        models: Vec<String>,
        /// Repair what can be repaired without guessing, also while the database is served; the rest is reported.
        #[arg(long)]
        repair: bool,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Print the statements of a read, each with its plan as the database estimates it and as it was. The statements are
    /// run, in a transaction that only reads.
    Explain {
        /// The read: `/restful/api/v1/sale.order?state=sale&limit=80`, also with `http://HOST` in front.
        #[arg(value_name = "URL")]
        url: String,
        /// Read as the user with this login; by default with access to everything.
        #[arg(long, value_name = "LOGIN")]
        user: Option<String>,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Ask a running server whether it is ready, its databases too; the exit code is 0 when it is, else 1.
    Healthcheck {
        /// The server's URL; by default the address of `--admin-listen`, else of `--listen`, on this machine.
        #[arg(long, value_name = "http://HOST:PORT")]
        url: Option<Uri>,
        /// The address that the server was told to listen on.
        #[arg(long, env = "DECLAREST_LISTEN", value_name = "ADDR:PORT", default_value = LISTEN)]
        listen: SocketAddr,
        /// The address of the server's metrics and health checks; if there is one, it is asked there.
        #[arg(long, env = "DECLAREST_ADMIN_LISTEN", value_name = "ADDR:PORT")]
        admin_listen: Option<SocketAddr>,
    },
    /// Check the settings of `serve`, or print them.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Write migrations from the models, apply and revert them.
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

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Say what is wrong with the settings, without a look into the databases.
    Check(Box<ServeArgs>),
    /// Print every setting with its value and where it comes from. Secrets are left out.
    Dump(Box<ServeArgs>),
}

#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Write the migration from the schema of the existing migrations to that of the models, for SQLite and PostgreSQL.
    Diff {
        /// The migration's name; the time is put in front of it. With `--amend`, by default that of the last migration.
        #[arg(required_unless_present = "amend")]
        name: Option<String>,
        /// Write the last migration anew, from the schema before it, instead of one more. Refused if the database has it.
        #[arg(long)]
        amend: bool,
        /// Write the migration even if it loses data, or with `--amend` what was changed by hand in the files of the last.
        #[arg(long)]
        allow_destructive: bool,
        /// The folder of the migrations.
        #[arg(long, value_name = "DIR", default_value = "migrations")]
        folder: PathBuf,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Apply the migrations that a database lacks.
    Up {
        /// Also apply migrations that lose existing data, or rewrite every row of a large table.
        #[arg(long)]
        allow_destructive: bool,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Revert the last migrations.
    Down {
        /// How many migrations.
        #[arg(long, value_name = "N", default_value_t = 1)]
        steps: usize,
        /// Also if that loses existing data, or rewrites every row of a large table.
        #[arg(long)]
        allow_destructive: bool,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Show which migrations a database has.
    Status {
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Fail when models and migrations differ.
    Check,
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Create a user who can log in; the password is read from the standard input.
    Create {
        /// What the user logs in with.
        login: String,
        /// The user's name; by default the login.
        #[arg(long)]
        name: Option<String>,
        /// The user may change other users and the groups, as the first user always may.
        #[arg(long)]
        administrator: bool,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Set a user's password, which is read from the standard input, and end the user's access tokens.
    SetPassword {
        /// What the user logs in with.
        login: String,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// List all users, archived ones included.
    List {
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Archive a user: who cannot log in any more, and whose access tokens end.
    Archive {
        /// What the user logs in with.
        login: String,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Print what happened: logins, failed ones too, tokens that were made and revoked, changed passwords.
    Log {
        /// Only what concerns this login.
        #[arg(long, value_name = "LOGIN")]
        user: Option<String>,
        /// How many events, the last ones.
        #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
        last: u32,
        #[command(flatten)]
        database: DatabaseArg,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// List access tokens, which are not shown themselves.
    List {
        /// Only those of this login.
        #[arg(long, value_name = "LOGIN")]
        user: Option<String>,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// End an access token at once.
    Revoke {
        /// The token's id, as `token list` shows it.
        id: String,
        #[command(flatten)]
        database: DatabaseArg,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum AccessCommand {
    /// What a user may do with a model or a record, and which rights and rules say so.
    Explain {
        /// What the user logs in with.
        #[arg(long, value_name = "LOGIN")]
        user: String,
        /// The model.
        #[arg(long)]
        model: String,
        /// The id of a record.
        #[arg(long, value_name = "ID")]
        record: Option<i64>,
        #[command(flatten)]
        database: DatabaseArg,
    },
    /// Switch a model, or one operation on it, off for everybody who uses the API; also while it is served.
    Disable(SwitchArgs),
    /// Switch it on again.
    Enable(SwitchArgs),
}

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Delete the entries that are older than a day.
    Prune {
        /// The first day whose entries stay: `2026-01-01` (UTC).
        #[arg(long, value_name = "DATE")]
        before: chrono::NaiveDate,
        #[command(flatten)]
        database: DatabaseArg,
    },
}

#[derive(Debug, Args)]
pub(super) struct SwitchArgs {
    /// The model.
    #[arg(long)]
    pub(super) model: String,
    /// `read`, `create`, `write`, `delete` or a method; without it, the whole model.
    #[arg(long)]
    pub(super) operation: Option<String>,
    #[command(flatten)]
    pub(super) database: DatabaseArg,
}

#[derive(Debug, Args)]
pub(super) struct SeedArgs {
    /// How many orders.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub(super) orders: u64,
    #[command(flatten)]
    pub(super) database: DatabaseArg,
}
