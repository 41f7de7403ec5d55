using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Transports;
using Ferry.Transports.Memory;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

/// <summary>A listener whose dialer sends arbitrary bytes.</summary>
public sealed class HostileHandshakeTests
{
    private const string SpeltOut = """
        MIICZDCCAgmgAwIBAgIUJBHucAv3W9lDLHZWmkdM9OQ4C6cwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBeDAgFw0yNjExMjcw
        NDMxNDZaGA8yMTI2MTEwMzA0MzE0NlowDDEKMAgGA1UEAwwBeDCCAUswggEDBgcqhkjOPQIBMIH3AgEBMCwGByqGSM49AQEC
        IQD/////AAAAAQAAAAAAAAAAAAAAAP///////////////zBbBCD/////AAAAAQAAAAAAAAAAAAAAAP///////////////AQg
        WsY12Ko6k+ez671VdpiGvGUdBrDMU7D2O848PifSYEsDFQDEnTYIhucEk2pmeOETnSa3gZ9+kARBBGsX0fLhLEJH+Lzm5WOk
        QPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfUCIQD/////AAAAAP//////////vOb6
        racXnoTzucrC/GMlUQIBAQNCAARKnQGPepQ9KofTby+i84wBTbJ4/uW4yJiV3b9cx9+pDsWKgkvt4GagO2crS3Ra07qflxH6
        suPoFyLJ0Nst5H2/o1MwUTAdBgNVHQ4EFgQUBmy9ux84tzYhSNGU8sr1pNccPPMwHwYDVR0jBBgwFoAUBmy9ux84tzYhSNGU
        8sr1pNccPPMwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA42s7Q09QRGnTrAoOHS3puZSHIJfmrjoW7HOD
        9+OmhycCIQCdNSSJpwqN6srtCxl663bVc2BGjBZBTEZXirBxObAffQ==
        """;

    private readonly TestClock _time = new();
    private readonly IConnection _stranger;
    private readonly Task<Outcome<SecureLink>> _listening;

    public HostileHandshakeTests()
    {
        var (stranger, listener) = MemoryConnection.Pair(MemoryConnection.DefaultTraits);
        _stranger = stranger;
        _listening = Handshake.ListenAsync(listener, LinkFixture.Settings(time: _time), CancellationToken.None);
    }

