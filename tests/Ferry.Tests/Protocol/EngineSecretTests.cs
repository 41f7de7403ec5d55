using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol;

/// <summary>What everybody hears of a node tells nothing of what only two shall know.</summary>
public sealed class EngineSecretTests
{
    private static readonly NodeId Self = Some.Node(1);
    private static readonly NodeId Holder = Some.Node(2);

    /// <summary>
    /// SplitMix64 is invertible: were ids made by it, each half of a query id would be the state from which all later
    /// ones follow.
    /// </summary>
    [Fact]
    public void Flood_does_not_foretell_the_id_of_a_transfer()
    {
        var (engine, outbox, file) =
            (new Engine(Some.Options(Self), new PlainSeals(), new PlainNetwork(), RecoveredState.Empty),
             new Outbox(), Some.Content(3));
        var start = new Input.StartDownload(file.Id, "song.flac", 0, [new KnownHolder(Holder, [])], null);
        var part = new ManifestPart(Some.From(Holder, Self), file.Id, file.Layout.ContentBytes, 0, file.Leaves);
        var opened = new StorageResult.DownloadOpened(file.Id, new ChunkMap(3), "song.flac.part");
        engine.Start(Some.At(0), outbox);
        foreach (var input in new Input[] { Some.LinkUp(1, Holder), Said(Announced()), start, Said(part) })
            engine.Handle(Some.At(0), input, outbox);
        var heard = outbox.Sent<FileSearch>()[0].Message.Query;
        engine.Handle(Some.At(0), new Input.Stored(opened), outbox);

        var transfer = outbox.Sent<TransferRequest>()[0].Message.Transfer;
        var foretold = new[] { (ulong)heard.Value, (ulong)(heard.Value >> 64) }.SelectMany(After).ToHashSet();
        Assert.DoesNotContain((ulong)transfer.Value, foretold);
        Assert.DoesNotContain((ulong)(transfer.Value >> 64), foretold);
    }

    /// <summary>An answer names the search that it answers; whoever did not hear one cannot.</summary>
    [Fact]
    public void Nobody_becomes_a_holder_unasked()
    {
        var (engine, outbox, file) =
            (new Engine(Some.Options(Self), new PlainSeals(), new PlainNetwork(), RecoveredState.Empty),
             new Outbox(), Some.Content(3));
        engine.Start(Some.At(0), outbox);
        var start = new Input.StartDownload(file.Id, "song.flac", 0, [], null);
        foreach (var input in new Input[] { Some.LinkUp(1, Holder), Said(Announced()), start })
            engine.Handle(Some.At(0), input, outbox);
        var asked = outbox.Sent<FileSearch>()[^1].Message.Query;
        var hit = Some.Hit(Holder, file) with { Envelope = Some.From(Holder, Self) };
        engine.Handle(Some.At(1), Said(hit with { Query = Some.Query(5) }), outbox);
        Assert.Empty(outbox.Sent<ManifestRequest>());
        engine.Handle(Some.At(1), Said(hit with { Query = asked }), outbox);
        Assert.Single(outbox.Sent<ManifestRequest>());
    }

    [Fact]
    public void One_number_of_the_generator_tells_the_next()
    {
        var random = new SeededRandom(1234567);
        Assert.Equal(After(random.NextUInt64()).First(), random.NextUInt64());
    }

    private static Input.Received Said(Message message) => new(Some.Link(1), message, null);

    private static RouteReply Announced() => new(Some.From(Holder, Self), default);

    private static IEnumerable<ulong> After(ulong number)
    {
        var random = new SeededRandom(StateAt(number));
        for (var draw = 0; draw < 1000; draw++) yield return random.NextUInt64();
    }

    private static ulong StateAt(ulong number)
    {
        var z = number ^ (number >> 31) ^ (number >> 62);
        z *= 0x319642B2D24D8EC3;
        z ^= (z >> 27) ^ (z >> 54);
        z *= 0x96DE1B173F119089;
        return z ^ (z >> 30) ^ (z >> 60);
    }
}
