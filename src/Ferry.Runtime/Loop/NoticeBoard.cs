using System.Collections.Concurrent;
using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Runtime.Home;

namespace Ferry.Runtime.Loop;

/// <summary>
/// Publishes the core's notices to their subscribers: a search by its query, a download by its content. The loop never
/// waits for a subscriber: a slow one loses the oldest notices, never the last, which ends its waiting. The next
/// progress makes up for one that is lost, no hit for another: there is more room for hits, and lost ones are counted.
/// </summary>
internal sealed class NoticeBoard(Warnings warnings)
{
    public const int NoticesMax = 256;
    public const int IdentitiesMax = 64;

    /// <summary>What a search brings while its subscriber gets no time on a busy machine: 160 holders' hits.</summary>
    public const int SearchNoticesMax = 16_000;

    /// <summary>Only the loop asks.</summary>
    private readonly HashSet<(NodeId Node, bool GoesOn)> _identitiesTold = [];

    private readonly ConcurrentDictionary<NodeId, bool> _sharedKeys = new();
    private readonly ConcurrentDictionary<QueryId, Subscription> _searches = new();
    private readonly Channel<Notice> _offers = NewChannel(NoticesMax, _ => { });
    private readonly Lock _gate = new();
    private readonly Dictionary<ContentId, List<Subscription>> _downloads = [];
    private readonly List<(Func<OfferKey, bool> IsMeant, Subscription Watching)> _pushed = [];

    /// <summary>Where neighbours say that they listen. For one reader, if anybody.</summary>
    public ChannelReader<Notice> Offers => _offers.Reader;

    /// <summary>Two machines had the node's key at once, since this node started.</summary>
    public bool IsKeyShared(NodeId node) => _sharedKeys.ContainsKey(node);

    public Subscription WatchSearch(QueryId query)
    {
        var subscription = new Subscription(SearchNoticesMax, gone => _searches.TryRemove(new(query, gone)));
        _searches[query] = subscription;
        return subscription;
    }

    public Subscription WatchDownload(ContentId content)
    {
        var subscription = new Subscription(NoticesMax, gone => RemoveDownload(content, gone));
        lock (_gate)
        {
            if (!_downloads.TryGetValue(content, out var watching)) _downloads[content] = watching = [];
            watching.Add(subscription);
        }
        return subscription;
    }

    public Subscription WatchOffers(Func<OfferKey, bool> isMeant)
    {
        var subscription = new Subscription(NoticesMax, gone =>
        {
            lock (_gate) _pushed.RemoveAll(one => one.Watching == gone);
        });
        lock (_gate) _pushed.Add((isMeant, subscription));
        return subscription;
    }

    /// <summary>Called by the loop.</summary>
    public void Publish(Notice notice)
    {
        switch (notice)
        {
            case Notice.AddressesOffered offered: _offers.Writer.TryWrite(offered); break;
            case Notice.SearchHit hit: PublishSearch(hit.Query, hit); break;
            case Notice.SearchHashing hashing: PublishSearch(hashing.Query, hashing); break;
            case Notice.SearchEnded ended: PublishSearch(ended.Query, ended); break;
            case Notice.DownloadProgressed progressed: PublishDownload(progressed.Status, progressed); break;
            case Notice.DownloadCompleted completed: PublishDownload(completed.Status, completed); break;
            case Notice.DownloadFailed failed: PublishDownload(failed.Status, failed); break;
            case Notice.DownloadPaused paused: PublishDownload(paused.Status, paused); break;
            case Notice.DownloadDiscarded discarded:
                if (discarded.LeftBehind is { } left) warnings.Add(Sentence(left));
                PublishDownload(discarded.Content, discarded);
                break;
            case Notice.OfferChanged changed: PublishOffer(changed.Entry.Key, changed); break;
            case Notice.OfferFailed failed: PublishOffer(failed.Key, failed); break;
            case Notice.TransferGivenUp gone: warnings.Add(Sentence(gone)); break;
            case Notice.IdentityShared shared:
                if (_sharedKeys.Count < IdentitiesMax) _sharedKeys.TryAdd(shared.Node, true);
                WarnOnce(shared.Node, goesOn: true, Sentence(shared));
                break;
            case Notice.OwnIdentityShared own: WarnOnce(own.Neighbour, own.GoesOn, Sentence(own)); break;
        }
    }

