using System.Net.Sockets;
using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

/// <summary>
/// An authenticated, encrypted, ordered connection to a neighbour, after the handshake. One caller reads and one
/// writes, at the same time if they like; whoever owns the link disposes it when both have stopped.
/// </summary>
public sealed class SecureLink : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;

    internal SecureLink(
        IConnection connection, Join peerJoin, ushort version, bool dialed, TrafficKey sending, TrafficKey receiving)
    {
        _connection = connection;
        PeerJoin = peerJoin;
        Version = version;
        Dialed = dialed;
        var own = connection.Traits.FrameBytesMax;
        Traits = connection.Traits with { FrameBytesMax = Math.Min(own, peerJoin.FrameBytesMax) };
        _reader = new FrameReader(connection, receiving, own);
        _writer = new FrameWriter(connection.Stream, sending, Traits.FrameBytesMax);
    }

    public NodeId Peer => PeerJoin.Node;
    public Join PeerJoin { get; }

    /// <summary>The protocol version of this link.</summary>
    public ushort Version { get; }

    /// <summary>What both ends have proven beside their keys.</summary>
    public ProofKind Proof { get; init; }

    /// <summary>This node made the connection.</summary>
    public bool Dialed { get; }

    /// <summary>With the most bytes that a frame may carry to the other end.</summary>
    public LinkTraits Traits { get; }

    /// <summary>How the neighbour is reached, for people.</summary>
    public string Address => _connection.RemoteAddress;

    /// <summary>Where the link runs: see <see cref="LinkPath"/>.</summary>
    public string Path => LinkPath.Of(_connection);

    /// <summary>Bytes written that have not arrived; null where the kernel does not tell.</summary>
    public SendBacklog? Backlog => _connection.Backlog;

    /// <summary>Bulk frames are still to be written before another bulk message may start.</summary>
    public bool BulkPending => _writer.BulkPending;

    /// <summary>
    /// The next message, whose body is the caller's; or the link's end, after which nothing more comes. Messages of
    /// optional types that this version does not know are passed over.
    /// </summary>
    public async ValueTask<LinkReceived> ReceiveAsync(CancellationToken cancel)
    {
        try
        {
            return await _reader.ReceiveAsync(cancel);
        }
        catch (Exception e) when (IsLoss(e))
        {
            return LinkReceived.Ended(LinkCloseReason.ConnectionLost, $"the connection was lost: {e.Message}");
        }
    }

    /// <summary>
    /// Reads and drops until the other end closes, so that a reset does not cut off the last messages of either end.
    /// </summary>
    public async Task DiscardAsync(CancellationToken cancel)
    {
        var waste = new byte[4096];
        try
        {
            while (await _connection.Stream.ReadAsync(waste, cancel) > 0)
            {
                // Nothing that comes now matters.
            }
        }
        catch (Exception e) when (IsLoss(e))
        {
            // The connection's end is what was waited for.
        }
    }

    /// <summary>
    /// Writes a message that has no body. Returns the bytes written, or null when the connection is lost.
    /// </summary>
    public async ValueTask<int?> WriteAsync(Message message, CancellationToken cancel)
    {
        try
        {
            return await _writer.WriteAsync(message, cancel);
        }
        catch (Exception e) when (IsLoss(e))
        {
            return null;
        }
    }

    /// <summary>
    /// Takes the body over. Its frames leave by <see cref="ContinueBulkAsync"/> while <see cref="BulkPending"/>.
    /// </summary>
    public void StartBulk(FileTransfer transfer, PooledBody body) => _writer.StartBulk(transfer, body);

    /// <summary>
    /// Writes one frame of the bulk message, of about so many bytes at most. Returns the bytes written, or null when
    /// the connection is lost.
    /// </summary>
    public async ValueTask<int?> ContinueBulkAsync(int bytesMax, CancellationToken cancel)
    {
        try
        {
            return await _writer.ContinueBulkAsync(bytesMax, cancel);
        }
        catch (Exception e) when (IsLoss(e))
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _reader.Dispose();
        _writer.Dispose();
    }

    internal ValueTask WriteReadyAsync(CancellationToken cancel) => _writer.WriteReadyAsync(cancel);

    private static bool IsLoss(Exception e) => e is IOException or SocketException;
}
