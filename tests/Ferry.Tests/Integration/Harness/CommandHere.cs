using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Ferry.App;
using Ferry.App.Commands;
using Ferry.App.Output;

namespace Ferry.Tests.Integration.Harness;

/// <summary>
/// A command within this process, for the radio lab: its emulated processor takes seconds to start a process. Nodes are
/// processes of their own there too.
/// </summary>
internal sealed class CommandHere : IRunningCommand
{
    private readonly Interrupts _interrupts = new();
    private readonly StringWriter _errors = new() { NewLine = "\n" };
    private readonly LineWriter _output = new();
    private readonly Task<int> _run;

    public CommandHere(IReadOnlyList<string> arguments) => _run = RunAsync(arguments);

    public string Errors => _errors.ToString().TrimEnd();
    public IReadOnlyCollection<string> Output => _output.Lines;

    public IAsyncEnumerable<string> LinesAsync(CancellationToken cancel) => _output.Coming.ReadAllAsync(cancel);

    public Task<int> ExitAsync() => Eventually.InTimeAsync("the command to end", _run);

    public async ValueTask DisposeAsync()
    {
        _interrupts.OnTerminate();
        await _run;
        _interrupts.Dispose();
        await _errors.DisposeAsync();
        await _output.DisposeAsync();
    }

    private async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        // The caller has its reader of lines first.
        await Task.Yield();
        var screen = new Screen(_output, _errors, ScreenTraits.Plain);
        var code = await Launch.RunAsync(arguments, screen, TextReader.Null, _interrupts);
        RadioLab.Say($"{string.Join(' ', arguments)}: exit code {code}");
        _output.Complete();
        return code;
    }

    private sealed class LineWriter : TextWriter
    {
        private readonly StringBuilder _begun = new();
        private readonly ConcurrentQueue<string> _lines = new();
        private readonly Channel<string> _coming = Channel.CreateUnbounded<string>();

        public override Encoding Encoding => Encoding.UTF8;
        public IReadOnlyCollection<string> Lines => _lines;
        public ChannelReader<string> Coming => _coming.Reader;

        public override void WriteLine(string? value)
        {
            var line = _begun + value;
            _begun.Clear();
            _lines.Enqueue(line);
            _coming.Writer.TryWrite(line);
        }

        public override void Write(char value)
        {
            if (value == '\n') WriteLine("");
            else _begun.Append(value);
        }

        public void Complete() => _coming.Writer.Complete();
    }
}
