using Ferry.Protocol.Values;

namespace Ferry.TestKit;

/// <summary>A body that counts how often its owners have ended it.</summary>
internal sealed class BytesPayload(byte[] bytes) : Payload
{
    public BytesPayload(int length) : this(new byte[length]) { }

    public byte[] Bytes { get; } = bytes;
    public int Disposals { get; private set; }
    public override int Length => Bytes.Length;
    public override void Dispose() => Disposals++;
}
