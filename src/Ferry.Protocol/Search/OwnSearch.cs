using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Search;

/// <summary>A running search of this node.</summary>
internal sealed class OwnSearch
{
    public OwnSearch(Input.StartSearch start, Deadlines deadlines)
    {
        (Query, Text, Content) = (start.Query, start.Text, start.Content);
        RingEnds = deadlines.New(this, CoreTimer.SearchRing);
    }

    public QueryId Query { get; }
    public string Text { get; }
    public ContentId? Content { get; }

    /// <summary>The hop limit of its last flood.</summary>
    public byte Ring { get; set; }
    public Deadline RingEnds { get; }
    public HashSet<(NodeId, ContentId, string)> Hits { get; } = [];
}
