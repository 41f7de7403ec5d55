using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class ForgetCommand() : DecisionCommand(
    "forget", "Forget a node, or a joined address and its key", "NODE|ADDRESS",
    "A node as for trust, or an address as for join.", ValueKinds.Node | ValueKinds.Joined)
{
    public override IReadOnlyList<string> Details =>
    [
        "A forgotten node is a stranger: its links end, and it is not let in unless it is asked for again. A " +
        "forgotten address is not dialled any more, and whatever key answers there at the next join is taken.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("forget boat", "A node, by its nickname."),
        new("forget 192.168.1.7", "An address, because the machine there has got a new key."),
    ];

    protected override Task<KnownNodeInfo> DecideAsync(INode node, string what, CancellationToken cancel) =>
        node.ForgetAsync(what, cancel);

    protected override string Sentence(KnownNodeInfo decided, CommandContext context)
    {
        var addresses = string.Join(", ", decided.Addresses);
        if (decided.Node.Length == 0) return $"Forgot {addresses}.";
        return decided.Addresses.Count == 0
            ? $"Forgot {Named(decided)}." : $"Forgot {Named(decided)}, and its address {addresses}.";
    }
}
