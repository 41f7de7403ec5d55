using System.Buffers.Binary;

namespace Ferry.Protocol.Values;

/// <summary>32 bytes as a value: a SHA-256 digest, compared and ordered without touching the heap.</summary>
public readonly record struct Bytes32(ulong A, ulong B, ulong C, ulong D) : IComparable<Bytes32>
{
    public const int Length = 32;

    /// <summary>Enough of the hexadecimal digits for people to tell things apart.</summary>
    public const int ShortDigits = 12;

    public static Bytes32 From(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..Length]));

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, A);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], D);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public int CompareTo(Bytes32 other) =>
        A != other.A ? A.CompareTo(other.A) :
        B != other.B ? B.CompareTo(other.B) :
        C != other.C ? C.CompareTo(other.C) : D.CompareTo(other.D);

    /// <summary>The digest's own bits are the hash: the same in every process, unlike <c>HashCode</c>.</summary>
    public override int GetHashCode() => (int)(A ^ (A >> 32));

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{A:x16}{B:x16}{C:x16}{D:x16}";

    /// <summary>The first <see cref="ShortDigits"/> of them.</summary>
    public string Short => ToString()[..ShortDigits];

    public static bool TryParse(ReadOnlySpan<char> text, out Bytes32 value)
    {
        value = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != 2 * Length) return false;
        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        value = From(bytes);
        return true;
    }
}
