using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Transports;
using Ferry.Transports.Memory;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class SecureLinkTests
{
    private const int SmallFrame = 1024;

    [Theory]
    [InlineData(WireLimits.BodyBytesMax)]
    [InlineData(SmallFrame)]
    [InlineData(WireLimits.FrameBytesMin)]
    public async Task Messages_and_pieces_of_every_length_arrive_in_order(int frameBytesMax)
    {
        var (near, far) = await LinkFixture.Linked(frameBytesMax);
        await using var sending = near;
        await using var receiving = far;
        int[] lengths = [1, 200, SmallFrame - 16, SmallFrame - 15, SmallFrame, 5000, WireLimits.PieceBytesMax];
        var heads = lengths.Select((length, i) => LinkFixture.Piece(length, number: (ulong)i)).ToArray();
        var manifest = new ManifestPart(LinkFixture.Envelope, default, 1, 0, new byte[512 * 32]);

        var sent = Task.Run(async () =>
        {
            foreach (var head in heads)
            {
                await LinkFixture.SendBody(sending, head);
                await sending.WriteAsync(new Heartbeat(head.SealNumber), CancellationToken.None);
            }

            await sending.WriteAsync(manifest, CancellationToken.None);
        });

        foreach (var head in heads)
        {
            var piece = await LinkFixture.Receive(receiving);
            Assert.Equal(head, piece.Message);
            LinkFixture.AssertBody(head, piece.Body);
            piece.Body!.Dispose();
            Assert.Equal(new Heartbeat(head.SealNumber), (await LinkFixture.Receive(receiving)).Message);
        }

        Assert.Equal(512 * 32, ((ManifestPart)(await LinkFixture.Receive(receiving)).Message!).Leaves.Length);
        await sent;
    }

    [Fact]
    public async Task Control_passes_between_the_frames_of_a_piece()
    {
        var (near, far) = await LinkFixture.Linked(SmallFrame);
        await using var sending = near;
        await using var receiving = far;
        var head = LinkFixture.Piece(10_000);
        sending.StartBulk(head, LinkFixture.Body(head));
        await sending.ContinueBulkAsync(int.MaxValue, CancellationToken.None);
        await sending.WriteAsync(new Heartbeat(1), CancellationToken.None);
        await sending.ContinueBulkAsync(int.MaxValue, CancellationToken.None);
        await sending.WriteAsync(
            new ManifestPart(LinkFixture.Envelope, default, 1, 0, new byte[64 * 32]), CancellationToken.None);
        while (sending.BulkPending) await sending.ContinueBulkAsync(int.MaxValue, CancellationToken.None);

        Assert.IsType<Heartbeat>((await LinkFixture.Receive(receiving)).Message);
        Assert.IsType<ManifestPart>((await LinkFixture.Receive(receiving)).Message);
        var piece = await LinkFixture.Receive(receiving);
        LinkFixture.AssertBody(head, piece.Body);
        piece.Body!.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1448)]
    [InlineData(100_000)]
    public async Task Frames_of_a_piece_are_as_long_as_their_writer_is_told(int bytesMax)
    {
        var (near, far) = await LinkFixture.Linked();
        await using var sending = near;
        await using var receiving = far;
        var head = LinkFixture.Piece(10_000);
        var receiver = LinkFixture.Receive(receiving);
        sending.StartBulk(head, LinkFixture.Body(head));
        var writes = new List<int>();
        while (sending.BulkPending)
            writes.Add((await sending.ContinueBulkAsync(bytesMax, CancellationToken.None))!.Value);

        // A frame below the least that every link takes is no frame worth sending.
        var longest = Math.Max(bytesMax, WireLimits.FrameBytesMin + 200);
        Assert.All(writes, bytes => Assert.InRange(bytes, 1, longest));
        if (bytesMax == 1448) Assert.All(writes[..^1], bytes => Assert.Equal(bytesMax, bytes));
        var piece = await receiver;
        LinkFixture.AssertBody(head, piece.Body);
        piece.Body!.Dispose();
    }

    [Fact]
    public async Task Received_body_goes_on_over_another_link_as_it_is()
    {
        var (holder, relayIn) = await LinkFixture.Linked();
        var (relayOut, requester) = await LinkFixture.Linked(SmallFrame);
        var head = LinkFixture.Piece(50_000);
        var sent = LinkFixture.SendBody(holder, head);
        var passing = await LinkFixture.Receive(relayIn);
        await sent;
        var forwarded = Task.Run(async () =>
        {
            relayOut.StartBulk(head, passing.Body!);
            while (relayOut.BulkPending) await relayOut.ContinueBulkAsync(int.MaxValue, CancellationToken.None);
        });
        var arrived = await LinkFixture.Receive(requester);
        await forwarded;
        LinkFixture.AssertBody(head, arrived.Body);
        arrived.Body!.Dispose();
        foreach (var link in (SecureLink[])[holder, relayIn, relayOut, requester]) await link.DisposeAsync();
    }

    [Fact]
    public async Task Keys_are_renewed_under_way()
    {
        var (near, far) = await LinkFixture.Linked(rekey: new RekeyPolicy(FramesMax: 5, BytesMax: 10_000));
        await using var sending = near;
        await using var receiving = far;
        for (var i = 0UL; i < 40; i++)
        {
            await sending.WriteAsync(new Heartbeat(i), CancellationToken.None);
            Assert.Equal(new Heartbeat(i), (await LinkFixture.Receive(receiving)).Message);
        }
    }

    [Fact]
    public void Head_of_a_piece_fits_into_the_room_before_its_body()
    {
        var head = new FileTransfer(
            LinkFixture.Envelope with { Sequence = ulong.MaxValue, MetricMicroseconds = uint.MaxValue },
            new TransferId(UInt128.MaxValue), ChunkLayout.ChunkCountMax - 1, ChunkLayout.ChunkBytesMax - 1,
            ulong.MaxValue, WireLimits.BodyBytesMax);
        var length = MessageCodec.Encode(head, new byte[WireLimits.HeadBytesMax]);
        Assert.True(2 * FramePrefix.Bytes + length + TrafficKey.TagBytes <= PooledBody.HeadroomBytes);
        Assert.True(length + TrafficKey.TagBytes <= WireLimits.FrameBytesMin);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_that_ends_within_a_frame_is_a_lost_connection(bool withinBody)
    {
        var (raw, link) = WithRawEnd();
        if (withinBody) await raw.StartPiece(100);
        await raw.Write(withinBody ? [7, 0, 0, 116, 1, 2] : [4, 0]);
        await raw.Connection.DisposeAsync();
        Assert.Equal(LinkCloseReason.ConnectionLost, (await LinkFixture.Receive(link)).Close?.Reason);
        await link.DisposeAsync();
    }

    [Theory]
    [InlineData("unknown flag", new byte[] { 8, 0, 0, 17 })]
    [InlineData("body on the control channel", new byte[] { 6, 0, 0, 17 })]
    [InlineData("body without a head", new byte[] { 7, 0, 0, 17 })]
    [InlineData("frame longer than agreed", new byte[] { 4, 0, 4, 1 })]
    [InlineData("head without content", new byte[] { 4, 0, 0, 16 })]
    [InlineData("head without a tag", new byte[] { 4, 0, 0, 3 })]
    public async Task Prefix_that_breaks_a_rule_ends_the_link_at_once(string rule, byte[] prefix)
    {
        Assert.NotNull(rule);
        var (raw, link) = WithRawEnd(SmallFrame);
        await raw.Write(prefix);
        Assert.Equal(LinkCloseReason.ProtocolError, (await LinkFixture.Receive(link)).Close?.Reason);
        await link.DisposeAsync();
    }

    [Theory]
    [InlineData(new byte[] { 7, 0, 0, 115 })]
    [InlineData(new byte[] { 7, 0, 0, 117 })]
    [InlineData(new byte[] { 3, 0, 0, 116 })]
    [InlineData(new byte[] { 3, 0, 0, 0 })]
    [InlineData(new byte[] { 5, 0, 0, 20 })]
    public async Task Body_that_is_not_as_manifestas_its_head_says_ends_the_link(byte[] prefix)
    {
        var (raw, link) = WithRawEnd();
        await raw.StartPiece(100);
        await raw.Write(prefix);
        Assert.Equal(LinkCloseReason.ProtocolError, (await LinkFixture.Receive(link)).Close?.Reason);
        await link.DisposeAsync();
    }

    [Fact]
    public async Task Tampered_frame_ends_the_link()
    {
        var (raw, link) = WithRawEnd();
        var frame = raw.SealHead([(byte)MessageType.Heartbeat, 0, 0, 0, 0, 0, 0, 0, 1], 4);
        frame[6] ^= 0x40;
        await raw.Write(frame);
        Assert.Equal(LinkCloseReason.ProtocolError, (await LinkFixture.Receive(link)).Close?.Reason);
        await link.DisposeAsync();
    }

    [Fact]
    public async Task Message_of_a_later_optional_type_is_passed_over()
    {
        var (raw, link) = WithRawEnd();
        await raw.Write(raw.SealHead([200, 1, 2, 3], 4));
        await raw.Write(raw.SealHead([(byte)MessageType.Heartbeat, 0, 0, 0, 0, 0, 0, 0, 1], 4));
        Assert.Equal(new Heartbeat(1), (await LinkFixture.Receive(link)).Message);
        await link.DisposeAsync();
    }

    [Theory]
    [InlineData(new byte[] { 99, 1 }, 4)]
    [InlineData(new byte[] { 3, 1 }, 4)]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 1 }, 5)]
    [InlineData(new byte[] { 200, 1 }, 5)]
    public async Task Message_that_cannot_be_read_or_is_out_of_place_ends_the_link(byte[] head, byte flags)
    {
        var (raw, link) = WithRawEnd();
        await raw.Write(raw.SealHead(head, flags));
        Assert.Equal(LinkCloseReason.ProtocolError, (await LinkFixture.Receive(link)).Close?.Reason);
        await link.DisposeAsync();
    }

    [Fact]
    public async Task Head_that_never_ends_is_cut_at_its_bound()
    {
        var (raw, link) = WithRawEnd();
        var receiving = LinkFixture.Receive(link);
        var fragment = new byte[10_000];
        for (var sent = 0; sent <= WireLimits.HeadBytesMax; sent += fragment.Length)
            await raw.Write(raw.SealHead(fragment, 0));
        Assert.Equal(LinkCloseReason.ProtocolError, (await receiving).Close?.Reason);
        await link.DisposeAsync();
    }

    [Fact]
    public void Body_used_after_it_was_disposed_throws_and_second_disposing_does_nothing()
    {
        var body = PooledBody.Rent(10);
        body.Dispose();
        body.Dispose();
        Assert.Equal(10, body.Length);
        Assert.Throws<ObjectDisposedException>(() => body.Memory);
    }

    /// <summary>A link whose other end writes frames by hand.</summary>
    private static (RawEnd Raw, SecureLink Link) WithRawEnd(int frameBytesMax = WireLimits.BodyBytesMax)
    {
        var (near, far) = MemoryConnection.Pair(LinkFixture.Traits(frameBytesMax));
        var secret = new byte[TrafficKey.SecretBytes];
        var peer = new NodeId(new Bytes32(1, 2, 3, 4));
        var join = new Join(1, 1, peer, "raw", frameBytesMax, ReadOnlyMemory<byte>.Empty, Run: 0);
        var link = new SecureLink(
            far, join, 1, dialed: false,
            new TrafficKey(secret, RekeyPolicy.Standard), new TrafficKey(secret, RekeyPolicy.Standard));
        return (new RawEnd(near, new TrafficKey(secret, RekeyPolicy.Standard)), link);
    }

    private sealed class RawEnd(IConnection connection, TrafficKey key)
    {
        public IConnection Connection => connection;

        public async Task Write(byte[] bytes) => await connection.Stream.WriteAsync(bytes);

        public byte[] SealHead(byte[] content, byte flags)
        {
            var payload = content.Length + TrafficKey.TagBytes;
            var frame = new byte[FramePrefix.Bytes + payload];
            byte[] prefix = [flags, (byte)(payload >> 16), (byte)(payload >> 8), (byte)payload];
            prefix.CopyTo(frame, 0);
            key.Seal(prefix, content, frame.AsSpan(4, content.Length), frame.AsSpan(4 + content.Length));
            return frame;
        }

        public async Task StartPiece(int pieceBytes)
        {
            var buffer = new byte[WireLimits.HeadBytesMax];
            var length = MessageCodec.Encode(LinkFixture.Piece(pieceBytes), buffer);
            await Write(SealHead(buffer[..length], 5));
        }
    }
}
