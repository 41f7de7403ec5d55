using Ferry.App.Control;
using Ferry.Runtime;

namespace Ferry.App.Commands.Demo;

/// <summary>
/// Three hops lie between the requester and each holder. The spare is another way around the first relay; around the
/// second there is none.
/// </summary>
internal sealed class DemoNetwork(string folder) : IAsyncDisposable
{
    public const string Picture =
        """
                      relay-1               holder-a
                     /       \             /
            requester         relay-2 ----+
                     \       /             \
                      spare                 holder-b
        """;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    public DemoNode Requester { get; } = new("requester", folder);
    public DemoNode Relay1 { get; } = new("relay-1", folder);
    public DemoNode Relay2 { get; } = new("relay-2", folder);
    public DemoNode Spare { get; } = new("spare", folder);
    public DemoNode HolderA { get; } = new("holder-a", folder);
    public DemoNode HolderB { get; } = new("holder-b", folder);

    private IReadOnlyList<DemoNode> All => [Requester, Relay1, Relay2, Spare, HolderA, HolderB];

    /// <summary>Returns when every link is up and the file is offered.</summary>
    public async Task StartAsync(string file, CancellationToken cancel)
    {
        // From the middle outwards: who joins must know where.
        await Relay2.StartAsync([], null, cancel);
        string[] middle = [Relay2.Address];
        await Task.WhenAll(
            HolderA.StartAsync(middle, file, cancel), HolderB.StartAsync(middle, file, cancel),
            Relay1.StartAsync(middle, null, cancel), Spare.StartAsync(middle, null, cancel));
        await Requester.StartAsync([Relay1.Address, Spare.Address], null, cancel);
        await UntilLinkedAsync(Relay2, 4, cancel);
        await UntilLinkedAsync(Requester, 2, cancel);
        foreach (var holder in new[] { HolderA, HolderB })
        {
            await UntilAsync(
                async () => await holder.Control.FilesAsync(cancel).AnyAsync(
                    shared => shared.State == FileState.Ready, cancel), cancel);
        }
    }

    /// <summary>Starts a relay that was killed: the same home, the same port, the same neighbours.</summary>
    public async Task RestartAsync(DemoNode relay, CancellationToken cancel)
    {
        await relay.StartAsync(relay == Relay1 ? [Relay2.Address] : [], null, cancel);
        await UntilLinkedAsync(relay, 1, cancel);
    }

    public string NameOf(string id) => All.FirstOrDefault(node => node.Id == id)?.Name ?? ShortId.Of(id);

    /// <summary>What the nodes wrote to standard error.</summary>
    public IEnumerable<string> Complaints() => All.SelectMany(node => node.Log());

    public async ValueTask DisposeAsync() => await Task.WhenAll(All.Select(node => node.DisposeAsync().AsTask()));

    private static Task UntilLinkedAsync(DemoNode node, int neighbours, CancellationToken cancel) =>
        UntilAsync(async () =>
        {
            var peers = await node.Control.PeersAsync(cancel);
            return peers.Count(peer => peer.Links.Count > 0) >= neighbours;
        }, cancel);

    /// <summary>The control API has no way to be told of a change, so it is asked ten times a second.</summary>
    private static async Task UntilAsync(Func<Task<bool>> isTrue, CancellationToken cancel)
    {
        while (!await isTrue()) await Task.Delay(Glance, cancel);
    }
}
