//! Answers as many bytes as the query `bytes=N` asks for, and does nothing else:
//! no database, no log, no header but the length. What this component costs, the
//! host costs; the rest is ours.
#![cfg(target_arch = "wasm32")]

use spin_sdk::wasip3::http::types::{ErrorCode, Fields, Request, Response};
use spin_sdk::wasip3::wit_bindgen;
use spin_sdk::wasip3::{wit_future, wit_stream};

/// The exported handler; generated code, hence the exception.
#[allow(unsafe_code)]
mod export {
    struct Component;

    spin_sdk::wasip3::http::service::export!(Component with_types_in spin_sdk::wasip3);

    impl spin_sdk::wasip3::exports::http::handler::Guest for Component {
        async fn handle(request: super::Request) -> Result<super::Response, super::ErrorCode> {
            super::handle(&request)
        }
    }
}

fn handle(request: &Request) -> Result<Response, ErrorCode> {
    let target = request.get_path_with_query().unwrap_or_default();
    let length: usize = target
        .split_once("bytes=")
        .and_then(|(_, length)| length.parse().ok())
        .unwrap_or(0);
    let length_field = ("content-length".to_owned(), length.to_string().into_bytes());
    let fields = Fields::from_list(&[length_field])
        .map_err(|error| ErrorCode::InternalError(Some(error.to_string())))?;
    let (mut writer, reader) = wit_stream::new();
    let (end, trailers) = wit_future::new(|| Ok(None));
    wit_bindgen::spawn(async move {
        writer.write_all(vec![b'x'; length]).await;
        drop((writer, end));
    });
    let (response, _sent) = Response::new(fields, Some(reader), trailers);
    Ok(response)
}
