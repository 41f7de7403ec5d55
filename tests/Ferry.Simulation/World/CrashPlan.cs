using System.Globalization;

namespace Ferry.Simulation.World;

internal enum CrashMoment
{
    /// <summary>The power goes before the disk operation of that number.</summary>
    DiskOperation,

    /// <summary>The power goes as the message of that number arrives: nobody ever reads it.</summary>
    Delivery,
}

/// <param name="Node">Whose power goes.</param>
/// <param name="Number">At which of its disk operations or deliveries.</param>
/// <param name="Again">And again so many disk operations after the restart; 0 for not again.</param>
/// <param name="Outcome">Which of all that the disk may keep is kept; null for chance to say.</param>
internal readonly record struct CrashPoint(
    int Node, CrashMoment Moment, long Number, int Again = 0, long? Outcome = null)
{
    /// <summary><c>2:36</c>, <c>2:m14</c>, <c>2:36:3</c>, <c>2:36#5</c>.</summary>
    public override string ToString() =>
        $"{Node}:{(Moment == CrashMoment.Delivery ? "m" : "")}{Number}"
        + (Again > 0 ? $":{Again}" : "") + (Outcome is { } outcome ? $"#{outcome}" : "");

    public static CrashPoint? TryParse(string text)
    {
        var (place, outcome) = Split(text, '#');
        var parts = place.Split(':');
        var isDelivery = parts.Length > 1 && parts[1].StartsWith('m');
        if (isDelivery) parts[1] = parts[1][1..];
        if (parts.Length is < 2 or > 3 || !parts.All(part => int.TryParse(part, out _))) return null;
        if (outcome is not null && !long.TryParse(outcome, out _)) return null;
        var numbers = parts.Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return new CrashPoint(
            numbers[0], isDelivery ? CrashMoment.Delivery : CrashMoment.DiskOperation, numbers[1],
            numbers.ElementAtOrDefault(2),
            outcome is null ? null : long.Parse(outcome, CultureInfo.InvariantCulture));
    }

    internal static (string Before, string? Behind) Split(string text, char mark)
    {
        var at = text.IndexOf(mark);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }
}

/// <summary>Which power cuts a run has besides those of its scenario.</summary>
/// <param name="Points">Each by itself, if its moment comes.</param>
/// <param name="Together">
/// Everybody whose power goes with the first point, that node included, in the order in which they come back; empty for
/// that node alone.
/// </param>
internal sealed record CrashPlan(IReadOnlyList<CrashPoint> Points, IReadOnlyList<int> Together)
{
    public CrashPlan(CrashPoint point, params IReadOnlyList<int> together) : this([point], together) { }

    /// <summary>How many times a node goes down: each may cost what is outstanding then.</summary>
    public int Losses =>
        Points.Sum(point => point.Again > 0 ? 2 : 1) + Math.Max(0, Together.Count - 1);

    /// <summary><c>2:36</c>, <c>2:36+0:m5</c>, <c>2:36/0,2,1</c>.</summary>
    public override string ToString() =>
        string.Join('+', Points) + (Together.Count > 0 ? $"/{string.Join(',', Together)}" : "");

    public static CrashPlan? TryParse(string text)
    {
        var (places, order) = CrashPoint.Split(text, '/');
        var points = places.Split('+').Select(CrashPoint.TryParse).ToArray();
        var nodes = order?.Split(',') ?? [];
        if (points.Any(point => point is null) || !nodes.All(node => int.TryParse(node, out _))) return null;
        return new CrashPlan(
            [.. points.Select(point => point!.Value)],
            [.. nodes.Select(node => int.Parse(node, CultureInfo.InvariantCulture))]);
    }
}
