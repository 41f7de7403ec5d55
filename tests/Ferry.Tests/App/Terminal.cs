using Ferry.App.Commands;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.Tests.App;

/// <summary>Runs commands against a node, and keeps what they print.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public FakeNode Node { get; } = new();
    public CommandTable Table { get; } = new();
    public Interrupts Interrupts { get; } = new();
    public string Home { get; init; } = "/data/boat/.ferry";
    public INode? Through { get; init; }
    public bool IsTerminal { get; init; }
    public TextReader Input { get; init; } = TextReader.Null;

    public string Output => _output.ToString();
    public string Error => _error.ToString();
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Screen Screen
    {
        get
        {
            var live = IsTerminal ? new LiveBlock(_output, () => new TerminalSize(100, 24), colour: false) : null;
            var traits = new ScreenTraits(IsTerminal, IsTerminal, Colour: false, () => 100);
            return new Screen(live?.Above("\n") ?? _output, _error, traits, live);
        }
    }

    public Task<ExitCode> RunAsync(params string[] words) => RunAsync(Interrupts.Stop, words);

    public Task<ExitCode> RunAsync(CancellationToken cancel, params string[] words) =>
        CommandRunner.RunAsync(Table, words, Screen, typed => $"ferry {typed}", (_, screen) => Context(screen), cancel);

    public CommandContext Context(Screen? screen = null) => new()
    {
        Screen = screen ?? Screen, Home = Home, Table = Table, Time = TimeProvider.System,
        Input = new LineReader(Input, screen ?? Screen),
        Interrupts = Interrupts, StartNode = (_, _, _) => Task.FromResult<IRunningNode>(Node), Node = Through ?? Node,
    };

    public void Dispose()
    {
        Interrupts.Dispose();
        _output.Dispose();
        _error.Dispose();
    }
}
