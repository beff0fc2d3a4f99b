//! The settings file, `config check` and `config dump`.

use std::process::Command;

use tests::TempDir;

use super::program::program;

/// What a command prints, and whether it succeeds. It sees only these variables.
fn run(words: &[&str], variables: &[(&str, &str)]) -> (bool, String) {
    let mut command = Command::new(program());
    command.args(words).env_clear().envs(variables.iter().copied());
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[test]
fn the_command_line_overrides_variables_and_those_the_file() {
    let folder = TempDir::new();
    let file = folder.path().join("settings.toml");
    let text = "# ours\nmax-body = 1\nmax-limit = 2\nmax-depth = 3\ndemo = true\n\
                database = [\"a=sqlite://a.db\", \"b=postgres://u:s3cret@h/b\"]\n\
                behind-proxy = [\"10.0.0.0/8\", \"192.0.2.1\"]\n";
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let variables = [("DECLAREST_CONFIG", file), ("DECLAREST_MAX_LIMIT", "20")];
    let variables = [&variables[..], &[("DECLAREST_MAX_DEPTH", "30")]].concat();
    let (done, dump) = run(&["config", "dump", "--max-depth", "300"], &variables);
    assert!(done, "{dump}");
    for line in [
        &format!("max-body = 1  # {file}:2"),
        "max-limit = 20  # DECLAREST_MAX_LIMIT",
        "max-depth = 300  # --max-depth",
        &format!("demo = true  # {file}:5"),
        &format!("database = [\"a (sqlite://a.db)\", \"b (PostgreSQL)\"]  # {file}:6"),
        &format!("behind-proxy = [\"10.0.0.0/8\", \"192.0.2.1\"]  # {file}:7"),
        "migrate = false  # default",
        "# database-file is not set",
    ] {
        assert!(dump.lines().any(|printed| printed == line), "{line} in {dump}");
    }
    assert!(!dump.contains("s3cret"), "{dump}");

    let (done, said) = run(&["config", "check", "--config", file], &[]);
    assert!(done, "{said}");
    // Another command takes the database from the file, too: this one works on one only.
    let (done, said) = run(&["user", "list", "--config", file], &[]);
    assert!(!done && said.contains("2 databases are given"), "{said}");
}

#[test]
fn a_file_of_databases_gives_way_to_a_database() {
    let folder = TempDir::new();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("databases"), "of-the-file=sqlite://x.db").unwrap();
    let text = format!("database-file = '{}'\n", path("databases"));
    std::fs::write(path("settings.toml"), text).unwrap();
    let config = path("settings.toml");
    let (_, dump) = run(&["config", "dump", "--config", &config], &[]);
    assert!(dump.contains(&format!("# {config}:1")), "{dump}");
    let own = [("DECLAREST_DATABASE", "own=sqlite://y.db")];
    let (_, dump) = run(&["config", "dump", "--config", &config], &own);
    assert!(dump.contains("own (sqlite://y.db)\"]  # DECLAREST_DATABASE"), "{dump}");
    assert!(dump.contains("# database-file is not set"), "{dump}");
}

#[test]
fn every_mistake_of_the_file_is_told_with_its_line() {
    let folder = TempDir::new();
    let file = folder.path().join("settings.toml");
    let path = file.to_str().unwrap();
    for (text, told) in [
        (
            "max_body = 1\nmax-depth = \"deep\"\ndemo = 1\n",
            &[
                ":1: there is no setting `max_body`; did you mean `max-body`",
                ":2: invalid value 'deep' for '--max-depth <LEVELS>'",
                ":3: `demo` is true or false",
            ][..],
        ),
        ("config = 'x'\n", &[":1: there is no setting `config`"]),
        (
            "\ndatabase = 'postgres://u:s3cret@h/x?pool_size=0'",
            &[":2: ", "`pool_size`"],
        ),
        ("\ndatabase = 'postgres://u:s3cret@h/x", &[":2: "]),
        ("max-body = 1\nmax-body = 2\n", &[":2: duplicate key"]),
        (
            "database = 'sqlite://a.db'\ndatabase-file = '/dev/null'",
            &["it is empty"],
        ),
        (
            "database = ['a=sqlite://a.db', 'a=sqlite://b.db']",
            &["two databases are named \"a\""],
        ),
    ] {
        std::fs::write(&file, text).unwrap();
        let (done, said) = run(&["config", "check", "--config", path], &[]);
        assert!(
            !done && !said.contains("s3cret") && !said.contains("panicked"),
            "{said}"
        );
        for told in told {
            assert!(said.contains(told), "{told} in {said}");
        }
    }
    let (done, said) = run(&["serve", "--config", "/nowhere.toml"], &[]);
    assert!(!done && said.contains("cannot read /nowhere.toml"), "{said}");
    let (done, said) = run(&["config", "check", "--log", "a=b=c"], &[]);
    assert!(!done && said.contains("--log"), "{said}");
}

