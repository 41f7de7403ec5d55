using System.Runtime.CompilerServices;
using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Transports;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>Whom the user trusts, blocks and forgets, and what follows for the links.</summary>
internal sealed class NodeDecisions(
    KnownNodes known, WaitingList waiting, Connector connector, JoinedAddresses remembered, LinkTable links,
    NetworkTalk talk)
{
    /// <summary>Fewer digits are taken for a nickname.</summary>
    private const int DigitsMin = 8;

    /// <summary>Those that begin to wait, as they come.</summary>
    public async IAsyncEnumerable<AskInfo> AsksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var asking in waiting.Arrivals.ReadAllAsync(cancel))
        {
            yield return new AskInfo(
                asking.Node.ToString(), Fingerprint.Of(asking.Node), asking.Nickname, asking.Address,
                known.All.Any(it => it.Nickname == asking.Nickname && it.Node != asking.Node));
        }
    }

    /// <summary>Lets in a node that waits.</summary>
    public Task<KnownNodeInfo> AdmitAsync(string node)
    {
        var (id, nickname) = One(node, Fitting(node, waiting.All.Select(it => (it.Node, it.Nickname))),
            $"nobody called '{node}' waits to be let in: 'peers' lists who does");
        return TrustAsync(id, nickname);
    }

    public Task<KnownNodeInfo> TrustAsync(string node)
    {
        var (id, nickname) = Find(node);
        return TrustAsync(id, nickname);
    }

    private Task<KnownNodeInfo> TrustAsync(NodeId id, string nickname)
    {
        known.Trust(id, nickname);
        talk.OnTrusted(id);
        waiting.Remove(id);
        return Task.FromResult(Describe(id, nickname, NodeStanding.Trusted, []));
    }

    public Task<KnownNodeInfo> BlockAsync(string node)
    {
        var (id, nickname) = Find(node);
        known.Block(id, nickname);
        waiting.Remove(id);
        links.CloseTo(id);
        return Task.FromResult(Describe(id, nickname, NodeStanding.Blocked, []));
    }

    public async Task<KnownNodeInfo> ForgetAsync(string what)
    {
        if (Search(what) is [var (id, nickname)])
        {
            var addresses = remembered.AddressesOf(id);
            known.Forget(id);
            waiting.Remove(id);
            foreach (var address in addresses) await connector.ForgetAsync(address);
            links.CloseTo(id);
            return Describe(id, nickname, NodeStanding.Stranger, addresses);
        }
        if (NodeAddress.Parse(what).Value?.ToString() is { } named && await connector.ForgetAsync(named))
            return new KnownNodeInfo("", "", "", NodeStanding.Stranger, [named]);
        (id, nickname) = Find(what);
        return Describe(id, nickname, NodeStanding.Stranger, []);
    }

    /// <summary>A node that is known here, or one of those that can be reached.</summary>
    /// <exception cref="FerryException">It is nobody's, or several nodes'.</exception>
    public NodeId Reached(string text, IEnumerable<NodeId> reachable)
    {
        var all = Candidates().Concat(reachable.Select(node => (Node: node, Nickname: ""))).DistinctBy(it => it.Node);
        var fitting = Fitting(text, all);
        return fitting.Count == 0 ? Find(text).Node : One(text, fitting, "").Node;
    }

    /// <summary>What it calls itself; empty when this node does not know.</summary>
    public string NicknameOf(NodeId node) => Candidates().FirstOrDefault(it => it.Node == node).Nickname ?? "";

    /// <summary>
    /// The text names the node and no other that the user trusts: anybody may take a trusted node's nickname.
    /// </summary>
    public bool IsNamed(string text, NodeId node)
    {
        if (Digits(text) == node.ToString()) return true;
        var trusted = known.All.Where(it => !it.IsBlocked).Select(it => (it.Node, it.Nickname));
        return Fitting(text, trusted) is [var only] && only.Node == node;
    }

    private static KnownNodeInfo Describe(
        NodeId node, string nickname, NodeStanding standing, IReadOnlyList<string> addresses) =>
        new(node.ToString(), Fingerprint.Of(node), nickname, standing, addresses);

    /// <exception cref="FerryException">It is nobody's, or several nodes'.</exception>
    public (NodeId Node, string Nickname) Find(string text) => One(text, Search(text),
        $"no node '{text}' is known here: 'peers' lists those that are, of others give the whole id");

    /// <param name="none">What is said when there is none.</param>
    private static (NodeId Node, string Nickname) One(
        string text, List<(NodeId Node, string Nickname)> found, string none)
    {
        if (found is [var only]) return only;
        if (found.Count == 0) throw new FerryException(FailureKind.NothingFound, none);
        var all = string.Join(", ", found.Select(it => $"{Fingerprint.Of(it.Node)} ({it.Nickname})"));
        throw new FerryException(
            FailureKind.Usage, $"'{text}' may be any of {all}: give more of the id of the one that you mean");
    }

    private List<(NodeId Node, string Nickname)> Search(string text)
    {
        var fitting = Fitting(text, Candidates());
        if (fitting.Count > 0 || !Bytes32.TryParse(Digits(text), out var hash) || hash == default) return fitting;
        return [(new NodeId(hash), "")];
    }

    private static List<(NodeId Node, string Nickname)> Fitting(
        string text, IEnumerable<(NodeId Node, string Nickname)> nodes)
    {
        var digits = Digits(text);
        var isId = digits.Length >= DigitsMin && digits.All(char.IsAsciiHexDigit);
        return [.. nodes.Where(it => it.Nickname == text
            || (isId && it.Node.ToString().StartsWith(digits, StringComparison.Ordinal)))];
    }

    private static string Digits(string text) =>
        text.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Each node once, with the nickname that the user knows it by.</summary>
    private IEnumerable<(NodeId Node, string Nickname)> Candidates() =>
        known.All.Select(node => (node.Node, node.Nickname))
            .Concat(links.Peers)
            .Concat(connector.Addresses.Select(it => it.Peer).OfType<DialedPeer>()
                .Select(peer => (peer.Node, peer.Nickname)))
            .Concat(waiting.All.Select(it => (it.Node, it.Nickname)))
            .Concat(remembered.Pins.Select(node => (node, "")))
            .Concat(connector.Changed.Select(node => (node, "")))
            .GroupBy(it => it.Item1)
            .Select(same => (same.Key, same.Select(it => it.Item2).FirstOrDefault(name => name.Length > 0) ?? ""));
}
