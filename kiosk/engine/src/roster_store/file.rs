// SPDX-License-Identifier: GPL-3.0-or-later
//! One file of look-ups that others read while it is replaced: `NAME-<generation>.db`, the highest one counts.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use rusqlite::{Connection, OpenFlags};

/// Bytes of pages that a connection keeps in memory.
const CACHE_BYTES: i64 = 8 << 20;

/// What a file holds, and how it is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// First part of its name.
    pub(super) name: &'static str,
    /// A file of another version is thrown away.
    pub(super) version: i32,
    /// Tables, made before it is filled.
    pub(super) tables: &'static str,
    /// Indexes, made when it is filled: sorted at once, not entry by entry.
    pub(super) indexes: &'static str,
}

/// The file, whichever generation it is in. Clones are the same file.
#[derive(Clone, Debug)]
pub(super) struct ViewFile {
    folder: Arc<Path>,
    layout: Layout,
    /// 0: there is none.
    generation: Arc<AtomicU64>,
}

impl ViewFile {
    /// Looks for the newest file of the right version, and removes the others.
    pub(super) fn open(folder: &Path, layout: Layout) -> io::Result<Self> {
        let file = Self { folder: folder.into(), layout, generation: Arc::new(AtomicU64::new(0)) };
        let mut found = file.generations()?;
        found.sort_unstable();
        while let Some(generation) = found.pop() {
            if file.version_of(generation).is_ok_and(|version| version == layout.version) {
                file.generation.store(generation, Ordering::Release);
                break;
            }
            file.remove(generation);
        }
        file.remove_but_newest()?;
        Ok(file)
    }

    pub(super) fn layout(&self) -> Layout {
        self.layout
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    fn path(&self, generation: u64) -> PathBuf {
        self.folder.join(format!("{}-{generation}.db", self.layout.name))
    }

    /// Where the next generation is built.
    pub(super) fn draft(&self) -> PathBuf {
        self.folder.join(format!("{}.new", self.layout.name))
    }

    pub(super) fn remove_draft(&self) -> io::Result<()> {
        remove_with_company(&self.draft())
    }

    /// The draft, closed and synced, is the file from now on. Whoever reads the old one finishes with it.
    pub(super) fn publish(&self) -> io::Result<()> {
        let generation = self.generation() + 1;
        crate::whole_file::publish(&self.draft(), &self.path(generation))?;
        self.generation.store(generation, Ordering::Release);
        self.remove_but_newest()
    }

    /// There is none any more.
    pub(super) fn discard(&self) -> io::Result<()> {
        self.remove_draft()?;
        // A number that was never published: readers see that it changed and find nothing.
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.remove_but_newest()
    }

    /// For looking up. No connection when there is no file. With the generation it is of; none when it is good for one reading only.
    pub(super) fn reader(&self) -> rusqlite::Result<(Option<u64>, Option<Connection>)> {
        let generation = self.generation();
        let path = self.path(generation);
        if !path.exists() {
            return Ok((Some(generation), None));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags)?;
        tune(&connection)?;
        match connection.query_row("SELECT count(*) FROM about", [], |_| Ok(())) {
            Ok(()) => Ok((Some(generation), Some(connection))),
            // On a full disk there is no room for SQLite's shared memory. Whoever taps is still known.
            Err(error) => {
                tracing::warn!(%error, "a look-up file is read without its log");
                Ok((None, Some(read_as_it_is(&path, flags)?)))
            }
        }
    }

    /// For a step. None when there is no file.
    pub(super) fn writer(&self) -> rusqlite::Result<Option<Connection>> {
        let path = self.path(self.generation());
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        tune(&connection)?;
        Ok(Some(connection))
    }

    fn version_of(&self, generation: u64) -> rusqlite::Result<i32> {
        let connection = Connection::open_with_flags(self.path(generation), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.query_row("SELECT count(*) FROM about", [], |_| Ok(()))?;
        connection.pragma_query_value(None, "user_version", |row| row.get(0))
    }

    fn generations(&self) -> io::Result<Vec<u64>> {
        let mut found = Vec::new();
        for file in fs::read_dir(&self.folder)? {
            let name = file?.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.strip_prefix(self.layout.name)?.strip_prefix('-')?.strip_suffix(".db"));
            found.extend(number.and_then(|number| number.parse::<u64>().ok()));
        }
        Ok(found)
    }

    fn remove_but_newest(&self) -> io::Result<()> {
        let newest = self.generation();
        self.generations()?.into_iter().filter(|generation| *generation != newest).for_each(|old| self.remove(old));
        Ok(())
    }

    fn remove(&self, generation: u64) {
        if let Err(error) = remove_with_company(&self.path(generation)) {
            tracing::warn!(file = self.layout.name, generation, %error, "an old look-up file cannot be removed");
        }
    }
}

/// The file alone, without writing anything beside it: steps that are still in its log are not seen.
fn read_as_it_is(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let plain = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let connection =
        Connection::open_with_flags(format!("file:{plain}?immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)?;
    tune(&connection)?;
    Ok(connection)
}

fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(32);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "cache_size", -(CACHE_BYTES / 1024))
}

/// A database, and the log and index that SQLite keeps beside it.
fn remove_with_company(path: &Path) -> io::Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match fs::remove_file(Path::new(&name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
