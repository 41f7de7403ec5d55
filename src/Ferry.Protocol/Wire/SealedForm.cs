using System.Buffers;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// How messages between the members of a network are put into a box, and taken out (docs/protocol.md §5.1). In the box
/// are the type and the fields behind the envelope: the envelope is for relays, which read and change it. Its two ends
/// are authenticated with the box. A search is boxed within itself, since every node floods it once by its query id.
/// </summary>
public static class SealedForm
{
    private const int TypeBytes = 1;

    /// <summary>Members say it to each other in a box. A File Transfer has its own seal; routes are for everybody.
    /// </summary>
    public static bool CanBeSealed(RoutedMessage message) =>
        message is not (Sealed or FileTransfer or RouteReply or RouteRequest);

    /// <summary>What goes into the box.</summary>
    public static byte[] Inner(RoutedMessage message)
    {
        // A head may be long and most are short: each ACK of a member comes by here.
        var buffer = ArrayPool<byte>.Shared.Rent(WireLimits.HeadBytesMax);
        try
        {
            var length = MessageCodec.Encode(message, buffer);
            return [buffer[0], .. buffer.AsSpan(0, length)[(TypeBytes + EnvelopeBytes(message))..]];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What is authenticated with the box: source and destination, which is zero for a search.</summary>
    public static byte[] Associated(RoutedMessage message)
    {
        var bytes = new byte[2 * Bytes32.Length];
        message.Envelope.Source.Hash.CopyTo(bytes);
        message.Envelope.Destination.Hash.CopyTo(bytes.AsSpan(Bytes32.Length));
        return bytes;
    }

    public static RoutedMessage Box(RoutedMessage message, ReadOnlyMemory<byte> box) => message switch
    {
        FileSearch { IsPublic: true } search => search with { Box = box },
        FileSearch search => search with { Text = "", Content = null, Box = box },
        _ => new Sealed(message.Envelope, box) { IsAnswer = message is HasFile or SearchReport or ManifestPart },
    };

    /// <summary>Empty for a message that has none.</summary>
    public static ReadOnlyMemory<byte> BoxOf(RoutedMessage message) => message switch
    {
        Sealed sealedOne => sealedOne.Box,
        FileSearch search => search.Box,
        _ => default,
    };

    /// <summary>The message that was in the box of this one; null when it is none that can be there.</summary>
    public static RoutedMessage? Unbox(RoutedMessage message, ReadOnlySpan<byte> inner)
    {
        var envelopeBytes = EnvelopeBytes(message);
        if (inner.IsEmpty || inner.Length + envelopeBytes > WireLimits.HeadBytesMax) return null;
        var head = new byte[inner.Length + envelopeBytes];
        head[0] = inner[0];
        var writer = new WireWriter(head.AsSpan(TypeBytes));
        if (message is FileSearch) message.Envelope.WriteFlood(ref writer);
        else message.Envelope.Write(ref writer);
        inner[TypeBytes..].CopyTo(head.AsSpan(TypeBytes + envelopeBytes));
        if (MessageCodec.Decode(head, out var opened) != DecodeError.None) return null;
        if (message is FileSearch outer)
        {
            return opened is FileSearch search && search.Query == outer.Query && search.Report == outer.Report
                ? search : null;
        }
        return opened is RoutedMessage routed and not FileSearch && CanBeSealed(routed) ? routed : null;
    }

    private static int EnvelopeBytes(RoutedMessage message) =>
        message is FileSearch ? Envelope.FloodBytes : Envelope.RoutedBytes;
}
