namespace Ferry.Runtime;

// What a node tells about itself. These are also the JSON objects of the control API and of --json: names are stable.

/// <param name="Node">Node id, 64 hexadecimal digits.</param>
/// <param name="Links">The links that are up, best first; empty while a joined node is away.</param>
public sealed record PeerInfo(string Node, string Nickname, PeerState State, IReadOnlyList<LinkInfo> Links)
{
    /// <summary>80 bits of the id, for comparing; empty before the node is known.</summary>
    public string Fingerprint { get; } = NodeFingerprint.Of(Node);

    /// <summary>Of a neighbour, when this node belongs to a network; null for others.</summary>
    public NeighbourRole? Role { get; init; }

    /// <summary>Two machines had this node's key at once since the own node started.</summary>
    public bool SharedKey { get; init; }

    /// <summary>Where a node is that waits to be let in; null for others.</summary>
    public string? WaitsAt { get; init; }

    /// <summary>How long it has waited; null for others.</summary>
    public double? WaitsSeconds { get; init; }
}

/// <summary>What a ticket is to be good for.</summary>
/// <param name="Uses">How many nodes it lets in.</param>
/// <param name="Seconds">How long it is good.</param>
public sealed record InviteOptions(int Uses, double Seconds);

/// <summary>An invitation.</summary>
/// <param name="Ticket">What <c>join</c> takes; a secret until it is used.</param>
/// <param name="Addresses">Where this node is dialled.</param>
public sealed record InviteInfo(string Ticket, DateTimeOffset Expires, int Uses, IReadOnlyList<string> Addresses);

/// <summary>A stranger that asks to be let in.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="IsNamesake">Another node, which the user knows, has the same nickname.</param>
public sealed record AskInfo(string Node, string Fingerprint, string Nickname, string Address, bool IsNamesake);

/// <summary>What the user has decided about a node or an address.</summary>
/// <param name="Node">Empty for an address.</param>
/// <param name="Addresses">Those that were forgotten.</param>
public sealed record KnownNodeInfo(
    string Node, string Fingerprint, string Nickname, NodeStanding Standing, IReadOnlyList<string> Addresses);

/// <param name="Rate">Bytes per second, measured, or typical of the transport before that.</param>
/// <param name="RoundTripMs">Milliseconds; null before the first heartbeat came back.</param>
public sealed record LinkInfo(
    string Transport, string Address, bool Dialed, long Rate, double? RoundTripMs, double AgeSeconds, LinkUse Role);

/// <param name="MetricMs">Expected time to move a mebibyte, milliseconds.</param>
/// <param name="FirstHopMs">The part of it between this node and the next hop.</param>
/// <param name="Transport">What carries data to the next hop, such as <c>tcp+bluetooth</c>.</param>
/// <param name="Selected">Data takes this route; the others are alternatives.</param>
/// <param name="Why">Why the route is used or not, in words.</param>
public sealed record RouteInfo(
    string Destination, string NextHop, string NextHopName, int Hops, double MetricMs, double FirstHopMs,
    string Transport, double AgeSeconds, bool Selected, string Why);

/// <param name="Transfer">What <c>cancel</c> takes (a prefix is enough).</param>
/// <param name="Wal">Its entry in the write-ahead log.</param>
/// <param name="Rate">Bytes per second that come, or that the requester ACKs.</param>
/// <param name="SinceAckSeconds">Uploads: seconds since the last ACK.</param>
/// <param name="GivenUpInSeconds">
/// When it is dropped, should there be no progress; null while its user has paused it: then it is not.
/// </param>
/// <param name="Reason">Why nothing comes, or is sent; null while something does.</param>
public sealed record TransferInfo(
    string Transfer, TransferDirection Direction, string Name, string ContentId, string Peer, long Size,
    long DoneBytes, double Rate, TransferPhase State, LogEntryState Wal, double? SinceAckSeconds,
    double? GivenUpInSeconds, string? Reason, IReadOnlyList<SourceInfo> Sources)
{
    /// <summary>The partial file of a download that was cancelled, if it could not be deleted.</summary>
    public string? LeftBehind { get; init; }
}

