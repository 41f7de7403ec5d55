using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class BlockCommand() : DecisionCommand("block", "Keep a node out", "NODE", Node)
{
    public override IReadOnlyList<string> Details =>
    [
        "Its links to this node end, and it gets no new ones, whoever dials, until 'trust' or 'forget'. Other nodes " +
        "decide for themselves: it may still be reached through them.",
    ];

    public override IReadOnlyList<Example> Examples =>
        [new("block 3f9a-8c01-77aa-0b2c-91de", "By the fingerprint that 'peers' shows.")];

    protected override Task<KnownNodeInfo> DecideAsync(INode node, string what, CancellationToken cancel) =>
        node.BlockAsync(what, cancel);

    protected override string Sentence(KnownNodeInfo decided, CommandContext context) =>
        $"Keeps {Named(decided)} out.";
}
