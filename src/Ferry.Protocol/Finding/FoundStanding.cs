namespace Ferry.Protocol.Finding;

/// <summary>What a node that answers a probe says of itself to everybody.</summary>
[Flags]
public enum FoundStanding : byte
{
    None = 0,

    /// <summary>Admits whoever reaches it.</summary>
    Open = 1,

    /// <summary>Admits who proves a passphrase.</summary>
    Passphrase = 2,

    /// <summary>Has given out tickets that are good now.</summary>
    Invites = 4,
}
