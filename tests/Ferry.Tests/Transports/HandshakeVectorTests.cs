using Ferry.Protocol.Values;
using Ferry.Tests.Transports.Plain;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

/// <summary>Keys and proofs of a handshake, made by a third program: ours agrees with it, and so does Plain/.</summary>
public sealed class HandshakeVectorTests
{
    private static readonly Dictionary<string, byte[]> Vectors = File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", "handshake.vectors"))
        .Where(line => !line.StartsWith('#')).Select(line => line.Split(" = "))
        .ToDictionary(parts => parts[0], parts => Convert.FromHexString(parts[1]));

    private readonly HandshakeSide _dialer = Side("dialer");
    private readonly HandshakeSide _listener = Side("listener");

    [Fact]
    public void Keys_of_a_link()
    {
        var (fromDialer, fromListener) = LinkSecrets.Derive(2, _dialer, _listener);
        AssertIs("dialer traffic secret", fromDialer);
        AssertIs("listener traffic secret", fromListener);

        using var key = new TrafficKey(fromDialer, RekeyPolicy.Standard);
        AssertIs("ready", Frame(key, []));
        AssertIs("heartbeat 9 as the second frame", Frame(key, [3, 0, 0, 0, 0, 0, 0, 0, 9]));
    }

    [Fact]
    public void Renewed_key_is_of_the_next_secret()
    {
        using var renewed = new TrafficKey(Vectors["dialer traffic secret"], new RekeyPolicy(1, long.MaxValue));
        Frame(renewed, []);
        using var next = new TrafficKey(Vectors["dialer traffic secret after a renewal"], RekeyPolicy.Standard);
        Assert.Equal(Frame(next, [1, 2, 3]), Frame(renewed, [1, 2, 3]));
    }

    [Fact]
    public void Proofs_of_a_ticket()
    {
        var secret = Vectors["ticket secret"];
        var settings = LinkFixture.Settings() with { Ticket = secret, Tickets = () => [secret] };
        var dialer = new MembershipProof(settings, dialed: true);
        Assert.True(dialer.Meet([], 2, _dialer, _listener));
        AssertIs("ticket proof of the dialer", dialer.Own.ToArray());
        Assert.True(dialer.Verify(Vectors["ticket proof of the listener"]));

        var listener = new MembershipProof(settings, dialed: false);
        Assert.True(listener.Meet([1], 2, _dialer, _listener));
        Assert.True(listener.Verify(Vectors["ticket proof of the dialer"]));
        AssertIs("ticket proof of the listener", listener.Own.ToArray());
    }

    [Fact]
    public void Number_of_a_passphrase() => AssertIs(
        "w of the passphrase bafod gihun", PassphraseKey.Of("bafod gihun").W.ToByteArrayUnsigned());

    [Fact]
    public void Second_implementation_comes_to_the_same()
    {
        var both = new PlainTranscript(Plainly("dialer"), Plainly("listener"), Version: 2);
        AssertIs("dialer traffic secret", both.SecretOf(dialer: true));
        AssertIs("listener traffic secret", both.SecretOf(dialer: false));
        AssertIs("binding", both.Binding);
        AssertIs("ticket proof of the dialer", both.TicketProof(Vectors["ticket secret"], dialer: true));
        AssertIs("ticket proof of the listener", both.TicketProof(Vectors["ticket secret"], dialer: false));
        var key = new PlainTrafficKey(both.SecretOf(dialer: true));
        AssertIs("dialer key", key.Key);
        AssertIs("dialer nonce base", key.Base);
        AssertIs("dialer traffic secret after a renewal", key.Next);
        AssertIs("ready", new PlainLink(Stream.Null, both.SecretOf(dialer: true), []).Ready);
    }

    private static byte[] Frame(TrafficKey key, byte[] content)
    {
        byte[] prefix = [4, 0, 0, (byte)(content.Length + TrafficKey.TagBytes)];
        var (bytes, tag) = (new byte[content.Length], new byte[TrafficKey.TagBytes]);
        key.Seal(prefix, content, bytes, tag);
        return [.. prefix, .. bytes, .. tag];
    }

    private static HandshakeSide Side(string name)
    {
        var plain = Plainly(name);
        return new HandshakeSide(new NodeId(Bytes32.From(plain.Id)), plain.Join, plain.Secret);
    }

    private static PlainSide Plainly(string name)
    {
        var join = Vectors[$"{name} join"];
        return new PlainSide(join[5..37], join, Vectors[$"{name} secret"]);
    }

    private static void AssertIs(string name, byte[] bytes) =>
        Assert.Equal(Convert.ToHexStringLower(Vectors[name]), Convert.ToHexStringLower(bytes));
}
