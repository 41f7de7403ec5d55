using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>When a download looks for holders, and the answers that it takes.</summary>
internal sealed class HolderSearch(Deadline due, Chance chance)
{
    /// <summary>The maximum applies at once while there are holders enough.</summary>
    private static readonly Backoff Pace = new(TimeSpan.FromSeconds(2), Max: TimeSpan.FromSeconds(60));

    /// <summary>So many searches were made in vain, and answered by now, before the user hears of it.</summary>
    private const int SearchesBeforeWord = 2;

    /// <summary>Answers to so many searches are taken: on slow ways they come after the next one.</summary>
    private const int QueriesMax = 8;

    private readonly Queue<QueryId> _queries = [];
    private int _searches;

    /// <summary>The shortest time between two.</summary>
    public static TimeSpan Shortest => Pace.After(0);

    /// <summary>The user is to hear that it is in vain.</summary>
    public bool IsInVain => _searches >= SearchesBeforeWord;

    /// <summary>One more, without waiting.</summary>
    public void AtOnce(Instant now) => due.Arm(now);

    /// <summary>There is a new chance to find some.</summary>
    public void Now(Instant now)
    {
        _searches = 0;
        AtOnce(now);
    }

    /// <summary>Others who fetch it too may have got more meanwhile.</summary>
    public void Soon(Instant now)
    {
        _searches = 0;
        due.ArmBy(now + chance.Random.Jitter(Pace.After(0)));
    }

    /// <summary>Holders have become few, and those who are left may say the same again soon: the pace holds.</summary>
    public void Hurry(Instant now) => due.ArmBy(now + chance.Random.Jitter(Pace.After(_searches)));

    /// <summary>One is made: when the next one is.</summary>
    public void Next(Instant now, bool hasHolders) =>
        due.Arm(now + chance.Random.Jitter(hasHolders ? Pace.Max : Pace.After(_searches++)));

    public void Stop() => due.Disarm();

    /// <summary>The id of the next search for holders; answers to it, and to those before it, are taken.</summary>
    public QueryId NextQuery()
    {
        var query = chance.Ids.NextQuery();
        _queries.Enqueue(query);
        if (_queries.Count > QueriesMax) _queries.Dequeue();
        return query;
    }

    /// <summary>Nobody is a holder unasked: whoever did not hear a search cannot speak in another's name.</summary>
    public bool Asked(QueryId query) => _queries.Contains(query);
}
