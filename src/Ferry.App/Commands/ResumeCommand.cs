using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class ResumeCommand() : TransferCommand("resume", "Let paused transfers go on")
{
    public override IReadOnlyList<Example> Examples =>
    [
        new("resume 3f9a8c", "It goes on where it was."),
        new("resume", "All of them."),
    ];

    protected override Task<IReadOnlyList<TransferInfo>> ChangeAsync(
        INode node, string? transfer, CancellationToken cancel) => node.ResumeAsync(transfer, cancel);

    protected override string Sentence(TransferInfo transfer) => transfer.State == TransferPhase.Paused
        ? $"The {Named(transfer)} still waits: {transfer.Reason}."
        : $"The {Named(transfer)} goes on.";
}
