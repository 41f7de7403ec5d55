using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Transports;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links;

/// <summary>Dials an address at which only the expected node may answer.</summary>
internal delegate Task<Outcome<DialedPeer>> DialNode(string address, NodeId expected, CancellationToken cancel);

/// <summary>
/// Makes further links to nodes that are neighbours already, over transports that do not link us yet: Bluetooth where
/// there is Wi-Fi, Wi-Fi where there is Bluetooth. A neighbour's offer is dropped with its last link. One dial at a
/// time: a radio that pages a device carries nothing else.
/// </summary>
internal sealed class AutoLinks : IAsyncDisposable
{
    private readonly ILinkedNodes _links;
    private readonly DialNode _dial;
    private readonly NodeId _self;
    private readonly Action<Exception> _fault;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _started;
    private readonly SeededRandom _random = new((ulong)Random.Shared.NextInt64());
    private readonly SortedDictionary<NodeId, SortedDictionary<string, DialSchedule>> _offered = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public AutoLinks(
        ChannelReader<Notice> offers, ILinkedNodes links, DialNode dial, NodeId self, Action<Exception> fault,
        TimeProvider time, ILogger log)
    {
        (_links, _dial, _self, _fault, _time, _log) = (links, dial, self, fault, time, log);
        _started = time.GetTimestamp();
        _running = RunAsync(offers);
    }

    private TimeSpan Now => _time.GetElapsedTime(_started);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(ChannelReader<Notice> offers)
    {
        await Task.Yield();
        try
        {
            do
            {
                // Subscribed before the look, so that a change in between wakes this task.
                var changed = _links.WhenChangedAsync();
                while (offers.TryRead(out var notice)) Take((Notice.AddressesOffered)notice);
                Look();
                if (await DialWhatIsDueAsync(_stop.Token)) continue;
                if (!await WaitAsync(changed, offers, _stop.Token)) return;
            }
            while (true);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The node stops.
        }
#pragma warning disable CA1031 // Not swallowed: the node stops with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _fault(e);
        }
    }

    private void Take(Notice.AddressesOffered offer)
    {
        if (!_offered.TryGetValue(offer.Node, out var ways)) _offered[offer.Node] = ways = new(StringComparer.Ordinal);
        var byScheme = AddressAnnouncer.Offerable(offer.Addresses)
            .GroupBy(address => NodeAddress.Parse(address).Value!.Scheme)
            .ToDictionary(group => group.Key, group => group.ToList());
        foreach (var gone in ways.Keys.Except(byScheme.Keys).ToList()) ways.Remove(gone);
        foreach (var (scheme, addresses) in byScheme)
        {
            if (!ways.TryGetValue(scheme, out var way))
                ways[scheme] = way = new DialSchedule(_self.CompareTo(offer.Node) < 0, _random.Jitter);
            way.OnOffer(Now, addresses);
        }
    }

    private void Look()
    {
        foreach (var node in _offered.Keys.ToList())
        {
            var linked = _links.TransportsTo(node);
            if (linked.Count == 0) _offered.Remove(node);
            else foreach (var (scheme, way) in _offered[node]) way.OnLooked(Now, linked.Contains(scheme));
        }
    }

    /// <summary>False when nothing is due.</summary>
    private async Task<bool> DialWhatIsDueAsync(CancellationToken stop)
    {
        foreach (var (node, ways) in _offered)
        {
            foreach (var way in ways.Values)
            {
                if (way.DueAt is not { } due || due > Now) continue;
                await DialAsync(node, way.Addresses, stop);
                way.OnDialed(Now);
                return true;
            }
        }

        return false;
    }

    private async Task DialAsync(NodeId node, IReadOnlyList<string> addresses, CancellationToken stop)
    {
        foreach (var address in addresses)
        {
            var made = await _dial(address, node, stop);
            if (made.Succeeded)
            {
                LinkLog.AutoLinked(_log, node.Short, address);
                return;
            }
            LinkLog.CannotAutoLink(_log, node.Short, address, made.Failure.Text);
        }
    }

    /// <summary>False when there will be no offers any more.</summary>
    private async Task<bool> WaitAsync(Task changed, ChannelReader<Notice> offers, CancellationToken stop)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var arrived = offers.WaitToReadAsync(wake.Token).AsTask();
        var due = _offered.Values.SelectMany(ways => ways.Values).Min(way => way.DueAt);
        var wait = due is { } at ? (at > Now ? at - Now : TimeSpan.Zero) : Timeout.InfiniteTimeSpan;
        await Task.WhenAny(changed, arrived, Task.Delay(wait, _time, wake.Token));
        await wake.CancelAsync();
        stop.ThrowIfCancellationRequested();
        return !arrived.IsCompletedSuccessfully || await arrived;
    }
}
