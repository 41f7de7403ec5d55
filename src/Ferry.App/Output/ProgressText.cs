using Ferry.Runtime;

namespace Ferry.App.Output;

/// <summary>How far a transfer is, in a line: a bar where there is room for one, and the facts.</summary>
internal static class ProgressText
{
    private const int BarWidthMax = 30;
    private const int BarWidthMin = 8;
    private const int LabelCellsMax = 28;
    private const int LabelCellsMin = 12;

    public static LiveLine Line(string name, RequestEvent.Progress progress, int columns) =>
        Line(name, Facts(progress), progress.Bytes, progress.Size, columns);

    public static LiveLine Line(TransferInfo transfer, int columns)
    {
        var isDownload = transfer.Direction == TransferDirection.Download;
        var left = transfer.Rate > 0 ? (transfer.Size - transfer.DoneBytes) / transfer.Rate : (double?)null;
        var facts = Facts(
            new RequestEvent.Progress(
                transfer.DoneBytes, transfer.Size, transfer.Rate, left, transfer.State,
                isDownload ? transfer.Sources : []));
        if (!isDownload) facts += ", to " + ShortId.Of(transfer.Peer);
        if (transfer.State != TransferPhase.Running && transfer.Reason is { } reason) facts += ": " + reason;
        return Line((isDownload ? "↓ " : "↑ ") + transfer.Name, facts, transfer.DoneBytes, transfer.Size, columns);
    }

    /// <summary><c>50 % of 1.0 GB, 2.5 MB/s, 3:20 left, from 2 nodes (1+3 hops, tcp)</c>.</summary>
    public static string Facts(RequestEvent.Progress progress)
    {
        var text = $"{Units.Percent(progress.Bytes, progress.Size),3} % of {Units.Size(progress.Size)}";
        if (progress.State != TransferPhase.Running) return $"{text}, {progress.State.Name()}";
        text += $", {Units.Rate(progress.Rate)}";
        if (progress.EtaSeconds is { } left) text += $", {Units.Time(Math.Ceiling(left))} left";
        return progress.Sources.Count == 0 ? text : text + ", from " + Hops(progress.Sources);
    }

    /// <summary>The bar takes what is left, and goes first when there is little; then the end of the name.</summary>
    private static LiveLine Line(string name, string facts, long done, long size, int columns)
    {
        var room = Math.Clamp(columns - 2 - Cells.Width(facts), LabelCellsMin, LabelCellsMax);
        var label = Cells.Shorten(SafeText.Clean(name), room);
        var width = Math.Min(BarWidthMax, columns - 1 - Cells.Width(label) - Cells.Width(facts) - 5);
        if (width < BarWidthMin) return new LiveLine($"{label} {facts}");
        var part = size <= 0 ? 1 : (double)done / size;
        var filled = (int)(Math.Clamp(part, 0, 1) * width);
        var bar = new string('█', filled) + new string('░', width - filled);
        return new LiveLine($"{label}  {bar}  {facts}", label.Length + 2, filled);
    }

    private static string Hops(IReadOnlyList<SourceInfo> sources)
    {
        var hops = string.Join("+", sources.Take(4).Select(source => source.Hops));
        var transports = string.Join("+", sources.Select(source => source.Transport).Distinct().Order());
        return $"{Units.Count(sources.Count, "node", "nodes")} ({hops} {(hops == "1" ? "hop" : "hops")}, {transports})";
    }
}
