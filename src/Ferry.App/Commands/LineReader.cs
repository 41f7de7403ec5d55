namespace Ferry.App.Commands;

/// <summary>
/// Reads lines without blocking the caller. A read cannot be taken back from the system: one that was given up goes on,
/// and the next caller gets its line.
/// </summary>
internal sealed class LineReader(TextReader input)
{
    private Task<string?>? _pending;

    /// <summary>Null at the end of input (Ctrl-D).</summary>
    public async Task<string?> ReadAsync(CancellationToken cancel)
    {
        _pending ??= Task.Run(input.ReadLine, CancellationToken.None);
        var line = await _pending.WaitAsync(cancel);
        _pending = null;
        return line;
    }
}
