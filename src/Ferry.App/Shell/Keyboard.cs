using Ferry.App.Output;

namespace Ferry.App.Shell;

/// <summary>
/// The keyboard of a terminal, key by key: without it the terminal keeps a line to itself until Enter, and echoes it.
/// Ctrl-C and Ctrl-Z stay signals.
/// </summary>
/// <param name="keys">What the terminal sends.</param>
/// <param name="terminal">Null when there is no terminal whose settings must be changed for it.</param>
internal sealed class Keyboard(Stream keys, TerminalSettings? terminal)
{
    private readonly byte[] _buffer = new byte[1024];
    private Task<int>? _pending;

    /// <summary>Null where the settings of a terminal are not known to us: there it edits lines itself.</summary>
    public static Keyboard? OfProcess(Stream input) =>
        TerminalSettings.Read(Descriptor.Input) is { } settings ? new Keyboard(input, settings) : null;

    /// <summary>Only in the foreground: the settings are those of all jobs.</summary>
    public void Take() => terminal?.Apply(keyByKey: true);

    public void GiveBack() => terminal?.Apply(keyByKey: false);

    /// <summary>
    /// Empty at the end of input. A read cannot be taken back from the system: one that was given up goes on, and the
    /// next caller gets its keys.
    /// </summary>
    /// <exception cref="IOException">The terminal is another job's, or gone.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancel)
    {
        _pending ??= Task.Run(() => keys.Read(_buffer), CancellationToken.None);
        try
        {
            var count = await _pending.WaitAsync(cancel);
            _pending = null;
            return _buffer.AsMemory(0, count);
        }
        catch (IOException)
        {
            _pending = null;
            throw;
        }
    }
}
