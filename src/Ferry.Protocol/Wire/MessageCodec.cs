#pragma warning disable MA0025 // Skeleton: filled in next.
namespace Ferry.Protocol.Wire;

/// <summary>Messages to bytes and back. Decoding never throws and allocates no more than the message needs.</summary>
public static class MessageCodec
{
    /// <summary>Writes the message (without a body) and returns its length.</summary>
    /// <param name="destination">At least <see cref="WireLimits.HeadBytesMax"/> bytes.</param>
    /// <exception cref="InvalidOperationException">The message breaks <see cref="WireLimits"/>: a bug of ours.</exception>
    public static int Encode(Message message, Span<byte> destination) => throw new NotImplementedException();

    /// <summary><see cref="DecodeError.None"/> and the message, or an error and null.</summary>
    public static DecodeError Decode(ReadOnlySpan<byte> head, out Message? message) => throw new NotImplementedException();
}
