using System.CommandLine;
using System.Net;
using Ferry.App.Control;
using Ferry.App.Metrics;
using Ferry.App.Output;
using Ferry.App.Shell;
using Ferry.Runtime;
using Microsoft.Extensions.Logging;

namespace Ferry.App.Commands;

internal sealed class NodeCommand : FerryCommand
{
    private readonly Option<string?> _name = new("--name")
    {
        HelpName = "NAME", Description = "What others see; else this machine's name.",
    };

    private readonly Option<string[]> _listen = new("--listen")
    {
        HelpName = "ADDRESS",
        Description = "tcp://HOST:PORT or bluetooth://ADAPTER; else tcp://[::]:4747. Repeatable.",
    };

    private readonly Option<string[]> _share = new("--share")
    {
        HelpName = "PATH", Description = "Offer this file or folder. Repeatable.",
    };

    private readonly Option<string?> _downloads = new("--downloads")
    {
        HelpName = "DIR", Description = "Where requested files go; else downloads in the home.",
    };

    private readonly Option<long?> _keepFree = new("--keep-free")
    {
        HelpName = "SIZE",
        Description = "Downloads leave this much of a disk free; else the larger of 1 GiB and a twentieth of it.",
        CustomParser = result =>
        {
            if (Units.ParseSize(result.Tokens[0].Value) is { } size) return size;
            result.AddError($"'{result.Tokens[0].Value}' is not a size: write it as 500MB, 2GB or 0");
            return default;
        },
    };

    private readonly Option<string[]> _join = new("--join")
    {
        HelpName = "ADDRESS", Description = "Join this node, and try for ever. Repeatable.",
    };

    private readonly Option<bool> _open = new("--open") { Description = "Admit everybody who can reach this node." };

    private readonly Option<string[]> _acceptFrom = new("--accept-from")
    {
        HelpName = "NODE", Description = "Take at once what this node, which is trusted, sends. Repeatable.",
    };

    private readonly Option<string> _autoLink = OnOrOff(
        "--auto-link", "Link to neighbours over further transports by itself; on unless said otherwise.");

    private readonly Option<string> _discovery = OnOrOff(
        "--discovery", "Find nodes on the same LAN, and be found; on unless said otherwise.");

    private readonly Option<TimeSpan> _ackTimeout = TimeOption.Of(
        "--ack-timeout",
        "Ask the requester after this long without an ACK; 20s unless said otherwise. Units: ms, s, m.",
        TimeSpan.FromSeconds(20), "20s, 1500ms or 2m");

    private readonly Option<RateLimitOption?> _limitUp = RateOption(
        "--limit-up", "Send at most this much a second; else what 'limit' has set.");

    private readonly Option<RateLimitOption?> _limitDown = RateOption(
        "--limit-down", "Fetch at most this much a second; else what 'limit' has set.");

    /// <summary>For programs that start nodes and must not leave any behind, whatever happens to them.</summary>
    private readonly Option<bool> _stopWithInput = new("--stop-with-input") { Hidden = true };

    private readonly Option<string?> _passphraseFile = new("--passphrase-file")
    {
        HelpName = "FILE", Description = "Admit who proves the passphrase in this file.",
    };

    private readonly Option<string?> _web = new("--web") { Hidden = true };

    private readonly Option<IPEndPoint?> _metrics = new("--metrics")
    {
        HelpName = "ADDRESS",
        Description = "Serve figures for Prometheus at http://ADDRESS/metrics: PORT for this machine, or IP:PORT.",
        CustomParser = result =>
        {
            if (MetricsServer.AddressOf(result.Tokens[0].Value) is { } address) return address;
            result.AddError($"'{result.Tokens[0].Value}' is no address: write it as 9464 or 127.0.0.1:9464");
            return default;
        },
    };

    private readonly Option<string> _logFormat = OneOf(
        "--log-format", "The log on standard error: for people, or one JSON object a line.", "text", "json");

    public NodeCommand() : base("node", "Start a node; with a terminal, open its shell")
    {
        Option[] options =
        [
            _name, _listen, _share, _downloads, _keepFree, _join, _open, _passphraseFile, _acceptFrom, _autoLink,
            _discovery, _ackTimeout, _limitUp, _limitDown, _logFormat, _metrics, _stopWithInput, _web,
        ];
        foreach (var option in options) Add(option, KindsOfOwn(option));
    }

