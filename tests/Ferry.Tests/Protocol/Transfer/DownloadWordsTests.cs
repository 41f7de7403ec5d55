using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>Whoever knows a session's ids speaks in the holder's name.</summary>
public sealed class DownloadWordsTests
{
    private static readonly NodeId Holder = DownloadStage.Holder;
    private readonly DownloadStage _stage = new();
    private Outbox Outbox => _stage.Outbox;

    [Theory]
    [InlineData(RefusalReason.UnknownTransfer)]
    [InlineData(RefusalReason.Busy)]
    [InlineData(RefusalReason.LogUnavailable)]
    [InlineData(RefusalReason.BadKeys)]
    public void Refusal_that_nothing_proves_does_not_close_an_open_session(RefusalReason reason)
    {
        var session = Run();
        var refusal = new Refusal(Some.From(Holder, DownloadStage.Self), session, reason, new byte[] { 4 });
        _stage.Downloads.OnRefusal(Some.At(1), refusal, Outbox);
        Assert.Empty(_stage.Seals.Forgotten);
        Assert.Empty(Outbox.Routed);
    }

    /// <summary>Before a session is open nothing can prove it, and it costs a try.</summary>
    [Fact]
    public void Holder_that_is_busy_before_there_are_keys_is_tried_again_later()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open();
        var session = _stage.Session(Holder);
        var refusal = new Refusal(Some.From(Holder, DownloadStage.Self), session, RefusalReason.Busy, default);
        _stage.Downloads.OnRefusal(Some.At(0), refusal, Outbox);
        Outbox.Empty();
        _stage.Run(Some.At(6.2));
        Assert.NotEqual(session, _stage.Session(Holder));
    }

    /// <summary>What is in flight would come twice at each such word.</summary>
    [Fact]
    public void Question_that_the_keys_do_not_prove_is_answered_by_an_empty_request_once_a_second()
    {
        var session = Run();
        for (var time = 0; time < 30; time++)
            _stage.Downloads.OnResume(
                Some.At(1 + time * 0.1),
                new TransferResume(Some.From(Holder, DownloadStage.Self), session, DownloadStage.File.Id), Outbox);
        Assert.Equal(3, Outbox.Routed<TransferRequest>().Count);
        Assert.All(Outbox.Routed<TransferRequest>(), request =>
        {
            Assert.Empty(request.Wanted);
            Assert.False(request.Again);
            Assert.False(request.Proof.IsEmpty);
        });
        Assert.Empty(Outbox.Routed<Ack>());
    }

    [Fact]
    public void Stranger_that_asks_does_not_make_the_node_search_without_end()
    {
        Run();
        for (var time = 0; time < 100; time++)
        {
            var now = Some.At(10 + time * 0.02);
            _stage.Resume(Some.Node(77), Some.Transfer(5), at: now);
            _stage.Run(now);
        }
        Assert.InRange(_stage.Searches, 1, 3);
    }

    /// <summary>A holder logs a session only when the keys have proven a request in it.</summary>
    [Fact]
    public void Session_in_which_nothing_is_to_be_had_is_confirmed_all_the_same()
    {
        var nothing = Some.Hit(Holder, DownloadStage.File) with { Held = [new ChunkRange(0, 1)] };
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open(0);
        _stage.Downloads.OnHolder(Some.At(0), nothing, Outbox);
        _stage.Accept(Holder);
        var confirmed = Outbox.Routed<TransferRequest>()[^1];
        Assert.True(confirmed.KeyOffer.IsEmpty);
        Assert.Empty(confirmed.Wanted);
    }

    private TransferId Run()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open();
        var session = _stage.Session(Holder);
        _stage.Accept(Holder);
        Outbox.Empty();
        return session;
    }
}
