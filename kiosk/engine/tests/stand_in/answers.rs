// SPDX-License-Identifier: GPL-3.0-or-later
//! What the stand-in answers.

use serde::Serialize;
use xuedian_protocol::{
    pairing::{Nonce, PairingAnswer, PairingPoll, PairingRequest, PairingState},
    signing::{HubKey, Presented, Signed, SignedRequest, sha256_hex, verify_request},
    wire::{DocumentsAnswer, HubTime, Position, Problem, RecordsAnswer, batch, code, routes, unpack},
};

use super::{
    Fault, Shared, position,
    server::{Request, Response},
};

fn json(status: u16, body: &impl Serialize) -> Response {
    Response { status, headers: vec![], body: serde_json::to_vec(body).unwrap(), cut: None }
}

fn no(status: u16, error: &str) -> Response {
    json(status, &Problem::new(error, "as the test wants it"))
}

pub(super) fn answer(shared: &mut Shared, request: &Request, fault: Option<Fault>) -> Response {
    if let Some(Fault::Status(status, retry_after)) = fault {
        let headers = retry_after.map(|seconds| ("retry-after", seconds.to_string())).into_iter().collect();
        return Response { headers, ..no(status, code::TROUBLE) };
    }
    if matches!(fault, Some(Fault::Hang | Fault::Close)) {
        return no(500, code::TROUBLE);
    }
    let mut response = match request.path.as_str() {
        routes::PAIRING => pairing(shared, request),
        routes::PAIRING_POLL => poll(shared, request),
        _ => signed(shared, request, fault),
    };
    match fault {
        Some(Fault::HalfBody) => response.cut = Some(response.body.len() / 2),
        Some(Fault::Garbage) => response.body = b"<html>Please log in to this network</html>".to_vec(),
        _ => {}
    }
    response
}

fn signed(shared: &mut Shared, request: &Request, fault: Option<Fault>) -> Response {
    let Ok(said) = SignedRequest::from_headers(|name| request.header(name)) else { return no(401, code::SIGNATURE) };
    let asked = Presented { method: &request.method, path: &request.path, body: &request.body };
    let Some(device) = shared.device else { return no(401, code::UNKNOWN_DEVICE) };
    if verify_request(&device, asked, &said).is_err() {
        return no(401, code::SIGNATURE);
    }
    let seen = shared.counters.entry(said.epoch.clone()).or_default();
    if fault == Some(Fault::Replayed) {
        *seen = said.counter + 10;
    }
    if said.counter <= *seen {
        return json(401, &Problem { counter: Some(*seen), ..Problem::new(code::REPLAYED, "seen") });
    }
    *seen = said.counter;
    if let Some(hash) = request.path.strip_prefix(routes::FILES) {
        return file(shared, request, hash);
    }
    let time = time(shared, &said, fault);
    match request.path.as_str() {
        routes::RECORDS => records(shared, request, time),
        path if path.starts_with(routes::DOCUMENTS) => {
            json(200, &DocumentsAnswer { manifests: shared.manifests.clone(), held: held(shared), time })
        }
        _ => no(404, code::NOT_FOUND),
    }
}

fn time(shared: &mut Shared, said: &SignedRequest, fault: Option<Fault>) -> Signed {
    let time = HubTime {
        hub_epoch: shared.epoch.clone(),
        time_ms: shared.time_ms,
        device: said.device,
        request_epoch: said.epoch.clone(),
        counter: said.counter,
    };
    let key = if fault == Some(Fault::OtherKey) { HubKey::from_seed(&[8; 32]) } else { shared.key.clone() };
    let signed = Signed::new(&key, &time);
    if fault == Some(Fault::OldTime) {
        let old = HubTime { counter: said.counter - 1, ..time };
        return Signed::new(&key, &old);
    }
    signed
}

fn held(shared: &Shared) -> Vec<Position> {
    let mut held: Vec<Position> = Vec::new();
    for (_, line) in shared.kept.iter().rev() {
        let at = position(line);
        if held.iter().all(|other| other.epoch != at.epoch) {
            held.push(at);
        }
    }
    held
}

fn records(shared: &mut Shared, request: &Request, time: Signed) -> Response {
    let Ok(text) = unpack(&request.body, 8 << 20) else { return no(400, code::MALFORMED) };
    let lines: Vec<_> = batch::lines(&text).map(|line| line.unwrap()).collect();
    let first = position(lines[0].line);
    if first.seq > shared.kept.last().map_or(0, |(_, line)| position(line).seq) + 1 {
        return json(409, &Problem { held: held(shared), ..Problem::new(code::GAP, "a gap") });
    }
    let (mut stored, mut known) = (0, 0);
    for line in &lines {
        assert_eq!(line.hash, sha256_hex(line.line.as_bytes()));
        if shared.kept.iter().any(|(hash, _)| hash == line.hash) {
            known += 1;
        } else {
            shared.kept.push((line.hash.to_owned(), line.line.to_owned()));
            stored += 1;
        }
    }
    let accepted_through = lines.last().map(|line| position(line.line));
    json(200, &RecordsAnswer { accepted_through, stored, known, refused: vec![], through: None, latest: vec![], time })
}

fn file(shared: &mut Shared, request: &Request, hash: &str) -> Response {
    let Some(bytes) = shared.files.get(hash) else { return no(404, code::NOT_FOUND) };
    let from = usize::try_from(request.from()).unwrap();
    if from >= bytes.len() && from > 0 {
        return no(416, code::MALFORMED);
    }
    let body = bytes[from..].to_vec();
    let (cut, times) = &mut shared.cut_files;
    let cut = (*times > 0 && body.len() > *cut).then(|| {
        *times -= 1;
        *cut
    });
    let range = ("content-range", format!("bytes {from}-{}/{}", bytes.len().saturating_sub(1), bytes.len()));
    match from {
        0 => Response { status: 200, headers: vec![], body, cut },
        _ => Response { status: 206, headers: vec![range], body, cut },
    }
}

fn pairing(shared: &mut Shared, request: &Request) -> Response {
    let asked: PairingRequest = serde_json::from_slice(&request.body).unwrap();
    if !asked.holds() {
        return no(400, code::MALFORMED);
    }
    let nonce = Nonce::draw();
    let number = shared.asked.iter().filter(|(_, path, _)| path == routes::PAIRING).count();
    shared.pairing = Some((asked, nonce));
    let user_code = format!("WXYZ-000{number}");
    json(200, &PairingAnswer { device_code: "secret".into(), user_code, nonce, interval_s: 0, expires_s: 3 })
}

fn poll(shared: &mut Shared, request: &Request) -> Response {
    let poll: PairingPoll = serde_json::from_slice(&request.body).unwrap();
    let Some((asked, _)) = &shared.pairing else { return json(200, &PairingState::Expired) };
    assert_eq!(poll.nonce.commitment(), asked.commitment);
    shared.told_nonce = Some(poll.nonce);
    if shared.denied {
        return json(200, &PairingState::Denied);
    }
    let Some(provision) = &shared.provision else { return json(200, &PairingState::Pending) };
    let context = asked.device_key.device().to_string();
    let sealed = asked.seal_key.seal(&serde_json::to_vec(provision).unwrap(), &context).unwrap();
    shared.device = Some(asked.device_key);
    json(200, &PairingState::Approved { sealed })
}
