using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ferry.Names;
using Ferry.Protocol;

namespace Ferry.Runtime.Requests;

/// <summary>
/// The hits of a search as a user sees them. They are collected as they come, however slowly the user reads: what has
/// changed since the last reading is told, and nothing is lost in between.
/// </summary>
internal sealed class SearchListing(FoundContents found, Func<IReadOnlyList<string>> unlinked)
{
    private readonly Lock _gate = new();
    private readonly HashSet<RankedContent> _changed = [];
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Ends when the search has ended and all is told.</summary>
    public async IAsyncEnumerable<RequestEvent> TellAsync(
        Func<CancellationToken, IAsyncEnumerable<Notice>> search,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var collecting = Task.Run(() => CollectAsync(search(stop.Token)), CancellationToken.None);
        try
        {
            await foreach (var _ in _news.Reader.ReadAllAsync(cancel))
            {
                foreach (var hit in TakeChanged()) yield return new RequestEvent.Found(hit);
            }
            await collecting;
            foreach (var sentence in found.Remarks) yield return new RequestEvent.Remark(sentence);
            if (found.Rank().Count > 0) yield break;
            foreach (var address in unlinked()) yield return new RequestEvent.Remark(SearchGaps.Unlinked(address));
        }
        finally
        {
            await stop.CancelAsync();
            await collecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CollectAsync(IAsyncEnumerable<Notice> notices)
    {
        try
        {
            await foreach (var notice in notices)
            {
                lock (_gate) _changed.UnionWith(found.Add(notice));
                _news.Writer.TryWrite(true);
            }
        }
        finally
        {
            _news.Writer.Complete();
        }
    }

    private List<SearchHitInfo> TakeChanged()
    {
        lock (_gate)
        {
            List<SearchHitInfo> changed = [.. _changed.Order().Select(found.Find).OfType<SearchHitInfo>()];
            _changed.Clear();
            return changed;
        }
    }
}
