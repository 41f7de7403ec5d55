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
        await using var driven = new DrivenLoop(TimeProvider.System);
        var (stage, loop, life) = (driven.Stage, driven.Loop, driven.Life);
        var (near, far) = await LinkFixture.Linked();
        await using var peerEnd = far;
        var link = stage.Links.Add(near);
        var peer = stage.Links.PeerOf(link)!.Value;
        await loop.TellAsync(Some.LinkUp(link.Value, peer), Cancel);

        var asks = new TransferRequest(
            Some.From(peer, DrivenLoop.Self), Some.Transfer(1), Some.Content(1).Id, [new ChunkRange(0, 1)], 1 << 20,
            65_536, Again: false, new byte[] { 1 });
        Assert.True(stage.Inbox.Inputs.TryWrite(new Input.Received(link, asks, null)));

        var fault = await life.End.WaitAsync(Cancel);
        Assert.Equal(peer, NeighbourFaultException.CauseOf(fault!));
        Assert.Contains(FailingRing.Words, fault!.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Else the node would stop for good, as after what its user has to see to, and not go on from its log.
    /// </summary>
    [Fact]
    public async Task An_error_is_known_before_those_who_wait_for_the_loop_hear_that_the_node_stops()
    {
        var clock = new BrokenClock();
        await using var driven = new DrivenLoop(clock);
        var (stage, loop, life) = (driven.Stage, driven.Loop, driven.Life);
        var waiting = new WaitingCall(life);
        using var posted = new ManualResetEventSlim();
        var before = loop.QueryAsync(
            (_, _) =>
            {
                posted.Wait(Cancel);
                clock.IsBroken = true;
                return true;
            },
            Cancel);
        Assert.True(stage.Inbox.TryPostCall(waiting));
        posted.Set();

        Assert.True(await before);
        Assert.True(await waiting.Abandoned.WaitAsync(Cancel));
        Assert.Contains(BrokenClock.Words, (await life.End)!.Message, StringComparison.Ordinal);
    }

    /// <summary>A loop over a core of its own, whose key ring fails.</summary>
    private sealed class DrivenLoop : IAsyncDisposable
    {
        public static readonly NodeId Self = Some.Node(1);

        private readonly Identity _identity = Identity.Create();
        private readonly SealKeyRing _seals;
        private readonly StorageWorkers _workers;
        private readonly TransferMonitor _monitor;

        public DrivenLoop(TimeProvider clock)
        {
            var (options, time) = (Some.Options(Self), Stage.Store.Time);
            _seals = new SealKeyRing(_identity);
            _workers = new StorageWorkers(
                Stage.Store.Store, _seals, Stage.Links, Stage.Inbox, new StorageLimits(), Stage.Life, Stage.Meter,
                time);
            _monitor = new TransferMonitor(Stage.Meter, time, NullLogger.Instance);
            var core = new RecordedCore(
                new Engine(options, new FailingRing(), new PlainNetwork(), RecoveredState.Empty),
                new NodeRecorder(options, RecoveredState.Empty), Stage.Meter, _monitor, time);
            var carrier = new EffectCarrier(
                Stage.Links, _workers, new NoticeBoard(new Warnings(NullLogger.Instance)));
            Loop = new NodeLoop(core, carrier, Stage.Links.PeerOf, Stage.Inbox, Life, clock);
        }

        public RuntimeStage Stage { get; } = new();
        public NodeLife Life { get; } = new();
        public NodeLoop Loop { get; }

        public async ValueTask DisposeAsync()
        {
            await Loop.DisposeAsync();
            await _monitor.DisposeAsync();
            await _workers.DisposeAsync();
            _seals.Dispose();
            _identity.Dispose();
            await Stage.DisposeAsync();
        }
    }

    private sealed class BrokenClock : TimeProvider
    {
        public const string Words = "the clock is broken";

        public bool IsBroken { get; set; }

        public override long GetTimestamp() =>
            IsBroken ? throw new InvalidOperationException(Words) : base.GetTimestamp();
    }

    private sealed class WaitingCall(NodeLife life) : LoopCall
    {
        private readonly TaskCompletionSource<bool> _abandoned = new();

        /// <summary>Whether the reason for the end was known.</summary>
        public Task<bool> Abandoned => _abandoned.Task;

        public override void Run(Engine engine, Instant now, Outbox outbox) => _abandoned.SetResult(false);

        public override void Abandon() => _abandoned.SetResult(life.End.IsCompleted);
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
