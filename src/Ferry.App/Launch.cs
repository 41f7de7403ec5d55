using Ferry.App.Commands;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.App.Shell;
using Ferry.Runtime;
using Microsoft.Extensions.Logging;

namespace Ferry.App;

/// <summary>Gives the program its streams, signals and environment.</summary>
internal static class Launch
{
    public static async Task<int> RunAsync(string[] args)
    {
        using var interrupts = Interrupts.OfProcess();
        using var streams = new StandardStreams(whenGone: () => interrupts.OnTerminate());
        var traits = Traits();
        var live = traits.OutputIsTerminal && !IsDumb ? new LiveBlock(streams.Output, Size, traits.Colour) : null;
        var above = live?.Above(streams.Output.NewLine);
        var error = above is not null && !Console.IsErrorRedirected ? above : streams.Error;
        var screen = new Screen(above ?? streams.Output, error, traits, live);
        var keyboard = live is not null && traits.InputIsTerminal ? Keyboard.OfProcess(streams.Keys) : null;
        var code = await RunAsync(args, screen, streams.Input, interrupts, keyboard);
        return streams.OutputIsGone ? (int)ExitCode.OutputGone : code;
    }

    /// <summary>It obeys no escapes: an editor's, or one that nobody has told us of.</summary>
    private static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is var name &&
        (name == "dumb" || (string.IsNullOrEmpty(name) && !OperatingSystem.IsWindows()));

    /// <summary>The same on streams of the caller's.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Screen screen, TextReader input, Interrupts interrupts, Keyboard? keyboard = null)
    {
        var table = new CommandTable();
        using var job = new TerminalJob(TimeProvider.System);
        var program = Environment.GetEnvironmentVariable("FERRY_PROGRAM") ?? "ferry";
        ControlClient? client = null;
        try
        {
            string Typed(string command) => $"{program} {command}";
            var result = await CommandRunner.RunAsync(table, args, screen, Typed, (parsed, shown) =>
            {
                var named = parsed.GetValue(table.Options.Home);
                var home = Paths.FerryHome(named, Environment.GetEnvironmentVariable("FERRY_HOME"));
                var start = named is null ? $"{program} node" : $"{program} node --home {Words.Quote(home)}";
                client = new ControlClient(home, start, TimeProvider.System);
                return new CommandContext
                {
                    Screen = shown, Home = home, HomeIsNamed = named is not null, Table = table,
                    Time = TimeProvider.System, Input = new LineReader(input, shown, job), Interrupts = interrupts,
                    StartNode = (options, logs, cancel) =>
                    {
                        job.KeepRunning();
                        return StartAsync(options, logs, cancel);
                    },
                    Node = client, Program = program, Keyboard = keyboard, Job = job,
                };
            }, interrupts.Stop);
            return (int)result;
        }
        finally
        {
            client?.Dispose();
        }
    }

    private static async Task<IRunningNode> StartAsync(
        NodeOptions options, ILoggerFactory logs, CancellationToken cancel) =>
        await FerryNode.StartAsync(options, TimeProvider.System, logs, cancel);

    private static ScreenTraits Traits()
    {
        var isTerminal = !Console.IsOutputRedirected;
        var wantsColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var colour = isTerminal && wantsColour && !IsDumb;
        return new ScreenTraits(isTerminal, !Console.IsInputRedirected, colour, () => Size().Columns);
    }

    private static TerminalSize Size()
    {
        // The framework's console would change the terminal's settings.
        if (OperatingSystem.IsLinux()) return Descriptor.Size(Descriptor.Output) ?? TerminalSize.Usual;
        try
        {
            return Console.WindowWidth > 0 && Console.WindowHeight > 0
                ? new TerminalSize(Console.WindowWidth, Console.WindowHeight) : TerminalSize.Usual;
        }
        catch (IOException)
        {
            // A terminal that does not know its size.
            return TerminalSize.Usual;
        }
    }
}
