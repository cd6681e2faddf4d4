// SPDX-License-Identifier: GPL-3.0-or-later
//! All records as they were read, and the publishing of what they come to.

use std::{
    collections::BTreeMap,
    sync::{MutexGuard, PoisonError},
};

use xuedian_domain::{
    id::LearnerId,
    record::{Card, Kind, Record},
    retime::retime,
    rules::RuleSet,
    session::SessionPlan,
    settle::{Input, Opening, Settlement, settle},
    time::Time,
};
use xuedian_protocol::{
    documents::DocumentKind,
    records::{BadRecord, read_line},
    wire::Position,
};

use super::{accounts, lines, visitors::Linked};
use crate::{
    documents::{Content, PublishError, text},
    hub::Hub,
    store::{PersonId, StoreError, StoredLine},
};

/// Records read from the storage at a time.
const PAGE: usize = 2_000;

/// All records that were read so far.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// The last one that was read.
    after: u64,
    records: Vec<Record>,
    /// The last record of each device.
    through: BTreeMap<String, Position>,
    /// Cards that were linked at kiosks.
    pub(crate) links: Vec<Linked>,
}

impl Hub {
    /// Settles all records and publishes the standing when it has changed. Cards that were linked at kiosks go into the roster.
    ///
    /// # Errors
    /// When something cannot be read or written; what was published before stays.
    pub fn publish_standing(&self) -> Result<(), PublishError> {
        if self.read_new_records()? {
            self.publish()?;
        }
        let rules = self.rules()?;
        let (lines, through) = {
            let folded = self.folded();
            let settled = self.settle_all(&folded, &rules)?;
            let accounts = accounts::Accounts { hub: self, folded: &folded.records, rules: &rules };
            (accounts.lines(&settled)?, folded.through.clone())
        };
        let bytes = lines::text(&lines)?;
        self.publish_content(Content {
            kind: DocumentKind::Standing,
            scope: "district",
            bytes: bytes.as_bytes(),
            files: Vec::new(),
            through,
        })
    }

    /// Settles all records that were read.
    pub(crate) fn settle_all(&self, folded: &Folded, rules: &[RuleSet]) -> Result<Settled, PublishError> {
        let plans = self.agenda()?.plans();
        let facts = retime(&folded.records);
        let opening = Opening { aliases: self.aliases()?, ..Opening::default() };
        let now = Time(self.clock.now_ms());
        let input = Input { plans: &plans, facts: &facts, rules, zone: &self.zone, opening: &opening, now };
        let settlement = settle(&input);
        Ok(Settled { settlement, plans, opening })
    }

    pub(crate) fn folded(&self) -> MutexGuard<'_, Folded> {
        self.folded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what has come since the last time. True when a card was linked.
    pub(crate) fn read_new_records(&self) -> Result<bool, StoreError> {
        let mut folded = self.folded();
        let links = folded.links.len();
        if folded.after == 0 {
            // This may be later software, which understands more.
            self.store.clear_opinions()?;
        }
        loop {
            let lines = self.store.lines_after(folded.after, PAGE)?;
            let opinions: Vec<(u64, Option<String>)> = lines.iter().filter_map(|line| folded.read(line)).collect();
            if !opinions.is_empty() {
                self.store.put_opinions(&opinions)?;
            }
            if lines.len() < PAGE {
                return Ok(folded.links.len() > links);
            }
        }
    }

    /// Names that meant the same person before.
    fn aliases(&self) -> Result<BTreeMap<LearnerId, LearnerId>, StoreError> {
        let mut aliases = BTreeMap::new();
        for person in self.store.people()? {
            if let PersonId::Learner(learner) = person.id {
                aliases.extend(person.also.iter().map(|also| (*also, learner)));
            }
        }
        Ok(aliases)
    }

    /// All versions of the rules.
    ///
    /// # Errors
    /// When one does not parse.
    pub fn rules(&self) -> Result<Vec<RuleSet>, PublishError> {
        let mut rules = Vec::new();
        let parse =
            |text: &str| xuedian_protocol::rules::parse(text).map_err(|why| PublishError::Rules(why.to_string()));
        let Some(newest) = self.store.text(text::RULES)? else { return Ok(rules) };
        let newest = parse(&newest)?;
        for version in 1..newest.version {
            if let Some(text) = self.store.text(&rules_name(version))? {
                rules.push(parse(&text)?);
            }
        }
        rules.push(newest);
        Ok(rules)
    }

    /// Puts a version of the rules, which only ever grows; earlier ones are kept for sessions that began under them.
    ///
    /// # Errors
    /// When it does not parse, or is older than the one in force.
    pub fn put_rules(&self, toml: &str) -> Result<(), PublishError> {
        let rules = xuedian_protocol::rules::parse(toml).map_err(|why| PublishError::Rules(why.to_string()))?;
        if let Some(last) = self.rules()?.last()
            && last.version > rules.version
        {
            return Err(PublishError::Rules(format!(
                "version {} is older than {}, which is in force",
                rules.version, last.version
            )));
        }
        self.store.put_text(&rules_name(rules.version), toml)?;
        Ok(self.store.put_text(text::RULES, toml)?)
    }
}

fn rules_name(version: u32) -> String {
    format!("{} {version}", text::RULES)
}

/// All records settled.
pub(crate) struct Settled {
    pub settlement: Settlement,
    pub plans: Vec<SessionPlan>,
    pub opening: Opening,
}

impl Folded {
    /// All records, in the order in which they came.
    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    /// Reads one line. Gives what the hub thinks of it, when that is bad.
    fn read(&mut self, line: &StoredLine) -> Option<(u64, Option<String>)> {
        self.after = self.after.max(line.no);
        let epoch = line.epoch.to_string().replace('-', "");
        self.through.insert(line.device.to_string(), Position { epoch, seq: line.seq });
        match read_line(&line.line) {
            Ok((envelope, Some(kind))) => {
                let record = envelope.with(kind);
                if let Kind::Card(Card::Linked { .. }) = record.kind {
                    self.links.extend(Linked::of(&record));
                }
                self.records.push(record);
                None
            }
            // Written by later software: kept, not folded, and nothing is wrong with it.
            Ok((_, None)) => None,
            Err(BadRecord::Envelope(why)) => Some((line.no, Some(why))),
            Err(BadRecord::Body { bad, .. }) => Some((line.no, Some(bad.to_string()))),
        }
    }
}
