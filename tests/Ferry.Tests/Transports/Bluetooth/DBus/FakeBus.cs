using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Ferry.Tests.Integration.Harness;

namespace Ferry.Tests.Transports.Bluetooth.DBus;

/// <summary>What a caller asked of the bus, or of the daemon behind it.</summary>
/// <param name="Text">The arguments' bytes, as far as they are text.</param>
internal sealed record BusRequest(string Method, string Path, string Text, uint Serial);

/// <summary>
/// The system's message bus with a daemon behind it, Bluetooth's or another, over a real socket: it answers as it is
/// told to, not at all to <see cref="Silent"/> methods, and goes away when it is disposed.
/// </summary>
internal sealed class FakeBus : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<BusRequest> _requests = Channel.CreateUnbounded<BusRequest>();
    private readonly Lock _gate = new();
    private readonly List<Socket> _callers = [];
    private readonly List<Task> _serving = [];
    private bool _isGone;

    /// <param name="address">That of a bus that was there before; null for one of its own.</param>
    public FakeBus(string? address = null)
    {
        Address = address ?? NewAddress();
        _listener.Bind(new UnixDomainSocketEndPoint("\0" + Address[(Address.IndexOf('=') + 1)..]));
        _listener.Listen();
        _serving.Add(AcceptAsync());
    }

    public string Address { get; }

    /// <summary>How many callers are there now.</summary>
    public int Connections
    {
        get { lock (_gate) return _callers.Count; }
    }

    /// <summary>Who has the daemon's name; null when it does not run.</summary>
    public string? Daemon { get; set; } = ":1.7";

    /// <summary>From methods to the names of the errors that they are answered with.</summary>
    public Dictionary<string, string> Errors { get; } = [];

    /// <summary>Methods that are never answered.</summary>
    public HashSet<string> Silent { get; } = [];

    /// <summary>What the daemon knows, with its signature.</summary>
    public (string Signature, byte[] Bytes) Objects { get; set; } = ("a{oa{sa{sv}}}", new byte[8]);

    /// <summary>From other methods to what they are answered with, and its signature; else with nothing.</summary>
    public Dictionary<string, (string Signature, byte[] Bytes)> Answers { get; } = [];

    /// <summary>Answers to the log-in; a bus that does not take the caller says <c>REJECTED</c>.</summary>
    public string LogIn { get; set; } = "OK 0123456789abcdef0123456789abcdef";

    /// <summary>An address where no bus is.</summary>
    public static string NewAddress() => $"unix:abstract=ferry-{Guid.NewGuid():n}";

    public Task<BusRequest> NextAsync() =>
        Eventually.InTimeAsync("a call", _requests.Reader.ReadAsync(_stop.Token).AsTask());

    /// <summary>The next call of this method; others are passed over.</summary>
    public async Task<BusRequest> NextAsync(string method)
    {
        while (true)
        {
            var next = await NextAsync();
            if (next.Method == method) return next;
        }
    }

    /// <summary>Sends a signal to all callers that are there, of the daemon unless said otherwise.</summary>
    public async Task SignalAsync(string type, string name, string signature, byte[] body, string? sender = null)
    {
        var signal = new BusBytes().Raw((byte)'l', 4, 1, 1).UInt32((uint)body.Length).UInt32(1).Array(8, fields =>
        {
            fields.Align(8).Raw(1).Variant("o", path => path.Text("/made"));
            fields.Align(8).Raw(2).Variant("s", value => value.Text(type));
            fields.Align(8).Raw(3).Variant("s", value => value.Text(name));
            fields.Align(8).Raw(7).Variant("s", value => value.Text(sender ?? Daemon ?? ""));
            fields.Align(8).Raw(8).Variant("g", value => value.Signature(signature));
        }).Align(8).Raw(body).ToArray();
        Socket[] callers;
        lock (_gate) callers = [.. _callers];
        foreach (var caller in callers)
        {
            try
            {
                await caller.SendAsync(signal, _stop.Token);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The caller has just hung up.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isGone) return;
        _isGone = true;
        await _stop.CancelAsync();
        _listener.Dispose();
        lock (_gate) foreach (var caller in _callers.ToList()) caller.Dispose();
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var caller = await _listener.AcceptAsync(_stop.Token);
                lock (_gate)
                {
                    _callers.Add(caller);
                    _serving.Add(ServeAsync(caller));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The bus went away.
        }
    }

    private async Task ServeAsync(Socket caller)
    {
        try
        {
            await using var stream = new NetworkStream(caller, ownsSocket: true);
            if (!await LogInAsync(stream)) return;
            while (true)
            {
                var request = await ReadAsync(stream);
                await _requests.Writer.WriteAsync(request);
                if (Answer(request) is { } answer) await stream.WriteAsync(answer);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Either side hung up.
        }
        finally
        {
            lock (_gate) _callers.Remove(caller);
        }
    }

    /// <summary>The caller's lines until BEGIN, each with its answer.</summary>
    private async Task<bool> LogInAsync(Stream stream)
    {
        while (true)
        {
            var line = new StringBuilder();
            while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
                line.Append((char)(await ReadAsync(stream, 1))[0]);
            var said = line.ToString().Trim('\0', '\r', '\n');
            if (said == "BEGIN") return true;
            var answer = said.StartsWith("AUTH", StringComparison.Ordinal) ? LogIn : "ERROR";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"));
        }
    }

    private static async Task<BusRequest> ReadAsync(Stream stream)
    {
        var head = await ReadAsync(stream, 16);
        var fieldsBytes = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(12));
        var fields = await ReadAsync(stream, (fieldsBytes + 7) / 8 * 8);
        var body = await ReadAsync(stream, BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)));
        var names = ReadFields(fields.AsSpan(0, fieldsBytes));
        return new BusRequest(
            names[3], names[1], Encoding.UTF8.GetString(body), BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8)));
    }

    /// <summary>From the fields' numbers to their values, as far as these are text.</summary>
    private static Dictionary<byte, string> ReadFields(ReadOnlySpan<byte> fields)
    {
        var found = new Dictionary<byte, string>();
        for (var at = 0; at < fields.Length; at = (at + 7) / 8 * 8)
        {
            var (field, type) = (fields[at], (char)fields[at + 2]);
            at += 4;
            if (type is 'u')
            {
                at += 4;
                continue;
            }
            var length = type is 'g' ? fields[at] : BinaryPrimitives.ReadInt32LittleEndian(fields[at..]);
            at += type is 'g' ? 1 : 4;
            found[field] = Encoding.UTF8.GetString(fields.Slice(at, length));
            at += length + 1;
        }

        return found;
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private byte[]? Answer(BusRequest request)
    {
        if (Silent.Contains(request.Method)) return null;
        if (Errors.TryGetValue(request.Method, out var error)) return Fail(request, error);
        return request.Method switch
        {
            "Hello" => Reply(request, "s", new BusBytes().Text(":1.100").ToArray()),
            "GetNameOwner" when Daemon is { } owner => Reply(request, "s", new BusBytes().Text(owner).ToArray()),
            "GetNameOwner" => Fail(request, "org.freedesktop.DBus.Error.NameHasNoOwner"),
            "GetManagedObjects" => Reply(request, Objects.Signature, Objects.Bytes),
            _ when Answers.TryGetValue(request.Method, out var told) => Reply(request, told.Signature, told.Bytes),
            _ => Reply(request, "", []),
        };
    }

    private static byte[] Fail(BusRequest request, string error) =>
        Message(3, request, "s", new BusBytes().Text("odd trouble").ToArray(), error);

    private static byte[] Reply(BusRequest request, string signature, byte[] body) =>
        Message(2, request, signature, body, error: null);

    private static byte[] Message(byte type, BusRequest request, string signature, byte[] body, string? error) =>
        new BusBytes().Raw((byte)'l', type, 1, 1).UInt32((uint)body.Length).UInt32(request.Serial).Array(8, fields =>
        {
            fields.Align(8).Raw(5).Variant("u", serial => serial.UInt32(request.Serial));
            fields.Align(8).Raw(7).Variant("s", sender => sender.Text("org.freedesktop.DBus"));
            if (error is not null) fields.Align(8).Raw(4).Variant("s", name => name.Text(error));
            if (signature != "") fields.Align(8).Raw(8).Variant("g", value => value.Signature(signature));
        }).Align(8).Raw(body).ToArray();
}
