namespace Ferry.App.Commands;

/// <summary>Whoever types lines.</summary>
internal interface ILineReader
{
    /// <summary>False while the terminal belongs to another job.</summary>
    bool MayRead { get; }

    /// <summary>Null at the end of input (Ctrl-D).</summary>
    /// <param name="prompt">Shown when reading begins, and again when the terminal was away and is back.</param>
    Task<string?> ReadAsync(string prompt, CancellationToken cancel);
}
