using System.Buffers.Binary;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Recording;

/// <summary>The last turns within so many bytes: what is new takes the place of what is oldest.</summary>
internal sealed class TurnRing(int bytesMax)
{
    public const int LengthBytes = sizeof(int);

    private readonly byte[] _ring = new byte[bytesMax];

    /// <summary>Both count all bytes there ever were; the ring holds those between them.</summary>
    private long _start;
    private long _end;

    /// <summary>How many turns there were that are here no more.</summary>
    public long Lost { get; private set; }

    /// <param name="turn">Shorter than the ring.</param>
    public void Add(ReadOnlySpan<byte> turn)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        while (_end + LengthBytes + turn.Length - _start > _ring.Length)
        {
            Copy(_start, length);
            _start += LengthBytes + BinaryPrimitives.ReadInt32BigEndian(length);
            Lost++;
        }
        BinaryPrimitives.WriteInt32BigEndian(length, turn.Length);
        Append(length);
        Append(turn);
    }

    /// <summary>Each turn behind its length, oldest first.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[_end - _start];
        Copy(_start, bytes);
        return bytes;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var at = (int)(_end % _ring.Length);
        var first = Math.Min(bytes.Length, _ring.Length - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..].CopyTo(_ring);
        _end += bytes.Length;
    }

    private void Copy(long from, Span<byte> destination)
    {
        var at = (int)(from % _ring.Length);
        var first = Math.Min(destination.Length, _ring.Length - at);
        _ring.AsSpan(at, first).CopyTo(destination);
        _ring.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
    }
}
