namespace Ferry.Protocol.Values;

/// <summary>Every timer of the core, with its reason. The figures are in docs/protocol.md §8.</summary>
internal enum CoreTimer
{
    /// <summary>A neighbour that said nothing for so long is gone: kernels notice a lost link late or never.</summary>
    LinkDead,

    /// <summary>A neighbour shall show a sign of life.</summary>
    Heartbeat,

    /// <summary>Nobody has spoken of a route for its lifetime.</summary>
    RouteExpiry,

    /// <summary>A route request found nobody: ask again.</summary>
    RouteRetry,

    /// <summary>All whom a search has reached have had time to answer.</summary>
    SearchEnd,

    /// <summary>A download without enough holders looks for some.</summary>
    HolderSearch,

    /// <summary>A manifest that should come does not.</summary>
    ManifestStalled,

    /// <summary>A download that waits for the disk tries it again.</summary>
    DiskRetry,

    /// <summary>A holder that was busy may be tried again.</summary>
    LaneRetry,

    /// <summary>A lane that should deliver does not.</summary>
    LaneStalled,

    /// <summary>The user's limit lets a lane ask for more.</summary>
    LaneLimited,

    /// <summary>Durable chunks wait to be ACKed together.</summary>
    AckDue,

    /// <summary>People want to see progress.</summary>
    ProgressReport,

    /// <summary>Nothing of a download has come for days.</summary>
    DownloadGivenUp,

    /// <summary>A holder has had no ACK for long: send again, ask.</summary>
    UploadSilent,

    /// <summary>A requester was asked what it is owed, and may not have heard it, or its answer was lost.</summary>
    UploadAskAgain,

    /// <summary>Nothing was heard of a requester for days.</summary>
    UploadGivenUp,

    /// <summary>The receiver of an offer may not have heard it, or its answer was lost.</summary>
    OfferAgain,

    /// <summary>Nothing was heard of the other end of an offer for days.</summary>
    OfferGivenUp,

    /// <summary>No link to a neighbour had room; one that stalls may let another take over.</summary>
    SendRetry,
}
