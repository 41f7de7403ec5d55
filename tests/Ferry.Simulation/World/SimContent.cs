using System.Security.Cryptography;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Simulation.World;

/// <summary>Bytes that a holder shares and others fetch: the truth that checkers compare with.</summary>
internal sealed class SimContent
{
    private SimContent(string name, byte[] bytes, Manifest manifest)
        => (Name, Bytes, Manifest) = (name, bytes, manifest);

    public string Name { get; }
    public byte[] Bytes { get; }
    public Manifest Manifest { get; }
    public ContentId Id => Manifest.Id;

    public static SimContent Create(string name, int size, SeededRandom random, IReadOnlyList<int> holes)
    {
        var bytes = new byte[size];
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan());
        foreach (ref var word in words) word = random.NextUInt64();
        for (var at = words.Length * sizeof(ulong); at < size; at++) bytes[at] = (byte)random.NextUInt64();
        var layout = ChunkLayout.For(size);
        foreach (var hole in holes) bytes.AsSpan((int)layout.OffsetOf(hole), layout.LengthOf(hole)).Clear();
        var leaves = new byte[layout.ChunkCount * Bytes32.Length];
        for (var chunk = 0; chunk < layout.ChunkCount; chunk++)
        {
            var part = bytes.AsSpan((int)layout.OffsetOf(chunk), layout.LengthOf(chunk));
            SHA256.HashData(part, leaves.AsSpan(chunk * Bytes32.Length));
        }
        return new SimContent(name, bytes, Manifest.Create(size, leaves));
    }
}
