//! Logins of browsers by an identity provider.

use std::net::TcpListener;

use serde_json::{Value, json};
use server::config::{DatabaseConfig, OidcConfig};
use tests::{Body, Provider, Server, demo, execute, rows};

use super::provider::{Browser, add_user, client, log_in, provider, serve, settings};

/// What is in the log of events since a test has emptied it.
fn events(server: &Server) -> Vec<String> {
    let text = "SELECT kind || ' ' || COALESCE(CAST(user_id AS TEXT), '-') || ' ' || COALESCE(login, '-') FROM auth_event \
                ORDER BY id";
    rows(&server.database, text)
}

fn forget_events(server: &Server) {
    execute(&server.database, "DELETE FROM auth_event");
}

fn own(server: &Server, token: &Value, path: &str) -> tests::Reply {
    server.raw("GET", path, &[("access-token", token.as_str().unwrap())], Body::None)
}

#[test]
fn a_browser_logs_in_once_with_each_login_that_it_begins() {
    let Some(provider) = provider() else { return };
    let server = serve(settings(&provider.issuer));
    let user = server.ids("res.users", &[("login", "ann@example.com")])[0];
    forget_events(&server);
    let (one, other) = (
        Browser::begin(&server, "?name=Ann%27s+browser"),
        Browser::begin(&server, ""),
    );
    for part in [
        "code_challenge_method=S256",
        "code_challenge=",
        "nonce=",
        "state=",
        "response_type=code",
        "scope=openid",
    ] {
        assert!(one.url.contains(part), "{}", one.url);
    }
    assert_ne!(one.url, other.url);
    let back = one.log_in("ann");

    // Another browser does not get in with it, nor one that has begun nothing.
    other.come_back(&server, &back).problem(400, "invalid");
    server.raw("GET", &back, &[], Body::None).problem(400, "invalid");
    let other_state = back.replace("state=", "state=x");
    one.come_back(&server, &other_state).problem(400, "invalid");
    assert_eq!(events(&server), [""; 0]);

    let reply = one.come_back(&server, &back);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert!(reply.header("set-cookie").unwrap().contains("Max-Age=0"));
    let answer = reply.ok();
    assert_eq!(answer["uid"], user);
    assert_eq!(events(&server), [format!("login {user} -")]);
    let list = own(&server, &answer["access_token"], "/rest/api/tokens").ok();
    assert_eq!(
        (&list[0]["name"], &list[0]["api_key"]),
        (&json!("Ann's browser"), &json!(false))
    );
    assert!(list[0]["expires"].is_string(), "{list}");

    one.come_back(&server, &back).problem(401, "unauthenticated");
    assert_eq!(events(&server).len(), 2);
    assert_eq!(own(&server, &answer["access_token"], "/rest/api/tokens").status, 200);
    let headers = [("access-token", answer["access_token"].as_str().unwrap())];
    server.raw("DELETE", "/rest/api/logout", &headers, Body::None).ok();
    own(&server, &answer["access_token"], "/rest/api/tokens").problem(401, "unauthenticated");
    one.come_back(&server, &back).problem(401, "unauthenticated");
}

#[test]
fn any_server_of_the_database_takes_a_browser_back_once() {
    let Some(provider) = provider() else { return };
    let server = serve(settings(&provider.issuer));
    let (name, address) = ("saleorder_api".to_owned(), server.database.clone());
    let second = Server::over(DatabaseConfig { name, address }, |all| {
        all.oidc = Some(settings(&provider.issuer))
    });
    let browser = Browser::begin(&server, "");
    let back = browser.log_in("ann");
    let token = browser.come_back(&second, &back).ok()["access_token"].clone();
    own(&server, &token, "/rest/api/tokens").ok();
    browser.come_back(&server, &back).problem(401, "unauthenticated");
}

#[test]
fn public_clients_and_those_that_post_their_secret_log_in_too() {
    let Some(provider) = provider() else { return };
    let serve_as = |issuer: &str, id: &str, secret| {
        let client = Some(client(id, secret));
        serve(OidcConfig {
            client,
            ..settings(issuer)
        })
    };
    log_in(&serve_as(&provider.issuer, "public", None), "ann").ok();
    let wrong = serve_as(&provider.issuer, "declarest", Some("another secret"));
    let problem = log_in(&wrong, "ann").problem(401, "unauthenticated");
    assert!(
        problem["detail"].as_str().unwrap().contains("`invalid_client`"),
        "{problem}"
    );
    let posting = Provider::start(0, "client_secret_post").unwrap();
    log_in(&serve(settings(&posting.issuer)), "ann").ok();
}