/// <summary>A holder that a download comes from.</summary>
/// <param name="Transport">What its data came over last, to this node.</param>
/// <param name="Bytes">What came from it.</param>
public sealed record SourceInfo(string Node, int Hops, string Transport, long Bytes);

/// <param name="Path">The absolute path.</param>
/// <param name="Name">The name under which it is offered.</param>
/// <param name="ContentId">Null until hashed.</param>
/// <param name="Reason">Why it is unreadable, a sentence; else null.</param>
public sealed record FileInfoLine(
    string Path, string Name, long Size, FileState State, string? ContentId, FileOrigin Origin, string? Reason)
{
    /// <summary>A file, or a folder as one thing.</summary>
    public ContentKind Kind { get; init; }
}

/// <summary>How far sharing has come.</summary>
/// <param name="Root">The path that was shared.</param>
/// <param name="Troubles">What keeps files from being offered (of a few) or changes from being noticed.</param>
public sealed record ShareInfo(
    string Root, long Files, long Bytes, long FilesHashed, long BytesHashed, int Unreadable, LeftOutInfo LeftOut,
    IReadOnlyList<string> Troubles);

/// <summary>How much below a shared path is not offered although it could be read; a folder counts once.</summary>
/// <param name="Keys">Folders that hold the key of a node.</param>
/// <param name="Special">Devices, pipes and sockets.</param>
/// <param name="Partial">Unfinished downloads.</param>
/// <param name="Excess">Files beyond the number that a node offers.</param>
public sealed record LeftOutInfo(long Hidden, long Links, long Keys, long Special, long Partial, long Excess);

/// <param name="Listening">Where it listens.</param>
/// <param name="Addresses">Where others can reach it: a wildcard stands for the machine's addresses.</param>
/// <param name="Warnings">
/// What its keeper should know, in sentences, mostly none: addresses it cannot listen at, damage that was found,
/// transfers that were given up.
/// </param>
public sealed record StatusInfo(
    string Node, string Nickname, string Home, string Downloads, IReadOnlyList<string> Listening,
    IReadOnlyList<string> Addresses, IReadOnlyList<string> Warnings, NetworkState Network,
    int Peers, int Routes, int TransfersRunning, int TransfersUnfinished, IReadOnlyList<ShareInfo> Shares,
    IReadOnlyList<string> Joined, double UptimeSeconds, string Version)
{
    /// <summary>A fingerprint of the network's key: all its members see the same. Null in no network.</summary>
    public string? NetworkKey { get; init; }
}

/// <param name="Node">Who answered.</param>
public sealed record JoinInfo(string Address, string Node, string Nickname, string Transport);

/// <summary>A node on a network segment of this machine, or within radio range.</summary>
/// <param name="Name">What it calls itself; empty when it tells its name to members alone.</param>
/// <param name="Address">What <c>join</c> takes.</param>
/// <param name="SignalDbm">How well it is heard; null when it is not known, as of a device that is linked.</param>
public sealed record DiscoveredInfo(string Name, string Address, string Transport, int? SignalDbm)
{
    /// <summary>Whom it lets in; null when it does not tell, as over Bluetooth.</summary>
    public NodeAdmits? Admits { get; init; }
}

/// <summary>A content that was found, under one of its names.</summary>
/// <param name="Holders">Of the content, under whatever name.</param>
public sealed record SearchHitInfo(
    string Name, long Size, string ContentId, HitMatch Match, IReadOnlyList<HolderInfo> Holders)
{
    /// <summary>A file, or a folder as one thing, as its holders say.</summary>
    public ContentKind Kind { get; init; }
}

/// <summary>A node that has a content.</summary>
/// <param name="Complete">It has all of it.</param>
public sealed record HolderInfo(string Node, int Hops, bool Complete);
