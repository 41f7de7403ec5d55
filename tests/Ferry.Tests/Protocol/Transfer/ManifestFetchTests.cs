using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class ManifestFetchTests
{
    private const int PartLeaves = WireLimits.LeavesPerPartMax;
    private static readonly NodeId Near = Some.Node(1);
    private static readonly NodeId Far = Some.Node(2);
    private static readonly Manifest File = Some.Content(1200);

    private readonly Outbox _outbox = new();
    private readonly Holders _holders;
    private readonly Deadline _stalled;
    private readonly ManifestFetch _fetch;

    public ManifestFetchTests()
    {
        _holders = new Holders(
            File.Id, node => new NodePath(Some.Node(1), 1, node == Near ? 1u : 2u, "tcp"), new HolderIndex(Some.Ids));
        _stalled = new Deadlines().New(this, CoreTimer.ManifestStalled);
        _fetch = new ManifestFetch(File.Id, _holders, _stalled, sizeMax: null);
    }

    [Fact]
    public void Nearest_holder_is_asked_and_the_others_are_left_alone()
    {
        Begin(Far, Near);
        var request = Assert.Single(_outbox.Routed<ManifestRequest>());
        Assert.Equal((Near, File.Id, 0), (request.Envelope.Destination, request.Content, request.First));
    }

    [Fact]
    public void Parts_in_order_make_the_manifest()
    {
        Begin(Near);
        Assert.Null(Answer(Part(Near, 0)));
        Assert.Null(Answer(Part(Near, PartLeaves)));
        Assert.Equal(File.Id, Answer(Part(Near, 2 * PartLeaves))!.Id);
        Assert.Equal([0, PartLeaves, 2 * PartLeaves], _outbox.Routed<ManifestRequest>().Select(each => each.First));
    }

    [Fact]
    public void Repeated_part_and_that_of_somebody_else_change_nothing()
    {
        Begin(Near);
        Answer(Part(Near, 0));
        var asked = _outbox.Routed.Count;
        Assert.Null(Answer(Part(Near, 0)));
        Assert.Null(Answer(Part(Far, PartLeaves)));
        Assert.Null(Answer(Part(Near, 2 * PartLeaves)));
        Assert.Equal(asked, _outbox.Routed.Count);
        Answer(Part(Near, PartLeaves));
        Assert.NotNull(Answer(Part(Near, 2 * PartLeaves)));
    }

    public static TheoryData<long, int, int> Lies => new()
    {
        { -1, 0, 0 },
        { File.Layout.ContentBytes, 0, 0 },
        { 65_536, 0, 2 },
        { File.Layout.ContentBytes - 1, 0, PartLeaves },
        { 0, 0, 0 },
        { 2 * 65_536, 0, 2 },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void Liar_is_left_for_the_next_holder_and_the_fetch_starts_over(long size, int first, int leaves)
    {
        Begin(Near, Far);
        var lie = new ManifestPart(
            Some.From(Near, default), File.Id, size, first, File.Leaves[..(leaves * Bytes32.Length)]);
        Answer(lie);
        if (size == File.Layout.ContentBytes - 1)
        {
            // A size like the true one shows only in the hash of all.
            Answer(lie with { First = PartLeaves, Leaves = LeavesOf(PartLeaves) });
            Answer(lie with { First = 2 * PartLeaves, Leaves = LeavesOf(2 * PartLeaves) });
        }
        Assert.False(_holders.Knows(Near));
        var request = _outbox.Routed<ManifestRequest>()[^1];
        Assert.Equal((Far, 0), (request.Envelope.Destination, request.First));
        Assert.Null(Answer(Part(Near, 0)));
        Answer(Part(Far, 0));
        Answer(Part(Far, PartLeaves));
        Assert.NotNull(Answer(Part(Far, 2 * PartLeaves)));
    }

    /// <summary>The size that it says is up to a tebibyte: 8 MiB of leaves.</summary>
    [Fact]
    public void Part_takes_memory_for_what_it_brings_not_for_the_size_it_says()
    {
        Begin(Near);
        var lie = Part(Near, 0) with { Size = ChunkLayout.ContentBytesMax };
        var before = GC.GetAllocatedBytesForCurrentThread();
        Answer(lie);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>Else each liar costs 8 MiB.</summary>
    [Fact]
    public void Holder_that_says_a_smaller_size_takes_the_place_of_one_with_a_long_manifest()
    {
        Begin(Near, Far);
        Answer(Part(Near, 0) with { Size = ChunkLayout.ContentBytesMax });
        Assert.Contains(_outbox.Routed<ManifestRequest>(), asked => asked.Envelope.Destination == Far);
        Answer(new ManifestPart(Some.From(Far, default), File.Id, File.Layout.ContentBytes, 0, default));
        Answer(Part(Far, 0));
        Answer(Part(Far, PartLeaves));
        Assert.NotNull(Answer(Part(Far, 2 * PartLeaves)));
        // The other only says that it has the content.
        Assert.Equal([Far, Near], _holders.Nearest);
    }

    [Fact]
    public void Holder_is_held_to_the_size_that_took_it_the_place()
    {
        Begin(Near, Far);
        Answer(Part(Near, 0));
        Answer(new ManifestPart(Some.From(Far, default), File.Id, 65_536, 0, default));
        Answer(Part(Far, 0) with { Size = ChunkLayout.ContentBytesMax });
        Assert.False(_holders.Knows(Far));
        Assert.Equal(Near, _outbox.Routed.Last().Envelope.Destination);
    }

    [Fact]
    public void Size_may_not_change_on_the_way()
    {
        Begin(Near, Far);
        Answer(Part(Near, 0));
        Answer(Part(Near, PartLeaves) with { Size = File.Layout.ContentBytes - 1 });
        Assert.Equal(Far, _outbox.Routed.Last().Envelope.Destination);
    }

    [Fact]
    public void Liar_that_is_alone_is_not_asked_again_before_it_is_found_again()
    {
        Begin(Near);
        Answer(Part(Near, 0) with { Size = -1, Leaves = default });
        Assert.Single(_outbox.Routed);
        Assert.True(_fetch.IsDeserted);
        Begin(Near);
        Assert.Equal(2, _outbox.Routed.Count);
    }

    [Fact]
    public void Silent_holder_is_put_behind_the_others_and_one_that_is_alone_is_asked_again()
    {
        Begin(Near, Far);
        foreach (var at in new[] { 1, 3, 6, 9 })
        {
            Assert.Equal(Some.At(at), _stalled.At);
            _fetch.OnStalled(Some.At(at), _outbox);
        }
        Assert.Equal([Near, Far, Far, Far, Far], _outbox.Routed.Select(message => message.Envelope.Destination));
    }

    /// <summary>Else each of many that only say that they are holders costs a time-out.</summary>
    [Fact]
    public void When_one_is_silent_whoever_answers_first_is_asked()
    {
        var late = Some.Node(50);
        Begin([Near, Far, .. Enumerable.Range(10, 20).Select(Some.Node), late]);
        Assert.Null(Answer(new ManifestPart(Some.From(late, default), File.Id, File.Layout.ContentBytes, 0, default)));
        Assert.Single(_outbox.Routed);
        _fetch.OnStalled(Some.At(1), _outbox);
        Assert.Contains(_outbox.Routed<ManifestRequest>(), asked => asked.Envelope.Destination == late);
        Answer(new ManifestPart(Some.From(late, default), File.Id, File.Layout.ContentBytes, 0, default));
        Answer(Part(late, 0));
        Answer(Part(late, PartLeaves));
        Assert.NotNull(Answer(Part(late, 2 * PartLeaves)));
    }

    [Fact]
    public void Holder_within_reach_again_is_asked_again_only_while_it_has_given_nothing()
    {
        Begin(Near);
        _fetch.OnHolder(Some.At(0), Near, _outbox);
        Assert.Equal(2, _outbox.Routed.Count);
        Answer(Part(Near, 0));
        var asked = _outbox.Routed.Count;
        _fetch.OnHolder(Some.At(0), Near, _outbox);
        Assert.Equal(asked, _outbox.Routed.Count);
    }

    [Fact]
    public void Holder_that_told_another_size_is_struck_and_the_next_is_asked()
    {
        _holders.Add(Some.At(0), Near, [], 10_000_000);
        _holders.Add(Some.At(0), Far, [], File.Layout.ContentBytes);
        _fetch.Start(Some.At(0), _outbox);

        Assert.Null(Answer(Part(Near, 0)));

        Assert.True(_holders.IsStruck(Some.At(1), Near));
        Assert.Contains($"offered 10000000 bytes and would send {File.Layout.ContentBytes}", _fetch.WhyStruck);
        Assert.Equal(Far, _outbox.Routed.Last().Envelope.Destination);
        for (var first = 0; first < 2 * PartLeaves; first += PartLeaves) Assert.Null(Answer(Part(Far, first)));
        Assert.Equal(File.Id, Answer(Part(Far, 2 * PartLeaves))!.Id);
    }

    /// <summary>Two nodes of one liar: the first says what the user sees, the second what it sends.</summary>
    [Fact]
    public void Nobody_may_send_more_than_the_user_chose_until_it_is_chosen_again()
    {
        var chosen = new ManifestFetch(File.Id, _holders, _stalled, sizeMax: 10_000_000);
        _holders.Add(Some.At(0), Near, [], File.Layout.ContentBytes);
        chosen.Start(Some.At(0), _outbox);
        Assert.Null(chosen.OnPart(Some.At(0), Part(Near, 0), _outbox));
        Assert.Contains("and 10000000 were chosen", chosen.WhyStruck);
        Assert.Equal(TransferState.Searching, chosen.State);

        _holders.Forgive();
        chosen.AllowSize(File.Layout.ContentBytes);
        _holders.Add(Some.At(0), Near, [], File.Layout.ContentBytes);
        chosen.Start(Some.At(0), _outbox);
        for (var first = 0; first < 2 * PartLeaves; first += PartLeaves)
            Assert.Null(chosen.OnPart(Some.At(0), Part(Near, first), _outbox));
        Assert.Equal(File.Id, chosen.OnPart(Some.At(0), Part(Near, 2 * PartLeaves), _outbox)!.Id);
    }

    private static ReadOnlyMemory<byte> LeavesOf(int first) => File.Leaves[(first * Bytes32.Length)..][
        ..(Math.Min(PartLeaves, File.Layout.ChunkCount - first) * Bytes32.Length)];

    private static ManifestPart Part(NodeId holder, int first) =>
        new(Some.From(holder, default), File.Id, File.Layout.ContentBytes, first, LeavesOf(first));

    private Manifest? Answer(ManifestPart part) => _fetch.OnPart(Some.At(0), part, _outbox);

    private void Begin(params NodeId[] holders)
    {
        foreach (var holder in holders) _holders.Add(Some.At(0), holder, [], null);
        _fetch.OnHolder(Some.At(0), holders[0], _outbox);
    }
}
