using Ferry.Names;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Requests;

/// <summary>
/// What a search has found so far: contents under names, each name of a content a hit of its own. There may be more
/// than anybody reads, so the best <see cref="NamesMax"/> are kept, however late they come.
/// </summary>
internal sealed class FoundContents(string query)
{
    public const int NamesMax = 2000;

    private readonly ContentQuery _query = new(query);
    private readonly Dictionary<ContentId, Found> _found = [];
    private readonly SortedSet<RankedContent> _ranked = [];

    /// <summary>More names fit than are kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Somebody, or this node, has just what was asked for.</summary>
    public bool HasExact => _ranked.Min is { Score.Kind: MatchKind.Exact };

    public SearchGaps Gaps { get; } = new(query);

    /// <summary>All that the search did not show, in sentences.</summary>
    public IEnumerable<string> Remarks
    {
        get
        {
            foreach (var sentence in Gaps.Hashing.Concat(Gaps.Unseen)) yield return sentence;
            if (IsCut) yield return $"more than {NamesMax} names fit, and the best are kept: give more of the name";
        }
    }

    /// <summary>
    /// A file that is not hashed yet fits better than all that others offer, or as well as what is only here: it may be
    /// the one that is meant.
    /// </summary>
    public bool IsTooEarly
    {
        get
        {
            if (Gaps.BestHashing == MatchKind.None) return false;
            var best = Rank();
            var elsewhere = best.Where(content => !IsOwn(content.Content)).Select(content => content.Score.Kind)
                .FirstOrDefault();
            if (elsewhere != MatchKind.None) return Gaps.BestHashing > elsewhere;
            return best.Count == 0 || Gaps.BestHashing >= best[0].Score.Kind;
        }
    }

    /// <summary>What has to be told anew: nothing when the name does not fit by this node's own rules.</summary>
    public IReadOnlyCollection<RankedContent> Add(Notice notice)
    {
        switch (notice)
        {
            case Notice.SearchHit hit:
                var told = Add(hit.Content, hit.Name, hit.Size, hit.Holder, hit.Hops, hit.Held);
                if (!_found.TryGetValue(hit.Content, out var found)) return told;
                found.Note(hit.Name, hit.Traits);
                found.IsFolder |= hit.IsFolder;
                return told;
            case Notice.SearchHashing hashing: Gaps.Add(hashing); break;
            case Notice.SearchEnded ended: Gaps.End(ended); break;
        }
        return [];
    }

    /// <summary>What this node itself offers.</summary>
    public void AddOwn(ShareMatch own, NodeId self)
    {
        Add(own.Content, own.Name, own.Size, self, 0, own.Held);
        if (_found.TryGetValue(own.Content, out var found)) (found.IsOwn, found.IsFolder) = (true, own.IsFolder);
    }

    /// <summary>What this node fetches is found although nobody who has it answers.</summary>
    public void AddFetched(DownloadStatus download) => Name(download.Content, download.Name, download.Size);

    /// <summary>This node itself offers it.</summary>
    public bool IsOwn(ContentId content) => _found.TryGetValue(content, out var found) && found.IsOwn;

    /// <summary>This node fetches it, and nobody who has it has answered.</summary>
    public bool IsOnlyFetched(ContentId content) => _found.TryGetValue(content, out var found) && !found.IsHeld;

    /// <summary>Each content under its best name, best first.</summary>
    public IReadOnlyList<RankedContent> Rank() => NameMatch.BestOfEach(_ranked);

    /// <summary>Null when better ones have taken its place.</summary>
    public SearchHitInfo? Find(RankedContent ranked) => _ranked.Contains(ranked) ? Describe(ranked) : null;

    public SearchHitInfo Describe(RankedContent ranked)
    {
        var found = _found[ranked.Content];
        return new SearchHitInfo(
            ranked.Name, found.Size, ranked.Content.ToString(), MatchOf(ranked.Score.Kind), found.Describe())
        {
            Kind = found.IsFolder ? ContentKind.Folder : ContentKind.File,
        };
    }

    public IReadOnlyList<KnownHolder> HoldersOf(ContentId content, NodeId self) => _found[content].Known(self);

    /// <summary>What its holders say of the file under this name.</summary>
    public FileTraits TraitsOf(ContentId content, string name) => _found[content].TraitsOf(name);

    private IReadOnlyCollection<RankedContent> Add(
        ContentId content, string name, long size, NodeId holder, int hops, IReadOnlyList<ChunkRange> held)
    {
        if (Name(content, name, size) is not ({ } ranked, { } found, var isNewName)) return [];
        if (found.Add(holder, hops, held, size)) return found.Names;
        return isNewName ? [ranked] : [];
    }

    /// <summary>Null when the name does not fit.</summary>
    private (RankedContent Ranked, Found Found, bool IsNew)? Name(ContentId content, string name, long size)
    {
        if (!ChunkLayout.IsValidSize(size) || _query.Rank(content, name) is not { } ranked) return null;
        if (!_found.TryGetValue(content, out var found)) _found[content] = found = new Found(size);
        var isNew = _ranked.Add(ranked);
        if (isNew)
        {
            found.Names.Add(ranked);
            if (_ranked.Count > NamesMax) DropWorst();
        }
        return (ranked, found, isNew);
    }

    private void DropWorst()
    {
        IsCut = true;
        var worst = _ranked.Max;
        _ranked.Remove(worst);
        var names = _found[worst.Content].Names;
        names.Remove(worst);
        if (names.Count == 0) _found.Remove(worst.Content);
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
        private readonly SortedDictionary<NodeId, Holding> _holders = [];

        private readonly Dictionary<string, FileTraits> _traits = new(StringComparer.Ordinal);

        /// <summary>Of several that holders tell the largest: who takes it is not surprised by more.</summary>
        public long Size { get; private set; } = size;
        public bool IsOwn { get; set; }
        public bool IsFolder { get; set; }
        public bool IsHeld => _holders.Count > 0;
        public HashSet<RankedContent> Names { get; } = [];

        /// <summary>True when the holder was not known.</summary>
        public bool Add(NodeId holder, int hops, IReadOnlyList<ChunkRange> held, long told)
        {
            var isNew = !_holders.ContainsKey(holder);
            _holders[holder] = new Holding(hops, held, told);
            if (!IsOwn) Size = Math.Max(Size, told);
            return isNew;
        }

        public void Note(string name, FileTraits traits) =>
            _traits[name] = _traits.TryGetValue(name, out var known) ? known.And(traits) : traits;

        public FileTraits TraitsOf(string name) => _traits.GetValueOrDefault(name);

        public IReadOnlyList<KnownHolder> Known(NodeId self) =>
            [.. _holders.Where(holder => holder.Key != self)
                .Select(holder => new KnownHolder(holder.Key, holder.Value.Held) { Size = holder.Value.Size })];

        public IReadOnlyList<HolderInfo> Describe() =>
            [.. _holders.OrderBy(holder => holder.Value.Hops).Select(holder =>
                new HolderInfo(holder.Key.ToString(), holder.Value.Hops, IsComplete(holder.Value)))];

        private static bool IsComplete(Holding holding) =>
            ChunkMap.FromRanges(ChunkLayout.For(holding.Size).ChunkCount, holding.Held) is { IsFull: true };
    }

    private sealed record Holding(int Hops, IReadOnlyList<ChunkRange> Held, long Size);
}
