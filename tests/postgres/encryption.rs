//! TLS between the program and PostgreSQL, as set by `sslmode`.

use orm::error::Code;
use tests::{Cluster, address, rows};

use crate::{demo, needed};

const ENCRYPTED: &str = "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

#[test]
fn connections_are_encrypted_and_the_server_s_certificate_is_looked_at() {
    let Some(cluster) = needed(Cluster::new()) else {
        return;
    };
    let url = cluster.url(&cluster.database(None));
    let plain = address(&format!("{url}?sslmode=require")).open(false).err().unwrap();
    assert_eq!(plain.code(), Code::Unavailable);
    assert!(plain.detail().contains("SSL"), "{plain}");

    let Some([own, other]) = needed(cluster.encrypt()) else {
        return;
    };
    assert_eq!(rows(&address(&format!("{url}?sslmode=disable")), ENCRYPTED), ["false"]);
    let server = demo(address(&format!("{url}?sslmode=require&pool_size=2")), |_| {});
    server.get("uom.uom", &[]).ok();
    let connections = "SELECT DISTINCT ssl::text FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                       WHERE application_name = 'declarest' AND backend_type = 'client backend'";
    assert_eq!(rows(&server.database, connections), ["true"]);

    // The certificate is for `localhost`, so the URL must name the host so.
    let local = url.replace("127.0.0.1", "localhost");
    let verified = |url: &str, root: &std::path::Path| {
        address(&format!("{url}?sslmode=verify-full&sslrootcert={}", root.display()))
    };
    assert_eq!(rows(&verified(&local, &own), ENCRYPTED), ["true"]);
    for (url, root, why) in [
        (&local, &other, "certificate verify failed"),
        (&url, &own, "does not match host name"),
    ] {
        let refused = verified(url, root).open(false).err().unwrap();
        assert_eq!(refused.code(), Code::Unavailable);
        let said = refused.detail();
        assert!(
            said.starts_with("the database cannot be reached: ") && said.contains(why),
            "{said}"
        );
    }
}
