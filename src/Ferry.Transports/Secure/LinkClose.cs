namespace Ferry.Transports.Secure;

/// <summary>Why a link ended, for programs and for people.</summary>
public sealed record LinkClose(LinkCloseReason Reason, string Text);

public enum LinkCloseReason
{
    /// <summary>The other end closed the connection between two messages.</summary>
    PeerClosed,

    /// <summary>The connection broke.</summary>
    ConnectionLost,

    /// <summary>The other end sent what it must not send, or somebody changed it on the way.</summary>
    ProtocolError,
}
