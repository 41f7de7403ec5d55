using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands.Demo;

internal sealed class DemoCommand : FerryCommand
{
    private const long SizeMin = 1_000_000;
    private static readonly string DefaultSize = "300MB";

    private readonly Option<long> _size = new("--size")
    {
        HelpName = "SIZE",
        Description = $"How large the file is; {DefaultSize} unless said otherwise.",
        DefaultValueFactory = _ => Units.ParseSize(DefaultSize)!.Value,
        CustomParser = result =>
        {
            if (Units.ParseSize(result.Tokens[0].Value) is { } size and >= SizeMin) return size;
            result.AddError($"'{result.Tokens[0].Value}' is not a size of at least 1MB: write it as 300MB or 2GB");
            return default;
        },
    };

    public DemoCommand() : base("demo", "Show a small network on this machine, end to end") => Add(_size);

    public override IReadOnlyList<string> Details =>
    [
        "Starts six nodes on this machine, each a process with a home of its own, in a line of three hops. One of " +
        "them requests a file that two others hold. In the middle of the transfer both relays on the way are " +
        "killed, one after the other, and come back. At the end the file is compared with the original and " +
        "everything is cleaned up.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("demo", "Takes less than a minute."),
        new("demo --size 2GB", "Leaves more time to watch."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var size = parsed.GetRequiredValue(_size);
        using var files = DemoFiles.Create(size);
        await using var network = new DemoNetwork(files.Folder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(DemoScenario.TimeFor(size));
        var output = new DemoOutput(context.Screen, context.Time);
        try
        {
            var ending = await new DemoScenario(files, network, output).RunAsync(limit.Token);
            var next = $"Now for real: '{context.Program}' starts a node, '{context.Typed("help")}' says the rest.";
            if (ending.Worked) output.Say(next);
            context.Screen.Json(ending, ControlJson.Default.DemoInfo);
            return ending.Worked ? ExitCode.Done : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Broken(network, $"it was not over after {Units.Time(DemoScenario.TimeFor(size).TotalSeconds)}", null);
        }
        catch (Exception e) when (e is FerryException or NoNodeException)
        {
            throw Broken(network, e.Message, e);
        }
        finally
        {
            output.Close();
        }
    }

    /// <summary>What the nodes complained about belongs to the failure: their homes are gone in a moment.</summary>
    private static FerryException Broken(DemoNetwork network, string why, Exception? inner)
    {
        var complaints = string.Join('\n', network.Complaints());
        var rest = complaints.Length == 0 ? "" : "; the nodes said: " + complaints.Replace('\n', ' ');
        return new FerryException(FailureKind.Failed, $"the demo failed: {why}{rest}", inner);
    }
}
