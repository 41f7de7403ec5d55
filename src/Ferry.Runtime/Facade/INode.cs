namespace Ferry.Runtime;

/// <summary>
/// What can be asked of a node: the one in this process, or one that is reached through its control socket. Failures
/// that a user can act on are <see cref="FerryException"/>s.
/// </summary>
public interface INode
{
    /// <summary>Connects, remembers the address, and keeps it connected from now on.</summary>
    /// <param name="address">
    /// Such as <c>192.168.1.7</c>, <c>tcp://boat.local:5000</c>, a Bluetooth address; or a ticket.
    /// </param>
    /// <param name="cancel">Gives up.</param>
    Task<JoinInfo> JoinAsync(string address, CancellationToken cancel);

    /// <summary>Looks for nodes within radio range, for some seconds.</summary>
    /// <param name="cancel">Gives up.</param>
    Task<IReadOnlyList<DiscoveredInfo>> DiscoverAsync(CancellationToken cancel);

    /// <summary>Links to nobody, dials nobody and listens nowhere until the next join.</summary>
    /// <param name="cancel">Gives up waiting.</param>
    Task LeaveAsync(CancellationToken cancel);

    /// <summary>Gives out a ticket, which <see cref="JoinAsync"/> of another node takes.</summary>
    /// <param name="options">How many nodes it lets in, and how long.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<InviteInfo> InviteAsync(InviteOptions options, CancellationToken cancel);

    /// <summary>Lets in a stranger that waits, and remembers it.</summary>
    /// <param name="node">Its id or fingerprint, the beginning of one, or its nickname.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<KnownNodeInfo> AdmitAsync(string node, CancellationToken cancel);

    /// <summary>Remembers a node as one of the user's: it is let in, and may answer where another one did.</summary>
    /// <param name="node">
    /// Its id or fingerprint, the beginning of one, or the nickname, of a node that is known here; the whole id of any.
    /// </param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<KnownNodeInfo> TrustAsync(string node, CancellationToken cancel);

    /// <summary>Keeps a node out: its links end, and it gets none, whoever dials.</summary>
    /// <param name="node">As for <see cref="TrustAsync"/>.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<KnownNodeInfo> BlockAsync(string node, CancellationToken cancel);

    /// <summary>
    /// Makes a node a stranger: its links end, and it is neither trusted nor blocked nor expected anywhere. Or forgets
    /// a joined address, and who answered there.
    /// </summary>
    /// <param name="what">A node, as for <see cref="TrustAsync"/>, or an address.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<KnownNodeInfo> ForgetAsync(string what, CancellationToken cancel);

    /// <summary>
    /// Hits as they come (Found): a later one of the same content id and name replaces the earlier one. Then, as
    /// Remarks, what the search could not show.
    /// </summary>
    /// <param name="query">A name, glob or part of a name, or a content id.</param>
    /// <param name="isPublic">Ask nodes outside this node's network too, which can then read the query.</param>
    /// <param name="cancel">Ends the search.</param>
    IAsyncEnumerable<RequestEvent> SearchAsync(string query, bool isPublic, CancellationToken cancel);

    /// <summary>
    /// Searches, chooses, fetches. The last event is Completed, Failed or Ambiguous. Cancelling stops the telling, not
    /// the download (once Started was told): <see cref="CancelAsync"/> does that.
    /// </summary>
    /// <param name="options">What is wanted, and where it goes.</param>
    /// <param name="cancel">Ends the telling.</param>
    IAsyncEnumerable<RequestEvent> RequestAsync(RequestOptions options, CancellationToken cancel);

    /// <summary>
    /// Offers files and folders to other nodes, and tells of each offer when it is kept, comes to a new state, and
    /// while it is fetched; ends when all are over. Cancelling stops the telling: an offer waits for a receiver that is
    /// away, until <see cref="CancelAsync"/> takes it back. What is sent has to stay as it is until it has arrived.
    /// </summary>
    /// <param name="options">What goes to whom.</param>
    /// <param name="cancel">Ends the telling.</param>
    IAsyncEnumerable<OfferInfo> SendAsync(SendOptions options, CancellationToken cancel);

