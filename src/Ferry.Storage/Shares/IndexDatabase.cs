using Ferry.Protocol.Content;
using Ferry.Storage.Trees;
using Microsoft.Data.Sqlite;

namespace Ferry.Storage.Shares;

/// <summary>
/// The index on disk: what is shared, which files there are, and their leaves. Nothing of it is kept in memory, so that
/// a million files need no more of it than ten. All but the list of shared paths can be rebuilt, so it trades
/// durability for speed (WAL, <c>synchronous=NORMAL</c>: a power cut may lose the last transactions, never the others).
/// One connection changes it; a search, which takes longer, has another one.
///
/// When the disk fails, or is full, sharing goes on with a copy in memory, until the disk takes it back. Safe for
/// several threads. What is about roots may throw <see cref="SqliteException"/>, all else only when memory is short.
/// </summary>
internal sealed class IndexDatabase : IDisposable
{
    internal const int SchemaVersion = 6;

    /// <summary>
    /// Both indexes of contents have their first eight bytes and a row's number alone: contents are in no order, and
    /// every page less that is written for the next few hundred is time.
    /// </summary>
    private const string Tables = """
        CREATE TABLE files (
            id INTEGER PRIMARY KEY, root INTEGER NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
            mtime INTEGER NOT NULL, inode INTEGER NOT NULL, ctime INTEGER NOT NULL, state INTEGER NOT NULL,
            content BLOB, reason TEXT);
        CREATE UNIQUE INDEX files_by_path ON files (root, path);
        CREATE INDEX files_by_content ON files (substr(content, 1, 8));
        CREATE INDEX files_not_ready ON files (state) WHERE state <> 1;
        CREATE TABLE manifests (content BLOB NOT NULL, size INTEGER NOT NULL, leaves BLOB NOT NULL);
        CREATE INDEX manifests_by_content ON manifests (substr(content, 1, 8));
        CREATE TABLE folders (path TEXT PRIMARY KEY, map BLOB NOT NULL) WITHOUT ROWID;
        """;

    private const string Schema = $"""
        CREATE TABLE roots (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, target TEXT NOT NULL,
            added INTEGER NOT NULL, hidden INTEGER NOT NULL);
        {Tables}
        PRAGMA user_version = 6;
        """;

    private readonly string _path;
    private readonly Action<string> _warn;
    private readonly IndexConnection _disk;
    private readonly IndexConnection _diskReader;
    private volatile IndexConnection _writer;
    private volatile IndexConnection _reader;

    private IndexDatabase(string path, Action<string> warn)
    {
        (_path, _warn) = (path, warn);
        (_disk, _diskReader) = (new IndexConnection(path), new IndexConnection(path));
        (_writer, _reader) = (_disk, _diskReader);
    }

    /// <summary>The disk has failed, and what could be read of the index is in memory.</summary>
    internal event EventHandler? Moved;

