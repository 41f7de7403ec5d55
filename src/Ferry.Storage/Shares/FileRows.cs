using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Microsoft.Data.Sqlite;

namespace Ferry.Storage.Shares;

/// <summary>The rows of the index as entries, and back.</summary>
internal static class FileRows
{
    /// <summary>What <see cref="Read"/> reads.</summary>
    internal const string Columns = "id, root, path, size, mtime, inode, ctime, state, content, reason";

    internal const string HasContent = "substr(content, 1, 8) = substr($content, 1, 8) AND content = $content";

    internal static FileEntry Read(SqliteDataReader row, ShareRoot root)
    {
        var stamp = new FileStamp(row.GetInt64(3), row.GetInt64(4), (ulong)row.GetInt64(5), row.GetInt64(6));
        return new FileEntry(
            root, row.GetString(2), stamp, (ShareState)row.GetInt64(7), IndexConnection.ContentAt(row, 8),
            row.IsDBNull(9) ? null : row.GetString(9));
    }

    internal static (long Id, FileEntry? Entry) Find(IndexConnection at, ShareRoot root, string path)
    {
        using var rows = at.Prepare(
            $"SELECT {Columns} FROM files WHERE root = $root AND path = $path",
            ("$root", root.Id), ("$path", path)).ExecuteReader();
        return rows.Read() ? (rows.GetInt64(0), Read(rows, root)) : (0, null);
    }

    /// <summary>Makes the change if it is one of the current entry.</summary>
    internal static bool TryMake(IndexConnection at, EntryChange change)
    {
        var (root, path) = (change.Either.Root, change.Either.Path);
        var (id, current) = Find(at, root, path);
        if (current != change.Old) return false;
        if (change.New is { } entry) Put(at, current is null ? null : id, entry);
        else at.Run("DELETE FROM files WHERE id = $id", ("$id", id));
        return true;
    }

    /// <param name="id">Null for a new one.</param>
    private static void Put(IndexConnection at, long? id, FileEntry entry)
    {
        (string, object?)[] values =
        [
            ("$id", id), ("$root", entry.Root.Id), ("$path", entry.Path), ("$size", entry.Stamp.Length),
            ("$mtime", entry.Stamp.ModifiedTicks), ("$inode", (long)entry.Stamp.Inode),
            ("$ctime", entry.Stamp.ChangedTicks), ("$state", (long)entry.State),
            ("$content", entry.Content?.Hash.ToArray()), ("$reason", entry.Reason),
        ];
        at.Run(
            id is null
                ? """
                INSERT INTO files
                VALUES ($id, $root, $path, $size, $mtime, $inode, $ctime, $state, $content, $reason)
                """
                : """
                UPDATE files SET root = $root, path = $path, size = $size, mtime = $mtime, inode = $inode,
                    ctime = $ctime, state = $state, content = $content, reason = $reason WHERE id = $id
                """,
            values);
    }

    /// <summary>Rows that no run has written; those of a share that was removed last; and those beyond the limit.
    /// </summary>
    internal static void Clean(IndexConnection at, long filesMax)
    {
        at.Run("""
            UPDATE files SET state = 0, content = NULL
            WHERE state NOT IN (0, 1, 2, 3) OR (state = 1 AND length(content) IS NOT 32)
            """);
        at.Run("DELETE FROM files WHERE root NOT IN (SELECT id FROM roots)");
        var surplus = (long)at.Ask("SELECT count(*) FROM files")! - filesMax;
        if (surplus <= 0) return;
        at.Run(
            "DELETE FROM files WHERE id IN (SELECT id FROM files ORDER BY id DESC LIMIT $surplus)",
            ("$surplus", surplus));
    }
}
