using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>A content of ours that answers a search.</summary>
public sealed record ShareMatch(ContentId Content, string Name, long Size, IReadOnlyList<ChunkRange> Held)
{
    public FileTraits Traits { get; init; }

    /// <summary>It is a folder as a whole.</summary>
    public bool IsFolder { get; init; }
}

/// <summary>A file of ours whose name answers a search, and which cannot be offered before it is hashed.</summary>
public sealed record HashingFile(string Name, long Size, long HashedBytes);

/// <summary>What the shares of a node have for a search.</summary>
/// <param name="Best">Each content once under each of its names, best first; no more than were asked for.</param>
/// <param name="Fitting">How many there are, with those that were left out.</param>
/// <param name="Hashing">Names that fit as they are typed; best first, at most <see cref="HashingMax"/>.</param>
public sealed record ShareMatches(
    IReadOnlyList<ShareMatch> Best, int Fitting, IReadOnlyList<HashingFile> Hashing)
{
    public const int HashingMax = 8;

    public static readonly ShareMatches None = Of([]);

    /// <summary>All that there is.</summary>
    public static ShareMatches Of(IReadOnlyList<ShareMatch> all) => new(all, all.Count, []);
}
