using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>A process that does not outlive its test. Its lines are kept, and can be read as they come.</summary>
internal sealed class ChildProcess : IRunningCommand
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private ChildProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(
            ReadAsync(process.StandardOutput, Keep), ReadAsync(process.StandardError, _errors.Enqueue));
    }

    public string Errors => string.Join('\n', _errors);
    public IReadOnlyCollection<string> Output => _output;
    public bool HasExited => _process.HasExited;
    public int Id => _process.Id;

    /// <param name="keepInput">
    /// Standard input stays open until the process is disposed, or this process ends, whatever happens to it.
    /// </param>
    public static ChildProcess Start(IReadOnlyList<string> command, bool keepInput = false)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var word in command.Skip(1)) start.ArgumentList.Add(word);
        start.Environment["DOTNET_NOLOGO"] = "1";
        // A node of the developer's own must not get in the way.
        start.Environment.Remove("FERRY_HOME");
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        if (!keepInput) process.StandardInput.Close();
        return new ChildProcess(process);
    }

    /// <summary>The lines of standard output from here on; ends with the process. One reader.</summary>
    public IAsyncEnumerable<string> LinesAsync(CancellationToken cancel) => _lines.Reader.ReadAllAsync(cancel);

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit);
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>As a crash or a power cut would: SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await ExitAsync();
    }

    public async Task SignalAsync(string signal)
    {
        await using var kill = Start(["sh", "-c", $"kill -{signal} {_process.Id}"]);
        Assert.Equal(0, await kill.ExitAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        await _reading;
        _process.Dispose();
    }

    private void Keep(string line)
    {
        _output.Enqueue(line);
        _lines.Writer.TryWrite(line);
    }

    private async Task ReadAsync(StreamReader reader, Action<string> keep)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line) keep(line);
        if (reader == _process.StandardOutput) _lines.Writer.Complete();
    }
}
