using Ferry.App.Output;
using Ferry.App.Shell;

namespace Ferry.App.Commands;

/// <summary>
/// Reads lines without blocking the caller; a terminal edits them itself. A read cannot be taken back from the system:
/// one that was given up goes on, and the next caller gets its line.
/// </summary>
/// <param name="job">Null when the input is no terminal's.</param>
internal sealed class LineReader(TextReader input, Screen screen, TerminalJob? job = null) : ILineReader
{
    private Task<string?>? _pending;

    public bool MayRead => job is null or { MayRead: true };

    public async Task<string?> ReadAsync(string prompt, CancellationToken cancel)
    {
        while (true)
        {
            if (job is not null) await job.WaitToReadAsync(cancel);
            screen.Prompt(prompt);
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
