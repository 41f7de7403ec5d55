using System.Threading.Channels;
using Ferry.Protocol.Values;
using Ferry.Transports;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links;

/// <summary>A node that asks to be let in.</summary>
/// <param name="Since">When it asked first.</param>
/// <param name="Last">When it asked last.</param>
internal sealed record WaitingNode(
    NodeId Node, string Nickname, string Address, DateTimeOffset Since, DateTimeOffset Last);

/// <summary>
/// Strangers that wait for the user's word. Bounded, in all and for each origin of addresses: when it is full the
/// oldest of the origin with the most makes room, so that one host with many keys pushes out its own. Who has not asked
/// for <see cref="PatienceMax"/> has gone.
/// </summary>
internal sealed class WaitingList(TimeProvider time, ILogger log)
{
    public const int NodesMax = 32;
    public const int NodesOfOriginMax = 8;
    public static readonly TimeSpan PatienceMax = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly List<WaitingNode> _waiting = [];
    private readonly Channel<WaitingNode> _arrivals = Channel.CreateBounded<WaitingNode>(
        new BoundedChannelOptions(NodesMax) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Those that were not waiting before they came. For one reader, if anybody.</summary>
    public ChannelReader<WaitingNode> Arrivals => _arrivals.Reader;

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<WaitingNode> All
    {
        get
        {
            lock (_gate)
            {
                DropGone();
                return [.. _waiting];
            }
        }
    }

    /// <summary>The node asks, for the first time or again.</summary>
    public void Add(Applicant applicant)
    {
        lock (_gate)
        {
            DropGone();
            var now = time.GetUtcNow();
            var before = _waiting.FindIndex(it => it.Node == applicant.Node);
            if (before >= 0)
            {
                _waiting[before] = _waiting[before] with
                {
                    Nickname = applicant.Nickname,
                    Address = applicant.Address,
                    Last = now,
                };
                return;
            }
            MakeRoom(AddressOrigin.Of(applicant.Address));
            var arrived = new WaitingNode(applicant.Node, applicant.Nickname, applicant.Address, now, now);
            _waiting.Add(arrived);
            _arrivals.Writer.TryWrite(arrived);
            LinkLog.Asks(log, arrived.Nickname, Fingerprint.Of(arrived.Node), arrived.Address);
        }
    }

    public void Remove(NodeId node)
    {
        lock (_gate) _waiting.RemoveAll(it => it.Node == node);
    }

    private void DropGone()
    {
        var gone = time.GetUtcNow() - PatienceMax;
        _waiting.RemoveAll(it => it.Last < gone);
    }

    private void MakeRoom(string origin)
    {
        var origins = _waiting.ConvertAll(it => AddressOrigin.Of(it.Address));
        if (origins.Count(it => it == origin) >= NodesOfOriginMax) _waiting.RemoveAt(origins.IndexOf(origin));
        else if (_waiting.Count >= NodesMax) _waiting.RemoveAt(OriginCrowd.OldestOfLargest(origins));
    }
}
