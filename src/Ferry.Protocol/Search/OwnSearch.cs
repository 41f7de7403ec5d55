using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Search;

/// <summary>
/// A running search of this node, and whose answers it waits for: the nodes that it has a route to, and those that were
/// asked according to the reports that have come. A node is done with its report and the hits that this counts; hits
/// may come later than the report, over another path. A node that does not answer is waited for as long as its way
/// takes twice, and a margin for its work.
/// </summary>
internal sealed class OwnSearch
{
    /// <summary>Others may name any number of nodes, and any time that it takes to reach them.</summary>
    public const int NodesMax = 10_000;
    public static readonly TimeSpan RoundTripMax = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>For looking through many shares, on a machine that has other work.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private readonly Input.StartSearch _start;
    private readonly NodeId _self;
    private readonly Instant _latestEnd;
    private readonly Dictionary<NodeId, Answer> _answers = [];
    private int _open;

    public OwnSearch(Instant now, Input.StartSearch start, bool isPrivate, NodeId self, Deadlines deadlines)
    {
        (_start, IsPrivate, _self, _latestEnd) = (start, isPrivate, self, now + LongestWait);
        Ends = deadlines.New(this, CoreTimer.SearchEnd);
    }

    /// <summary>Answers of members count; who says something in the open could not read it.</summary>
    public bool IsPrivate { get; }

    public QueryId Query => _start.Query;
    public Deadline Ends { get; }
    public bool IsComplete => _open == 0;

    /// <summary>An answer of the node is to come.</summary>
    public void Expect(Instant now, NodeId node, uint roundTripMicroseconds)
    {
        if (node == _self || AnswerOf(node) is not { IsOpen: true } answer) return;
        var roundTrip = TimeSpan.FromMicroseconds(roundTripMicroseconds);
        var trip = roundTrip < RoundTripMax ? roundTrip : RoundTripMax;
        var until = now + trip * 2 + Margin;
        if (until > _latestEnd) until = _latestEnd;
        if (until > answer.Until) answer.Until = until;
        if (!Ends.IsArmed || answer.Until > Ends.At) Ends.Arm(answer.Until);
    }

    /// <summary>False when it is not one of this search, or one too many of its holder.</summary>
    public bool Take(Instant now, HasFile hit, bool isSealed)
    {
        if (IsPrivate && !isSealed) return false;
        if (_start.Content is { } wanted && wanted != hit.Content) return false;
        if (AnswerOf(hit.Envelope.Source) is not { } answer || answer.Come >= FloodSearch.HitsMax) return false;
        Change(answer, () => answer.Come++);
        Expect(now, hit.Envelope.Source, roundTripMicroseconds: 0);
        return true;
    }

    public void Take(Instant now, SearchReport report, bool isSealed)
    {
        if (AnswerOf(report.Envelope.Source) is not { } answer) return;
        answer.IsOutside = IsPrivate && !isSealed;
        Change(answer, () => answer.Take(report));
        foreach (var asked in report.Asked) Expect(now, asked.Node, asked.RoundTripMicroseconds);
    }

    /// <summary>True when it is over: nobody has any time left.</summary>
    public bool IsOver(Instant now)
    {
        var latest = now;
        foreach (var answer in _answers.Values)
            if (answer.IsOpen && answer.Until > latest) latest = answer.Until;
        if (latest <= now) return true;
        Ends.Arm(latest);
        return false;
    }

    public Notice.SearchEnded Summary()
    {
        const int NamedMax = 16;
        var silent = _answers.Where(node => node.Value.IsOpen || node.Value.IsBusy).Select(node => node.Key).ToList();
        return new Notice.SearchEnded(
            Query, [.. silent.Order().Take(NamedMax)], silent.Count,
            _answers.Values.Sum(answer => answer.LeftOut), _answers.Values.Sum(answer => (long)answer.NotAsked))
        {
            Outside = _answers.Values.Count(answer => answer.IsOutside),
        };
    }

    private Answer? AnswerOf(NodeId node)
    {
        if (_answers.TryGetValue(node, out var known)) return known;
        if (_answers.Count >= NodesMax) return null;
        _open++;
        return _answers[node] = new Answer();
    }

    private void Change(Answer answer, Action change)
    {
        var wasOpen = answer.IsOpen;
        change();
        if (wasOpen && !answer.IsOpen) _open--;
        else if (!wasOpen && answer.IsOpen) _open++;
    }

    private sealed class Answer
    {
        private bool _hasReported;
        private int _sent;
        private int _fitting;

        public Instant Until { get; set; }
        public int Come { get; set; }
        public bool IsBusy { get; private set; }
        public bool IsOutside { get; set; }
        public int NotAsked { get; private set; }
        public bool IsOpen => !_hasReported || Come < _sent;
        public long LeftOut => Math.Max(0, _fitting - _sent);

        /// <summary>A second one says only that the search was passed on after all.</summary>
        public void Take(SearchReport report)
        {
            _hasReported = true;
            NotAsked = report.NotAsked;
            if (report.Sent > FloodSearch.HitsMax || report.Fitting < _fitting) return;
            (_sent, _fitting, IsBusy) = (report.Sent, report.Fitting, report.IsBusy);
        }
    }
}
