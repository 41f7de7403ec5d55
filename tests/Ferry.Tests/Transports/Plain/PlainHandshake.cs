using System.Net.Security;
using System.Text;
using static Ferry.Tests.Transports.Plain.PlainBytes;

namespace Ferry.Tests.Transports.Plain;

/// <summary>What a side says, in the order in which it does. Ready is the dialer's alone.</summary>
internal enum PlainStep
{
    Hello = 1,
    Finish = 3,
    Ready = 4,
}

/// <summary>
/// A handshake from docs/protocol.md alone, over any stream and as either side. Nothing here or beside it in this
/// folder uses the program. What it sends can be replaced, to lie as nobody outside of TLS could.
/// </summary>
internal sealed class PlainHandshake(Stream wire, PlainNode self, bool dials) : IAsyncDisposable
{
    private const byte RejectKind = 2;

    private readonly SslStream _tls = new(wire, leaveInnerStreamOpen: true);

    /// <summary>Takes a step and its bytes; says which are sent in their place, and whether it goes on then.</summary>
    public Func<PlainStep, byte[], (byte[] Bytes, bool GoesOn)> Send { get; init; } = (_, bytes) => (bytes, true);

    /// <summary>Says its Hello when it has the other's.</summary>
    public bool HearsFirst { get; init; }

    /// <summary>What the other end has said, by step, with the head of the record.</summary>
    public Dictionary<PlainStep, byte[]> Heard { get; } = [];

    /// <summary>What was to be sent, by step.</summary>
    public Dictionary<PlainStep, byte[]> Meant { get; } = [];

    /// <summary>Goes on whatever the other end proves.</summary>
    public bool BelievesAll { get; init; }

    /// <summary>What both ends have said so far; null before both Hellos.</summary>
    public PlainTranscript? Transcript { get; private set; }

    /// <summary>What comes of it when all goes well; null before both Hellos.</summary>
    public PlainLink? Link { get; private set; }

    /// <summary>What both ends have to prove.</summary>
    public (byte[] OfDialer, byte[] OfListener) Proofs { get; private set; }

    public byte[] Peer { get; private set; } = [];
    public string PeerNickname { get; private set; } = "";

    /// <summary>The reason, when the other end has said Reject.</summary>
    public int Rejected { get; private set; }

    /// <summary>Null when it was rejected, or is over as <see cref="Send"/> would have it.</summary>
    /// <exception cref="InvalidDataException">The other end does not do what the documents say.</exception>
    public async Task<PlainLink?> RunAsync(PlainMembership membership, string nickname)
    {
        Peer = await self.ProveAsync(_tls, dials);
        var own = PlainSide.Of(self, membership.Offer(dials));
        if (!HearsFirst && !await SayAsync(PlainStep.Hello, own.Hello)) return null;
        if (await ReadAsync(PlainStep.Hello) is not { } hello) return null;
        if (HearsFirst && !await SayAsync(PlainStep.Hello, own.Hello)) return null;
        var other = PlainSide.Read(Peer, hello);
        var both = Transcript = dials ? new PlainTranscript(own, other) : new PlainTranscript(other, own);
        Proofs = membership.Proofs(both, dials);
        var link = Link = new PlainLink(wire, both.SecretOf(dials), both.SecretOf(!dials));
        return dials ? await DialAsync(link, nickname) : await ListenAsync(link, nickname);
    }

    public static byte[] Finish(byte[] proof, string nickname)
    {
        var name = Encoding.UTF8.GetBytes(nickname);
        return [(byte)proof.Length, .. proof, (byte)name.Length, .. name];
    }

    /// <summary>Within TLS, whatever it is.</summary>
    public async Task WriteAsync(byte[] bytes)
    {
        await _tls.WriteAsync(bytes);
        await _tls.FlushAsync();
    }

    public ValueTask DisposeAsync() => _tls.DisposeAsync();

    private async Task<PlainLink?> DialAsync(PlainLink link, string nickname)
    {
        if (!await SayAsync(PlainStep.Finish, Finish(Proofs.OfDialer, nickname))) return null;
        if (await ReadAsync(PlainStep.Finish) is not { } said) return null;
        Take(said, Proofs.OfListener);
        Meant[PlainStep.Ready] = link.Ready;
        var (ready, goesOn) = Send(PlainStep.Ready, link.Ready);
        await wire.WriteAsync(ready);
        return goesOn ? link : null;
    }

    private async Task<PlainLink?> ListenAsync(PlainLink link, string nickname)
    {
        if (await ReadAsync(PlainStep.Finish) is not { } said) return null;
        Take(said, Proofs.OfDialer);
        if (!await SayAsync(PlainStep.Finish, Finish(Proofs.OfListener, nickname))) return null;
        await link.ReadReadyAsync();
        return link;
    }

    private async Task<bool> SayAsync(PlainStep step, byte[] payload)
    {
        byte[] record = [(byte)step, .. U16(payload.Length), .. payload];
        Meant[step] = record;
        var (bytes, goesOn) = Send(step, record);
        await WriteAsync(bytes);
        return goesOn;
    }

    /// <summary>The payload; null for a Reject.</summary>
    private async Task<byte[]?> ReadAsync(PlainStep step)
    {
        var head = new byte[3];
        await _tls.ReadExactlyAsync(head);
        var payload = new byte[(int)PlainBytes.Read(head.AsSpan(1))];
        if (payload.Length > 4096) throw new InvalidDataException("a record that is too long");
        await _tls.ReadExactlyAsync(payload);
        if (head[0] == RejectKind)
        {
            Rejected = payload[0];
            return null;
        }
        if (head[0] != (byte)step) throw new InvalidDataException($"{step} was to come");
        Heard[step] = [.. head, .. payload];
        return payload;
    }

    private void Take(byte[] finish, byte[] proof)
    {
        if (BelievesAll) return;
        if (finish[0] != proof.Length || !finish.AsSpan(1, proof.Length).SequenceEqual(proof))
            throw new InvalidDataException("the other end does not prove what it promised");
        var name = finish[(1 + proof.Length)..];
        if (name.Length != 1 + name[0]) throw new InvalidDataException("a nickname of another length");
        PeerNickname = Encoding.UTF8.GetString(name, 1, name[0]);
    }
}
