using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Diagnostics;
using Ferry.Runtime.Home;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Seals;
using Ferry.Runtime.Workers;
using Ferry.Storage.Store;
using Ferry.Tests.Transports;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Loop;

public sealed class NodeLoopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Who sent what the node had an error with is kept out, so the error has to name it.</summary>
    [Fact]
    public async Task An_error_with_what_a_neighbour_sent_names_the_neighbour()
    {
        await using var stage = new RuntimeStage();
        using var identity = Identity.Create();
        using var seals = new SealKeyRing(identity);
        var life = new NodeLife();
        var (options, time) = (Some.Options(Some.Node(1)), stage.Store.Time);
        await using var workers = new StorageWorkers(
            stage.Store.Store, seals, stage.Links, stage.Inbox, new StorageLimits(), stage.Life,
            stage.Meter, time);
        await using var monitor = new TransferMonitor(stage.Meter, time, NullLogger.Instance);
        var core = new RecordedCore(
            new Engine(options, new FailingRing(), new PlainNetwork(), RecoveredState.Empty),
            new NodeRecorder(options, RecoveredState.Empty), stage.Meter, monitor, time);
        var carrier = new EffectCarrier(
            stage.Links, workers, new NoticeBoard(new Warnings(NullLogger.Instance)));
        await using var loop = new NodeLoop(core, carrier, stage.Links.PeerOf, stage.Inbox, life, time);
        var (near, far) = await LinkFixture.Linked();
        await using var peerEnd = far;
        var link = stage.Links.Add(near);
        var peer = stage.Links.PeerOf(link)!.Value;
        await loop.TellAsync(Some.LinkUp(link.Value, peer), Cancel);

        var asks = new TransferRequest(
            Some.From(peer, options.Self), Some.Transfer(1), Some.Content(1).Id, [new ChunkRange(0, 1)], 1 << 20,
            65_536, Again: false, new byte[] { 1 });
        Assert.True(stage.Inbox.Inputs.TryWrite(new Input.Received(link, asks, null)));

        var fault = await life.End.WaitAsync(Cancel);
        Assert.Equal(peer, NeighbourFaultException.CauseOf(fault!));
        Assert.Contains(FailingRing.Words, fault!.Message, StringComparison.Ordinal);
    }

    /// <summary>Has a fault that a key offer brings about.</summary>
    private sealed class FailingRing : ISealKeyRing
    {
        public const string Words = "no such curve";

        public byte[] Offer(TransferId transfer, ContentId content, NodeId holder) => [];

        public byte[]? Answer(
            TransferId transfer, ContentId content, NodeId requester, ReadOnlySpan<byte> offer) =>
            throw new InvalidOperationException(Words);

        public bool Complete(TransferId transfer, NodeId holder, ReadOnlySpan<byte> answer) => false;

        public byte[] Tag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said) => [];

        public bool IsTag(
            TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said, ReadOnlySpan<byte> tag) => false;

        public byte[] Sign(TransferId transfer, ContentId content, NodeId other, byte word) => [];

        public bool IsSigned(
            TransferId transfer, ContentId content, NodeId signer, byte word, ReadOnlySpan<byte> proof) => false;

        public void Forget(TransferId transfer) { }
    }
}
