//! The command line. Every setting of `serve` has an environment variable and a key in the settings file, too. The doc
//! comments of arguments are the texts of `--help`.

mod arguments;
mod database_arg;
mod dump;
mod oidc_args;
mod serve_args;
mod settings_file;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _};

use self::arguments::{
    AccessCommand, AuditCommand, Cli, ConfigCommand, MigrateCommand, Subcommands, TokenCommand, UserCommand,
};
use self::settings_file::{SettingsFile, command_of};
use crate::application::{Application, Program};
use crate::commands::{
    access, audit, backup, explain, export, healthcheck, load, migrate, seed, serve, token, user, verify,
};
use crate::docs;
use crate::failure::Failure;
use crate::ops::log;
use crate::ops::tls::Tls;
use crate::ops::traces::Traces;

/// The definition of an application's command line, for example for a test that compares documents with it.
pub fn command(application: &'static Application) -> Command {
    let command = Cli::command().name(application.name);
    let command = command.version(application.version).propagate_version(true);
    with_database(command, application.database)
}

/// The command whose option `--database`, and that of its subcommands, has this default.
fn with_database(command: Command, database: &'static str) -> Command {
    let command = command.mut_args(|arg| match arg.get_id() == "databases" {
        true => arg.default_value(database),
        false => arg,
    });
    command.mut_subcommands(|command| with_database(command, database))
}

/// Reads the command line of this process and runs its command.
pub fn run(application: &'static Application) -> ExitCode {
    run_from(application, std::env::args_os())
}

/// Runs the command of the given command line, whose first word is the program's name.
pub fn run_from(application: &'static Application, words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = words.into_iter().collect();
    let done = Parsed::from(application, &words).and_then(|parsed| {
        let cli = Cli::from_arg_matches(&parsed.matches).unwrap_or_else(|error| error.exit());
        dispatch(application, cli.command, &parsed)
    });
    match done {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{}: {failure}", application.name);
            failure.exit_code()
        }
    }
}

/// A command line with what the variables and the settings file add to it.
struct Parsed {
    command: Command,
    matches: ArgMatches,
    file: Option<SettingsFile>,
}

impl Parsed {
    /// Parses twice if there is a settings file: the first time finds it, the second time it has the defaults. Exits
    /// when the command line itself is wrong.
    fn from(application: &'static Application, words: &[OsString]) -> Result<Self, Failure> {
        let mut command = command(application);
        let mut matches = command.clone().get_matches_from(words);
        let file = matches.get_one::<PathBuf>("config");
        let file = file.zip(command.find_subcommand("serve"));
        let file = file.map(|(file, serve)| SettingsFile::read(file, serve)).transpose()?;
        if let Some(file) = &file {
            command = file.defaults_of(command, &matches);
            matches = command.clone().get_matches_from(words);
        }
        Ok(Parsed { command, matches, file })
    }
}

/// Parses the text of a settings file that stands at `path`.
pub(crate) fn check_settings(application: &'static Application, path: &Path, text: &str) -> Result<(), Failure> {
    let command = command(application);
    let serve = command.find_subcommand("serve");
    let serve = serve.ok_or_else(|| Failure::new("there is no command `serve`"))?;
    SettingsFile::parse(path, text, serve).map(|_| ())
}

fn dispatch(application: &'static Application, command: Subcommands, parsed: &Parsed) -> Result<ExitCode, Failure> {
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
            let traces = Traces::of_variables(application.name)?;
            log::start(args.log_format, &args.log, traces.as_ref())?;
            serve::run(application, args.config()?)
        }
        Subcommands::Config(ConfigCommand::Check(args)) => {
            log::check(&args.log)?;
            let config = args.config()?;
            config.check()?;
            Tls::of(&config.network)?;
            println!("the settings are in order");
            Ok(())
        }
        Subcommands::Config(ConfigCommand::Dump(_)) => {
            let (called, matches) = command_of(&parsed.command, &parsed.matches);
            print!("{}", dump::settings(called, matches, parsed.file.as_ref()));
            Ok(())
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
        Subcommands::Access(AccessCommand::Explain {
            user,
            model,
            record,
            database,
        }) => access::run(&database.one()?, program()?, &user, &model, record),
        Subcommands::Access(AccessCommand::Disable(args)) => access::switch(
            &args.database.one()?,
            program()?,
            (&args.model, args.operation.as_deref()),
            false,
        ),
        Subcommands::Access(AccessCommand::Enable(args)) => access::switch(
            &args.database.one()?,
            program()?,
            (&args.model, args.operation.as_deref()),
            true,
        ),
        Subcommands::Audit(AuditCommand::Prune { before, database }) => {
            audit::prune(&database.one()?, program()?, before)
        }
        Subcommands::User(UserCommand::List { database }) => user::list(&database.one()?, program()?),
        Subcommands::User(UserCommand::Archive { login, database }) => {
            user::archive(&database.one()?, program()?, &login)
        }
        Subcommands::User(UserCommand::Log { user, last, database }) => {
            user::log(&database.one()?, program()?, user.as_deref(), last)
        }
        Subcommands::Token(TokenCommand::List { user, database }) => {
            token::list(&database.one()?, program()?, user.as_deref())
        }
        Subcommands::Token(TokenCommand::Revoke { id, database }) => token::revoke(&database.one()?, program()?, &id),
        Subcommands::Seed(args) => seed::run(&args.database.one()?, program()?, args.orders),
        Subcommands::Load { file, database } => load::run(&database.one()?, program()?, &file),
        Subcommands::Export { models, file, database } => export::run(&database.one()?, program()?, &models, &file),
        Subcommands::Explain { url, user, database } => {
            explain::run(&database.one()?, program()?, &url, user.as_deref())
        }
        Subcommands::Backup { file, database } => backup::backup(application, &database.one()?, &file),
        Subcommands::Restore {
            file,
            replace,
            database,
        } => backup::restore(application, &database.one()?, &file, replace),
        Subcommands::Healthcheck {
            url,
            listen,
            admin_listen,
        } => healthcheck::run(url.as_ref(), admin_listen.unwrap_or(listen)),
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
            amend: false,
            allow_destructive,
            folder,
            ..
        } => migrate::diff(program()?, &folder, &name.unwrap_or_default(), allow_destructive),
        MigrateCommand::Diff {
            name,
            amend: true,
            allow_destructive,
            folder,
            database,
        } => migrate::amend(program()?, &folder, name.as_deref(), allow_destructive, &database.all()),
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

#[cfg(test)]
mod tests {
    use clap::Parser as _;

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
