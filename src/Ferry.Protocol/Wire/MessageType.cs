namespace Ferry.Protocol.Wire;

/// <summary>
/// The first byte of a message. Below 16 and from 128: said to a neighbour. From 16: routed, with an <see
/// cref="Envelope"/>.
/// </summary>
public enum MessageType : byte
{
    Join = 1,
    Leave = 2,
    Heartbeat = 3,
    HeartbeatReply = 4,
    RouteWithdrawal = 5,

    FileSearch = 16,
    HasFile = 17,
    TransferRequest = 18,
    FileTransfer = 19,
    Ack = 20,
    TransferAccept = 21,
    TransferResume = 22,
    Refusal = 23,
    Receipt = 24,
    ManifestRequest = 25,
    ManifestPart = 26,
    RouteRequest = 27,
    RouteReply = 28,
    SearchReport = 29,
    Sealed = 30,
    Offer = 31,
    OfferAnswer = 32,

    // From 128 on a message is optional: a node that does not know the type ignores it.
    AddressOffer = 128,
    SharedIdentity = 129,
    NetworkKey = 130,
}
