namespace Ferry.Protocol.Content;

/// <summary>The chunks from <paramref name="First"/>, <paramref name="Count"/> of them.</summary>
public readonly record struct ChunkRange(int First, int Count)
{
    /// <summary>The first chunk behind the range.</summary>
    public int End => First + Count;

    public bool Contains(int chunk) => chunk >= First && chunk < End;

    /// <summary>
    /// Not empty, and inside <paramref name="first"/> to <paramref name="end"/> (neither of them negative). Takes any
    /// values without overflow.
    /// </summary>
    public bool IsWithin(int first, int end) => First >= first && First < end && Count > 0 && Count <= end - First;
}
