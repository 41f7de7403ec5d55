using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class SendCommand : FerryCommand
{
    private readonly Argument<string> _node = new("NODE")
    {
        Description = "Its nickname, id or fingerprint, or the first 8 digits of one.",
    };

    private readonly Argument<string[]> _paths = new("PATH")
    {
        Arity = ArgumentArity.OneOrMore, Description = "Files and folders.",
    };

    private readonly Option<string[]> _to = new("--to")
    {
        HelpName = "NODE", Description = "Send to this node, too. Repeatable.",
    };

    private readonly Option<bool> _detach = new("--detach")
    {
        Description = "Return once the offers are kept by this node.",
    };

    public SendCommand() : base("send", "Send files and folders to a node")
    {
        Add(_node, ValueKinds.Node);
        Add(_paths, ValueKinds.Path);
        Add(_to, ValueKinds.Node);
        Add(_detach);
    }

    public override IReadOnlyList<string> Details =>
    [
        "The other side sees name, size and this node's fingerprint, and accepts or refuses. An offer waits while " +
        "either node is away, also through restarts; 'ferry cancel' takes it back. The command waits until each has " +
        "arrived whole, which the receiver signs, or is refused (exit code 5).",
        "What is sent is offered to nobody else, and shows in no search. It has to stay as it is until it has arrived.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("send boat chart.pdf", "Sends a file to the node that calls itself boat."),
        new("send boat ~/Photos --to 3f9a8c0177aa --detach", "Sends a folder to two nodes, and does not wait."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        string[] nodes = [parsed.GetRequiredValue(_node), .. parsed.GetValue(_to) ?? []];
        string[] paths = [.. parsed.GetRequiredValue(_paths).Select(Paths.Full)];
        var view = new SendView(context);
        try
        {
            var options = new SendOptions(nodes, paths) { Detach = parsed.GetValue(_detach) };
            await foreach (var told in context.Node.SendAsync(options, cancel).WithCancellation(cancel))
                view.Show(told);
            return view.Result;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            view.SayInterrupted();
            return ExitCode.Interrupted;
        }
        finally
        {
            view.Close();
        }
    }
}
