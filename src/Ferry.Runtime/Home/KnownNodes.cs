using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Ferry.Protocol.Values;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Home;

/// <summary>What came of a ticket.</summary>
internal enum TicketUse
{
    Used,
    UsedUp,
    Expired,

    /// <summary>The disk is full, for example; the ticket stays good.</summary>
    NotKept,
}

/// <summary>A node about which the user has decided.</summary>
/// <param name="Nickname">What it called itself then; for people.</param>
internal sealed record KnownNode(NodeId Node, string Nickname, bool IsBlocked, DateTimeOffset Since);

/// <summary>
/// The nodes that the user trusts or blocks, and the tickets that the user has given out, in <c>known.json</c> of the
/// home. That a ticket is used and that its user is trusted is one word in one file: after a crash both are so, or
/// neither. A damaged file is set aside, and nobody is trusted then.
/// </summary>
internal sealed partial class KnownNodes
{
    public const int NodesMax = 10_000;
    public const int TicketsMax = 256;

    /// <summary>So long who comes too late hears that the ticket has expired, and not that there is none.</summary>
    private static readonly TimeSpan ExpiredKept = TimeSpan.FromDays(1);

    private readonly OwnerFile<KnownFile> _file;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();

    /// <summary>Replaced, never changed: the loop asks and does not wait for a write.</summary>
    private volatile Dictionary<NodeId, KnownNode> _nodes;
    private IReadOnlyList<GivenTicket> _tickets;

    private KnownNodes(
        OwnerFile<KnownFile> file, Dictionary<NodeId, KnownNode> nodes, IReadOnlyList<GivenTicket> tickets,
        TimeProvider time) => (_file, _nodes, _tickets, _time) = (file, nodes, tickets, time);

    /// <summary>The secrets of the tickets that are remembered, expired and used ones among them.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> TicketSecrets
    {
        get { lock (_gate) return [.. _tickets.Select(ticket => (ReadOnlyMemory<byte>)ticket.Secret)]; }
    }

    /// <summary>Whether a ticket that was given out is good now.</summary>
    public bool Invites
    {
        get { lock (_gate) return _tickets.Any(ticket => ticket.Uses > 0 && ticket.Expires > _time.GetUtcNow()); }
    }

    public IReadOnlyList<KnownNode> All
    {
        get { lock (_gate) return [.. _nodes.Values.OrderBy(known => known.Node)]; }
    }

    public static KnownNodes Load(HomeFolder home, TimeProvider time, ILogger log)
    {
        var file = new OwnerFile<KnownFile>(home.File("known.json"), KnownFormat.Default.KnownFile, "the known nodes");
        var kept = file.Load(
            log, it => it.Nodes.Concat<object>(it.Tickets).All(entry => entry is not null),
            "trust and block again whom you had, and invite anew");
        var nodes = new Dictionary<NodeId, KnownNode>();
        foreach (var entry in kept?.Nodes.Take(NodesMax) ?? [])
        {
            if (!Bytes32.TryParse(entry.Node, out var hash)) continue;
            var node = new NodeId(hash);
            nodes[node] = new KnownNode(node, entry.Nickname, entry.Blocked, entry.Since);
        }
        return new KnownNodes(file, nodes, [.. kept?.Tickets.Take(TicketsMax) ?? []], time);
    }

    public bool IsTrusted(NodeId node) => Find(node) is { IsBlocked: false };
    public bool IsBlocked(NodeId node) => Find(node) is { IsBlocked: true };

    /// <exception cref="FerryException">It cannot be kept.</exception>
    public void Trust(NodeId node, string nickname) => Decide(node, nickname, block: false);

    /// <exception cref="FerryException">It cannot be kept.</exception>
    public void Block(NodeId node, string nickname) => Decide(node, nickname, block: true);

    /// <summary>The node is a stranger again; false when it was one.</summary>
    /// <exception cref="FerryException">It cannot be kept.</exception>
    public bool Forget(NodeId node)
    {
        lock (_gate)
        {
            if (!_nodes.ContainsKey(node)) return false;
            var nodes = new Dictionary<NodeId, KnownNode>(_nodes);
            nodes.Remove(node);
            Replace(nodes, _tickets);
            return true;
        }
    }

    /// <summary>The secret of a new ticket.</summary>
    /// <exception cref="FerryException">It cannot be kept.</exception>
    public byte[] GiveTicket(int uses, DateTimeOffset expires)
    {
        lock (_gate)
        {
            var open = _tickets.Where(ticket => ticket.Expires + ExpiredKept > _time.GetUtcNow()).ToList();
            if (open.Count >= TicketsMax)
            {
                throw new FerryException(
                    FailureKind.Failed, $"{TicketsMax} invitations are open: wait until some have expired");
            }
            var secret = RandomNumberGenerator.GetBytes(Ticket.SecretBytes);
            Replace(_nodes, [.. open, new GivenTicket(secret, expires, uses)]);
            return secret;
        }
    }

    /// <summary>Uses the ticket up for the node, and trusts the node. Both are durable when this returns.</summary>
    public TicketUse UseTicket(ReadOnlyMemory<byte> secret, NodeId node, string nickname)
    {
        lock (_gate)
        {
            var ticket = _tickets.FirstOrDefault(it => it.Secret.AsSpan().SequenceEqual(secret.Span));
            if (ticket is null || ticket.Expires <= _time.GetUtcNow()) return TicketUse.Expired;
            if (ticket.Uses <= 0) return TicketUse.UsedUp;
            if (_nodes.Count >= NodesMax) return TicketUse.NotKept;
            try
            {
                Replace(With(node, nickname, block: false),
                    [.. _tickets.Select(it => it == ticket ? it with { Uses = it.Uses - 1 } : it)]);
            }
            catch (FerryException)
            {
                return TicketUse.NotKept;
            }
            return TicketUse.Used;
        }
    }

    private KnownNode? Find(NodeId node) => _nodes.GetValueOrDefault(node);

    private void Decide(NodeId node, string nickname, bool block)
    {
        lock (_gate)
        {
            var known = _nodes.GetValueOrDefault(node);
            if (known is not null && known.IsBlocked == block && known.Nickname == nickname) return;
            if (known is null && _nodes.Count >= NodesMax)
            {
                throw new FerryException(
                    FailureKind.Failed, $"this node knows {NodesMax} others already: forget some first");
            }
            Replace(With(node, nickname, block), _tickets);
        }
    }

    private Dictionary<NodeId, KnownNode> With(NodeId node, string nickname, bool block) => new(_nodes)
    {
        [node] = new KnownNode(node, nickname, block, _time.GetUtcNow()),
    };

    private void Replace(Dictionary<NodeId, KnownNode> nodes, IReadOnlyList<GivenTicket> tickets)
    {
        var entries = nodes.Values.OrderBy(known => known.Node).Select(
            known => new Entry(known.Node.ToString(), known.Nickname, known.IsBlocked, known.Since));
        _file.Replace(new KnownFile([.. entries], tickets));
        (_nodes, _tickets) = (nodes, tickets);
    }

    private sealed record KnownFile(IReadOnlyList<Entry> Nodes, IReadOnlyList<GivenTicket> Tickets);

    /// <param name="Uses">How many nodes it still lets in.</param>
    private sealed record GivenTicket(byte[] Secret, DateTimeOffset Expires, int Uses);

    private sealed record Entry(string Node, string Nickname, bool Blocked, DateTimeOffset Since);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(KnownFile))]
    private sealed partial class KnownFormat : JsonSerializerContext;
}
