namespace Ferry.Protocol.Finding;

/// <summary>Seals and opens what only members of this node's network can read.</summary>
public interface IMemberBoxes
{
    /// <summary>Of the length of the text and 40 bytes; of chance when this node belongs to no network.</summary>
    byte[] Seal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> associated);

    /// <summary>Null when no key of this node opens it.</summary>
    OpenedBox? Open(ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated);
}

/// <param name="KeyTag">Names the key that opened it.</param>
public readonly record struct OpenedBox(ReadOnlyMemory<byte> Text, ulong KeyTag);
