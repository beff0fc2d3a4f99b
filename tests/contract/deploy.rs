//! The files in `deploy/`, `docs/` and the book name only settings and commands that the program has, and agree with the
//! toolchain and with each other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use yaml_rust2::{Yaml, YamlLoader};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn text(file: &str) -> String {
    let path = root().join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files in `deploy/` and `docs/` and the pages of the book, each with its text.
fn files() -> Vec<(PathBuf, String)> {
    let folders = ["deploy", "docs", "book/src"].map(|folder| std::fs::read_dir(root().join(folder)).unwrap());
    let entries = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file());
    files
        .map(|path| (path.clone(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

/// The environment variables of a command and its subcommands.
fn variables(command: &clap::Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter_map(|argument| argument.get_env());
    let own = own.map(|name| name.to_string_lossy().into_owned());
    own.chain(command.get_subcommands().flat_map(variables)).collect()
}

#[test]
fn every_variable_that_is_named_is_a_setting() {
    let settings = variables(&server::cli::command(tests::declarest()));
    let mut named = BTreeSet::new();
    for (path, text) in files() {
        let words = text.split(|letter: char| !(letter.is_ascii_uppercase() || letter == '_'));
        let of_tests = ["DECLAREST_BLESS", "DECLAREST_TESTS_REQUIRE", "DECLAREST_TESTS_WITHOUT"];
        let ours = |word: &&str| !of_tests.contains(word);
        let words = words.filter(|word| word.starts_with("DECLAREST_") && !word.ends_with('_'));
        for word in words.filter(ours) {
            assert!(settings.contains(word), "{}: there is no {word}", path.display());
            named.insert(word.to_owned());
        }
    }
    assert!(named.len() > 5, "{named:?}");
}

/// The words after each mention of the program in a line.
fn command_lines(line: &str) -> Vec<Vec<&str>> {
    let apart = |letter: char| letter.is_whitespace() || "`;()".contains(letter);
    let words: Vec<&str> = line.split(apart).collect();
    let program = |place: &usize| words[*place] == "declarest" || words[*place].ends_with("bin/declarest");
    let places = (0..words.len()).filter(program);
    places.map(|place| words[place + 1..].to_vec()).collect()
}

#[test]
fn every_command_that_is_named_is_one() {
    let mut program = server::cli::command(tests::declarest());
    program.build(); // gives each command the options of all commands
    let mut named = BTreeSet::new();
    for (path, text) in files() {
        for line in text.lines() {
            for words in command_lines(line) {
                let mut command = &program;
                for word in words {
                    let lower = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
                    let flag = word.strip_prefix("--").and_then(|flag| flag.split('=').next());
                    if let Some(found) = command.find_subcommand(word) {
                        command = found;
                        named.insert(command.get_name().to_owned());
                    } else if flag.is_some_and(|flag| flag != "help") {
                        let known = command.get_arguments().any(|argument| argument.get_long() == flag);
                        assert!(known, "{}: {word} in {line}", path.display());
                    } else if command.has_subcommands() {
                        // `declarest` may also be the name of a user or a database.
                        assert!(!lower || word == "declarest", "{}: {word} in {line}", path.display());
                        break;
                    }
                }
            }
        }
    }
    for used in ["serve", "backup", "restore", "healthcheck", "up", "status"] {
        assert!(named.contains(used), "{used} in {named:?}");
    }
}

fn strings(list: &Yaml) -> Vec<&str> {
    let list = list.as_vec().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|item| item.as_str().expect("a text")).collect()
}

#[test]
fn the_compose_file_fits_itself_and_the_program() {
    let compose = YamlLoader::load_from_str(&text("deploy/compose.yaml"))
        .unwrap()
        .remove(0);
    let services = compose["services"].as_hash().unwrap();
    assert_eq!(services.len(), 2);
    for (name, service) in services {
        for secret in strings(&service["secrets"]) {
            let file = compose["secrets"][secret]["file"].as_str();
            assert!(
                file.is_some_and(|file| file.starts_with("./secrets/")),
                "{name:?}: {secret}"
            );
        }
        assert!(
            strings(&service["security_opt"]).contains(&"no-new-privileges:true"),
            "{name:?}"
        );
        assert_eq!(service["restart"].as_str(), Some("unless-stopped"), "{name:?}");
        assert_eq!(strings(&service["healthcheck"]["test"])[0], "CMD", "{name:?}");
    }
    let declarest = &compose["services"]["declarest"];
    assert_eq!(
        declarest["depends_on"]["postgres"]["condition"].as_str(),
        Some("service_healthy")
    );
    assert_eq!(
        strings(&declarest["healthcheck"]["test"]),
        ["CMD", "declarest", "healthcheck"]
    );
    assert_eq!(declarest["read_only"].as_bool(), Some(true));
    assert_eq!(strings(&declarest["cap_drop"]), ["ALL"]);
    let build = &declarest["build"];
    assert_eq!(build["context"].as_str(), Some(".."));
    assert!(root().join(build["dockerfile"].as_str().unwrap()).is_file());
    let environment = &declarest["environment"];
    let secret = strings(&declarest["secrets"])[0];
    let given = environment["DECLAREST_DATABASE_FILE"].as_str();
    assert_eq!(given, Some(format!("/run/secrets/{secret}").as_str()));
    let port = environment["DECLAREST_LISTEN"]
        .as_str()
        .unwrap()
        .rsplit(':')
        .next()
        .unwrap();
    // The program takes this: an address that others reach, behind a proxy.
    let given = |name: &str| environment[name].as_str().unwrap();
    let words = ["declarest", "config", "check", "--listen", given("DECLAREST_LISTEN")];
    let words = words
        .into_iter()
        .chain(["--behind-proxy", given("DECLAREST_BEHIND_PROXY")]);
    let code = server::cli::run_from(tests::declarest(), words.map(Into::into));
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
    let [ports] = strings(&declarest["ports"])[..] else {
        panic!("one port")
    };
    assert!(ports.starts_with("127.0.0.1:") && ports.ends_with(port), "{ports}");
}

#[test]
fn the_image_is_built_by_the_project_s_toolchain() {
    let toolchain: toml::Table = text("rust-toolchain.toml").parse().unwrap();
    let channel = toolchain["toolchain"]["channel"].as_str().unwrap();
    let image = text("deploy/Dockerfile");
    assert!(image.contains(&format!("\nARG RUST={channel}\n")), "{channel}");
    let stages: Vec<&str> = image.lines().filter(|line| line.starts_with("FROM ")).collect();
    assert_eq!(stages.len(), 2, "{stages:?}");
    assert!(
        stages.iter().all(|stage| stage.contains("${DEBIAN}")),
        "one glibc: {stages:?}"
    );
}

#[test]
fn the_unit_gives_the_program_its_credential() {
    let unit = text("deploy/declarest.service");
    let value = |key: &str| {
        let lines = unit
            .lines()
            .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        lines.collect::<Vec<_>>()
    };
    let [credential] = value("LoadCredential")[..] else {
        panic!("one credential")
    };
    let name = credential.split(':').next().unwrap();
    assert_eq!(value("Environment"), [format!("DECLAREST_DATABASE_FILE=%d/{name}")]);
    assert_eq!(value("ExecStart"), ["/usr/local/bin/declarest serve"]);
    assert_eq!(value("ExecReload"), ["/bin/kill -HUP $MAINPID"]);
    assert_eq!(value("CapabilityBoundingSet"), [""]);
}
