//! `baseline --database URL --listen ADDR [--ceiling]`: the hand-written server.

use std::error::Error;
use std::net::SocketAddr;

use axum::serve::ListenerExt as _;
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The hand-written server over a database that declarest has made.
#[derive(Debug, Parser)]
struct Options {
    /// `sqlite://PATH` or `postgres://USER@HOST/NAME`.
    #[arg(long)]
    database: String,
    /// Address and port.
    #[arg(long, default_value = "127.0.0.1:8070")]
    listen: SocketAddr,
    /// Answer from memory: what HTTP itself costs.
    #[arg(long)]
    ceiling: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let router = bench::router(&options.database, options.ceiling).await?;
    let listener = tokio::net::TcpListener::bind(options.listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await?;
    Ok(())
}
