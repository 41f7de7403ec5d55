using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Runtime;
using Ferry.Runtime.Requests;
using Xunit;

namespace Ferry.Tests.Runtime.Requests;

public sealed class FoundContentsTests
{
    private static readonly QueryId Query = new(1);
    private static readonly NodeId Self = Node(99);

    [Fact]
    public void Hits_of_one_content_are_merged_nearest_holder_first()
    {
        var found = new FoundContents("song.flac");
        found.Add(Hit(content: 1, "song.flac", holder: 5, hops: 3));
        found.Add(Hit(content: 1, "Music/song.flac", holder: 6, hops: 1));

        var ranked = Assert.Single(found.Rank());
        var info = found.Describe(ranked);

        Assert.Equal(HitMatch.Exact, info.Match);
        Assert.Equal([Node(6).ToString(), Node(5).ToString()], info.Holders.Select(holder => holder.Node));
        Assert.All(info.Holders, holder => Assert.True(holder.Complete));
    }

    [Fact]
    public void Each_name_of_a_content_is_told_and_again_when_it_has_another_holder()
    {
        var found = new FoundContents("*.lock");

        Assert.Equal(["a.lock"], Told(found, Hit(content: 1, "a.lock", holder: 5, hops: 1)));
        Assert.Equal(["b.lock"], Told(found, Hit(content: 1, "b.lock", holder: 5, hops: 1)));
        Assert.Empty(Told(found, Hit(content: 1, "b.lock", holder: 5, hops: 1)));
        Assert.Equal(["a.lock", "b.lock"], Told(found, Hit(content: 1, "b.lock", holder: 6, hops: 1)));
        Assert.Empty(Told(found, Hit(content: 2, "advertisement.exe", holder: 5, hops: 1)));
    }

    [Fact]
    public void The_best_is_kept_however_late_it_comes()
    {
        var found = new FoundContents("readme");
        for (ulong i = 0; i < FoundContents.NamesMax + 50; i++)
            found.Add(Hit(content: 1000 + i, $"readme_{i}", holder: i, hops: 1));
        Assert.True(found.IsCut);
        found.Add(Hit(content: 1, "readme", holder: 5, hops: 1));

        var ranked = found.Rank();
        Assert.Equal((Content(1), "readme"), (ranked[0].Content, ranked[0].Name));
        Assert.Equal(FoundContents.NamesMax, ranked.Count);
        Assert.Single(found.HoldersOf(Content(1), Self));
    }

    /// <summary>Who asks again for what is on its way gets it, although its holder is away.</summary>
    [Fact]
    public void What_is_being_fetched_is_found_without_a_holder_until_one_answers()
    {
        var found = new FoundContents("song.flac");
        found.AddFetched(new DownloadStatus(
            Content(1), "song.flac", 3, TransferState.Searching, 0, 0, 0, 0, TimeSpan.Zero, []));

        Assert.Empty(found.Describe(Assert.Single(found.Rank())).Holders);
        Assert.True(found.IsOnlyFetched(Content(1)));
        Assert.False(found.IsOwn(Content(1)));

        found.Add(Hit(content: 1, "song.flac", holder: 5, hops: 1));
        Assert.False(found.IsOnlyFetched(Content(1)));
        Assert.Single(found.HoldersOf(Content(1), Self));
    }

    [Fact]
    public void Of_several_sizes_the_largest_is_shown_and_each_is_kept_with_its_holder()
    {
        var found = new FoundContents("song.flac");
        found.Add(Hit(content: 1, "song.flac", holder: 5, hops: 1) with { Size = 10 });
        found.Add(Hit(content: 1, "song.flac", holder: 6, hops: 2) with { Size = 900_000_000_000 });
        found.Add(Hit(content: 1, "song.flac", holder: 7, hops: 2) with { Size = 10 });

        Assert.Equal(900_000_000_000, found.Describe(found.Rank()[0]).Size);
        Assert.Equal([10, 900_000_000_000, 10], found.HoldersOf(Content(1), Self).Select(holder => holder.Size));
    }

    [Fact]
    public void A_holder_of_a_part_is_not_complete()
    {
        var found = new FoundContents("song.flac");
        found.Add(Hit(content: 1, "song.flac", holder: 5, hops: 1) with { Held = [new ChunkRange(0, 1)] });

        Assert.False(Assert.Single(found.Describe(found.Rank()[0]).Holders).Complete);
    }

    [Fact]
    public void A_holder_that_claims_chunks_outside_the_content_is_not_complete()
    {
        var found = new FoundContents("song.flac");
        found.Add(Hit(content: 1, "song.flac", holder: 5, hops: 1) with { Held = [new ChunkRange(0, 1000)] });

        Assert.False(Assert.Single(found.Describe(found.Rank()[0]).Holders).Complete);
    }

    [Fact]
    public void What_does_not_fit_the_query_is_left_out()
    {
        var found = new FoundContents("song.flac");
        found.Add(Hit(content: 1, "advertisement.exe", holder: 5, hops: 1));

        Assert.Empty(found.Rank());
    }

    [Fact]
    public void A_size_that_cannot_be_is_left_out()
    {
        var found = new FoundContents("song.flac");
        found.Add(Hit(content: 1, "song.flac", holder: 5, hops: 1) with { Size = -1 });
        found.Add(Hit(content: 2, "song.flac", holder: 5, hops: 1) with { Size = ChunkLayout.ContentBytesMax + 1 });

        Assert.Empty(found.Rank());
    }

    [Fact]
    public void This_node_is_told_as_a_holder_but_not_asked()
    {
        var found = new FoundContents("song.flac");
        found.AddOwn(new ShareMatch(Content(1), "song.flac", 200_000, [new ChunkRange(0, 4)]), Self);
        found.Add(Hit(content: 1, "song.flac", holder: 5, hops: 1));

        Assert.True(found.IsOwn(Content(1)));
        Assert.Equal(2, found.Describe(found.Rank()[0]).Holders.Count);
        Assert.Equal(Node(5), Assert.Single(found.HoldersOf(Content(1), Self)).Node);
    }

    [Fact]
    public void A_file_has_under_each_name_what_all_its_holders_grant()
    {
        var found = new FoundContents("song.flac");
        found.Add(Hit(content: 1, "song.flac", holder: 5, hops: 1) with { Traits = new FileTraits(9, 0x1a4) });
        found.Add(Hit(content: 1, "song.flac", holder: 6, hops: 1) with { Traits = new FileTraits(7, 0x180) });
        found.Add(Hit(content: 1, "Song.flac", holder: 7, hops: 1) with { Traits = new FileTraits(8, 0x1ed) });

        Assert.Equal(new FileTraits(7, 0x180), found.TraitsOf(Content(1), "song.flac"));
        Assert.Equal(new FileTraits(8, 0x1ed), found.TraitsOf(Content(1), "Song.flac"));
    }

    private static IEnumerable<string> Told(FoundContents found, Notice.SearchHit hit) =>
        found.Add(hit).Select(found.Find).Select(row => row!.Name).Order(StringComparer.Ordinal);

    private static Notice.SearchHit Hit(ulong content, string name, ulong holder, int hops) =>
        new(Query, Node(holder), Content(content), name, 200_000, [new ChunkRange(0, 4)], hops);

    private static ContentId Content(ulong number) => new(new Bytes32(0, 0, 0, number));
    private static NodeId Node(ulong number) => new(new Bytes32(number, 0, 0, 0));
}
