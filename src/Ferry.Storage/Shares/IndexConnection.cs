using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Microsoft.Data.Sqlite;

namespace Ferry.Storage.Shares;

/// <summary>
/// A connection to the index with its statements, each prepared once: a scan runs one of them for every file. Whoever
/// uses it holds its gate. Every method may throw <see cref="SqliteException"/>.
/// </summary>
internal sealed class IndexConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    /// <summary>Not pooled: closing must close the file, for a damaged one is moved aside.</summary>
    /// <param name="path">Null for an index in memory, which is as long as the connection.</param>
    internal IndexConnection(string? path)
    {
        IsInMemory = path is null;
        var source = new SqliteConnectionStringBuilder { DataSource = path ?? ":memory:", Pooling = false };
        _connection = new SqliteConnection(source.ToString());
    }

    internal Lock Gate { get; } = new();
    internal bool IsInMemory { get; }

    internal void Open() => _connection.Open();

    /// <summary>The statement is used, and its rows are closed, before it is asked for again.</summary>
    internal SqliteCommand Prepare(string sql, params ReadOnlySpan<(string Name, object? Value)> arguments)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            _prepared.Add(sql, command);
        }
        foreach (var (name, value) in arguments)
        {
            if (command.Parameters.Contains(name)) command.Parameters[name].Value = value ?? DBNull.Value;
            else command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }
        return command;
    }

    /// <returns>How many rows it has changed.</returns>
    internal int Run(string sql, params ReadOnlySpan<(string Name, object? Value)> arguments) =>
        Prepare(sql, arguments).ExecuteNonQuery();

    /// <summary>Once, several statements perhaps.</summary>
    internal void RunScript(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    internal object? Ask(string sql, params ReadOnlySpan<(string Name, object? Value)> arguments) =>
        Prepare(sql, arguments).ExecuteScalar();

    /// <summary>All of it, or none when it throws. A thousand changes cost about as much as one.</summary>
    internal T InTransaction<T>(Func<T> act)
    {
        RunScript("BEGIN");
        try
        {
            var result = act();
            RunScript("COMMIT");
            return result;
        }
        catch (SqliteException)
        {
            RollBack();
            throw;
        }
    }

    /// <summary>An error may have rolled back already.</summary>
    internal void RollBack()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0) RunScript("ROLLBACK");
    }

    internal bool IsAttached(string name) =>
        Ask("SELECT 1 FROM pragma_database_list WHERE name = $name", ("$name", name)) is not null;

    /// <summary>Null for whatever no run has written.</summary>
    internal static ContentId? ContentAt(SqliteDataReader rows, int column)
    {
        var bytes = SQLitePCL.raw.sqlite3_column_blob(rows.Handle, column);
        return bytes.Length == Bytes32.Length ? new ContentId(Bytes32.From(bytes)) : null;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values) command.Dispose();
        _connection.Dispose();
    }
}
