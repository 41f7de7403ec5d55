using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Transports;
using Ferry.Transports.Memory;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

/// <summary>A link's reader lets the system collect what is left of a body's frame, and nothing else.</summary>
public sealed class LowWaterTests
{
    private const int LowWaterMax = 128 * 1024;

    [Fact]
    public async Task Reader_waits_for_more_than_a_byte_only_within_the_frame_of_a_body()
    {
        var (near, far) = MemoryConnection.Pair(MemoryConnection.DefaultTraits);
        var watched = new WatchedConnection(far);
        var (dialer, listener) = await LinkFixture.ShakeHands(
            LinkFixture.Settings(), LinkFixture.Settings(), (near, watched));
        await using var sending = dialer.Value!;
        await using var receiving = listener.Value!;
        var head = LinkFixture.Piece(WireLimits.PieceBytesMax);

        var sent = SendAsync(sending, head);
        Assert.Equal(new Heartbeat(1), (await LinkFixture.Receive(receiving)).Message);
        var piece = await LinkFixture.Receive(receiving);
        LinkFixture.AssertBody(head, piece.Body);
        piece.Body!.Dispose();
        Assert.Equal(1, watched.LowWater);
        Assert.Equal(new Heartbeat(2), (await LinkFixture.Receive(receiving)).Message);
        await sent;

        Assert.Contains(watched.Reads, read => read.LowWater == LowWaterMax);
        Assert.All(watched.Reads, read => Assert.InRange(read.LowWater, 1, Math.Min(read.Room, LowWaterMax)));
    }

    private static async Task SendAsync(SecureLink sending, FileTransfer head)
    {
        await sending.WriteAsync(new Heartbeat(1), CancellationToken.None);
        await LinkFixture.SendBody(sending, head);
        await sending.WriteAsync(new Heartbeat(2), CancellationToken.None);
    }

    private sealed class WatchedConnection(IConnection inner) : IConnection
    {
        private readonly WatchedStream _stream = new(inner.Stream);

        public int LowWater => _stream.LowWater;
        public List<(int LowWater, int Room)> Reads => _stream.Reads;
        public Stream Stream => _stream;
        public LinkTraits Traits => inner.Traits;
        public string RemoteAddress => inner.RemoteAddress;
        public string LocalAddress => inner.LocalAddress;

        public void WakeReaderAt(int bytes) => _stream.LowWater = bytes;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    /// <summary>Notes how much each reading would be woken for, and how much it has room for.</summary>
    private sealed class WatchedStream(Stream inner) : Stream
    {
        public int LowWater { get; set; } = 1;
        public List<(int LowWater, int Room)> Reads { get; } = [];
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // TLS asks with no room when something comes.
            if (buffer.Length > 0) Reads.Add((LowWater, buffer.Length));
            return inner.ReadAsync(buffer, cancellationToken);
        }

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
        public override void Flush() => inner.Flush();
        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);
        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
