using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class AdmitCommand() : DecisionCommand("admit", "Let in a node that asks to be", "NODE", Node)
{
    public override IReadOnlyList<string> Details =>
    [
        "A stranger that joins this node waits for your word; 'peers' lists who does. Compare the fingerprint with " +
        "the one on the screen of the other node before you say yes. The answer is remembered; 'forget' takes it back.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("admit 3f9a-8c01-77aa-0b2c-91de", "By the fingerprint that you have compared."),
        new("admit boat", "By its nickname, when only one of those that wait has it."),
    ];

    protected override Task<KnownNodeInfo> DecideAsync(INode node, string what, CancellationToken cancel) =>
        node.AdmitAsync(what, cancel);

    protected override string Sentence(KnownNodeInfo decided, CommandContext context) =>
        $"Lets {Named(decided)} in. It asks again by itself within seconds.";
}