    [Fact]
    public async Task Silence_ends_at_the_time_limit()
    {
        _time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(_listening.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await AssertFails(LinkFailureKind.TimedOut);
        Assert.Equal(0, _time.Armed);
    }

    [Fact]
    public async Task Garbage_is_not_Ferry()
    {
        await _stranger.Stream.WriteAsync("GET / HTTP/1.1\r\nHost: ferry\r\n\r\n"u8.ToArray());
        await AssertFails(LinkFailureKind.NotFerry);
        // Who was called has no address to check.
        Assert.EndsWith("protocol", (await _listening).Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_at_once_is_a_lost_connection()
    {
        await _stranger.DisposeAsync();
        await AssertFails(LinkFailureKind.ConnectionLost);
    }

    [Fact]
    public async Task Caller_that_gives_up_sees_its_own_cancellation()
    {
        using var cancel = new CancellationTokenSource();
        var (stranger, listener) = MemoryConnection.Pair(MemoryConnection.DefaultTraits);
        var listening = Handshake.ListenAsync(listener, LinkFixture.Settings(time: _time), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening.WaitAsync(Patience.Limit));
        Assert.Equal(0, await stranger.Stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task Peer_without_a_key_is_not_Ferry()
    {
        await TryTls(null);
        await AssertFails(LinkFailureKind.NotFerry);
    }

    [Fact]
    public async Task Peer_with_a_key_of_another_kind_is_not_Ferry()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var start = DateTimeOffset.UnixEpoch;
        using var certificate = request.CreateSelfSigned(start, start.AddYears(100));
        await TryTls(certificate);
        await AssertFails(LinkFailureKind.NotFerry);
    }

    [Fact]
    public void Certificate_whose_key_spells_its_curve_out_is_nobodys()
    {
        // The framework makes no such certificate: openssl ecparam -genkey -param_enc explicit, openssl req -x509.
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(SpeltOut));
        Assert.Null(Identity.IdOf(certificate));
    }

    [Fact]
    public async Task What_the_platform_throws_at_a_strangers_bytes_fails_the_handshake_alone()
    {
        var settings = LinkFixture.Settings() with { Admit = _ => throw new FormatException("no key") };
        var (_, listener) = await LinkFixture.ShakeHands(LinkFixture.Settings(), settings);
        Assert.Equal(LinkFailureKind.NotFerry, listener.Failure?.Kind);
        Assert.Contains("FormatException", listener.Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_within_TLS_ends_at_the_time_limit()
    {
        await using var tls = await Tls();
        _time.Advance(TimeSpan.FromSeconds(15));
        await AssertFails(LinkFailureKind.TimedOut);
    }

    [Theory]
    [InlineData(new byte[] { 9, 0, 0 })]
    [InlineData(new byte[] { 1, 0xFF, 0xFF })]
    [InlineData(new byte[] { 1, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 2, 0, 0 })]
    [InlineData(new byte[] { 3, 0, 0 })]
    public async Task Record_that_is_no_hello_is_not_Ferry(byte[] record)
    {
        await using var tls = await Tls();
        await tls.WriteAsync(record);
        await AssertFails(LinkFailureKind.NotFerry);
    }

    [Fact]
    public async Task Half_a_hello_and_the_end_is_a_lost_connection()
    {
        await using var tls = await Tls();
        await tls.WriteAsync(new byte[] { 1, 0, 200, 0, 1 });
        await _stranger.DisposeAsync();
        await AssertFails(LinkFailureKind.ConnectionLost);
    }

    [Fact]
    public async Task Join_that_cannot_be_read_is_answered_with_a_reason()
    {
        await using var tls = await Tls();
        byte[] join = [(byte)MessageType.Join, 0, 1, 0, 1, 7];
        await HandshakeRecord.WriteHelloAsync(tls, join, new byte[32], CancellationToken.None);
        await AssertRejected(tls, RejectReason.BadHello);
        await AssertFails(LinkFailureKind.NotFerry);
    }

    [Fact]
    public async Task Join_in_the_name_of_another_node_is_answered_with_a_reason()
    {
        using var self = Identity.Create();
        await using var tls = await Tls(self);
        await SayHello(tls, new NodeId(new Bytes32(9, 9, 9, 9)));
        await AssertRejected(tls, RejectReason.BadHello);
        await AssertFails(LinkFailureKind.NotFerry);
    }

    [Fact]
    public async Task Join_with_a_nickname_is_answered_with_a_reason()
    {
        using var self = Identity.Create();
        await using var tls = await Tls(self);
        await SayHello(tls, self.Id, "stranger");
        await AssertRejected(tls, RejectReason.BadHello);
        await AssertFails(LinkFailureKind.NotFerry);
    }

    [Fact]
    public async Task Whoever_only_connects_is_not_told_the_nickname()
    {
        var (stranger, listener) = MemoryConnection.Pair(MemoryConnection.DefaultTraits);
        var settings = LinkFixture.Settings(nickname: "captains-laptop") with
        {
            Admit = _ => new AdmissionResult.Refused("no"),
        };
        var listening = Handshake.ListenAsync(listener, settings, CancellationToken.None);
        using var self = Identity.Create();
        await using var tls = new SslStream(stranger.Stream, leaveInnerStreamOpen: true);
        await TlsIdentity.ProveAsync(tls, self, dialed: true, CancellationToken.None);
        await SayHello(tls, self.Id);
        await HandshakeRecord.WriteFinishAsync(tls, new FinishRecord(default, "x"), CancellationToken.None);

        var told = new List<byte>();
        while (await HandshakeRecord.ReadAsync(tls, CancellationToken.None) is { } record)
        {
            told.AddRange(record.Payload.Span);
            if (record.Kind == HandshakeRecordKind.Reject) break;
        }

        Assert.DoesNotContain("captains", Encoding.Latin1.GetString([.. told]), StringComparison.Ordinal);
        await stranger.DisposeAsync();
        Assert.False((await listening.WaitAsync(Patience.Limit)).Succeeded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0001")]
    [InlineData("000141FF")]
    [InlineData("000107")]
    [InlineData("0001C0")]
    [InlineData("0041")]
    [InlineData("010000")]
    [InlineData("2000")]
    [InlineData("FF00")]
    public void Finish_that_is_none_is_not_read(string hexadecimal) =>
        Assert.Null(FinishRecord.Decode(Convert.FromHexString(hexadecimal)));

    [Fact]
    public void Finish_has_one_form()
    {
        var longest = new FinishRecord(default, new string('x', WireLimits.NicknameBytesMax));
        Assert.Equal(longest.Nickname, FinishRecord.Decode(longest.Encode())?.Nickname);
        Assert.Null(FinishRecord.Decode([0, 65, .. new byte[65].Select(_ => (byte)'x')]));
        byte[] proof = [7, .. new byte[MembershipProof.Bytes - 1]];
        Assert.Equal(proof, FinishRecord.Decode(new FinishRecord(proof, "").Encode())?.Proof.ToArray());
    }

    [Fact]
    public async Task Rejected_peer_that_stays_silent_does_not_hold_the_listener()
    {
        await using var tls = await Tls();
        await HandshakeRecord.WriteHelloAsync(tls, new byte[] { 1 }, new byte[32], CancellationToken.None);
        Assert.NotNull(await HandshakeRecord.ReadAsync(tls, CancellationToken.None));
        Assert.NotNull(await HandshakeRecord.ReadAsync(tls, CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(2));
        await AssertFails(LinkFailureKind.NotFerry);
    }

    [Fact]
    public async Task First_frame_under_other_keys_is_not_Ferry()
    {
        using var self = Identity.Create();
        await using var tls = await Tls(self);
        await SayHello(tls, self.Id);
        Assert.Equal(HandshakeRecordKind.Hello, (await HandshakeRecord.ReadAsync(tls, CancellationToken.None))?.Kind);
        await HandshakeRecord.WriteFinishAsync(tls, new FinishRecord(default, "stranger"), CancellationToken.None);
        Assert.Equal(HandshakeRecordKind.Finish, (await HandshakeRecord.ReadAsync(tls, CancellationToken.None))?.Kind);
        byte[] ready = [4, 0, 0, TrafficKey.TagBytes, .. new byte[TrafficKey.TagBytes]];
        await _stranger.Stream.WriteAsync(ready);
        await AssertFails(LinkFailureKind.NotFerry);
    }

    [Fact]
    public async Task Handshake_cut_off_anywhere_fails_without_an_exception()
    {
        var whole = await Cut(int.MaxValue);
        Assert.Null(whole.Failure);
        // Signatures differ in length: another handshake may need some bytes fewer than this one.
        const int Spread = 16;
        for (var bytes = 0; bytes < whole.Passed - Spread; bytes += 23)
        {
            var cut = await Cut(bytes);
            Assert.Equal(LinkFailureKind.ConnectionLost, cut.Failure?.Kind);
        }
    }

    private async Task AssertFails(LinkFailureKind kind)
    {
        var outcome = await _listening.WaitAsync(Patience.Limit);
        Assert.Equal(kind, outcome.Failure?.Kind);
        Assert.Contains("memory://dialer", outcome.Failure!.Text, StringComparison.Ordinal);
    }

    private static async Task AssertRejected(Stream tls, RejectReason reason)
    {
        Assert.Equal(HandshakeRecordKind.Hello, (await HandshakeRecord.ReadAsync(tls, CancellationToken.None))?.Kind);
        var record = await HandshakeRecord.ReadAsync(tls, CancellationToken.None);
        Assert.Equal(reason, record?.SplitReject().Reason);
        await HandshakeRecord.WriteFinishAsync(tls, new FinishRecord(default, "stranger"), CancellationToken.None);
    }

    private static Task SayHello(Stream tls, NodeId node, string nickname = "")
    {
        var join = new Join(1, 1, node, nickname, 1000, ReadOnlyMemory<byte>.Empty, Run: 0);
        var buffer = new byte[WireLimits.HeadBytesMax];
        var length = MessageCodec.Encode(join, buffer);
        return HandshakeRecord.WriteHelloAsync(tls, buffer.AsMemory(0, length), new byte[32], CancellationToken.None);
    }

    private async Task<SslStream> Tls(Identity? self = null)
    {
        var tls = new SslStream(_stranger.Stream, leaveInnerStreamOpen: true);
        await TlsIdentity.ProveAsync(tls, self ?? Identity.Create(), dialed: true, CancellationToken.None);
        return tls;
    }

    /// <summary>In TLS 1.3 the client learns only later that its certificate was not liked.</summary>
    private async Task TryTls(X509Certificate2? certificate)
    {
        await using var tls = new SslStream(_stranger.Stream, leaveInnerStreamOpen: true);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "ferry",
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            ClientCertificates = certificate is null ? null : [certificate],
        };
        await tls.AuthenticateAsClientAsync(options);
    }

    /// <summary>Two nodes over a wire that passes so many of the dialer's bytes and then breaks.</summary>
    private static async Task<(LinkFailure? Failure, int Passed)> Cut(int bytes)
    {
        var (near, wireNear) = MemoryConnection.Pair(MemoryConnection.DefaultTraits);
        var (wireFar, far) = MemoryConnection.Pair(MemoryConnection.DefaultTraits);
        var dialing = Handshake.DialAsync(near, LinkFixture.Settings(), null, CancellationToken.None);
        var listening = Handshake.ListenAsync(far, LinkFixture.Settings(), CancellationToken.None);
        var passed = 0;
        var back = wireFar.Stream.CopyToAsync(wireNear.Stream);
        var buffer = new byte[4096];
        while (passed < bytes && !listening.IsCompleted)
        {
            var room = buffer.AsMemory(0, Math.Min(buffer.Length, bytes - passed));
            var reading = wireNear.Stream.ReadAsync(room).AsTask();
            if (await Task.WhenAny(reading, listening) == listening) break;
            var read = await reading;
            if (read == 0) break;
            await wireFar.Stream.WriteAsync(buffer.AsMemory(0, read));
            passed += read;
        }

        if (bytes != int.MaxValue) await wireFar.DisposeAsync();
        var outcome = await listening.WaitAsync(Patience.Limit);
        if (outcome.Succeeded) await outcome.Value.DisposeAsync();
        await wireNear.DisposeAsync();
        var dialed = await dialing.WaitAsync(Patience.Limit);
        if (dialed.Succeeded) await dialed.Value.DisposeAsync();
        _ = back;
        return (outcome.Failure, passed);
    }
}
