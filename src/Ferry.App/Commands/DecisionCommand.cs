using System.CommandLine;
using Ferry.App.Control;
using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>A command by which the user says what becomes of a node.</summary>
internal abstract class DecisionCommand : FerryCommand
{
    private readonly Argument<string> _node;

    protected DecisionCommand(
        string name, string summary, string argument, string description, ValueKinds kinds = ValueKinds.Node)
        : base(name, summary)
    {
        _node = new Argument<string>(argument) { Description = description };
        Add(_node, kinds);
    }

    /// <summary>What NODE may be.</summary>
    protected const string Node = "Its fingerprint or id, the first 8 digits of one, or its nickname.";

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var decided = await DecideAsync(context.Node, parsed.GetRequiredValue(_node), cancel);
        context.Screen.Json(decided, ControlJson.Default.KnownNodeInfo);
        context.Screen.Line(Sentence(decided, context));
        return ExitCode.Done;
    }

    protected abstract Task<KnownNodeInfo> DecideAsync(INode node, string what, CancellationToken cancel);

    protected abstract string Sentence(KnownNodeInfo decided, CommandContext context);

    protected static string Named(KnownNodeInfo node) =>
        node.Nickname.Length == 0 ? node.Fingerprint : $"{node.Nickname} ({node.Fingerprint})";
}
