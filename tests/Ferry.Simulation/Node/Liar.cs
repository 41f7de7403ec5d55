using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Node;

/// <summary>
/// Sits at a node and lies beside what the node does: it hears what passes, knows the ids of sessions, and speaks in
/// the names of their ends. It refuses, receipts, accepts with false keys, sends bodies that nobody sealed, offers what
/// it does not have, claims that manifests are gone, and says again what it has heard. It cannot sign for others.
/// </summary>
internal sealed class Liar(SimWorld world, SimNode node)
{
    private const int HeardMax = 200;

    private readonly List<RoutedMessage> _heard = [];
    private readonly List<TransferRequest> _sessions = [];
    private readonly List<ReadOnlyMemory<byte>> _proofs = [];

    /// <summary>Some thirty times a second, until the moment has come.</summary>
    public void LieUntil(TimeSpan end)
    {
        if (TimeSpan.FromMicroseconds(world.Now) > end) return;
        if (node.IsUp && _sessions.Count > 0) Lie();
        world.After(world.Chance(60_000), () => LieUntil(end));
    }

    public void Hear(Message message)
    {
        if (message is not RoutedMessage routed || routed.Envelope.IsFlood || routed is FileTransfer) return;
        if (_heard.Count < HeardMax) _heard.Add(routed);
        if (routed is TransferRequest { KeyOffer.IsEmpty: false } request) _sessions.Add(request);
        if (routed is Refusal { Proof.IsEmpty: false } refusal) _proofs.Add(refusal.Proof);
        if (routed is Receipt receipt) _proofs.Add(receipt.Proof);
    }

    private void Lie()
    {
        var session = _sessions[world.Random.Next(_sessions.Count)];
        var (requester, holder) = (session.Envelope.Source, session.Envelope.Destination);
        var reason = (RefusalReason)(1 + world.Random.Next((int)RefusalReason.BadKeys));
        world.Reached.Note(Rare.Lie);
        switch (world.Random.Next(9))
        {
            case 0: Say(new Refusal(As(holder, requester), session.Transfer, reason, Proof())); break;
            case 1: Say(new Refusal(As(requester, holder), session.Transfer, reason, Proof())); break;
            case 2: Say(new Receipt(As(requester, holder), session.Transfer, Proof())); break;
            case 3: Say(new TransferAccept(As(holder, requester), session.Transfer, Bytes(40))); break;
            case 4: Say(new TransferResume(As(holder, requester), session.Transfer, session.Content)); break;
            case 5: Say(new ManifestPart(As(holder, requester), session.Content, -1, 0, default)); break;
            case 6: Offer(session, requester); break;
            case 7: SendBody(session, holder, requester); break;
            default: Say(_heard[world.Random.Next(_heard.Count)]); break;
        }
    }

    /// <summary>In the name of a node that there is not, or of the liar, which then says nothing more.</summary>
    private void Offer(TransferRequest session, NodeId requester)
    {
        var name = world.Random.Next(2) == 0 ? node.Id : new NodeId(new Bytes32(world.Random.NextUInt64(), 0, 0, 1));
        var query = _heard.OfType<HasFile>().LastOrDefault()?.Query ?? default;
        Say(new HasFile(As(name, requester), query, session.Content, "liar.bin", 1, [new ChunkRange(0, 1)]));
    }

    private void SendBody(TransferRequest session, NodeId holder, NodeId requester)
    {
        if (ToWhom(requester) is not { } end) return;
        var body = Bytes(1024 + FileTransfer.SealBytes);
        var head = new FileTransfer(
            As(holder, requester), session.Transfer, world.Random.Next(40), 1024 * world.Random.Next(8),
            world.Random.NextUInt64(), body.Length);
        end.SendBody(default, head, node.Payloads.Rent(node.Name, body));
    }

    private void Say(RoutedMessage lie)
    {
        if (ToWhom(lie.Envelope.Destination) is { } end) end.Send(lie);
    }

    /// <summary>The destination is a neighbour, or whoever is.</summary>
    private LinkEnd? ToWhom(NodeId destination)
    {
        var ends = node.Links.ToList();
        var direct = ends.Find(end => end.Session.Opposite(end).Node.Id == destination);
        return direct ?? (ends.Count == 0 ? null : ends[world.Random.Next(ends.Count)]);
    }

    /// <summary>It claims no way to the node whose name it takes: here only words are false.</summary>
    private static Envelope As(NodeId source, NodeId destination) =>
        new(source, destination, 0, Envelope.Unreachable, 0, 8);

    private ReadOnlyMemory<byte> Proof() => world.Random.Next(3) switch
    {
        0 => ReadOnlyMemory<byte>.Empty,
        1 when _proofs.Count > 0 => _proofs[world.Random.Next(_proofs.Count)],
        _ => Bytes(40),
    };

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count; at++) bytes[at] = (byte)world.Random.NextUInt64();
        return bytes;
    }
}
