using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class TrustCommand() : DecisionCommand("trust", "Remember a node as one of yours", "NODE", Node)
{
    public override IReadOnlyList<string> Details =>
    [
        "A trusted node is let in whenever it comes, and may answer at an address where another key is remembered. " +
        "Compare the fingerprint with the one that the other node's 'status' shows.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("trust 3f9a-8c01-77aa-0b2c-91de", "By the fingerprint that 'peers' shows."),
        new("trust boat", "By its nickname, when only one node has it."),
    ];

    protected override Task<KnownNodeInfo> DecideAsync(INode node, string what, CancellationToken cancel) =>
        node.TrustAsync(what, cancel);

    protected override string Sentence(KnownNodeInfo decided, CommandContext context) => $"Trusts {Named(decided)}.";
}