    private static string Sentence(string leftBehind) =>
        $"a download was cancelled, but its partial file {leftBehind} cannot be deleted: delete it by hand";

    /// <summary>Said once for each node and side: who was turned away dials again, and is told again.</summary>
    private void WarnOnce(NodeId node, bool goesOn, string sentence)
    {
        if (_identitiesTold.Count < IdentitiesMax && _identitiesTold.Add((node, goesOn))) warnings.Add(sentence);
    }

    private static string Sentence(Notice.IdentityShared it) =>
        $"two machines have the identity of node {it.Node.Short}, since a home or a card was copied; the one at "
        + $"{it.Stays} stays linked, the one at {it.Goes} was turned away: stop one of them, delete node.key in its "
        + "home, and start it again";

    private static string Sentence(Notice.OwnIdentityShared it) =>
        "another machine has the identity of this node, since a home or a card was copied; neighbour "
        + $"{it.Neighbour.Short} sees it at {it.OtherAddress} and "
        + (it.GoesOn ? "turned it away, this node goes on" : "turned this node away")
        + ": stop one of the two, delete node.key in its home, and start it again";

    private static string Sentence(Notice.TransferGivenUp gone) => gone.Requester is { } requester
        ? $"sending {gone.Name} to {requester.Short} was given up: no sign of the requester for "
            + $"{gone.After.TotalDays:0.#} days"
        : $"the download of {gone.Name} was given up: no progress for {gone.After.TotalDays:0.#} days; what had come "
            + "of it is deleted: request it again if you still want it";

    /// <summary>The node stops: ends all subscriptions.</summary>
    public void Close()
    {
        _offers.Writer.TryComplete();
        foreach (var search in _searches.Values) search.End();
        lock (_gate)
        {
            foreach (var download in _downloads.Values.SelectMany(watching => watching)) download.End();
            foreach (var (_, watching) in _pushed) watching.End();
        }
    }

    private void PublishSearch(QueryId query, Notice notice)
    {
        if (_searches.TryGetValue(query, out var subscription)) subscription.Post(notice);
    }

    private void PublishDownload(DownloadStatus status, Notice notice) => PublishDownload(status.Content, notice);

    private void PublishDownload(ContentId content, Notice notice)
    {
        lock (_gate)
        {
            if (!_downloads.TryGetValue(content, out var watching)) return;
            foreach (var subscription in watching) subscription.Post(notice);
        }
    }

    private void PublishOffer(OfferKey key, Notice notice)
    {
        lock (_gate)
        {
            foreach (var (isMeant, watching) in _pushed)
                if (isMeant(key)) watching.Post(notice);
        }
    }

    private void RemoveDownload(ContentId content, Subscription gone)
    {
        lock (_gate)
        {
            if (!_downloads.TryGetValue(content, out var watching)) return;
            watching.Remove(gone);
            if (watching.Count == 0) _downloads.Remove(content);
        }
    }

    private static Channel<Notice> NewChannel(int noticesMax, Action<Notice> lost) => Channel.CreateBounded(
        new BoundedChannelOptions(noticesMax) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest },
        lost);

    /// <summary>Disposed by its reader.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly Action<Subscription> _remove;
        private readonly Channel<Notice> _notices;
        private int _lost;

        public Subscription(int noticesMax, Action<Subscription> remove)
        {
            _remove = remove;
            _notices = NewChannel(noticesMax, _ => Interlocked.Increment(ref _lost));
        }

        /// <summary>Notices that its reader was too slow for.</summary>
        public int Lost => Volatile.Read(ref _lost);

        /// <summary>Completed only when the node stops.</summary>
        public ChannelReader<Notice> Notices => _notices.Reader;

        public void Post(Notice notice) => _notices.Writer.TryWrite(notice);
        public void End() => _notices.Writer.TryComplete();
        public void Dispose() => _remove(this);
    }
}
