using System.Diagnostics;
using System.Text.Json;
using Ferry.App.Control;
using Ferry.Runtime;

namespace Ferry.App.Commands.Demo;

/// <summary>One node of the demo: this same program, in a process of its own.</summary>
internal sealed class DemoNode(string name, string folder) : IAsyncDisposable
{
    private const int LogLinesMax = 20;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly string _home = Path.Combine(folder, name);
    private readonly Queue<string> _log = [];
    private Process? _process;
    private Task _reading = Task.CompletedTask;
    private ControlClient? _client;

    /// <summary>Port 0 takes a free one; a node that comes back must take the same again, or nobody finds it.</summary>
    private string _listen = "tcp://127.0.0.1:0";

    public string Name { get; } = name;
    public string Address => _listen;
    public string Id { get; private set; } = "";

    public INode Control => _client ?? throw new InvalidOperationException($"{Name} was not started.");

    /// <summary>Returns when the node listens and answers.</summary>
    public async Task StartAsync(IReadOnlyList<string> joins, string? share, CancellationToken cancel)
    {
        await DropAsync();
        var process = Process.Start(StartInfo(joins, share))!;
        _process = process;
        _reading = ReadLogAsync(process.StandardError);
        var line = await process.StandardOutput.ReadLineAsync(cancel);
        if (line is null)
        {
            await _reading;
            throw new FerryException(FailureKind.Failed, $"the node {Name} did not start");
        }
        var status = JsonSerializer.Deserialize(line, ControlJson.Default.StatusInfo)!;
        Id = status.Node;
        _listen = status.Listening[0];
        _client = new ControlClient(_home, "ferry demo", TimeProvider.System);
    }

    /// <summary>SIGKILL: the node says no goodbye and flushes nothing.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await DropAsync();
    }

    /// <summary>The last lines of its standard error.</summary>
    public IEnumerable<string> Log()
    {
        lock (_log) return _log.Select(line => $"{Name}: {line}").ToList();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            // The end of its input tells it to stop.
            process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopTimeout);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }
        await DropAsync();
    }

    /// <summary>A process that has ended or is about to.</summary>
    private async Task DropAsync()
    {
        _client?.Dispose();
        _client = null;
        if (_process is null) return;
        await _process.WaitForExitAsync(CancellationToken.None);
        await _reading;
        _process.Dispose();
        _process = null;
    }

    private ProcessStartInfo StartInfo(IReadOnlyList<string> joins, string? share)
    {
        var program = Environment.ProcessPath ?? "dotnet";
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Under `dotnet ferry-node.dll` the first argument is the program.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }
        string[] arguments =
        [
            "node", "--home", _home, "--name", Name, "--listen", _listen, "--open", "--discovery", "off", "--json",
            "--stop-with-input",
            // The demo asks before it takes its room, and gives it back at the end.
            "--keep-free", "0",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var join in joins)
        {
            start.ArgumentList.Add("--join");
            start.ArgumentList.Add(join);
        }
        if (share is null) return start;
        start.ArgumentList.Add("--share");
        start.ArgumentList.Add(share);
        return start;
    }

    private async Task ReadLogAsync(StreamReader error)
    {
        while (await error.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (_log)
            {
                _log.Enqueue(line);
                if (_log.Count > LogLinesMax) _log.Dequeue();
            }
        }
    }
}
