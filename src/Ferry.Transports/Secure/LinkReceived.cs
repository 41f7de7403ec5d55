namespace Ferry.Transports.Secure;

/// <summary>What came out of a link: a message, with the body when it is a File Transfer; or the link's end.</summary>
public readonly record struct LinkReceived(Protocol.Wire.Message? Message, PooledBody? Body, LinkClose? Close)
{
    internal static LinkReceived Ended(LinkCloseReason reason, string text) =>
        new(null, null, new LinkClose(reason, text));
}
