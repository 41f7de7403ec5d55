using System.Text.Json.Serialization;

namespace Ferry.Runtime;

/// <summary>What happens during a request, as told to the user; <c>event</c> names the kind in JSON.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Found), "found")]
[JsonDerivedType(typeof(Ambiguous), "ambiguous")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(Progress), "progress")]
[JsonDerivedType(typeof(Paused), "paused")]
[JsonDerivedType(typeof(Completed), "completed")]
[JsonDerivedType(typeof(Failed), "failed")]
public abstract record RequestEvent
{
    private RequestEvent() { }

    public sealed record Found(
        string Name, long Size, string ContentId, string Match, IReadOnlyList<HolderInfo> Holders) : RequestEvent;

    /// <summary>
    /// Several contents match equally well; nothing is fetched: the user picks one by its content id.
    /// </summary>
    public sealed record Ambiguous(IReadOnlyList<SearchHitInfo> Choices) : RequestEvent;

    public sealed record Started(string Name, long Size, string ContentId, string Transfer) : RequestEvent;

    public sealed record Progress(
        long Bytes, long Size, double Rate, double? EtaSeconds, string State, IReadOnlyList<SourceInfo> Sources)
        : RequestEvent;

    public sealed record Paused(string Reason) : RequestEvent;

    /// <param name="Resent">Bytes received again.</param>
    public sealed record Completed(
        string Path, long Bytes, string ContentId, double Seconds, long Resent, IReadOnlyList<SourceInfo> Sources,
        bool AlreadyThere) : RequestEvent;

    /// <param name="Kind">failed, usage, nothingFound, refused.</param>
    public sealed record Failed(string Kind, string Reason) : RequestEvent;
}

/// <param name="What">A name, glob or part of a name, or a content id.</param>
/// <param name="OutputPath">A file or an existing folder; null for the downloads folder.</param>
/// <param name="First">Take the best when several contents match equally well.</param>
public sealed record RequestOptions(string What, string? OutputPath, bool First);
