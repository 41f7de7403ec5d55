namespace Ferry.Transports;

/// <summary>
/// Who makes room when strangers fill a table: the oldest of the origin with the most entries. So one host with many
/// connections or keys pushes out its own, and whoever comes from elsewhere keeps its place however slow it is.
/// </summary>
public static class OriginCrowd
{
    /// <param name="origins">Of the entries, the oldest first; not empty.</param>
    /// <returns>The index of the entry that goes.</returns>
    public static int OldestOfLargest(IReadOnlyList<string> origins) => origins
        .Select((origin, index) => (origin, index))
        .GroupBy(it => it.origin, StringComparer.Ordinal)
        .MaxBy(same => same.Count())!
        .First().index;
}
