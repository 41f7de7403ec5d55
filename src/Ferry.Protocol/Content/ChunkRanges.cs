namespace Ferry.Protocol.Content;

/// <summary>Chunks by number, as the ranges that messages and log records name them in.</summary>
public static class ChunkRanges
{
    /// <summary>Runs of consecutive chunks become one range each; the order stays as it is.</summary>
    /// <param name="rangesMax">What does not fit into so many ranges is left out.</param>
    public static List<ChunkRange> From(IEnumerable<int> chunks, int rangesMax = int.MaxValue)
    {
        var ranges = new List<ChunkRange>();
        foreach (var chunk in chunks)
        {
            var extends = ranges.Count > 0 && ranges[^1].End == chunk;
            if (extends) ranges[^1] = ranges[^1] with { Count = ranges[^1].Count + 1 };
            else if (ranges.Count < rangesMax) ranges.Add(new ChunkRange(chunk, 1));
            else break;
        }
        return ranges;
    }
}
