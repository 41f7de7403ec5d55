namespace Ferry.Runtime;

/// <summary>A file or folder that a node would send to another one, seen by either.</summary>
/// <param name="Offer">Its id.</param>
/// <param name="Direction">An upload: this node is the sender.</param>
/// <param name="Node">The node at the other end.</param>
/// <param name="Nickname">What that calls itself; empty when this node does not know.</param>
/// <param name="Fingerprint">Of that node.</param>
/// <param name="DoneBytes">What has come, durable.</param>
/// <param name="Rate">Bytes per second.</param>
/// <param name="At">Since when it is in this state, by the receiver's clock (while it is made, by the sender's).
/// </param>
public sealed record OfferInfo(
    string Offer, TransferDirection Direction, string Node, string Nickname, string Fingerprint, string Name,
    long Size, ContentKind Kind, string ContentId, OfferPhase State, long DoneBytes, double Rate, DateTimeOffset At);

/// <param name="Nodes">Each a nickname, id or fingerprint, or the beginning of one.</param>
/// <param name="Paths">Files and folders.</param>
public sealed record SendOptions(IReadOnlyList<string> Nodes, IReadOnlyList<string> Paths)
{
    /// <summary>Tell of each offer only that it is kept.</summary>
    public bool Detach { get; init; }
}

/// <param name="What">The name of what is offered, or the beginning of the offer's id.</param>
/// <param name="OutputPath">A file or an existing folder; null for the downloads folder.</param>
public sealed record AcceptOptions(string What, string? OutputPath)
{
    /// <summary>What to do when something else has the name already; with Skip the offer is refused then.</summary>
    public OnConflict OnConflict { get; init; }
}
