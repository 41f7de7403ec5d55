using Ferry.Names;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Microsoft.Data.Sqlite;

namespace Ferry.Storage.Shares;

/// <summary>
/// The index on disk, so that files need not be hashed again after a restart. All but the list of shared paths can be
/// rebuilt, so it trades durability for speed (WAL, <c>synchronous=NORMAL</c>: a power cut may lose the last
/// transactions, never the others). Leaves are kept apart from files: two files may have the same content, and start-up
/// reads all files but no leaves. Safe for several threads, one at a time. Every method may throw
/// <see cref="SqliteException"/>.
/// </summary>
internal sealed class IndexDatabase : IDisposable
{
    internal const int SchemaVersion = 4;

    private const string Schema = """
        CREATE TABLE roots (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, target TEXT NOT NULL,
            added INTEGER NOT NULL, hidden INTEGER NOT NULL);
        CREATE TABLE files (
            root INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE, path TEXT NOT NULL,
            size INTEGER NOT NULL, mtime INTEGER NOT NULL, inode INTEGER NOT NULL, ctime INTEGER NOT NULL,
            state INTEGER NOT NULL, content BLOB, reason TEXT, PRIMARY KEY (root, path)) WITHOUT ROWID;
        CREATE TABLE manifests (content BLOB PRIMARY KEY, size INTEGER NOT NULL, leaves BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX files_by_content ON files (content);
        PRAGMA user_version = 4;
        """;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;

    private IndexDatabase(SqliteConnection connection) => _connection = connection;

    /// <exception cref="InvalidDataException">It is damaged, or of another version.</exception>
    internal static IndexDatabase Open(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = Connect(path);
        var database = new IndexDatabase(connection);
        try
        {
            connection.Open();
            database.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
            var version = (long)database.Ask("PRAGMA user_version")!;
            if (version == 0) database.Run($"BEGIN; {Schema} COMMIT;");
            else if (version != SchemaVersion) throw new InvalidDataException($"it is of version {version}");
            var isWhole = database.Ask("PRAGMA quick_check(1)") is "ok";
            if (!isWhole) throw new InvalidDataException("its pages are damaged");
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
            using var database = new IndexDatabase(Connect(path));
            database._connection.Open();
            return database.Paths();
        }
        catch (Exception exception)
            when (exception is SqliteException or InvalidCastException or InvalidOperationException)
        {
            return [];
        }
    }

    internal List<ShareRoot> Roots()
    {
        lock (_gate)
        {
            using var command = Command("SELECT id, path, target, hidden FROM roots ORDER BY path");
            using var rows = command.ExecuteReader();
            var roots = new List<ShareRoot>();
            while (rows.Read()) roots.Add(new ShareRoot(
                rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetInt64(3) != 0));
            return roots;
        }
    }

    internal List<FileEntry> Files(ShareRoot root, int filesMax)
    {
        lock (_gate)
        {
            using var command = Command("""
                SELECT path, size, mtime, inode, ctime, state, content, reason,
                    content IN (SELECT content FROM manifests) FROM files WHERE root = $root LIMIT $max
                """, ("$root", root.Id), ("$max", filesMax));
            using var rows = command.ExecuteReader();
            var files = new List<FileEntry>();
            while (rows.Read())
            {
                var path = rows.GetString(0);
                var stamp = new FileStamp(
                    rows.GetInt64(1), rows.GetInt64(2), (ulong)rows.GetInt64(3), rows.GetInt64(4));
                var state = (ShareState)rows.GetInt64(5);
                var hasManifest = !rows.IsDBNull(6) && rows.GetInt64(8) == 1;
                ContentId? content = hasManifest && rows.GetFieldValue<byte[]>(6) is { Length: Bytes32.Length } id
                    ? new ContentId(Bytes32.From(id)) : null;
                var reason = rows.IsDBNull(7) ? null : rows.GetString(7);
                var isWhole = Enum.IsDefined(state) && (state != ShareState.Ready || content is not null);
                if (!isWhole) state = ShareState.Hashing;
                files.Add(new FileEntry(root, path, new OfferedName(root.NameOf(path)), stamp, state, content, reason));
            }
            return files;
        }
    }

    /// <summary>The root's id; the old one's when the path is there already.</summary>
    internal long AddRoot(string path, string target, bool offersHidden, DateTimeOffset added)
    {
        lock (_gate)
        {
            using var insert = Command(
                "INSERT OR IGNORE INTO roots (path, target, added, hidden) VALUES ($path, $target, $added, $hidden)",
                ("$path", path), ("$target", target), ("$added", added.ToUnixTimeSeconds()), ("$hidden", offersHidden));
            insert.ExecuteNonQuery();
            using var select = Command("SELECT id FROM roots WHERE path = $path", ("$path", path));
            return (long)select.ExecuteScalar()!;
        }
    }