    /// <summary>
    /// Takes what another node offers, and tells how it comes, as <see cref="RequestAsync"/> does.
    /// </summary>
    /// <param name="options">What is taken, and where it goes.</param>
    /// <param name="cancel">Ends the telling.</param>
    IAsyncEnumerable<RequestEvent> AcceptAsync(AcceptOptions options, CancellationToken cancel);

    /// <summary>Turns down what another node offers; its sender is told.</summary>
    /// <param name="what">As for <see cref="AcceptAsync"/>.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<OfferInfo> RefuseAsync(string what, CancellationToken cancel);

    /// <summary>
    /// Returns once all below the path has been looked at; <see cref="StatusAsync"/> shows how far hashing has come.
    /// </summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="hidden">Offer what is hidden below the path, too.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<ShareInfo> ShareAsync(string path, bool hidden, CancellationToken cancel);

    /// <summary>Stops offering what was shared under this path.</summary>
    /// <param name="path">As it was shared.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task UnshareAsync(string path, CancellationToken cancel);

    /// <summary>The files on offer, and those that would be if they could be read, in the order of their paths.
    /// </summary>
    /// <param name="cancel">Ends the listing.</param>
    IAsyncEnumerable<FileInfoLine> FilesAsync(CancellationToken cancel);

    /// <summary>Who is linked, and the joined addresses that are not.</summary>
    /// <param name="cancel">Gives up waiting.</param>
    Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel);

    /// <summary>Who is reachable through whom.</summary>
    /// <param name="cancel">Gives up waiting.</param>
    Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel);

    /// <summary>What is on its way to and from the node, or waits to be.</summary>
    /// <param name="cancel">Gives up waiting.</param>
    Task<IReadOnlyList<TransferInfo>> TransfersAsync(CancellationToken cancel);

    /// <summary>One page about the node.</summary>
    /// <param name="cancel">Gives up waiting.</param>
    Task<StatusInfo> StatusAsync(CancellationToken cancel);

    /// <summary>Stops a transfer for good, and returns what it stopped.</summary>
    /// <param name="transfer">
    /// The id of a transfer, or of a content that this node only gives, for all uploads of it; or a prefix of one that
    /// is not ambiguous.
    /// </param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<IReadOnlyList<TransferInfo>> CancelAsync(string transfer, CancellationToken cancel);

    /// <summary>Pauses transfers until <see cref="ResumeAsync"/>, also over restarts, and returns how they stand.
    /// </summary>
    /// <param name="transfer">As for <see cref="CancelAsync"/>; null for all that there are now.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<IReadOnlyList<TransferInfo>> PauseAsync(string? transfer, CancellationToken cancel);

    /// <summary>Lets paused transfers go on where they were, and returns how they stand.</summary>
    /// <param name="transfer">As for <see cref="CancelAsync"/>; null for all.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<IReadOnlyList<TransferInfo>> ResumeAsync(string? transfer, CancellationToken cancel);

    /// <summary>Limits how fast files are sent or asked for, also after a restart, and returns all limits.</summary>
    /// <param name="change">Null to change nothing.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<IReadOnlyList<LimitInfo>> LimitAsync(LimitChange? change, CancellationToken cancel);

    /// <summary>Writes what the node did lately into a file, for whoever looks for a fault.</summary>
    /// <param name="options">Where to, and with what in it.</param>
    /// <param name="cancel">Gives up waiting.</param>
    Task<DiagnosisInfo> DiagnoseAsync(DiagnoseOptions options, CancellationToken cancel);
}

/// <summary>A node that lives in this process. Disposing it stops it in an orderly way.</summary>
public interface IRunningNode : INode, IAsyncDisposable
{
    /// <summary>Ends when the node has stopped; faults when it stopped because of an error.</summary>
    Task Completion { get; }

    /// <summary>Strangers that ask to be let in, each when it asks first. For one reader.</summary>
    /// <param name="cancel">Ends the telling.</param>
    IAsyncEnumerable<AskInfo> AsksAsync(CancellationToken cancel);

    /// <summary>What others offer and waits for the user's word, each once; first what waits already.</summary>
    /// <param name="cancel">Ends the telling.</param>
    IAsyncEnumerable<OfferInfo> OffersAsync(CancellationToken cancel);
}
