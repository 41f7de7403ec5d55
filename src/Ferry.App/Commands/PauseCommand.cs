using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class PauseCommand() : TransferCommand("pause", "Stop transfers for a while")
{
    public override IReadOnlyList<string> Details =>
    [
        "Nothing of a paused transfer is fetched or sent until 'ferry resume', also after the node was restarted, " +
        "and it is not given up. The other node is told: a requester fetches from other nodes that have the file, " +
        "or waits.",
        "What has come whole is kept; of the rest at most one window comes again. Without TRANSFER all transfers " +
        "that there are now are paused: what is requested later is not.",
        "A download whose file is only being looked for is not in the log yet, and does not survive a restart, " +
        "paused or not.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("pause 3f9a8c", "Until 'resume 3f9a8c'."),
        new("pause", "All of them."),
    ];

    protected override Task<IReadOnlyList<TransferInfo>> ChangeAsync(
        INode node, string? transfer, CancellationToken cancel) => node.PauseAsync(transfer, cancel);

    protected override string Sentence(TransferInfo transfer) => transfer.State == TransferPhase.Paused
        ? $"Paused the {Named(transfer)} at {Units.Percent(transfer.DoneBytes, transfer.Size)} %."
        : $"The {Named(transfer)} has all its bytes and goes on.";
}