    internal void Update(ShareRoot root, string target, bool offersHidden)
    {
        lock (_gate)
        {
            using var update = Command(
                "UPDATE roots SET target = $target, hidden = $hidden WHERE id = $id",
                ("$target", target), ("$hidden", offersHidden), ("$id", root.Id));
            update.ExecuteNonQuery();
        }
    }

    /// <summary>With all its files.</summary>
    internal void RemoveRoot(ShareRoot root)
    {
        lock (_gate)
        {
            using var delete = Command("DELETE FROM roots WHERE id = $id", ("$id", root.Id));
            delete.ExecuteNonQuery();
        }
    }

    /// <summary>One transaction, so 1,000 changes cost about as much as one.</summary>
    internal void Save(IReadOnlyList<EntryChange> changes, IReadOnlyList<Manifest> manifests)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            using var keep = Command("INSERT OR REPLACE INTO manifests VALUES ($content, $size, $leaves)");
            foreach (var manifest in manifests)
            {
                Run(
                    keep, ("$content", manifest.Id.Hash.ToArray()), ("$size", manifest.Layout.ContentBytes),
                    ("$leaves", manifest.Leaves.ToArray()));
            }
            // A root removed meanwhile takes no more files.
            using var put = Command("""
                INSERT OR REPLACE INTO files
                SELECT id, $path, $size, $mtime, $inode, $ctime, $state, $content, $reason FROM roots WHERE id = $root
                """);
            using var remove = Command("DELETE FROM files WHERE root = $root AND path = $path");
            foreach (var change in changes)
            {
                if (change.New is { } entry) Put(put, entry);
                else Run(remove, ("$root", change.Either.Root.Id), ("$path", change.Either.Path));
            }
            transaction.Commit();
        }
    }

    /// <summary>Null when there is none, or its hash is wrong.</summary>
    internal Manifest? ReadManifest(ContentId content)
    {
        lock (_gate)
        {
            using var command = Command(
                "SELECT size, leaves FROM manifests WHERE content = $content", ("$content", content.Hash.ToArray()));
            using var row = command.ExecuteReader();
            return row.Read() ? Manifest.TryCreate(content, row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
        }
    }

    /// <summary>Removes the manifests of contents that no file has any more.</summary>
    internal void RemoveUnusedManifests() =>
        Run("DELETE FROM manifests WHERE content NOT IN (SELECT content FROM files WHERE content IS NOT NULL)");

    public void Dispose()
    {
        lock (_gate) _connection.Dispose();
    }

    private static void Put(SqliteCommand put, FileEntry entry) => Run(
        put,
        ("$root", entry.Root.Id), ("$path", entry.Path), ("$size", entry.Stamp.Length),
        ("$mtime", entry.Stamp.ModifiedTicks), ("$inode", (long)entry.Stamp.Inode),
        ("$ctime", entry.Stamp.ChangedTicks), ("$state", (long)entry.State),
        ("$content", (object?)entry.Content?.Hash.ToArray() ?? DBNull.Value),
        ("$reason", (object?)entry.Reason ?? DBNull.Value));

    /// <summary>Not pooled: closing must close the file, for a damaged one is moved aside.</summary>
    private static SqliteConnection Connect(string path) =>
        new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> arguments)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in arguments) command.Parameters.AddWithValue(name, value);
        return command;
    }

    /// <summary>Of the roots, whatever else a damaged or other version's table has.</summary>
    private List<string> Paths()
    {
        using var command = Command("SELECT path FROM roots");
        using var rows = command.ExecuteReader();
        var paths = new List<string>();
        while (rows.Read()) paths.Add(rows.GetString(0));
        return paths;
    }

    /// <summary>A statement prepared once and run for each row.</summary>
    private static void Run(SqliteCommand command, params ReadOnlySpan<(string Name, object Value)> arguments)
    {
        foreach (var (name, value) in arguments)
        {
            if (command.Parameters.Contains(name)) command.Parameters[name].Value = value;
            else command.Parameters.AddWithValue(name, value);
        }
        command.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        lock (_gate)
        {
            using var command = Command(sql);
            command.ExecuteNonQuery();
        }
    }

    private object? Ask(string sql)
    {
        lock (_gate)
        {
            using var command = Command(sql);
            return command.ExecuteScalar();
        }
    }
}
