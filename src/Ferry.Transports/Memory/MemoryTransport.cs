using System.Threading.Channels;
using Ferry.Protocol.Values;

namespace Ferry.Transports.Memory;

/// <summary>Connections within one process, by name. Tests run whole nodes over it.</summary>
internal sealed class MemoryTransport(LinkTraits traits) : ITransport
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Listening> _listening = new(StringComparer.Ordinal);

    public MemoryTransport()
        : this(MemoryConnection.DefaultTraits)
    {
    }

    public string Scheme => "memory";

    public Task<Outcome<IListener>> ListenAsync(NodeAddress address, CancellationToken cancel)
    {
        var name = ((NodeAddress.Memory)address).Name;
        var listening = new Listening(this, name);
        lock (_lock)
        {
            return Task.FromResult(_listening.TryAdd(name, listening)
                ? Outcome<IListener>.Of(listening)
                : new LinkFailure(LinkFailureKind.AddressInUse, $"somebody listens at {address} already"));
        }
    }

    public Task<Outcome<IConnection>> ConnectAsync(NodeAddress address, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_listening.TryGetValue(((NodeAddress.Memory)address).Name, out var listening))
            {
                var (dialer, listener) = MemoryConnection.Pair(traits, "memory://dialer", address.ToString());
                listening.Arrived.Writer.TryWrite(listener);
                return Task.FromResult(Outcome<IConnection>.Of(dialer));
            }
        }

        return Task.FromResult(Outcome<IConnection>.Failed(
            new(LinkFailureKind.ConnectionRefused, $"nobody listens at {address}")));
    }

    private sealed class Listening(MemoryTransport transport, string name) : IListener
    {
        public Channel<IConnection> Arrived { get; } = Channel.CreateUnbounded<IConnection>();
        public string BoundAddress => $"memory://{name}";

        public async Task<IConnection?> AcceptAsync(CancellationToken cancel) =>
            await Arrived.Reader.WaitToReadAsync(cancel) && Arrived.Reader.TryRead(out var connection)
                ? connection
                : null;

        public async ValueTask DisposeAsync()
        {
            lock (transport._lock) transport._listening.Remove(name);
            Arrived.Writer.TryComplete();
            while (Arrived.Reader.TryRead(out var connection)) await connection.DisposeAsync();
        }
    }
}
