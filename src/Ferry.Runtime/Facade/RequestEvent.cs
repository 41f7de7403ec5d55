using System.Text.Json.Serialization;

namespace Ferry.Runtime;

/// <summary>What happens during a request or a search, as told; <c>event</c> names the kind in JSON.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Found), "found")]
[JsonDerivedType(typeof(Ambiguous), "ambiguous")]
[JsonDerivedType(typeof(Remark), "remark")]
[JsonDerivedType(typeof(Waiting), "waiting")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(Progress), "progress")]
[JsonDerivedType(typeof(Paused), "paused")]
[JsonDerivedType(typeof(Completed), "completed")]
[JsonDerivedType(typeof(Skipped), "skipped")]
[JsonDerivedType(typeof(Failed), "failed")]
public abstract record RequestEvent
{
    private RequestEvent() { }

    /// <summary>
    /// What was found (of a request: what will be fetched), and who has it. In JSON the fields of the hit are those of
    /// the event.
    /// </summary>
    public sealed record Found : RequestEvent
    {
        /// <summary>Of a hit that was chosen.</summary>
        public Found(SearchHitInfo hit) => Hit = hit;

        /// <summary>From the fields of the hit, as they stand in JSON.</summary>
        [JsonConstructor]
        public Found(
            string name, long size, string contentId, HitMatch match, IReadOnlyList<HolderInfo> holders,
            ContentKind kind)
            : this(new SearchHitInfo(name, size, contentId, match, holders) { Kind = kind })
        {
        }

        /// <summary>The hit.</summary>
        [JsonIgnore]
        public SearchHitInfo Hit { get; }

        /// <inheritdoc cref="SearchHitInfo.Name"/>
        public string Name => Hit.Name;

        /// <inheritdoc cref="SearchHitInfo.Size"/>
        public long Size => Hit.Size;

        /// <inheritdoc cref="SearchHitInfo.ContentId"/>
        public string ContentId => Hit.ContentId;

        /// <inheritdoc cref="SearchHitInfo.Kind"/>
        public ContentKind Kind => Hit.Kind;

        /// <inheritdoc cref="SearchHitInfo.Match"/>
        public HitMatch Match => Hit.Match;

        /// <inheritdoc cref="SearchHitInfo.Holders"/>
        public IReadOnlyList<HolderInfo> Holders => Hit.Holders;
    }

    /// <summary>
    /// Several contents match equally well; nothing is fetched: the user picks one by its content id.
    /// </summary>
    public sealed record Ambiguous(IReadOnlyList<SearchHitInfo> Choices) : RequestEvent;

    /// <summary>A sentence that the user should know, and that changes nothing.</summary>
    public sealed record Remark(string Text) : RequestEvent;

    /// <summary>Nobody has it yet, which is why the request waits.</summary>
    public sealed record Waiting(string Reason) : RequestEvent;

    /// <summary>The node has taken the download on: it goes on whether or not anybody listens.</summary>
    public sealed record Started(string Name, long Size, string ContentId) : RequestEvent
    {
        /// <summary>What <c>cancel</c> takes: a node has one download of a content.</summary>
        public string Transfer => ContentId;
    }

    /// <summary>How far the download is.</summary>
    /// <param name="Bytes">Verified and durable.</param>
    /// <param name="Rate">Bytes per second.</param>
    /// <param name="EtaSeconds">Null while nothing comes.</param>
    public sealed record Progress(
        long Bytes, long Size, double Rate, double? EtaSeconds, TransferPhase State, IReadOnlyList<SourceInfo> Sources)
        : RequestEvent;

    /// <summary>The download waits; it goes on by itself when what the reason names is over.</summary>
    public sealed record Paused(string Reason) : RequestEvent;

    /// <summary>The last event of a request that succeeded: the file is there.</summary>
    /// <param name="Received">Bytes that came over the network; the rest was here already, or zeros.</param>
    /// <param name="Resent">Of them, received again.</param>
    /// <param name="AlreadyThere">The file was there before, and nothing had to be fetched.</param>
    public sealed record Completed(
        string Path, long Bytes, string ContentId, double Seconds, long Received, long Resent,
        IReadOnlyList<SourceInfo> Sources, bool AlreadyThere) : RequestEvent
    {
        /// <summary>How well the name that was found fits what was asked for.</summary>
        public HitMatch Match { get; init; }
    }

    /// <summary>The last event of a request that left what has the name as it is, and fetched nothing.</summary>
    /// <param name="Path">What has the name.</param>
    public sealed record Skipped(string Path) : RequestEvent;

    /// <summary>The last event of a request that came to nothing.</summary>
    public sealed record Failed(FailureKind Kind, string Reason) : RequestEvent
    {
        /// <summary>
        /// Nobody has what was asked for, but something like it; the user may pick one by its content id. Null when
        /// there is nothing of the kind.
        /// </summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<SearchHitInfo>? Choices { get; init; }
    }
}

/// <param name="What">A name, glob or part of a name, or a content id.</param>
/// <param name="OutputPath">A file or an existing folder; null for the downloads folder.</param>
/// <param name="First">
/// Take the best when several contents match equally well, and a name that is only like the one asked for.
/// </param>
public sealed record RequestOptions(string What, string? OutputPath, bool First)
{
    /// <summary>The name under which it comes when it is asked for by its content id; else one of its own.</summary>
    public string? Name { get; init; }

    /// <summary>Ask nodes outside this node's network too, which can then read what is asked for.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Search again until somebody has it.</summary>
    public bool Wait { get; init; }

    /// <summary>What to do when something else has the name already.</summary>
    public OnConflict OnConflict { get; init; }
}
