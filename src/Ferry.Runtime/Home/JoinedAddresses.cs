using System.Text.Json.Serialization;
using Ferry.Protocol.Values;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Home;

/// <summary>
/// The addresses that a user joined, in <c>joined.json</c> of the home, so that a node that restarts finds its network
/// again; and which node answered at each (its pin), so that another one in its place is noticed, also by a join that
/// comes long after a leave.
/// </summary>
internal sealed partial class JoinedAddresses
{
    /// <summary>More than a person types; bounds what a damaged file can make us dial.</summary>
    public const int AddressesMax = 1000;

    private readonly OwnerFile<JoinedFile> _file;
    private readonly Lock _gate = new();
    private List<Entry> _entries;

    /// <summary>Replaced, never changed: the loop asks and does not wait for a write.</summary>
    private volatile HashSet<NodeId> _pins;

    private JoinedAddresses(OwnerFile<JoinedFile> file, List<Entry> entries) =>
        (_file, _entries, _pins) = (file, entries, PinsOf(entries));

    /// <summary>Those to be kept linked.</summary>
    public IReadOnlyList<string> All
    {
        get { lock (_gate) return [.. _entries.Where(entry => entry.Kept).Select(entry => entry.Address)]; }
    }

    /// <summary>A damaged file is set aside, with a warning: the node starts without it.</summary>
    public static JoinedAddresses Load(HomeFolder home, ILogger log)
    {
        var file = new OwnerFile<JoinedFile>(
            home.File("joined.json"), JoinedFormat.Default.JoinedFile, "the joined addresses");
        var kept = file.Load(
            log, it => it.Addresses.All(entry => entry is not null), "join again what this node shall keep joined")
            ?.Addresses ?? [];
        return new JoinedAddresses(file, [.. kept.DistinctBy(entry => entry.Address).Take(AddressesMax)]);
    }

    /// <summary>The node that answered at an address; null when nobody has yet, or the user has forgotten it.</summary>
    public NodeId? PinOf(string address)
    {
        lock (_gate) return IdOf(_entries.Find(entry => entry.Address == address)?.Node);
    }

    /// <summary>Whether the node answered at an address that the user joined.</summary>
    public bool IsPinned(NodeId node) => _pins.Contains(node);

    /// <summary>The nodes that answered at addresses the user joined.</summary>
    public IReadOnlyList<NodeId> Pins => [.. _pins];

    public IReadOnlyList<string> AddressesOf(NodeId node)
    {
        lock (_gate) return [.. _entries.Where(entry => IdOf(entry.Node) == node).Select(entry => entry.Address)];
    }

    /// <summary>Keeps the address linked after a restart, too.</summary>
    public void Add(string address, NodeId node) => Put(address, node, kept: true);

    /// <summary>Expects the node at the address from now on.</summary>
    public void Pin(string address, NodeId node) => Put(address, node, kept: false);

    /// <summary>False when the address was not known.</summary>
    public bool Remove(string address)
    {
        lock (_gate)
        {
            if (!_entries.Exists(entry => entry.Address == address)) return false;
            Replace([.. _entries.Where(entry => entry.Address != address)]);
            return true;
        }
    }

    /// <summary>None is kept linked any more; the pins stay.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (!_entries.Exists(entry => entry.Kept)) return;
            Replace([.. _entries.Where(entry => entry.Node is not null).Select(entry => entry with { Kept = false })]);
        }
    }

    private static NodeId? IdOf(string? node) =>
        Bytes32.TryParse(node, out var hash) && hash != default ? new NodeId(hash) : null;

    private void Put(string address, NodeId node, bool kept)
    {
        lock (_gate)
        {
            var known = _entries.Find(entry => entry.Address == address);
            var wanted = new Entry(address, node.ToString(), kept || known is { Kept: true });
            if (known == wanted) return;
            List<Entry> others = [.. _entries.Where(entry => entry != known)];
            if (others.Count >= AddressesMax)
            {
                // A pin of long ago makes room, an address that is kept does not.
                var oldest = others.FindIndex(entry => !entry.Kept);
                if (oldest < 0)
                {
                    throw new FerryException(
                        FailureKind.Failed, $"this node has joined {AddressesMax} addresses already: leave first");
                }
                others.RemoveAt(oldest);
            }
            Replace([.. others, wanted]);
        }
    }

    private void Replace(List<Entry> entries)
    {
        _file.Replace(new JoinedFile(entries));
        (_entries, _pins) = (entries, PinsOf(entries));
    }

    private static HashSet<NodeId> PinsOf(List<Entry> entries) =>
        [.. entries.Select(entry => IdOf(entry.Node)).OfType<NodeId>()];

    private sealed record JoinedFile(IReadOnlyList<Entry> Addresses);

    /// <param name="Node">Null before anybody answered.</param>
    private sealed record Entry(string Address, string? Node, bool Kept);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(JoinedFile))]
    private sealed partial class JoinedFormat : JsonSerializerContext;
}
