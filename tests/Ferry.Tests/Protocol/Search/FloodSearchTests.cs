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
    private const byte HopLimit = 8;
    private static readonly NodeId Asker = Some.Node(3);
    private static readonly NodeId Holder = Some.Node(4);
    private static readonly Manifest TheFile = Some.Content(2);

    private readonly Outbox _outbox = new();
    private readonly Deadlines _deadlines = new();
    private readonly FloodSearch _search;

    public FloodSearchTests() => _search = new FloodSearch(HopLimit, () => Some.Seconds(0.1), _deadlines);

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
    public void Matches_are_mailed_to_the_asker_once_and_not_too_many()
    {
        _search.OnQuery(Some.At(0), Some.Node(5), Query(hopLimit: 2), _outbox);
        var match = new ShareMatch(TheFile.Id, "song.flac", TheFile.Layout.ContentBytes, [new(0, 2)]);
        var matched = new StorageResult.SharesMatched(Some.Query(1), [.. Enumerable.Repeat(match, 101)]);
        _search.OnMatched(matched, _outbox);
        _search.OnMatched(matched, _outbox);
        var hits = _outbox.Routed<HasFile>();
        Assert.Equal(FloodSearch.HitsMax, hits.Count);
        Assert.All(hits, hit => Assert.Equal(
            (Asker, Some.Query(1), TheFile.Id, "song.flac"),
            (hit.Envelope.Destination, hit.Query, hit.Content, hit.Name)));
    }

    [Fact]
    public void Search_goes_out_in_two_rings_under_one_id_and_ends()
    {
        Start();
        var firstEnds = _deadlines.Next;
        Assert.Equal(Some.At(0.5), firstEnds);
        Run(Some.At(0.49), _search);
        Run(firstEnds, _search);
        var rings = _outbox.Floods<FileSearch>();
        Assert.Equal([FloodSearch.FirstRing, HopLimit], rings.Select(ring => ring.Envelope.HopLimit));
        Assert.All(rings, ring => Assert.Equal(Some.Query(9), ring.Query));
        Assert.Empty(_outbox.Effects);

        Assert.Equal(firstEnds + Some.Seconds(1.5 + HopLimit * 0.1), _deadlines.Next);
        Run(_deadlines.Next, _search);
        Assert.Equal(Some.Query(9), Assert.Single(_outbox.Notices<Notice.SearchEnded>()).Query);
        Assert.Equal(Instant.Never, _deadlines.Next);
    }

    [Fact]
    public void Search_no_wider_than_its_first_ring_has_one()
    {
        var narrow = new FloodSearch(1, () => default, _deadlines);
        narrow.Start(Some.At(0), new Input.StartSearch(Some.Query(9), "song", null), anyNeighbour: true, _outbox);
        Run(_deadlines.Next, narrow);
        Assert.Equal(1, Assert.Single(_outbox.Floods<FileSearch>()).Envelope.HopLimit);
        Assert.Single(_outbox.Notices<Notice.SearchEnded>());
    }

    [Fact]
    public void Search_without_a_neighbour_ends_at_once()
    {
        _search.Start(Some.At(0), new Input.StartSearch(Some.Query(9), "song", null), anyNeighbour: false, _outbox);
        Assert.Single(_outbox.Notices<Notice.SearchEnded>());
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
    public void Hit_is_told_once_with_the_hops_of_its_way()
    {
        Start();
        Assert.True(_search.OnHit(Some.At(0), Hit(), _outbox));
        Assert.False(_search.OnHit(Some.At(0), Hit(), _outbox));
        var hit = Assert.Single(_outbox.Notices<Notice.SearchHit>());
        Assert.Equal((Holder, TheFile.Id, 1), (hit.Holder, hit.Content, hit.Hops));
    }

    [Fact]
    public void Hit_that_nobody_asked_for_is_not_told()
    {
        Assert.False(_search.OnHit(Some.At(0), Hit(), _outbox));
        Start(content: Some.Content(3).Id);
        Assert.False(_search.OnHit(Some.At(0), Hit(), _outbox));
        _search.Stop(Some.Query(9));
        Start(content: TheFile.Id);
        Assert.True(_search.OnHit(Some.At(0), Hit(), _outbox));
        _search.Stop(Some.Query(9));
        Assert.False(_search.OnHit(Some.At(0), Hit(name: "other"), _outbox));
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
    public void Search_ends_soon_after_somebody_has_answered()
    {
        Start();
        Run(_deadlines.Next, _search);
        var withoutAnswer = _deadlines.Next;
        _search.OnHit(Some.At(1), Hit(), _outbox);
        Assert.True(_deadlines.Next < withoutAnswer);
        Run(_deadlines.Next, _search);
        Assert.Single(_outbox.Notices<Notice.SearchEnded>());
    }

    [Fact]
    public void Query_takes_in_only_so_many_hits()
    {
        Start();
        for (var hit = 0; hit < FloodSearch.HitsTakenMax + 5; hit++)
            _search.OnHit(Some.At(0), Hit(name: $"{hit}"), _outbox);
        Assert.Equal(FloodSearch.HitsTakenMax, _outbox.Effects.Count);
    }

    private void Run(Instant now, FloodSearch search) =>
        _deadlines.Run(now, due => search.OnRingEnd(now, (OwnSearch)due.Owner, _outbox));

    private static HasFile Hit(string name = "song.flac") =>
        Some.Hit(Holder, TheFile, Some.Query(9)) with { Name = name };

    private static FileSearch Query(byte hopLimit) =>
        new(Some.From(Asker, default) with { HopLimit = hopLimit }, Some.Query(1), "song", null);

    private void Start(ContentId? content = null) =>
        _search.Start(Some.At(0), new Input.StartSearch(Some.Query(9), "song", content), anyNeighbour: true, _outbox);
}
