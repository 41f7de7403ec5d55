using Ferry.App.Shell;

namespace Ferry.App.Commands;

/// <summary>
/// Reads lines without blocking the caller. A read cannot be taken back from the system: one that was given up goes on,
/// and the next caller gets its line.
/// </summary>
/// <param name="job">Null when the input is no terminal's.</param>
internal sealed class LineReader(TextReader input, TerminalJob? job = null)
{
    private Task<string?>? _pending;

    /// <summary>False while the terminal belongs to another job.</summary>
    public bool MayRead => job is null or { MayRead: true };

    /// <summary>Null at the end of input (Ctrl-D).</summary>
    /// <param name="prompt">Called when reading begins, and again when the terminal was away and is back.</param>
    public async Task<string?> ReadAsync(Action prompt, CancellationToken cancel)
    {
        while (true)
        {
            if (job is not null) await job.WaitToReadAsync(cancel);
            prompt();
            try
            {
                _pending ??= Task.Run(input.ReadLine, CancellationToken.None);
                var line = await _pending.WaitAsync(cancel);
                _pending = null;
                return line;
            }
            catch (IOException) when (job is { MayRead: false })
            {
                _pending = null;
            }
        }
    }
}
