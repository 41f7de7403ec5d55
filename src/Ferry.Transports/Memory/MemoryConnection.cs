using System.IO.Pipelines;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Memory;

/// <summary>
/// One end of a connection within the process: two pipes, one each way, with the backpressure of a socket.
/// </summary>
internal sealed class MemoryConnection : IConnection
{
    public static readonly LinkTraits DefaultTraits =
        new("memory", WireLimits.BodyBytesMax, 1_000_000_000, TimeSpan.FromMilliseconds(1));

    private readonly DuplexStream _stream;

    private MemoryConnection(PipeReader reader, PipeWriter writer, LinkTraits traits, string local, string remote)
    {
        _stream = new DuplexStream(reader.AsStream(), writer.AsStream());
        Traits = traits;
        LocalAddress = local;
        RemoteAddress = remote;
    }

    public Stream Stream => _stream;
    public LinkTraits Traits { get; }
    public string LocalAddress { get; }
    public string RemoteAddress { get; }

    /// <summary>Two ends joined to each other.</summary>
    public static (MemoryConnection Dialer, MemoryConnection Listener) Pair(
        LinkTraits traits, string dialer = "memory://dialer", string listener = "memory://listener")
    {
        var there = new Pipe();
        var back = new Pipe();
        return (
            new MemoryConnection(back.Reader, there.Writer, traits, dialer, listener),
            new MemoryConnection(there.Reader, back.Writer, traits, listener, dialer));
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
