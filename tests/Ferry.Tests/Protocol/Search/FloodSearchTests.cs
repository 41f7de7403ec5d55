using System.Text;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Search;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Search;

public sealed class FloodSearchTests
{
    private static readonly NodeId Self = Some.Node(1);
    private static readonly NodeId Asker = Some.Node(3);
    private static readonly NodeId Holder = Some.Node(4);
    private static readonly NodeId Far = Some.Node(6);
    private static readonly Manifest TheFile = Some.Content(2);

    private readonly Outbox _outbox = new();
    private readonly Deadlines _deadlines = new();
    private readonly List<AskedNode> _neighbours = [new(Some.Node(5), 2000), new(Holder, 10_000)];
    private readonly List<(NodeId Node, uint Metric)> _reachable = [];
    private readonly FloodSearch _search;

    public FloodSearchTests()
    {
        var options = new EngineOptions { Self = Self, Nickname = "self", Seed = Some.Seed(1), FirstSequence = 1 };
        _search = new FloodSearch(
            options, _deadlines, Some.Ids, () => _neighbours, () => _reachable, (query, _) => query);
    }

    [Fact]
    public void Query_is_answered_and_passed_on_with_its_ways_back()
    {
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 2), _outbox);
        var match = Assert.Single(_outbox.Stores<StorageRequest.MatchShares>());
        Assert.Equal((Some.Query(1), "song", FloodSearch.HitsMax), (match.Query, match.Text, match.HitsMax));
        var (message, except) = Assert.Single(_outbox.Floods);
        Assert.Equal((Asker, Some.Node(5)), (message.Envelope.Source, except));
    }

    [Fact]
    public void Searches_for_one_neighbour_take_half_of_the_disks_work_and_further_ones_are_busy()
    {
        for (var number = 1; number <= 100; number++)
            _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 2) with { Query = Some.Query(number) }, _outbox);
        var stores = _outbox.Stores<StorageRequest.MatchShares>();
        Assert.Equal(FloodSearch.WorkMax / 2, stores.Count);
        Assert.Equal(100 - stores.Count, _outbox.Routed<SearchReport>().Count(report => report.IsBusy));
        _search.OnQuery(Some.At(0), Holder, Query(hopLimit: 2) with { Query = Some.Query(200) }, _outbox);
        Assert.Equal(stores.Count + 1, _outbox.Stores<StorageRequest.MatchShares>().Count);

        _search.OnMatched(new StorageResult.SharesMatched(Some.Query(1), ShareMatches.None, IsBusy: false), _outbox);
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 2) with { Query = Some.Query(201) }, _outbox);
        Assert.Equal(stores.Count + 2, _outbox.Stores<StorageRequest.MatchShares>().Count);
    }

    [Fact]
    public void Similar_names_count_in_few_searches_of_others()
    {
        for (var number = 1; number <= 200; number++)
        {
            var query = Query(hopLimit: 2) with { Query = Some.Query(number) };
            _search.OnQuery(Some.At(0), Some.Node(100 + number / 10), query, _outbox);
        }
        var similar = _outbox.Stores<StorageRequest.MatchShares>().Count(store => store.Similar);
        Assert.Equal(FloodSearch.OfSimilar.Burst, similar);
    }

    /// <summary>The searcher learns that others were not asked.</summary>
    [Fact]
    public void Queries_beyond_what_is_passed_on_are_answered_as_if_their_hops_were_used_up()
    {
        for (var number = 1; number <= SeenFloods.PassedOn.Burst; number++)
            _search.OnQuery(Some.At(0), Asker, Query(hopLimit: 2) with { Query = Some.Query(number) }, _outbox);
        Assert.Equal(SeenFloods.PassedOn.Burst / 2, _outbox.Floods.Count);
        var last = _outbox.Routed<SearchReport>()[^1];
        Assert.Equal((2, 0), (last.NotAsked, last.Asked.Count));
    }

    [Fact]
    public void Query_seen_before_is_dropped()
    {
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 2), _outbox);
        _outbox.Empty();
        _search.OnQuery(Some.At(0), Some.Node(6), Query(hopLimit: 2), _outbox);
        Assert.Empty(_outbox.Effects);
        Assert.Empty(_outbox.Floods);
    }

    [Fact]
    public void Wider_ring_is_passed_on_and_not_answered_again()
    {
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 2), _outbox);
        _outbox.Empty();
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 7), _outbox);
        Assert.Empty(_outbox.Effects);
        Assert.Single(_outbox.Floods);
    }

    [Fact]
    public void Query_on_its_last_hop_is_answered_only()
    {
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 1), _outbox);
        Assert.Single(_outbox.Stores<StorageRequest.MatchShares>());
        Assert.Empty(_outbox.Floods);
    }

    [Fact]
    public void Matches_are_sent_to_the_asker_once_and_not_too_many_and_what_was_left_out_is_said()
    {
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 2), _outbox);
        var match = new ShareMatch(TheFile.Id, "song.flac", TheFile.Layout.ContentBytes, [new(0, 2)]);
        var hashing = new HashingFile("song.mp3", 1000, 400);
        var matches = new ShareMatches([.. Enumerable.Repeat(match, 101)], Fitting: 150, [hashing]);
        _search.OnMatched(new StorageResult.SharesMatched(Some.Query(1), matches, IsBusy: false), _outbox);
        _search.OnMatched(new StorageResult.SharesMatched(Some.Query(1), matches, IsBusy: false), _outbox);
        var hits = _outbox.Routed<HasFile>();
        Assert.Equal(FloodSearch.HitsMax, hits.Count);
        Assert.All(hits, hit => Assert.Equal(
            (Asker, Some.Query(1), TheFile.Id, "song.flac"),
            (hit.Envelope.Destination, hit.Query, hit.Content, hit.Name)));
        var report = Assert.Single(_outbox.Routed<SearchReport>());
        Assert.Equal((Asker, 150, 100, 0), (report.Envelope.Destination, report.Fitting, report.Sent, report.NotAsked));
        Assert.Equal([hashing], report.Hashing);
        Assert.Equal([new AskedNode(Holder, 10_000)], report.Asked);
    }

    [Fact]
    public void Search_of_a_download_is_answered_by_holders_only()
    {
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 2) with { Report = false }, _outbox);
        _search.OnMatched(new StorageResult.SharesMatched(Some.Query(1), ShareMatches.None, IsBusy: false), _outbox);
        Assert.Empty(_outbox.Routed);
    }

    [Fact]
    public void Neighbours_beyond_the_last_hop_are_reported_until_the_search_comes_with_more_hops()
    {
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 1), _outbox);
        _search.OnMatched(new StorageResult.SharesMatched(Some.Query(1), ShareMatches.None, IsBusy: false), _outbox);
        _search.OnQuery(Some.At(1), Some.Node(5), Query(hopLimit: 3), _outbox);
        var reports = _outbox.Routed<SearchReport>();
        Assert.Equal([(1, 0), (0, 1)], reports.Select(report => (report.NotAsked, report.Asked.Count)));
    }

    [Fact]
    public void Neighbour_that_has_the_search_from_another_is_not_reported_as_asked()
    {
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 3), _outbox);
        _search.OnQuery(Some.At(0), Holder, Query(hopLimit: 3), _outbox);
        _search.OnMatched(new StorageResult.SharesMatched(Some.Query(1), ShareMatches.None, IsBusy: false), _outbox);
        Assert.Empty(Assert.Single(_outbox.Routed<SearchReport>()).Asked);
    }

    [Fact]
    public void Search_goes_as_far_as_messages_go()
    {
        Start();
        var flood = Assert.Single(_outbox.Floods<FileSearch>());
        Assert.Equal((WireLimits.HopLimitMax, true), (flood.Envelope.HopLimit, flood.Report));
    }

    [Fact]
    public void Search_ends_when_all_have_answered_whom_the_reports_name()
    {
        Start();
        Report(Some.At(0.1), Some.Node(5), asked: [new(Holder, 0), new(Far, 1_000_000), new(Self, 0)]);
        Report(Some.At(0.1), Holder);
        Assert.Empty(Ended);
        Report(Some.At(1.2), Far);
        Assert.Equal((0, 0, 0), (Ended[0].SilentCount, Ended[0].LeftOut, Ended[0].NotAsked));
        Assert.Equal(Instant.Never, _deadlines.Next);
    }

    [Fact]
    public void Hits_that_a_report_counts_are_waited_for()
    {
        Start();
        Report(Some.At(0.1), Some.Node(5));
        Report(Some.At(0.1), Holder, fitting: 3, sent: 2);
        _search.OnHit(Some.At(0.2), Hit("a"), isSealed: false, _outbox);
        Assert.Empty(Ended);
        _search.OnHit(Some.At(0.3), Hit("b"), isSealed: false, _outbox);
        Assert.Equal(1, Assert.Single(Ended).LeftOut);
    }

    [Fact]
    public void Who_does_not_answer_is_waited_for_as_long_as_its_way_takes_and_named()
    {
        _reachable.Add((Some.Node(7), 100_000));
        Start();
        Report(Some.At(0.1), Holder);
        Report(Some.At(0.1), Some.Node(5), asked: [new(Far, 3_000_000)]);
        Assert.Equal(Some.At(0.1 + 2 * 3) + OwnSearch.Margin, _deadlines.Next);
        Run(_deadlines.Next);
        Assert.Equal([Far, Some.Node(7)], Assert.Single(Ended).Silent);
    }

    [Fact]
    public void Slow_node_that_has_answered_is_not_waited_for_any_longer()
    {
        _neighbours[0] = new(Some.Node(5), 3_000_000);
        Start();
        Report(Some.At(3), Some.Node(5));
        var slowest = _deadlines.Next;
        Run(slowest);
        Assert.Equal([Holder], Assert.Single(Ended).Silent);
    }

    [Fact]
    public void Search_ends_whatever_others_say_of_the_time_it_takes()
    {
        Start();
        for (var i = 0; i < 50; i++)
            Report(Some.At(i), Some.Node(5), asked: [new(Some.Node(100 + i), uint.MaxValue)]);
        Run(Some.At(0) + OwnSearch.LongestWait);
        Assert.Equal(51, Assert.Single(Ended).SilentCount);
    }

    [Fact]
    public void Node_that_is_too_busy_to_look_has_not_answered()
    {
        _neighbours.RemoveAt(0);
        Start();
        Report(Some.At(0.1), Holder, isBusy: true);
        Assert.Equal([Holder], Assert.Single(Ended).Silent);
    }

    [Fact]
    public void What_is_being_hashed_is_told()
    {
        Start();
        var file = new HashingFile("song.flac", 10, 4);
        _search.OnReport(Some.At(0), Reported(Holder) with { Hashing = [file] }, isSealed: false, _outbox);
        var hashing = Assert.Single(_outbox.Notices<Notice.SearchHashing>());
        Assert.Equal((Holder, file), (hashing.Holder, hashing.File));
    }

    [Fact]
    public void Search_without_a_neighbour_ends_at_once()
    {
        _neighbours.Clear();
        Start();
        Assert.Single(Ended);
        Assert.Empty(_outbox.Floods);
    }

    [Fact]
    public void Own_query_that_comes_back_is_not_answered()
    {
        Start();
        _outbox.Empty();
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 8) with { Query = Some.Query(9) }, _outbox);
        Assert.Empty(_outbox.Effects);
        Assert.Empty(_outbox.Floods);
    }

    [Fact]
    public void Hit_is_told_with_the_hops_of_its_way()
    {
        Start();
        Assert.True(_search.OnHit(Some.At(0), Hit(), isSealed: false, _outbox));
        var hit = Assert.Single(_outbox.Notices<Notice.SearchHit>());
        Assert.Equal((Holder, TheFile.Id, 1), (hit.Holder, hit.Content, hit.Hops));
    }

    [Fact]
    public void Hit_that_nobody_asked_for_is_not_told()
    {
        Assert.False(_search.OnHit(Some.At(0), Hit(), isSealed: false, _outbox));
        Start(content: Some.Content(3).Id);
        Assert.False(_search.OnHit(Some.At(0), Hit(), isSealed: false, _outbox));
        _search.Stop(Some.Query(9));
        Start(content: TheFile.Id);
        Assert.True(_search.OnHit(Some.At(0), Hit(), isSealed: false, _outbox));
        _search.Stop(Some.Query(9));
        Assert.False(_search.OnHit(Some.At(0), Hit(name: "other"), isSealed: false, _outbox));
        Assert.Single(_outbox.Effects);
    }

    [Theory]
    [InlineData("a\u001b[31mred\nline.txt", "a_[31mred_line.txt")]
    [InlineData("Grüße ☂.txt", "Grüße ☂.txt")]
    public void File_is_offered_under_a_name_that_can_be_said(string name, string offered)
    {
        Assert.Equal(offered, SendableName.Of(name));
        var deep = SendableName.Of(string.Concat(Enumerable.Repeat("☂/", 3000)) + name);
        Assert.EndsWith(offered, deep, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(deep), WireLimits.NameBytesMax - 3, WireLimits.NameBytesMax);
    }

    [Fact]
    public void Holder_is_believed_only_so_many_hits()
    {
        Start();
        for (var hit = 0; hit < FloodSearch.HitsMax + 5; hit++)
            _search.OnHit(Some.At(0), Hit(name: $"{hit}"), isSealed: false, _outbox);
        Assert.Equal(FloodSearch.HitsMax, _outbox.Effects.Count);
    }

    private IReadOnlyList<Notice.SearchEnded> Ended => _outbox.Notices<Notice.SearchEnded>();

    private void Run(Instant now) => _deadlines.Run(now, due => _search.OnDue(now, (OwnSearch)due.Owner, _outbox));

    private void Report(
        Instant now, NodeId node, int fitting = 0, int sent = 0, bool isBusy = false, params AskedNode[] asked)
    {
        var report = Reported(node) with { Fitting = fitting, Sent = sent, IsBusy = isBusy, Asked = asked };
        _search.OnReport(now, report, isSealed: false, _outbox);
    }

    private static SearchReport Reported(NodeId node) => new(
        Some.From(node, Self), Some.Query(9), 0, 0, IsBusy: false, [], NotAsked: 0, []);

    private static HasFile Hit(string name = "song.flac") =>
        Some.Hit(Holder, TheFile, Some.Query(9)) with { Name = name };

    private static FileSearch Query(byte hopLimit) =>
        new(Some.From(Asker, default) with { HopLimit = hopLimit }, Some.Query(1), "song", null, Report: true);

    private void Start(ContentId? content = null) =>
        _search.Start(Some.At(0), new Input.StartSearch(Some.Query(9), "song", content), isPrivate: false, _outbox);
}
