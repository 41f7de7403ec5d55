using System.IO.Hashing;
using System.Runtime.InteropServices;
using Ferry.Names;
using Ferry.Protocol.Content;

namespace Ferry.Storage.Shares;

/// <summary>
/// Goes once through all names of the index and keeps the best that fit: memory does not grow with the shares. Similar
/// names count only when none matches as typed: they cost more, and would only be noise beside it.
/// </summary>
internal sealed class NameSearch(FileTable table, string text)
{
    private readonly NameQuery _query = new(text);

    /// <summary>Files on offer; each content once under each name, one that several shares offer alike is one.
    /// </summary>
    /// <param name="asTyped">Similar names do not count.</param>
    internal (IEnumerable<FileEntry> Best, int Fitting) Ready(int max, bool asTyped)
    {
        var (typed, similar) = table.Search(
            isReady: true,
            () => (Typed: new Fitting(max), Similar: new Fitting(max)),
            (fitting, row) =>
            {
                var name = new OfferedName(row.Name);
                var isNear = asTyped || fitting.Typed.Count > 0;
                var score = isNear ? _query.ScoreAsTyped(name) : _query.Score(name);
                if (score.Kind != MatchKind.None)
                    (score.Kind == MatchKind.Similar ? fitting.Similar : fitting.Typed).Add(row, score);
            });
        var found = asTyped || typed.Count > 0 ? typed : similar;
        var best = found.Best().Select(table.Find).OfType<FileEntry>()
            .Where(entry => entry is { State: ShareState.Ready, Content: not null });
        return (best, found.Count);
    }

    /// <summary>Files that are not hashed yet and match as typed.</summary>
    internal IReadOnlyList<FileEntry> Unhashed(int max)
    {
        var found = table.Search(isReady: false, () => new Fitting(max), (fitting, row) =>
        {
            var score = _query.ScoreAsTyped(new OfferedName(row.Name));
            if (score.Kind != MatchKind.None) fitting.Add(row, score);
        });
        return [.. found.Best().Select(table.Find).OfType<FileEntry>()];
    }

    /// <summary>The best few of those that fit, and how many there were.</summary>
    private sealed class Fitting(int max)
    {
        /// <summary>Beyond so many, some that several shares offer alike are counted twice.</summary>
        private const int DistinctMax = 100_000;

        private readonly HashSet<ulong> _distinct = [];

        /// <summary>The worst comes out first.</summary>
        private readonly PriorityQueue<long, RankedContent> _best =
            new(Comparer<RankedContent>.Create((one, other) => other.CompareTo(one)));

        internal int Count { get; private set; }

        internal void Add(NamedRow row, NameScore score)
        {
            var content = row.Content ?? default;
            var key = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(row.Name.AsSpan()), (long)content.Hash.A);
            if (_distinct.Contains(key)) return;
            if (_distinct.Count < DistinctMax) _distinct.Add(key);
            Count++;
            var ranked = new RankedContent(content, row.Name, score);
            if (_best.Count < max) _best.Enqueue(row.Id, ranked);
            else if (max > 0) _best.EnqueueDequeue(row.Id, ranked);
        }

        /// <summary>Their rows, the best first.</summary>
        internal IEnumerable<long> Best()
        {
            var rows = new long[_best.Count];
            for (var i = rows.Length - 1; i >= 0; i--) rows[i] = _best.Dequeue();
            return rows;
        }
    }
}
