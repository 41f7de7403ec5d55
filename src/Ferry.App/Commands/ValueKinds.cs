namespace Ferry.App.Commands;

/// <summary>
/// What an argument or the value of an option names, so that it can be completed. Choices need no kind: an option whose
/// help says <c>on|off</c> takes one of the two.
/// </summary>
[Flags]
internal enum ValueKinds
{
    /// <summary>What only the user knows.</summary>
    None = 0,
    Command = 1,

    /// <summary>A file or a folder on this machine.</summary>
    Path = 1 << 1,

    /// <summary>A folder on this machine.</summary>
    Folder = 1 << 2,

    /// <summary>A node that is linked, or waits to be let in.</summary>
    Node = 1 << 3,

    /// <summary>A joined address.</summary>
    Joined = 1 << 4,

    /// <summary>What the last <c>discover</c> has shown.</summary>
    Near = 1 << 5,

    /// <summary>What this node shares, as it was shared.</summary>
    Share = 1 << 6,

    /// <summary>What the last <c>search</c> has shown.</summary>
    Found = 1 << 7,
    Transfer = 1 << 8,
}
