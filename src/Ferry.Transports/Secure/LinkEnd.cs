namespace Ferry.Transports.Secure;

/// <summary>Why a link ended, for programs and for people.</summary>
public sealed record LinkEnd(LinkEndReason Reason, string Text);

public enum LinkEndReason
{
    /// <summary>The other end closed the connection between two messages.</summary>
    PeerClosed,

    /// <summary>The connection broke.</summary>
    ConnectionLost,

    /// <summary>The other end sent what it must not send, or somebody changed it on the way.</summary>
    ProtocolError,
}

/// <summary>What came out of a link: a message, with the body when it is a File Transfer; or the link's end.</summary>
public readonly record struct LinkReceived(Protocol.Wire.Message? Message, Frame? Body, LinkEnd? End)
{
    internal static LinkReceived Ended(LinkEndReason reason, string text) => new(null, null, new LinkEnd(reason, text));
}