#[test]
fn who_is_no_user_is_refused() {
    let Some(provider) = provider() else { return };
    let server = serve(settings(&provider.issuer));
    let bob = add_user(&server, "bob@example.com");
    add_user(&server, "unverified@example.com");
    server
        .send("PUT", &format!("res.users/{bob}"), &json!({"active": false}))
        .ok();
    forget_events(&server);
    let mut told = Vec::new();
    for name in ["nobody", "bob", "unverified"] {
        let problem = log_in(&server, name).problem(401, "unauthenticated");
        told.push(problem["detail"].as_str().unwrap().to_owned());
    }
    assert_eq!(told[0], told[1], "whether somebody is a user is not told");
    assert!(told[2].contains("not verified"), "{told:?}");
    let expected = [
        "login_failed - nobody@example.com".to_owned(),
        format!("login_failed {bob} -"),
        "login_failed - ".to_owned(),
    ];
    assert_eq!(events(&server), expected);
    assert_eq!(
        rows(
            &server.database,
            "SELECT login FROM res_users WHERE login LIKE 'nobody%'"
        ),
        [""; 0]
    );

    let server = serve(OidcConfig {
        unverified_email: true,
        ..settings(&provider.issuer)
    });
    add_user(&server, "unverified@example.com");
    log_in(&server, "unverified").ok();

    // By another claim.
    let server = serve(OidcConfig {
        claim: "preferred_username".to_owned(),
        ..settings(&provider.issuer)
    });
    assert_eq!(log_in(&server, "admin").ok()["uid"], 2);
    log_in(&server, "ann").problem(401, "unauthenticated");
}

#[test]
fn users_are_created_where_the_settings_say_so() {
    let Some(provider) = provider() else { return };
    let server = serve(OidcConfig {
        create_users: true,
        groups: vec!["Sales / User: Own Documents Only".to_owned()],
        ..settings(&provider.issuer)
    });
    forget_events(&server);
    let first = log_in(&server, "Nora").ok();
    let second = log_in(&server, "nora").ok();
    assert_eq!(first["uid"], second["uid"]);
    let user = first["uid"].as_i64().unwrap();
    let expected = [
        format!("user_created {user} -"),
        format!("login {user} -"),
        format!("login {user} -"),
    ];
    assert_eq!(events(&server), expected);
    let made = server.record("res.users", user, "login,name,groups_id(full_name),company_id");
    assert_eq!(
        (&made["login"], &made["name"]),
        (&json!("nora@example.com"), &json!("Name of Nora"))
    );
    assert_eq!(
        made["groups_id"],
        json!([{"id": made["groups_id"][0]["id"], "full_name": "Sales / User: Own Documents Only"}])
    );
    own(&server, &first["access_token"], "/restful/api/v1/sale.order").ok();
    own(&server, &first["access_token"], "/restful/api/v1/account.move").problem(403, "access_denied");

    // A login that the models refuse is no user.
    let problem = log_in(&server, "ad%D0%BCin").problem(401, "unauthenticated");
    assert!(problem["detail"].as_str().unwrap().contains("look like"), "{problem}");
    assert_eq!(events(&server).len(), 4);
}

#[test]
fn the_token_goes_to_a_page_that_the_settings_name_and_to_no_other() {
    let Some(provider) = provider() else { return };
    let server = serve(settings(&provider.issuer));
    for page in [
        "https://evil.example/",
        "https://app.example/in/x",
        "https://app.example/in?x",
        "https://app.example@evil.example/in",
        "//app.example/in",
        "/in",
        "javascript:alert(1)",
        "",
    ] {
        let path = format!("/rest/api/login/oidc{}", tests::encode(&[("return_to", page)]));
        let refused = server.raw("GET", &path, &[], Body::None).problem(400, "invalid");
        assert_eq!(refused["errors"][0]["parameter"], "return_to", "{page}");
    }
    let browser = Browser::begin(&server, &tests::encode(&[("return_to", "https://app.example/in")]));
    let reply = browser.come_back(&server, &browser.log_in("ann"));
    assert_eq!(reply.status, 303, "{}", reply.text());
    let (page, token) = reply.header("location").unwrap().split_once("#access_token=").unwrap();
    assert_eq!(page, "https://app.example/in");
    let (token, uid) = token.split_once("&uid=").unwrap();
    assert_eq!(
        json!([uid.parse::<i64>().unwrap()]),
        json!(server.ids("res.users", &[("login", "ann@example.com")]))
    );
    own(&server, &json!(token), "/rest/api/tokens").ok();
}

