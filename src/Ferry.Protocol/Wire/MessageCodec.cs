namespace Ferry.Protocol.Wire;

/// <summary>
/// Messages to bytes and back (docs/protocol.md §3). Decoding never throws and allocates no more than the message
/// needs. There is one form for each message: whatever decodes encodes to the same bytes again.
/// </summary>
public static class MessageCodec
{
    private const byte FirstOptionalType = 128;

    /// <summary>Writes the message (without a body) and returns its length.</summary>
    /// <param name="destination">At least <see cref="WireLimits.HeadBytesMax"/> bytes.</param>
    /// <exception cref="InvalidOperationException">The message breaks a rule of §3: a bug of ours.</exception>
    public static int Encode(Message message, Span<byte> destination)
    {
        var writer = new WireWriter(destination);
        writer.Byte((byte)message.Type);
        message.Write(ref writer);
        return writer.Written;
    }

    /// <summary><see cref="DecodeError.None"/> and the message, or an error and null.</summary>
    public static DecodeError Decode(ReadOnlySpan<byte> head, out Message? message)
    {
        message = null;
        if (head.Length > WireLimits.HeadBytesMax) return DecodeError.LimitExceeded;
        var reader = new WireReader(head);
        var read = Read(ref reader);
        reader.End();
        if (reader.Error == DecodeError.None) message = read;
        return reader.Error;
    }

    private static Message? Read(ref WireReader reader)
    {
        var type = reader.Byte();
        switch ((MessageType)type)
        {
            case MessageType.Join: return Join.Read(ref reader);
            case MessageType.Leave: return Leave.Read(ref reader);
            case MessageType.Heartbeat: return Heartbeat.Read(ref reader);
            case MessageType.HeartbeatReply: return HeartbeatReply.Read(ref reader);
            case MessageType.RouteWithdrawal: return RouteWithdrawal.Read(ref reader);
            case MessageType.FileSearch: return FileSearch.Read(ref reader);
            case MessageType.HasFile: return HasFile.Read(ref reader);
            case MessageType.TransferRequest: return TransferRequest.Read(ref reader);
            case MessageType.FileTransfer: return FileTransfer.Read(ref reader);
            case MessageType.Ack: return Ack.Read(ref reader);
            case MessageType.TransferAccept: return TransferAccept.Read(ref reader);
            case MessageType.TransferResume: return TransferResume.Read(ref reader);
            case MessageType.Refusal: return Refusal.Read(ref reader);
            case MessageType.Receipt: return Receipt.Read(ref reader);
            case MessageType.ManifestRequest: return ManifestRequest.Read(ref reader);
            case MessageType.ManifestPart: return ManifestPart.Read(ref reader);
            case MessageType.RouteRequest: return RouteRequest.Read(ref reader);
            case MessageType.RouteReply: return RouteReply.Read(ref reader);
            case MessageType.SearchReport: return SearchReport.Read(ref reader);
            case MessageType.Sealed: return Sealed.Read(ref reader);
            case MessageType.Offer: return Offer.Read(ref reader);
            case MessageType.OfferAnswer: return OfferAnswer.Read(ref reader);
            case MessageType.AddressOffer: return AddressOffer.Read(ref reader);
            case MessageType.SharedIdentity: return SharedIdentity.Read(ref reader);
            case MessageType.NetworkKey: return NetworkKey.Read(ref reader);
            default:
                reader.Fail(type < FirstOptionalType ? DecodeError.UnknownType : DecodeError.UnknownOptionalType);
                return null;
        }
    }
}
