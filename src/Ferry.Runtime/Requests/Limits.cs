using System.Text.Json.Serialization;
using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Requests;

/// <summary>The user's rate limits, in <c>limits.json</c> of the home: kept, and told to whom they hold for.</summary>
internal sealed partial class Limits
{
    private static readonly string[] Transports = ["tcp", "bluetooth"];

    private readonly Lock _gate = new();
    private readonly OwnerFile<LimitsFile> _file;
    private readonly UpLimits _up;
    private readonly NodeLoop _loop;
    private readonly NodeDecisions _nodes;
    private volatile IReadOnlyList<Entry> _entries;

    private Limits(OwnerFile<LimitsFile> file, UpLimits up, NodeLoop loop, NodeDecisions nodes)
    {
        (_file, _up, _loop, _nodes) = (file, up, loop, nodes);
        _entries = [];
    }

    /// <summary>A damaged file is set aside, with a warning: the node starts without it.</summary>
    public static async Task<Limits> StartAsync(
        NodeOptions options, HomeFolder home, UpLimits up, NodeLoop loop, NodeDecisions nodes, ILogger log,
        CancellationToken cancel)
    {
        var file = new OwnerFile<LimitsFile>(
            home.File("limits.json"), LimitsFormat.Default.LimitsFile, "the rate limits");
        var limits = new Limits(file, up, loop, nodes)
        {
            _entries = file.Load(log, it => it.Limits.Count <= RateRule.RulesMax && it.Limits.All(IsSound),
                "give the limits again with 'limit'")?.Limits ?? [],
        };
        await limits.TellAsync(cancel);
        if (options.LimitUp is { } sent)
            await limits.ChangeAsync(new LimitChange(null, LimitDirection.Up, sent.BytesPerSecond), cancel);
        if (options.LimitDown is { } asked)
            await limits.ChangeAsync(new LimitChange(null, LimitDirection.Down, asked.BytesPerSecond), cancel);
        return limits;
    }

    public IReadOnlyList<LimitInfo> List() => [.. _entries.Select(Describe)];

    /// <returns>All that hold now.</returns>
    /// <exception cref="FerryException">The limit cannot be, or cannot be kept; then all is as before.</exception>
    public async Task<IReadOnlyList<LimitInfo>> ChangeAsync(LimitChange change, CancellationToken cancel)
    {
        if (change.BytesPerSecond is { } rate and < RateRule.RateMin)
        {
            throw new FerryException(
                FailureKind.Usage,
                $"{rate} bytes a second are too few for a transfer: give at least {RateRule.RateMin / 1000}K, or "
                + "pause it");
        }
        Task told;
        lock (_gate)
        {
            var entries = Changed(change);
            _file.Replace(new LimitsFile(entries));
            _entries = entries;
            // Posted in here, so that the loop hears of changes in their order.
            told = TellAsync(cancel);
        }
        await told;
        return List();
    }

    private List<Entry> Changed(LimitChange change)
    {
        var (node, nickname, transport) = Where(change.Where);
        var known = _entries.FirstOrDefault(entry => entry.Node == node && entry.Transport == transport);
        var before = known ?? new Entry(node, nickname, transport, null, null);
        var after = change.Direction == LimitDirection.Up
            ? before with { Up = change.BytesPerSecond } : before with { Down = change.BytesPerSecond };
        List<Entry> entries = [.. _entries.Where(entry => entry != known)];
        if (after.Up is null && after.Down is null) return entries;
        if (entries.Count >= RateRule.RulesMax)
        {
            throw new FerryException(
                FailureKind.Failed, $"{RateRule.RulesMax} limits are kept already: take one off with 'limit'");
        }
        return [.. entries, after];
    }

    private (string? Node, string Nickname, string? Transport) Where(string? where)
    {
        if (where is null) return (null, "", null);
        if (Transports.Contains(where)) return (null, "", where);
        var (node, nickname) = _nodes.Find(where);
        return (node.ToString(), nickname, null);
    }

    private Task TellAsync(CancellationToken cancel)
    {
        _up.Set(Rules(entry => entry.Up));
        return _loop.TellAsync(new Input.LimitDown(Rules(entry => entry.Down)), cancel);
    }

    private List<RateRule> Rules(Func<Entry, long?> rateOf) =>
    [
        .. _entries.Where(entry => rateOf(entry) is not null).Select(entry => new RateRule(
            entry.Node is { } node && Bytes32.TryParse(node, out var hash) ? new NodeId(hash) : null,
            entry.Transport, rateOf(entry)!.Value)),
    ];

    private static bool IsSound(Entry entry) => entry is { Up: null or >= RateRule.RateMin }
        and { Down: null or >= RateRule.RateMin }
        && (entry.Node is null || Bytes32.TryParse(entry.Node, out _))
        && (entry.Transport is null || Transports.Contains(entry.Transport));

    private static LimitInfo Describe(Entry entry) =>
        new(entry.Transport, entry.Node, entry.Nickname, entry.Up, entry.Down);

    private sealed record LimitsFile(IReadOnlyList<Entry> Limits);

    /// <param name="Node">Null for all neighbours.</param>
    /// <param name="Nickname">As it was called when it was limited.</param>
    /// <param name="Transport">Null for all.</param>
    private sealed record Entry(string? Node, string Nickname, string? Transport, long? Up, long? Down);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(LimitsFile))]
    private sealed partial class LimitsFormat : JsonSerializerContext;
}