#[test]
fn what_the_provider_refuses_is_a_failed_login() {
    let Some(provider) = provider() else { return };
    let server = serve(settings(&provider.issuer));
    forget_events(&server);
    let (browser, second) = (Browser::begin(&server, ""), Browser::begin(&server, ""));
    let back = browser.log_in("ann");
    let state = back.split('&').find(|pair| pair.starts_with("state=")).unwrap();
    let callback = back.split('?').next().unwrap();
    for (query, told) in [
        (format!("error=access_denied&{state}"), "`access_denied`"),
        (state.to_owned(), "no code"),
        (format!("code=made-up&{state}"), "`invalid_grant`"),
        (
            format!(
                "{}&iss=https%3A%2F%2Fother.example",
                back.split_once('?').unwrap().1.split("&iss=").next().unwrap()
            ),
            "another provider",
        ),
    ] {
        let problem = browser
            .come_back(&server, &format!("{callback}?{query}"))
            .problem(401, "unauthenticated");
        assert!(problem["detail"].as_str().unwrap().contains(told), "{problem}");
    }
    assert_eq!(events(&server), ["login_failed - "; 4]);

    // The code belongs to the browser that asked for it: the verifier of another one does not fit.
    let code = back.split(['?', '&']).find(|pair| pair.starts_with("code=")).unwrap();
    let other = second.log_in("ann");
    let mixed = other.split('&').map(|pair| {
        if pair.contains("code=") {
            format!("{callback}?{code}")
        } else {
            pair.to_owned()
        }
    });
    let mixed = mixed.collect::<Vec<_>>().join("&");
    let problem = second.come_back(&server, &mixed).problem(401, "unauthenticated");
    assert!(
        problem["detail"].as_str().unwrap().contains("`invalid_grant`"),
        "{problem}"
    );
    for parameter in ["code=a&code=b", "state=a&state=b"] {
        browser
            .come_back(&server, &format!("{callback}?{parameter}"))
            .problem(400, "invalid");
    }
}

#[test]
fn failures_make_a_login_and_an_address_wait() {
    let Some(provider) = provider() else { return };
    let mut server = Server::demo_with(|all| {
        all.oidc = Some(settings(&provider.issuer));
        all.login.login_failures = 2;
    });
    forget_events(&server);
    for _ in 0..2 {
        log_in(&server, "nobody").problem(401, "unauthenticated");
    }
    let waits = log_in(&server, "nobody");
    assert!(waits.header("retry-after").is_some());
    waits.problem(429, "too_many_requests");
    assert_eq!(events(&server)[2], "login_throttled - nobody@example.com");
    // Others do not wait for it.
    add_user(&server, "ann@example.com");
    log_in(&server, "ann").ok();

    server = Server::demo_with(|all| {
        all.oidc = Some(settings(&provider.issuer));
        all.login.address_failures = 2;
    });
    add_user(&server, "ann@example.com");
    for name in ["nobody", "none"] {
        log_in(&server, name).problem(401, "unauthenticated");
    }
    log_in(&server, "ann").problem(429, "too_many_requests");
}

#[test]
fn a_provider_that_is_away_holds_up_nothing_else() {
    let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap(); // takes connections, and answers nothing
    for address in [away, silent.local_addr().unwrap()] {
        let server = serve(settings(&format!("http://{address}")));
        let asked: Vec<_> = std::thread::scope(|scope| {
            let ask = || server.raw("GET", "/rest/api/login/oidc", &[], Body::None);
            let asked: Vec<_> = (0..20).map(|_| scope.spawn(ask)).collect();
            server.get("res.partner/11", &[("fields", "name")]).ok();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        for reply in asked {
            assert!(reply.header("retry-after").is_some());
            reply.problem(503, "unavailable");
        }
        server.is_alive();
    }
}

#[test]
fn without_a_provider_there_is_no_such_login() {
    let server = Server::demo();
    for path in ["/rest/api/login/oidc", "/rest/api/login/oidc/callback"] {
        server.raw("GET", path, &[], Body::None).problem(404, "not_found");
    }
}

#[test]
fn the_users_of_one_database_log_in() {
    let Some(provider) = provider() else { return };
    let other = demo();
    let serve = |name: &str| {
        Server::demo_with(|config| {
            config.databases[0].name = "one".to_owned();
            let (second, address) = ("two".to_owned(), other.address().clone());
            config.databases.push(DatabaseConfig { name: second, address });
            config.oidc = Some(OidcConfig {
                claim: "preferred_username".to_owned(),
                database: Some(name.to_owned()),
                ..settings(&provider.issuer)
            });
        })
    };
    let server = serve("two");
    let token = log_in(&server, "admin").ok()["access_token"].clone();
    own(&server, &token, "/rest/api/tokens").ok();
    let logins = "SELECT CAST(COUNT(*) AS TEXT) FROM auth_event WHERE kind = 'login'";
    let before = rows(&server.database, logins);
    let server = serve("one");
    log_in(&server, "admin").ok();
    assert_ne!(rows(&server.database, logins), before);
}