    public override IReadOnlyList<string> Details =>
    [
        "'ferry' alone is the same. Without a terminal it runs as a plain service until SIGTERM. The home holds " +
        "the key, the write-ahead log, the index and the downloads; each home can have one running node.",
        "A node serves nobody unasked: without --open, nodes that it does not know wait until you admit them, and " +
        "only members of its network, and whom you trust, get what it shares.",
        "Members of one network on the same LAN find each other and link by themselves. '--discovery off' is for " +
        "networks where nobody shall notice that a node is there.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("node --open --share ~/Music", "Offers a folder to everybody within reach."),
        new("node --name boat --join 192.168.1.7", "Joins another node, and again whenever the link is lost."),
        new("node --listen tcp://[::]:4747 --listen bluetooth://hci0", "Reachable by IP and by Bluetooth."),
        new("node --home /srv/ferry --listen tcp://[::]:5000", "Another home and another port: a second node."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        if (context.InShell)
        {
            throw new FerryException(FailureKind.Usage, "this shell belongs to a running node: start another one in " +
                "another terminal");
        }
        var options = Read(parsed, context.Home);
        // A path that is too long for a socket is no home, and nothing is made there.
        _ = ControlSocket.PathIn(context.Home);
        var screen = context.Screen;
        var opensShell = screen.Traits is { InputIsTerminal: true, OutputIsTerminal: true } &&
            !screen.IsJson && !parsed.GetValue(_stopWithInput);
        var logsJson = parsed.GetValue(_logFormat) == "json";
        using var logs = screen.Log(context.Time, Least(screen, opensShell, logsJson), logsJson);
        try
        {
            // Before the node, so that nothing that it counts is missed.
            await using var metrics = await ServeFiguresAsync(parsed.GetValue(_metrics), screen, cancel);
            // Holds the lock of the home until it is disposed, after the control socket, also when it stops by itself.
            await using var node = await context.StartNode(options, logs, cancel);
            await using var control = await ControlServer.StartAsync(node, context.Home, context.Time, cancel);
            var showsShell = opensShell && context.Input.MayRead;
            await Greeting.ShowAsync(context.With(screen, node, showsShell), showsShell, cancel);
            if (opensShell) await new ShellLoop(context, node).RunAsync(cancel);
            else await ServeAsync(node, parsed.GetValue(_stopWithInput), cancel);
            // What stopped it by itself is told here.
            if (node.Completion.IsCompleted) await node.Completion;
            else screen.Note("stopping ...");
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Asked to stop before it had started.
            return ExitCode.Done;
        }
        catch (FerryException failure) when (logsJson)
        {
            // Whoever reads objects gets the end as one, too.
            NodeLog.Failed(logs.CreateLogger("ferry.app"), failure.Kind, failure.Message);
            return ExitCodes.Of(failure.Kind);
        }
    }

    public NodeOptions Read(ParseResult parsed, string home)
    {
        var listen = parsed.GetValue(_listen) ?? [];
        var join = parsed.GetValue(_join) ?? [];
        if (parsed.GetValue(_web) is not null) throw NotYet.Failure("web page", "start without --web");
        var options = new NodeOptions
        {
            Home = home,
            Listen = listen,
            Shares = [.. (parsed.GetValue(_share) ?? []).Select(Paths.Full)],
            Join = join,
            Downloads = parsed.GetValue(_downloads) is { } folder ? Paths.Full(folder) : null,
            KeepFreeBytes = parsed.GetValue(_keepFree),
            Open = parsed.GetValue(_open),
            PassphraseFile = parsed.GetValue(_passphraseFile) is { } secret ? Paths.Full(secret) : null,
            AcceptFrom = parsed.GetValue(_acceptFrom) ?? [],
            AutoLink = parsed.GetValue(_autoLink) == "on",
            Discovery = parsed.GetValue(_discovery) == "on",
            AckTimeout = parsed.GetValue(_ackTimeout),
            LimitUp = parsed.GetValue(_limitUp),
            LimitDown = parsed.GetValue(_limitDown),
        };
        return parsed.GetValue(_name) is { } name ? options with { Nickname = name } : options;
    }

    private ValueKinds KindsOfOwn(Option option)
    {
        if (option == _share || option == _passphraseFile) return ValueKinds.Path;
        if (option == _downloads) return ValueKinds.Folder;
        if (option == _acceptFrom) return ValueKinds.Node;
        return option == _join ? ValueKinds.Near | ValueKinds.Joined : ValueKinds.None;
    }

    private static Option<RateLimitOption?> RateOption(string name, string description) => new(name)
    {
        HelpName = "RATE|off",
        Description = description,
        CustomParser = result =>
        {
            try
            {
                return LimitCommand.Rate(result.Tokens[0].Value);
            }
            catch (FerryException)
            {
                result.AddError($"'{result.Tokens[0].Value}' is not a rate: write it as 500K, 2MB or off");
                return null;
            }
        },
    };

    /// <summary>A text: the parser takes no value for a truth but true and false.</summary>
    private static Option<string> OnOrOff(string name, string description) => OneOf(name, description, "on", "off");

    /// <param name="usual">Unless said otherwise.</param>
    private static Option<string> OneOf(string name, string description, string usual, string other) => new(name)
    {
        HelpName = $"{usual}|{other}",
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            var value = result.Tokens[0].Value;
            if (value == usual || value == other) return value;
            result.AddError($"{name} is {usual} or {other}, not '{value}'");
            return default;
        },
    };

    /// <summary>
    /// A shell tells what its user has to decide, in words of its own; a service has nowhere else to warn.
    /// </summary>
    private static LogLevel Least(Screen screen, bool opensShell, bool logsJson)
    {
        if (screen.IsVerbose) return LogLevel.Debug;
        // Asked for by name, and read by a program.
        if (logsJson) return LogLevel.Information;
        return opensShell || screen.IsQuiet ? LogLevel.None : LogLevel.Warning;
    }

    private static async Task<MetricsServer?> ServeFiguresAsync(
        IPEndPoint? address, Screen screen, CancellationToken cancel)
    {
        if (address is null) return null;
        var server = await MetricsServer.StartAsync(address, cancel);
        screen.Note($"figures at {server.Url}");
        return server;
    }

    private static async Task ServeAsync(IRunningNode node, bool stopWithInput, CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var input = stopWithInput ? DrainAsync(end.Token) : Task.Delay(Timeout.Infinite, end.Token);
        await Task.WhenAny(node.Completion, input);
        await end.CancelAsync();
    }

    private static async Task DrainAsync(CancellationToken cancel)
    {
        if (!Descriptor.IsOpen(Descriptor.Input)) return;
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        // The read of a pipe cannot be cancelled: it is left behind, and ends with the process.
        var drained = Task.Run(() => { while (input.Read(buffer) > 0) { } }, CancellationToken.None);
        await drained.WaitAsync(cancel);
    }
}
