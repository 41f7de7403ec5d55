using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>Everything that can happen to the core. A deadline is one more input (<see cref="Tick"/>).</summary>
public abstract record Input
{
    private Input() { }

    /// <summary>A link is authenticated and its handshake is over.</summary>
    /// <param name="Path">Where the link runs: the same for two links that share transport and hosts.</param>
    /// <param name="Address">For people: how the neighbour is reached.</param>
    /// <param name="Dialed">This node made the link.</param>
    public sealed record LinkUp(
        LinkId Link, Join Peer, LinkTraits Traits, string Path, string Address, bool Dialed) : Input;

    public sealed record LinkDown(LinkId Link, string Reason) : Input;

    /// <param name="Body">The body of a File Transfer, null for every other message. Handed over.</param>
    public sealed record Received(LinkId Link, Message Message, Payload? Body) : Input;

    /// <summary>The link has taken this many bytes of bodies out of its queue: there is room for more.</summary>
    public sealed record BulkSent(LinkId Link, int Bytes) : Input;

    /// <summary>What the link's pump measured since its last report.</summary>
    /// <param name="BytesPerSecond">Rate while the link was busy; 0 when it was never busy.</param>
    public sealed record LinkMeasured(LinkId Link, long BytesPerSecond) : Input;

    public sealed record Stored(StorageResult Result) : Input;

    /// <summary>A deadline has come.</summary>
    public sealed record Tick : Input;

    /// <summary>Searches the network; hits and the end come as <see cref="Notice"/>s.</summary>
    public sealed record StartSearch(QueryId Query, string Text, ContentId? Content) : Input
    {
        /// <summary>Nodes outside this node's network are asked too, and can read what is searched for.</summary>
        public bool IsPublic { get; init; }
    }

    public sealed record StopSearch(QueryId Query) : Input;

    /// <param name="Holders">Who is known to have it (from a search); may be empty.</param>
    public sealed record StartDownload(
        ContentId Content, string Name, long Size, IReadOnlyList<KnownHolder> Holders, string? OutputPath) : Input
    {
        /// <summary>What its holders say of the file; the default: what the first holder that is found says.</summary>
        public FileTraits Traits { get; init; }

        /// <summary>
        /// The user chose the content by a hit that showed this size, so nothing larger is opened; null when the id was
        /// given, which fixes the size.
        /// </summary>
        public long? SizeMax { get; init; }

        /// <summary>Holders outside this node's network are looked for too, by the content id.</summary>
        public bool IsPublic { get; init; }

        /// <summary>A file of its name is replaced in the end, rather than kept beside it.</summary>
        public bool Overwrites { get; init; }

        /// <summary>
        /// For this node alone: it is neither searched for nor offered on. Its holders are those that are named.
        /// </summary>
        public bool IsPrivate { get; init; }
    }

    /// <summary>Offers a content that this node holds to another one.</summary>
    public sealed record MakeOffer(OfferEntry Entry) : Input;

    /// <summary>The user's word on an offer of another node.</summary>
    public sealed record AnswerOffer(OfferKey Key, bool Accepts) : Input
    {
        /// <summary>Where it goes; null for the downloads folder.</summary>
        public string? OutputPath { get; init; }

        /// <inheritdoc cref="StartDownload.Overwrites"/>
        public bool Overwrites { get; init; }
    }

    /// <summary>Takes an offer of this node back.</summary>
    public sealed record WithdrawOffer(OfferKey Key) : Input;

    /// <summary>Stops a download (and deletes its partial file) or one upload, for good.</summary>
    /// <param name="Requester">To whom the upload goes; null for the download.</param>
    public sealed record Cancel(ContentId Content, NodeId? Requester) : Input;

    /// <summary>
    /// While it is paused nothing of the download, or of what goes to that requester, is fetched or sent; it stays in
    /// the log and is not given up.
    /// </summary>
    /// <param name="Requester">To whom the upload goes; null for the download.</param>
    public sealed record Pause(ContentId Content, NodeId? Requester, bool IsPaused) : Input;

    /// <summary>Neighbours may be told of these addresses, and are: now, and when they come up.</summary>
    public sealed record Listening(IReadOnlyList<string> Addresses) : Input;

    /// <summary>Tells all neighbours and closes all links. Unfinished transfers stay in the log.</summary>
    public sealed record LeaveNetwork(LeaveReason Reason) : Input;

    /// <summary>At most so much is asked for from now on: the window grows no faster.</summary>
    public sealed record LimitDown(IReadOnlyList<RateRule> Rules) : Input;

    /// <summary>From now on chance comes from this seed: the old one has been written to a file.</summary>
    public sealed record Reseed(Bytes32 Seed) : Input;
}
