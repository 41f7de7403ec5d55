using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ferry.Storage.Shares;

/// <summary>
/// Opens the index whatever state it is in. A damaged one is moved aside, for diagnosis, and rebuilt: that costs
/// hashing, not files. The list of shared paths is salvaged where it can still be read.
/// </summary>
internal static class IndexRebuild
{
    /// <exception cref="ShareException">The file system does not let us.</exception>
    internal static IndexDatabase Open(string home, DateTimeOffset now, Action<string> warn)
    {
        var path = Path.Combine(home, "index.db");
        try
        {
            return IndexDatabase.Open(path, warn);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            return Rebuild(path, now, exception, warn);
        }
        catch (SqliteException exception)
        {
            throw CannotOpen(path, exception);
        }
    }

    private static IndexDatabase Rebuild(string path, DateTimeOffset now, Exception damage, Action<string> warn)
    {
        try
        {
            var roots = IndexDatabase.SalvageRoots(path);
            var aside = path + ".damaged";
            File.Move(path, aside, overwrite: true);
            File.Delete(path + "-wal");
            File.Delete(path + "-shm");
            var database = IndexDatabase.Open(path, warn);
            foreach (var root in roots) database.AddRoot(root, root, offersHidden: false, now);
            var sequel = roots.Count > 0 ? "again" : "again once they are shared again, their list was lost, too";
            warn($"the index of shared files {path} was damaged ({damage.Message}) and is now {aside}: "
                + "shared files are hashed " + sequel);
            return database;
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw CannotOpen(path, exception);
        }
    }

    private static ShareException CannotOpen(string path, Exception exception) => new(
        ShareFailure.NotSaved,
        $"the index {path} cannot be opened ({exception.Message}): give this user the right to, and room on the disk",
        exception);

    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or InvalidCastException
        || exception is SqliteException
        {
            SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR,
        };
}
