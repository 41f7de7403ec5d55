using System.Diagnostics;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Microsoft.Data.Sqlite;

namespace Ferry.Benchmarks.Log;

/// <summary>
/// Durable records, each caller waiting for its own: our log with its group commit, and SQLite (WAL,
/// <c>synchronous=FULL</c>) with a transaction for each. SQLite has one connection that the callers take turns at: it
/// knows one writer at a time, and this spares it the waiting for its own locks.
/// </summary>
internal static class AppendDuel
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1.5);

    /// <summary>Records per second of both, one after the other in the same folder.</summary>
    public static (double Ferry, double Sqlite) Fight(int callers)
    {
        var folder = Directory.CreateTempSubdirectory("ferry-log-");
        try
        {
            return (Ferry(folder.CreateSubdirectory("ferry").FullName, callers),
                Sqlite(Path.Combine(folder.FullName, "sqlite.db"), callers));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    private static double Ferry(string folder, int callers)
    {
        using var log = TransferLog.Open(new FileDisk(), folder).Log;
        log.Commit();
        return Run(callers, number => log.Commit(new JournalRecord.UploadOpened(
            new TransferId((UInt128)number), Samples.Content, Samples.Node((int)number), "a song.flac", 31_415_926,
            DateTimeOffset.UnixEpoch)));
    }

    private static double Sqlite(string path, int callers)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path }.ToString());
        connection.Open();
        using var setUp = connection.CreateCommand();
        setUp.CommandText = """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE uploads (transfer INTEGER PRIMARY KEY, content BLOB NOT NULL, requester BLOB NOT NULL,
                name TEXT NOT NULL, size INTEGER NOT NULL, at INTEGER NOT NULL);
            """;
        setUp.ExecuteNonQuery();
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO uploads VALUES ($transfer, $content, $requester, $name, $size, $at)";
        var transfer = insert.Parameters.Add("$transfer", SqliteType.Integer);
        insert.Parameters.AddWithValue("$content", Samples.Content.Hash.ToArray());
        insert.Parameters.AddWithValue("$requester", Samples.Node(1).Hash.ToArray());
        insert.Parameters.AddWithValue("$name", "a song.flac");
        insert.Parameters.AddWithValue("$size", 31_415_926L);
        insert.Parameters.AddWithValue("$at", 0L);
        insert.Prepare();
        var gate = new Lock();
        // Outside an explicit transaction every statement is one, and durable when it returns.
        return Run(callers, number =>
        {
            lock (gate)
            {
                transfer.Value = number;
                insert.ExecuteNonQuery();
            }
        });
    }

    private static double Run(int callers, Action<long> append)
    {
        var made = 0L;
        var started = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, callers).Select(_ => new Thread(() =>
        {
            while (Stopwatch.GetElapsedTime(started) < Length) append(Interlocked.Increment(ref made));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return made / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
