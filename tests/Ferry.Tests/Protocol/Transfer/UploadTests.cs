using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class UploadTests
{
    private const int Chunk = ChunkLayout.ChunkBytesMin;
    private readonly RunningUpload _running =
        new(Some.Transfer(1), Some.Node(2), "song.flac", ChunkLayout.For(9 * Chunk), Some.Channel());
    private readonly Upload _upload;

    public UploadTests()
    {
        _upload = new Upload(Some.Transfer(1), default, Some.Node(2), Some.At(0), _running, new Deadlines());
        _running.OnRequest(new TransferRequest(
            Some.From(Some.Node(2), default), Some.Transfer(1), default, [new ChunkRange(0, 3)], 3 * Chunk, 30_000,
            Again: false, default));
        while (_running.HasPieceToSend) _upload.NextPiece(_running, int.MaxValue);
    }

    [Fact]
    public void Progress_is_new_chunks_or_more_bytes_and_ends_the_silences()
    {
        _upload.Silences = 3;
        Assert.False(Ack(cumulative: 0));
        Assert.Equal(3, _upload.Silences);
        Assert.True(Ack(cumulative: 1));
        Assert.False(Ack(cumulative: 1));
        Assert.True(Ack(cumulative: 1, receivedBytes: 10));
        Assert.False(Ack(cumulative: 1, receivedBytes: 10));
        Assert.Equal(0, _upload.Silences);
    }

    [Fact]
    public void Status_counts_what_was_sent_and_what_is_acked()
    {
        Ack(cumulative: 2);
        var status = _upload.Status(Some.At(3), hops: 2);
        Assert.Equal((3L * Chunk, 2L * Chunk, 9L * Chunk), (status.SentBytes, status.AckedBytes, status.Size));
        Assert.Equal(("song.flac", TransferState.Running), (status.Name, status.State));
        Assert.Equal(Some.Seconds(2), status.SinceAck);
    }

    private bool Ack(int cumulative, long receivedBytes = 0) => _upload.OnAck(
        Some.At(1), _running, new Ack(default, Some.Transfer(1), cumulative, [], 3 * Chunk, receivedBytes));
}
