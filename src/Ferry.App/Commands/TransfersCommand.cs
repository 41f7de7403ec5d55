using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class TransfersCommand() : FerryCommand("transfers", "List running and unfinished transfers")
{
    private static readonly Column[] Columns =
    [
        new("Transfer"), new("Direction"), new("Name", MayWrap: true), new("Done", IsNumber: true), new("Size", IsNumber: true),
        new("Rate", IsNumber: true), new("State"), new("Log"), new("Last ACK", IsNumber: true), new("With", MayWrap: true),
    ];

    public override IReadOnlyList<string> Details =>
    [
        "The column Log tells about the entry in the write-ahead log: while it is open, this node goes on with the transfer " +
        "by itself, also after a crash.",
    ];

    public override IReadOnlyList<Example> Examples => [new("transfers", "Downloads and uploads, with how far they are.")];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var transfers = await context.Node.TransfersAsync(cancel);
        foreach (var transfer in transfers) context.Screen.Json(transfer, ControlJson.Default.TransferInfo);
        if (transfers.Count == 0) context.Screen.Note("No transfers are running or unfinished.");
        else context.Screen.Table(Columns, transfers.Select(Row));
        return ExitCode.Done;
    }

    private static string[] Row(TransferInfo transfer) =>
    [
        Units.ShortId(transfer.Transfer), transfer.Direction, transfer.Name,
        $"{Units.Percent(transfer.DoneBytes, transfer.Size)} %", Units.Size(transfer.Size),
        transfer.Rate > 0 ? Units.Rate(transfer.Rate) : "-", transfer.State, transfer.Wal,
        transfer.SinceAckSeconds is { } seconds ? Units.Time(seconds) + " ago" : "-", With(transfer),
    ];

    private static string With(TransferInfo transfer) => transfer.Sources.Count > 0
        ? string.Join(", ", transfer.Sources.Select(source => $"{Units.ShortId(source.Node)} ({source.Hops} hops)"))
        : Units.ShortId(transfer.Peer);
}
