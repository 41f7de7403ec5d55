using Ferry.Names;
using Ferry.Protocol;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Requests;

/// <summary>What a search could not show: files that are not hashed yet, nodes that did not answer, hits left out.
/// </summary>
internal sealed class SearchGaps(string query)
{
    private const int HashingMax = 100;

    private readonly NameQuery _query = new(query);
    private readonly Dictionary<(string Holder, string Name), HashingFile> _hashing = [];
    private Notice.SearchEnded? _ended;

    /// <summary>How well the best of the files fits that are not hashed yet.</summary>
    public MatchKind BestHashing { get; private set; }

    public void Add(Notice.SearchHashing hashing) => AddHashing($"at {hashing.Holder.Short}", hashing.File);

    public void AddOwn(HashingFile file) => AddHashing("here", file);

    public void End(Notice.SearchEnded ended) => _ended = ended;

    /// <summary>Files that are being hashed, and how far that is.</summary>
    public IEnumerable<string> Hashing => _hashing
        .OrderBy(file => file.Key.Name, StringComparer.Ordinal)
        .Select(file => $"{file.Key.Name} is being hashed {file.Key.Holder}, {PercentOf(file.Value)} %");

    /// <summary>What else was not seen.</summary>
    public IEnumerable<string> Unseen
    {
        get
        {
            if (_ended is not { } ended) yield break;
            if (ended.SilentCount > 0)
            {
                var names = string.Join(", ", ended.Silent.Select(node => node.Short));
                var more = ended.SilentCount > ended.Silent.Count ? " and others" : "";
                yield return ended.SilentCount == 1
                    ? $"1 node that is known has not answered ({names})"
                    : $"{ended.SilentCount} nodes that are known have not answered ({names}{more})";
            }
            if (ended.Outside > 0)
            {
                var nodes = ended.Outside == 1 ? "1 node" : $"{ended.Outside} nodes";
                yield return $"{nodes} outside the network could not read the query: --public asks them, too";
            }
            if (ended.LeftOut > 0) yield return $"{ended.LeftOut} more that fit were left out: give more of the name";
            if (ended.NotAsked > 0) yield return "nodes beyond the furthest that a search reaches were not asked";
        }
    }

    /// <summary>Whoever is there could not be asked.</summary>
    public static string Unlinked(string address) => $"joining {address}, which is not linked yet";

    private void AddHashing(string holder, HashingFile file)
    {
        var kind = _query.ScoreAsTyped(new OfferedName(file.Name)).Kind;
        if (kind == MatchKind.None || _hashing.Count >= HashingMax) return;
        _hashing[(holder, file.Name)] = file;
        if (kind > BestHashing) BestHashing = kind;
    }

    private static long PercentOf(HashingFile file) =>
        file.Size == 0 ? 0 : (long)(100 * ((double)file.HashedBytes / file.Size));
}