    /// <exception cref="InvalidDataException">It is damaged, or of another version.</exception>
    internal static IndexDatabase Open(string path, Action<string> warn)
    {
        SQLitePCL.Batteries_V2.Init();
        var database = new IndexDatabase(path, warn);
        try
        {
            var disk = database._disk;
            disk.Open();
            disk.RunScript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;");
            var version = (long)disk.Ask("PRAGMA user_version")!;
            if (version == 0) disk.RunScript($"BEGIN; {Schema} COMMIT;");
            else if (version != SchemaVersion) throw new InvalidDataException($"it is of version {version}");
            var isWhole = disk.Ask("PRAGMA quick_check(1)") is "ok";
            if (!isWhole) throw new InvalidDataException("its pages are damaged");
            database._diskReader.Open();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The paths shared, from a database that may be damaged in any way; empty when they cannot be told.
    /// </summary>
    internal static IReadOnlyList<string> SalvageRoots(string path)
    {
        try
        {
            using var connection = new IndexConnection(path);
            connection.Open();
            var paths = new List<string>();
            using var rows = connection.Prepare("SELECT path FROM roots").ExecuteReader();
            while (rows.Read()) paths.Add(rows.GetString(0));
            return paths;
        }
        catch (Exception exception)
            when (exception is SqliteException or InvalidCastException or InvalidOperationException)
        {
            return [];
        }
    }

    internal List<ShareRoot> Roots()
    {
        lock (_disk.Gate)
        {
            using var rows = _disk.Prepare("SELECT id, path, target, hidden FROM roots ORDER BY path").ExecuteReader();
            var roots = new List<ShareRoot>();
            while (rows.Read()) roots.Add(new ShareRoot(
                rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetInt64(3) != 0));
            return roots;
        }
    }

    /// <summary>The root's id; the old one's when the path is there already.</summary>
    internal long AddRoot(string path, string target, bool offersHidden, DateTimeOffset added)
    {
        lock (_disk.Gate)
        {
            // Looked for first: a node starts on a full disk, too.
            if (_disk.Ask("SELECT id FROM roots WHERE path = $path", ("$path", path)) is long known) return known;
            return (long)_disk.Ask(
                "INSERT INTO roots (path, target, added, hidden) VALUES ($path, $target, $added, $hidden) RETURNING id",
                ("$path", path), ("$target", target), ("$added", added.ToUnixTimeSeconds()),
                ("$hidden", offersHidden))!;
        }
    }

    internal void Update(ShareRoot root, string target, bool offersHidden)
    {
        lock (_disk.Gate)
        {
            _disk.Run(
                "UPDATE roots SET target = $target, hidden = $hidden WHERE id = $id",
                ("$target", target), ("$hidden", offersHidden), ("$id", root.Id));
        }
    }

    /// <summary>Its files stay until they are swept away: there may be a million of them.</summary>
    internal void RemoveRoot(ShareRoot root)
    {
        lock (_disk.Gate) _disk.Run("DELETE FROM roots WHERE id = $id", ("$id", root.Id));
    }

    /// <param name="act">May be done twice.</param>
    internal T Write<T>(Func<IndexConnection, T> act) => On(() => _writer, act);

    /// <summary>Beside what is being written; sees all that was written before.</summary>
    /// <param name="act">May be done twice.</param>
    internal T Search<T>(Func<IndexConnection, T> act) => On(() => _reader, act);

    /// <summary>Null when there is none, or its hash is wrong.</summary>
    internal Manifest? ReadManifest(ContentId content) => Write(at =>
    {
        using var row = at.Prepare(
            """
            SELECT size, leaves FROM manifests
            WHERE substr(content, 1, 8) = substr($content, 1, 8) AND content = $content
            """, ("$content", content.Hash.ToArray())).ExecuteReader();
        return row.Read() ? Manifest.TryCreate(content, row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
    });

    internal static void Keep(IndexConnection at, Manifest manifest)
    {
        var content = manifest.Id.Hash.ToArray();
        at.Run(
            """
            DELETE FROM manifests WHERE substr(content, 1, 8) = substr($content, 1, 8) AND content = $content
            """, ("$content", content));
        at.Run(
            "INSERT INTO manifests VALUES ($content, $size, $leaves)",
            ("$content", content), ("$size", manifest.Layout.ContentBytes), ("$leaves", manifest.Leaves.ToArray()));
    }

    /// <summary>As <see cref="FolderMapCodec"/> made it; null when there is none.</summary>
    internal byte[]? ReadFolder(string path) => Write(at =>
    {
        using var row = at.Prepare("SELECT map FROM folders WHERE path = $path", ("$path", path)).ExecuteReader();
        return row.Read() ? row.GetFieldValue<byte[]>(0) : null;
    });

    internal static void Keep(IndexConnection at, string path, ContentId content, FolderMap map)
    {
        const string Put = "REPLACE INTO folders VALUES ($path, $map)";
        at.Run(Put, ("$path", path), ("$map", FolderMapCodec.Encode(content, map)));
        at.Prepare(Put, ("$map", null)); // The statement stays in memory, and its bytes need not.
    }

    /// <summary>Removes the maps of folders, and the manifests of contents, that are offered no more.</summary>
    internal void RemoveUnused() => Write(at =>
        at.Run("DELETE FROM folders WHERE path NOT IN (SELECT path FROM files)") + RemoveUnusedManifests(at));

    private static int RemoveUnusedManifests(IndexConnection at) => at.Run("""
        DELETE FROM manifests WHERE NOT EXISTS (SELECT 1 FROM files
        WHERE substr(files.content, 1, 8) = substr(manifests.content, 1, 8) AND files.content = manifests.content)
        """);

    /// <summary>After a failure of the disk: all of it goes back there, when it takes it.</summary>
    internal void TryReturn()
    {
        var memory = _writer;
        if (!memory.IsInMemory) return;
        lock (memory.Gate)
        {
            try
            {
                memory.Run("ATTACH $path AS disk", ("$path", _path));
                memory.RunScript("""
                    BEGIN; DELETE FROM disk.files; DELETE FROM disk.manifests; DELETE FROM disk.folders;
                    INSERT INTO disk.files SELECT * FROM files; INSERT INTO disk.manifests SELECT * FROM manifests;
                    INSERT INTO disk.folders SELECT * FROM folders;
                    COMMIT
                    """);
                (_writer, _reader) = (_disk, _diskReader);
                memory.Dispose();
            }
            catch (SqliteException)
            {
                // It goes on in memory, as was said when the disk failed.
                memory.RollBack();
                if (memory.IsAttached("disk")) memory.RunScript("DETACH disk");
            }
        }
    }

    public void Dispose()
    {
        if (_writer.IsInMemory) _writer.Dispose();
        lock (_diskReader.Gate) _diskReader.Dispose();
        lock (_disk.Gate) _disk.Dispose();
    }

    private T On<T>(Func<IndexConnection> current, Func<IndexConnection, T> act)
    {
        while (true)
        {
            var at = current();
            lock (at.Gate)
            {
                if (at != current()) continue;
                try
                {
                    return act(at);
                }
                catch (SqliteException exception) when (!at.IsInMemory)
                {
                    MoveToMemory(exception);
                }
            }
            Moved?.Invoke(this, EventArgs.Empty);
        }
    }

    private void MoveToMemory(SqliteException cause)
    {
        lock (_disk.Gate)
        {
            if (_writer.IsInMemory) return;
            _warn($"the index of shared files could not be read or written ({cause.Message}): "
                + "sharing goes on in memory, what is new is hashed again after a restart");
            var memory = new IndexConnection(null);
            memory.Open();
            memory.RunScript(Tables);
            try
            {
                memory.Run("ATTACH $path AS disk", ("$path", _path));
                memory.RunScript("""
                    BEGIN; INSERT INTO files SELECT * FROM disk.files;
                    INSERT INTO manifests SELECT * FROM disk.manifests;
                    INSERT INTO folders SELECT * FROM disk.folders; COMMIT; DETACH disk
                    """);
            }
            catch (SqliteException)
            {
                // The next scan finds all of it, and hashes it again.
                memory.RollBack();
                if (memory.IsAttached("disk")) memory.RunScript("DETACH disk");
            }
            (_writer, _reader) = (memory, memory);
        }
    }
}
