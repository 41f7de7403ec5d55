using System.Text.Json.Serialization;
using Ferry.Protocol.Values;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Home;

/// <summary>A node about which the user has decided.</summary>
/// <param name="Nickname">What it called itself then; for people.</param>
internal sealed record KnownNode(NodeId Node, string Nickname, bool IsBlocked, DateTimeOffset Since);

/// <summary>
/// The nodes that the user trusts or blocks, in <c>known.json</c> of the home. A damaged file is set aside, and nobody
/// is trusted then.
/// </summary>
internal sealed partial class KnownNodes
{
    public const int NodesMax = 10_000;

    private readonly OwnerFile<KnownFile> _file;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Dictionary<NodeId, KnownNode> _nodes;

    private KnownNodes(OwnerFile<KnownFile> file, Dictionary<NodeId, KnownNode> nodes, TimeProvider time) =>
        (_file, _nodes, _time) = (file, nodes, time);

    public IReadOnlyList<KnownNode> All
    {
        get { lock (_gate) return [.. _nodes.Values.OrderBy(known => known.Node)]; }
    }

    public static KnownNodes Load(HomeFolder home, TimeProvider time, ILogger log)
    {
        var file = new OwnerFile<KnownFile>(home.File("known.json"), KnownFormat.Default.KnownFile, "the known nodes");
        var entries = file.Load(
            log, it => it.Nodes.All(entry => entry is not null), "trust and block again whom you had")?.Nodes ?? [];
        var nodes = new Dictionary<NodeId, KnownNode>();
        foreach (var entry in entries.Take(NodesMax))
        {
            if (!Bytes32.TryParse(entry.Node, out var hash)) continue;
            var node = new NodeId(hash);
            nodes[node] = new KnownNode(node, entry.Nickname, entry.Blocked, entry.Since);
        }
        return new KnownNodes(file, nodes, time);
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
            Replace(nodes);
            return true;
        }
    }

    private KnownNode? Find(NodeId node)
    {
        lock (_gate) return _nodes.GetValueOrDefault(node);
    }

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
            Replace(new Dictionary<NodeId, KnownNode>(_nodes)
            {
                [node] = new KnownNode(node, nickname, block, _time.GetUtcNow()),
            });
        }
    }

    private void Replace(Dictionary<NodeId, KnownNode> nodes)
    {
        _file.Replace(new KnownFile([.. nodes.Values.OrderBy(known => known.Node).Select(
            known => new Entry(known.Node.ToString(), known.Nickname, known.IsBlocked, known.Since))]));
        _nodes = nodes;
    }

    private sealed record KnownFile(IReadOnlyList<Entry> Nodes);

    private sealed record Entry(string Node, string Nickname, bool Blocked, DateTimeOffset Since);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(KnownFile))]
    private sealed partial class KnownFormat : JsonSerializerContext;
}