#[test]
fn the_settings_of_an_identity_provider_fit_together_and_hide_its_secret() {
    let folder = TempDir::new();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("secret"), "s3cret\n").unwrap();
    let text = "oidc-issuer = 'https://login.example/realms/a'\noidc-client-id = 'declarest'\n\
                public-url = 'https://api.example'\noidc-audience = 'https://api.example'\n\
                oidc-groups = ['Sales / Administrator']\noidc-create-users = true\noidc-client-secret = 's3cret'\n";
    std::fs::write(path("settings.toml"), text).unwrap();
    let file = path("settings.toml");
    let (done, said) = run(&["config", "check", "--config", &file], &[]);
    assert!(done, "{said}");
    let (_, dump) = run(&["config", "dump", "--config", &file], &[]);
    for line in [
        &format!("oidc-issuer = \"https://login.example/realms/a\"  # {file}:1"),
        &format!("oidc-groups = [\"Sales / Administrator\"]  # {file}:5"),
        &format!("oidc-client-secret = \"…\"  # {file}:7"),
        "oidc-claim = \"email\"  # default",
    ] {
        assert!(dump.lines().any(|printed| printed == line), "{line} in {dump}");
    }
    let secret = [("DECLAREST_OIDC_CLIENT_SECRET_FILE", &*path("secret"))];
    let (_, instead) = run(&["config", "dump", "--config", &file], &secret);
    assert!(instead.contains("# oidc-client-secret is not set"), "{instead}");
    let (_, help) = run(&["serve", "--help"], &[("DECLAREST_OIDC_CLIENT_SECRET", "s3cret")]);
    assert!(help.contains("--oidc-client-secret <SECRET>"), "{help}");
    for shown in [dump, instead, help] {
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    let issuer = ["--oidc-issuer", "https://login.example"];
    for (words, told) in [
        (&["--oidc-audience", "a"][..], "--oidc-audience needs --oidc-issuer"),
        (
            &["--oidc-client-secret", "s3cret"],
            "--oidc-client-secret needs --oidc-client-id",
        ),
        (&issuer, "--oidc-client-id, for browsers, or --oidc-audience"),
        (
            &[issuer[0], issuer[1], "--oidc-client-id", "a"],
            "--oidc-client-id needs --public-url",
        ),
        (
            &[issuer[0], issuer[1], "--oidc-audience", "a", "--oidc-groups", "b"],
            "--oidc-create-users",
        ),
        (
            &[issuer[0], issuer[1], "--oidc-audience", "a", "--oidc-database", "b"],
            "there is no database \"b\"",
        ),
        (
            &["--oidc-issuer", "http://login.example"],
            "http:// only leads to this machine",
        ),
        (&["--public-url", "https://api.example/?x"], "no `?`"),
        (&["--oidc-client-secret-file", "/dev/null"], "it is empty"),
        (
            &[
                "--oidc-client-secret",
                "s3cret",
                "--oidc-client-secret-file",
                &path("secret"),
            ],
            "cannot be used with",
        ),
        (
            &[
                issuer[0],
                issuer[1],
                "--oidc-audience",
                "a",
                "--database",
                "a=sqlite://a.db",
                "--database",
                "b=sqlite://b.db",
            ],
            "--oidc-database NAME",
        ),
    ] {
        let words: Vec<&str> = ["config", "check"].iter().chain(words).copied().collect();
        let (done, said) = run(&words, &[]);
        assert!(
            !done && said.contains(told) && !said.contains("s3cret"),
            "{words:?}: {said}"
        );
    }
}
