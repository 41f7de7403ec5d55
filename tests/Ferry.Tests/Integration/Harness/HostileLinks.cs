using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ferry.Tests.Transports.Plain;
using static Ferry.Tests.Transports.Plain.PlainBytes;

namespace Ferry.Tests.Integration.Harness;

/// <summary>
/// Strangers that are let in, since a node is open, and keep it busy as best they can: each connects again whenever it
/// is thrown out. They speak by the second implementation (Transports/Plain), whose bytes nothing checks.
/// </summary>
internal sealed class HostileLinks : IAsyncDisposable
{
    /// <summary>Each makes so many messages a second at most: they are to load the node, not this machine.</summary>
    private const int MessagesPerSecond = 100;

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);

    /// <summary>Making it takes longer than a node takes to refuse it.</summary>
    private static readonly SslStreamCertificateContext AnotherKey = MakeAnotherKey();

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly Door _door;
    private readonly HostileWords _words;
    private int _linked;
    private int _dialed;

    /// <param name="words">About what the victim shares, or carries.</param>
    /// <param name="kind">What all of them do; empty: as many do each.</param>
    public HostileLinks(Door door, HostileWords words, int count, string kind)
    {
        (_door, _words) = (door, words);
        Dictionary<string, Func<Task>> all = new(StringComparer.Ordinal)
        {
            ["floods"] = FloodAsync,
            ["captures"] = CaptureAsync,
            ["lanes"] = KeepLanesAsync,
            ["manifests"] = AskForManifestsAsync,
            ["deaf"] = HearNothingAsync,
            ["searches"] = SearchAsync,
            ["half open"] = StayHalfOpenAsync,
            ["key offers"] = OfferKeysAsync,
            ["garbage"] = SayGarbageAsync,
            ["certificates"] = ShowAnotherKeyAsync,
        };
        Func<Task>[] kinds = kind.Length > 0 ? [all[kind]] : [.. all.Values];
        for (var index = 0; index < count; index++) _running.Add(AgainAndAgainAsync(kinds[index % kinds.Length]));
    }

    /// <summary>How many links were made so far, of those that want one.</summary>
    public int Linked => Volatile.Read(ref _linked);

    /// <summary>How often one was to connect.</summary>
    public int Dialed => Volatile.Read(ref _dialed);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private async Task AgainAndAgainAsync(Func<Task> attack)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await attack();
                await Task.Delay(Again, _stop.Token);
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException
                or CryptographicException or InvalidDataException or ObjectDisposedException
                or OperationCanceledException)
            {
                // Thrown out, or over.
            }
        }
    }

    /// <summary>Looks for nodes that there are not, in the names of nodes that there are not.</summary>
    private Task FloodAsync() => LinkedAsync((_, link) => SayAsync(link, HostileWords.LookForNobody));

    /// <summary>Searches for names that are like many.</summary>
    private Task SearchAsync() => LinkedAsync((node, link) =>
        SayAndHearAsync(link, () => HostileWords.Search(node.Id)));

    /// <summary>Each answer is far longer.</summary>
    private Task AskForManifestsAsync() => LinkedAsync((node, link) =>
        SayAndHearAsync(link, () => _words.AskForManifest(node.Id, link.Peer)));

    /// <summary>Each costs the holder a signature to check.</summary>
    private Task OfferKeysAsync() => LinkedAsync((node, link) =>
        SayAndHearAsync(link, () => _words.OfferKeys(node.Id, link.Peer)));

    /// <summary>Asks, and does not read what comes.</summary>
    private Task HearNothingAsync() => LinkedAsync((node, link) =>
        SayAsync(link, () => _words.AskForManifest(node.Id, link.Peer)));

    /// <summary>Says that it has what is looked for, and tells whoever believes it leaves of something else.</summary>
    private Task CaptureAsync() => LinkedAsync(async (node, link) =>
    {
        while (true)
        {
            if (_words.Lie(await link.ReceiveAsync(), node.Id) is { } lie) await link.SendAsync(lie);
        }
    });

    /// <summary>Says the same, agrees on keys with whoever asks, and sends nothing.</summary>
    private Task KeepLanesAsync() => LinkedAsync(async (node, link) =>
    {
        while (true)
        {
            if (_words.Accept(await link.ReceiveAsync(), node) is { } promise) await link.SendAsync(promise);
        }
    });

    private async Task StayHalfOpenAsync()
    {
        using var tcp = await ConnectAsync();
        await SayOnceAsync(tcp, [0x16, 3, 1, 0x3e, 0x80, 1, 0]);
    }

    private async Task SayGarbageAsync()
    {
        using var tcp = await ConnectAsync();
        await SayOnceAsync(tcp, RandomNumberGenerator.GetBytes(2_000));
    }

    /// <summary>A certificate that no node has: of another kind of key.</summary>
    private async Task ShowAnotherKeyAsync()
    {
        using var tcp = await ConnectAsync();
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "stranger",
                ClientCertificateContext = AnotherKey,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
            _stop.Token);
        while (await tls.ReadAsync(new byte[1024], _stop.Token) > 0) { }
    }

    private static SslStreamCertificateContext MakeAnotherKey()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        return SslStreamCertificateContext.Create(certificate, null, offline: true);
    }

    private async Task SayOnceAsync(TcpClient tcp, byte[] bytes)
    {
        await tcp.GetStream().WriteAsync(bytes, _stop.Token);
        while (await tcp.GetStream().ReadAsync(new byte[1024], _stop.Token) > 0) { }
    }

    private async Task LinkedAsync(Func<PlainNode, Neighbour, Task> attack)
    {
        using var tcp = await ConnectAsync();
        using var node = new PlainNode();
        using var hangUp = _stop.Token.Register(tcp.Dispose);
        await using var handshake = new PlainHandshake(tcp.GetStream(), node, dials: true);
        if (await handshake.RunAsync(PlainMembership.None, "stranger") is not { } link) return;
        Interlocked.Increment(ref _linked);
        // Nobody sends to who does not make itself known.
        var neighbour = new Neighbour(link, handshake.Peer);
        await neighbour.SendAsync(HostileWords.MakeKnown(node.Id, neighbour.Peer));
        await attack(node, neighbour);
    }

    private async Task SayAndHearAsync(Neighbour link, Func<byte[]> message) =>
        await await Task.WhenAny(link.DrainAsync(), SayAsync(link, message));

    private async Task SayAsync(Neighbour link, Func<byte[]> message)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / MessagesPerSecond));
        while (await pace.WaitForNextTickAsync(_stop.Token)) await link.SendAsync(message());
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var host = _door.Hosts[Interlocked.Increment(ref _dialed) % _door.Hosts.Count];
        var tcp = new TcpClient(new IPEndPoint(host, 0));
        await tcp.ConnectAsync(_door.Node, _stop.Token);
        return tcp;
    }

    private sealed record Neighbour(PlainLink Link, byte[] Peer)
    {
        public Task SendAsync(byte[] message) => Link.SendAsync(message);
        public Task<byte[]> ReceiveAsync() => Link.ReceiveAsync();
        public Task DrainAsync() => Link.DrainAsync();
    }
}
