using Ferry.Names;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Requests;

/// <summary>What a search has found so far, by content: each may have several names and several holders.</summary>
internal sealed class FoundContents(string query)
{
    private readonly Dictionary<ContentId, Found> _found = [];

    public void Add(Notice.SearchHit hit)
    {
        if (!ChunkLayout.IsValidSize(hit.Size)) return;
        Of(hit.Content, hit.Size).Add(hit.Name, hit.Holder, hit.Hops, hit.Held);
        Of(hit.Content, hit.Size).Note(hit.Name, hit.Traits);
    }

    /// <summary>What this node itself offers.</summary>
    public void AddOwn(ShareMatch own, NodeId self)
    {
        var found = Of(own.Content, own.Size);
        found.IsOwn = true;
        found.Add(own.Name, self, 0, own.Held);
    }

    /// <summary>This node itself offers it.</summary>
    public bool IsOwn(ContentId content) => _found.TryGetValue(content, out var found) && found.IsOwn;

    /// <summary>Best first. Hits that do not match the query by this node's own rules are left out.</summary>
    public IReadOnlyList<RankedContent> Rank() => NameMatch.Rank(
        query, _found.SelectMany(found => found.Value.Names.Select(name => new NamedContent(found.Key, name))));

    /// <summary>One content as it stands now; null when none of its names fits the query.</summary>
    public SearchHitInfo? Find(ContentId content)
    {
        if (!_found.TryGetValue(content, out var found)) return null;
        var names = found.Names.Select(name => new NamedContent(content, name));
        return NameMatch.Rank(query, names) is [var ranked] ? Describe(ranked) : null;
    }

    public SearchHitInfo Describe(RankedContent ranked)
    {
        var found = _found[ranked.Content];
        return new SearchHitInfo(
            ranked.Name, found.Size, ranked.Content.ToString(), MatchOf(ranked.Score.Kind), found.Describe());
    }

    public IReadOnlyList<KnownHolder> HoldersOf(ContentId content, NodeId self) => _found[content].Known(self);

    /// <summary>What its holders say of the file under this name.</summary>
    public FileTraits TraitsOf(ContentId content, string name) => _found[content].TraitsOf(name);

    private Found Of(ContentId content, long size)
    {
        if (!_found.TryGetValue(content, out var found)) _found[content] = found = new Found(size);
        return found;
    }

    private static HitMatch MatchOf(MatchKind kind) => kind switch
    {
        MatchKind.Exact => HitMatch.Exact,
        MatchKind.IgnoreCase => HitMatch.Case,
        MatchKind.Glob => HitMatch.Glob,
        MatchKind.Substring => HitMatch.Substring,
        _ => HitMatch.Similar,
    };

    private sealed class Found(long size)
    {
        private readonly SortedDictionary<NodeId, (int Hops, IReadOnlyList<ChunkRange> Held)> _holders = [];

        private readonly Dictionary<string, FileTraits> _traits = new(StringComparer.Ordinal);

        public long Size { get; } = size;
        public bool IsOwn { get; set; }
        public SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

        public void Add(string name, NodeId holder, int hops, IReadOnlyList<ChunkRange> held)
        {
            Names.Add(name);
            _holders[holder] = (hops, held);
        }

        public void Note(string name, FileTraits traits) =>
            _traits[name] = _traits.TryGetValue(name, out var known) ? known.And(traits) : traits;

        public FileTraits TraitsOf(string name) => _traits.GetValueOrDefault(name);

        public IReadOnlyList<KnownHolder> Known(NodeId self) =>
            [.. _holders.Where(holder => holder.Key != self)
                .Select(holder => new KnownHolder(holder.Key, holder.Value.Held))];

        public IReadOnlyList<HolderInfo> Describe() =>
            [.. _holders.OrderBy(holder => holder.Value.Hops).Select(holder =>
                new HolderInfo(holder.Key.ToString(), holder.Value.Hops, IsComplete(holder.Value.Held)))];

        private bool IsComplete(IReadOnlyList<ChunkRange> held) =>
            ChunkMap.FromRanges(ChunkLayout.For(Size).ChunkCount, held) is { IsFull: true };
    }
}
