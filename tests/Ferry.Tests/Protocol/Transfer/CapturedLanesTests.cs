using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>Holders that take lanes and windows, and give nothing.</summary>
public sealed class CapturedLanesTests
{
    private static readonly NodeId Holder = DownloadStage.Holder;
    private static readonly NodeId Other = DownloadStage.Other;
    private readonly DownloadStage _stage = new();
    private Outbox Outbox => _stage.Outbox;

    /// <summary>A byte in less than five seconds, each of which comes before the lane counts as silent.</summary>
    [Fact]
    public void Holder_that_gives_a_byte_now_and_then_does_not_keep_the_chunks_that_it_owes()
    {
        var (slow, quick) = RunBoth();
        var owed = Asked(slow);
        _stage.Durable([.. Enumerable.Range(0, DownloadStage.Chunks).Except(owed)]);
        Outbox.Empty();
        for (var piece = 0; piece < 12; piece++)
        {
            _stage.Run(Some.At(piece * 4.9));
            _stage.PieceOfOneByte(Holder, slow, owed[0], piece, Some.At(piece * 4.9));
        }
        Assert.Equal(owed, Asked(quick).Order());
        _stage.Durable([.. owed]);
        Assert.Equal(TransferState.Finishing, _stage.State);
    }

    [Fact]
    public void Holder_that_has_given_nothing_owes_two_chunks_which_others_are_soon_asked_for()
    {
        var (silent, quick) = RunBoth(metric: 10_000);
        Assert.Equal((2, 2), (Asked(silent).Count, Asked(quick).Count));
        for (var given = 0; given < 4; given++) _stage.Chunk(Other, quick, Asked(quick)[given], Some.At(5));
        Assert.Equal(4, Asked(quick).Count);
        _stage.Run(Some.At(5.1));
        _stage.Downloads.OnHolder(Some.At(5.1), Some.Hit(Other, DownloadStage.File), Outbox);
        Assert.Equal(Asked(silent), Asked(quick).Skip(4));
    }

    [Fact]
    public void Pieces_that_were_not_asked_for_take_no_memory_and_are_no_sign_of_life()
    {
        var (session, _) = RunBoth();
        var owed = Asked(session);
        var notOwed = Enumerable.Range(0, DownloadStage.Chunks).Except(owed).First();
        _stage.Piece(Holder, session, notOwed);
        Assert.Empty(Outbox.Stores<StorageRequest.PersistPiece>());
        Assert.Single(Outbox.Effects<Effect.Drop>());

        _stage.Piece(Holder, session, owed[0]);
        _stage.Piece(Holder, session, owed[0]);
        Assert.Single(Outbox.Stores<StorageRequest.PersistPiece>());
        Assert.Equal(2, Outbox.Effects<Effect.Drop>().Count);
        Outbox.Empty();
        _stage.Run(Some.At(4));
        _stage.Piece(Holder, session, owed[0], at: Some.At(4));
        _stage.Run(Some.At(5.2));
        Assert.Contains(Outbox.Routed<TransferRequest>(), request => request.Transfer == session && request.Again);
    }

    /// <summary>Who answers a search first may be anybody under eight names, and have nothing.</summary>
    [Fact]
    public void Holders_that_never_answer_give_their_lanes_to_others()
    {
        var liars = Enumerable.Range(20, LaneSet.LanesMax).Select(Some.Node).ToArray();
        _stage.Start(liars);
        _stage.GiveManifest(liars[0]);
        _stage.Open();
        _stage.Downloads.OnHolder(Some.At(0.1), Some.Hit(Holder, DownloadStage.File), Outbox);
        Assert.DoesNotContain(Outbox.Routed<TransferRequest>(), IsToHolder);
        for (var second = 1; second <= 60; second++) _stage.Run(Some.At(second));
        Assert.Contains(Outbox.Routed<TransferRequest>(), IsToHolder);

        static bool IsToHolder(TransferRequest request) => request.Envelope.Destination == Holder;
    }

    [Fact]
    public void Holder_without_a_rival_is_asked_again_and_again()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open();
        Outbox.Empty();
        for (var second = 1; second <= 200; second++) _stage.Run(Some.At(second));
        Assert.InRange(Outbox.Routed<TransferRequest>().Count, 4, 7);
    }

    private List<int> Asked(TransferId session) =>
        [.. Outbox.Routed<TransferRequest>().Where(request => request.Transfer == session && !request.Again)
            .SelectMany(request => request.Wanted)
            .SelectMany(range => Enumerable.Range(range.First, range.Count))];

    /// <param name="metric">By default one for which a window has two chunks.</param>
    private (TransferId Session, TransferId Other) RunBoth(uint metric = uint.MaxValue)
    {
        _stage.Path = new NodePath(Some.Node(1), 1, metric, "tcp");
        _stage.Start(Holder, Other);
        _stage.GiveManifest(Holder);
        _stage.Open();
        var sessions = (_stage.Session(Holder), _stage.Session(Other));
        _stage.Accept(Holder);
        _stage.Accept(Other);
        return sessions;
    }
}
