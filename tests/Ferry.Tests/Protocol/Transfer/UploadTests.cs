using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Storage.Uploads;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class UploadTests
{
    private const int Chunk = ChunkLayout.ChunkBytesMin;
    private static readonly NodeId Requester = Some.Node(2);
    private static readonly ChunkLayout Layout = ChunkLayout.For(9 * Chunk + 1000);

    private readonly Upload _upload = new(Some.Transfer(1), default, Requester, Some.At(0));
    private long _received;

    [Fact]
    public void Chunk_goes_in_pieces_in_order()
    {
        Open(new ChunkRange(0, 1));
        var pieces = SendAll();
        Assert.Equal([0, 30_000, 60_000], pieces.Select(piece => piece.Offset));
        Assert.Equal([30_000, 30_000, Chunk - 60_000], pieces.Select(piece => piece.PieceBytes));
        Assert.Equal([0UL, 1, 2], pieces.Select(piece => piece.SealNumber));
        Assert.Equal(Chunk, _upload.SentBytes);
        Assert.All(pieces, piece => Assert.Equal(Requester, piece.Envelope.Destination));
    }

    [Fact]
    public void Chunks_go_in_the_order_of_the_wish_and_not_beyond_the_content()
    {
        Open(new ChunkRange(8, 50), new ChunkRange(3, 1), new ChunkRange(8, 1));
        Assert.Equal([8, 9, 3], ChunksSent());
        Assert.Equal(2 * Chunk + 1000, _upload.SentBytes);
    }

    [Fact]
    public void No_chunk_is_begun_while_the_window_is_full()
    {
        Open(new ChunkRange(0, 5));
        Assert.Equal([0, 1, 2], ChunksSent());
        Assert.True(Ack(cumulative: 1));
        Assert.Equal([3], ChunksSent());
        Assert.True(Ack(cumulative: 1, new ChunkRange(2, 1)));
        Assert.Equal([4], ChunksSent());
        Assert.Equal(2 * Chunk, _upload.AckedBytes);
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

    [Fact]
    public void Request_adds_to_what_was_asked_before()
    {
        Open(new ChunkRange(0, 1));
        _upload.OnRequest(Request(new ChunkRange(0, 2)));
        Assert.Equal([0, 1], ChunksSent());
    }

    [Fact]
    public void Suspended_upload_sends_nothing()
    {
        Open(new ChunkRange(0, 5));
        _upload.Suspend();
        Assert.False(_upload.HasPieceToSend || _upload.IsOwing);
        Assert.Equal(TransferState.Resuming, _upload.State);
    }

    [Fact]
    public void Progress_is_new_chunks_or_more_bytes_and_ends_the_silences()
    {
        Open(new ChunkRange(0, 3));
        SendAll();
        _upload.Silences = 3;
        Assert.False(Ack(cumulative: 0));
        Assert.Equal(3, _upload.Silences);
        Assert.True(Ack(cumulative: 1));
        Assert.False(Ack(cumulative: 1));
        Assert.True(Ack(cumulative: 1, receivedBytes: 10));
        Assert.False(Ack(cumulative: 1, receivedBytes: 10));
        Assert.Equal(0, _upload.Silences);
    }

    private void Open(params ChunkRange[] wanted)
    {
        _upload.OnOpened("song.flac", Layout);
        _upload.OnRequest(Request(wanted));
    }

    private bool Ack(int cumulative, ChunkRange? range = null, long receivedBytes = 0)
    {
        var ranges = range is { } one ? new[] { one } : [];
        var ack = new Ack(default, _upload.Transfer, cumulative, ranges, 3 * Chunk, receivedBytes);
        return _upload.OnAck(Some.At(1), ack, ref _received);
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
