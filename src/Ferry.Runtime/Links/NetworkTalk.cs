using System.Collections.Concurrent;
using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links.Pump;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>
/// Neighbours that are members tell each other the key of their network, over the link and before anything else; of two
/// keys the one that comes first is both's from then on, and is told on. So all that is linked by members comes to one
/// key, for it only ever gets smaller. A member is who has proven the passphrase or a ticket, or whom the user trusts;
/// and, for a node that has no network yet, who was joined and tells a key: it was let in there.
/// Who is let in only because a node is open is told nothing.
/// </summary>
internal sealed class NetworkTalk(NetworkKeys keys, KnownNodes known, Warnings warnings, TimeProvider time)
{
    /// <summary>New keys taken at once, and the time for one more. Of n members' keys about ln n are taken.</summary>
    public const int ChangesMax = 32;
    public static readonly TimeSpan ChangeEvery = TimeSpan.FromSeconds(10);

    /// <summary>Members are as many as who has the passphrase makes up.</summary>
    private const int WarnedMax = 64;

    /// <summary>A member tells its key as the first thing on a link.</summary>
    private static readonly TimeSpan FirstWordLimit = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<LinkId, Talk> _talks = new();
    private readonly ConcurrentDictionary<NodeId, bool> _joined = new();
    private readonly ConcurrentDictionary<NodeId, bool> _warned = new();
    private readonly Lock _gate = new();
    private int _changes = ChangesMax;
    private long _filledAt = time.GetTimestamp();

    /// <summary>The user joined the node: it may take this one into its network.</summary>
    public void OnJoined(NodeId node) => _joined[node] = true;

    /// <summary>Called by the loop when it learns of the link. The core must not see what is not to be recorded.
    /// </summary>
    /// <param name="start">Makes the link's pump, which is to write what comes there.</param>
    public LinkPump Start(
        LinkId id, SecureLink link, ChannelWriter<Input> inputs, Func<ChannelWriter<Input>, LinkPump> start)
    {
        var talk = new Talk(id, link);
        var pump = talk.Pump = start(new Ears(this, talk, inputs));
        // Known before the key is looked up: a later key is told to all that are known.
        _talks[id] = talk;
        if (talk.HasEnded) _talks.TryRemove(id, out _);
        TellKey(talk);
        return pump;
    }

    /// <summary>Null when this node belongs to no network.</summary>
    public NeighbourRole? RoleOf(NodeId node)
    {
        if (keys.Current is null) return null;
        var links = _talks.Values.Where(talk => talk.Link.Peer == node).ToList();
        if (known.IsTrusted(node) || links.Exists(IsMember)) return NeighbourRole.Member;
        return links.Exists(talk => talk.Link.Dialed) || _joined.ContainsKey(node)
            ? NeighbourRole.Outside : NeighbourRole.Guest;
    }

    /// <summary>This node becomes a member, with others or as the first.</summary>
    /// <exception cref="FerryException">The key cannot be kept.</exception>
    public void Found()
    {
        if (keys.Current is not null) return;
        keys.Ensure();
        TellAll();
    }

    /// <summary>The user lets a node in as a member.</summary>
    /// <exception cref="FerryException">The key cannot be kept.</exception>
    public void OnTrusted(NodeId node)
    {
        keys.Ensure();
        foreach (var talk in _talks.Values.Where(talk => talk.Link.Peer == node)) TellKey(talk);
    }

    /// <summary>What is asked next over a link of members is asked under a key that both have.</summary>
    public async Task WhenToldAsync(LinkId id, CancellationToken cancel)
    {
        if (!_talks.TryGetValue(id, out var talk) || !IsMember(talk)) return;
        await talk.Heard.Task.WaitAsync(FirstWordLimit, time, cancel).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing);
    }

    private bool IsMember(Talk talk) => !known.IsBlocked(talk.Link.Peer)
        && (talk.Link.Proof != ProofKind.None || known.IsTrusted(talk.Link.Peer));

    private void TellAll()
    {
        foreach (var talk in _talks.Values) TellKey(talk);
    }

    private void TellKey(Talk talk)
    {
        if (keys.Current is { } current && IsMember(talk)) talk.Pump?.Send(new NetworkKey(current.Key));
    }

    /// <summary>On the link's reading task, so that what the neighbour says next is heard under its key.</summary>
    private void OnHeard(Talk talk, NetworkKey said)
    {
        try
        {
            lock (_gate) Judge(talk, said.Key);
        }
        catch (FerryException e)
        {
            warnings.Add(e.Message);
        }
        finally
        {
            talk.Heard.TrySetResult();
        }
    }

    private void Judge(Talk talk, Bytes32 said)
    {
        var peer = talk.Link.Peer;
        if (!IsMember(talk))
        {
            if (!_joined.ContainsKey(peer) || known.IsBlocked(peer)) return;
            if (keys.Current is { } own)
            {
                if (own.Key != said) WarnOfAnother(talk);
                return;
            }
            known.Trust(peer, talk.Link.PeerJoin.Nickname);
        }
        if (keys.Current is { } current && current.Key == said) return;
        if (!TryTakeChange())
        {
            Warn(talk, "tells one network key after the other: block it, or look after it");
            return;
        }
        // Who has another one, which is not taken here, has not heard of this one.
        if (keys.Hear(said)) TellAll();
        else TellKey(talk);
    }

    private void WarnOfAnother(Talk talk) => Warn(
        talk, "lets this node into its network, and this node is in another: 'trust "
        + $"{talk.Link.Peer}' makes one of the two");

    /// <summary>Once of each node.</summary>
    private void Warn(Talk talk, string what)
    {
        if (_warned.Count < WarnedMax && _warned.TryAdd(talk.Link.Peer, true))
            warnings.Add($"{Describe(talk)} {what}");
    }

    private static string Describe(Talk talk) =>
        $"{talk.Link.PeerJoin.Nickname} ({Fingerprint.Of(talk.Link.Peer)})";

    private bool TryTakeChange()
    {
        var more = (int)Math.Min(ChangesMax, time.GetElapsedTime(_filledAt) / ChangeEvery);
        if (more > 0) (_changes, _filledAt) = (Math.Min(ChangesMax, _changes + more), time.GetTimestamp());
        if (_changes == 0) return false;
        _changes--;
        return true;
    }

    private sealed class Talk(LinkId id, SecureLink link)
    {
        private volatile LinkPump? _pump;
        private volatile bool _hasEnded;

        public LinkId Id { get; } = id;
        public SecureLink Link { get; } = link;
        public TaskCompletionSource Heard { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Null while it is being made.</summary>
        public LinkPump? Pump
        {
            get => _pump;
            set => _pump = value;
        }

        public bool HasEnded
        {
            get => _hasEnded;
            set => _hasEnded = value;
        }
    }

    /// <summary>Takes out of a link's inputs what is not for the core.</summary>
    private sealed class Ears(NetworkTalk talks, Talk talk, ChannelWriter<Input> inputs) : ChannelWriter<Input>
    {
        public override bool TryWrite(Input item)
        {
            if (item is Input.Received { Message: NetworkKey key })
            {
                talks.OnHeard(talk, key);
                return true;
            }
            if (!inputs.TryWrite(item)) return false;
            if (item is Input.LinkDown)
            {
                talk.HasEnded = true;
                talks._talks.TryRemove(talk.Id, out _);
                talk.Heard.TrySetResult();
            }
            return true;
        }

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
            inputs.WaitToWriteAsync(cancellationToken);
    }
}
