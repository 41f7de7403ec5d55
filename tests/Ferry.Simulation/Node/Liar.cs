using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Node;

/// <summary>What a liar does; which of it, a seed decides.</summary>
[Flags]
internal enum LiarWays
{
    /// <summary>It refuses, receipts, accepts, offers and sends bodies in the names of others.</summary>
    Words = 1,

    /// <summary>It says for requesters what they have, and how much may come.</summary>
    Acks = 2,

    /// <summary>It claims ways to others, near ones and under any sequence number, and asks in their names.</summary>
    Routes = 4,

    /// <summary>Of what it should pass on it drops some, and holds some back.</summary>
    Passing = 8,

    /// <summary>It changes bodies that it passes on.</summary>
    Bodies = 16,

    /// <summary>It offers files, and answers offers, in the names of others.</summary>
    Offers = 32,

    All = Words | Acks | Routes | Passing | Bodies,
}

/// <summary>
/// Sits at a node and lies beside what the node does: it hears what passes, knows the ids of sessions, and speaks in
/// the names of their ends. It cannot sign or seal for others.
/// </summary>
internal sealed class Liar(SimWorld world, SimNode node, LiarWays ways)
{
    private const int HeardMax = 200;

    private readonly List<RoutedMessage> _heard = [];
    private readonly List<TransferRequest> _sessions = [];
    private readonly List<ReadOnlyMemory<byte>> _proofs = [];
    private bool _isSilent = true;

    public bool Does(LiarWays way) => !_isSilent && ways.HasFlag(way);

    /// <summary>Some thirty times a second, until the moment has come.</summary>
    public void LieUntil(TimeSpan end)
    {
        _isSilent = TimeSpan.FromMicroseconds(world.Now) > end;
        if (_isSilent) return;
        if (node.IsUp && Does(LiarWays.Offers)) LieAboutOffers();
        else if (node.IsUp && _sessions.Count > 0) Lie();
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
        LiarWays[] speaking = [LiarWays.Words, LiarWays.Words, LiarWays.Acks, LiarWays.Routes];
        var way = speaking[world.Random.Next(speaking.Length)];
        if (!Does(way)) return;
        switch (way)
        {
            case LiarWays.Words: SayWord(session); break;
            case LiarWays.Acks: SayAck(session); break;
            default: ClaimRoute(session); break;
        }
    }

    private void LieAboutOffers()
    {
        if (_heard.OfType<Offer>().LastOrDefault() is not { } heard) return;
        var (sender, receiver) = (heard.Envelope.Source, heard.Envelope.Destination);
        world.Reached.Note(Rare.Lie);
        var state = (OfferState)(1 + world.Random.Next((int)OfferState.Withdrawn));
        var other = new TransferId(world.Random.NextUInt128());
        switch (world.Random.Next(5))
        {
            case 0: Say(heard with { Envelope = As(sender, receiver), Transfer = other }); break;
            case 1: Say(heard with { Envelope = As(sender, receiver), IsWithdrawn = true }); break;
            case 2: Say(heard with { Envelope = As(Nobody(), receiver) }); break;
            case 3:
                Say(new OfferAnswer(As(receiver, sender), heard.Transfer, heard.Content, state, 1, heard.Proof));
                break;
            default: Say(_heard[world.Random.Next(_heard.Count)]); break;
        }
    }

    private void SayWord(TransferRequest session)
    {
        var (requester, holder) = (session.Envelope.Source, session.Envelope.Destination);
        var reason = (RefusalReason)(1 + world.Random.Next((int)RefusalReason.Paused));
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

    /// <summary>All is there, or nothing more may come, or chunks from anywhere.</summary>
    private void SayAck(TransferRequest session)
    {
        var window = world.Random.Next(3) * 256L * 1024;
        ChunkRange[] ranges = world.Random.Next(2) == 0 ? [] : [new ChunkRange(world.Random.Next(40), 1)];
        world.Reached.Note(Rare.ForgedAck);
        Say(new Ack(
            As(session.Envelope.Source, session.Envelope.Destination), session.Transfer,
            ranges.Length > 0 ? 0 : world.Random.Next(41), ranges, window, world.Random.Next(int.MaxValue)));
    }

    /// <summary>In the name of an end, or of a node that there is not, at any distance and freshness.</summary>
    private void ClaimRoute(TransferRequest session)
    {
        NodeId[] victims = [session.Envelope.Source, session.Envelope.Destination, Nobody()];
        var victim = victims[world.Random.Next(victims.Length)];
        var others = world.Nodes.Where(other => other != node && other.Id != victim).ToList();
        var destination = others[world.Random.Next(others.Count)].Id;
        var heard = _heard.FindLast(message => message.Envelope.Source == victim)?.Envelope.Sequence ?? 1;
        ulong[] sequences = [heard, heard + 1, heard + 1_000_000, heard + (1UL << 62), world.Random.NextUInt64()];
        var sequence = sequences[world.Random.Next(sequences.Length)];
        var envelope = new Envelope(
            victim, destination, sequence, (uint)world.Random.Next(100_000), (byte)world.Random.Next(3), 8);
        world.Reached.Note(Rare.ClaimedRoute);
        if (world.Random.Next(3) > 0) Say(new RouteReply(envelope, new QueryId(world.Random.NextUInt128())));
        else
            Say(new RouteRequest(
                envelope with { Destination = NodeId.None }, new QueryId(world.Random.NextUInt128()), destination,
                sequence));
    }

    /// <summary>In the name of a node that there is not, or of the liar, which then says nothing more.</summary>
    private void Offer(TransferRequest session, NodeId requester)
    {
        var name = world.Random.Next(2) == 0 ? node.Id : Nobody();
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

    /// <summary>It claims no way to the node whose name it takes.</summary>
    private static Envelope As(NodeId source, NodeId destination) =>
        new(source, destination, 0, Envelope.Unreachable, 0, 8);

    private NodeId Nobody() => new(new Bytes32(world.Random.NextUInt64(), 0, 0, 1));

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
