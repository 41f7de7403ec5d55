using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class TransfersCommand() : FerryCommand("transfers", "List running and unfinished transfers")
{
    public override IReadOnlyList<string> Details =>
    [
        "The column Log tells about the entry in the write-ahead log: while it is open, this node goes on with the " +
        "transfer by itself, also after a crash. What makes no progress for long is given up; State says when.",
    ];

    public override IReadOnlyList<Example> Examples =>
        [new("transfers", "Downloads and uploads, with how far they are.")];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var transfers = await context.Node.TransfersAsync(cancel);
        foreach (var transfer in transfers) context.Screen.Json(transfer, ControlJson.Default.TransferInfo);
        if (transfers.Count == 0) context.Screen.Note("No transfers are running or unfinished.");
        else Show(transfers, context.Screen);
        return ExitCode.Done;
    }

    private static void Show(IReadOnlyList<TransferInfo> transfers, Screen screen)
    {
        List<Column> columns =
        [
            new("Transfer"), new("Direction"), new("Name", MayWrap: true), new("Done", IsNumber: true),
            new("Size", IsNumber: true), new("Rate", IsNumber: true), new("State"), new("Log"), new("With"),
        ];
        // Only uploads wait for ACKs.
        var hasAcks = transfers.Any(transfer => transfer.SinceAckSeconds is not null);
        if (hasAcks) columns.Add(new Column("Last ACK", IsNumber: true));
        screen.Table(columns,
            transfers.Select(transfer => hasAcks ? [.. Row(transfer), LastAck(transfer)] : Row(transfer)));
        foreach (var transfer in transfers)
        {
            if (transfer.Reason is not { } reason) continue;
            var isOver = transfer.State is TransferPhase.Arrived or TransferPhase.Refused or TransferPhase.Ended;
            screen.Note($"{ShortId.Of(transfer.Transfer)}{(isOver ? "" : " waits")}: {reason}");
        }
    }

    private static IReadOnlyList<string> Row(TransferInfo transfer) =>
    [
        ShortId.Of(transfer.Transfer), transfer.Direction.Name(), transfer.Name,
        $"{Units.Percent(transfer.DoneBytes, transfer.Size)} %",
        Units.Size(transfer.Size), transfer.Rate > 0 ? Units.Rate(transfer.Rate) : "-", State(transfer),
        transfer.Wal.Name(), With(transfer),
    ];

    private static string State(TransferInfo transfer) => transfer.State is TransferPhase.Searching or
        TransferPhase.Resuming or TransferPhase.Paused
        && transfer.GivenUpInSeconds is { } seconds
        ? $"{transfer.State.Name()}, given up in {Units.Time(seconds)}" : transfer.State.Name();

    private static string LastAck(TransferInfo transfer) =>
        transfer.SinceAckSeconds is { } seconds ? Units.Time(seconds) + " ago" : "-";

    private static string With(TransferInfo transfer) => transfer.Sources switch
    {
        [] => ShortId.Of(transfer.Peer),
        [var source] => $"{ShortId.Of(source.Node)}, {Units.Count(source.Hops, "hop", "hops")}",
        var sources => Units.Count(sources.Count, "node", "nodes"),
    };
}
