using Ferry.Protocol.Content;
using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Transports;
using Ferry.Transports;
using Ferry.Transports.Memory;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Runtime.Links.Pump;

/// <summary>
/// Counts every byte that 5 MB put on a link of 1 Mbit/s whose frames are those of Bluetooth, with what a transfer says
/// beside them, and with the heads below.
/// </summary>
public sealed class LinkOverheadTests(ITestOutputHelper output)
{
    private const int ContentBytes = 5_000_000;
    private const int FrameBytesMax = 1980;

    /// <summary>Half a second of the rate, as a requester asks for them.</summary>
    private const int PieceBytes = 62_500;
    private const int ChunkBytes = 64 * 1024;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(42);

    /// <summary>
    /// Of an RFCOMM packet: address, control, length (2) and check sum; of the L2CAP packet around it: 4; of the HCI
    /// packet around that: 4.
    /// </summary>
    private const int PacketHeaderBytes = 5 + 4 + 4;
    private const int PacketBytesMax = 992;

    [Fact]
    public async Task At_least_95_of_100_bytes_on_a_slow_link_are_content()
    {
        var (near, far) = MemoryConnection.Pair(LinkFixture.Traits(FrameBytesMax));
        var there = new CountingConnection(near);
        var back = new CountingConnection(far);
        var (dialer, listener) =
            await LinkFixture.ShakeHands(LinkFixture.Settings(), LinkFixture.Settings(), (there, back));
        await using var holder = dialer.Value!;
        await using var requester = listener.Value!;
        var reading = Task.WhenAll(DrainAsync(holder), DrainAsync(requester));
        there.Writes.Clear();
        back.Writes.Clear();

        await SendContentAsync(holder);
        await SendAcksAsync(requester);
        foreach (var end in (SecureLink[])[holder, requester])
        {
            // One of its own every 5 s, and the answer to the other's.
            for (var i = 0; i < 2 * Duration / TimeSpan.FromSeconds(5); i++)
                await end.WriteAsync(new Heartbeat(1), CancellationToken.None);
            await end.WriteAsync(new Leave(LeaveReason.LeftNetwork), CancellationToken.None);
        }

        await reading.WaitAsync(Patience.Limit);
        var streams = there.Writes.Concat(back.Writes).ToList();
        var packets = streams.Sum(bytes => (bytes + PacketBytesMax - 1) / PacketBytesMax);
        var ofStreams = (double)ContentBytes / streams.Sum();
        var ofPackets = (double)ContentBytes / (streams.Sum() + packets * PacketHeaderBytes);
        output.WriteLine($"content / bytes of both streams {ofStreams:0.0000}, with packet heads {ofPackets:0.0000}");
        Assert.InRange(ofPackets, 0.95, 1);
    }

    private static async Task SendContentAsync(SecureLink holder)
    {
        var outgoing = new OutgoingLink(OutgoingLimits.Standard, default, new PassedOnBudget(), default);
        for (var at = 0; at < ContentBytes; at += ChunkBytes)
        {
            var end = Math.Min(at + ChunkBytes, ContentBytes);
            for (var offset = at; offset < end; offset += PieceBytes)
            {
                var head = LinkFixture.Piece(Math.Min(PieceBytes, end - offset));
                outgoing.Add(default, default, head, LinkFixture.Body(head));
                while (await SendAsync(holder, outgoing))
                {
                    // Step by step.
                }
            }
        }
    }

    /// <summary>As a link's pump does it. False when all has left.</summary>
    private static async Task<bool> SendAsync(SecureLink holder, OutgoingLink outgoing)
    {
        switch (outgoing.Next(new LinkState.Up(), default, holder.Backlog, holder.BulkPending))
        {
            case SendStep.StartBulk start:
                holder.StartBulk(start.Head, (PooledBody)start.Body);
                return true;
            case SendStep.ContinueBulk frame:
                var written = await holder.ContinueBulkAsync(frame.BytesMax, CancellationToken.None);
                outgoing.Wrote(default, Assert.NotNull(written));
                return true;
            case SendStep.TellSent: return true;
            default: return false;
        }
    }

    private static async Task SendAcksAsync(SecureLink requester)
    {
        for (var chunk = 0; chunk * ChunkBytes < ContentBytes; chunk++)
        {
            await requester.WriteAsync(
                new Ack(LinkFixture.Envelope, default, chunk, [new ChunkRange(chunk, 1)], 1, 1),
                CancellationToken.None);
        }
    }

    private static async Task DrainAsync(SecureLink link)
    {
        while (true)
        {
            var received = await LinkFixture.Receive(link);
            Assert.Null(received.Close);
            received.Body?.Dispose();
            if (received.Message is Leave) return;
        }
    }

    private sealed class CountingConnection(IConnection inner) : IConnection
    {
        private readonly CountingStream _stream = new(inner.Stream);

        public List<int> Writes => _stream.Writes;
        public Stream Stream => _stream;
        public LinkTraits Traits => inner.Traits;
        public string RemoteAddress => inner.RemoteAddress;
        public string LocalAddress => inner.LocalAddress;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class CountingStream(Stream inner) : Stream
    {
        public List<int> Writes { get; } = [];
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes.Add(buffer.Length);
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
        public override void Flush() => inner.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
