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
        var code = await RunAsync(args, new Screen(streams.Output, streams.Error, Traits()), streams.Input, interrupts);
        return streams.OutputIsGone ? (int)ExitCode.OutputGone : code;
    }

    /// <summary>The same on streams of the caller's.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Screen screen, TextReader keyboard, Interrupts interrupts)
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
                    Time = TimeProvider.System, Input = new LineReader(keyboard, job), Interrupts = interrupts,
                    StartNode = (options, logs, cancel) =>
                    {
                        job.KeepRunning();
                        return StartAsync(options, logs, cancel);
                    },
                    Node = client, Program = program,
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
        var isTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var wantsColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new ScreenTraits(isTerminal, !Console.IsInputRedirected, isTerminal && wantsColour, Width);
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : 80;
        }
        catch (IOException)
        {
            // A terminal that does not know its size.
            return 80;
        }
    }
}
