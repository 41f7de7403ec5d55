using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Members;

/// <summary>
/// Who is spoken to how, and who is served. Members of a network speak sealed to each other; a member that is closed
/// speaks so to everybody, but for those outside whom it has asked, or serves, by its user's word; one that is open
/// speaks in the open to whom it has not heard sealed. Who was heard sealed once is never spoken to in the open again:
/// anybody can say something in the open in a member's name.
/// </summary>
/// <param name="isOffered">Something is offered to the node by this one's user: it may fetch that.</param>
internal sealed class Speech(
    EngineOptions options, INetworkSeals network, KeyedIds ids, Func<NodeId, bool> isOffered)
{
    /// <summary>
    /// Of each kind. Others are spoken to as if they were heard for the first time. In the open anybody can be any
    /// number of nodes, and pushes out no member by that.
    /// </summary>
    public const int PeersMax = 10_000;

    private readonly Dictionary<NodeId, bool> _isSealed = new(ids);
    private readonly Queue<NodeId> _heardOpen = [];
    private readonly Queue<NodeId> _heardSealed = [];

    public int Count => _isSealed.Count;

    /// <summary>A message of this node, as it leaves.</summary>
    /// <param name="message">With its ends in the envelope.</param>
    public RoutedMessage Say(RoutedMessage message)
    {
        if (message is FileSearch) return network.Seal(message) ?? message;
        if (!SealedForm.CanBeSealed(message)) return message;
        var peer = message.Envelope.Destination;
        var isKnown = _isSealed.TryGetValue(peer, out var isSealed);
        // A searcher outside learns whom it may expect an answer of.
        if (!isKnown && message is SearchReport { Fitting: 0, Hashing.Count: 0, IsBusy: false }) return message;
        if ((isKnown ? isSealed : !options.IsOpen) && network.Seal(message) is { } said) return said;
        if (!isKnown) Remember(peer, isSealed: false);
        return message;
    }

    /// <summary>What was said to this node; null when it cannot be read, or who asks is not served.</summary>
    /// <param name="isSealed">By a member.</param>
    public RoutedMessage? Hear(RoutedMessage message, NodeId neighbour, out bool isSealed)
    {
        var said = message is Sealed ? network.Open(message) : message;
        isSealed = message is Sealed && said is not null;
        if (isSealed) Remember(message.Envelope.Source, isSealed: true);
        // Who asks for more in a session was served when it was opened.
        var asks = said is ManifestRequest or Offer or TransferRequest { KeyOffer.IsEmpty: false };
        return asks && !Serves(said!, neighbour, isSealed) ? null : said;
    }

    /// <summary>A search that this node answers, as it was meant; null when it cannot be read, or not served.</summary>
    public FileSearch? Read(FileSearch query, NodeId neighbour)
    {
        var opened = query.Box.IsEmpty ? null : network.Open(query) as FileSearch;
        if (opened is not null) Remember(query.Envelope.Source, isSealed: true);
        var said = opened ?? query;
        if (said is { Text.Length: 0, Content: null }) return null;
        return Serves(said, neighbour, isSealed: opened is not null) ? said : null;
    }

    /// <summary>Only members of this node's network shall read it.</summary>
    public bool IsPrivate(Input.StartSearch search) => !search.IsPublic && network.IsMember();

    /// <summary>No member of the network said it, and nobody whom the user knows.</summary>
    public bool IsOfStranger(NodeId source, bool isSealed) =>
        !isSealed && network.StandingOf(source) != PeerStanding.Known;

    /// <summary>A holder has answered that may be asked. One in the open is outside, and spoken to so.</summary>
    public void OnAnswer(NodeId holder, bool isSealed) => Remember(holder, isSealed);

    /// <summary>
    /// Whether who asks is answered. Who does not speak as a member has to be known, and to be who it says: the
    /// neighbour itself, or one that signs.
    /// </summary>
    private bool Serves(RoutedMessage asked, NodeId neighbour, bool isSealed)
    {
        var source = asked.Envelope.Source;
        var standing = network.StandingOf(source);
        if (isSealed || options.IsOpen) return standing != PeerStanding.Blocked;
        var isKnown = standing == PeerStanding.Known || (standing == PeerStanding.Stranger && isOffered(source));
        if (!isKnown || (source != neighbour && asked is not (TransferRequest or Offer))) return false;
        Remember(source, isSealed: false);
        return true;
    }

    private void Remember(NodeId node, bool isSealed)
    {
        if (_isSealed.TryGetValue(node, out var known) && (known || !isSealed)) return;
        _isSealed[node] = isSealed;
        var byAge = isSealed ? _heardSealed : _heardOpen;
        byAge.Enqueue(node);
        if (byAge.Count <= PeersMax) return;
        var oldest = byAge.Dequeue();
        // Who was heard sealed since is among those.
        if (_isSealed.GetValueOrDefault(oldest) == isSealed) _isSealed.Remove(oldest);
    }
}
