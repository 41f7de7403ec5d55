namespace Ferry.Transports.Secure;

/// <summary>Why a node does not want a link, as the other is told (docs/protocol.md §2.2).</summary>
public enum RejectReason : byte
{
    NotAdmitted = 1,
    VersionMismatch = 2,
    Self = 3,
    BadHello = 4,
    OtherNode = 5,

    /// <summary>Its user has been asked, and may say yes.</summary>
    Asked = 6,

    /// <summary>No ticket with the secret of the other's was given out, or it is long forgotten.</summary>
    WrongTicket = 7,
    TicketExpired = 8,
    TicketUsed = 9,

    /// <summary>The dialer's passphrase is another one.</summary>
    WrongPassphrase = 10,
    PassphraseNeeded = 11,

    /// <summary>Of passphrases that were wrong.</summary>
    TooManyTries = 12,
}
