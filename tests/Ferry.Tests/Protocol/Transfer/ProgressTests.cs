using Ferry.Protocol;
using Ferry.Protocol.Transfer;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class ProgressTests
{
    private readonly Progress _progress = new(Some.At(0));

    [Fact]
    public void What_exceeds_the_chunk_came_twice()
    {
        _progress.OnPiece(0, chunkBytes: 100, pieceBytes: 60);
        Assert.Equal((60, 0), (_progress.ReceivedBytes, _progress.ResentBytes));
        _progress.OnPiece(0, 100, 60);
        Assert.Equal((120, 20), (_progress.ReceivedBytes, _progress.ResentBytes));
        _progress.OnPiece(0, 100, 60);
        Assert.Equal((180, 80), (_progress.ReceivedBytes, _progress.ResentBytes));
    }

    [Fact]
    public void Durable_chunk_s_piece_is_all_in_vain()
    {
        _progress.OnUseless(60);
        Assert.Equal((60, 60), (_progress.ReceivedBytes, _progress.ResentBytes));
    }

    [Fact]
    public void Rejected_chunk_comes_again_from_its_start()
    {
        _progress.OnPiece(0, 100, 50);
        _progress.OnRejected(0, 100);
        _progress.OnPiece(0, 100, 50);
        Assert.Equal((100, 50), (_progress.ReceivedBytes, _progress.ResentBytes));
    }

    [Fact]
    public void Status_names_the_sources_that_gave_something()
    {
        _progress.TallyOf(Some.Node(1));
        _progress.TallyOf(Some.Node(2)).OnReceived(7, 3, "tcp");
        _progress.TallyOf(Some.Node(2)).OnReceived(5, 2, "tcp");
        var status = _progress.Status(Some.At(9), default, "song", 100, TransferState.Running, 0, []);
        var source = Assert.Single(status.Sources);
        Assert.Equal((Some.Node(2), 12, 2, false), (source.Holder, source.Bytes, source.Hops, source.Active));
        Assert.Equal(Some.Seconds(9), status.Age);
    }
}
