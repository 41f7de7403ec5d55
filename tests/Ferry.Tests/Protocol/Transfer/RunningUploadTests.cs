using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Storage.Uploads;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class RunningUploadTests
{
    private const int Chunk = ChunkLayout.ChunkBytesMin;
    private static readonly NodeId Requester = Some.Node(2);
    private static readonly ChunkLayout Layout = ChunkLayout.For(9 * Chunk + 1000);

    private readonly RunningUpload _upload = new(Some.Transfer(1), Requester, "song.flac", Layout, Some.Channel());

    [Fact]
    public void Chunk_goes_in_pieces_in_order()
    {
        Open(new ChunkRange(0, 1));
        var pieces = SendAll();
        Assert.Equal([0, 30_000, 60_000], pieces.Select(piece => piece.Offset));
        Assert.Equal([30_000, 30_000, Chunk - 60_000], pieces.Select(piece => piece.PieceBytes));
        Assert.Equal([0UL, 1, 2], pieces.Select(piece => piece.SealNumber));
        Assert.All(pieces, piece => Assert.Equal(Requester, piece.Envelope.Destination));
    }

    [Fact]
    public void Chunks_go_in_the_order_of_the_wish_and_not_beyond_the_content()
    {
        Open(new ChunkRange(8, 50), new ChunkRange(3, 1), new ChunkRange(8, 1));
        var pieces = SendAll();
        Assert.Equal([8, 9, 3], pieces.Select(piece => piece.Chunk).Distinct());
        Assert.Equal(2 * Chunk + 1000, pieces.Sum(piece => piece.PieceBytes));
    }

    /// <summary>256 ranges can name 262,144 chunks: what each names again costs nothing.</summary>
    [Fact]
    public void Ranges_that_name_the_same_chunks_over_and_over_take_no_more_steps_than_there_are_chunks()
    {
        Open([.. Enumerable.Repeat(new ChunkRange(0, 1), Layout.ChunkCount), new ChunkRange(9, 1)]);
        Assert.Equal([0], SendAll().Select(piece => piece.Chunk).Distinct());
    }

    [Fact]
    public void No_chunk_is_begun_while_the_window_is_full()
    {
        Open(new ChunkRange(0, 5));
        Assert.Equal([0, 1, 2], ChunksSent());
        Assert.Equal(Chunk, Ack(cumulative: 1));
        Assert.Equal([3], ChunksSent());
        Assert.Equal(Chunk, Ack(cumulative: 1, new ChunkRange(2, 1)));
        Assert.Equal([4], ChunksSent());
        Assert.Equal(0, Ack(cumulative: 1, new ChunkRange(2, 1)));
    }

    [Fact]
    public void What_is_asked_for_again_goes_under_new_seal_numbers()
    {
        Open(new ChunkRange(0, 5));
        var first = SendAll();
        Ack(cumulative: 1);
        _upload.OnRequest(Request(new ChunkRange(1, 4)) with { Again = true });
        var second = SendAll();
        Assert.Equal([1, 2, 3], second.Select(piece => piece.Chunk).Distinct());
        var numbers = first.Concat(second).Select(piece => piece.SealNumber).ToList();
        Assert.Equal(numbers.Distinct(), numbers);
    }

    [Fact]
    public void Chunk_that_is_half_sent_is_sent_again_from_its_start()
    {
        Open(new ChunkRange(0, 1));
        _upload.NextPiece(int.MaxValue);
        _upload.OnRequest(Request(new ChunkRange(0, 1)) with { Again = true });
        Assert.Equal([0, 30_000, 60_000], SendAll().Select(piece => piece.Offset));
    }

    [Fact]
    public void Request_with_again_replaces_what_was_asked_before()
    {
        Open(new ChunkRange(0, 5));
        SendAll();
        _upload.OnRequest(Request(new ChunkRange(4, 2)) with { Again = true });
        Assert.Equal([4, 5], ChunksSent());
    }

    /// <summary>A requester with a slow disk has it and has not ACKed it: it is not owed, and its ACK still counts.
    /// </summary>
    [Fact]
    public void What_a_request_with_again_does_not_name_is_acked_later()
    {
        Open(new ChunkRange(0, 5));
        Assert.Equal([0, 1, 2], ChunksSent());
        _upload.OnRequest(Request(new ChunkRange(2, 1)) with { Again = true });
        Assert.Equal(2 * Chunk, Ack(cumulative: 2));
        Assert.Equal(0, Ack(cumulative: 2));
        Assert.Equal([2], ChunksSent());
        Assert.Equal(Chunk, Ack(cumulative: 3));
    }

    [Fact]
    public void Request_adds_to_what_was_asked_before()
    {
        Open(new ChunkRange(0, 1));
        _upload.OnRequest(Request(new ChunkRange(0, 2)));
        Assert.Equal([0, 1], ChunksSent());
    }

    private void Open(params ChunkRange[] wanted) => _upload.OnRequest(Request(wanted));

    private long Ack(int cumulative, ChunkRange? range = null)
    {
        var ranges = range is { } one ? new[] { one } : [];
        return _upload.OnAck(new Ack(default, Some.Transfer(1), cumulative, ranges, 3 * Chunk, ReceivedBytes: 0));
    }

    private List<FileTransfer> SendAll()
    {
        var pieces = new List<FileTransfer>();
        while (_upload.HasPieceToSend) pieces.Add(_upload.NextPiece(int.MaxValue));
        return pieces;
    }

    private List<int> ChunksSent() => [.. SendAll().Select(piece => piece.Chunk).Distinct()];

    private static TransferRequest Request(params ChunkRange[] wanted) => new(
        Some.From(Requester, default), Some.Transfer(1), default, wanted, 3 * Chunk, 30_000, Again: false, default);
}
