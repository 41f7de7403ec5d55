using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;

namespace Ferry.Transports;

/// <summary>
/// One way of moving bytes between two machines. A transport knows addresses and makes ordered byte streams; what
/// crosses them, and who may, is decided in Secure/ for all transports alike.
/// </summary>
public interface ITransport
{
    /// <summary>The first part of its addresses, such as <c>tcp</c>.</summary>
    string Scheme { get; }

    Task<Outcome<IListener>> ListenAsync(NodeAddress address, CancellationToken cancel);
    Task<Outcome<IConnection>> ConnectAsync(NodeAddress address, CancellationToken cancel);
}

/// <summary>Takes connections until it is disposed.</summary>
public interface IListener : IAsyncDisposable
{
    /// <summary>Where it listens; with the port that was taken when port 0 was asked for.</summary>
    string BoundAddress { get; }

    /// <summary>Where others can connect to it now: a wildcard stands for the machine's addresses.</summary>
    IReadOnlyList<string> Addresses => [BoundAddress];

    /// <summary>A sentence for people about what limits the listening; null when nothing does.</summary>
    string? Caveat => null;

    /// <summary>The next connection; null once the listener is closed.</summary>
    Task<IConnection?> AcceptAsync(CancellationToken cancel);
}

/// <summary>
/// An ordered byte stream to another machine, and what it is like. Disposing it ends the stream at once.
/// </summary>
public interface IConnection : IAsyncDisposable
{
    Stream Stream { get; }
    LinkTraits Traits { get; }
    string RemoteAddress { get; }
    string LocalAddress { get; }

    /// <summary>Bytes written that have not arrived; null where the kernel does not tell.</summary>
    SendBacklog? Backlog => null;

    /// <summary>
    /// The stream's reader has no use for less than so many bytes, which come in any case; 1 when it has again. Reading
    /// may give it less all the same.
    /// </summary>
    void WakeReaderAt(int bytes)
    {
        // Where the system cannot, the reader wakes up for less.
    }
}
