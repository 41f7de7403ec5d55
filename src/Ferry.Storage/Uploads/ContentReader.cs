using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Downloads;
using Ferry.Storage.Shares;

namespace Ferry.Storage.Uploads;

/// <summary>
/// Answers queries and reads pieces from what this node has: its shares, and the durable chunks of its own downloads.
/// </summary>
internal sealed class ContentReader(
    IShareCatalog shares, SourceReader sources, OpenDownloads downloads, OfferLog offers)
{
    public void Match(StorageRequest.MatchShares request, ICollection<StorageResult> results)
    {
        var matches = shares.Match(request.Text, request.Content, request.HitsMax, request.Similar);
        // Unfinished downloads are offered by content id only: a node that asks by id downloads the same content, and
        // each helps the other.
        if (request.Content is { } content && matches.Best.Count == 0 && request.HitsMax > 0
            && downloads.Find(content) is { IsPrivate: false } partial)
        {
            var durable = partial.Durable();
            if (!durable.IsEmpty)
            {
                var held = durable.ToRanges(WireLimits.RangesMax);
                matches = ShareMatches.Of(
                [
                    new ShareMatch(content, partial.Name, partial.Manifest.Layout.ContentBytes, held)
                    {
                        Traits = partial.Traits,
                        IsFolder = partial.Manifest.IsFolder,
                    },
                ]);
            }
        }
        results.Add(new StorageResult.SharesMatched(request.Query, matches, IsBusy: false));
    }

    public void ReadManifest(StorageRequest.ReadManifest request, ICollection<StorageResult> results)
    {
        var (content, requester, first) = (request.Content, request.Requester, request.First);
        if (ManifestFor(requester, content) is not { } manifest)
        {
            results.Add(new StorageResult.ManifestRead(content, requester, -1, first, ReadOnlyMemory<byte>.Empty));
            return;
        }
        var start = Math.Clamp(first, 0, manifest.Layout.ChunkCount);
        var count = Math.Clamp(request.CountMax, 0, manifest.Layout.ChunkCount - start);
        var leaves = manifest.Leaves.Slice(start * Bytes32.Length, count * Bytes32.Length);
        results.Add(new StorageResult.ManifestRead(content, requester, manifest.Layout.ContentBytes, first, leaves));
    }

    private Manifest? ManifestFor(NodeId requester, ContentId content)
    {
        if (downloads.Find(content) is { IsPrivate: false } partial) return partial.Manifest;
        var source = shares.Find(content);
        return source is { IsPrivate: true } && !offers.IsOffered(content, requester) ? null : source?.Manifest;
    }

    public RefusalReason? ReadPiece(ContentId content, int chunk, int offset, Span<byte> destination)
    {
        if (downloads.Find(content) is not { } partial) return sources.Read(content, chunk, offset, destination);
        if (!partial.Manifest.Layout.Contains(chunk, offset, destination.Length)) return RefusalReason.NotShared;
        return partial.Read(chunk, offset, destination) switch
        {
            ReadOutcome.Done => null,
            ReadOutcome.NotNow => RefusalReason.Busy,
            ReadOutcome.Failed => RefusalReason.SourceUnreadable,
            // The chunk is not durable, or the download has just finished: the content may be shared as a whole.
            _ => sources.Read(content, chunk, offset, destination),
        };
    }
}
